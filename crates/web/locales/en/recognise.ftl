# Recognising a reader
mrz-part = This is one line of the zone only: scan both lines (three on cards) into this field
number-unchecked = the number has no check digit; compare the document
checked-by-eye = no check digit: compare the document by eye
found-none-number = If this is a document’s number: { $problem }
found-none-typed = Try again
found-none-country = Looks like a passport’s number, and no reader has it
found-none-country-what = Passports of two countries may have the same number. To open a card, give the issuing country; duplicates are looked for again.
open-card-country = Next: the issuing country
of-record = This document is on a reader’s record
of-record-what = They had a card before and have none that works. What stands below is from that record: go through it with the reader, and open nothing when it is somebody else.
duplicates-of-record = had a card before, see below
warning-sex_differs = The number of the document tells another sex
warning-birth_differs = The chip’s birth date is not the one in its number
blocker-record_of_another = This document is on the record of a reader of another name or birth date
instead-record_of_another = Compare the number first. If the same person changed their name, change the record with evidence on the reader’s page, then open the card; if it is somebody else, ask your manager.
