//! Step 2: the registration form (appendix B). Names of inputs are the paths that the house calls its fields by.

use askama::Template;
use chrono::NaiveDate;
use documents::{DocumentKind, IdentityDocument};
use service::cards::{self, CardView};
use service::kernel::{Blocker, CardKind, Error, ReaderId, Right, age_on};
use service::readers::{self, DocumentForm, GuardianForm, ReaderForm, ReaderView, Sex};
use service::records::{Access, Look, log_access};

pub use super::campaign::{Campaigns, campaigns};
use super::document::{countries, kinds};
use crate::csrf::{chance, same};
use crate::desk::seen::{How, Seen, date};
use crate::form::{Fields, Form};
use crate::i18n::Text;
use crate::page::Page;
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/open_form.html")]
pub struct OpenForm {
    t: Text,
    page: Page,
    form: Form,
    known: Known,
    blockers: Vec<BlockerText>,
    of_record: Option<Candidate>,
    candidates: Vec<Candidate>,
    choices: Vec<Choice>,
    sexes: Vec<(&'static str, String)>,
    kinds: Vec<(&'static str, String)>,
    countries: Vec<(&'static str, &'static str)>,
    today: NaiveDate,
    campaigns: Campaigns,
}

/// What the document says already, and so is not asked for.
struct Known {
    kind: String,
    number: String,
    /// How far the number was checked, in words.
    checked: String,
    /// Whether more than the eye checks it.
    surely: bool,
    sex: String,
    birth: String,
    age: Option<i32>,
    minor: bool,
    name_fixed: bool,
    warnings: Vec<String>,
    /// Other kinds of document that carry the same number.
    others: Vec<(&'static str, String)>,
}

/// A kind of card, and why it can't be chosen.
struct Choice {
    kind: CardKind,
    possible: bool,
    chosen: bool,
    hint: String,
}

/// Who is known already.
#[derive(Default)]
pub struct Others {
    /// Whose document it is: they held a card before.
    pub of_record: Option<Candidate>,
    /// Who may be the same person.
    pub candidates: Vec<Candidate>,
    /// By which campaigns they may have come.
    pub campaigns: Campaigns,
}

/// A reader who is known already.
pub struct Candidate {
    pub reader: ReaderView,
    pub card: Option<CardView>,
    pub issuing: String,
}

/// The hidden part of the form, and what the document says of its holder.
pub fn filled(me: &SignedIn, seen: &Seen, typed: &Fields) -> Fields {
    let mut fields = Fields::default();
    for (place, form) in seen.forms().iter().enumerate() {
        let prefix = if place == 0 { "document" } else { "document2" };
        fields.set(&format!("{prefix}.type"), &form.kind);
        fields.set(&format!("{prefix}.number"), &form.number);
        fields.set(&format!("{prefix}.issuing_country"), &form.issuing_country);
        fields.set(&format!("{prefix}.valid_until"), &form.valid_until);
    }
    fields.set(
        "seen",
        match seen.how {
            How::Chip if seen.provisional => "chip-provisional",
            How::Chip => "chip",
            How::Zone => "zone",
            How::Typed => "typed",
        },
    );
    fields.set("seen.differs", seen.differs().join(" "));
    let proof = proof(me, &fields);
    fields.set(PROOF, proof);
    fields.set("reader.name", &seen.name);
    fields.set("reader.sex", seen.sex().map(documents::Sex::as_str).unwrap_or_default());
    fields.set("reader.birth_date", date(seen.birth_date()));
    fields.set("reader.address", &seen.address);
    fields.set("reader.phone", typed.value("reader.phone"));
    fields.set("idempotency_key", chance());
    fields
}

/// The field that proves how the documents of the form were read.
const PROOF: &str = "seen_proof";

/// What only we can write beside documents that were read in this session: the form comes back from the browser, and who sends it may
/// have written anything into it.
fn proof(me: &SignedIn, fields: &Fields) -> String {
    let mut told = vec![me.0.token.as_str(), fields.value("seen")];
    for document in ["document", "document2"] {
        told.extend(
            ["type", "number", "issuing_country"].map(|name| fields.value(&[document, ".", name].concat())),
        );
    }
    let mark = me.app().service.keys().lookup("document read", &told.join("\0"));
    mark.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes back what a form says of how its documents were read, unless it was we who wrote it there.
pub fn as_proved(me: &SignedIn, mut fields: Fields) -> Fields {
    if fields.value("seen") != "typed" && !same(proof(me, &fields).as_bytes(), fields.value(PROOF).as_bytes())
    {
        fields.set("seen", "typed");
    }
    fields
}

/// The document in the form, checked again.
pub fn document(fields: &Form, today: NaiveDate) -> Option<IdentityDocument> {
    let kind: DocumentKind = fields.value("document.type").parse().ok()?;
    let country = Some(fields.value("document.issuing_country")).filter(|country| !country.is_empty());
    IdentityDocument::parse(kind, fields.value("document.number"), country, today).ok()
}

pub fn reader_form(fields: &Fields) -> ReaderForm {
    ReaderForm {
        name: fields.owned("reader.name"),
        sex: fields.owned("reader.sex"),
        birth_date: fields.owned("reader.birth_date"),
        phone: fields.owned("reader.phone"),
        email: fields.owned("reader.email"),
        address: fields.owned("reader.address"),
        workplace: fields.owned("reader.workplace"),
        language: String::new(),
    }
}

pub fn document_form(fields: &Fields, prefix: &str) -> DocumentForm {
    let field = |name: &str| fields.owned(&format!("{prefix}.{name}"));
    DocumentForm {
        kind: field("type"),
        number: field("number"),
        issuing_country: field("issuing_country").trim().to_uppercase(),
        valid_until: field("valid_until"),
    }
}

pub fn guardian_form(fields: &Fields) -> GuardianForm {
    GuardianForm {
        name: fields.owned("guardian.name"),
        relation: fields.owned("guardian.relation"),
        phone: fields.owned("guardian.phone"),
        document: document_form(fields, "guardian.document"),
        consent: fields.has("guardian.consent"),
    }
}

/// The reader whose document it is; that they were shown is logged.
pub async fn of_record(me: &SignedIn, id: ReaderId) -> Result<Candidate, Failure> {
    let mut found = candidates(me, &[id]).await?;
    found.pop().ok_or_else(|| me.failure(Error::NotFound("reader")))
}

/// What is known of the reader, where neither document nor clerk say otherwise: it is gone through with them, and not typed
/// again. The contact data are shown in full to those only who may see them.
pub async fn fill_from_record(
    me: &SignedIn,
    found: &Candidate,
    seen: &Seen,
    fields: &mut Fields,
) -> Result<(), Failure> {
    let reader = &found.reader;
    if seen.how != How::Chip {
        fields.set("reader.name", &reader.name);
    }
    let mut known =
        vec![("reader.sex", reader.sex.clone()), ("reader.birth_date", reader.birth_date.to_string())];
    if me.session().actor.may(Right::RevealPersonalData) {
        let id = reader.id;
        let full = me.write(async move |op| readers::for_opening(op, id).await).await?;
        known.extend([
            ("reader.phone", full.phone),
            ("reader.email", full.email.unwrap_or_default()),
            ("reader.address", full.address.unwrap_or_default()),
            ("reader.workplace", full.workplace.unwrap_or_default()),
        ]);
    }
    for (field, value) in known {
        if !fields.has(field) {
            fields.set(field, value);
        }
    }
    Ok(())
}

/// People who may be the same; that they were shown is logged.
pub async fn candidates(me: &SignedIn, ids: &[ReaderId]) -> Result<Vec<Candidate>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = ids.to_vec();
    let found = me
        .write(async move |op| {
            let mut found = Vec::new();
            for id in &ids {
                let reader = readers::view(op, *id).await?;
                let card =
                    cards::cards_of(op, *id).await?.into_iter().max_by_key(|card| card.state.is_live());
                let detail = serde_json::json!({ "page": "possible_duplicates" });
                log_access(op, Access { look: Look::Viewed, reader: Some(*id), detail, reason: None })
                    .await?;
                found.push((reader, card));
            }
            Ok(found)
        })
        .await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let named = |(reader, card): (ReaderView, Option<CardView>)| Candidate {
        issuing: card.as_ref().map(|card| t.library(tree, card.issuing_library)).unwrap_or_default(),
        reader,
        card,
    };
    Ok(found.into_iter().map(named).collect())
}

/// The page.
pub fn page(me: &SignedIn, mut form: Form, blockers: &[Blocker], others: Others) -> OpenForm {
    let Others { of_record, candidates, campaigns } = others;
    if !form.has("campaign_asked") {
        form.fill("campaign", &campaigns.own);
    }
    let t = me.text();
    let today = me.app().service.clock().today();
    let document = document(&form, today);
    let known = known(&form, document.as_ref(), today, t);
    let kind = document.as_ref().map_or(DocumentKind::Other, IdentityDocument::kind);
    let possible = cards::choices(kind, known.age.unwrap_or(99));
    let chosen = form.value("kind").parse::<CardKind>().ok().filter(|kind| possible.contains(kind));
    let chosen = chosen.or(possible.first().copied());
    let choice = |kind: CardKind| Choice {
        kind,
        possible: possible.contains(&kind),
        chosen: chosen == Some(kind),
        hint: match (kind, possible.contains(&kind)) {
            (CardKind::Document, true) => t.t("choice-document"),
            (CardKind::Document, false) => t.t("choice-document-not"),
            (CardKind::OneCard, true) => t.t("choice-one-card"),
            (CardKind::OneCard, false) => t.t("choice-one-card-not"),
        },
    };
    OpenForm {
        t,
        page: me.page(),
        known,
        blockers: blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        of_record,
        candidates,
        choices: CardKind::ALL.into_iter().map(choice).collect(),
        sexes: [Sex::Female, Sex::Male, Sex::Unspecified]
            .map(|sex| (sex.as_str(), t.sex(sex.as_str())))
            .to_vec(),
        kinds: kinds(t),
        countries: countries(t),
        form,
        today,
        campaigns,
    }
}

/// What a record can say otherwise than its number.
pub const DIFFERS: [&str; 2] = ["birth_differs", "sex_differs"];

fn known(form: &Form, document: Option<&IdentityDocument>, today: NaiveDate, t: Text) -> Known {
    let how = match form.value("seen") {
        "chip" | "chip-provisional" => How::Chip,
        "zone" => How::Zone,
        _ => How::Typed,
    };
    let entered = form.value("reader.birth_date");
    let birth = document
        .and_then(IdentityDocument::birth_date)
        .or_else(|| entered.parse().ok())
        .or_else(|| NaiveDate::parse_from_str(entered, "%Y%m%d").ok());
    let age = birth.map(|birth| age_on(birth, today));
    let told = document.and_then(IdentityDocument::birth_date).is_some();
    let sex = document.and_then(IdentityDocument::sex);
    let others = match document.map(IdentityDocument::kind) {
        Some(
            kind @ (DocumentKind::ResidentId
            | DocumentKind::HouseholdRegister
            | DocumentKind::ResidencePermit),
        ) if how == How::Typed => {
            [DocumentKind::ResidentId, DocumentKind::HouseholdRegister, DocumentKind::ResidencePermit]
                .into_iter()
                .filter(|other| *other != kind)
                .map(|other| (other.as_str(), t.document_kind(other)))
                .collect()
        }
        _ => Vec::new(),
    };
    let mut warnings: Vec<String> = document
        .iter()
        .flat_map(|document| document.warnings())
        .map(|warning| t.document_warning(*warning))
        .collect();
    warnings.extend(
        form.value("seen.differs")
            .split(' ')
            .filter(|code| DIFFERS.contains(code))
            .map(|code| t.differs(code)),
    );
    if form.is("seen", "chip-provisional") {
        warnings.push(t.t("chip-provisional"));
    }
    let country = document.and_then(IdentityDocument::issuing_country).filter(|code| *code != "CHN");
    let kind = document.map(|document| t.document_kind(document.kind())).unwrap_or_default();
    Known {
        kind: country.map_or(kind.clone(), |code| format!("{kind} · {}", t.country(code))),
        number: document.map(IdentityDocument::masked).unwrap_or_default(),
        checked: match how {
            How::Chip => t.t("checked-chip"),
            How::Zone => t.t("checked-zone"),
            How::Typed if document.is_some_and(IdentityDocument::is_checked) => t.t("checked-typed"),
            How::Typed => t.t("checked-by-eye"),
        },
        surely: how != How::Typed || document.is_some_and(IdentityDocument::is_checked),
        sex: sex.map(|sex| t.sex(sex.as_str())).unwrap_or_default(),
        birth: if told { date(birth) } else { String::new() },
        age,
        minor: age.is_some_and(|age| age < 16),
        name_fixed: form.is("seen", "chip") && form.has("reader.name"),
        warnings,
        others,
    }
}

impl OpenForm {
    /// Shown unless the reader is known to be grown up.
    fn show_guardian(&self) -> bool {
        self.known.age.is_none_or(|age| age < 16)
    }

    fn one_card_possible(&self) -> bool {
        self.choices.iter().any(|choice| choice.possible && choice.kind == CardKind::OneCard)
    }

    fn phone_hint(&self) -> String {
        if self.known.minor { self.t.t("phone-hint-minor") } else { String::new() }
    }

    /// The first field that is still empty has the focus, unless something went wrong.
    fn name_attributes(&self) -> &'static str {
        if self.form.has("reader.name") || self.interrupted() {
            "type=\"text\" data-width=\"m\" required"
        } else {
            "type=\"text\" data-width=\"m\" required autofocus"
        }
    }

    fn phone_attributes(&self) -> &'static str {
        if !self.form.has("reader.name") || self.form.has("reader.phone") || self.interrupted() {
            "type=\"tel\" inputmode=\"tel\" data-width=\"m\" data-type=\"number\" required"
        } else {
            "type=\"tel\" inputmode=\"tel\" data-width=\"m\" data-type=\"number\" required autofocus"
        }
    }

    fn interrupted(&self) -> bool {
        !self.form.wrong().is_empty() || !self.candidates.is_empty() || !self.blockers.is_empty()
    }
}
