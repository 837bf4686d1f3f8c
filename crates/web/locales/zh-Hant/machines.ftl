# 自助設備
service-add_machine = 新增自助設備帳號
service-change_machine = 變更自助設備帳號
service-close_machine = 停用自助設備帳號
