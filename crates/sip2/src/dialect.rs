//! Dialects: what one family of machines sends and understands, as data.

use std::collections::BTreeMap;

use crate::spec::{Part, field, message};
use crate::{Charset, Code, Rules, Sum, Terminator, Wire};

/// What is done about a checksum that does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Checks {
    /// The message is asked for again.
    #[default]
    Strict,
    /// The message is answered; that the sum is wrong is noted.
    Lenient,
    /// Nobody looks.
    Off,
}

impl Checks {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Strict, Self::Lenient, Self::Off];

    /// The word for it, as in configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lenient => "lenient",
            Self::Off => "off",
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|checks| checks.as_str() == word)
    }
}

/// How a day is written in a field: due dates, dates of loans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Due {
    /// `20261224    235959`.
    #[default]
    Sip,
    /// `2026-12-24`.
    Iso,
    /// `20261224`.
    Digits,
}

/// How answers of one kind look, so that the machine understands them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Shape {
    /// Which answers.
    pub messages: Vec<Code>,
    /// Fields that go by another name: from, to.
    pub rename: Vec<(Code, Code)>,
    /// Fields that are sent again by another name: from, to.
    pub copy: Vec<(Code, Code)>,
    /// Fields that are sent with this value when they would be missing.
    pub add: Vec<(Code, String)>,
    /// Fields that are left out.
    pub leave_out: Vec<Code>,
    /// Fields that come first, in this order.
    pub first: Vec<Code>,
    /// Whether a bar stands before the first field.
    pub bar_first: bool,
    /// Values of fixed parts that are written otherwise: which, from, to.
    pub values: Vec<(Part, String, String)>,
    /// Fixed parts of an answer that says yes. Without an entry in the protocol's table, of every answer.
    pub parts: Vec<(Part, String)>,
    /// A word that AF must have when the answer says yes; it is put before what AF says.
    pub said: Option<String>,
}

/// A profile of one family of machines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Dialect {
    /// Its name.
    pub name: String,
    /// The charset, unless a machine says otherwise.
    pub charset: Charset,
    /// What ends an answer, unless a machine says otherwise.
    pub terminator: Terminator,
    /// What is done about wrong checksums, unless a machine says otherwise.
    pub checks: Checks,
    /// What checksums are taken over.
    pub sum: Sum,
    /// Whether messages are read by the tolerant rules.
    pub tolerant: bool,
    /// Whether the extensions are answered.
    pub extensions: bool,
    /// When set, each field is sent once, its values joined by this character.
    pub joined: Option<char>,
    /// Whether all lists of items are sent, whichever is asked for.
    pub all_lists: bool,
    /// How days are written in fields.
    pub due: Due,
    /// Fields that answers about a reader have beside those of the protocol, as far as the library knows them.
    pub also: Vec<Code>,
    /// How answers look.
    pub shapes: Vec<Shape>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::strict()
    }
}

fn shape(messages: &[Code]) -> Shape {
    Shape { messages: messages.to_vec(), ..Shape::default() }
}

/// Answers that those clients look at for 成功.
const TOLD: &[Code] = &[
    message::CHECKOUT_RESPONSE,
    message::CHECKIN_RESPONSE,
    message::RENEW_RESPONSE,
    message::RENEW_ALL_RESPONSE,
    message::HOLD_RESPONSE,
    message::FEE_PAID_RESPONSE,
    message::OPEN_CARD_RESPONSE,
    message::CHANGE_CARD_RESPONSE,
    message::CHANGE_PASSWORD_RESPONSE,
    message::DEPOSIT_RESPONSE,
    message::PHOTO_RESPONSE,
];

/// Answers about a reader.
const READERS: &[Code] = &[
    message::PATRON_STATUS_RESPONSE,
    message::ENABLE_PATRON_RESPONSE,
    message::PATRON_INFORMATION_RESPONSE,
    message::FIND_READER_RESPONSE,
];

