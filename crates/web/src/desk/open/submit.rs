//! Step 2 sent: the card is opened, or the form comes back with what stands against it and all that was typed.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::cards::{self, OpenCard};
use service::kernel::{Blocker, CardKind, Error, IdempotencyKey};
use service::readers;
use service::records::{CheckMethod, IdentityCheck};

use super::{draft, form, holds};
use crate::form::{Fields, Form, Posted};
use crate::page::{Answer, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

fn request(fields: &Fields) -> OpenCard {
    let mut documents = vec![form::document_form(fields, "document")];
    if fields.has("document2.number") {
        documents.push(form::document_form(fields, "document2"));
    }
    let by_device = fields.value("seen").starts_with("chip");
    let method = if by_device { CheckMethod::ReaderDevice } else { CheckMethod::ByEye };
    let kind = fields.value("kind").parse().unwrap_or(CardKind::Document);
    OpenCard {
        kind,
        // A hidden barcode of the other choice is no mistake.
        barcode: if kind == CardKind::OneCard { fields.owned("barcode") } else { String::new() },
        channel: None,
        reader: form::reader_form(fields),
        documents,
        // The house looks at it for readers under 16 only.
        guardian: Some(form::guardian_form(fields)),
        check: IdentityCheck::of_the_person(method),
        duplicates_seen: fields.has("duplicates_seen"),
        // The choice is there only while a campaign runs.
        campaign: fields.has("campaign_asked").then(|| fields.owned("campaign")),
    }
}

pub async fn submit(me: SignedIn, jar: CookieJar, Posted(fields): Posted) -> Answer {
    let t = me.text();
    let fields = form::as_proved(&me, fields);
    let key = IdempotencyKey::new(fields.value("idempotency_key"));
    if key.is_none() {
        return Ok(Redirect::to("/desk/open").into_response());
    }
    let request = request(&fields);
    match me.try_write(key, async move |op| cards::open(op, request.clone()).await).await {
        Ok(opened) => {
            let place = format!("/desk/cards/{}/done", opened.card.id);
            Ok((draft::done(&me, jar), Redirect::to(&place)).into_response())
        }
        Err(Error::Invalid(invalid)) => {
            let (of_record, campaigns) = (of_record(&me, &fields).await?, form::campaigns(&me).await?);
            let others = form::Others { of_record, campaigns, ..Default::default() };
            let form = Form::with(fields, t, &invalid);
            Ok(again(&me, form, &[], others, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Error::Refused(blockers)) => refused(&me, fields, blockers).await,
        Err(error) => Err(me.failure(error)),
    }
}

/// The reader whose document it is.
async fn of_record(me: &SignedIn, fields: &Fields) -> Result<Option<form::Candidate>, Failure> {
    let today = me.app().service.clock().today();
    let Some(document) = form::document(&Form::new(fields.clone()), today) else { return Ok(None) };
    let known = me.read(async move |op| readers::recognise(op, [&document], None).await).await?;
    match known.exact.as_slice() {
        [reader] => form::of_record(me, *reader).await.map(Some),
        _ => Ok(None),
    }
}

async fn refused(me: &SignedIn, fields: Fields, blockers: Vec<Blocker>) -> Answer {
    let t = me.text();
    let (of_record, campaigns) = (of_record(me, &fields).await?, form::campaigns(me).await?);
    let mut others = form::Others { of_record, campaigns, ..Default::default() };
    let mut form = Form::new(fields);
    let mut notices = Vec::new();
    for blocker in blockers {
        match blocker {
            Blocker::AlreadyHoldsCard { card, .. } => return holds::page(me, card).await,
            Blocker::PossibleDuplicate(found) => {
                let ids: Vec<_> = found.iter().map(|duplicate| duplicate.reader).collect();
                others.candidates = form::candidates(me, &ids).await?;
            }
            Blocker::RecordOfAnother(reader) => {
                others.of_record = Some(form::of_record(me, reader).await?);
                notices.push(blocker);
            }
            Blocker::BarcodeInUse | Blocker::BarcodeWasTheirs => {
                form.add(t, "barcode", t.blocker(&blocker).why)
            }
            other => notices.push(other),
        }
    }
    Ok(again(me, form, &notices, others, StatusCode::CONFLICT))
}

fn again(
    me: &SignedIn,
    form: Form,
    blockers: &[Blocker],
    others: form::Others,
    status: StatusCode,
) -> Response {
    html_with(status, &form::page(me, form, blockers, others))
}
