//! Restoring a lost card (6.3.2, A.4.2).

use axum::extract::Path;
use service::cards::{self, Restore};
use service::kernel::{CardId, Error, Problem, ServiceName};

use super::page;
use crate::desk::who;
use crate::form::PostedWithFiles;
use crate::page::Answer;
use crate::session::SignedIn;

const SERVICE: ServiceName = ServiceName::Restore;

pub async fn show(me: SignedIn, Path(id): Path<CardId>) -> Answer {
    page::show(&me, id, SERVICE).await
}

pub async fn submit(me: SignedIn, Path(id): Path<CardId>, posted: PostedWithFiles) -> Answer {
    let Some(key) = page::key(&posted.fields) else { return Ok(page::again(id, SERVICE)) };
    let check = who::parse(&posted, SERVICE);
    let Ok(reason) = posted.fields.value("reason").parse() else {
        let missing = Err(Error::field("reason", Problem::Missing));
        return page::answer(&me, id, SERVICE, posted.fields, missing).await;
    };
    let result = me
        .try_write(Some(key), async move |op| {
            cards::restore(op, Restore { card: id, reason, check: check.clone() }).await
        })
        .await;
    page::answer(&me, id, SERVICE, posted.fields, result).await
}
