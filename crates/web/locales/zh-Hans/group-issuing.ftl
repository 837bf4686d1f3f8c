# 集体办证：业务用词
right-issue_groups = 集体办证
check-unit_list = 单位名单核验
policy-name-group_list_days = 集体办证名单保留天数
policy-hint-group_list_days = 移交或撤回后再保留几天；到期后删除名单内容，只留统计
service-add_unit = 登记集体办证单位
service-change_unit = 修改集体办证单位
service-link_unit = 单位填报链接
service-check_batch = 核对集体办证名单
service-confirm_batch = 确认集体办证
service-decide_rows = 处理名单中的人员
service-hand_over_batch = 集体办证移交
service-withdraw_batch = 撤回集体办证
blocker-nobody_to_issue = 名单里没有可以办证的人
instead-nobody_to_issue = 请先处理疑似重复的人员、上传监护人签字名单，或更正名单后重新上传
blocker-batch_issued = 这批已经开出了借阅证，不能撤回
instead-batch_issued = 可以暂停后提前结束；已开的证由原办证馆逐张注销
purpose-agreement = 协议扫描件
