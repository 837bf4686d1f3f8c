# 集體辦證：業務用詞
right-issue_groups = 集體辦證
check-unit_list = 單位名單核驗
policy-name-group_list_days = 集體辦證名單保留天數
policy-hint-group_list_days = 移交或撤回後再保留幾天；到期後刪除名單內容，只留統計
service-add_unit = 登記集體辦證單位
service-change_unit = 修改集體辦證單位
service-link_unit = 單位填報連結
service-check_batch = 核對集體辦證名單
service-confirm_batch = 確認集體辦證
service-decide_rows = 處理名單中的人員
service-hand_over_batch = 集體辦證移交
service-withdraw_batch = 撤回集體辦證
blocker-nobody_to_issue = 名單裡沒有可以辦證的人
instead-nobody_to_issue = 請先處理疑似重複的人員、上傳監護人簽字名單，或更正名單後重新上傳
blocker-batch_issued = 這批已經開出了借閱證，不能撤回
instead-batch_issued = 可以暫停後提前結束；已開的證由原辦證館逐張註銷
purpose-agreement = 協議掃描件
