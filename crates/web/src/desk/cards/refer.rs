//! Sending a reader to the issuing library (6.3.3).

use axum::extract::{Path, Query};
use serde::Deserialize;
use service::cards::{self, Refer};
use service::kernel::{CardId, Error, Invalid, Problem, ServiceName};

use super::page;
use crate::desk::who;
use crate::form::PostedWithFiles;
use crate::page::Answer;
use crate::session::SignedIn;

const SERVICE: ServiceName = ServiceName::Refer;

/// What for, where a page says so already.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(rename = "for", default)]
    service: String,
}

pub async fn show(me: SignedIn, Path(id): Path<CardId>, Query(wanted): Query<Wanted>) -> Answer {
    page::show_for(&me, id, SERVICE, &wanted.service).await
}

pub async fn submit(me: SignedIn, Path(id): Path<CardId>, posted: PostedWithFiles) -> Answer {
    let Some(key) = page::key(&posted.fields) else {
        return page::again(&me, id, SERVICE, posted.fields).await;
    };
    let mut invalid = Invalid::default();
    let check = who::parse(&posted, SERVICE, &mut invalid);
    let word = posted.fields.value("reason");
    let service = ServiceName::ALL.into_iter().find(|service| service.as_str() == word);
    let service = invalid.take("reason", service.ok_or(Problem::Missing));
    let (Some(check), Some(service)) = (check, service) else {
        return page::answer(&me, id, SERVICE, posted.fields, Err(Error::Invalid(invalid))).await;
    };
    let result = me
        .try_write(Some(key), async move |op| {
            cards::refer(op, Refer { card: id, service, check: check.clone() }).await
        })
        .await;
    page::answer(&me, id, SERVICE, posted.fields, result).await
}
