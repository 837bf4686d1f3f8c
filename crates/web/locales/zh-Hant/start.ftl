# 帳號可辦事項，以及完整顯示
start-title = 本帳號可以辦理的事項
start-reach = 權限適用於本館及所屬各館，辦理情況以本人名義記錄在案。
start-what = 權限
start-where = 在哪裡辦
start-more = 如需其他權限，請聯絡本館管理員。
start-where-desk = 辦理借閱證
start-where-box = 頁面上方的查找框
start-where-reader = 在讀者頁面
start-where-policies = 本館規定
start-where-office = 在讀者頁面和辦公頁面
start-where-staff = 在伺服器上：yueka staff
start-where-tokens = 伺服器上：yueka token
start-where-machines = 自助機
start-where-audit = 在伺服器上：yueka audit verify
form-b-masked = 本頁證件號碼和聯絡方式已作遮蓋。
form-b-in-full = 完整列印
form-b-why = 為什麼需要完整列印？
