//! What kind of browser asks, as far as it says so itself: enough for somebody to see that it is not the screen in front of them.

use axum::http::{HeaderMap, header};

use crate::i18n::Text;

/// Which part of what a browser says names which browser; the first that is there counts, since most name others too.
const BROWSERS: [(&str, &str); 9] = [
    ("MicroMessenger", "wechat"),
    ("QQBrowser", "qq"),
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("Chrome/", "chrome"),
    ("CriOS/", "chrome"),
    ("Safari/", "safari"),
];

/// Likewise for systems.
const SYSTEMS: [(&str, &str); 8] = [
    ("HarmonyOS", "harmony"),
    ("OpenHarmony", "harmony"),
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Mac OS X", "mac"),
    ("Linux", "linux"),
];

/// Two words: browser and system.
pub fn words(headers: &HeaderMap) -> String {
    let told = headers.get(header::USER_AGENT).and_then(|told| told.to_str().ok()).unwrap_or_default();
    let named = |known: &[(&str, &'static str)]| {
        known.iter().find(|(part, _)| told.contains(part)).map_or("other", |(_, word)| *word)
    };
    [named(&BROWSERS), named(&SYSTEMS)].join(" ")
}

/// The same as people say it.
// locale-keys: scan-browser-*
// locale-keys: scan-system-*
pub fn said(t: Text, words: &str) -> String {
    let (browser, system) = words.split_once(' ').unwrap_or(("other", "other"));
    let known = |list: &[(&str, &str)], word: &str| list.iter().any(|(_, known)| *known == word);
    let browser = if known(&BROWSERS, browser) { browser } else { "other" };
    let system = if known(&SYSTEMS, system) { system } else { "other" };
    let (browser, system) = (t.t(&format!("scan-browser-{browser}")), t.t(&format!("scan-system-{system}")));
    [browser, system].join(" · ")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn c_6_1_4_2_a_browser_is_named_by_what_it_says_first() {
        for (told, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
                "edge windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", "chrome linux"),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36 MicroMessenger/8.0",
                "wechat android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Safari/604.1",
                "safari ios",
            ),
            ("curl/8.5", "other other"),
            ("", "other other"),
        ] {
            let headers = HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(told))]);
            assert_eq!(words(&headers), expected, "{told}");
        }
    }

    #[test]
    fn every_browser_and_system_has_a_name_and_what_is_kept_by_others_is_other() {
        for language in Language::ALL {
            let t = Text { language };
            for (_, browser) in BROWSERS {
                for (_, system) in SYSTEMS {
                    assert!(!said(t, &format!("{browser} {system}")).contains("scan-"), "{browser} {system}");
                }
            }
            assert_eq!(said(t, "<b> <i>"), said(t, "other other"));
        }
    }
}
