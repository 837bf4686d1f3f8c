//! The citizen number against two programs that others wrote: python-stdnum (`stdnum.cn.ric`) and npm's
//! id-validator, on some thousands of right and wrong numbers.
//!
//! Where they leave the standard (GB 11643-1999), they are not asked:
//!
//! | they | the standard, and we |
//! |---|---|
//! | python-stdnum refuses an area that is not in its table for the year of birth (`KeyError` if only the province is) | an area is never a reason |
//! | both accept births in the future and in any year | refused: after today, before 1800 |
//! | id-validator accepts 30 February | refused |
//! | id-validator reads sequences 996 to 999 of 15 digits as 19xx | 18xx |
//! | both accept 9…, 81…, 82…, 83… as citizens' numbers | named as what they are |

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use chrono::{Datelike, Days, NaiveDate};
use documents::{DocumentError, DocumentKind, IdentityDocument, Sex, check, synthetic};

const NUMBERS: u64 = 4_000;

const PYTHON: &str = r"
import sys
from stdnum.cn import ric
from stdnum.exceptions import ValidationError
def ask(call, number):
    try:
        return str(call(number))
    except KeyError:
        return 'InvalidComponent'
    except (ValidationError, ValueError) as error:
        return type(error).__name__
for line in sys.stdin:
    number = line.strip()
    place = ask(lambda n: ric.get_birth_place(n)['province'], number)
    print(ask(ric.validate, number), ask(ric.get_birth_date, number), place, sep='\t', flush=True)
";

const NODE: &str = r"
const Validator = require('id-validator');
const validator = new Validator();
require('readline').createInterface({ input: process.stdin }).on('line', number => {
    const valid = validator.isValid(number);
    const info = valid ? validator.getInfo(number) : {};
    console.log([valid, info.birth, info.sex].join('\t'));
});
";

