//! Confirming in person a loss that was told by phone (A.4.1).

use axum::extract::Path;
use service::cards::{self, ConfirmLoss};
use service::kernel::{CardId, ServiceName};

use super::page;
use crate::desk::who;
use crate::form::PostedWithFiles;
use crate::page::Answer;
use crate::session::SignedIn;

const SERVICE: ServiceName = ServiceName::ConfirmLoss;

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
    let result = me
        .try_write(Some(key), async move |op| {
            cards::confirm_loss(op, ConfirmLoss { card: id, check: check.clone() }).await
        })
        .await;
    page::answer(&me, id, SERVICE, posted.fields, result).await
}
