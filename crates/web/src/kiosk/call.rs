//! Staff are called, from any page of the kiosk.

use axum::response::{IntoResponse, Redirect};
use service::kiosk;

use super::at::{At, Pressed};
use crate::page::Answer;

pub async fn submit(me: At, Pressed(_): Pressed) -> Answer {
    me.write(async |op| kiosk::call_staff(op).await).await?;
    Ok(Redirect::to("/kiosk").into_response())
}
