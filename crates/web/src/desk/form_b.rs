//! The registration form of appendix B on A4: blank, of a form that is being filled in (to be signed; nothing is stored), or of
//! a reader: masked, in full for a reason or right after the service, and logged.

use askama::Template;
use axum::extract::Path;
use documents::DocumentKind;
use service::cards;
use service::kernel::{CardKind, ReaderId, Right};
use service::{readers, records};

use crate::desk::open;
use crate::desk::reveal::reason_of;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "print/form_b.html")]
struct FormB {
    t: Text,
    page: Page,
    federation: String,
    library: String,
    point: String,
    clerk: String,
    now: String,
    today: String,
    back: String,
    blank: bool,
    /// The reader whose values are masked; none where they are in full.
    masked: Option<ReaderId>,
    may_reveal: bool,
    person: Person,
    guardian: Guardian,
    kind: Option<CardKind>,
    number: String,
    checked: String,
    opened_at: String,
}

#[derive(Default)]
struct Person {
    name: String,
    sex: String,
    birth_date: String,
    phone: String,
    kinds: Vec<DocumentKind>,
    numbers: Vec<String>,
    email: String,
    address: String,
    workplace: String,
}

#[derive(Default)]
struct Guardian {
    name: String,
    relation: String,
    phone: String,
    kind: String,
    number: String,
}

/// The boxes of the row "kind of document".
const BOXES: [(&str, &[DocumentKind]); 8] = [
    ("box-resident", &[DocumentKind::ResidentId]),
    ("box-residence", &[DocumentKind::ResidencePermit, DocumentKind::HmtResidencePermit]),
    ("box-permanent", &[DocumentKind::PermanentResident]),
    ("box-household", &[DocumentKind::HouseholdRegister]),
    ("box-passport", &[DocumentKind::Passport]),
    ("box-permit", &[DocumentKind::HkMacaoPermit, DocumentKind::TaiwanPermit]),
    ("box-military", &[DocumentKind::MilitaryId]),
    ("box-other", &[DocumentKind::Other]),
];

impl FormB {
    fn new(me: &SignedIn) -> Self {
        let (t, session, page) = (me.text(), me.session(), me.page());
        let clock = me.app().service.clock();
        Self {
            t,
            federation: page.federation.clone(),
            page,
            library: t.library(&session.tree, session.actor.library),
            point: String::new(),
            clerk: String::new(),
            now: t.time(clock.now()),
            today: clock.today().to_string(),
            back: "/desk".to_owned(),
            blank: false,
            masked: None,
            may_reveal: false,
            person: Person::default(),
            guardian: Guardian::default(),
            kind: None,
            number: String::new(),
            checked: String::new(),
            opened_at: String::new(),
        }
    }

    fn at_the_desk(mut self, me: &SignedIn) -> Self {
        self.point = me.session().point.as_ref().map(|point| point.name.clone()).unwrap_or_default();
        self.clerk = me.session().name.clone();
        self
    }

    // locale-keys: box-*
    fn boxes(&self) -> Vec<(String, bool)> {
        BOXES
            .iter()
            .map(|(key, kinds)| (self.t.t(key), kinds.iter().any(|kind| self.person.kinds.contains(kind))))
            .collect()
    }
}

/// `490604 19891102 3429`: a citizen's number in its parts.
fn in_groups(number: &str) -> String {
    match (number.get(..6), number.get(6..14), number.get(14..)) {
        (Some(area), Some(birth), Some(rest)) if number.len() == 18 && number.is_ascii() => {
            format!("{area} {birth} {rest}")
        }
        _ => number.to_owned(),
    }
}

/// An empty one, to be filled in by hand.
pub async fn blank(me: SignedIn) -> Answer {
    me.require(Right::OpenCards)?;
    Ok(html(&FormB { blank: true, ..FormB::new(&me) }))
}

