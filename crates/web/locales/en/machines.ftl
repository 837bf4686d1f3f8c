# Self-service machines
service-add_machine = Machine account added
service-change_machine = Machine account changed
service-close_machine = Machine account closed
