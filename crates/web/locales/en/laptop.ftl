# The laptop of a mobile point has no network: no card works yet, and only this laptop was asked
laptop-card-state = Works once handed in and accepted
laptop-card-works-later = This card works once it was handed in to the library and accepted. It may be refused then: if there is a card already.
laptop-done-say-document = Written down. You can borrow with your { $document } once it was handed in to the library and accepted; it may be refused then.
laptop-done-say-one-card = Written down. You can borrow with this One-Card once it was handed in to the library and accepted; it may be refused then.
laptop-may-borrow = May borrow once accepted
laptop-slip-good-for = What it is good for once accepted
laptop-duplicates-none = not opened on this laptop; the federation is asked when it is handed in
laptop-duplicates-some = not opened on this laptop with this document, but { $count } who may be the same person; the federation is asked when it is handed in
laptop-found-here = Only what was opened on this laptop was searched
laptop-nobody-by-document = Not opened on this laptop
laptop-nobody-by-document-what = The federation is asked when it is handed in: ask the reader first whether they have a card.
laptop-then-duplicates-what = If a card was opened for this document on this laptop, you will be told here. The federation is asked when it is handed in.
laptop-help-open-1 = Ask for a valid document, put it on the reader and press R, or type its number into the scan box. This laptop is checked for a card first; the federation is asked when it is handed in.
laptop-help-holds-what = If it was opened on this laptop, no second one. What was opened elsewhere is known only when it is handed in: ask the reader first.
