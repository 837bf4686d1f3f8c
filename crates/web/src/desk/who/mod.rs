//! The part of a form that begins each service on somebody's card: who stands there, and what they showed (4.2.2, 6.2.1).
//! `components/who.html` shows it, [`parse`] reads it. The names of its fields are the paths that the house uses.

mod parse;

pub use parse::{check, parse, to_compare_again};
use service::kernel::{Blocker, Channel, ServiceName};
use service::readers::may_ask;
use service::records::{CheckMethod, Presence};

use super::open::document::{countries, kinds};
use crate::i18n::Text;

/// What the form's part shows.
#[derive(Clone, Debug)]
pub struct Who {
    /// Who may stand there.
    pub choices: Vec<Choice>,
    /// Kinds of document, with their names.
    pub kinds: Vec<(&'static str, String)>,
    /// Countries, with their names.
    pub countries: Vec<(&'static str, &'static str)>,
    /// What a caller is asked (A.4.1): the field, and the question.
    pub questions: Vec<(String, String)>,
    /// How many wrong tries a caller still has.
    pub tries_left: i64,
    /// What a clerk says with the tick, for each who may stand there.
    pub compared: Vec<Compared>,
    /// What the buttons that read a document from the device say.
    pub reading: [String; 6],
}

/// What a clerk says of who stands there: whose documents they saw, and compared.
#[derive(Clone, Debug)]
pub struct Compared {
    pub who: &'static str,
    pub words: String,
    /// What counts as seen.
    pub hint: String,
}

/// Somebody who may stand there.
#[derive(Clone, Debug)]
pub struct Choice {
    /// `reader`, `guardian`, `agent` or `phone`.
    pub word: &'static str,
    pub name: String,
    pub hint: String,
    /// The clause of the hint, where it says why not.
    pub clause: String,
    pub possible: bool,
}

/// What stands for a caller on the phone.
const PHONE: &str = "phone";

impl Who {
    // locale-keys: compared-*
    /// The part for a service on the card of a reader of this age. Questions are those for a caller, where there may be one.
    pub fn of(t: Text, service: ServiceName, age: i32, questions: &[&'static str]) -> Self {
        let choices = Presence::ALL.map(|who| choice(t, service, who, age)).into_iter();
        let phone = (!questions.is_empty()).then(|| Choice {
            word: PHONE,
            name: t.t("who-phone"),
            hint: t.t("who-phone-hint"),
            clause: "A.4.1".to_owned(),
            possible: true,
        });
        // Whoever lost the document that is their card can't show it.
        let lost = service == ServiceName::ReportLoss;
        let compared = |who: Presence| {
            let word = if lost && who == Presence::Reader { "lost" } else { who.as_str() };
            let hint = t.t(if word == "lost" { "compared-lost-hint" } else { "compared-hint" });
            Compared { who: who.as_str(), words: t.t(&format!("compared-{word}")), hint }
        };
        Self {
            compared: Presence::ALL.map(compared).to_vec(),
            reading: [
                "read-here",
                "reading",
                "read-done",
                "reading-failed",
                "reading-timeout",
                "reading-unreachable",
            ]
            .map(|word| t.t(word)),
            choices: choices.chain(phone).collect(),
            kinds: kinds(t),
            countries: countries(t),
            tries_left: 0,
            questions: questions
                .iter()
                .map(|word| (format!("identity_check.answers.{word}"), t.question(word)))
                .collect(),
        }
    }

    /// The part for another guardian (Table A1, note): the one on file, or the new one; nobody else.
    pub fn of_new_guardian(t: Text, age: i32) -> Self {
        let mut who = Self::of(t, ServiceName::Amend, age, &[]);
        for choice in &mut who.choices {
            if choice.word == Presence::Guardian.as_str() {
                choice.hint = t.t("who-new-guardian-hint");
            } else {
                let told = t.blocker(&Blocker::GuardianNeeded);
                (choice.possible, choice.hint, choice.clause) = (false, told.why, told.clause);
            }
        }
        who
    }

    /// Whether this is the one to begin with: the first who may stand there.
    pub fn is_first_possible(&self, word: &str) -> bool {
        self.choices.iter().find(|choice| choice.possible).is_some_and(|choice| choice.word == word)
    }

    /// Whether this one may stand there.
    pub fn may(&self, word: &str) -> bool {
        self.choices.iter().any(|choice| choice.word == word && choice.possible)
    }
}

fn choice(t: Text, service: ServiceName, who: Presence, age: i32) -> Choice {
    let ask = |deceased| may_ask(service, who, CheckMethod::ByEye, Channel::Desk, age, deceased);
    let (blockers, after_death) = (ask(false), ask(true));
    let possible = blockers.is_empty() || after_death.is_empty();
    let told = blockers.first().map(|blocker| t.blocker(blocker));
    let (hint, clause) = match (who, told) {
        (_, Some(told)) if possible => (t.t("who-agent-deceased"), told.clause),
        (_, Some(told)) => (told.why, told.clause),
        (Presence::Agent, None) => (t.t("who-agent-hint"), "4.2.2".to_owned()),
        (Presence::Guardian, None) => (t.t("who-guardian-hint"), t.clause("A.1")),
        (Presence::Reader, None) => (String::new(), String::new()),
    };
    Choice { word: who.as_str(), name: t.who(who.as_str()), hint, clause, possible }
}
