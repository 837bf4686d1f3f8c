//! Where a reader goes once they are signed in: to what they were on their way to.

use axum_extra::extract::cookie::CookieJar;

use super::scan;
use crate::session::Visit;
use crate::sign_on;

/// To the terminal whose code was scanned, or to the platform that sent the browser here; none: to the card.
pub fn next(visit: &Visit, jar: CookieJar) -> (CookieJar, Option<String>) {
    let (jar, scanned) = scan::after_sign_in(visit, jar);
    let to = scanned.or_else(|| sign_on::after_sign_in(&jar).map(str::to_owned));
    (jar, to)
}

/// Nothing waits any more: whoever comes next at this browser is somebody else.
pub fn forget(visit: &Visit, jar: CookieJar) -> CookieJar {
    sign_on::forget(visit, scan::forget_next(visit, jar))
}
