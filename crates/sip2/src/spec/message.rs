//! Messages, by what they ask or say.

use crate::Code;

/// 23: Patron Status Request.
pub const PATRON_STATUS: Code = Code::new(b"23");
/// 11: Checkout.
pub const CHECKOUT: Code = Code::new(b"11");
/// 09: Checkin.
pub const CHECKIN: Code = Code::new(b"09");
/// 01: Block Patron.
pub const BLOCK_PATRON: Code = Code::new(b"01");
/// 99: SC Status.
pub const SC_STATUS: Code = Code::new(b"99");
/// 97: Request ACS Resend.
pub const REQUEST_ACS_RESEND: Code = Code::new(b"97");
/// 93: Login.
pub const LOGIN: Code = Code::new(b"93");
/// 63: Patron Information.
pub const PATRON_INFORMATION: Code = Code::new(b"63");
/// 35: End Patron Session.
pub const END_SESSION: Code = Code::new(b"35");
/// 37: Fee Paid.
pub const FEE_PAID: Code = Code::new(b"37");
/// 17: Item Information.
pub const ITEM_INFORMATION: Code = Code::new(b"17");
/// 19: Item Status Update.
pub const ITEM_STATUS_UPDATE: Code = Code::new(b"19");
/// 25: Patron Enable.
pub const ENABLE_PATRON: Code = Code::new(b"25");
/// 15: Hold.
pub const HOLD: Code = Code::new(b"15");
/// 29: Renew.
pub const RENEW: Code = Code::new(b"29");
/// 65: Renew All.
pub const RENEW_ALL: Code = Code::new(b"65");
/// 24: Patron Status Response.
pub const PATRON_STATUS_RESPONSE: Code = Code::new(b"24");
/// 12: Checkout Response.
pub const CHECKOUT_RESPONSE: Code = Code::new(b"12");
/// 10: Checkin Response.
pub const CHECKIN_RESPONSE: Code = Code::new(b"10");
/// 98: ACS Status.
pub const ACS_STATUS: Code = Code::new(b"98");
/// 96: Request SC Resend.
pub const REQUEST_SC_RESEND: Code = Code::new(b"96");
/// 94: Login Response.
pub const LOGIN_RESPONSE: Code = Code::new(b"94");
/// 64: Patron Information Response.
pub const PATRON_INFORMATION_RESPONSE: Code = Code::new(b"64");
/// 36: End Session Response.
pub const END_SESSION_RESPONSE: Code = Code::new(b"36");
/// 38: Fee Paid Response.
pub const FEE_PAID_RESPONSE: Code = Code::new(b"38");
/// 18: Item Information Response.
pub const ITEM_INFORMATION_RESPONSE: Code = Code::new(b"18");
/// 20: Item Status Update Response.
pub const ITEM_STATUS_UPDATE_RESPONSE: Code = Code::new(b"20");
/// 26: Patron Enable Response.
pub const ENABLE_PATRON_RESPONSE: Code = Code::new(b"26");
/// 16: Hold Response.
pub const HOLD_RESPONSE: Code = Code::new(b"16");
/// 30: Renew Response.
pub const RENEW_RESPONSE: Code = Code::new(b"30");
/// 66: Renew All Response.
pub const RENEW_ALL_RESPONSE: Code = Code::new(b"66");
/// 91: Is this document taken?.
pub const CHECK_DOCUMENT: Code = Code::new(b"91");
/// 92: Is this document taken? Response.
pub const CHECK_DOCUMENT_RESPONSE: Code = Code::new(b"92");
/// 81: Open a card.
pub const OPEN_CARD: Code = Code::new(b"81");
/// 82: Open a card Response.
pub const OPEN_CARD_RESPONSE: Code = Code::new(b"82");
/// 83: Change a card.
pub const CHANGE_CARD: Code = Code::new(b"83");
/// 84: Change a card Response.
pub const CHANGE_CARD_RESPONSE: Code = Code::new(b"84");
/// 85: Find a reader by document.
pub const FIND_READER: Code = Code::new(b"85");
/// 86: Find a reader by document Response.
pub const FIND_READER_RESPONSE: Code = Code::new(b"86");
/// 21: Change a password.
pub const CHANGE_PASSWORD: Code = Code::new(b"21");
/// 22: Change a password Response.
pub const CHANGE_PASSWORD_RESPONSE: Code = Code::new(b"22");
/// 59: Pay a deposit.
pub const DEPOSIT: Code = Code::new(b"59");
/// 60: Pay a deposit Response.
pub const DEPOSIT_RESPONSE: Code = Code::new(b"60");
/// 77: Photo of a reader.
pub const PHOTO: Code = Code::new(b"77");
/// 78: Photo of a reader Response.
pub const PHOTO_RESPONSE: Code = Code::new(b"78");
/// 27: Change an item.
pub const CHANGE_ITEM: Code = Code::new(b"27");
/// 28: Change an item Response.
pub const CHANGE_ITEM_RESPONSE: Code = Code::new(b"28");
