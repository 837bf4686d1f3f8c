//! Parts of a reader's page that show what is known of them and waits to be done: alerts, notes, requests, documents, and the ways
//! to change them. `templates/desk/parts/*.html` show them.

use chrono::TimeDelta;
use service::kernel::{Op, ReaderId, Right, ServiceName};
use service::people::{self, Verification};
use service::readers::{self, BlockView, NoteView, ReaderView, Waiting};
use service::records::TimelineEntry;

use crate::i18n::Text;
use crate::session::SignedIn;

/// What can have been done when the page is opened again: `?done=…`.
pub const DONE: [&str; 11] = [
    "amend",
    "document",
    "guardian",
    "guardian-ended",
    "verify",
    "photo",
    "photo-removed",
    "note",
    "note-removed",
    "block",
    "unblock",
];

/// Which service keeps the record of what `?done=…` says.
fn recorded_as(word: &str) -> &str {
    match word {
        "document" | "guardian" | "photo" | "photo-removed" => ServiceName::Amend.as_str(),
        "guardian-ended" => ServiceName::EndGuardianship.as_str(),
        "note-removed" => ServiceName::Note.as_str(),
        word => word,
    }
}

/// How long a page says what was just done, in minutes.
const SAID_FOR: i64 = 5;

/// Whether this clerk did this for the reader just now, as the records say: an address alone tells of nothing.
pub fn just_done(me: &SignedIn, timeline: &[TimelineEntry], word: &str) -> bool {
    let since = me.app().service.clock().now() - TimeDelta::minutes(SAID_FOR);
    let clerk = me.session().actor.who.to_string();
    timeline.iter().any(|entry| {
        entry.service == recorded_as(word)
            && entry.outcome == "done"
            && entry.actor == clerk
            && entry.at >= since
    })
}

/// What the parts show.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What was just done, in words.
    pub done: Option<String>,
    pub notes: Vec<(NoteView, String)>,
    pub blocks: Vec<(BlockView, String)>,
    /// Requests that wait, and who answers.
    pub waiting: Vec<(Waiting, String)>,
    pub verification: Verification,
    pub may_amend: bool,
    pub may_reset: bool,
    pub may_block: bool,
    pub may_reveal: bool,
    pub may_merge: bool,
}

/// What the parts show, before it has names.
#[derive(Clone, Debug)]
pub struct Loaded {
    notes: Vec<NoteView>,
    blocks: Vec<BlockView>,
    requests: Vec<Waiting>,
    verification: Verification,
}

/// Reads what the parts show, in the page's own operation.
pub async fn load(op: &Op, id: ReaderId) -> service::Result<Loaded> {
    Ok(Loaded {
        notes: readers::notes(op, id).await?,
        blocks: readers::blocks(op, id).await?,
        requests: readers::own_requests(op, id).await?,
        verification: people::verification(op, id).await?,
    })
}

impl Parts {
    /// The parts with names; `done` is the word of the address.
    pub fn of(me: &SignedIn, loaded: Loaded, done: Option<&str>) -> Self {
        let (t, session) = (me.text(), me.session());
        let tree = &session.tree;
        let waits = |request: &Waiting| matches!(request.state.as_str(), "open" | "asked");
        Self {
            done: done.and_then(|word| t.people_done(word)),
            notes: t.with_library(tree, loaded.notes, |note| note.library),
            blocks: t.with_library(tree, loaded.blocks, |block| block.library),
            waiting: t
                .with_library(tree, loaded.requests.into_iter().filter(waits), |waiting| waiting.library),
            verification: loaded.verification,
            may_amend: session.actor.may(Right::AmendReaders),
            may_reset: session.actor.may(Right::ResetPasswords),
            may_block: session.actor.may(Right::BlockReaders),
            may_reveal: session.actor.may(Right::RevealPersonalData),
            may_merge: session.actor.may(Right::MergeReaders),
        }
    }

    /// The parts for somebody who may do everything.
    #[cfg(test)]
    pub fn for_test(t: Text, loaded: Loaded, done: &str) -> Self {
        let named = |_| "佛山市图书馆".to_owned();
        Self {
            done: t.people_done(done),
            notes: loaded.notes.into_iter().map(|note| (note, named(()))).collect(),
            blocks: loaded.blocks.into_iter().map(|block| (block, named(()))).collect(),
            waiting: loaded.requests.into_iter().map(|request| (request, named(()))).collect(),
            verification: loaded.verification,
            may_amend: true,
            may_reset: true,
            may_block: true,
            may_reveal: true,
            may_merge: true,
        }
    }

    /// Notes that are shown on top.
    pub fn alerts(&self) -> impl Iterator<Item = &(NoteView, String)> {
        self.notes.iter().filter(|(note, _)| note.alert)
    }

    /// Notes that are not.
    pub fn others(&self) -> impl Iterator<Item = &(NoteView, String)> {
        self.notes.iter().filter(|(note, _)| !note.alert)
    }

    /// Documents that end soon or have ended: `护照 2026-12-01`.
    pub fn ending(&self, t: Text, reader: &ReaderView) -> Vec<String> {
        let named = |(id, day): &(_, chrono::NaiveDate)| {
            let paper = reader.documents.iter().find(|paper| paper.id == *id)?;
            Some(format!("{} {day}", t.document_kind(paper.kind)))
        };
        self.verification.ending.iter().filter_map(named).collect()
    }
}
