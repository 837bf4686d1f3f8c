//! The shapes that the API takes and gives. Everything that is taken may be left out or null here: that a field is missing is
//! for the operation to say, with the others.

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use serde::{Deserialize, Serialize};
use service::cards::{CardKind, CardView, Numbered, OpenCard};
use service::kernel::{CardId, Channel, LibraryId, Problem, ReaderId};
use service::libraries::Tree;
use service::readers::{BlockView, DocumentForm, GuardianForm, ReaderForm, ReaderView, Warning};
use service::records::{CheckMethod, File, IdentityCheck, Person, Presence};
use utoipa::ToSchema;

use crate::i18n::Text;

/// A card to open.
#[derive(Deserialize, ToSchema)]
pub struct OpenRequest {
    /// `document` or `one_card` (Table A1).
    #[schema(required = true, example = "document")]
    kind: Option<String>,
    /// The barcode of the One-Card that was just scanned.
    #[schema(example = json!(null))]
    barcode: Option<String>,
    /// `desk`, `self_service`, `machine`, `online`, `group`, `mobile_point` or `yuedutong`; left out, that of the token's
    /// service point. A point without staff can't claim a staffed channel.
    #[schema(example = "desk")]
    channel: Option<String>,
    #[schema(required = true)]
    reader: Option<ReaderBody>,
    /// The document that the card is opened with.
    #[schema(required = true)]
    document: Option<DocumentBody>,
    /// Further documents of the same person, such as the travel permit beside the residence permit.
    #[schema(example = json!(null))]
    documents: Option<Vec<DocumentBody>>,
    /// Required under 16.
    #[schema(example = json!(null))]
    guardian: Option<GuardianBody>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
    /// Whether somebody looked at the possible duplicates that an earlier try was refused for, and found another person.
    #[schema(example = json!(null))]
    duplicates_seen: Option<bool>,
    /// The code of the campaign that the reader came by; left out, that of the service point; empty, none.
    #[schema(example = json!(null))]
    campaign: Option<String>,
}

/// The reader (appendix B).
#[derive(Deserialize, ToSchema)]
pub struct ReaderBody {
    /// 1 to 50 characters of any script.
    #[schema(required = true, example = "陈美玲")]
    name: Option<String>,
    /// `female`, `male` or `unspecified`.
    #[schema(required = true, example = "female")]
    sex: Option<String>,
    /// `YYYY-MM-DD`; may be left out when the document's number holds it.
    #[schema(example = "1990-01-01")]
    birth_date: Option<String>,
    /// 11 digits, a landline with its area code, or `+` and the number abroad.
    #[schema(required = true, example = "13900000000")]
    phone: Option<String>,
    #[schema(example = "reader@example.org")]
    email: Option<String>,
    #[schema(example = "佛山市禅城区季华五路")]
    address: Option<String>,
    /// Workplace, or school and class.
    #[schema(example = json!(null))]
    workplace: Option<String>,
}

/// An identity document.
#[derive(Deserialize, ToSchema)]
pub struct DocumentBody {
    /// `resident_id`, `residence_permit`, `permanent_resident`, `hmt_residence_permit`, `hk_macao_permit`, `taiwan_permit`,
    /// `household_register`, `passport`, `military_id` or `other`.
    #[serde(rename = "type")]
    #[schema(required = true, example = "resident_id")]
    kind: Option<String>,
    /// As people type it: full-width digits, blanks and a small x are taken.
    #[schema(required = true, example = "590101199001010022")]
    number: Option<String>,
    /// ISO 3166-1 alpha-3; required for passports.
    #[schema(example = json!(null))]
    issuing_country: Option<String>,
    /// `YYYY-MM-DD`; `long_term` for a document that has no end.
    #[schema(example = json!(null))]
    valid_until: Option<String>,
}

/// The guardian of a reader under 16.
#[derive(Deserialize, ToSchema)]
pub struct GuardianBody {
    #[schema(required = true)]
    name: Option<String>,
    relation: Option<String>,
    #[schema(required = true)]
    phone: Option<String>,
    #[schema(required = true)]
    document: Option<DocumentBody>,
    /// Whether the guardian signed.
    #[schema(required = true)]
    consent: Option<bool>,
}

