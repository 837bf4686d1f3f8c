//! What can be wrong with something entered, and how text is cleaned before it is judged.

use unicode_normalization::UnicodeNormalization;

use super::Invalid;

/// What is wrong with a field. Faces translate `code()`; none of the variants holds what was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It must be given.
    Missing,
    /// Longer than this many characters.
    TooLong(usize),
    /// Shorter than this many characters.
    TooShort(usize),
    /// A character that can't stand there.
    Character,
    /// Not a phone number.
    Phone,
    /// Not an e-mail address.
    Email,
    /// Not a date (`YYYY-MM-DD`).
    Date,
    /// A date that lies ahead.
    FutureDate,
    /// A date that no living person was born on.
    TooLongAgo,
    /// Not one of the words this field knows.
    UnknownWord,
    /// A number that its kind of document can't have; the code says why.
    Document(documents::DocumentError),
    /// The document's validity has ended.
    Expired,
    /// The number of the document says another birth date.
    BirthDateDiffers,
    /// The guardian must be grown up.
    GuardianIsMinor,
    /// An agent is 16 or older.
    AgentIsMinor,
    /// The guardian's document is the reader's own.
    GuardianIsReader,
    /// The guardian has not signed.
    ConsentMissing,
    /// Not a barcode of the federation's One-Card (5.2.2).
    Barcode,
    /// A password needs eight characters, with letters and digits (6.1.1.2).
    WeakPassword,
    /// Someone has this name already.
    Taken,
    /// The current password is wrong.
    WrongPassword,
    /// A one-time code that does not fit.
    WrongCode,
    /// Not a value that this policy can have.
    PolicyValue,
    /// A password made of the birth date, phone or document number.
    DerivedPassword,
    /// A password that many people use.
    CommonPassword,
    /// The password that is in use already.
    SamePassword,
    /// Not a picture or PDF.
    FileKind,
    /// Nothing is different from what is known.
    NothingChanged,
    /// A file larger than this many KiB.
    FileTooLarge(usize),
    /// The document shown is none of the reader's.
    NotTheReaders,
    /// Does not belong with what else was entered.
    NotApplicable,
    /// Whoever sent it did not say that they compared the person with the document.
    NotCompared,
    /// A number that does not tell the kind of its document.
    KindUnclear,
    /// A record or zone that was read in part, or damaged.
    Unreadable,
    /// A last day that is over already.
    PastDay,
    /// A place `{…}` in a message that this message has no word for.
    UnknownPlace,
    /// A message that does not say this word, without which it is of no use.
    MissingPlace(&'static str),
    /// A text for one line that has several, or characters that steer what shows it.
    NotOneLine,
    /// No item, or card, of this number is known.
    UnknownBarcode,
    /// Not an amount of money.
    Amount,
    /// More than is owed.
    MoreThanOwed,
    /// Not a whole number within what this field takes.
    Count,
    /// Not a time of the day (`HH:MM`).
    Time,
    /// Not a range of barcodes, or one that is there twice (5.2.2).
    NotARange,
    /// More cards than this at once.
    TooMany(usize),
    /// No free card of this number lies in the store (5.2.1).
    NotInStore,
    /// Not among the cards that were ordered, or came.
    NotOrdered,
    /// A design that holds what none may, or lacks what each must have (5.2.2).
    Design,
    /// Not hours at which something can be open.
    Hours,
    /// A day that lies before the one it follows.
    BeforeBegin,
}

impl Problem {
    /// The stable word for it, in messages and in the API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong(_) => "too_long",
            Self::TooShort(_) => "too_short",
            Self::Character => "character",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Date => "date",
            Self::FutureDate => "future_date",
            Self::TooLongAgo => "too_long_ago",
            Self::UnknownWord => "unknown_word",
            Self::Document(error) => error.code(),
            Self::Expired => "expired",
            Self::BirthDateDiffers => "birth_date_differs",
            Self::GuardianIsMinor => "guardian_is_minor",
            Self::AgentIsMinor => "agent_is_minor",
            Self::GuardianIsReader => "guardian_is_reader",
            Self::ConsentMissing => "consent_missing",
            Self::Barcode => "barcode",
            Self::WeakPassword => "weak_password",
            Self::Taken => "taken",
            Self::WrongPassword => "wrong_password",
            Self::WrongCode => "wrong_code",
            Self::PolicyValue => "policy_value",
            Self::DerivedPassword => "derived_password",
            Self::CommonPassword => "common_password",
            Self::SamePassword => "same_password",
            Self::FileKind => "file_kind",
            Self::NothingChanged => "nothing_changed",
            Self::FileTooLarge(_) => "file_too_large",
            Self::NotTheReaders => "not_the_readers",
            Self::NotApplicable => "not_applicable",
            Self::NotCompared => "not_compared",
            Self::KindUnclear => "kind_unclear",
            Self::Unreadable => "unreadable",
            Self::PastDay => "past_day",
            Self::UnknownPlace => "unknown_place",
            Self::MissingPlace(_) => "missing_place",
            Self::NotOneLine => "not_one_line",
            Self::UnknownBarcode => "unknown_barcode",
            Self::Amount => "amount",
            Self::MoreThanOwed => "more_than_owed",
            Self::Count => "count",
            Self::Time => "time",
            Self::NotARange => "not_a_range",
            Self::TooMany(_) => "too_many",
            Self::NotInStore => "not_in_store",
            Self::NotOrdered => "not_ordered",
            Self::Design => "design",
            Self::Hours => "hours",
            Self::BeforeBegin => "before_begin",
        }
    }

    /// The number that goes into the message, where there is one.
    #[must_use]
    pub fn limit(&self) -> Option<usize> {
        match self {
            Self::TooLong(limit)
            | Self::TooShort(limit)
            | Self::FileTooLarge(limit)
            | Self::TooMany(limit) => Some(*limit),
            _ => None,
        }
    }
}

/// Composed (NFC), trimmed, runs of white space made one space.
pub(crate) fn clean(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether nothing but white space was entered.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// What a program of others calls itself, without blanks around it: 2 to 40 of small letters, digits and `-`. What is wrong with it is
/// noted at `name`.
pub(crate) fn account_name(text: &str, invalid: &mut Invalid) -> String {
    let name = text.trim().to_owned();
    let fits = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match name.len() {
        0 => invalid.add("name", Problem::Missing),
        1 => invalid.add("name", Problem::TooShort(2)),
        41.. => invalid.add("name", Problem::TooLong(40)),
        _ if !fits => invalid.add("name", Problem::Character),
        _ => {}
    }
    name
}
