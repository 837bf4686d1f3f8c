//! One page that holds a reader, masked. Opening it is logged.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use service::cards::password::password_state;
use service::cards::{self, CardServices, CardView, ServiceChoice};
use service::circulation;
use service::kernel::{Blocker, CardState, Known, Op, ReaderId, Right, ServiceName};
use service::libraries::Tree;
use service::machines;
use service::outbox::MessageView;
use service::partners;
use service::readers::{self, ReaderView};
use service::records::{self, Access, CheckMethod, Look, Presence, TimelineEntry, log_access};
use service::staff::{self, Colleague};

use super::messages;
use super::parts::{self, Parts};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;
use crate::words::{BlockerText, slug};

#[derive(Template)]
#[template(path = "desk/reader.html")]
pub struct ReaderPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    /// The card that counts and its issuing library.
    card: Option<(CardView, String)>,
    /// Cards before it.
    earlier: Vec<(CardView, String)>,
    timeline: Vec<Line>,
    /// For how many minutes sign-in is locked after wrong tries.
    locked: Option<i64>,
    /// What can be done with the card, numbered.
    possible: Vec<Possible>,
    /// What can't, and why.
    impossible: Vec<Impossible>,
    /// The numbers of what can be printed, after the services.
    slip_key: usize,
    form_key: usize,
    /// Loans and charges, as far as they are known.
    circulation: Option<String>,
    /// Whether this house lends by its own ledger.
    lends: bool,
    /// Whether there is a page of loans: of its own, or of systems elsewhere.
    lists_loans: bool,
    /// Since when the card is in its state, and by when a loss is to be confirmed.
    since: String,
    confirm_by: Option<String>,
    /// What other libraries sent the reader here for.
    referred: Vec<Referred>,
    /// Notes, blocks, requests, documents.
    parts: Parts,
    /// What they were told.
    messages: Vec<MessageView>,
    /// Whether the number that led here no longer works.
    by_old_number: bool,
    /// Whether that is a virtual number, which is on no card to be taken back.
    by_old_virtual: bool,
    may_open: bool,
    may_reveal: bool,
    /// A value shown in full: which, and what.
    revealed: Option<(String, String)>,
}

/// A line of what was done.
struct Line {
    entry: TimelineEntry,
    library: String,
    /// Who did it: a colleague with their account, a program, the reader.
    by: String,
    /// Who came.
    came: Option<String>,
    /// Why it was refused.
    reasons: Vec<String>,
    /// What was changed, why, and what it was about.
    told: Vec<String>,
}

impl Line {
    fn of(t: Text, tree: &Tree, entry: TimelineEntry, library: String, by: &Doers) -> Self {
        let by = by.named(t, &entry.actor);
        Self {
            by,
            came: entry.came.map(|who| t.who(who)),
            reasons: entry.reasons.iter().map(|code| t.reason_kept(code)).collect(),
            told: t.told_all(tree, &entry.told),
            entry,
            library,
        }
    }
}

/// Who did what stands on the page: colleagues, and what programs, machines and partners are called.
struct Doers {
    staff: HashMap<String, Colleague>,
    others: HashMap<String, String>,
}

impl Doers {
    async fn of(op: &Op, timeline: &[TimelineEntry]) -> service::Result<Self> {
        let actors: Vec<&str> = timeline.iter().map(|entry| entry.actor.as_str()).collect();
        let mut others = staff::programs(op, &actors).await?;
        others.extend(machines::names(op, &actors).await?);
        others.extend(partners::names(op, &actors).await?);
        Ok(Self { staff: staff::colleagues(op, &actors).await?, others })
    }

    // locale-keys: by-*
    fn named(&self, t: Text, actor: &str) -> String {
        if let Some(one) = self.staff.get(actor) {
            return t.a("by-staff", &[("name", one.name.as_str()), ("account", one.username.as_str())]);
        }
        let kind = actor.split(':').next().unwrap_or_default();
        match self.others.get(actor) {
            // The province's platform has a name that everybody knows.
            Some(name) if name == "yuedutong" => t.t("by-yuedutong"),
            Some(name) => t.a(&format!("by-{kind}-named"), &[("name", name.as_str())]),
            None => t.t(&format!("by-{}", if BY.contains(&kind) { kind } else { "system" })),
        }
    }
}

