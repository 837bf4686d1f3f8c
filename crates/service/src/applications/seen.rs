//! An application as the applicant sees it, in the browser that they proved their phone in.

use super::confirm::by_token;
use super::content::{Content, Particulars};
use super::forget::ends_at;
use super::state::{Reason, State};
use crate::cards::{self, CardView};
use crate::kernel::{Error, LibraryId, Op, Result, masks};
use chrono::{DateTime, Utc};

/// How far an application is. `Debug` shows nothing of the person.
pub struct Seen {
    /// Its number.
    pub number: String,
    /// How far it is.
    pub state: State,
    /// Whether the phone is proven.
    pub phone_proven: bool,
    /// The library that opens the card.
    pub library: LibraryId,
    /// What was entered; the number and name in full, since it is the applicant's to correct, and nothing before the phone is proven.
    pub particulars: Option<Particulars>,
    /// The phone, masked.
    pub phone: String,
    /// Why staff asked or did not approve.
    pub reason: Option<Reason>,
    /// What staff say in their own words.
    pub note: Option<String>,
    /// Until when an answer is waited for.
    pub answer_until: Option<DateTime<Utc>>,
    /// The card, once it is open.
    pub card: Option<CardView>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seen({:?})", self.state)
    }
}

/// The application of a browser.
///
/// # Errors
/// [`Error::NotFound`] when the browser is not known (any more).
pub async fn seen(op: &Op, token: &str) -> Result<Seen> {
    let row = by_token(op, token).await?;
    let state = State::from_word(&row.state).ok_or_else(|| Error::internal("unknown state"))?;
    let content = Content::of(op, &row)?;
    // What the number tells would stand against another number.
    let told = content.parsed(op)?.birth_date().is_some();
    let note = row.note.as_ref().map(|sealed| op.keys().open_sealed("applications.note", row.id.0, sealed));
    let card = match row.card_id {
        Some(card) => cards::view_of(op, card).await?,
        None => None,
    };
    Ok(Seen {
        state,
        phone_proven: row.phone_proven_at.is_some(),
        library: row.library_id,
        phone: masks::phone(&content.phone),
        reason: row.reason.as_deref().and_then(Reason::from_word),
        note: note.transpose()?,
        answer_until: if state == State::Asked { Some(ends_at(op, &row).await?) } else { None },
        card,
        sent_at: row.sent_at,
        particulars: row.phone_proven_at.map(|_| Particulars {
            kind: content.kind,
            number: content.number,
            name: content.name,
            birth_date: if told { String::new() } else { content.birth_date },
            phone: String::new(),
        }),
        number: row.number,
    })
}
