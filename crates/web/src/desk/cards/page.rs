//! What the forms of all services on a card share: who it is about, what stands against it, who stands there, and what is asked
//! besides.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use service::cards::{self, CancelReason, CardChange, CardServices, CardView, RestoreReason, ServiceChoice};
use service::kernel::{Blocker, CardId, CardKind, Error, IdempotencyKey, Known, Op, Problem, ServiceName};
use service::readers::{self, ReaderView};
use service::records::{Access, CheckMethod, Look, Presence, log_access};

use crate::csrf::chance;
use crate::desk::who::{Who, to_compare_again};
use crate::form::{Fields, Form};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::{BlockerText, slug, yuan};

#[derive(Template)]
#[template(path = "desk/card_service.html")]
pub struct ServicePage {
    t: Text,
    page: Page,
    form: Form,
    service: ServiceName,
    reader: ReaderView,
    card: CardView,
    issuing: String,
    who: Option<Who>,
    /// Reasons to choose from.
    reasons: Vec<Choice>,
    /// What a new One-Card's barcode is asked for, if it is.
    barcode: bool,
    /// Loans and charges as far as they count: what is known of them.
    circulation: Option<String>,
    /// Whether the clerk has to look them up elsewhere, and say so.
    circulation_asked: bool,
    /// What stands against it.
    blockers: Vec<BlockerText>,
    /// Whether the service can't be rendered at all: why not is told, and nothing is asked.
    closed: bool,
    /// Whether the reader can be sent to the issuing library instead.
    refer_to: Option<String>,
}

/// Something to choose.
pub struct Choice {
    word: &'static str,
    name: String,
    hint: String,
}

impl ServicePage {
    fn action(&self) -> String {
        format!("/desk/cards/{}/{}", self.card.id, slug(self.service.as_str()))
    }

    /// What will happen, before it does.
    fn lead(&self) -> String {
        let words = [
            ("state", self.t.state(self.card.state)),
            ("library", self.issuing.clone()),
            ("kind", self.t.card_kind(other(self.card.kind))),
        ];
        self.t.a(&format!("lead-{}", self.service.as_str()), &words)
    }

    // locale-keys: lead-*
    // locale-keys: do-*
    fn button(&self) -> String {
        self.t.t(&format!("do-{}", self.service.as_str()))
    }

    /// What the card is to be, where the form is about that.
    fn wanted_kind(&self) -> String {
        other(self.card.kind).to_string()
    }

    fn is_grave(&self) -> bool {
        matches!(self.service, ServiceName::ReportLoss | ServiceName::Cancel | ServiceName::Replace)
    }
}

/// The other kind of card.
pub fn other(kind: CardKind) -> CardKind {
    match kind {
        CardKind::Document => CardKind::OneCard,
        CardKind::OneCard => CardKind::Document,
    }
}

/// What is known of a card for its page; that it was looked at is logged.
struct Known_ {
    reader: ReaderView,
    services: CardServices,
    questions: Vec<&'static str>,
    /// How many wrong tries a caller still has.
    tries_left: i64,
}

async fn known(me: &SignedIn, id: CardId, service: ServiceName) -> Result<Known_, Failure> {
    me.write(async move |op: &Op| {
        let services = cards::services(op, id, Presence::Reader, CheckMethod::ByEye).await?;
        let services = services.with_a_guardian_to_choose();
        let reader = readers::view(op, services.card.reader).await?;
        let (questions, tries_left) = match service {
            ServiceName::ReportLoss if op.actor().may(cards::right_for(service)) => {
                (cards::phone_questions(op, id).await?, cards::phone_tries_left(op, id).await?)
            }
            _ => (Vec::new(), 0),
        };
        let detail = serde_json::json!({ "page": service.as_str() });
        log_access(op, Access { look: Look::Viewed, reader: Some(reader.id), detail, reason: None }).await?;
        Ok(Known_ { reader, services, questions, tries_left })
    })
    .await
}

