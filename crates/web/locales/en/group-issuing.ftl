# Group issuing: words of the business
right-issue_groups = Issue cards to groups
check-unit_list = vouched for by the unit's list
policy-name-group_list_days = Days to keep lists of groups
policy-hint-group_list_days = Days after handing over or withdrawing; then what the list says of people is deleted, and counts stay
service-add_unit = Unit for group issuing added
service-change_unit = Unit for group issuing changed
service-link_unit = Link for a unit's list
service-check_batch = Group list checked
service-confirm_batch = Group issuing confirmed
service-decide_rows = Rows of a group list decided
service-hand_over_batch = Group cards handed over
service-withdraw_batch = Group list withdrawn
blocker-nobody_to_issue = Nobody on this list can get a card
instead-nobody_to_issue = Decide who may be the same person, add the list the guardians signed, or send the corrected list again
blocker-batch_issued = Cards of this list were issued, so it cannot be withdrawn
instead-batch_issued = Pause it and end it early; cards that were opened are cancelled one by one at the issuing library
purpose-agreement = Scanned agreement
