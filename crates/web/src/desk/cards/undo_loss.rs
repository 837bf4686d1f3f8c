//! Taking back a loss that was reported by mistake (A.4.1).

use axum::extract::Path;
use service::cards::{self, UndoLoss};
use service::kernel::{CardId, ServiceName};

use super::page;
use crate::form::Posted;
use crate::page::Answer;
use crate::session::SignedIn;

const SERVICE: ServiceName = ServiceName::UndoLoss;

pub async fn show(me: SignedIn, Path(id): Path<CardId>) -> Answer {
    page::show(&me, id, SERVICE).await
}

pub async fn submit(me: SignedIn, Path(id): Path<CardId>, Posted(fields): Posted) -> Answer {
    let Some(key) = page::key(&fields) else {
        return page::again(&me, id, SERVICE, fields).await;
    };
    let undo = UndoLoss { card: id };
    let result = me.try_write(Some(key), async move |op| cards::undo_loss(op, undo).await).await;
    page::answer(&me, id, SERVICE, fields, result).await
}
