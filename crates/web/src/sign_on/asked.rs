//! What a platform asks for by the address it sends a browser to (OpenID Connect Core 3.1.2.1), as it is read and answered.

use std::collections::HashMap;

use axum::response::{IntoResponse, Redirect, Response};
use service::cards::password::ReaderSession;
use service::resources::{Platform, SignOn, Told};

/// The longest value that is remembered and given back.
const LONGEST: usize = 2_000;

/// What stood behind `?`, each name once.
#[derive(Clone, Default)]
pub struct Asked(HashMap<String, String>);

/// What can't be done for the platform, by the words of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub &'static str);

impl Asked {
    /// Reads a query. None when a name comes twice, or something is too long.
    pub fn read(query: &str) -> Option<Self> {
        let mut values = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if value.len() > LONGEST || values.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self(values))
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn filled(&self, name: &str) -> Option<String> {
        Some(self.get(name).to_owned()).filter(|value| !value.is_empty())
    }

    /// Whether one of the words of `prompt` is this.
    pub fn prompts(&self, word: &str) -> bool {
        self.get("prompt").split_whitespace().any(|prompt| prompt == word)
    }

    /// What is wrong with it, that the platform is told.
    pub fn fault(&self) -> Option<Fault> {
        let scopes = || self.get("scope").split_whitespace();
        if !self.get("request").is_empty() {
            return Some(Fault("request_not_supported"));
        }
        if !self.get("request_uri").is_empty() {
            return Some(Fault("request_uri_not_supported"));
        }
        if self.get("response_type") != "code" {
            return Some(Fault("unsupported_response_type"));
        }
        if !matches!(self.get("response_mode"), "" | "query") {
            return Some(Fault("invalid_request"));
        }
        if !scopes().any(|scope| scope == "openid") {
            return Some(Fault("invalid_scope"));
        }
        let challenge = (self.get("code_challenge"), self.get("code_challenge_method"));
        let good = match challenge {
            ("", "") => true,
            (text, "S256") => (43..=128).contains(&text.len()),
            _ => false,
        };
        if !good {
            return Some(Fault("invalid_request"));
        }
        if self.prompts("none") && self.get("prompt") != "none" {
            return Some(Fault("invalid_request"));
        }
        match self.get("max_age") {
            "" => None,
            seconds if seconds.parse::<u32>().is_ok() => None,
            _ => Some(Fault("invalid_request")),
        }
    }

    /// After how many seconds the reader has to sign in again.
    pub fn max_age(&self) -> Option<i64> {
        self.get("max_age").parse().ok()
    }

    /// What the operation is asked.
    pub fn wanted(&self, platform: Platform, session: &ReaderSession) -> SignOn {
        SignOn {
            platform,
            return_to: self.get("redirect_uri").to_owned(),
            told: self.get("scope").split_whitespace().filter_map(Told::from_word).collect(),
            nonce: self.filled("nonce"),
            challenge: self.filled("code_challenge"),
            signed_in_at: session.since,
            shared_session: session.shared.then(|| session.key.clone()),
        }
    }

    /// The same once the reader has signed in anew, as was asked: without what asked for that.
    pub fn after_signing_in_anew(&self) -> String {
        let mut pairs: Vec<(&String, &String)> =
            self.0.iter().filter(|(name, _)| !["prompt", "max_age"].contains(&name.as_str())).collect();
        pairs.sort_unstable();
        encoded(pairs.into_iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// Sends the browser back to the platform, with what there is to tell.
    pub fn back(&self, issuer: &str, told: &[(&str, &str)]) -> Response {
        Redirect::to(&self.way_back(issuer, told)).into_response()
    }

    /// The address that takes it back.
    pub fn way_back(&self, issuer: &str, told: &[(&str, &str)]) -> String {
        let state = self.filled("state");
        let pairs = told.iter().copied().chain(state.as_deref().map(|state| ("state", state)));
        let query = encoded(pairs.chain([("iss", issuer)]));
        let to = self.get("redirect_uri");
        let joint = if to.contains('?') { '&' } else { '?' };
        format!("{to}{joint}{query}")
    }

    /// The same with what can't be done.
    pub fn back_with(&self, issuer: &str, fault: Fault) -> Response {
        self.back(issuer, &[("error", fault.0)])
    }
}

/// One word that was written as in a form.
pub fn decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map(|(word, _)| word.into_owned()).unwrap_or_default()
}

fn encoded<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "client_id=shuzi&redirect_uri=https%3A%2F%2Fa.example.org%2Fcb&response_type=code&scope=openid+library&state=x%26y";

    #[test]
    fn a_3_2_d_what_a_platform_asks_wrongly_is_told_by_the_words_of_the_protocol() {
        let fault = |more: &str| {
            let asked = Asked::read(&[GOOD, more].concat()).unwrap();
            asked.fault().map(|fault| fault.0)
        };
        assert_eq!(fault(""), None);
        assert_eq!(fault("&prompt=consent+login&max_age=60"), None);
        assert_eq!(fault(&format!("&code_challenge={}&code_challenge_method=S256", "a".repeat(43))), None);
        for (more, word) in [
            ("&code_challenge=abc&code_challenge_method=plain", "invalid_request"),
            ("&code_challenge=abc&code_challenge_method=S256", "invalid_request"),
            ("&code_challenge_method=S256", "invalid_request"),
            ("&prompt=none+login", "invalid_request"),
            ("&max_age=soon", "invalid_request"),
            ("&response_mode=fragment", "invalid_request"),
            ("&request=ey", "request_not_supported"),
            ("&request_uri=https", "request_uri_not_supported"),
        ] {
            assert_eq!(fault(more), Some(word), "{more}");
        }
        let asked = Asked::read("scope=library&response_type=code").unwrap();
        assert_eq!(asked.fault(), Some(Fault("invalid_scope")));
        assert_eq!(
            Asked::read("scope=openid&response_type=token").unwrap().fault(),
            Some(Fault("unsupported_response_type"))
        );
        assert!(Asked::read("state=a&state=b").is_none());
        assert!(Asked::read(&format!("state={}", "a".repeat(2_001))).is_none());
    }

    #[test]
    fn a_3_2_d_the_browser_goes_back_with_what_was_sent_along() {
        let asked = Asked::read(GOOD).unwrap();
        let back = asked.back("https://card.example.org", &[("code", "c")]);
        assert_eq!(
            back.headers()["location"],
            "https://a.example.org/cb?code=c&state=x%26y&iss=https%3A%2F%2Fcard.example.org"
        );
        let anew = Asked::read(&[GOOD, "&prompt=login&max_age=0"].concat()).unwrap().after_signing_in_anew();
        assert!(
            !anew.contains("prompt") && !anew.contains("max_age") && anew.contains("state=x%26y"),
            "{anew}"
        );
        assert_eq!(decoded("shuzi%2Dziyuan"), "shuzi-ziyuan");
    }
}
