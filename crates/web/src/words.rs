//! The words of the business in the language of the page. Keys are put together here and nowhere else, and a test walks
//! through all of them.

use std::borrow::Borrow;

use chrono::{DateTime, NaiveDate, Utc};
use documents::DocumentKind;
use service::kernel::{
    Blocker, CardKind, CardState, LibraryId, Problem, Right, Role, ServiceName, local_moment, local_time,
};
use service::libraries::{Library, Tree};
use service::readers::Warning;

use crate::form::id_of;
use crate::i18n::Text;

/// A refusal in words.
#[derive(Clone, Debug)]
pub struct BlockerText {
    /// Why.
    pub why: String,
    /// What to do instead.
    pub instead: String,
    /// The clause it comes from, in words.
    pub clause: String,
}

impl Text {
    /// A library's name.
    pub fn library_name(&self, library: &Library) -> String {
        self.pick(&library.name, &library.name_hant, &library.name_en).to_owned()
    }

    /// A library's name by its id.
    pub fn library(&self, tree: &Tree, id: LibraryId) -> String {
        tree.library(id).map_or_else(|| "—".to_owned(), |library| self.library_name(library))
    }

    /// Things with the names of their libraries.
    pub fn with_library<T>(
        &self,
        tree: &Tree,
        things: impl IntoIterator<Item = T>,
        of: impl Fn(&T) -> LibraryId,
    ) -> Vec<(T, String)> {
        let named = |thing: T| {
            let library = self.library(tree, of(&thing));
            (thing, library)
        };
        things.into_iter().map(named).collect()
    }

    // locale-keys: document-kind-*
    pub fn document_kind(&self, kind: impl Borrow<DocumentKind>) -> String {
        self.t(&format!("document-kind-{}", kind.borrow()))
    }

    /// A kind of document by its word.
    pub fn document_word(&self, word: &str) -> String {
        word.parse::<DocumentKind>().map_or_else(|_| word.to_owned(), |kind| self.document_kind(kind))
    }

    // locale-keys: sex-*
    pub fn sex(&self, word: &str) -> String {
        self.t(&format!("sex-{word}"))
    }

    // locale-keys: card-kind-*
    pub fn card_kind(&self, kind: impl Borrow<CardKind>) -> String {
        self.t(&format!("card-kind-{}", kind.borrow()))
    }

    // locale-keys: number-of-*
    pub fn number_of(&self, kind: impl Borrow<CardKind>) -> String {
        self.t(&format!("number-of-{}", kind.borrow()))
    }

    // locale-keys: state-*
    pub fn state(&self, state: impl Borrow<CardState>) -> String {
        self.t(&format!("state-{}", state.borrow()))
    }

