# 批次變更讀者資訊：業務用語
right-change_in_batch = 批次變更讀者資訊
service-change_many = 批次變更讀者資訊
service-move_card = 變更辦證館
