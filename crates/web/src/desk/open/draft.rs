//! The document of step 1 on its way to step 2, so that step 2 is a page of its own: going back to it, or loading it again, asks no
//! browser to send a form once more. It travels sealed in a cookie of the browser, for this session only and not for long.

use axum_extra::extract::cookie::{Cookie, CookieJar};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::kernel::Sealed;
use uuid::Uuid;

use crate::form::Fields;
use crate::session::{SignedIn, cookie};

const NAME: &str = "yueka_draft";
const PLACE: &str = "open.draft";
/// Where the cookie is sent.
const PATH: &str = "/desk/open";
/// How long it leads anywhere.
const SECONDS: i64 = 30 * 60;
/// Bytes that browsers take for sure.
const LARGEST: usize = 3800;

/// What step 1 is asked for.
const FIELDS: [&str; 6] =
    ["record", "mrz", "document.type", "document.number", "document.issuing_country", "reader.phone"];

/// The browser with the document of step 1; none where that is too large to travel so.
pub fn kept(me: &SignedIn, jar: CookieJar, fields: &Fields) -> Option<CookieJar> {
    let kept: Vec<(&str, &str)> = FIELDS
        .into_iter()
        .map(|name| (name, fields.value(name)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let text = serde_json::to_string(&(now(me), kept)).ok()?;
    let sealed = me.app().service.keys().close(PLACE, row(me), &text).ok()?;
    let value = URL_SAFE_NO_PAD.encode(&sealed.0);
    (value.len() <= LARGEST).then(|| jar.add(with(me, &value)))
}

/// The document of step 1.
pub fn read(me: &SignedIn, jar: &CookieJar) -> Option<Fields> {
    let sealed = Sealed(URL_SAFE_NO_PAD.decode(jar.get(NAME)?.value()).ok()?);
    let text = me.app().service.keys().open_sealed(PLACE, row(me), &sealed).ok()?;
    let (at, kept): (i64, Vec<(String, String)>) = serde_json::from_str(&text).ok()?;
    if now(me) - at > SECONDS {
        return None;
    }
    let mut fields = Fields::default();
    for (name, value) in kept {
        fields.set(&name, value);
    }
    Some(fields)
}

/// The browser without it: the card is open.
pub fn done(me: &SignedIn, jar: CookieJar) -> CookieJar {
    jar.remove(with(me, ""))
}

fn with(me: &SignedIn, value: &str) -> Cookie<'static> {
    let mut cookie = cookie(me.app(), NAME, value);
    cookie.set_path(PATH);
    cookie
}

fn now(me: &SignedIn) -> i64 {
    me.app().service.clock().now().timestamp()
}

/// A draft of another session can't be opened.
fn row(me: &SignedIn) -> Uuid {
    let key = me.app().service.keys().lookup("draft", &me.0.token);
    key.get(..16).and_then(|bytes| Uuid::from_slice(bytes).ok()).unwrap_or_default()
}
