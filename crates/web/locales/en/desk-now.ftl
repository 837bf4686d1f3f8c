# The desk: what is true of a card now, photos, forms sent again
form-without-key = The form had no number of its own, so nothing was done. What was typed is kept: compare again and send it once more.
photo-none = No photo: compare with the one on the document
notes-above = All notes stand above
card-not-working = This card does not work now.
card-to-do-lost = If it is found, come to any member library with the document to restore it; if not, it can be replaced or cancelled.
card-to-do-cancelled = Whoever has a new card uses that one; otherwise bring a valid document to open another.
problem-picture-kind = Upload a picture: JPEG, PNG or WebP
after-now = The card has changed since. It is now:{" "}
choose = Choose
