# 员工账号与本馆事务
service-add_staff = 新增员工账号
service-close_staff = 停用员工账号
service-reopen_staff = 重新启用员工账号
service-reset_staff_password = 重置员工密码
service-remove_staff_codes = 取消员工账号的动态口令
service-set_staff_role = 变更员工岗位
service-move_staff = 员工账号转到其他馆
service-change_staff_password = 修改本人密码
service-use_staff_codes = 启用动态口令
service-issue_token = 发放接口令牌
service-revoke_token = 吊销接口令牌
service-set_policy = 变更本馆规定
field-role = 岗位
field-library = 图书馆
field-identity-check-agent = 代办人
field-identity-check-principal = 委托人
api-bad-request = 无法识别该地址或请求
