# The stock of cards (5.2.1, 5.2.2).

right-manage_stock = 管理借阅证库存
start-where-stock = 办公页面：借阅证库存

policy-name-stock_required = 只发库存里的卡
policy-hint-stock_required = 1：不在库存里的“一卡通”不能发；0：可以发
policy-name-stock_lead_days = 订卡到货天数
policy-hint-stock_lead_days = 预测时按这么多天到货计算
policy-name-stock_safety_days = 安全库存天数
policy-hint-stock_safety_days = 到货之外还应够用这么多天
policy-name-stock_cover_months = 一次订够几个月
policy-hint-stock_cover_months = 建议订卡数量时按这么多个月计算

service-order_cards = 订购借阅证
service-cancel_order = 取消订购
service-receive_cards = 借阅证入库
service-send_cards = 借阅证调出
service-take_in_cards = 借阅证调入
service-allot_cards = 借阅证领用
service-write_off_cards = 借阅证报废
service-count_cards = 借阅证盘点
service-save_design = 保存卡面设计
service-make_run = 制作借阅证
service-release_run = 放行借阅证

stock-place-store = 库房
stock-place-desk = 服务台
stock-place-batch = 集体办证预留
stock-place-point = 流动办证点
stock-place-transit = 调拨途中
stock-place-used = 已发给读者
stock-place-spoiled = 损坏
stock-place-void = 作废
stock-place-missing = 短缺

stock-movement-received = 入库
stock-movement-printed = 自制入库
stock-movement-allotted = 领用
stock-movement-sent = 调出
stock-movement-arrived = 调入
stock-movement-not_arrived = 调拨短缺
stock-movement-reserved = 预留
stock-movement-given_back = 退回库房
stock-movement-used = 发出
stock-movement-spoiled = 损坏
stock-movement-voided = 作废
stock-movement-not_found = 盘亏
stock-movement-found = 盘盈

stock-order-ordered = 待到货
stock-order-received = 已到齐
stock-order-cancelled = 已取消

problem-not_a_range = 不是条码号段，或有重复
problem-too_many = 一次最多 { $limit } 张
problem-not_ordered = 不在所订或所到的号段里
problem-design = 卡面必须有条码、号码和标识，不能有脚本、外部链接和样式

blocker-stock_in_store = 这张卡在{ $library }的库房里，不是本馆的卡
instead-stock_in_store = 请换一张本馆的卡；确要使用的，先由管理员调拨到本馆。
blocker-stock_at_desk = 这张卡已由{ $library }的服务台领用
instead-stock_at_desk = 请换一张本馆的卡；确要使用的，先由管理员调拨到本馆。
blocker-stock_in_batch = 这张卡已为{ $library }的集体办证预留
instead-stock_in_batch = 请换一张卡；集体办证不需要的卡，先退回库房。
blocker-stock_at_point = 这张卡已交给{ $library }的流动办证点
instead-stock_at_point = 请换一张卡；流动办证点没有用的卡，先退回库房。
blocker-stock_in_transit = 这张卡正从{ $library }调拨出来，还没有收到
instead-stock_in_transit = 请先由管理员确认调入。
blocker-stock_used = 这张卡已经发出，登记在{ $library }
instead-stock_used = 请换一张卡，把这张卡收好交管理员。
blocker-stock_spoiled = 这张卡登记为损坏（{ $library }）
instead-stock_spoiled = 请换一张卡，把这张卡收好交管理员。
blocker-stock_void = 这张卡已经作废（{ $library }）
instead-stock_void = 请换一张卡，把这张卡收好交管理员。
blocker-stock_missing = 这张卡登记为短缺（{ $library }）
instead-stock_missing = 请换一张卡；这张卡由管理员盘点后入库。
blocker-not_in_stock = 库存里没有这张卡，本馆只发库存里的卡
instead-not_in_stock = 请换一张卡，或先由管理员登记入库。
blocker-cards_not_there = 有 { $count } 张卡不在这里，第一张是 { $number }
instead-cards_not_there = 请核对号段，或先盘点。
blocker-numbers_taken = 有 { $count } 个号码已经占用，第一个是 { $number }
instead-numbers_taken = 请换一个号段。
blocker-not_enough_cards = 库房里只有 { $count } 张卡
instead-not_enough_cards = 请减少数量，或先从别的馆调拨。
blocker-stock_closed = 这笔已经办结
instead-stock_closed = 请刷新页面查看结果。
blocker-run_not_readable = 有 { $count } 张卡的条码识读不出，第一张是 { $number }
instead-run_not_readable = 请修改卡面设计，再重新制作。
blocker-run_changed = 识读之后卡面设计有改动
instead-run_changed = 请重新识读。
