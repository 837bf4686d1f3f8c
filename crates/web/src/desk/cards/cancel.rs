//! Cancelling a card (6.3.3, 6.3.4, A.4.3).

use axum::extract::Path;
use service::cards::{self, Cancel};
use service::kernel::{CardId, Error, Invalid, Problem, ServiceName};

use super::page;
use crate::desk::who;
use crate::form::PostedWithFiles;
use crate::page::Answer;
use crate::session::SignedIn;

const SERVICE: ServiceName = ServiceName::Cancel;

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
    let circulation_checked = posted.fields.has("circulation_checked");
    let result = me
        .try_write(Some(key), async move |op| {
            let check = check.clone();
            cards::cancel(op, Cancel { card: id, reason, circulation_checked, check }).await
        })
        .await;
    page::answer(&me, id, SERVICE, posted.fields, result).await
}