/// How it was checked who is there (4.2.2, 6.2.1).
#[derive(Default, Deserialize, ToSchema)]
pub struct CheckBody {
    /// `by_eye`, `reader_device`, `phone`, `password` or `online`.
    #[schema(required = true, example = "by_eye")]
    method: Option<String>,
    /// Who is there: `reader` (the default), `guardian` or `agent`.
    #[schema(example = json!(null))]
    who: Option<String>,
    /// The reader's own document, as it was read now; it must be one of theirs.
    #[schema(example = json!(null))]
    document: Option<DocumentBody>,
    /// Who acts for another.
    #[schema(example = json!(null))]
    agent: Option<PersonBody>,
    /// For whom.
    #[schema(example = json!(null))]
    principal: Option<PersonBody>,
    /// The agent's authorization: a JPEG, PNG, WebP or PDF in base64.
    #[schema(example = json!(null))]
    authorization: Option<String>,
    /// On the phone: question (`birth_date`, `document_end`, `phone`, …) and answer.
    #[schema(example = json!(null))]
    answers: Option<std::collections::BTreeMap<String, String>>,
}

/// Somebody whose document was seen.
#[derive(Deserialize, ToSchema)]
pub struct PersonBody {
    name: Option<String>,
    document: Option<DocumentBody>,
}

impl DocumentBody {
    pub fn into_form(self) -> DocumentForm {
        DocumentForm {
            kind: self.kind.unwrap_or_default(),
            number: self.number.unwrap_or_default(),
            issuing_country: self.issuing_country.unwrap_or_default(),
            valid_until: self.valid_until.unwrap_or_default(),
        }
    }
}

impl PersonBody {
    fn into_person(self) -> Person {
        let document = self.document.map(DocumentBody::into_form).unwrap_or_default();
        Person {
            name: self.name.unwrap_or_default(),
            document_kind: document.kind,
            document_number: document.number,
            issuing_country: document.issuing_country,
        }
    }
}

