# Changes of many readers at once: words of the business
right-change_in_batch = Change many readers at once
service-change_many = Many readers changed at once
service-move_card = Card moved to another library
