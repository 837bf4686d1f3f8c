//! Reading the part of a form that says who stands there, and what they showed.

use chrono::NaiveDate;
use documents::DocumentError;
use service::kernel::{Error, Invalid, Problem, ServiceName};
use service::records::{CheckMethod, IdentityCheck, Person, Presence};

use super::PHONE;
use crate::desk::seen::{self, How};
use crate::form::{Fields, PostedWithFiles};

/// The field with which a clerk says that they saw the document and compared it with whoever stands there (4.2.2, 6.2.1).
const COMPARED: &str = "identity_check.compared";

/// The fields of a document that was shown.
struct Names {
    name: &'static str,
    kind: &'static str,
    number: &'static str,
    country: &'static str,
    /// What the document reader's bridge read.
    record: &'static str,
}

const OWN: Names = Names {
    name: "identity_check.document.name",
    kind: "identity_check.document.type",
    number: "identity_check.document.number",
    country: "identity_check.document.issuing_country",
    record: "identity_check.document.record",
};
const GUARDIAN: Names = Names {
    name: "identity_check.guardian.name",
    kind: "identity_check.guardian.type",
    number: "identity_check.guardian.number",
    country: "identity_check.guardian.issuing_country",
    record: "identity_check.guardian.record",
};
const AGENT: Names = Names {
    name: "identity_check.agent.name",
    kind: "identity_check.agent.type",
    number: "identity_check.agent.number",
    country: "identity_check.agent.issuing_country",
    record: "identity_check.agent.record",
};

/// Reads the part of a form: who stands there, and what they showed. What was left out or mistyped is told at its field, and there
/// is no check then: nobody may be taken for identified because a form was sent. Whether what was shown is enough is for the
/// operation to say.
pub fn parse(posted: &PostedWithFiles, service: ServiceName, invalid: &mut Invalid) -> Option<IdentityCheck> {
    let (fields, today) = (&posted.fields, posted.today);
    let word = fields.value("identity_check.who");
    if word == PHONE && service == ServiceName::ReportLoss {
        let mut check = IdentityCheck::of_the_person(CheckMethod::Phone);
        check.answers = answers(fields);
        return Some(check);
    }
    let before = invalid.0.len();
    // Nobody is taken for somebody else: a word without a meaning, or a caller where none is served, is told.
    let who = match word {
        "" => Presence::Reader,
        PHONE => invalid.take("identity_check.who", Err(Problem::NotApplicable))?,
        word => invalid.take("identity_check.who", word.parse().map_err(|()| Problem::UnknownWord))?,
    };
    let own = shown(fields, &OWN, today, invalid);
    let of_other = match who {
        Presence::Reader => None,
        Presence::Guardian => shown(fields, &GUARDIAN, today, invalid),
        Presence::Agent => shown(fields, &AGENT, today, invalid),
    };
    if who == Presence::Agent && of_other.as_ref().is_none_or(|(person, _)| person.name.is_empty()) {
        invalid.add(AGENT.name, Problem::Missing);
    }
    // Whose document is to be seen: of who acts for the reader, and of the reader where an agent acts.
    let needed = [
        (who == Presence::Guardian, &GUARDIAN, of_other.is_some()),
        (who == Presence::Agent, &AGENT, of_other.is_some()),
        (who == Presence::Agent, &OWN, own.is_some()),
    ];
    for (wanted, names, seen) in needed {
        let told = |field: &str| invalid.0.iter().any(|wrong| wrong.field == field);
        let told = [names.number, names.kind, names.country].into_iter().any(told);
        if wanted && !seen && !told {
            invalid.add(names.number, Problem::Missing);
        }
    }
    let authorization = posted.file("identity_check.authorization");
    if who == Presence::Agent && authorization.is_none() {
        invalid.add("identity_check.authorization", Problem::Missing);
    }
    if !fields.has(COMPARED) {
        invalid.add(COMPARED, Problem::NotCompared);
    }
    if invalid.0.len() > before {
        return None;
    }
    let in_front = if who == Presence::Reader { &own } else { &of_other };
    let by_device = in_front.as_ref().is_some_and(|(_, how)| *how == How::Chip);
    let method = if by_device { CheckMethod::ReaderDevice } else { CheckMethod::ByEye };
    let mut check = IdentityCheck { who, ..IdentityCheck::of_the_person(method) };
    let person = |shown: Option<(Person, How)>| shown.map(|(person, _)| person);
    match who {
        Presence::Reader => check.document = person(own),
        Presence::Guardian => {
            check.document = person(own);
            check.agent = person(of_other);
        }
        Presence::Agent => {
            check.principal = person(own);
            check.agent = person(of_other);
            check.authorization = authorization;
        }
    }
    Some(check)
}