/// The page, before anything was sent.
pub async fn show(me: &SignedIn, id: CardId, service: ServiceName) -> Answer {
    let known = known(me, id, service).await?;
    let choice = choice(&known.services, service);
    if let Some(right) = choice.filter(|choice| !choice.allowed).map(|choice| choice.right) {
        return Err(me.failure(Error::Forbidden(right)));
    }
    let blockers = choice.map(|choice| choice.blockers.clone()).unwrap_or_default();
    let mut fields = Fields::default();
    fields.set("idempotency_key", chance());
    let status = if blockers.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    Ok(html_with(status, &page(me, known, service, Form::new(fields), &blockers)))
}

fn choice(services: &CardServices, service: ServiceName) -> Option<&ServiceChoice> {
    services.services.iter().find(|choice| choice.service == service)
}

fn page(me: &SignedIn, known: Known_, service: ServiceName, form: Form, blockers: &[Blocker]) -> ServicePage {
    let (t, session) = (me.text(), me.session());
    let Known_ { reader, services, questions, tries_left } = known;
    let found = choice(&services, service);
    let live = services.card.state.is_live();
    let counts = matches!(service, ServiceName::Cancel | ServiceName::Replace) && live;
    let sent = |blocker: &Blocker| match blocker {
        Blocker::IssuingLibraryOnly { .. } => {
            Some(format!("/desk/cards/{}/refer?for={}", services.card.id, service.as_str()))
        }
        _ => None,
    };
    ServicePage {
        t,
        page: me.page(),
        form,
        service,
        issuing: t.library(&session.tree, services.card.issuing_library),
        who: (service != ServiceName::UndoLoss)
            .then(|| Who { tries_left, ..Who::of(t, service, reader.age, &questions) }),
        reasons: reasons(t, service, services.card.kind),
        barcode: asks_barcode(service, services.card.kind),
        circulation: counts.then(|| t.standing(services.standing)),
        circulation_asked: found.is_some_and(|choice| choice.needs_circulation_check),
        closed: found.is_some_and(|choice| !choice.blockers.is_empty()),
        refer_to: blockers.iter().find_map(sent),
        blockers: blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        reader,
        card: services.card,
    }
}

// locale-keys: restore-reason-*
// locale-keys: cancel-reason-*
// locale-keys: refer-for-*
fn reasons(t: Text, service: ServiceName, kind: CardKind) -> Vec<Choice> {
    let choice = |family: &str, word: &'static str| Choice {
        word,
        name: t.t(&format!("{family}-{word}")),
        hint: t.t(&format!("{family}-{word}-hint")),
    };
    match service {
        ServiceName::Restore => RestoreReason::ALL
            .into_iter()
            .filter(|reason| *reason == RestoreReason::Found || kind == CardKind::Document)
            .map(|reason| choice("restore-reason", reason.as_str()))
            .collect(),
        ServiceName::Cancel => {
            CancelReason::ALL.map(|reason| choice("cancel-reason", reason.as_str())).into_iter().collect()
        }
        ServiceName::Refer => [ServiceName::Cancel, ServiceName::Replace]
            .into_iter()
            .filter(|wanted| *wanted == ServiceName::Cancel || kind == CardKind::OneCard)
            .map(|wanted| choice("refer-for", wanted.as_str()))
            .collect(),
        _ => Vec::new(),
    }
}

/// What became of a form: the page to say aloud from, or the form again with what stands against it and all that was typed.
pub async fn answer(
    me: &SignedIn,
    id: CardId,
    service: ServiceName,
    fields: Fields,
    result: service::Result<CardChange>,
) -> Answer {
    let t = me.text();
    let (mut form, blockers, status) = match result {
        Ok(change) => {
            let path = format!("/desk/cards/{}/after/{}", change.card.id, slug(service.as_str()));
            return Ok(Redirect::to(&path).into_response());
        }
        Err(Error::Invalid(invalid)) => {
            (Form::with(fields, t, &invalid), Vec::new(), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Error::Refused(blockers)) => refused(t, fields, blockers),
        // A caller who answered wrongly too often.
        Err(Error::TooManyTries(seconds)) => {
            let mut form = Form::new(fields);
            let minutes = [("minutes", (seconds + 59) / 60)];
            form.add(t, "identity_check.who", t.a("who-locked", &minutes));
            (form, Vec::new(), StatusCode::TOO_MANY_REQUESTS)
        }
        Err(error) => return Err(me.failure(error)),
    };
    let known = known(me, id, service).await?;
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        left_out(t, &mut form, &known, service);
    }
    Ok(html_with(status, &page(me, known, service, form, &blockers)))
}

