//! Fields, by what they hold. Where one code means two things in two messages, the name says both.

use super::FieldSpec;
use crate::Code;

/// AA: patron identifier.
pub const PATRON: Code = Code::new(b"AA");
/// AB: item identifier.
pub const ITEM: Code = Code::new(b"AB");
/// AC: terminal password; in 92 whether the document is taken.
pub const TERMINAL_PASSWORD: Code = Code::new(b"AC");
/// AD: patron password.
pub const PATRON_PASSWORD: Code = Code::new(b"AD");
/// AE: personal name.
pub const PERSONAL_NAME: Code = Code::new(b"AE");
/// AF: screen message.
pub const SCREEN_MESSAGE: Code = Code::new(b"AF");
/// AG: print line.
pub const PRINT_LINE: Code = Code::new(b"AG");
/// AH: due date.
pub const DUE_DATE: Code = Code::new(b"AH");
/// AI: type of the reader in words.
pub const RETURNED_TO: Code = Code::new(b"AI");
/// AJ: title identifier.
pub const TITLE: Code = Code::new(b"AJ");
/// AK: ISBN.
pub const ISBN: Code = Code::new(b"AK");
/// AL: blocked card message.
pub const BLOCKED_CARD_MESSAGE: Code = Code::new(b"AL");
/// AM: library name; in 81 the opening library.
pub const LIBRARY_NAME: Code = Code::new(b"AM");
/// AN: terminal location; in 21 the new password.
pub const TERMINAL_LOCATION: Code = Code::new(b"AN");
/// AO: institution id.
pub const INSTITUTION: Code = Code::new(b"AO");
/// AP: current location.
pub const CURRENT_LOCATION: Code = Code::new(b"AP");
/// AQ: permanent location.
pub const PERMANENT_LOCATION: Code = Code::new(b"AQ");
/// AS: hold items.
pub const HOLD_ITEMS: Code = Code::new(b"AS");
/// AT: overdue items.
pub const OVERDUE_ITEMS: Code = Code::new(b"AT");
/// AU: charged items.
pub const CHARGED_ITEMS: Code = Code::new(b"AU");
/// AV: fine items.
pub const FINE_ITEMS: Code = Code::new(b"AV");
/// AW: author.
pub const AUTHOR: Code = Code::new(b"AW");
/// AY: sequence number.
pub const SEQUENCE: Code = Code::new(b"AY");
/// AZ: checksum.
pub const CHECKSUM: Code = Code::new(b"AZ");
/// BD: home address.
pub const HOME_ADDRESS: Code = Code::new(b"BD");
/// BE: e-mail address.
pub const EMAIL: Code = Code::new(b"BE");
/// BF: home phone number.
pub const PHONE: Code = Code::new(b"BF");
/// BG: owner.
pub const OWNER: Code = Code::new(b"BG");
/// BH: currency type.
pub const CURRENCY: Code = Code::new(b"BH");
/// BI: cancel.
pub const CANCEL: Code = Code::new(b"BI");
/// BK: transaction id.
pub const TRANSACTION: Code = Code::new(b"BK");
/// BL: valid patron.
pub const VALID_PATRON: Code = Code::new(b"BL");
/// BM: renewed items.
pub const RENEWED_ITEMS: Code = Code::new(b"BM");
/// BN: unrenewed items.
pub const UNRENEWED_ITEMS: Code = Code::new(b"BN");
/// BO: fee acknowledged.
pub const FEE_ACKNOWLEDGED: Code = Code::new(b"BO");
/// BP: start item; in 81 the phone number.
pub const START_ITEM: Code = Code::new(b"BP");
/// BQ: end item.
pub const END_ITEM: Code = Code::new(b"BQ");
/// BR: queue position.
pub const QUEUE_POSITION: Code = Code::new(b"BR");
/// BS: pickup location.
pub const PICKUP_LOCATION: Code = Code::new(b"BS");
/// BT: fee type.
pub const FEE_TYPE: Code = Code::new(b"BT");
/// BU: recall items.
pub const RECALL_ITEMS: Code = Code::new(b"BU");
/// BV: fee amount.
pub const FEE_AMOUNT: Code = Code::new(b"BV");
/// BW: expiration date.
pub const EXPIRATION: Code = Code::new(b"BW");
/// BX: supported messages.
pub const SUPPORTED_MESSAGES: Code = Code::new(b"BX");
/// BY: hold type.
pub const HOLD_TYPE: Code = Code::new(b"BY");
/// BZ: hold items limit.
pub const HOLD_LIMIT: Code = Code::new(b"BZ");
/// CA: overdue items limit.
pub const OVERDUE_LIMIT: Code = Code::new(b"CA");
/// CB: charged items limit.
pub const CHARGED_LIMIT: Code = Code::new(b"CB");
/// CC: fee limit.
pub const FEE_LIMIT: Code = Code::new(b"CC");
/// CD: unavailable hold items.
pub const UNAVAILABLE_HOLD_ITEMS: Code = Code::new(b"CD");
/// CF: hold queue length; in several systems what is owed, or the author.
pub const HOLD_QUEUE_LENGTH: Code = Code::new(b"CF");
/// CG: fee identifier.
pub const FEE_IDENTIFIER: Code = Code::new(b"CG");
/// CH: item properties.
pub const ITEM_PROPERTIES: Code = Code::new(b"CH");
/// CI: security inhibit.
pub const SECURITY_INHIBIT: Code = Code::new(b"CI");
/// CJ: recall date; in several systems the date of the loan.
pub const RECALL_DATE: Code = Code::new(b"CJ");
/// CK: media type.
pub const MEDIA_TYPE: Code = Code::new(b"CK");
/// CL: sort bin.
pub const SORT_BIN: Code = Code::new(b"CL");
/// CM: hold pickup date; in several systems the date of the loan.
pub const HOLD_PICKUP_DATE: Code = Code::new(b"CM");
/// CN: login user id.
pub const LOGIN_USER: Code = Code::new(b"CN");
/// CO: login password.
pub const LOGIN_PASSWORD: Code = Code::new(b"CO");
/// CP: location code.
pub const LOCATION_CODE: Code = Code::new(b"CP");
/// CQ: valid patron password.
pub const VALID_PASSWORD: Code = Code::new(b"CQ");
/// CT: destination location.
pub const DESTINATION: Code = Code::new(b"CT");
/// CV: alert type.
pub const ALERT_TYPE: Code = Code::new(b"CV");
/// CY: hold patron id.
pub const HOLD_PATRON: Code = Code::new(b"CY");
/// DA: photo, in hexadecimal digits.
pub const PHOTO: Code = Code::new(b"DA");
/// IC: number of the card's chip.
pub const CHIP: Code = Code::new(b"IC");
/// JE: money prepaid.
pub const PREPAID: Code = Code::new(b"JE");
/// JF: charges unpaid.
pub const CHARGES: Code = Code::new(b"JF");
/// JK: number of the finance record.
pub const FINANCE_RECORD: Code = Code::new(b"JK");
/// KC: call number.
pub const CALL_NUMBER: Code = Code::new(b"KC");
/// KP: shelf number.
pub const SHELF: Code = Code::new(b"KP");
/// LE: length of the photo.
pub const LENGTH: Code = Code::new(b"LE");
/// MP: mobile phone number.
pub const MOBILE: Code = Code::new(b"MP");
/// OK: 1 when it was done, 0 when it was not.
pub const DONE: Code = Code::new(b"OK");
/// OX: document numbers.
pub const DOCUMENT_NUMBERS: Code = Code::new(b"OX");
/// PB: publisher.
pub const PUBLISHER: Code = Code::new(b"PB");
/// PG: pages.
pub const PAGES: Code = Code::new(b"PG");
/// PY: paid.
pub const PAID: Code = Code::new(b"PY");
/// SJ: subject.
pub const SUBJECT: Code = Code::new(b"SJ");
/// ST: state of the item.
pub const ITEM_STATE: Code = Code::new(b"ST");
/// XB: valid from.
pub const VALID_FROM: Code = Code::new(b"XB");
/// XC: value of what is on loan.
pub const LOAN_VALUE: Code = Code::new(b"XC");
/// XD: valid until.
pub const VALID_UNTIL: Code = Code::new(b"XD");
/// XE: closes at.
pub const CLOSES_AT: Code = Code::new(b"XE");
/// XF: note.
pub const NOTE: Code = Code::new(b"XF");
/// XH: birth date.
pub const BIRTH_DATE: Code = Code::new(b"XH");
/// XK: how, or what for.
pub const MODE: Code = Code::new(b"XK");
/// XM: sex.
pub const SEX: Code = Code::new(b"XM");
/// XN: ethnicity.
pub const ETHNICITY: Code = Code::new(b"XN");
/// XO: document number.
pub const DOCUMENT_NUMBER: Code = Code::new(b"XO");
/// XP: native place.
pub const NATIVE_PLACE: Code = Code::new(b"XP");
/// XR: deposit.
pub const DEPOSIT: Code = Code::new(b"XR");
/// XT: type of reader.
pub const READER_TYPE: Code = Code::new(b"XT");

