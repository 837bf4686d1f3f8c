//! Applications that wait for staff: begun and sent through the same services as any, some days ago, by people who cannot exist.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use chrono::TimeDelta;
use documents::{Sex, synthetic};
use service::Service;
use service::applications::{self, Begin, PRIVACY_NOTICE, Particulars, Sending};
use service::kernel::Clock;
use service::outbox::{Carrier, Carrying, Due, Medium, deliver_due};
use service::records::File;

use super::libraries::Federation;
use crate::id_reader::portrait;
use crate::png::png;

/// Name, sex, birth, at which library, how many minutes ago.
type Applicant = (&'static str, Sex, (i32, u32, u32), &'static str, i64);

const APPLICANTS: [Applicant; 5] = [
    ("谭试秋", Sex::Female, (1991, 9, 2), "FS", 3 * 1440 + 95),
    ("莫试涛", Sex::Male, (1978, 1, 23), "FS", 1440 + 310),
    ("游试兰", Sex::Female, (2004, 12, 5), "SD", 1440 + 20),
    ("苏试航", Sex::Male, (1999, 6, 30), "FS", 260),
    ("岑试雨", Sex::Female, (1986, 4, 17), "FS", 35),
];

/// Files them.
pub async fn fill(service: &Service, federation: &Federation) -> Result<()> {
    for ((name, sex, (year, month, day), code, minutes), serial) in APPLICANTS.into_iter().zip(1_u32..) {
        let born = chrono::NaiveDate::from_ymd_opt(year, month, day).context("no such day")?;
        let number =
            synthetic::resident_number(80 + serial, born, sex, if sex == Sex::Male { 711 } else { 712 });
        let library = federation.library(code).context("no such library")?;
        let past = Clock::set_to(service.clock().now() - TimeDelta::minutes(minutes));
        let service = service.clone().with_clock(past);
        let particulars = Particulars {
            kind: "resident_id".to_owned(),
            number: number.clone(),
            name: name.to_owned(),
            birth_date: String::new(),
            phone: format!("139000077{serial:02}"),
        };
        let begin = Begin {
            library,
            consent: PRIVACY_NOTICE.to_owned(),
            language: "zh-Hans".to_owned(),
            particulars,
            campaign: String::new(),
        };
        let address = format!("198.51.100.{serial}");
        let token = applications::begin(&service, begin, &address).await?;
        let code = code_sent(&service).await?;
        applications::confirm(&service, &token, &code, &address).await?;
        let sending = Sending {
            corrected: None,
            front: Some(File(front(&number, sex == Sex::Female))),
            back: Some(File(back())),
        };
        applications::send(&service, &token, sending).await?;
        code_sent(&service).await.ok();
    }
    Ok(())
}

/// Delivers what waits to nobody: it was told long ago.
pub async fn deliver_to_nobody(service: &Service) -> Result<()> {
    let carrier: Arc<dyn Carrier> = Arc::new(Phones::default());
    while deliver_due(service, &carrier).await? > 0 {}
    Ok(())
}

/// Delivers what waits to nobody; gives the code among it.
async fn code_sent(service: &Service) -> Result<String> {
    let phones = Arc::new(Phones::default());
    let carrier: Arc<dyn Carrier> = Arc::<Phones>::clone(&phones);
    while deliver_due(service, &carrier).await? > 0 {}
    let texts = phones.0.lock().unwrap_or_else(PoisonError::into_inner);
    let digits = texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
    digits.into_iter().find(|digits| digits.len() == 6).map(str::to_owned).context("no code was sent")
}

/// The phones of people who cannot exist.
#[derive(Debug, Default)]
struct Phones(Mutex<Vec<String>>);

impl Carrier for Phones {
    fn media(&self) -> Vec<Medium> {
        vec![Medium::Sms]
    }

    fn carry<'a>(&'a self, due: &'a Due) -> Carrying<'a> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(due.body.clone());
        Box::pin(async { Ok(()) })
    }
}

