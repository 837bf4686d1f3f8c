# What every page shares
yueka = Yueka
what-it-is = Reader cards
skip = Skip to content
language = Language
theme = Appearance
theme-system = System
theme-light = Light
theme-dark = Dark
help = Help
sign-out = Sign out
my-account = My account
other-service-point = Change service point
device-reader = Document reader
device-ready = ready
device-no-document = no document
device-error = fault
device-unknown = not connected
colon = {":"}{" "}
comma = {","}{" "}
in-brackets = {" "}({ $text })
optional = optional
continue = Continue
cancel = Cancel
save = Save
back = Back
print = Print
begin = Start
next = Next
next-step = Next
alt-number = Alt + number
form-errors = { $count ->
    [one] One thing needs mending; the rest was kept
   *[other] { $count } things need mending; the rest was kept
 }
table-a1 = Table A1
appendix-b = Appendix B
date-of-today = { $weekday }, { $day }/{ $month }
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
