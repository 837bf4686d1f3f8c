//! What lies on the reader, and what is the matter with it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use documents::chip::ChipRecord;

use super::Language;
use super::people::{self, Person};

/// What can go wrong, for trying how a page tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing lies on the reader.
    NoDocument,
    /// The document was taken away too soon.
    ReadFailed,
    /// The device is not plugged in.
    DeviceMissing,
    /// Another program uses the device.
    Busy,
    /// What was read is damaged, and the bridge does not notice.
    Damaged,
    /// The answer comes too late.
    Slow,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::NoDocument, Self::ReadFailed, Self::DeviceMissing, Self::Busy, Self::Damaged, Self::Slow];

    /// The code of the contract; of the last two, which have none, a name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoDocument => "no_document",
            Self::ReadFailed => "read_failed",
            Self::DeviceMissing => "device_missing",
            Self::Busy => "busy",
            Self::Damaged => "damaged",
            Self::Slow => "slow",
        }
    }

    /// The status of the contract.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NoDocument | Self::Busy => StatusCode::CONFLICT,
            Self::ReadFailed => StatusCode::BAD_GATEWAY,
            Self::DeviceMissing => StatusCode::SERVICE_UNAVAILABLE,
            Self::Damaged | Self::Slow => StatusCode::OK,
        }
    }

    /// What a clerk is told.
    pub fn message(self, language: Language) -> &'static str {
        let [hans, hant, english] = match self {
            Self::NoDocument => [
                "读卡器上没有证件，请放上证件再读。",
                "讀卡機上沒有證件，請放上證件再讀。",
                "No document lies on the reader: put one on it and read again.",
            ],
            Self::ReadFailed => [
                "没有读完：证件移开得太早，请放好不动再读一次。",
                "沒有讀完：證件移開得太早，請放好不動再讀一次。",
                "The document moved too soon: leave it on the reader and read again.",
            ],
            Self::DeviceMissing => [
                "找不到读卡器：请检查连接线，再读一次。",
                "找不到讀卡機：請檢查連接線，再讀一次。",
                "The reader is not found: check its cable and read again.",
            ],
            Self::Busy => [
                "读卡器正被另一个程序使用：请关闭那个程序。",
                "讀卡機正被另一個程式使用：請關閉那個程式。",
                "Another program is using the reader: close that one.",
            ],
            Self::Damaged | Self::Slow => ["", "", ""],
        };
        match language {
            Language::Hans => hans,
            Language::Hant => hant,
            Language::English => english,
        }
    }
}

/// What a reading gives.
pub enum Reading {
    /// A record, or a driver's frame around it.
    Record(Vec<u8>),
    /// The same, too late.
    Slow(Vec<u8>),
    /// Nothing, and why.
    Failed(Fault),
}

/// The device.
pub struct Simulator(Mutex<Inside>);

struct Inside {
    person: Person,
    framed: bool,
    fault: Option<Fault>,
}

impl Default for Simulator {
    fn default() -> Self {
        Self(Mutex::new(Inside { person: people::first(), framed: false, fault: None }))
    }
}

impl Simulator {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who lies on the reader, when nothing is the matter.
    pub fn person(&self) -> Person {
        self.inside().person.clone()
    }

    /// Whether records come in a driver's frame.
    pub fn framed(&self) -> bool {
        self.inside().framed
    }

    /// What is the matter.
    pub fn fault(&self) -> Option<Fault> {
        self.inside().fault
    }

    /// Puts somebody on the reader; false when there is nobody of this key.
    pub fn put(&self, key: &str, framed: bool) -> bool {
        let Some(person) = people::everybody().into_iter().find(|person| person.key == key) else {
            return false;
        };
        *self.inside() = Inside { person, framed, fault: None };
        true
    }

    /// Makes it fail; false when there is no such fault.
    pub fn fail(&self, code: &str) -> bool {
        let Some(fault) = Fault::ALL.into_iter().find(|fault| fault.code() == code) else { return false };
        self.inside().fault = Some(fault);
        true
    }

    /// Reads what lies on it.
    pub fn read(&self) -> Reading {
        let inside = self.inside();
        let record = bytes(&inside.person.record, inside.framed);
        match inside.fault {
            None => Reading::Record(record),
            Some(Fault::Slow) => Reading::Slow(record),
            Some(Fault::Damaged) => Reading::Record(record.into_iter().take(200).collect()),
            Some(fault) => Reading::Failed(fault),
        }
    }
}

/// The record as it lies on the chip, or in the frame in which drivers hand it on: start, length, status, lengths of text
/// and photo, the text, and a check byte.
fn bytes(record: &ChipRecord, framed: bool) -> Vec<u8> {
    let record = record.encode();
    if !framed {
        return record.to_vec();
    }
    // 3 of status, 4 of lengths, 256 of text, 1 of check.
    let mut frame = vec![0x01, 0x08, 0x00, 0x00, 0x90, 0x01, 0x00, 0x00, 0x00];
    frame.extend(record);
    let check = frame.iter().fold(0, |check, byte| check ^ byte);
    frame.push(check);
    [vec![0xAA, 0xAA, 0xAA, 0x96, 0x69], frame].concat()
}
