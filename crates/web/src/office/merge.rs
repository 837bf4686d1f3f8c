//! Two records of one person (6.1.3.2): find both, compare them side by side, choose what stays, make them one.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::cards::{self, CardView, FoundReader};
use service::circulation;
use service::kernel::{Blocker, CardId, Error, IdempotencyKey, Op, ReaderId, Right};
use service::libraries::Tree;
use service::people::{self, Compared, Merge};
use service::readers::{self, ReaderView, Taken};

use super::Nav;
use crate::csrf::chance;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "office/merge_choose.html")]
struct ChoosePage {
    t: Text,
    page: Page,
    nav: Nav,
    /// The first, once it is chosen.
    winner: Option<ReaderView>,
    found: Option<Vec<Line>>,
}

struct Line {
    found: FoundReader,
    issuing: String,
}

/// Which the address names.
#[derive(Debug, Default, Deserialize)]
pub struct Pair {
    winner: Option<ReaderId>,
    loser: Option<ReaderId>,
}

fn allowed(me: &SignedIn) -> Result<(), Failure> {
    if me.session().actor.may(Right::MergeReaders) {
        Ok(())
    } else {
        Err(me.failure(Error::Forbidden(Right::MergeReaders)))
    }
}

async fn first(me: &SignedIn, id: Option<ReaderId>) -> Result<Option<ReaderView>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let reader = me.read(async move |op| readers::view(op, id).await).await?;
    Ok(Some(reader).filter(|reader| reader.merged_into.is_none()))
}

pub async fn choose(me: SignedIn, Query(pair): Query<Pair>) -> Answer {
    allowed(&me)?;
    let winner = first(&me, pair.winner).await?;
    Ok(html(&ChoosePage { t: me.text(), page: me.page(), nav: Nav::of(&me, "merge"), winner, found: None }))
}

pub async fn find(me: SignedIn, Posted(fields): Posted) -> Answer {
    allowed(&me)?;
    let winner = first(&me, fields.value("winner").parse().ok()).await?;
    let text = fields.owned("q");
    let found = me.write(async move |op| cards::find(op, &text).await).await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let known = winner.as_ref().map(|reader| reader.id);
    let lines = found.readers.into_iter().filter(|found| Some(found.reader.id) != known).map(|found| Line {
        issuing: found.card.as_ref().map(|card| t.library(tree, card.issuing_library)).unwrap_or_default(),
        found,
    });
    let found = Some(lines.collect());
    Ok(html(&ChoosePage { t, page: me.page(), nav: Nav::of(&me, "merge"), winner, found }))
}

#[derive(Template)]
#[template(path = "office/merge_compare.html")]
struct ComparePage {
    t: Text,
    page: Page,
    nav: Nav,
    tree: Tree,
    winner: Compared,
    loser: Compared,
    /// The values that differ: the word, its name, what the one and the other has.
    differ: Vec<Difference>,
    form: Form,
    blockers: Vec<BlockerText>,
    /// What says that they are two people, in words: then a reason is asked for.
    doubts: Vec<String>,
    /// What each has out and owes, waits for, and when they came last, in words.
    beside: Vec<(String, [String; 2])>,
    /// Why the form could not be taken as it was sent, or nothing.
    broken: String,
    stale: bool,
}

struct Difference {
    word: &'static str,
    name: String,
    /// Whether the full values are the same, however alike the masked ones look.
    same: bool,
    winner: String,
    loser: String,
}

impl ComparePage {
    fn both_live(&self) -> Option<[(&CardView, &str); 2]> {
        let (a, b) = (self.winner.live_card()?, self.loser.live_card()?);
        Some([(a, "winner"), (b, "loser")])
    }

    fn sides(&self) -> [&Compared; 2] {
        [&self.winner, &self.loser]
    }

    fn issuing(&self, card: &CardView) -> String {
        let library = self.t.library(&self.tree, card.issuing_library);
        format!("{} · {} · {}", self.t.card_kind(card.kind), library, self.t.day(card.opened_at))
    }

    /// What the choice of a side's card would need, where the other side's card can't be cancelled here (6.3.3).
    fn not_here(&self, side: &str) -> String {
        let other = if side == "winner" { &self.loser } else { &self.winner };
        match other.live_card() {
            Some(card) if !other.may_cancel => {
                let library = self.t.library(&self.tree, card.issuing_library);
                self.t.a("merge-card-elsewhere", &[("library", library)])
            }
            _ => String::new(),
        }
    }
}

fn value(t: Text, reader: &ReaderView, value: Taken) -> String {
    let none = || t.t("amend-none");
    match value {
        Taken::Name => reader.name.clone(),
        Taken::Sex => t.sex(&reader.sex),
        Taken::BirthDate => reader.birth_date.to_string(),
        Taken::Phone => reader.phone.clone(),
        Taken::Email => reader.email.clone().unwrap_or_else(none),
        Taken::Address => reader.address.clone().unwrap_or_else(none),
        Taken::Workplace => reader.workplace.clone().unwrap_or_else(none),
        Taken::Language => reader.language.clone().unwrap_or_else(none),
        Taken::Photo => reader.photo.map_or_else(none, |_| t.t("merge-photo")),
    }
}

