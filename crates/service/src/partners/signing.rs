//! What is signed in calls between the house and a partner, and how (docs/yuedutong.md): HMAC-SM3 in hexadecimal digits over lines
//! that name everything a call or an answer means. Pure: partners, the house and the simulator share it.

use hmac::{Hmac, KeyInit, Mac};
use sm3::{Digest, Sm3};

/// The header that names the partner.
pub const PARTNER: &str = "yueka-partner";
/// The header that names the key.
pub const KEY: &str = "yueka-key";
/// The header with the time of a call or an answer: seconds since 1970 in digits.
pub const TIME: &str = "yueka-time";
/// The header with what is never used twice; an answer carries that of its call.
pub const NONCE: &str = "yueka-nonce";
/// The header with the signature.
pub const SIGNATURE: &str = "yueka-signature";
/// The header with the key that makes a repeated call safe.
pub const IDEMPOTENCY: &str = "idempotency-key";

/// All headers of a call that count for its signature.
pub const HEADERS: [&str; 6] = [PARTNER, KEY, TIME, NONCE, SIGNATURE, IDEMPOTENCY];

/// What a call means.
#[derive(Clone, Copy, Debug)]
pub struct CallText<'a> {
    /// The partner's name.
    pub partner: &'a str,
    /// The name of the key.
    pub key: &'a str,
    /// The method, in capital letters.
    pub method: &'a str,
    /// The path, as it is sent.
    pub path: &'a str,
    /// What stands behind `?`, as it is sent; empty without.
    pub query: &'a str,
    /// The time, as in its header.
    pub time: &'a str,
    /// The nonce.
    pub nonce: &'a str,
    /// The idempotency key; empty without.
    pub idempotency: &'a str,
    /// The digest of the body ([`digest`]).
    pub body: &'a str,
}

impl CallText<'_> {
    /// The lines that are signed.
    #[must_use]
    pub fn lines(&self) -> String {
        let Self { partner, key, method, path, query, time, nonce, idempotency, body } = self;
        ["yueka-call-1", partner, key, method, path, query, time, nonce, idempotency, body].join("\n")
    }
}

/// What an answer means.
#[derive(Clone, Copy, Debug)]
pub struct AnswerText<'a> {
    /// The partner's name.
    pub partner: &'a str,
    /// The name of the key.
    pub key: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// The time, as in its header.
    pub time: &'a str,
    /// The nonce of the call that is answered.
    pub nonce: &'a str,
    /// The digest of the body ([`digest`]).
    pub body: &'a str,
}

impl AnswerText<'_> {
    /// The lines that are signed.
    #[must_use]
    pub fn lines(&self) -> String {
        let Self { partner, key, status, time, nonce, body } = self;
        ["yueka-answer-1", partner, key, &status.to_string(), time, nonce, body].join("\n")
    }
}

/// The SM3 digest of a body, in hexadecimal digits.
#[must_use]
pub fn digest(body: &[u8]) -> String {
    hex(&Sm3::digest(body))
}

/// The signature of lines: HMAC-SM3, in hexadecimal digits. The key is the text of the secret as it was handed over.
#[must_use]
pub fn sign(secret: &str, lines: &str) -> String {
    mac(secret, lines).map(|mac| hex(&mac.finalize().into_bytes())).unwrap_or_default()
}

/// Whether a signature is that of these lines; compared in constant time.
#[must_use]
pub fn fits(secret: &str, lines: &str, signature: &str) -> bool {
    match (mac(secret, lines), unhex(signature)) {
        (Some(mac), Some(bytes)) => mac.verify_slice(&bytes).is_ok(),
        _ => false,
    }
}

fn mac(secret: &str, lines: &str) -> Option<Hmac<Sm3>> {
    // An empty key is none.
    let mut mac = Hmac::<Sm3>::new_from_slice(secret.as_bytes()).ok().filter(|_| !secret.is_empty())?;
    mac.update(lines.as_bytes());
    Some(mac)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_1_4_everything_that_a_call_means_is_signed() {
        let call = CallText {
            partner: "yuedutong",
            key: "k1",
            method: "POST",
            path: "/api/yuedutong/v1/resolve",
            query: "",
            time: "1795572000",
            nonce: "00112233445566778899aabbccddeeff",
            idempotency: "",
            body: &digest(b"{}"),
        };
        let secret = "a secret of the two";
        let signature = sign(secret, &call.lines());
        assert_eq!(signature.len(), 64);
        assert!(fits(secret, &call.lines(), &signature));
        assert!(fits(secret, &call.lines(), &signature.to_uppercase()));
        assert!(!fits("another secret", &call.lines(), &signature));
        assert!(!fits("", &call.lines(), &sign("", &call.lines())), "an empty secret is none");
        for other in [
            CallText { partner: "yuedutonh", ..call },
            CallText { key: "k2", ..call },
            CallText { method: "GET", ..call },
            CallText { path: "/api/yuedutong/v1/loss", ..call },
            CallText { query: "a=b", ..call },
            CallText { time: "1795572001", ..call },
            CallText { nonce: "10112233445566778899aabbccddeeff", ..call },
            CallText { idempotency: "x", ..call },
            CallText { body: "", ..call },
        ] {
            assert!(!fits(secret, &other.lines(), &signature), "{other:?}");
        }
        for bad in ["", "0", "zz", &signature[1..]] {
            assert!(!fits(secret, &call.lines(), bad), "{bad}");
        }
    }

    #[test]
    fn c_6_1_4_the_call_of_the_page_is_signed_as_it_says() {
        let call = CallText {
            partner: "yuedutong",
            key: "k1",
            method: "POST",
            path: "/api/yuedutong/v1/resolve",
            query: "",
            time: "1795572000",
            nonce: "5f0e6d1c-0001-4b1e-9d7c",
            idempotency: "",
            body: &digest(br#"{"code":"GDYDT-4400000001"}"#),
        };
        let page = include_str!("../../../../docs/yuedutong.md");
        assert!(page.contains(call.body));
        assert!(page.contains(&sign("5d1c0f3b7a9e2468", &call.lines())));
    }

    #[test]
    fn the_digest_is_that_of_the_standard() {
        // GB/T 32905-2016, example 1.
        let expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(digest(b"abc"), expected);
    }
}
