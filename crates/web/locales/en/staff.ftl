# What is done with accounts of staff and for the house
service-add_staff = Staff account added
service-close_staff = Staff account closed
service-reopen_staff = Staff account opened again
service-reset_staff_password = Staff password reset
service-remove_staff_codes = One-time codes of a staff account removed
service-set_staff_role = Role of a staff account changed
service-move_staff = Staff account moved to another library
service-change_staff_password = Own password changed
service-use_staff_codes = One-time codes set up
service-issue_token = API token issued
service-revoke_token = API token revoked
service-set_policy = Policy changed
field-role = Role
field-library = Library
field-identity-check-agent = Agent
field-identity-check-principal = For whom the agent acts
api-bad-request = The address or the request can’t be read
