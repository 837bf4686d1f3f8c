# Paper
slip = Slip
slip-title = Your reader card
slip-account = Account and password
slip-account-document = Account: the virtual number, or the number of your { $document }
slip-account-one-card = Account: the barcode number. Opened with your { $document }:
slip-password = First password: the last six characters of the { $document } number, letters in capitals.{" "}
slip-password-hk-macao = First password: the last six of the permit number’s first nine characters, without the issue count.{" "}
slip-password-taiwan = First password: the last six of the permit number’s first eight digits, without the issue count.{" "}
slip-password-change = Please change it soon to eight or more characters with letters and digits.
slip-good-for = What it is good for
slip-books = { $count } books, borrowed and returned at any member library
slip-other-media = Other periodicals, audio and video: by each library’s rules
slip-periodicals = { $count ->
    [one] One periodical
   *[other] { $count } periodicals
 }
slip-av = { $count ->
    [one] One audio or video item
   *[other] { $count } audio or video items
 }
slip-inside = Entering the library and reading what is not lent
slip-digital = Digital resources, free: www.fslib.com.cn
slip-booking = Bookings and other services
slip-loss = Lost it? Report it at any member library at once: what happens before is your own loss.
slip-loss-phone = {" "}Phone
slip-opened = Opened { $time }
form-b-blank = blank
form-b-title = { $federation }: Reader Registration Form
form-b-library = Library
form-b-date = Date
form-b-empty-date = ____ / __ / __
form-b-part-reader = 1. Reader
form-b-part-guardian = 2. Guardian (for readers under 16)
form-b-part-card = 3. Card
form-b-kind = Kind
form-b-number = Number or barcode
form-b-part-consent = 4. The reader confirms
form-b-true = The above is true; I will tell the library of changes.
form-b-rules = I know the lending rules, keep and use the card myself, and report its loss at once.
form-b-data = I agree that the library records and uses these data to serve me.
form-b-reader-signs = Reader’s signature
form-b-guardian-signs = Guardian’s signature
form-b-part-library = 5. Library
form-b-checked = Checked
printed-at = Printed { $time }
page-one = Page 1 of 1
box-resident = ID card
box-residence = Residence permit
box-permanent = Permanent resident
box-household = Household register
box-passport = Passport
box-permit = Travel permit
box-military = Military
box-other = Other
