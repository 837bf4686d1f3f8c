//! Restoring a lost card (6.3.2, A.4.2).

use axum::extract::Path;
use service::cards::{self, Restore};
use service::kernel::{CardId, Error, Invalid, Problem, ServiceName};

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
    let Some(key) = page::key(&posted.fields) else {
        return page::again(&me, id, SERVICE, posted.fields).await;
    };
    let mut invalid = Invalid::default();
    let check = who::parse(&posted, SERVICE, &mut invalid);
    let reason = posted.fields.value("reason").parse().map_err(|()| Problem::Missing);
    let reason = invalid.take("reason", reason);
    let (Some(check), Some(reason)) = (check, reason) else {
        return page::answer(&me, id, SERVICE, posted.fields, Err(Error::Invalid(invalid))).await;
    };
    let result = me
        .try_write(Some(key), async move |op| {
            cards::restore(op, Restore { card: id, reason, check: check.clone() }).await
        })
        .await;
    page::answer(&me, id, SERVICE, posted.fields, result).await
}