/// One process for all numbers: a line in, a line out.
struct Oracle {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    fn start(command: &mut Command) -> Result<Self, String> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{command:?} does not start: {error}"))?;
        let input = process.stdin.take().ok_or("no input")?;
        let output = process.stdout.take().map(BufReader::new).ok_or("no output")?;
        Ok(Self { process, input, output })
    }

    fn ask(&mut self, number: &str) -> Result<Vec<String>, String> {
        writeln!(self.input, "{number}").map_err(|error| error.to_string())?;
        let mut answer = String::new();
        match self.output.read_line(&mut answer) {
            Ok(1..) => Ok(answer.trim_end_matches(['\r', '\n']).split('\t').map(str::to_owned).collect()),
            _ => Err("the oracle ended; its own message is above".to_owned()),
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn provided(variable: &str) -> Result<String, String> {
    env::var(variable).map_err(|_| format!("{variable} is not set: run this test by `cargo xtask test`"))
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap_or_default()
}

/// Numbers that follow from their place in the row: right ones of real and of unassigned areas, and the
/// mistakes that people make.
fn number(index: u64) -> String {
    let seed = index.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let pick = |shift: u32, among: u64| (seed >> shift) % among;
    let first = NaiveDate::from_ymd_opt(1790, 1, 1).unwrap_or_default();
    let birth = first.checked_add_days(Days::new(pick(7, 250 * 365))).unwrap_or(first);
    let sex = if pick(29, 2) == 0 { Sex::Female } else { Sex::Male };
    let (area, sequence) = ((seed >> 32) as u32, pick(13, 498) as u16);
    let mut number = synthetic::resident_number(area, birth, sex, sequence);
    if !index.is_multiple_of(3) {
        const AREAS: [&str; 8] =
            ["110105", "440606", "440524", "441900", "429021", "510104", "830000", "932682"];
        let place = AREAS[usize::try_from(pick(40, 8)).unwrap_or_default()];
        let body = format!("{place}{}", &number[6..17]);
        number = format!("{body}{}", check::mod_11_2(&body).unwrap_or('0'));
    }
    let place = usize::try_from(pick(17, 17)).unwrap_or_default();
    match index % 11 {
        0 => number.replace_range(place..=place, &pick(21, 10).to_string()),
        1 => number.replace_range(17.., &pick(21, 10).to_string()),
        2 => number.replace_range(place..=place, "X"),
        3 => {
            let body = format!("{}0230{}", &number[..10], &number[14..17]);
            number = format!("{body}{}", check::mod_11_2(&body).unwrap_or('0'));
        }
        4 => drop(number.pop()),
        5 if birth.year() / 100 == 19 => number = format!("{}{}", &number[..6], &number[8..17]),
        6 => number = number.to_lowercase(),
        _ => {}
    }
    number
}

fn parse(number: &str) -> Result<IdentityDocument, DocumentError> {
    IdentityDocument::parse(DocumentKind::ResidentId, number, None, today())
}

/// Refusals of ours that the oracles don't know.
fn only_ours(error: &DocumentError, number: &str) -> bool {
    match error {
        DocumentError::OtherKind(_) | DocumentError::BirthInFuture => true,
        DocumentError::BirthDate => number.get(6..10).is_some_and(|year| year < "1800"),
        _ => false,
    }
}

#[test]
fn python_stdnum_agrees() -> Result<(), String> {
    let mut oracle = Oracle::start(Command::new(provided("YUEKA_ORACLE_PYTHON")?).args(["-c", PYTHON]))?;
    let (mut right, mut wrong) = (0, 0);
    for number in (0..NUMBERS).map(number).filter(|number| number.len() != 15) {
        let answer = oracle.ask(&number)?;
        let [verdict, birth, place] = answer.as_slice() else { return Err(format!("{answer:?}")) };
        let ours = parse(&number);
        let agreed = match (verdict.as_str(), &ours) {
            ("InvalidLength", Err(DocumentError::Length { .. })) => true,
            ("InvalidFormat", Err(DocumentError::Character { .. })) => true,
            // It looks at the check character before the date, and knows only one kind of number.
            ("InvalidChecksum", Err(error)) => {
                matches!(error, DocumentError::CheckCharacter | DocumentError::BirthDate)
                    || only_ours(error, &number)
            }
            ("InvalidComponent", Err(DocumentError::BirthDate)) => {
                birth == "InvalidComponent" || number[6..10] < *"1800"
            }
            // Its other component is the place, which is no reason.
            ("InvalidComponent", Ok(document)) => {
                document.birth_date().is_some_and(|date| date.to_string() == *birth)
            }
            (verdict, Ok(document)) => {
                verdict == document.number()
                    && document.birth_date().is_some_and(|date| date.to_string() == *birth)
            }
            (verdict, Err(error)) => {
                (verdict == number.to_uppercase() || verdict == "InvalidComponent")
                    && only_ours(error, &number)
            }
        };
        if !agreed {
            return Err(format!("{number}: python-stdnum {answer:?}, we {:?}", ours.err()));
        }
        match ours {
            Ok(document) => {
                right += 1;
                let name = document.region().and_then(|region| region.name).unwrap_or_default();
                if place != "InvalidComponent" && !name.starts_with(place.as_str()) {
                    return Err(format!("{}: python-stdnum {place}, we {name}", &number[..6]));
                }
            }
            Err(_) => wrong += 1,
        }
    }
    assert!(right > 1_000 && wrong > 1_000, "{right} right and {wrong} wrong numbers are no fair sample");
    Ok(())
}

#[test]
fn id_validator_agrees() -> Result<(), String> {
    let modules = provided("YUEKA_ORACLE_NODE_MODULES")?;
    let mut oracle = Oracle::start(Command::new("node").env("NODE_PATH", modules).args(["-e", NODE]))?;
    let (mut right, mut wrong) = (0, 0);
    for number in (0..NUMBERS).map(number) {
        let answer = oracle.ask(&number)?;
        let [valid, birth, sex] = answer.as_slice() else { return Err(format!("{answer:?}")) };
        let ours = parse(&number);
        let agreed = match &ours {
            Ok(document) => {
                valid == "true"
                    && document.birth_date().is_some_and(|date| date.to_string() == *birth)
                    && document.sex().map(|sex| if sex == Sex::Male { "1" } else { "0" })
                        == Some(sex.as_str())
            }
            // It doesn't know how many days a month has.
            Err(DocumentError::BirthDate) => true,
            Err(error) => valid == "false" || only_ours(error, &number),
        };
        if !agreed {
            return Err(format!("{number}: id-validator {answer:?}, we {:?}", ours.err()));
        }
        if ours.is_ok() {
            right += 1;
        } else {
            wrong += 1;
        }
    }
    assert!(right > 1_000 && wrong > 1_000, "{right} right and {wrong} wrong numbers are no fair sample");
    Ok(())
}
