//! The privacy notice is shown, and agreed to before anything is kept (5.3).

use askama::Template;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::CookieJar;
use documents::DocumentKind;
use service::kiosk::{self, NOTICE, Shown, Stage};

use super::at::{At, Pressed};
use super::screen::Screen;
use crate::i18n::Text;
use crate::page::{Answer, html};
use crate::words::masked_name;

#[derive(Template)]
#[template(path = "kiosk/notice.html")]
struct Notice {
    t: Text,
    screen: Screen,
    name: String,
    document: String,
    version: &'static str,
}

/// The parts of the notice: title and text.
// locale-keys: kiosk-notice-*
pub const PARTS: [[&str; 2]; 5] = [
    ["kiosk-notice-what", "kiosk-notice-what-text"],
    ["kiosk-notice-why", "kiosk-notice-why-text"],
    ["kiosk-notice-who", "kiosk-notice-who-text"],
    ["kiosk-notice-long", "kiosk-notice-long-text"],
    ["kiosk-notice-rights", "kiosk-notice-rights-text"],
];

impl Notice {
    fn parts(&self) -> Vec<(String, String)> {
        let library = [("library", &self.screen.page.federation)];
        PARTS.iter().map(|[title, text]| (self.t.t(title), self.t.a(text, &library))).collect()
    }
}

pub async fn show(me: At) -> Answer {
    me.require(Stage::Notice)?;
    let t = me.text();
    let shown = me.somebody.as_ref().and_then(kiosk::Visit::shown);
    let kind = shown.and_then(Shown::document).and_then(|kind| kind.parse::<DocumentKind>().ok());
    let mut screen = me.screen();
    screen.page.federation = me.kiosk.tree.root().map(|root| t.library_name(root)).unwrap_or_default();
    Ok(html(&Notice {
        t,
        screen,
        name: shown.map(|shown| masked_name(&shown.name)).unwrap_or_default(),
        document: kind.map(|kind| t.document_kind(kind)).unwrap_or_default(),
        version: NOTICE,
    }))
}

pub async fn submit(me: At, jar: CookieJar, Pressed(form): Pressed) -> Answer {
    me.require(Stage::Notice)?;
    if form.value("answer") != "agree" {
        me.write(async |op| kiosk::end(op).await).await?;
        return Ok((me.with_nobody(jar), Redirect::to("/kiosk")).into_response());
    }
    let (secret, version) = (me.secret(), form.owned("version"));
    let done = me.try_write(async move |op| kiosk::agree(op, &secret, &version).await).await;
    me.onwards(done, "/kiosk/phone")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    /// FNV-1a, which stays the same for ever.
    fn mark(text: &str) -> u64 {
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |mark, byte| {
            (mark ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }

    #[test]
    fn c_5_3_other_words_of_the_notice_are_another_version() {
        let mut words = String::new();
        for language in Language::ALL {
            let t = Text { language };
            for [title, text] in PARTS {
                words.push_str(&t.t(title));
                words.push_str(&t.a(text, &[("library", "")]));
            }
        }
        // Who changed the words gives `kiosk::NOTICE` a new version, and writes both here.
        assert_eq!((NOTICE, mark(&words)), ("2026-11-25", 0xf4a4_88a7_3a34_f752), "{:#x}", mark(&words));
    }
}
