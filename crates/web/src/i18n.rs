//! The languages of the pages: 简体 (default), 繁體, English.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;

use axum::http::{HeaderMap, header};
use axum_extra::extract::cookie::CookieJar;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "zh-Hans",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    #[default]
    Hans,
    /// 繁體中文.
    Hant,
    /// English.
    English,
}

/// The cookie that keeps the choice.
pub const COOKIE: &str = "yueka_language";

impl Language {
    pub const ALL: [Self; 3] = [Self::Hans, Self::Hant, Self::English];

    /// The tag: `zh-Hans`, `zh-Hant`, `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Hans => "zh-Hans",
            Self::Hant => "zh-Hant",
            Self::English => "en",
        }
    }

    /// What it calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Hans => "简体中文",
            Self::Hant => "繁體中文",
            Self::English => "English",
        }
    }

    /// The language of exactly this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// By the cookie, or what the browser asks for.
    pub fn of(headers: &HeaderMap) -> Self {
        let jar = CookieJar::from_headers(headers);
        let chosen = jar.get(COOKIE).and_then(|cookie| Self::from_tag(cookie.value()));
        let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Self::accepted);
        chosen.or_else(accepted).unwrap_or_default()
    }

    fn accepted(list: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for entry in list.split(',') {
            let (tag, weight) = entry.split_once(';').unwrap_or((entry, ""));
            let weight: f32 =
                weight.trim().strip_prefix("q=").map_or(1.0, |number| number.parse().unwrap_or(0.0));
            let Some(language) = Self::near(tag.trim()) else { continue };
            if weight > 0.0 && best.is_none_or(|(_, most)| weight > most) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    fn near(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        match parts.next()? {
            "zh" if tag.contains("hans") => Some(Self::Hans),
            "zh" if parts.any(|part| ["hant", "tw", "hk", "mo"].contains(&part)) => Some(Self::Hant),
            "zh" => Some(Self::Hans),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    fn id(self) -> LanguageIdentifier {
        match self {
            Self::Hans => langid!("zh-Hans"),
            Self::Hant => langid!("zh-Hant"),
            Self::English => langid!("en"),
        }
    }
}

/// The texts of one language. Keys are written out where they are used; where one is put together, `locale-keys:` says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text {
    pub language: Language,
}

impl Text {
    /// A text.
    pub fn t(&self, key: &str) -> String {
        LOCALES.try_lookup(&self.language.id(), key).unwrap_or_else(|| key.to_owned())
    }

    /// A text with values. Short whole numbers are numbers to it, so that `[one]` works; all else goes in as it is.
    pub fn a<V: Display>(&self, key: &str, values: &[(&str, V)]) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .iter()
            .map(|(name, value)| {
                let text = value.to_string();
                let number = text.parse::<i32>().ok().filter(|number| number.to_string() == text);
                let value = number.map_or_else(|| FluentValue::from(text), FluentValue::from);
                (Cow::Owned((*name).to_owned()), value)
            })
            .collect();
        LOCALES.try_lookup_with_args(&self.language.id(), key, &values).unwrap_or_else(|| key.to_owned())
    }

    /// Sentences one after the other, each ended as the language does.
    pub fn sentences(&self, parts: &[&str]) -> String {
        let (stop, gap) = if self.language == Language::English { (".", " ") } else { ("。", "") };
        let mut text = String::new();
        for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
            if !text.is_empty() {
                text.push_str(gap);
            }
            text.push_str(part);
            if !part.ends_with(['.', '!', '?', '。', '！', '？', ':', '：']) {
                text.push_str(stop);
            }
        }
        text
    }

    /// Picks by language.
    pub fn pick<'a>(&self, hans: &'a str, hant: &'a str, english: &'a str) -> &'a str {
        let chosen = match self.language {
            Language::Hans => hans,
            Language::Hant => hant,
            Language::English => english,
        };
        if chosen.is_empty() { hans } else { chosen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_as_the_language_does() {
        let english = Text { language: Language::English };
        assert_eq!(
            english.sentences(&["The card is lost", "Restore it first."]),
            "The card is lost. Restore it first."
        );
        let hans = Text::default();
        assert_eq!(hans.sentences(&["该证已挂失", "请先解除挂失", ""]), "该证已挂失。请先解除挂失。");
        assert_eq!(hans.sentences(&["", ""]), "");
    }

    #[test]
    fn browsers_are_answered_in_the_language_they_ask_for() {
        for (list, expected) in [
            ("zh-TW,zh;q=0.9,en;q=0.8", Some(Language::Hant)),
            ("zh-Hant-HK", Some(Language::Hant)),
            ("zh-Hans-HK", Some(Language::Hans)),
            ("zh-CN,zh;q=0.9", Some(Language::Hans)),
            ("fr,en-GB;q=0.7,zh;q=0.3", Some(Language::English)),
            ("en;q=0,zh;q=0.1", Some(Language::Hans)),
            ("fr", None),
        ] {
            assert_eq!(Language::accepted(list), expected, "{list}");
        }
    }
}
