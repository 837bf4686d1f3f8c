//! Who is known to the simulator, and the ways in which it can behave.

use std::str::FromStr;

/// A reader as the system knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimReader {
    /// Their name.
    pub name: String,
    /// What they have out.
    pub items: Vec<SimItem>,
    /// How many of these are overdue.
    pub overdue: u32,
    /// What they owe, as it is written; nothing: the field is left out.
    pub charges: String,
    /// The currency; nothing: the field is left out.
    pub currency: String,
    /// The patron status: fourteen of `Y` and blank.
    pub marks: String,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimItem {
    /// Its barcode.
    pub barcode: String,
    /// Its title.
    pub title: String,
    /// When it is due: `20261224`.
    pub due: String,
}

impl SimReader {
    /// A reader with so many books out, who owes so much: `3.50`.
    #[must_use]
    pub fn with(loans: u32, charges: &str) -> Self {
        let item = |place| SimItem {
            barcode: format!("B{place:04}"),
            title: format!("射雕英雄传（{place}）"),
            due: "20261224".to_owned(),
        };
        Self {
            name: "陈敏".to_owned(),
            items: (1..=loans).map(item).collect(),
            overdue: 0,
            charges: charges.to_owned(),
            currency: "CNY".to_owned(),
            marks: String::new(),
        }
    }
}

/// How the system behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// As it should.
    #[default]
    Well,
    /// It takes what comes and says nothing.
    Silent,
    /// It says nothing until it behaves otherwise; then it answers what waits.
    Waiting,
    /// It answers with something that is no message.
    Garbage,
    /// It sends one byte at a time, with so many milliseconds between.
    Slow(u64),
    /// It closes the connection instead of answering about a reader.
    Closing,
    /// It closes the connection after each answer about a reader.
    ClosingAfter,
    /// It sends half an answer and closes.
    Half,
    /// Its checksums are wrong.
    WrongSum,
    /// The checksum of an answer is wrong once, and right when it is asked for again.
    WrongSumOnce,
    /// The byte at this place of its answers is another one.
    Altered(usize),
    /// It asks for a message again (96) before it answers.
    AskingAgain,
    /// It asks for a message again, whatever comes.
    AskingForEver,
    /// It sends every answer twice.
    Twice,
    /// It answers about another reader.
    AnotherReader,
    /// It takes nobody's name and password.
    Refusing,
    /// It says that it is off line.
    OffLine,
    /// It leaves counts blank.
    NoCounts,
    /// It says nothing about items.
    NoTitles,
}

impl Behaviour {
    /// The words for those that can be chosen on the command line.
    pub const WORDS: [(&'static str, Self); 13] = [
        ("well", Self::Well),
        ("silent", Self::Silent),
        ("garbage", Self::Garbage),
        ("slow", Self::Slow(200)),
        ("closing", Self::Closing),
        ("half", Self::Half),
        ("wrong-sum", Self::WrongSum),
        ("asking-again", Self::AskingForEver),
        ("another-reader", Self::AnotherReader),
        ("refusing", Self::Refusing),
        ("off-line", Self::OffLine),
        ("no-counts", Self::NoCounts),
        ("no-titles", Self::NoTitles),
    ];
}

impl FromStr for Behaviour {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        let known = Self::WORDS.iter().find(|(known, _)| *known == word);
        let words = || Self::WORDS.map(|(word, _)| word).join(", ");
        known.map(|(_, behaviour)| *behaviour).ok_or_else(|| format!("write one of {}", words()))
    }
}