const fn public(code: Code, name: &'static str) -> FieldSpec {
    FieldSpec { code, name, personal: false }
}

const fn personal(code: Code, name: &'static str) -> FieldSpec {
    FieldSpec { code, name, personal: true }
}

/// All fields that are known.
pub const FIELDS: &[FieldSpec] = &[
    personal(PATRON, "patron identifier"),
    public(ITEM, "item identifier"),
    personal(TERMINAL_PASSWORD, "terminal password; in 92 whether the document is taken"),
    personal(PATRON_PASSWORD, "patron password"),
    personal(PERSONAL_NAME, "personal name"),
    personal(SCREEN_MESSAGE, "screen message"),
    personal(PRINT_LINE, "print line"),
    public(DUE_DATE, "due date"),
    public(RETURNED_TO, "type of the reader in words"),
    public(TITLE, "title identifier"),
    public(ISBN, "ISBN"),
    personal(BLOCKED_CARD_MESSAGE, "blocked card message"),
    public(LIBRARY_NAME, "library name; in 81 the opening library"),
    personal(TERMINAL_LOCATION, "terminal location; in 21 the new password"),
    public(INSTITUTION, "institution id"),
    public(CURRENT_LOCATION, "current location"),
    public(PERMANENT_LOCATION, "permanent location"),
    public(HOLD_ITEMS, "hold items"),
    public(OVERDUE_ITEMS, "overdue items"),
    public(CHARGED_ITEMS, "charged items"),
    public(FINE_ITEMS, "fine items"),
    public(AUTHOR, "author"),
    public(SEQUENCE, "sequence number"),
    public(CHECKSUM, "checksum"),
    personal(HOME_ADDRESS, "home address"),
    personal(EMAIL, "e-mail address"),
    personal(PHONE, "home phone number"),
    public(OWNER, "owner"),
    public(CURRENCY, "currency type"),
    public(CANCEL, "cancel"),
    public(TRANSACTION, "transaction id"),
    public(VALID_PATRON, "valid patron"),
    public(RENEWED_ITEMS, "renewed items"),
    public(UNRENEWED_ITEMS, "unrenewed items"),
    public(FEE_ACKNOWLEDGED, "fee acknowledged"),
    personal(START_ITEM, "start item; in 81 the phone number"),
    public(END_ITEM, "end item"),
    public(QUEUE_POSITION, "queue position"),
    public(PICKUP_LOCATION, "pickup location"),
    public(FEE_TYPE, "fee type"),
    public(RECALL_ITEMS, "recall items"),
    public(FEE_AMOUNT, "fee amount"),
    public(EXPIRATION, "expiration date"),
    public(SUPPORTED_MESSAGES, "supported messages"),
    public(HOLD_TYPE, "hold type"),
    public(HOLD_LIMIT, "hold items limit"),
    public(OVERDUE_LIMIT, "overdue items limit"),
    public(CHARGED_LIMIT, "charged items limit"),
    public(FEE_LIMIT, "fee limit"),
    public(UNAVAILABLE_HOLD_ITEMS, "unavailable hold items"),
    public(HOLD_QUEUE_LENGTH, "hold queue length; in several systems what is owed, or the author"),
    public(FEE_IDENTIFIER, "fee identifier"),
    public(ITEM_PROPERTIES, "item properties"),
    public(SECURITY_INHIBIT, "security inhibit"),
    public(RECALL_DATE, "recall date; in several systems the date of the loan"),
    public(MEDIA_TYPE, "media type"),
    public(SORT_BIN, "sort bin"),
    public(HOLD_PICKUP_DATE, "hold pickup date; in several systems the date of the loan"),
    public(LOGIN_USER, "login user id"),
    personal(LOGIN_PASSWORD, "login password"),
    public(LOCATION_CODE, "location code"),
    public(VALID_PASSWORD, "valid patron password"),
    public(DESTINATION, "destination location"),
    public(ALERT_TYPE, "alert type"),
    personal(HOLD_PATRON, "hold patron id"),
    personal(PHOTO, "photo, in hexadecimal digits"),
    personal(CHIP, "number of the card's chip"),
    public(PREPAID, "money prepaid"),
    public(CHARGES, "charges unpaid"),
    public(FINANCE_RECORD, "number of the finance record"),
    public(CALL_NUMBER, "call number"),
    public(SHELF, "shelf number"),
    public(LENGTH, "length of the photo"),
    personal(MOBILE, "mobile phone number"),
    public(DONE, "1 when it was done, 0 when it was not"),
    personal(DOCUMENT_NUMBERS, "document numbers"),
    public(PUBLISHER, "publisher"),
    public(PAGES, "pages"),
    public(PAID, "paid"),
    public(SUBJECT, "subject"),
    public(ITEM_STATE, "state of the item"),
    public(VALID_FROM, "valid from"),
    public(LOAN_VALUE, "value of what is on loan"),
    public(VALID_UNTIL, "valid until"),
    public(CLOSES_AT, "closes at"),
    personal(NOTE, "note"),
    personal(BIRTH_DATE, "birth date"),
    public(MODE, "how, or what for"),
    personal(SEX, "sex"),
    personal(ETHNICITY, "ethnicity"),
    personal(DOCUMENT_NUMBER, "document number"),
    personal(NATIVE_PLACE, "native place"),
    public(DEPOSIT, "deposit"),
    public(READER_TYPE, "type of reader"),
];
