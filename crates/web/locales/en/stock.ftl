# The stock of cards (5.2.1, 5.2.2).

right-manage_stock = Manage the stock of cards
start-where-stock = Office: stock of cards

policy-name-stock_required = Give out cards of the stock only
policy-hint-stock_required = 1: a One-Card that the stock does not know is refused; 0: it may be given out
policy-name-stock_lead_days = Days from ordering cards to their arrival
policy-hint-stock_lead_days = The forecast reckons with so many days
policy-name-stock_safety_days = Days of safety stock
policy-hint-stock_safety_days = Cards should last so many days beyond that
policy-name-stock_cover_months = Months that an order should last
policy-hint-stock_cover_months = The proposed order lasts for so many months

service-order_cards = Cards ordered
service-cancel_order = Order of cards cancelled
service-receive_cards = Cards received
service-send_cards = Cards sent to another library
service-take_in_cards = Cards of another library taken in
service-allot_cards = Cards allotted to a desk
service-write_off_cards = Cards written off
service-count_cards = Stock of cards taken
service-save_design = Card design saved
service-make_run = Cards made and read back
service-release_run = Printed cards released

stock-place-store = Store
stock-place-desk = Desk
stock-place-batch = Held for a group
stock-place-point = Mobile card point
stock-place-transit = On the way
stock-place-used = Given to readers
stock-place-spoiled = Spoiled
stock-place-void = Void
stock-place-missing = Missing

stock-movement-received = Received
stock-movement-printed = Printed here
stock-movement-allotted = Allotted
stock-movement-sent = Sent
stock-movement-arrived = Arrived
stock-movement-not_arrived = Did not arrive
stock-movement-reserved = Held back
stock-movement-given_back = Given back
stock-movement-used = Given out
stock-movement-spoiled = Spoiled
stock-movement-voided = Made void
stock-movement-not_found = Missing at a count
stock-movement-found = Found at a count

stock-order-ordered = On order
stock-order-received = Received
stock-order-cancelled = Cancelled

problem-not_a_range = Not a range of barcodes, or one that is there twice
problem-too_many = No more than { $limit } cards at once
problem-not_ordered = Not among the cards that were ordered, or came
problem-design = A design has bars, number and logo, and no scripts, links or styles

blocker-stock_in_store = This card is in the store of { $library }, not of this library
instead-stock_in_store = Take a card of this library, or have a manager transfer it first.
blocker-stock_at_desk = This card was allotted to a desk of { $library }
instead-stock_at_desk = Take a card of this library, or have a manager transfer it first.
blocker-stock_in_batch = This card is held back for a group at { $library }
instead-stock_in_batch = Take another card; those that the group does not need are given back to the store first.
blocker-stock_at_point = This card was given to a mobile card point of { $library }
instead-stock_at_point = Take another card; those that the point did not use are given back to the store first.
blocker-stock_in_transit = This card is on its way from { $library } and was not taken in
instead-stock_in_transit = Have a manager take the transfer in first.
blocker-stock_used = This card was given out; it is in the book of { $library }
instead-stock_used = Take another card, and put this one aside for your manager.
blocker-stock_spoiled = This card is noted as spoiled ({ $library })
instead-stock_spoiled = Take another card, and put this one aside for your manager.
blocker-stock_void = This card was made void ({ $library })
instead-stock_void = Take another card, and put this one aside for your manager.
blocker-stock_missing = This card is noted as missing ({ $library })
instead-stock_missing = Take another card; a manager books this one in when the stock is taken.
blocker-not_in_stock = The stock does not know this card, and this library gives out cards of the stock only
instead-not_in_stock = Take another card, or have a manager receive this one first.
blocker-cards_not_there = { $count } cards are not there; the first is { $number }
instead-cards_not_there = Check the range, or take stock first.
blocker-numbers_taken = { $count } numbers are taken; the first is { $number }
instead-numbers_taken = Choose another range.
blocker-not_enough_cards = There are only { $count } cards in the store
instead-not_enough_cards = Ask for fewer, or have some transferred first.
blocker-stock_closed = This is closed already
instead-stock_closed = Load the page again to see how it ended.
blocker-run_not_readable = The bars of { $count } cards could not be read; the first is { $number }
instead-run_not_readable = Change the design and make them again.
blocker-run_changed = The design changed after the pages were read
instead-run_changed = Read them again.
