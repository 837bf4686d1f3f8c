# What an account can do, and what is shown in full
start-title = What you can do here
start-reach = All of it holds for your library and everything under it, and is recorded under your name.
start-what = Right
start-where = Where
start-more = Who needs more asks the manager of their library.
start-where-desk = Open a card
start-where-box = The box at the top of each page
start-where-reader = At the reader’s page
start-where-policies = Policies
start-where-office = At the reader’s page, and in the office
start-where-staff = On the server: yueka staff
start-where-tokens = On the server: yueka token
start-where-machines = Machines
start-where-audit = On the server: yueka audit verify
form-b-masked = Numbers and contact data are masked on this print.
form-b-in-full = Print in full
form-b-why = Why is the form needed in full?
