//! Tries to sign in, or to be sent a code: counted by what was typed, by reader, and by address (A.2.2, A.2.3, 4.2.3).
//!
//! Nobody may learn from the answers whether there is such a reader, or whether two numbers are one person's. "Too many tries" is
//! therefore answered for what was typed and where it was typed only: that follows from nothing that the house knows. All written
//! forms of one document count as one, be it known or not.
//!
//! A reader has one handful of tries all the same, whichever of their numbers are typed and from wherever. Once it is used up, what
//! comes is compared with nobody's password: the same work, and the same answer as for a wrong one, whose words say that it may
//! also be too many tries and what to do then. A number that leads to nobody is counted in the same way, so that the database
//! has the same to do. What a desk or a code opens is opened for every number of the reader.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use documents::IdentityDocument;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::secret::Secret;
use crate::cards::tables::card_number;
use crate::kernel::throttle::{Subject, count, forgive, locked};
use crate::kernel::{Op, ReaderId, Result};
use crate::readers;

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub(super) enum Door {
    /// A password.
    SignIn,
    /// To be sent a code.
    Code,
}

/// Whose tries these are.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    door: Door,
    /// What was typed, in one form for all that stand for the same number.
    typed: String,
    /// The reader whom it leads to, or what stands for one where it leads to nobody.
    reader: String,
}

/// What counting a try has shown.
pub(super) enum Counted {
    /// It may be made.
    Open,
    /// This reader's handful is used up: it is answered like a wrong one.
    UsedUp,
    /// The seconds to wait, which may be told.
    Wait(i64),
}

impl Tried {
    pub fn of(op: &Op, door: Door, number: &str, found: Option<&Secret>) -> Self {
        let typed = as_one(number, op.today());
        let reader =
            found.map_or_else(|| format!("number {typed}"), |secret| secret.card.reader_id.to_string());
        Self { door, typed, reader }
    }

    fn typed(&self) -> Subject<'_> {
        match self.door {
            Door::SignIn => Subject::Typed(&self.typed),
            Door::Code => Subject::TypedForCode(&self.typed),
        }
    }

    fn reader(&self) -> Subject<'_> {
        match self.door {
            Door::SignIn => Subject::Reader(&self.reader),
            Door::Code => Subject::Codes(&self.reader),
        }
    }

    /// The seconds to wait for what was typed and where; a look that counts nothing.
    pub async fn wait(&self, op: &Op, address: &str) -> Result<Option<i64>> {
        Ok(locked(op, self.typed()).await?.max(locked(op, Subject::ReaderAddress(address)).await?))
    }

    /// Counts a try.
    pub async fn count(&self, op: &Op, address: &str) -> Result<Counted> {
        if let Some(seconds) = count(op, self.typed()).await? {
            return Ok(Counted::Wait(seconds));
        }
        let used_up = count(op, self.reader()).await?.is_some();
        Ok(match count(op, Subject::ReaderAddress(address)).await? {
            Some(seconds) => Counted::Wait(seconds),
            None if used_up => Counted::UsedUp,
            None => Counted::Open,
        })
    }

    /// Takes a try back that was good.
    pub async fn forgive(&self, op: &Op, address: &str) -> Result<()> {
        forgive(op, self.typed()).await?;
        forgive(op, self.reader()).await?;
        forgive(op, Subject::ReaderAddress(address)).await
    }
}

/// Opens what failed tries have locked: the reader's sign-in, under every number that leads to them.
pub(super) async fn open_sign_in(op: &Op, reader: ReaderId) -> Result<()> {
    for typed in numbers(op, reader).await? {
        forgive(op, Subject::Typed(&typed)).await?;
    }
    forgive(op, Subject::Reader(&reader.to_string())).await
}

/// The same for the codes that a reader may ask for.
pub(super) async fn open_codes(op: &Op, reader: ReaderId) -> Result<()> {
    for typed in numbers(op, reader).await? {
        forgive(op, Subject::TypedForCode(&typed)).await?;
    }
    forgive(op, Subject::Codes(&reader.to_string())).await
}

/// Every number that leads to a reader, as [`as_one`] gives it, in an order that is always the same.
async fn numbers(op: &Op, reader: ReaderId) -> Result<BTreeSet<String>> {
    let mut numbers: BTreeSet<String> = card_number::Entity::find()
        .filter(card_number::Column::ReaderId.eq(reader))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| as_one(&row.number, op.today()))
        .collect();
    for row in readers::documents_in_use(op, reader).await? {
        numbers.extend(readers::as_document(op, &row)?.map(|document| lasting(&document)));
    }
    Ok(numbers)
}

/// What was typed, in one form for all that stand for the same number: a citizen number of 15 or 18 digits, a permit with or without
/// its count of re-issues, a passport with or without its country.
fn as_one(typed: &str, today: NaiveDate) -> String {
    match documents::read_number(typed, None, None, today) {
        Ok(document) => lasting(&document),
        Err(_) => documents::bare_number(typed),
    }
}

/// The part of a document's identity key that its number makes.
fn lasting(document: &IdentityDocument) -> String {
    let key = document.identity_key();
    documents::bare_number(key.rsplit(':').next().unwrap_or(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_5_1_3_all_written_forms_of_one_document_are_one() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        for forms in [
            ["590101199001010014", "590101900101001"],
            ["M99069902", "M9906990201"],
            ["m99069902", "M9906990203"],
            ["N1234567", "PRT-N1234567"],
        ] {
            assert_eq!(as_one(forms[0], today), as_one(forms[1], today), "{forms:?}");
        }
        assert_ne!(as_one("M99069902", today), as_one("M99069903", today));
    }
}