    /// The sign that goes with a state.
    pub fn state_sign(&self, state: impl Borrow<CardState>) -> &'static str {
        match state.borrow() {
            CardState::Active => "done",
            CardState::Lost => "lost",
            CardState::Cancelled => "refused",
        }
    }

    // locale-keys: channel-*
    pub fn channel(&self, word: &str) -> String {
        self.t(&format!("channel-{word}"))
    }

    // locale-keys: service-*
    pub fn service(&self, word: &str) -> String {
        self.t(&format!("service-{word}"))
    }

    // locale-keys: check-*
    pub fn check(&self, word: &str) -> String {
        self.t(&format!("check-{word}"))
    }

    // locale-keys: who-*
    pub fn who(&self, word: &str) -> String {
        self.t(&format!("who-{word}"))
    }

    // locale-keys: question-*
    /// What a caller is asked on the phone (A.4.1).
    pub fn question(&self, word: &str) -> String {
        self.t(&format!("question-{word}"))
    }

    // locale-keys: visibility-*
    pub fn visibility(&self, word: &str) -> String {
        self.t(&format!("visibility-{word}"))
    }

    // locale-keys: block-reason-*
    pub fn block_reason(&self, word: &str) -> String {
        self.t(&format!("block-reason-{word}"))
    }

    // locale-keys: purpose-*
    pub fn purpose(&self, word: &str) -> String {
        self.t(&format!("purpose-{word}"))
    }

    // locale-keys: request-kind-*
    pub fn request_kind(&self, word: &str) -> String {
        self.t(&format!("request-kind-{word}"))
    }

    // locale-keys: request-state-*
    pub fn request_state(&self, word: &str) -> String {
        self.t(&format!("request-state-{word}"))
    }

    // locale-keys: application-reason-*
    /// Why an application is not approved.
    pub fn application_reason(&self, reason: impl Borrow<service::applications::Reason>) -> String {
        self.t(&format!("application-reason-{}", reason.borrow().as_str()))
    }

    // locale-keys: application-state-*
    /// How far an application is.
    pub fn application_state(&self, state: impl Borrow<service::applications::State>) -> String {
        self.t(&format!("application-state-{}", state.borrow().as_str()))
    }

    // locale-keys: taken-*
    pub fn taken(&self, word: &str) -> String {
        self.t(&format!("taken-{word}"))
    }

    // locale-keys: people-done-*
    /// What was just done for a reader; nothing for other words.
    pub fn people_done(&self, word: &str) -> Option<String> {
        crate::desk::parts::DONE.contains(&word).then(|| self.t(&format!("people-done-{word}")))
    }

    /// Why a clerk wants to see what is kept hidden; the first says nothing.
    pub fn reasons_to_see(&self) -> Vec<(&'static str, String)> {
        [("", "choose"), ("verify", "reason-verify"), ("contact", "reason-contact")]
            .into_iter()
            .chain([("correct", "reason-correct"), ("other", "reason-other")])
            .map(|(word, key)| (word, self.t(key)))
            .collect()
    }

    // locale-keys: card-to-do-*
    /// What a reader does about a card that does not work.
    pub fn what_to_do(&self, state: impl Borrow<CardState>) -> String {
        self.t(&format!("card-to-do-{}", state.borrow().as_str()))
    }

    // locale-keys: message-*
    /// What a message tells.
    pub fn message(&self, template: impl Borrow<service::outbox::Template>) -> String {
        self.t(&format!("message-{}", template.borrow().as_str()))
    }

    // locale-keys: message-word-*
    /// A word that a message may use.
    pub fn message_word(&self, word: &str) -> String {
        self.t(&format!("message-word-{word}"))
    }

    // locale-keys: medium-*
    /// By which medium somebody is told.
    pub fn medium(&self, medium: impl Borrow<service::outbox::Medium>) -> String {
        self.t(&format!("medium-{}", medium.borrow().as_str()))
    }

    // locale-keys: message-state-*
    /// How far a message is.
    pub fn message_state(&self, state: impl Borrow<service::outbox::MessageState>) -> String {
        self.t(&format!("message-state-{}", state.borrow().as_str()))
    }

    // locale-keys: fault-*
    /// Why a message could not be sent: a stable word, with a server's number after `_`.
    pub fn fault(&self, code: &str) -> String {
        let (word, number) = match code.rsplit_once('_') {
            Some((word, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => (word, number),
            _ => (code, ""),
        };
        self.a(&format!("fault-{word}"), &[("number", number)])
    }

    // locale-keys: right-*
    pub fn right(&self, right: Right) -> String {
        self.t(&format!("right-{right}"))
    }

    // locale-keys: role-*
    pub fn role(&self, role: Role) -> String {
        self.t(&format!("role-{role}"))
    }

    // locale-keys: field-*
    /// What a form calls a field.
    pub fn field(&self, field: &str) -> String {
        self.t(&format!("field-{}", id_of(field)))
    }

    // locale-keys: problem-*
    // locale-keys: document-problem-*
    /// What is wrong with a field.
    pub fn problem(&self, problem: &Problem) -> String {
        match problem {
            Problem::Document(error) => self.document_error(error),
            Problem::TooLong(limit) | Problem::TooShort(limit) | Problem::FileTooLarge(limit) => {
                self.a(&format!("problem-{}", problem.code()), &[("limit", limit)])
            }
            Problem::MissingPlace(word) => {
                let meaning = self.message_word(word);
                let place = ["{", word, "}"].concat();
                self.a("problem-missing_place", &[("place", place), ("meaning", meaning)])
            }
            other => self.t(&format!("problem-{}", other.code())),
        }
    }

    /// Why a document's number was refused; with the place and count that help to find the slip.
    pub fn document_error(&self, error: &documents::DocumentError) -> String {
        use documents::DocumentError as E;
        let key = format!("document-problem-{}", error.code());
        match error {
            E::Length { expected, found } => {
                self.a(&key, &[("expected", (*expected).to_owned()), ("found", found.to_string())])
            }
            E::Character { position, .. } => self.a(&key, &[("position", position)]),
            E::OtherKind(kind) => self.a(&key, &[("kind", self.document_kind(kind))]),
            _ => self.t(&key),
        }
    }

    // locale-keys: record-problem-*
    /// Why a chip record or machine-readable zone can't be read.
    pub fn record_problem(&self, code: &str) -> String {
        self.t(&format!("record-problem-{code}"))
    }

    // locale-keys: document-warning-*
    /// What a clerk should look at twice.
    pub fn document_warning(&self, warning: documents::DocumentWarning) -> String {
        self.t(&format!("document-warning-{}", warning.code()))
    }

    // locale-keys: warning-*
    /// What a clerk should look at twice, about more than the number.
    pub fn warning(&self, warning: Warning) -> String {
        match warning {
            Warning::Document(_, warning) => self.document_warning(warning),
            other => self.differs(other.code()),
        }
    }

    /// What a record or a form says otherwise than the number.
    pub fn differs(&self, code: &str) -> String {
        self.t(&format!("warning-{code}"))
    }

    // locale-keys: blocker-*
    // locale-keys: instead-*
    pub fn blocker(&self, blocker: &Blocker) -> BlockerText {
        let code = blocker.code();
        if let Some(words) = crate::stock_words::of_blocker(*self, blocker) {
            return BlockerText {
                why: self.a(&format!("blocker-{code}"), &words),
                instead: self.a(&format!("instead-{code}"), &words),
                clause: self.clause(blocker.clause()),
            };
        }
        let words = match blocker {
            Blocker::LoansOut(count)
            | Blocker::LoanLimit(_, count)
            | Blocker::ItemsOverdue(count)
            | Blocker::RenewalLimit(count)
            | Blocker::ReservationLimit(count) => [("count", count.to_string())],
            Blocker::ChargesUnpaid(fen) | Blocker::OwesTooMuch(fen) => [("yuan", yuan(*fen))],
            Blocker::CirculationUnavailable(system) => [("system", system.as_str().to_owned())],
            Blocker::NotLentHere(kind) => [("kind", self.item_kind(kind))],
            Blocker::UndoMergeFirst { at, .. } => [("time", self.time(*at))],
            _ => [("count", String::new())],
        };
        BlockerText {
            why: self.a(&format!("blocker-{code}"), &words),
            instead: self.a(&format!("instead-{code}"), &words),
            clause: self.clause(blocker.clause()),
        }
    }

    /// Why the account of who is signed in can't do something.
    pub fn no_right(&self, right: Right) -> BlockerText {
        BlockerText {
            why: self.a("problem-page-needed-right", &[("right", self.right(right))]),
            instead: self.t("problem-page-ask-manager"),
            clause: String::new(),
        }
    }

    /// `表 A1`, `6.3.3`.
    pub fn clause(&self, clause: &str) -> String {
        if clause == "A.1" { self.t("table-a1") } else { clause.to_owned() }
    }

    /// `2026-03-02`.
    pub fn day(&self, at: impl Borrow<DateTime<Utc>>) -> String {
        local_time(*at.borrow()).chars().take(10).collect()
    }

    /// `2026-03-02 14:05`, in Foshan.
    pub fn time(&self, at: impl Borrow<DateTime<Utc>>) -> String {
        local_time(*at.borrow())
    }

    /// `2026-03-02 14:05:09`: what counts to the second (A.4.1).
    pub fn moment(&self, at: impl Borrow<DateTime<Utc>>) -> String {
        local_moment(*at.borrow())
    }

    /// `14:05`.
    pub fn clock(&self, at: impl Borrow<DateTime<Utc>>) -> String {
        local_time(*at.borrow()).chars().skip(11).collect()
    }

    /// `3 月 16 日 星期一`.
    // locale-keys: weekday-*
    pub fn date(&self, day: NaiveDate) -> String {
        use chrono::Datelike;
        let weekday = self.t(&format!("weekday-{}", day.weekday().number_from_monday()));
        let parts =
            [("month", day.month().to_string()), ("day", day.day().to_string()), ("weekday", weekday)];
        self.a("date-of-today", &parts)
    }

    /// The rule of the default password in words, never the password (A.2.3). Of a travel permit the count of re-issues does
    /// not belong to it.
    pub fn password_rule(&self, kind: DocumentKind) -> String {
        match kind {
            DocumentKind::HkMacaoPermit => self.t("slip-password-hk-macao"),
            DocumentKind::TaiwanPermit => self.t("slip-password-taiwan"),
            other => self.a("slip-password", &[("document", self.document_kind(other))]),
        }
    }

    /// The country of a passport.
    pub fn country(&self, code: &str) -> String {
        documents::country::by_alpha3(code).map_or_else(
            || code.to_owned(),
            |country| self.pick(country.zh_hans, country.zh_hant, country.en).to_owned(),
        )
    }
}

/// A service in an address: `report-loss`.
pub fn slug(word: &str) -> String {
    word.replace('_', "-")
}

/// The service of a word in an address.
pub fn service_of_slug(word: &str) -> Option<ServiceName> {
    ServiceName::ALL.into_iter().find(|service| slug(service.as_str()) == word)
}

/// An amount of fen in yuan: `12.50`.
pub fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.abs() / 100, fen.abs() % 100)
}

/// A name as paper shows it that anybody may see: `梁*欣`, `罗*`, `M**** d* S****`.
pub fn masked_name(name: &str) -> String {
    let masked = |word: &str| {
        let length = word.chars().count();
        let cjk = word.chars().next().is_some_and(|c| !c.is_ascii());
        word.chars()
            .enumerate()
            .map(|(place, c)| {
                let last = cjk && length > 2 && place + 1 == length;
                if place == 0 || last || !c.is_alphanumeric() { c } else { '*' }
            })
            .collect::<String>()
    };
    name.split(' ').map(masked).collect::<Vec<_>>().join(" ")
}

/// A step of opening a card.
#[derive(Clone, Debug)]
pub struct Step {
    pub number: u8,
    pub name: String,
    pub done: bool,
    pub now: bool,
}

impl Text {
    /// The steps of opening a card, seen from one of them.
    pub fn steps(&self, now: impl Borrow<u8>) -> Vec<Step> {
        let now = *now.borrow();
        let step = |number, name| Step { number, name, done: number < now, now: number == now };
        vec![step(1, self.t("step-document")), step(2, self.t("step-form")), step(3, self.t("step-done"))]
    }
}
