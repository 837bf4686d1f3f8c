# 認出讀者
mrz-part = 這只是機讀碼的一行：請把兩行（卡片是三行）都掃入這裡
number-unchecked = 號碼沒有校驗位，請對照證件
checked-by-eye = 號碼沒有校驗位，請當面對照證件
found-none-number = 如果這是證件號碼：{ $problem }
found-none-typed = 再查一次
found-none-country = 像護照號碼：沒有讀者登記過這個號碼
found-none-country-what = 不同國家的護照號碼會相同。新辦時請填簽發國家或地區，再查一次重。
open-card-country = 下一步填簽發國家或地區
of-record = 這個證件在一位讀者的記錄裡
of-record-what = 以前辦過證，現在沒有可用的借閱證。下面的資料來自原來的記錄，請和讀者逐項核對；是另一個人就不要辦。
duplicates-of-record = 以前辦過證，見下面
warning-sex_differs = 性別和證件號碼裡的不同，請看清楚
warning-birth_differs = 晶片裡的出生日期和證件號碼裡的不同，請看清楚
blocker-record_of_another = 這個證件在另一個姓名或出生日期的讀者記錄裡
instead-record_of_another = 先核對證件號碼。是同一個人改了名，就先在讀者頁面憑證明更改資料，再辦證；是另一個人，請找管理員。