/// A word of a field that must be given.
pub fn word<T>(
    field: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    problems: &mut Vec<(&'static str, Problem)>,
) -> Option<T> {
    let found = match text.map(str::trim) {
        None | Some("") => Err(Problem::Missing),
        Some(text) => parse(text).ok_or(Problem::UnknownWord),
    };
    found.map_err(|problem| problems.push((field, problem))).ok()
}

/// A file in base64; none where nothing was sent.
pub fn file_of(
    field: &'static str,
    text: Option<&str>,
    problems: &mut Vec<(&'static str, Problem)>,
) -> Option<File> {
    match text.map(str::trim).filter(|text| !text.is_empty()).map(|text| STANDARD.decode(text)) {
        Some(Ok(bytes)) => Some(File(bytes)),
        Some(Err(_)) => {
            problems.push((field, Problem::FileKind));
            None
        }
        None => None,
    }
}

/// Says that this is the answer to an earlier call with the same key.
pub fn replayed(repeated: bool, mut response: Response) -> Response {
    if repeated {
        let name = HeaderName::from_static("idempotency-replayed");
        response.headers_mut().insert(name, HeaderValue::from_static("true"));
    }
    response
}

impl CheckBody {
    /// The check as operations take it.
    pub fn into_check(
        check: Option<Self>,
        problems: &mut Vec<(&'static str, Problem)>,
    ) -> Option<IdentityCheck> {
        let check = check.unwrap_or_default();
        let method =
            word("identity_check.method", check.method.as_deref(), |text| text.parse().ok(), problems);
        let who = match check.who.as_deref().map(str::trim) {
            None | Some("") if check.agent.is_some() => Some(Presence::Agent),
            None | Some("") => Some(Presence::Reader),
            text => word("identity_check.who", text, |text| text.parse().ok(), problems),
        };
        let authorization = file_of("identity_check.authorization", check.authorization.as_deref(), problems);
        let document = check.document.map(|document| PersonBody { name: None, document: Some(document) });
        Some(IdentityCheck {
            who: who?,
            method: method?,
            document: document.map(PersonBody::into_person),
            agent: check.agent.map(PersonBody::into_person),
            principal: check.principal.map(PersonBody::into_person),
            authorization,
            answers: check.answers.unwrap_or_default().into_iter().collect(),
        })
    }
}

impl OpenRequest {
    /// The request as the operation takes it, and the words that it has no meaning for: with any, it is not done, but the house
    /// says what else it can't take, so that all is told at once.
    pub fn into_operation(self) -> (OpenCard, Vec<(&'static str, Problem)>) {
        let mut problems = Vec::new();
        let kind = word("kind", self.kind.as_deref(), |text| text.parse().ok(), &mut problems);
        let channel = match self.channel.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => {
                let channel = text.parse::<Channel>().ok();
                if channel.is_none() {
                    problems.push(("channel", Problem::UnknownWord));
                }
                channel
            }
        };
        let check = CheckBody::into_check(self.identity_check, &mut problems);
        let documents = self.document.into_iter().chain(self.documents.unwrap_or_default());
        let open = OpenCard {
            // Without a kind nothing can be said about a barcode.
            barcode: if kind.is_some() { self.barcode.unwrap_or_default() } else { String::new() },
            kind: kind.unwrap_or(CardKind::Document),
            channel,
            reader: self.reader.map(ReaderBody::into_form).unwrap_or_default(),
            documents: documents.map(DocumentBody::into_form).collect(),
            guardian: self.guardian.map(GuardianBody::into_form),
            check: check.unwrap_or_else(|| IdentityCheck::of_the_person(CheckMethod::ByEye)),
            duplicates_seen: self.duplicates_seen.unwrap_or_default(),
            campaign: self.campaign,
        };
        (open, problems)
    }
}

impl ReaderBody {
    pub fn into_form(self) -> ReaderForm {
        ReaderForm {
            name: self.name.unwrap_or_default(),
            sex: self.sex.unwrap_or_default(),
            birth_date: self.birth_date.unwrap_or_default(),
            phone: self.phone.unwrap_or_default(),
            email: self.email.unwrap_or_default(),
            address: self.address.unwrap_or_default(),
            workplace: self.workplace.unwrap_or_default(),
            language: String::new(),
        }
    }
}

impl GuardianBody {
    pub fn into_form(self) -> GuardianForm {
        GuardianForm {
            name: self.name.unwrap_or_default(),
            relation: self.relation.unwrap_or_default(),
            phone: self.phone.unwrap_or_default(),
            document: self.document.map(DocumentBody::into_form).unwrap_or_default(),
            consent: self.consent.unwrap_or_default(),
        }
    }
}

/// A library.
#[derive(Debug, Serialize, ToSchema)]
pub struct LibraryBody {
    #[schema(example = "FS")]
    code: String,
    /// In the language that the caller accepts.
    #[schema(example = "佛山市图书馆")]
    name: String,
}

impl LibraryBody {
    pub fn of(t: Text, tree: &Tree, id: LibraryId) -> Self {
        let code = tree.library(id).map(|library| library.code.clone()).unwrap_or_default();
        Self { code, name: t.library(tree, id) }
    }
}

/// A card.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardBody {
    #[schema(value_type = uuid::Uuid)]
    id: CardId,
    /// The virtual number, or the barcode.
    number: String,
    /// `document` or `one_card`.
    kind: &'static str,
    /// `active`, `lost` or `cancelled`.
    state: &'static str,
    state_since: DateTime<FixedOffset>,
    /// The original issuing library.
    issuing_library: LibraryBody,
    channel: &'static str,
    opened_at: DateTime<FixedOffset>,
    /// Whether the default password is still in use (A.2.3).
    default_password: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reader: Option<ReaderAnswer>,
    /// Other readers who may be the same person: of the same name and birth date, or with a document of the same number. Told
    /// when a card is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    possible_duplicates: Option<usize>,
    /// What is odd about the request, and somebody should look at twice. Told when a card is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Vec<WarningBody>>,
    /// Whether the number that was asked for is the card's own now: an older one does not work. Told when a card is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_number: Option<bool>,
    /// The number of the card that took its place (A.4.4). Told when a card is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<String>,
    /// Whether anything keeps the holder from borrowing and entering now, whatever the state of the card (A.3.1). Told when a card
    /// is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<bool>,
    /// What that is. Told when a card is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<Vec<BlockAnswer>>,
    /// Until when a loss told by phone is to be confirmed in person (A.4.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm_loss_by: Option<DateTime<FixedOffset>>,
    /// Grows with every change of the card.
    version: i64,
}

impl CardBody {
    pub fn of(t: Text, tree: &Tree, card: &CardView, reader: Option<&ReaderView>) -> Self {
        Self {
            id: card.id,
            number: card.number.clone(),
            kind: card.kind.as_str(),
            state: card.state.as_str(),
            state_since: local(card.state_since),
            issuing_library: LibraryBody::of(t, tree, card.issuing_library),
            channel: card.channel.as_str(),
            opened_at: local(card.opened_at),
            default_password: card.default_password,
            reader: reader.map(ReaderAnswer::of),
            possible_duplicates: None,
            warnings: None,
            current_number: None,
            replaced_by: None,
            blocked: None,
            blocks: None,
            confirm_loss_by: card.confirm_loss_by.map(local),
            version: card.version,
        }
    }

    /// What is told when a card is looked up by a number.
    pub fn looked_up(mut self, found: &Numbered) -> Self {
        self.current_number = Some(found.current);
        self.replaced_by = found.replaced_by.clone();
        self.blocked = Some(!found.blocks.is_empty());
        self.blocks = Some(BlockAnswer::all(&found.blocks));
        self
    }

    pub fn with_possible_duplicates(mut self, count: usize) -> Self {
        self.possible_duplicates = Some(count);
        self
    }

    pub fn with_warnings(mut self, t: Text, warnings: &[Warning]) -> Self {
        let told = |warning: &Warning| WarningBody {
            field: warning.field(),
            code: warning.code(),
            message: t.warning(*warning),
        };
        self.warnings = Some(warnings.iter().map(told).collect());
        self
    }
}

/// Something odd that refuses nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningBody {
    /// The path of the field.
    #[schema(example = "document.number")]
    field: &'static str,
    /// A stable word.
    #[schema(example = "old_permanent_resident_check")]
    code: &'static str,
    /// What is odd about it.
    message: String,
}

/// What keeps a reader from borrowing and entering (A.3.1). Its note is for staff and stands in no answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockAnswer {
    /// `conduct`, `unpaid`, `address`, `verification` or `other`.
    #[schema(example = "unpaid")]
    reason: &'static str,
    /// The last day; none: until it is lifted.
    until: Option<NaiveDate>,
}

