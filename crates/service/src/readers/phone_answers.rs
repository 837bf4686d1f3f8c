//! A caller's answers, compared with what is on file (A.4.1). Nothing of what is on file leaves this room: only whether all fit.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use unicode_normalization::UnicodeNormalization;

use super::tables::{document, reader};
use super::view::open_number;
use crate::kernel::{Error, Op, ReaderId, Result, Sealed};

/// Characters of a number that a caller is asked for.
const END: usize = 4;
/// Characters that an answer about an address or workplace has at least, so that "a" is not in all of them.
const LEAST: usize = 4;
/// What every reader can be asked.
const ALWAYS: [&str; 3] = ["birth_date", "document_end", "phone"];
/// With fewer questions than this nobody is known on the phone.
const FEWEST: usize = 2;

/// Of the questions that a library asks, those that this reader can be asked; what is not on file is left out, and never fewer
/// than two remain.
pub(crate) async fn askable(op: &Op, id: ReaderId, configured: &str) -> Result<Vec<&'static str>> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let known = |word: &str| match word {
        "address" => row.address.is_some(),
        "workplace" => row.workplace.is_some(),
        _ => true,
    };
    let words = configured.split_whitespace().filter(|word| known(word));
    let mut asked: Vec<&'static str> = words
        .filter_map(|word| crate::libraries::PHONE_QUESTIONS.into_iter().find(|question| *question == word))
        .collect();
    for word in ALWAYS {
        if asked.len() < FEWEST && !asked.contains(&word) {
            asked.push(word);
        }
    }
    Ok(asked)
}

/// Whether an answer fits what is on file.
pub(crate) async fn answer_fits(op: &Op, id: ReaderId, question: &str, answer: &str) -> Result<bool> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let open = |column: &str, sealed: &Sealed| op.keys().open_sealed(column, id.0, sealed);
    Ok(match question {
        "birth_date" => is_date(answer, row.birth_date),
        "phone" => is_end_or_all(answer, &open("readers.phone", &row.phone)?),
        "document_end" => {
            let rows = document::Entity::find()
                .filter(document::Column::ReaderId.eq(id))
                .filter(document::Column::RetiredAt.is_null())
                .all(op.db())
                .await?;
            let mut fits = false;
            for row in &rows {
                fits |= is_end_or_all(answer, &open_number(op, row)?);
            }
            fits
        }
        "address" => match &row.address {
            Some(sealed) => is_in(answer, &open("readers.address", sealed)?),
            None => false,
        },
        "workplace" => match &row.workplace {
            Some(sealed) => is_in(answer, &open("readers.workplace", sealed)?),
            None => false,
        },
        _ => false,
    })
}

/// Full-width made plain, capitals, no blanks or punctuation.
pub(crate) fn bare(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).take(200).collect()
}

fn is_date(answer: &str, date: NaiveDate) -> bool {
    let plain: String = answer.nfkc().take(40).collect();
    let groups: Vec<&str> =
        plain.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let told =
        match groups.as_slice() {
            [whole] if whole.len() == 8 => NaiveDate::parse_from_str(whole, "%Y%m%d").ok(),
            [year, month, day] => year.parse().ok().zip(month.parse().ok()).zip(day.parse().ok()).and_then(
                |((year, month), day): ((i32, u32), u32)| NaiveDate::from_ymd_opt(year, month, day),
            ),
            _ => None,
        };
    told == Some(date)
}

fn is_end_or_all(answer: &str, known: &str) -> bool {
    let (answer, known) = (bare(answer), bare(known));
    answer.chars().count() >= END
        && known.ends_with(&answer)
        && (answer == known || answer.chars().count() == END)
}

fn is_in(answer: &str, known: &str) -> bool {
    let (answer, known) = (bare(answer), bare(known));
    let least = LEAST.min(known.chars().count());
    answer.chars().count() >= least.max(1) && known.contains(&answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_4_1_an_answer_is_judged_as_people_say_it() {
        let birth = NaiveDate::from_ymd_opt(1990, 5, 6).unwrap();
        for right in ["1990-05-06", "19900506", "1990年5月6日", "１９９０．５．６"] {
            assert!(is_date(right, birth), "{right}");
        }
        for wrong in ["", "0506", "1990-06-05", "1990-05", "90-5-6"] {
            assert!(!is_date(wrong, birth), "{wrong}");
        }
        assert!(is_end_or_all(" 00 1x", "59010119900101001X") && is_end_or_all("13900000001", "13900000001"));
        for wrong in ["", "1X", "01001X", "0000"] {
            assert!(!is_end_or_all(wrong, "59010119900101001X"), "{wrong}");
        }
        assert!(is_in("季华五路", "佛山市禅城区季华五路") && is_in("一中", "一中"));
        for wrong in ["", "路", "季华", "季华六路", "。。。。"] {
            assert!(!is_in(wrong, "佛山市禅城区季华五路"), "{wrong}");
        }
    }
}