/// How many titles somebody waits for; none where this house keeps no reservations.
async fn waits(op: &Op, reader: ReaderId) -> service::Result<Option<usize>> {
    if !circulation::lends_itself(op) {
        return Ok(None);
    }
    circulation::reservations(op, reader).await.map(|waiting| Some(waiting.len()))
}

/// Why the page is shown again.
#[derive(Default)]
struct Again {
    status: StatusCode,
    form: Option<Form>,
    blockers: Vec<Blocker>,
    stale: bool,
    broken: String,
}

// locale-keys: merge-doubt-*
async fn page(me: &SignedIn, winner: ReaderId, loser: ReaderId, again: Again) -> Result<Response, Failure> {
    let Again { status, form, blockers, stale, broken } = again;
    let (compared, waiting) = me
        .write(async move |op| {
            let compared = people::compare(op, winner, loser).await?;
            Ok((compared, [waits(op, winner).await?, waits(op, loser).await?]))
        })
        .await?;
    let people::Comparison { sides: [winner, loser], differ, doubts } = compared;
    let t = me.text();
    let mut beside = vec![(t.t("merge-loans"), [t.standing(winner.standing), t.standing(loser.standing)])];
    if let [Some(one), Some(other)] = waiting {
        beside.push((t.t("merge-reservations"), [one.to_string(), other.to_string()]));
    }
    let last = |side: &Compared| side.last_service.map_or_else(|| t.t("amend-none"), |at| t.time(at));
    beside.push((t.t("merge-last"), [last(&winner), last(&loser)]));
    let doubts: Vec<String> =
        doubts.into_iter().map(|doubt| t.t(&format!("merge-doubt-{}", doubt.as_str()))).collect();
    let form = form.unwrap_or_else(|| {
        let mut fields = Fields::default();
        fields.set("winner_version", winner.reader.version.to_string());
        fields.set("loser_version", loser.reader.version.to_string());
        fields.set("idempotency_key", chance());
        Form::new(fields)
    });
    let named = |taken: Taken| Difference {
        word: taken.as_str(),
        name: t.taken(taken.as_str()),
        same: !differ.contains(&taken),
        winner: value(t, &winner.reader, taken),
        loser: value(t, &loser.reader, taken),
    };
    let none = t.t("amend-none");
    let differ: Vec<Difference> = Taken::ALL
        .into_iter()
        .map(named)
        // What neither has is not worth a line.
        .filter(|row| !row.same || row.winner != none)
        .collect();
    let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
    let nav = Nav::of(me, "merge");
    let page = ComparePage {
        t,
        page: me.page(),
        nav,
        tree: me.session().tree.clone(),
        winner,
        loser,
        differ,
        form,
        blockers,
        doubts,
        beside,
        broken,
        stale,
    };
    Ok(html_with(status, &page))
}

pub async fn compare(me: SignedIn, Query(pair): Query<Pair>) -> Answer {
    allowed(&me)?;
    let (Some(winner), Some(loser)) = (pair.winner, pair.loser) else {
        return Ok(Redirect::to("/office/merge").into_response());
    };
    page(&me, winner, loser, Again::default()).await
}

pub async fn submit(me: SignedIn, Query(pair): Query<Pair>, Posted(fields): Posted) -> Answer {
    allowed(&me)?;
    let (Some(winner), Some(loser)) = (pair.winner, pair.loser) else {
        return Ok(Redirect::to("/office/merge").into_response());
    };
    let key = IdempotencyKey::new(fields.value("idempotency_key"));
    let broken = |mut fields: Fields| {
        fields.set("idempotency_key", chance());
        let form = Some(Form::new(fields));
        Again {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            form,
            broken: me.text().t("merge-broken"),
            ..Again::default()
        }
    };
    // Without it a second click would be a second merge.
    if key.is_none() {
        return page(&me, winner, loser, broken(fields)).await;
    }
    let number = |name: &str| fields.value(name).parse().unwrap_or_default();
    let takes = |taken: &Taken| fields.value(&format!("take.{}", taken.as_str())) == "loser";
    let request = Merge {
        winner,
        winner_version: number("winner_version"),
        loser,
        loser_version: number("loser_version"),
        take: Taken::ALL.into_iter().filter(takes).collect(),
        card: fields.value("card").parse::<CardId>().ok(),
        reason: fields.owned("reason"),
    };
    match me.try_write(key, async move |op| people::merge(op, request.clone()).await).await {
        Ok(_) => Ok(Redirect::to("/office/merges?done=merged").into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&me, winner, loser, Again { status, form: Some(form), ..Again::default() }).await
        }
        Err(Error::Stale) => {
            let again = Again { status: StatusCode::CONFLICT, stale: true, ..Again::default() };
            page(&me, winner, loser, again).await
        }
        Err(Error::KeyReused) => page(&me, winner, loser, broken(fields)).await,
        Err(Error::Refused(blockers)) if !blockers.contains(&Blocker::MergedAlready) => {
            let form = Form::new(fields);
            let status = StatusCode::CONFLICT;
            page(&me, winner, loser, Again { status, form: Some(form), blockers, ..Again::default() }).await
        }
        Err(error) => Err(me.failure(error)),
    }
}