impl BlockAnswer {
    pub fn all(blocks: &[BlockView]) -> Vec<Self> {
        blocks.iter().map(|block| Self { reason: block.reason.as_str(), until: block.until }).collect()
    }
}

/// A card that somebody holds already.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldCard {
    /// For tokens that may find readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    pub kind: &'static str,
    pub state: &'static str,
    pub issuing_library: LibraryBody,
    pub opened_at: DateTime<FixedOffset>,
}

/// A reader; contact data and numbers are masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReaderAnswer {
    #[schema(value_type = uuid::Uuid)]
    id: ReaderId,
    name: String,
    sex: String,
    birth_date: NaiveDate,
    /// Completed years today, in Asia/Shanghai.
    age: i32,
    /// Masked.
    phone: String,
    documents: Vec<DocumentAnswer>,
}

impl ReaderAnswer {
    pub fn of(reader: &ReaderView) -> Self {
        let documents = reader.documents.iter().map(|document| DocumentAnswer {
            kind: document.kind.as_str(),
            number: document.number.clone(),
            issuing_country: document.issuing_country.clone(),
            valid_until: document.valid_until,
        });
        Self {
            id: reader.id,
            name: reader.name.clone(),
            sex: reader.sex.clone(),
            birth_date: reader.birth_date,
            age: reader.age,
            phone: reader.phone.clone(),
            documents: documents.collect(),
        }
    }
}

/// A document; its number is masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentAnswer {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Masked.
    number: String,
    issuing_country: Option<String>,
    valid_until: Option<NaiveDate>,
}

/// A moment as Foshan's clocks show it.
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&Shanghai).fixed_offset()
}
