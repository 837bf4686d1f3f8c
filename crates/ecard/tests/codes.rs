//! Codes and lists: what was signed is read, and nothing else is; the vectors of docs/gates.md.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect stops")]

use ecard::{
    AllowList, CardCode, CodeError, Decision, Gate, LENGTH, ListError, NewList, PublicKeys, Shown,
    SigningKey, Window,
};
use proptest::prelude::*;

fn keys() -> (SigningKey, PublicKeys) {
    let key = SigningKey::from_seed(&[7; 32]).unwrap();
    let mut keys = PublicKeys::default();
    keys.add(key.public());
    (key, keys)
}

fn code() -> CardCode {
    CardCode { card: *b"0123456789abcdef", issued_at: 1_795_485_600, nonce: *b"nonce678" }
}

#[test]
fn c_6_1_4_2_the_vectors_of_the_contract() {
    let (key, keys) = keys();
    let page = include_str!("../../../docs/gates.md");
    let text = code().sign(&key);
    assert_eq!(text.len(), LENGTH);
    assert!(page.contains(&key.public().to_string()), "public key {}", key.public());
    assert!(page.contains(&format!("`{}`", key.public().id())), "key id {}", key.public().id());
    assert!(page.contains(&text), "code {text}");
    let mut list = NewList::new("FS/G1", 1_795_485_600, 1_795_500_000, [9; 16]);
    list.allow("0757001002386417", &code().card);
    let bytes = list.sign(&key);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<&str> = hex.as_bytes().chunks(96).map(|line| std::str::from_utf8(line).unwrap()).collect();
    assert!(page.contains(&lines.join("\n")), "list\n{}", lines.join("\n"));
    assert!(AllowList::read(&bytes, &keys, "FS/G1").unwrap().has_number("0757 0010 0238 6417"));
}

#[test]
fn c_6_1_4_2_a_code_is_good_for_half_a_minute_and_a_clock_a_minute_off_does_no_harm() {
    let (key, keys) = keys();
    let (code, text) = (code(), code().sign(&key));
    let at = |seconds: i64, window| CardCode::verify(&text, &keys, code.issued_at + seconds, window);
    assert_eq!(at(0, Window::SERVER), Ok(code));
    assert_eq!(at(40, Window::SERVER), Ok(code));
    assert_eq!(at(41, Window::SERVER), Err(CodeError::TooOld(11)));
    assert_eq!(at(-11, Window::SERVER), Err(CodeError::FromTheFuture(11)));
    // A gate whose clock is a minute off either way reads it at any moment of its life.
    for off in [-60, 60] {
        for age in [0, 15, 30] {
            assert_eq!(at(age + off, Window::CUT_OFF), Ok(code), "{age} {off}");
        }
    }
    assert_eq!(at(3600, Window::CUT_OFF), Err(CodeError::TooOld(3570)));
    assert_eq!(at(-3600, Window::CUT_OFF), Err(CodeError::FromTheFuture(3600)));
    // What scanners make of it.
    let typed = format!(" yk1{}\r", text[3..].to_lowercase().replace('0', "o").replace('1', "l"));
    assert_eq!(CardCode::read(&typed, &keys), Ok(code));
    assert_eq!(CardCode::read(&text, &PublicKeys::default()), Err(CodeError::UnknownKey));
    for bad in ["", "YK1", "0757001002386417", &text[..LENGTH - 1], &text.replace('Y', "X")] {
        assert_eq!(CardCode::read(bad, &keys), Err(CodeError::NotACode), "{bad}");
    }
}

#[test]
fn c_6_1_4_2_every_flipped_bit_is_refused() {
    let (key, keys) = keys();
    let text = code().sign(&key);
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for place in 3..LENGTH {
        let value = ALPHABET.iter().position(|letter| *letter == text.as_bytes()[place]).expect("a letter");
        for bit in 0..5 {
            let mut other = text.clone().into_bytes();
            other[place] = ALPHABET[value ^ (1 << bit)];
            let other = String::from_utf8(other).unwrap();
            assert!(CardCode::read(&other, &keys).is_err(), "{place} {bit}");
        }
    }
    let mut list = NewList::new("FS", 1, 2, [3; 16]);
    list.allow("1", &[1; 16]);
    let bytes = list.sign(&key);
    assert!(AllowList::read(&bytes, &keys, "FS").is_ok());
    assert_eq!(AllowList::read(&bytes, &keys, "SD").unwrap_err(), ListError::ForAnother);
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut other = bytes.clone();
            other[place] ^= 1 << bit;
            assert!(AllowList::read(&other, &keys, "FS").is_err(), "{place} {bit}");
        }
        assert!(AllowList::read(&bytes[..place], &keys, "FS").is_err());
    }
}

#[test]
fn a_3_1_a_gate_that_is_cut_off_decides_by_its_list() {
    let (key, keys) = keys();
    let mut gate = Gate::new(keys.clone());
    let now = code().issued_at + 5;
    let number = |number: &str| Shown::of(number);
    assert_eq!(gate.decide(&number("0757001002386417"), now), Decision::NoList);
    let mut list = NewList::new("FS", now - 60, now + 3600, [3; 16]);
    list.allow("0757001002386417", &code().card);
    gate.take(AllowList::read(&list.sign(&key), &keys, "FS").unwrap());
    assert_eq!(gate.decide(&number(" 0757 0010 0238 6417 "), now), Decision::Admit);
    assert_eq!(gate.decide(&number("0757001002386418"), now), Decision::NotOnTheList);
    let shown = Shown::of(&code().sign(&key));
    assert_eq!(gate.decide(&shown, now), Decision::Admit);
    assert_eq!(gate.decide(&shown, now), Decision::UsedCode);
    let other = CardCode { card: [8; 16], ..code() };
    assert_eq!(gate.decide(&Shown::of(&other.sign(&key)), now), Decision::NotOnTheList);
    assert_eq!(gate.decide(&number("0757001002386417"), now + 3600), Decision::NoList);
    // An older list does not take the place of a newer one.
    let older = NewList::new("FS", now - 600, now + 9000, [3; 16]).sign(&key);
    gate.take(AllowList::read(&older, &keys, "FS").unwrap());
    assert_eq!(gate.decide(&number("0757001002386417"), now), Decision::Admit);
}

proptest! {
    #[test]
    fn what_was_signed_is_read(card: [u8; 16], issued: u32, nonce: [u8; 8], seed: [u8; 32]) {
        let key = SigningKey::from_seed(&seed).unwrap();
        let mut keys = PublicKeys::default();
        keys.add(key.public());
        let code = CardCode { card, issued_at: i64::from(issued), nonce };
        let text = code.sign(&key);
        prop_assert_eq!(text.len(), LENGTH);
        prop_assert_eq!(CardCode::read(&text, &keys), Ok(code));
        prop_assert_eq!(text.parse::<ecard::PublicKey>().is_err(), true);
        prop_assert_eq!(key.public().to_string().parse(), Ok(key.public()));
        let (_, others) = self::keys();
        prop_assert!(CardCode::read(&text, &others).is_err());
    }

    #[test]
    fn whatever_is_scanned_does_no_harm(text: String, bytes: Vec<u8>) {
        let (_, keys) = keys();
        prop_assert!(CardCode::read(&text, &keys).is_err());
        prop_assert!(AllowList::read(&bytes, &keys, "FS").is_err());
    }
}