/// The same for a form that has nothing else to find fault with before the operation does.
pub fn check(posted: &PostedWithFiles, service: ServiceName) -> service::Result<IdentityCheck> {
    let mut invalid = Invalid::default();
    parse(posted, service, &mut invalid).ok_or(Error::Invalid(invalid))
}

/// A form that was refused: whoever comes with other papers is compared with them again.
pub fn to_compare_again(mut fields: Fields) -> Fields {
    fields.set(COMPARED, "");
    fields
}

fn answers(fields: &Fields) -> Vec<(String, String)> {
    const START: &str = "identity_check.answers.";
    let answer = |(name, value): (&str, &str)| Some((name.strip_prefix(START)?.to_owned(), value.to_owned()));
    fields.pairs().filter_map(answer).collect()
}

/// A document that was shown: read by the bridge, scanned into the box, or typed, with its kind if the number does not tell it.
fn shown(fields: &Fields, names: &Names, today: NaiveDate, invalid: &mut Invalid) -> Option<(Person, How)> {
    let field = |name: &str| fields.value(name).trim();
    let (name, number) = (field(names.name), field(names.number));
    // What was typed afterwards counts before what lay on the reader.
    let text = if number.is_empty() { field(names.record) } else { number };
    if text.is_empty() {
        return None;
    }
    if let Some(read) = seen::read_by_device(text, today) {
        let seen = invalid.take(names.number, read)?;
        let document = seen.forms().into_iter().next()?;
        let person = Person {
            name: if name.is_empty() { seen.name } else { name.to_owned() },
            document_kind: document.kind,
            document_number: document.number,
            issuing_country: document.issuing_country,
        };
        return Some((person, seen.how));
    }
    let kind = match field(names.kind) {
        "" => None,
        word => Some(invalid.take(names.kind, word.parse().map_err(|_| Problem::UnknownWord))?),
    };
    let country = field(names.country).to_uppercase();
    let person = |kind: documents::DocumentKind, number: &str, country: &str| Person {
        name: name.to_owned(),
        document_kind: kind.as_str().to_owned(),
        document_number: number.to_owned(),
        issuing_country: country.to_owned(),
    };
    let person = match documents::read_number(text, kind, Some(&country), today) {
        Ok(read) => person(read.kind(), read.number(), read.issuing_country().unwrap_or_default()),
        // Of a reader's own passport the number will do: whose it would be is known.
        Err(documents::Unread::Wrong(kind, DocumentError::CountryMissing)) if names.number == OWN.number => {
            person(kind, text, "")
        }
        Err(documents::Unread::Wrong(
            _,
            error @ (DocumentError::CountryMissing | DocumentError::CountryUnknown),
        )) => {
            invalid.add(names.country, Problem::Document(error));
            return None;
        }
        Err(documents::Unread::Wrong(_, error)) => {
            invalid.add(names.number, Problem::Document(error));
            return None;
        }
        Err(documents::Unread::NoNumber) => {
            invalid.add(names.kind, Problem::KindUnclear);
            return None;
        }
    };
    Some((person, How::Typed))
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

    fn read(
        posted: &PostedWithFiles,
        service: ServiceName,
    ) -> Result<IdentityCheck, Vec<(&'static str, Problem)>> {
        let mut invalid = Invalid::default();
        let check = parse(posted, service, &mut invalid);
        check.ok_or_else(|| invalid.0.into_iter().map(|wrong| (wrong.field, wrong.problem)).collect())
    }

    fn number() -> String {
        let birth = NaiveDate::from_ymd_opt(1990, 5, 6).unwrap();
        synthetic::resident_number(7, birth, documents::Sex::Female, 3)
    }

    #[test]
    fn c_6_2_1_nobody_is_identified_because_a_form_was_sent() {
        let forgotten = [(COMPARED, Problem::NotCompared)];
        for service in [ServiceName::Restore, ServiceName::ReportLoss, ServiceName::ResetPassword] {
            assert_eq!(read(&posted(&[("identity_check.who", "reader")]), service).unwrap_err(), forgotten);
            // A document that was typed is one that was shown, but nobody said that it is this person's.
            let typed =
                posted(&[("identity_check.who", "reader"), ("identity_check.document.number", &number())]);
            assert_eq!(read(&typed, service).unwrap_err(), forgotten);
        }
    }

    #[test]
    fn c_6_2_1_the_reader_who_was_compared_shows_nothing_more() {
        let compared = posted(&[("identity_check.who", "reader"), (COMPARED, "yes")]);
        let check = read(&compared, ServiceName::Restore).unwrap();
        assert_eq!(check, IdentityCheck::of_the_person(CheckMethod::ByEye));
        let shown = posted(&[
            ("identity_check.who", "reader"),
            ("identity_check.document.number", &number()),
            (COMPARED, "yes"),
        ]);
        let document = read(&shown, ServiceName::Restore).unwrap().document.unwrap();
        assert_eq!(document.document_kind, "resident_id");
        assert_eq!(document.document_number, number());
    }

    #[test]
    fn c_4_2_2_an_agent_shows_both_documents() {
        let number = number();
        let mut fields = vec![
            ("identity_check.who", "agent"),
            ("identity_check.agent.name", "李四"),
            ("identity_check.agent.number", "PRT CA123456"),
            ("identity_check.agent.type", "passport"),
            ("identity_check.document.number", number.as_str()),
            (COMPARED, "yes"),
        ];
        let missing = [("identity_check.authorization", Problem::Missing)];
        assert_eq!(read(&posted(&fields), ServiceName::Amend).unwrap_err(), missing);
        let file = service::records::File(b"%PDF-1.7 %%EOF".to_vec());
        let with_file = posted(&fields).with_file("identity_check.authorization", file.clone());
        let check = read(&with_file, ServiceName::Amend).unwrap();
        let agent = check.agent.unwrap();
        assert_eq!((agent.issuing_country.as_str(), agent.document_number.as_str()), ("PRT", "CA123456"));
        assert_eq!(check.principal.unwrap().document_number, number);
        assert_eq!((check.who, check.document, check.authorization), (Presence::Agent, None, Some(file)));
        // All that was left out is told at once.
        fields.truncate(1);
        let wrong: Vec<&str> =
            read(&posted(&fields), ServiceName::Amend).unwrap_err().iter().map(|(field, _)| *field).collect();
        assert_eq!(
            wrong,
            [
                "identity_check.agent.name",
                "identity_check.agent.number",
                "identity_check.document.number",
                "identity_check.authorization",
                COMPARED
            ]
        );
    }

    #[test]
    fn a_1_a_guardian_shows_a_document() {
        let nothing = posted(&[("identity_check.who", "guardian"), (COMPARED, "yes")]);
        let wrong = read(&nothing, ServiceName::Cancel).unwrap_err();
        assert_eq!(wrong, [("identity_check.guardian.number", Problem::Missing)]);
    }

    #[test]
    fn c_6_2_1_what_was_mistyped_or_half_read_is_told_at_its_field() {
        let mut mistyped = number();
        mistyped.replace_range(17.., if mistyped.ends_with('1') { "2" } else { "1" });
        let long = "QUJD".repeat(30);
        for (number, field) in [
            (mistyped.as_str(), "identity_check.document.number"),
            (long.as_str(), "identity_check.document.number"),
            ("hello", "identity_check.document.type"),
        ] {
            let form = posted(&[
                ("identity_check.who", "reader"),
                ("identity_check.document.number", number),
                (COMPARED, "yes"),
            ]);
            let wrong = read(&form, ServiceName::Restore).unwrap_err();
            assert_eq!(wrong.iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field], "{number}");
        }
        // Of a reader's own passport the number will do; of another's the country is asked.
        let number = synthetic::passport(5);
        let own = posted(&[
            ("identity_check.who", "reader"),
            ("identity_check.document.number", &number),
            (COMPARED, "yes"),
        ]);
        assert_eq!(read(&own, ServiceName::Restore).unwrap().document.unwrap().document_kind, "passport");
        let guardians = posted(&[
            ("identity_check.who", "guardian"),
            ("identity_check.guardian.number", &number),
            (COMPARED, "yes"),
        ]);
        let wrong = read(&guardians, ServiceName::Restore).unwrap_err();
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].0, "identity_check.guardian.issuing_country");
    }

    #[test]
    fn a_4_1_a_caller_answers_questions_for_a_loss_only() {
        let posted = posted(&[
            ("identity_check.who", "phone"),
            ("identity_check.answers.birth_date", "1990-05-06"),
            ("identity_check.answers.phone", "0007"),
            (COMPARED, "yes"),
        ]);
        let check = read(&posted, ServiceName::ReportLoss).unwrap();
        assert_eq!((check.method, check.answers.len()), (CheckMethod::Phone, 2));
        let who = |problem| [("identity_check.who", problem)];
        assert_eq!(read(&posted, ServiceName::Restore).unwrap_err(), who(Problem::NotApplicable));
    }

    #[test]
    fn c_6_2_1_a_word_without_a_meaning_is_nobody() {
        for (word, problem) in [
            (" ", Problem::UnknownWord),
            ("somebody", Problem::UnknownWord),
            ("Reader", Problem::UnknownWord),
        ] {
            let form = posted(&[("identity_check.who", word), (COMPARED, "yes")]);
            let wrong = [("identity_check.who", problem)];
            for service in [ServiceName::ReportLoss, ServiceName::Cancel, ServiceName::Amend] {
                assert_eq!(read(&form, service).unwrap_err(), wrong, "{word}");
            }
        }
    }
}