const WIDTH: usize = 428;
const HEIGHT: usize = 270;
/// Background, clothes, skin, hair, eyes and mouth, shade; paper, print, lines.
const PALETTE: [[u8; 3]; 9] = [
    [226, 236, 240],
    [38, 70, 83],
    [236, 200, 170],
    [34, 30, 30],
    [88, 48, 42],
    [208, 160, 130],
    [226, 236, 240],
    [40, 52, 60],
    [168, 188, 198],
];
const PAPER: u8 = 6;
const PRINT: u8 = 7;
const LINE: u8 = 8;

/// Digits and X, five by seven points.
const DIGITS: [(char, [u8; 7]); 11] = [
    ('0', [14, 17, 19, 21, 25, 17, 14]),
    ('1', [4, 12, 4, 4, 4, 4, 14]),
    ('2', [14, 17, 1, 2, 4, 8, 31]),
    ('3', [31, 2, 4, 2, 1, 17, 14]),
    ('4', [2, 6, 10, 18, 31, 2, 2]),
    ('5', [31, 16, 30, 1, 1, 17, 14]),
    ('6', [6, 8, 16, 30, 17, 17, 14]),
    ('7', [31, 1, 2, 4, 8, 8, 8]),
    ('8', [14, 17, 17, 14, 17, 17, 14]),
    ('9', [14, 17, 17, 15, 1, 2, 12]),
    ('X', [17, 17, 10, 4, 10, 17, 17]),
];

/// Something like a document: a face, bars where print would be, and the number.
fn front(number: &str, long_hair: bool) -> Vec<u8> {
    let within = |from: i32, length: i32, at: i32| (from..from + length).contains(&at);
    png(WIDTH, HEIGHT, &PALETTE, |x, y| {
        if within(296, 102, x) && within(40, 126, y) {
            return portrait::colour(x - 296, y - 40, long_hair);
        }
        let bars = [(30, 60), (66, 40), (100, 110), (134, 200), (162, 170)];
        if bars
            .iter()
            .any(|(top, length)| within(*top, 12, y) && (within(24, 34, x) || within(72, *length, x)))
        {
            return if x < 60 { LINE } else { PRINT };
        }
        if within(218, 21, y) && within(110, 18 * 17, x) {
            let (place, column, row) = ((x - 110) / 17, (x - 110) % 17 / 3, (y - 218) / 3);
            let digit = usize::try_from(place).ok().and_then(|place| number.chars().nth(place));
            let glyph = DIGITS.iter().find(|(known, _)| Some(*known) == digit);
            let line =
                glyph.and_then(|(_, lines)| lines.get(usize::try_from(row).ok()?)).copied().unwrap_or(0);
            return if column < 5 && line >> (4 - column) & 1 == 1 { PRINT } else { PAPER };
        }
        frame(x, y)
    })
}

/// The other side.
fn back() -> Vec<u8> {
    let within = |from: i32, length: i32, at: i32| (from..from + length).contains(&at);
    png(WIDTH, HEIGHT, &PALETTE, |x, y| {
        let seal = (x - 80) * (x - 80) + (y - 84) * (y - 84);
        if (1600..2500).contains(&seal) {
            return 4;
        }
        let bars = [(48, 150, 230), (84, 150, 200), (188, 150, 160), (222, 150, 210)];
        if bars.iter().any(|(top, left, length)| within(*top, 14, y) && within(*left, *length, x)) {
            return PRINT;
        }
        frame(x, y)
    })
}

fn frame(x: i32, y: i32) -> u8 {
    let (width, height) =
        (i32::try_from(WIDTH).unwrap_or_default(), i32::try_from(HEIGHT).unwrap_or_default());
    if x < 3 || y < 3 || x >= width - 3 || y >= height - 3 || (x + y) % 23 == 0 { LINE } else { PAPER }
}
