//! Replacing a One-Card (A.4.4): loss, cancelling and the new card in one step.

use axum::extract::Path;
use service::cards::{self, Replace};
use service::kernel::{CardId, ServiceName};

use super::page;
use crate::desk::who;
use crate::form::PostedWithFiles;
use crate::page::Answer;
use crate::session::SignedIn;

const SERVICE: ServiceName = ServiceName::Replace;

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
    let barcode = posted.fields.owned("barcode");
    let circulation_checked = posted.fields.has("circulation_checked");
    let result = me
        .try_write(Some(key), async move |op| {
            let (barcode, check) = (barcode.clone(), check.clone());
            cards::replace(op, Replace { card: id, barcode, circulation_checked, check }).await
        })
        .await;
    page::answer(&me, id, SERVICE, posted.fields, result).await
}