/// Who else than a colleague can have done something.
pub const BY: [&str; 5] = ["token", "reader", "machine", "partner", "system"];
/// Those of them that have names.
#[cfg(test)]
pub const BY_NAMED: [&str; 3] = ["token-named", "machine-named", "partner-named"];

/// A service that can be rendered.
struct Possible {
    key: usize,
    name: String,
    note: String,
    path: String,
}

/// A service that can't.
struct Impossible {
    name: String,
    reasons: Vec<BlockerText>,
    /// Where the reader is sent, and the page that does it.
    elsewhere: Option<(String, String)>,
}

/// What a reader was sent here for.
struct Referred {
    name: String,
    at: String,
    path: String,
}

/// What was just done to them, when the page is opened after it.
#[derive(Debug, Default, Deserialize)]
pub struct After {
    done: Option<String>,
    /// The number that led here is one that no longer works.
    #[serde(rename = "old-number")]
    old_number: Option<String>,
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>, Query(after): Query<After>) -> Answer {
    // An old link leads to the record that the reader's was merged into; of that one nothing is looked at.
    if let Some(winner) = me.read(async move |op| readers::merged_into(op, id).await).await? {
        return Ok(Redirect::to(&format!("/desk/readers/{winner}")).into_response());
    }
    let mut page = page(&me, id, None, after.done.as_deref()).await?;
    page.by_old_number = after.old_number.is_some();
    page.by_old_virtual = after.old_number.as_deref() == Some("virtual");
    Ok(html(&page))
}

pub async fn back(Path(id): Path<ReaderId>) -> Redirect {
    Redirect::to(&format!("/desk/readers/{id}"))
}

/// The page, with one value in full if it was just asked for.
pub async fn page(
    me: &SignedIn,
    id: ReaderId,
    revealed: Option<(String, String)>,
    done: Option<&str>,
) -> Result<ReaderPage, crate::problem::Failure> {
    let looked_at = revealed.is_none();
    let (reader, held, services, referrals, loaded, messages, timeline, lends, (doers, password)) = me
        .write(async move |op| {
            let reader = readers::view(op, id).await?;
            if looked_at {
                let detail = serde_json::json!({ "page": "reader" });
                log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            }
            let mut held = cards::cards_of(op, id).await?;
            held.sort_by_key(|card| !card.state.is_live());
            let services = match held.first() {
                Some(card) => {
                    let services = cards::services(op, card.id, Presence::Reader, CheckMethod::ByEye).await?;
                    Some(services.with_a_guardian_to_choose())
                }
                None => None,
            };
            let referrals = readers::open_referrals(op, id).await?;
            let loaded = parts::load(op, id).await?;
            let messages = messages::load(op, id).await?;
            let (timeline, lends) = (records::timeline(op, id, 30).await?, circulation::lends_itself(op));
            let doers = Doers::of(op, &timeline).await?;
            let password = password_state(op, id).await?;
            Ok((reader, held, services, referrals, loaded, messages, timeline, lends, (doers, password)))
        })
        .await?;
    let (t, session) = (me.text(), me.session());
    let mut held = t.with_library(&session.tree, held, |card| card.issuing_library).into_iter();
    let card = held.next();
    let possible = services.as_ref().map(|services| possible(t, services)).unwrap_or_default();
    let issuing = card.as_ref().map(|(_, issuing)| issuing.as_str()).unwrap_or_default();
    let impossible = services.as_ref().map(|services| impossible(t, services, issuing)).unwrap_or_default();
    let live = card.as_ref().map(|(card, _)| card).filter(|card| card.state.is_live());
    let referred = referrals.into_iter().filter_map(|referral| {
        Some(Referred {
            name: t.service(&referral.service),
            at: t.time(referral.at),
            path: format!("/desk/cards/{}/{}", referral.card?, slug(&referral.service)),
        })
    });
    Ok(ReaderPage {
        slip_key: possible.len() + 1,
        form_key: possible.len() + 2,
        lends,
        lists_loans: lends
            || services.as_ref().is_some_and(|services| services.standing != Known::NotConfigured),
        circulation: services.as_ref().filter(|_| live.is_some()).map(|known| t.standing(known.standing)),
        since: live.map(|card| t.moment(card.state_since)).unwrap_or_default(),
        confirm_by: live.and_then(|card| card.confirm_loss_by).map(|until| t.time(until)),
        referred: referred.collect(),
        possible,
        impossible,
        parts: Parts::of(me, loaded, done.filter(|word| parts::just_done(me, &timeline, word))),
        messages,
        t,
        page: me.page(),
        reader,
        card,
        earlier: held.collect(),
        timeline: t
            .with_library(&session.tree, timeline, |entry| entry.library)
            .into_iter()
            .map(|(entry, library)| Line::of(t, &session.tree, entry, library, &doers))
            .collect(),
        locked: password.and_then(|state| state.locked).map(|seconds| (seconds + 59) / 60),
        by_old_number: false,
        by_old_virtual: false,
        may_open: session.actor.may(Right::OpenCards),
        may_reveal: session.actor.may(Right::RevealPersonalData),
        revealed,
    })
}