/// What else the form was sent without, so that a clerk mends it in one go.
fn left_out(t: Text, form: &mut Form, known: &Known_, service: ServiceName) {
    let asked = choice(&known.services, service).is_some_and(|choice| choice.needs_circulation_check);
    if asked && !form.has("circulation_checked") {
        form.add(t, "circulation_checked", t.blocker(&Blocker::CirculationNotChecked).why);
    }
    if asks_barcode(service, known.services.card.kind) && !form.has("barcode") {
        form.add(t, "barcode", t.problem(&Problem::Missing));
    }
}

/// Whether a form asks for a new One-Card's barcode.
fn asks_barcode(service: ServiceName, kind: CardKind) -> bool {
    service == ServiceName::Replace || (service == ServiceName::ChangeKind && kind == CardKind::Document)
}

/// What can be mended in the form stands at its field.
fn refused(t: Text, fields: Fields, blockers: Vec<Blocker>) -> (Form, Vec<Blocker>, StatusCode) {
    let (at_field, others): (Vec<Blocker>, Vec<Blocker>) = blockers.into_iter().partition(|blocker| {
        matches!(blocker, Blocker::BarcodeInUse | Blocker::BarcodeWasTheirs | Blocker::CirculationNotChecked)
    });
    let (fields, status) = if others.is_empty() {
        (fields, StatusCode::UNPROCESSABLE_ENTITY)
    } else {
        (to_compare_again(fields), StatusCode::CONFLICT)
    };
    let mut form = Form::new(fields);
    for blocker in at_field {
        let field = if blocker == Blocker::CirculationNotChecked { "circulation_checked" } else { "barcode" };
        form.add(t, field, t.blocker(&blocker).why);
    }
    (form, others, status)
}

/// The key that makes a second click harmless; without one the form was not ours.
pub fn key(fields: &Fields) -> Option<IdempotencyKey> {
    IdempotencyKey::new(fields.value("idempotency_key"))
}

/// The form again with all that was typed and a key of its own, for what was sent without one.
pub async fn again(me: &SignedIn, id: CardId, service: ServiceName, fields: Fields) -> Answer {
    let t = me.text();
    let mut fields = to_compare_again(fields);
    fields.set("idempotency_key", chance());
    let mut form = Form::new(fields);
    form.add(t, "identity_check.compared", t.t("form-without-key"));
    let known = known(me, id, service).await?;
    let blockers = choice(&known.services, service).map(|choice| choice.blockers.clone()).unwrap_or_default();
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page(me, known, service, form, &blockers)))
}

impl Text {
    /// What a reader has out and owes, in words.
    pub fn standing(&self, known: Known) -> String {
        match known {
            Known::Standing(standing) => self.a(
                "standing-known",
                &[
                    ("loans", standing.loans.to_string()),
                    ("overdue", standing.overdue.to_string()),
                    ("yuan", yuan(standing.charges)),
                ],
            ),
            Known::NotConfigured => self.t("standing-not-configured"),
            Known::Unavailable(system) => {
                self.a("standing-unavailable", &[("system", system.as_str().to_owned())])
            }
        }
    }
}

/// The page of a service with one of its reasons chosen.
pub async fn show_for(me: &SignedIn, id: CardId, service: ServiceName, reason: &str) -> Answer {
    let known = known(me, id, service).await?;
    let blockers = choice(&known.services, service).map(|choice| choice.blockers.clone()).unwrap_or_default();
    let mut fields = Fields::default();
    fields.set("idempotency_key", chance());
    fields.set("reason", reason);
    Ok(html(&page(me, known, service, Form::new(fields), &blockers)))
}
