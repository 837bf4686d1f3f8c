# 自助设备
service-add_machine = 新增自助设备账号
service-change_machine = 变更自助设备账号
service-close_machine = 停用自助设备账号
