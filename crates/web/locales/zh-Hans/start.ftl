# 账号可办事项，以及完整显示
start-title = 本账号可以办理的事项
start-reach = 权限适用于本馆及所属各馆，办理情况以本人名义记录在案。
start-what = 权限
start-where = 在哪里办
start-more = 如需其他权限，请联系本馆管理员。
start-where-desk = 办理借阅证
start-where-box = 页面上方的查找框
start-where-reader = 在读者页面
start-where-policies = 本馆规定
start-where-office = 在读者页面和办公页面
start-where-staff = 在服务器上：yueka staff
start-where-tokens = 服务器上：yueka token
start-where-machines = 自助机
start-where-audit = 在服务器上：yueka audit verify
form-b-masked = 本页证件号码和联系方式已作遮盖。
form-b-in-full = 完整打印
form-b-why = 为什么需要完整打印？
