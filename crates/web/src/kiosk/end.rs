//! They go, start over, or take a step back. Whatever was known of them goes too.

use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::CookieJar;
use service::kiosk;

use super::at::{At, Pressed};
use crate::page::Answer;

pub async fn submit(me: At, jar: CookieJar, Pressed(_): Pressed) -> Answer {
    me.write(async |op| kiosk::end(op).await).await?;
    Ok((me.with_nobody(jar), Redirect::to("/kiosk")).into_response())
}

/// One step back; the first page shows where that is.
pub async fn back(me: At, Pressed(_): Pressed) -> Answer {
    let secret = me.secret();
    me.write(async move |op| kiosk::back(op, &secret).await).await?;
    Ok(Redirect::to("/kiosk").into_response())
}
