//! Two records of one person (6.1.3.2): find both, compare them side by side, choose what stays, make them one.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::cards::{self, CardView, FoundReader};
use service::kernel::{Blocker, CardId, Error, IdempotencyKey, ReaderId, Right};
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
    winner: Compared,
    loser: Compared,
    /// The values that differ: the word, its name, what the one and the other has.
    differ: Vec<Difference>,
    form: Form,
    blockers: Vec<BlockerText>,
    /// Whether the documents say that they are two people, so that a reason is asked for.
    plainly_different: bool,
    stale: bool,
}

struct Difference {
    word: &'static str,
    name: String,
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
        format!("{} · {}", self.t.card_kind(card.kind), self.t.day(card.opened_at))
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

async fn page(
    me: &SignedIn,
    winner: ReaderId,
    loser: ReaderId,
    form: Option<Form>,
    blockers: &[Blocker],
    stale: bool,
    status: StatusCode,
) -> Result<Response, Failure> {
    let compared = me.write(async move |op| people::compare(op, winner, loser).await).await?;
    let people::Comparison { sides: [winner, loser], differ, plainly_different } = compared;
    let t = me.text();
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
        winner: value(t, &winner.reader, taken),
        loser: value(t, &loser.reader, taken),
    };
    let differ = differ.into_iter().map(named).collect();
    let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
    let nav = Nav::of(me, "merge");
    let page = ComparePage {
        t,
        page: me.page(),
        nav,
        winner,
        loser,
        differ,
        form,
        blockers,
        plainly_different,
        stale,
    };
    Ok(html_with(status, &page))
}

pub async fn compare(me: SignedIn, Query(pair): Query<Pair>) -> Answer {
    allowed(&me)?;
    let (Some(winner), Some(loser)) = (pair.winner, pair.loser) else {
        return Ok(Redirect::to("/office/merge").into_response());
    };
    page(&me, winner, loser, None, &[], false, StatusCode::OK).await
}

pub async fn submit(me: SignedIn, Query(pair): Query<Pair>, Posted(fields): Posted) -> Answer {
    allowed(&me)?;
    let (Some(winner), Some(loser)) = (pair.winner, pair.loser) else {
        return Ok(Redirect::to("/office/merge").into_response());
    };
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
    let key = IdempotencyKey::new(fields.value("idempotency_key"));
    match me.try_write(key, async move |op| people::merge(op, request.clone()).await).await {
        Ok(_) => Ok(Redirect::to("/office/merges?done=merged").into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, winner, loser, Some(form), &[], false, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(Error::Stale) => page(&me, winner, loser, None, &[], true, StatusCode::CONFLICT).await,
        Err(Error::Refused(blockers)) if !blockers.contains(&Blocker::MergedAlready) => {
            let form = Form::new(fields);
            page(&me, winner, loser, Some(form), &blockers, false, StatusCode::CONFLICT).await
        }
        Err(error) => Err(me.failure(error)),
    }
}
