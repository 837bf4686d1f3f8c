# 批量变更读者信息：业务用语
right-change_in_batch = 批量变更读者信息
service-change_many = 批量变更读者信息
service-move_card = 变更办证馆
