# What the JSON API says.
api-unauthorized = 需要有效的存取權杖（Authorization: Bearer …）。請向聯合館管理員申請。
api-bad-idempotency-key = Idempotency-Key 須為 1 至 200 個可見的 ASCII 字元。
api-unsupported-media-type = 請求內容須為 JSON（Content-Type: application/json）。
api-too-large = 請求超過 64 KiB。請縮小後重試。
api-malformed-json = JSON 格式有誤，見第 { $line } 行。
api-wrong-type = 值的類型不對，請對照介面說明。
api-invalid = 有內容不能接受，見 errors 中各欄位的說明。
api-refused = 不能辦理，見 blockers 中的原因。
api-forbidden = 此權杖沒有所需的權限：{ $right }。
api-not-found = 沒有找到。
api-idempotency-key-reused = 此 Idempotency-Key 已用於另一請求。請換一個新的。
api-too-many-tries = 嘗試次數過多，請稍後再試。
api-busy = 系統繁忙，此次未做任何更改，請稍後以同樣的請求重試。
api-internal = 系統出錯，此次未做任何更改。請把 request_id 告知技術支援。
api-method-not-allowed = 此位址不支援該方法，請對照介面說明。
api-stale = 資料剛被別人改過：請重新讀取後再改。
