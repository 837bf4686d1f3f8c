# 合併記錄：不能合併的原因，以及撤銷後的記錄
blocker-undo_merge_first = 該讀者又於{ $time }被合併過
instead-undo_merge_first = 先撤銷{ $time }的那次合併（見合併記錄）
blocker-plainly_different = 兩份記錄的公民身份號碼不同，號碼中的出生日期或性別也不同，是兩個人
instead-plainly_different = 不要合併；如確為同一人，請寫明理由
message-card_merged = 記錄合併，註銷一證
outcome-undone = 後已撤銷
merge-plainly = 證件表明這是兩個人
merge-plainly-what = 公民身份號碼不同，號碼中的出生日期或性別也不同。僅在看到號碼更正證明時才可合併，並寫明是哪一份證明。
merge-reason-hint = 至少 2 個字，隨合併記錄保存
merges-reason = 證件不同仍合併：{ $reason }
