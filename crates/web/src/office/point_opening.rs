//! A card opened at a mobile point that ran into another (6.5): both side by side, and what becomes of it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use service::cards::{self, CardView};
use service::kernel::{Blocker, Error, OpeningId};
use service::points::{Opening, OpeningState, Settle, Settlement, keeps_number, opening, settle};
use service::readers::{self, ReaderView};

use super::Nav;
use super::points::{Line, line_of};
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "office/point_opening.html")]
struct Shown {
    t: Text,
    page: Page,
    nav: Nav,
    line: Line,
    form: Form,
    /// What was told at the point, as long as it waits.
    told: Option<Told>,
    /// Who holds another card.
    other: Option<Other>,
    blockers: Vec<BlockerText>,
    one_card: bool,
    /// Whether its number would be another than the one that the reader has on paper.
    new_number: bool,
    /// Whether others may be the same person.
    duplicates: bool,
}

struct Told {
    name: String,
    birth_date: String,
    document: String,
    number: String,
    phone: String,
    email: String,
    address: String,
    workplace: String,
    guardian: String,
    may_hold: bool,
}

struct Other {
    reader: ReaderView,
    card: Option<CardView>,
    issuing: String,
}

fn told(me: &SignedIn, kept: &Opening) -> Told {
    let t = me.text();
    let request = kept.request();
    let first = request.documents.first();
    let kind = first.and_then(|document| document.kind.parse().ok());
    Told {
        name: request.reader.name,
        birth_date: request.reader.birth_date,
        document: first.map(|document| t.document_word(&document.kind)).unwrap_or_default(),
        number: match (kind, first) {
            (Some(kind), Some(document)) => documents::mask(kind, &document.number),
            _ => String::new(),
        },
        phone: request.reader.phone,
        email: request.reader.email,
        address: request.reader.address,
        workplace: request.reader.workplace,
        guardian: request.guardian.map(|guardian| guardian.name).unwrap_or_default(),
        may_hold: kept.may_hold,
    }
}

async fn page(me: &SignedIn, id: OpeningId, form: Form, blockers: &[Blocker], status: StatusCode) -> Answer {
    let (found, kept, keeps) = me
        .write(async move |op| {
            let (found, kept) = opening(op, id).await?;
            let keeps = keeps_number(op, &found).await?;
            Ok((found, kept, keeps))
        })
        .await?;
    let (t, one_card) = (me.text(), found.kind == "one_card");
    let duplicates = found.reasons.iter().any(|reason| reason == "possible_duplicate");
    let other = match found.reader {
        Some(reader) => Some(other(me, reader, found.card).await?),
        None => None,
    };
    let shown = Shown {
        t,
        page: me.page(),
        nav: Nav::of(me, "points"),
        line: line_of(me, found).await?,
        form,
        told: kept.as_ref().map(|kept| told(me, kept)),
        other,
        blockers: blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        one_card,
        new_number: !keeps,
        duplicates,
    };
    Ok(html_with(status, &shown))
}

async fn other(
    me: &SignedIn,
    reader: service::kernel::ReaderId,
    card: Option<service::kernel::CardId>,
) -> Result<Other, Failure> {
    let (reader, card) = me
        .read(async move |op| {
            let card = match card {
                Some(card) => Some(cards::card(op, card).await?),
                None => None,
            };
            Ok((readers::view(op, reader).await?, card))
        })
        .await?;
    let tree = &me.session().tree;
    let issuing = card.as_ref().map(|card| me.text().library(tree, card.issuing_library));
    Ok(Other { reader, card, issuing: issuing.unwrap_or_default() })
}

pub async fn show(me: SignedIn, Path(id): Path<OpeningId>) -> Answer {
    page(&me, id, Form::default(), &[], StatusCode::OK).await
}

pub async fn submit(me: SignedIn, Path(id): Path<OpeningId>, Posted(fields): Posted) -> Answer {
    let how = match fields.value("how") {
        "stands" => Settlement::Stands,
        "updated" => Settlement::Updated,
        "opened" => Settlement::Opened {
            barcode: fields.owned("barcode"),
            another_person: fields.has("duplicates_seen"),
        },
        "dropped" => Settlement::Dropped,
        _ => return again(&me, id, fields).await,
    };
    let version = fields.value("version").parse().unwrap_or_default();
    let request = Settle { opening: id, version, how };
    match me.try_write(None, async move |op| settle(op, request.clone()).await).await {
        Ok(_) => Ok(Redirect::to(&format!("/office/points/openings/{id}")).into_response()),
        Err(Error::Refused(blockers)) => {
            page(&me, id, Form::new(fields), &blockers, StatusCode::CONFLICT).await
        }
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, id, form, &[], StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

/// Nothing was chosen.
async fn again(me: &SignedIn, id: OpeningId, fields: Fields) -> Answer {
    let mut form = Form::new(fields);
    let t = me.text();
    form.add(t, "how", t.t("problem-missing"));
    page(me, id, form, &[], StatusCode::UNPROCESSABLE_ENTITY).await
}

impl Shown {
    fn waits(&self) -> bool {
        self.line.opening.state == OpeningState::Conflict
    }

    /// Whether there is another card that can stand.
    fn other_stands(&self) -> bool {
        self.other.as_ref().is_some_and(|other| other.card.is_some())
    }
}