/// A reader's: masked, unless this clerk has just opened the card or changed the data.
pub async fn of_reader(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    printed(&me, id, None).await
}

/// A reader's in full, for a reason.
pub async fn in_full(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    printed(&me, id, Some(reason_of(&fields))).await
}

async fn printed(me: &SignedIn, id: ReaderId, reason: Option<String>) -> Answer {
    let (full, held, past) = me
        .write(async move |op| {
            let full = match &reason {
                Some(reason) => readers::for_print_in_full(op, id, reason).await?,
                None => readers::for_print(op, id).await?,
            };
            Ok((full, cards::cards_of(op, id).await?, records::timeline(op, id, 30).await?))
        })
        .await?;
    let t = me.text();
    let mut form = FormB::new(me).at_the_desk(me);
    form.back = format!("/desk/readers/{id}");
    form.masked = (!full.in_full).then_some(id);
    form.may_reveal = me.session().actor.may(Right::RevealPersonalData);
    form.person = Person {
        name: full.name,
        sex: full.sex,
        birth_date: full.birth_date.to_string(),
        phone: full.phone,
        kinds: full.documents.iter().map(|(kind, ..)| *kind).collect(),
        numbers: full.documents.iter().map(|(_, number, _)| in_groups(number)).collect(),
        email: full.email.unwrap_or_default(),
        address: full.address.unwrap_or_default(),
        workplace: full.workplace.unwrap_or_default(),
    };
    if let Some((name, relation, phone, kind, number)) = full.guardian {
        let relation = relation.unwrap_or_default();
        form.guardian =
            Guardian { name, relation, phone, kind: t.document_kind(kind), number: in_groups(&number) };
    }
    let opening = past.iter().find(|entry| entry.service == "open_card" && entry.outcome == "done");
    form.checked =
        opening.and_then(|entry| entry.checked_how.as_deref()).map(|how| t.check(how)).unwrap_or_default();
    if let Some(card) = held.into_iter().max_by_key(|card| card.state.is_live()) {
        form.kind = Some(card.kind);
        form.number = cards::grouped(&card.number);
        form.opened_at = t.time(card.opened_at);
        form.library = t.library(&me.session().tree, card.issuing_library);
    }
    Ok(html(&form))
}

/// Of what stands in the form just now, so that it can be signed before the card is opened.
pub async fn preview(me: SignedIn, Posted(fields): Posted) -> Answer {
    me.require(Right::OpenCards)?;
    let fields = open::form::as_proved(&me, fields);
    Ok(html(&filled(&me, fields)))
}

fn filled(me: &SignedIn, fields: Fields) -> FormB {
    let t = me.text();
    let mut form = FormB::new(me).at_the_desk(me);
    let kind_named = |name: &str| fields.value(name).parse::<DocumentKind>();
    form.person = Person {
        name: fields.owned("reader.name"),
        sex: fields.owned("reader.sex"),
        birth_date: fields.owned("reader.birth_date"),
        phone: fields.owned("reader.phone"),
        kinds: kind_named("document.type").into_iter().collect(),
        numbers: vec![in_groups(fields.value("document.number"))],
        email: fields.owned("reader.email"),
        address: fields.owned("reader.address"),
        workplace: fields.owned("reader.workplace"),
    };
    if fields.has("guardian.name") {
        form.guardian = Guardian {
            name: fields.owned("guardian.name"),
            relation: fields.owned("guardian.relation"),
            phone: fields.owned("guardian.phone"),
            kind: kind_named("guardian.document.type").map(|kind| t.document_kind(kind)).unwrap_or_default(),
            number: in_groups(fields.value("guardian.document.number")),
        };
    }
    form.kind = fields.value("kind").parse().ok();
    form.number = fields.owned("barcode");
    form.checked = match Form::new(fields).value("seen") {
        "" => String::new(),
        seen if seen.starts_with("chip") => t.check("reader_device"),
        _ => t.check("by_eye"),
    };
    form
}