impl Dialect {
    /// The names of the dialects that come along.
    pub const NAMES: [&'static str; 4] = ["strict", "interlib", "wenhua", "jinpan"];

    /// A dialect that comes along, by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "strict" => Some(Self::strict()),
            "interlib" => Some(Self::interlib()),
            "wenhua" => Some(Self::wenhua()),
            "jinpan" => Some(Self::jinpan()),
            _ => None,
        }
    }

    /// The protocol as written.
    #[must_use]
    pub fn strict() -> Self {
        Self {
            name: "strict".to_owned(),
            charset: Charset::Utf8,
            terminator: Terminator::Cr,
            checks: Checks::Strict,
            sum: Sum::Bytes,
            tolerant: false,
            extensions: false,
            joined: None,
            all_lists: false,
            due: Due::Sip,
            also: Vec::new(),
            shapes: vec![
                Shape { leave_out: vec![field::SCREEN_MESSAGE], ..shape(&[message::LOGIN_RESPONSE]) },
                // What is no part of the document.
                Shape {
                    leave_out: vec![
                        field::ITEM_STATE,
                        field::CALL_NUMBER,
                        field::DOCUMENT_NUMBERS,
                        field::AUTHOR,
                        field::ISBN,
                    ],
                    ..shape(&[
                        message::CHECKIN_RESPONSE,
                        message::ITEM_INFORMATION_RESPONSE,
                        message::PATRON_INFORMATION_RESPONSE,
                    ])
                },
            ],
        }
    }

    /// Machines made for 图创 Interlib: GBK, hard-coded checksums, cards opened by 81.
    #[must_use]
    pub fn interlib() -> Self {
        let mut shapes = Self::chinese(["YNN", "YYY"]);
        // Its own states of an item: 入藏 01, 丢失 05, 剔除 06, 普通借出 07, 预约 08, 转送 16.
        let states = [("03", "01"), ("04", "07"), ("10", "16"), ("13", "05"), ("01", "06")];
        let values =
            states.map(|(from, to)| (Part::CirculationStatus, from.to_owned(), to.to_owned())).to_vec();
        shapes.push(Shape { values, ..shape(&[message::ITEM_INFORMATION_RESPONSE]) });
        Self {
            name: "interlib".to_owned(),
            charset: Charset::Gbk,
            terminator: Terminator::Cr,
            checks: Checks::Lenient,
            sum: Sum::Bytes,
            tolerant: true,
            extensions: true,
            joined: None,
            all_lists: true,
            due: Due::Iso,
            also: vec![
                field::READER_TYPE,
                field::VALID_UNTIL,
                field::CHARGED_LIMIT,
                field::RETURNED_TO,
                field::LOAN_VALUE,
            ],
            shapes,
        }
    }

    /// Machines made for 文华: UTF-8, CR LF.
    #[must_use]
    pub fn wenhua() -> Self {
        let mut shapes = Self::chinese(["YYN", "YYY"]);
        shapes.push(Shape { bar_first: true, ..shape(&[message::LOGIN_RESPONSE]) });
        Self {
            name: "wenhua".to_owned(),
            charset: Charset::Utf8,
            terminator: Terminator::Crlf,
            shapes,
            ..Self::interlib()
        }
    }

    /// Machines made for 金盘: each field once, items separated by commas.
    #[must_use]
    pub fn jinpan() -> Self {
        Self { name: "jinpan".to_owned(), joined: Some(','), ..Self::interlib() }
    }

    /// What those three look at. `flags` are what follows the 1 in the answers 10 and 12.
    fn chinese([checkin, checkout]: [&str; 2]) -> Vec<Shape> {
        let parts = |names: [Part; 3], values: &str| {
            names.into_iter().zip(values.chars().map(String::from)).collect::<Vec<_>>()
        };
        vec![
            Shape { said: Some("成功".to_owned()), ..shape(TOLD) },
            Shape {
                first: vec![field::SCREEN_MESSAGE],
                said: Some("登录成功".to_owned()),
                ..shape(&[message::LOGIN_RESPONSE])
            },
            Shape {
                parts: parts([Part::Resensitize, Part::MagneticMedia, Part::Alert], checkin),
                ..shape(&[message::CHECKIN_RESPONSE])
            },
            Shape {
                parts: parts([Part::RenewalOk, Part::MagneticMedia, Part::Desensitize], checkout),
                ..shape(&[message::CHECKOUT_RESPONSE])
            },
            // What is owed goes by CF there; BV is the money on the card. How many books a reader may have goes by BZ.
            Shape {
                rename: vec![
                    (field::FEE_AMOUNT, field::HOLD_QUEUE_LENGTH),
                    (field::CHARGED_LIMIT, field::HOLD_LIMIT),
                ],
                add: [field::FEE_AMOUNT, field::PREPAID, field::DEPOSIT, field::LOAN_VALUE]
                    .map(|code| (code, "0.00".to_owned()))
                    .to_vec(),
                // What is on loan is looked for in AS.
                copy: vec![(field::CHARGED_ITEMS, field::HOLD_ITEMS)],
                ..shape(READERS)
            },
            Shape {
                rename: vec![(field::FEE_AMOUNT, field::HOLD_QUEUE_LENGTH)],
                ..shape(&[message::CHECKIN_RESPONSE, message::CHECKOUT_RESPONSE, message::RENEW_RESPONSE])
            },
            Shape {
                copy: vec![
                    (field::AUTHOR, field::HOLD_QUEUE_LENGTH),
                    (field::HOLD_PICKUP_DATE, field::RECALL_DATE),
                ],
                parts: vec![(Part::SecurityMarker, "00".to_owned()), (Part::FeeType, "01".to_owned())],
                ..shape(&[message::ITEM_INFORMATION_RESPONSE])
            },
        ]
    }

    /// By which rules it is read.
    #[must_use]
    pub fn rules(&self) -> Rules {
        if self.tolerant { Rules::Tolerant } else { Rules::Strict }
    }

    /// How it is written, where a machine has nothing of its own to say.
    #[must_use]
    pub fn wire(&self) -> Wire {
        Wire { charset: self.charset, sum: self.sum, terminator: self.terminator, joined: self.joined }
    }

    /// Dialects by their names: those that come along, and others beside or instead of them.
    #[must_use]
    pub fn table(others: impl IntoIterator<Item = Self>) -> BTreeMap<String, Self> {
        let known = Self::NAMES.into_iter().filter_map(Self::named);
        known.chain(others).map(|dialect| (dialect.name.clone(), dialect)).collect()
    }
}
