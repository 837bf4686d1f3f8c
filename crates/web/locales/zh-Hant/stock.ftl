# The stock of cards (5.2.1, 5.2.2).

right-manage_stock = 管理借閱證庫存
start-where-stock = 辦公頁面：借閱證庫存

policy-name-stock_required = 只發庫存裡的卡
policy-hint-stock_required = 1：不在庫存裡的“一卡通”不能發；0：可以發
policy-name-stock_lead_days = 訂卡到貨天數
policy-hint-stock_lead_days = 預測時按這麼多天到貨計算
policy-name-stock_safety_days = 安全庫存天數
policy-hint-stock_safety_days = 到貨之外還應夠用這麼多天
policy-name-stock_cover_months = 一次訂夠幾個月
policy-hint-stock_cover_months = 建議訂卡數量時按這麼多個月計算

service-order_cards = 訂購借閱證
service-cancel_order = 取消訂購
service-receive_cards = 借閱證入庫
service-send_cards = 借閱證調出
service-take_in_cards = 借閱證調入
service-allot_cards = 借閱證領用
service-write_off_cards = 借閱證報廢
service-count_cards = 借閱證盤點
service-save_design = 保存卡面設計
service-make_run = 製作借閱證
service-release_run = 放行借閱證

stock-place-store = 庫房
stock-place-desk = 服務台
stock-place-batch = 集體辦證預留
stock-place-point = 流動辦證點
stock-place-transit = 調撥途中
stock-place-used = 已發給讀者
stock-place-spoiled = 損壞
stock-place-void = 作廢
stock-place-missing = 短缺

stock-movement-received = 入庫
stock-movement-printed = 自制入庫
stock-movement-allotted = 領用
stock-movement-sent = 調出
stock-movement-arrived = 調入
stock-movement-not_arrived = 調撥短缺
stock-movement-reserved = 預留
stock-movement-given_back = 退回庫房
stock-movement-used = 發出
stock-movement-spoiled = 損壞
stock-movement-voided = 作廢
stock-movement-not_found = 盤虧
stock-movement-found = 盤盈

stock-order-ordered = 待到貨
stock-order-received = 已到齊
stock-order-cancelled = 已取消

problem-not_a_range = 不是條碼號段，或有重複
problem-too_many = 一次最多 { $limit } 張
problem-not_ordered = 不在所訂或所到的號段裡
problem-design = 卡面必須有條碼、號碼和標識，不能有腳本、外部鏈接和樣式

blocker-stock_in_store = 這張卡在{ $library }的庫房裡，不是本館的卡
instead-stock_in_store = 請換一張本館的卡；確要使用的，先由管理員調撥到本館。
blocker-stock_at_desk = 這張卡已由{ $library }的服務台領用
instead-stock_at_desk = 請換一張本館的卡；確要使用的，先由管理員調撥到本館。
blocker-stock_in_batch = 這張卡已為{ $library }的集體辦證預留
instead-stock_in_batch = 請換一張卡；集體辦證不需要的卡，先退回庫房。
blocker-stock_at_point = 這張卡已交給{ $library }的流動辦證點
instead-stock_at_point = 請換一張卡；流動辦證點沒有用的卡，先退回庫房。
blocker-stock_in_transit = 這張卡正從{ $library }調撥出來，還沒有收到
instead-stock_in_transit = 請先由管理員確認調入。
blocker-stock_used = 這張卡已經發出，登記在{ $library }
instead-stock_used = 請換一張卡，把這張卡收好交管理員。
blocker-stock_spoiled = 這張卡登記為損壞（{ $library }）
instead-stock_spoiled = 請換一張卡，把這張卡收好交管理員。
blocker-stock_void = 這張卡已經作廢（{ $library }）
instead-stock_void = 請換一張卡，把這張卡收好交管理員。
blocker-stock_missing = 這張卡登記為短缺（{ $library }）
instead-stock_missing = 請換一張卡；這張卡由管理員盤點後入庫。
blocker-not_in_stock = 庫存裡沒有這張卡，本館只發庫存裡的卡
instead-not_in_stock = 請換一張卡，或先由管理員登記入庫。
blocker-cards_not_there = 有 { $count } 張卡不在這裡，第一張是 { $number }
instead-cards_not_there = 請核對號段，或先盤點。
blocker-numbers_taken = 有 { $count } 個號碼已經佔用，第一個是 { $number }
instead-numbers_taken = 請換一個號段。
blocker-not_enough_cards = 庫房裡只有 { $count } 張卡
instead-not_enough_cards = 請減少數量，或先從別的館調撥。
blocker-stock_closed = 這筆已經辦結
instead-stock_closed = 請刷新頁面查看結果。
blocker-run_not_readable = 有 { $count } 張卡的條碼識讀不出，第一張是 { $number }
instead-run_not_readable = 請修改卡面設計，再重新制作。
blocker-run_changed = 識讀之後卡面設計有改動
instead-run_changed = 請重新識讀。
