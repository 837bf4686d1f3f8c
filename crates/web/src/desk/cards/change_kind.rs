//! Changing the kind of a card, as Table A1 allows.

use axum::extract::Path;
use service::cards::{self, ChangeKind};
use service::kernel::{CardId, CardKind, ServiceName};

use super::page;
use crate::desk::who;
use crate::form::PostedWithFiles;
use crate::page::Answer;
use crate::session::SignedIn;

const SERVICE: ServiceName = ServiceName::ChangeKind;

pub async fn show(me: SignedIn, Path(id): Path<CardId>) -> Answer {
    page::show(&me, id, SERVICE).await
}

pub async fn submit(me: SignedIn, Path(id): Path<CardId>, posted: PostedWithFiles) -> Answer {
    let Some(key) = page::key(&posted.fields) else {
        return page::again(&me, id, SERVICE, posted.fields).await;
    };
    let check = match who::check(&posted, SERVICE) {
        Ok(check) => check,
        Err(error) => return page::answer(&me, id, SERVICE, posted.fields, Err(error)).await,
    };
    // What the form was for: the card may be of that kind already when it is sent twice.
    let to = posted.fields.value("kind").parse().unwrap_or(CardKind::Document);
    let barcode = posted.fields.owned("barcode");
    let result = me
        .try_write(Some(key), async move |op| {
            let (barcode, check) = (barcode.clone(), check.clone());
            cards::change_kind(op, ChangeKind { card: id, to, barcode, document: None, check }).await
        })
        .await;
    page::answer(&me, id, SERVICE, posted.fields, result).await
}
