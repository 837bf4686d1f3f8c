# 认出读者
mrz-part = 这只是机读码的一行：请把两行（卡片是三行）都扫入这里
number-unchecked = 号码没有校验位，请对照证件
checked-by-eye = 号码没有校验位，请当面对照证件
found-none-number = 如果这是证件号码：{ $problem }
found-none-typed = 再查一次
found-none-country = 像护照号码：没有读者登记过这个号码
found-none-country-what = 不同国家的护照号码会相同。新办时请填签发国家或地区，再查一次重。
open-card-country = 下一步填签发国家或地区
of-record = 这个证件在一位读者的记录里
of-record-what = 以前办过证，现在没有可用的借阅证。下面的资料来自原来的记录，请和读者逐项核对；是另一个人就不要办。
duplicates-of-record = 以前办过证，见下面
warning-sex_differs = 性别和证件号码里的不同，请看清楚
warning-birth_differs = 芯片里的出生日期和证件号码里的不同，请看清楚
blocker-record_of_another = 这个证件在另一个姓名或出生日期的读者记录里
instead-record_of_another = 先核对证件号码。是同一个人改了名，就先在读者页面凭证明更改资料，再办证；是另一个人，请找管理员。
