//! Scan to sign in (6.1.4.2): the page of the terminal, and that of the phone.

mod browser;
pub mod phone;
pub mod terminal;

use axum_extra::extract::cookie::{Cookie, CookieJar};

use crate::App;
use crate::session::{Visit, cookie};

/// The cookie of a terminal that waits: what its session is picked up with.
const SECRET: &str = "yueka_scan";
/// The cookie of a phone that has to sign in before it can confirm: what its code said.
const NEXT: &str = "yueka_scan_next";

/// A cookie for the pages of scans alone.
fn scan_cookie(app: &App, name: &'static str, value: &str, path: &'static str) -> Cookie<'static> {
    let mut cookie = cookie(app, name, value);
    cookie.set_path(path);
    cookie
}

fn cookie_of(visit: &Visit, name: &str) -> Option<String> {
    let jar = CookieJar::from_headers(&visit.headers);
    jar.get(name).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// Whether this can be what a code says: then it may stand in an address of ours.
fn is_name(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The page to confirm a terminal by what its code says.
fn confirm_path(name: &str) -> String {
    format!("/my/scan/confirm?r={name}")
}

/// What a phone was on its way to is forgotten.
pub fn forget_next(visit: &Visit, jar: CookieJar) -> CookieJar {
    jar.remove(scan_cookie(&visit.app, NEXT, "", "/my"))
}

/// Where a phone goes once it is signed in: to the terminal whose code it scanned before. The note is used up.
pub fn after_sign_in(visit: &Visit, jar: CookieJar) -> (CookieJar, Option<String>) {
    let next = cookie_of(visit, NEXT).filter(|name| is_name(name));
    match next {
        Some(name) => (jar.remove(scan_cookie(&visit.app, NEXT, "", "/my")), Some(confirm_path(&name))),
        None => (jar, None),
    }
}

/// `482 913`: as it is read aloud and compared.
fn in_two(number: &str) -> String {
    match number.split_at_checked(3) {
        Some((first, rest)) => format!("{first} {rest}"),
        None => number.to_owned(),
    }
}
