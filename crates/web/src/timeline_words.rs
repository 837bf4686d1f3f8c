//! What a reader's history says, in the language of the page: what was changed, why, and what it was about. A test walks through all
//! of it.

use std::borrow::Borrow;

use service::kernel::{Blocker, LibraryId};
use service::libraries::Tree;
use service::records::Told;

use crate::form::id_of;
use crate::i18n::Text;
use crate::words::yuan;

/// Refusals whose text of the day names an amount, a time, a place or a system: their record keeps the code only.
pub const REFUSED: [&str; 25] = [
    "loans_out",
    "charges_unpaid",
    "circulation_unavailable",
    "book_limit",
    "periodical_limit",
    "av_limit",
    "not_lent_here",
    "items_overdue",
    "owes_too_much",
    "renewal_limit",
    "reservation_limit",
    "undo_merge_first",
    "stock_in_store",
    "stock_at_desk",
    "stock_in_batch",
    "stock_at_point",
    "stock_in_transit",
    "stock_used",
    "stock_spoiled",
    "stock_void",
    "stock_missing",
    "cards_not_there",
    "numbers_taken",
    "not_enough_cards",
    "run_not_readable",
];

impl Text {
    // locale-keys: refused-*
    /// Why something was refused, by the code that its record keeps: the amounts of that day are not in it.
    pub fn reason_kept(&self, code: &str) -> String {
        match code {
            known if REFUSED.contains(&known) => self.t(&format!("refused-{known}")),
            known if Blocker::CODES.contains(&known) => self.t(&format!("blocker-{known}")),
            other => other.to_owned(),
        }
    }

    /// What a record tells, one line for each thing; what this edition has no words for is left out.
    pub fn told_all(&self, tree: &Tree, told: &[Told]) -> Vec<String> {
        told.iter().filter_map(|told| self.told(tree, told)).collect()
    }

    // locale-keys: told-*
    fn told(&self, tree: &Tree, told: impl Borrow<Told>) -> Option<String> {
        let plain = |word: &str| Some(self.t(&format!("told-{word}")));
        let with =
            |word: &str, name: &str, value: String| Some(self.a(&format!("told-{word}"), &[(name, value)]));
        match told.borrow() {
            Told::Fields(fields) => with(
                "fields",
                "fields",
                self.listed(fields.iter().map(|field| format!("field-{}", id_of(field))))?,
            ),
            Told::Taken(words) => {
                with("taken", "fields", self.listed(words.iter().map(|word| format!("taken-{word}")))?)
            }
            Told::Edited => plain("edited"),
            Told::Withdrawn => plain("withdrawn"),
            Told::Retired => plain("retired"),
            Told::Removed => plain("removed"),
            Told::Reason(word) => {
                let of = |family: &str| self.known(&format!("{family}{word}"));
                let reason = of("cancel-reason-").or_else(|| of("restore-reason-"));
                with("reason", "reason", reason.or_else(|| of("told-because-"))?)
            }
            Told::Consent(version) => with("consent", "version", version.clone()),
            Told::Kind(kind) => self.known(&format!("card-kind-{kind}")),
            Told::Kinds(from, to) => {
                let kind = |word: &str| self.known(&format!("card-kind-{word}"));
                Some(self.a("told-change", &[("from", kind(from)?), ("to", kind(to)?)]))
            }
            Told::Numbers(old, new) => Some(self.a("told-change", &[("from", old), ("to", new)])),
            Told::Note { removed, visibility, library, until } => {
                let what = self.t(if *removed { "told-note-removed" } else { "told-note-added" });
                let read_by = visibility.as_ref().and_then(|word| self.known(&format!("visibility-{word}")));
                let until = until.map(|day| self.a("until-date", &[("date", day)]));
                Some(self.points([Some(what), self.whose(tree, *library), read_by, until]))
            }
            Told::Block { reason, library, until } => {
                let reason = self.known(&format!("block-reason-{reason}"))?;
                let reason = self.a("told-reason", &[("reason", reason)]);
                let until = until.map(|day| self.a("until-date", &[("date", day)]));
                Some(self.points([Some(reason), self.whose(tree, *library), until, None]))
            }
            Told::Answer(state) => self.known(&format!("request-state-{state}")),
            Told::Referred(service, library) => {
                let service = self.known(&format!("service-{service}"));
                let library = library.map(|id| self.library(tree, id));
                Some(self.points([service, library, None, None]))
            }
            Told::Amount(fen) => with("amount", "yuan", yuan(*fen)),
            Told::Method(word) => self.known(&format!("pay-method-{word}")),
            Told::Charge(kind) => self.known(&format!("charge-kind-{kind}")),
            Told::LostSince(at) => with("lost-since", "time", self.moment(*at)),
            Told::ConfirmBy(at) => with("confirm-by", "time", self.time(*at)),
            Told::PartOf(service) => with("part-of", "service", self.known(&format!("service-{service}"))?),
            Told::Imported => plain("imported"),
        }
    }

    /// Whose note or block it is.
    fn whose(&self, tree: &Tree, library: Option<LibraryId>) -> Option<String> {
        library.map(|id| self.a("told-by", &[("library", self.library(tree, id))]))
    }

    fn points(&self, parts: [Option<String>; 4]) -> String {
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Texts with the comma of the language between them.
    fn listed(&self, keys: impl Iterator<Item = String>) -> Option<String> {
        let named: Vec<String> = keys.filter_map(|key| self.known(&key)).collect();
        (!named.is_empty()).then(|| named.join(&self.t("told-and")))
    }

    /// A text, where there is one.
    fn known(&self, key: &str) -> Option<String> {
        Some(self.t(key)).filter(|text| text != key)
    }
}
