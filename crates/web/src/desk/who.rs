//! The part of a form that begins each service on somebody's card: who stands there, and what they showed (4.2.2, 6.2.1).
//! `components/who.html` shows it, [`parse`] reads it. The names of its fields are the paths that the house uses.

use chrono::NaiveDate;
use service::kernel::{Channel, ServiceName};
use service::readers::may_ask;
use service::records::{CheckMethod, IdentityCheck, Person, Presence};

use super::open::document::{countries, kinds};
use super::seen::{self, How};
use crate::form::{Fields, PostedWithFiles};
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
        Self {
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

/// Reads the part of a form: who stands there, and what they showed. Whether that is enough is for the operation to say.
pub fn parse(posted: &PostedWithFiles, service: ServiceName) -> IdentityCheck {
    let (fields, today) = (&posted.fields, posted.today);
    let word = fields.value("identity_check.who");
    if word == PHONE && service == ServiceName::ReportLoss {
        let mut check = IdentityCheck::of_the_person(CheckMethod::Phone);
        check.answers = answers(fields);
        return check;
    }
    let who = word.parse().unwrap_or(Presence::Reader);
    let own = shown(fields, "identity_check.document", today);
    let by_device = own.as_ref().is_some_and(|(_, how)| *how == How::Chip);
    let mut check = IdentityCheck {
        who,
        ..IdentityCheck::of_the_person(if by_device { CheckMethod::ReaderDevice } else { CheckMethod::ByEye })
    };
    let own = own.map(|(person, _)| person);
    match who {
        Presence::Reader => check.document = own,
        Presence::Guardian => {
            check.document = own;
            check.agent = shown(fields, "identity_check.guardian", today).map(|(person, _)| person);
        }
        Presence::Agent => {
            check.principal = own;
            check.agent = shown(fields, "identity_check.agent", today).map(|(person, _)| person);
            check.authorization = posted.file("identity_check.authorization");
        }
    }
    check
}

fn answers(fields: &Fields) -> Vec<(String, String)> {
    const START: &str = "identity_check.answers.";
    let answer = |(name, value): (&str, &str)| Some((name.strip_prefix(START)?.to_owned(), value.to_owned()));
    fields.pairs().filter_map(answer).collect()
}

/// A document that was shown: scanned into the box or typed, with its kind if the number does not tell it.
fn shown(fields: &Fields, prefix: &str, today: NaiveDate) -> Option<(Person, How)> {
    let field = |name: &str| fields.owned(&format!("{prefix}.{name}")).trim().to_owned();
    let (name, kind, number) = (field("name"), field("type"), field("number"));
    let mut country = field("issuing_country").to_uppercase();
    let mut bare = number.as_str();
    // As in the box that finds readers: a passport with its country before the number.
    if let Some((before, after)) = number.split_once(' ')
        && country.is_empty()
        && before.len() == 3
        && documents::country::by_alpha3(&before.to_uppercase()).is_some()
    {
        (country, bare) = (before.to_uppercase(), after);
    }
    if name.is_empty() && number.is_empty() {
        return None;
    }
    let mut typed = Fields::default();
    typed.set("document.number", bare);
    typed.set("document.type", &kind);
    typed.set("document.issuing_country", &country);
    let seen = match seen::read(&typed, today, Text::default()) {
        Ok(seen) => seen,
        Err((field, _)) => {
            // Of a reader's own passport the number will do: whose it would be is known.
            let passport = field == "document.issuing_country" && kind.is_empty() && country.is_empty();
            let kind = if passport { documents::DocumentKind::Passport.as_str().to_owned() } else { kind };
            let person = Person {
                name,
                document_kind: kind,
                document_number: bare.to_owned(),
                issuing_country: country,
            };
            return Some((person, How::Typed));
        }
    };
    let document = seen.forms().into_iter().next().unwrap_or_default();
    let person = Person {
        name: if name.is_empty() { seen.name } else { name },
        document_kind: document.kind,
        document_number: document.number,
        issuing_country: document.issuing_country,
    };
    Some((person, seen.how))
}

#[cfg(test)]
mod tests {
    use super::*;
    use documents::synthetic;

    fn posted(pairs: &[(&str, &str)]) -> PostedWithFiles {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.set(name, *value);
        }
        PostedWithFiles::of(fields, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap())
    }

    fn number() -> String {
        let birth = NaiveDate::from_ymd_opt(1990, 5, 6).unwrap();
        synthetic::resident_number(7, birth, documents::Sex::Female, 3)
    }

    #[test]
    fn c_6_2_1_the_reader_who_was_compared_with_the_file_shows_nothing_more() {
        let check = parse(&posted(&[("identity_check.who", "reader")]), ServiceName::Restore);
        assert_eq!(check, IdentityCheck::of_the_person(CheckMethod::ByEye));
        let shown = posted(&[("identity_check.document.number", &number())]);
        let document = parse(&shown, ServiceName::Restore).document.unwrap();
        assert_eq!(document.document_kind, "resident_id");
        assert_eq!(document.document_number, number());
    }

    #[test]
    fn c_4_2_2_an_agent_shows_both_documents() {
        let number = number();
        let posted = posted(&[
            ("identity_check.who", "agent"),
            ("identity_check.agent.name", "李四"),
            ("identity_check.agent.number", "PRT CA123456"),
            ("identity_check.agent.type", "passport"),
            ("identity_check.document.number", &number),
        ]);
        let check = parse(&posted, ServiceName::Amend);
        let agent = check.agent.unwrap();
        assert_eq!((agent.issuing_country.as_str(), agent.document_number.as_str()), ("PRT", "CA123456"));
        assert_eq!(check.principal.unwrap().document_number, number);
        assert_eq!((check.who, check.document, check.authorization), (Presence::Agent, None, None));
    }

    #[test]
    fn a_4_1_a_caller_answers_questions_for_a_loss_only() {
        let posted = posted(&[
            ("identity_check.who", "phone"),
            ("identity_check.answers.birth_date", "1990-05-06"),
            ("identity_check.answers.phone", "0007"),
        ]);
        let check = parse(&posted, ServiceName::ReportLoss);
        assert_eq!((check.method, check.answers.len()), (CheckMethod::Phone, 2));
        assert_eq!(parse(&posted, ServiceName::Restore).method, CheckMethod::ByEye);
    }
}