/// The services that can be rendered, in the order of the table, each with the number that calls it.
// locale-keys: note-of-*
fn possible(t: Text, known: &CardServices) -> Vec<Possible> {
    let can =
        known.services.iter().filter(|choice| choice.possible() && choice.service != ServiceName::Refer);
    let entry = |(place, choice): (usize, &ServiceChoice)| Possible {
        key: place + 1,
        name: t.service(choice.service.as_str()),
        note: t.t(&format!("note-of-{}", choice.service.as_str())),
        path: format!("/desk/cards/{}/{}", known.card.id, slug(choice.service.as_str())),
    };
    can.enumerate().map(entry).collect()
}

/// The services that can't be rendered, as far as a reader would ask for them now.
fn impossible(t: Text, known: &CardServices, issuing: &str) -> Vec<Impossible> {
    let refer = known.services.iter().any(|choice| choice.service == ServiceName::Refer && choice.possible());
    let asked_for = |choice: &&ServiceChoice| match choice.service {
        ServiceName::Refer | ServiceName::ConfirmLoss => false,
        ServiceName::UndoLoss => {
            known.card.state == CardState::Lost && choice.blockers == [Blocker::TooLateToUndo]
        }
        ServiceName::Replace => {
            !choice.blockers.contains(&Blocker::OneCardOnly) || known.card.state == CardState::Lost
        }
        _ => true,
    };
    let elsewhere = |choice: &ServiceChoice| {
        let sent = |blocker: &Blocker| matches!(blocker, Blocker::IssuingLibraryOnly { .. });
        let alone = choice
            .blockers
            .iter()
            .all(|blocker| sent(blocker) || matches!(blocker, Blocker::CirculationUnavailable(_)));
        let path = format!("/desk/cards/{}/refer?for={}", known.card.id, choice.service.as_str());
        (refer && alone && choice.blockers.iter().any(sent)).then(|| (issuing.to_owned(), path))
    };
    known
        .services
        .iter()
        .filter(|choice| !choice.possible())
        .filter(asked_for)
        .map(|choice| Impossible {
            name: t.service(choice.service.as_str()),
            reasons: if choice.allowed {
                choice.blockers.iter().map(|blocker| reason(t, choice.service, blocker)).collect()
            } else {
                vec![t.no_right(choice.right)]
            },
            elsewhere: elsewhere(choice),
        })
        .collect()
}

/// Why not, in words. What Table A1 leaves no choice of needs no change.
fn reason(t: Text, service: ServiceName, blocker: &Blocker) -> BlockerText {
    let told = t.blocker(blocker);
    match (service, blocker) {
        (ServiceName::ChangeKind, Blocker::DocumentIsTheCard | Blocker::DocumentCannotBeCard) => {
            BlockerText { instead: t.t("kind-stays"), ..told }
        }
        _ => told,
    }
}

impl ReaderPage {
    /// The value in full when this field was asked for.
    fn full(&self, field: &str) -> Option<&str> {
        self.revealed.as_ref().filter(|(shown, _)| shown == field).map(|(_, value)| value.as_str())
    }

    fn has_live_card(&self) -> bool {
        self.card.as_ref().is_some_and(|(card, _)| card.state.is_live())
    }
}
