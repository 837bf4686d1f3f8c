//! What holds for every message and for any bytes. `YUEKA_SIP2_CASES` says how many are tried of each
//! (CONTRIBUTING.md).

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect should stop")]

use proptest::prelude::*;
use sip2::spec::{FieldUse, Kind, MessageSpec, PartSpec, messages};
use sip2::{Charset, Code, Dialect, Framer, Message, Moment, Rules, Sum, Terminator, Wire, check_sum, field};

fn cases() -> ProptestConfig {
    let cases = std::env::var("YUEKA_SIP2_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases.unwrap_or(2_000)) }
}

fn part(spec: PartSpec) -> BoxedStrategy<String> {
    let PartSpec { width, .. } = spec;
    match spec.kind {
        Kind::Flag => prop::sample::select(vec!["Y", "N", "U", "0", "1"]).prop_map(String::from).boxed(),
        Kind::Digits => prop::string::string_regex(&format!("[0-9]{{{width}}}")).unwrap().boxed(),
        Kind::Date => prop_oneof!["[0-9]{8}(    |   Z)[0-9]{6}", " {18}"].boxed(),
        Kind::Marks => prop::string::string_regex(&format!("[YN ]{{{width}}}")).unwrap().boxed(),
        Kind::Text => prop::string::string_regex(&format!("[ -{{}}~]{{{width}}}")).unwrap().boxed(),
    }
}

/// A value without what would be replaced on output.
fn value() -> impl Strategy<Value = String> {
    let plain = |text: String| text.replace(|c: char| c == '|' || c.is_control(), "");
    prop_oneof!["[0-9A-Z]{0,12}", "\\PC{0,20}", "[一-龥㙍𠮷·a-z]{0,6}", ".{0,20}"].prop_map(plain)
}

fn code(known: &'static [FieldUse]) -> impl Strategy<Value = Code> {
    let known: Vec<Code> = known.iter().map(|field| field.code).chain([field::PATRON]).collect();
    let any = "[A-Z][0-9A-Z]".prop_map(|code| code.parse().unwrap());
    prop_oneof![4 => prop::sample::select(known), 1 => any]
        .prop_filter("AY and AZ are no fields", |code| *code != field::SEQUENCE && *code != field::CHECKSUM)
}

fn of_kind(spec: &'static MessageSpec) -> impl Strategy<Value = Message<'static>> {
    let parts: Vec<_> = spec.parts.iter().map(|one| part(*one)).collect();
    let fields = prop::collection::vec((code(spec.fields), value()), 0..8);
    (parts, fields, prop::option::of("[0-9]")).prop_map(move |(parts, fields, sequence)| {
        let mut message = Message::new(spec.code);
        for (spec, value) in spec.parts.iter().zip(parts) {
            message.set_part(spec.part, value);
        }
        for (code, value) in fields {
            message.push(code, value);
        }
        match sequence.and_then(|text| text.chars().next()) {
            Some(number) => message.sequence(number),
            None => message,
        }
    })
}

fn any_message() -> impl Strategy<Value = Message<'static>> {
    prop::sample::select(messages().collect::<Vec<_>>()).prop_flat_map(of_kind)
}

fn any_wire() -> impl Strategy<Value = Wire> {
    let any = |sum, terminator| Wire { charset: Charset::Utf8, sum, terminator, joined: None };
    (prop::sample::select(Sum::ALL.to_vec()), prop::sample::select(Terminator::ALL.to_vec()))
        .prop_map(move |(sum, terminator)| any(sum, terminator))
}

/// Bytes that look like messages now and then.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => any::<Vec<u8>>(),
        3 => "(11|09|23|63|81|85|91|93|97|99|29)[YN ]{0,2}[0-9 Z]{0,40}([A-Z]{2}[^|]{0,9}\\|?){0,6}".prop_map(String::into_bytes),
        1 => "AY?.?A?Z?[0-9a-fA-F]{0,5}".prop_map(String::into_bytes),
        1 => "[|\r\n ]{1,3}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_written_is_read_again(message in any_message(), wire in any_wire()) {
        let bytes = wire.encode(&message);
        let mut framer = Framer::new(usize::MAX);
        framer.push(&bytes);
        let line = framer.next_line().unwrap().unwrap();
        prop_assert!(framer.next_line().is_none());
        let text = wire.charset.decode(&line);
        for rules in [Rules::Strict, Rules::Tolerant] {
            let read = Message::parse(&text, rules).unwrap();
            prop_assert_eq!(read.fields(), message.fields());
            prop_assert_eq!(read.sequence_number(), message.sequence_number());
            for part in message.spec().unwrap().parts {
                prop_assert_eq!(read.fixed(part.part), message.fixed(part.part));
            }
            prop_assert_eq!(wire.encode(&read), bytes.clone());
        }
        if message.sequence_number().is_some() {
            prop_assert!(check_sum(&line, &text, wire.sum).is_right());
        }
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in nearly(), which in 0..4_usize) {
        let dialect = Dialect::named(Dialect::NAMES[which]).unwrap();
        for charset in Charset::ALL {
            let text = charset.decode(&bytes);
            for sum in Sum::ALL {
                let _ = check_sum(&bytes, &text, sum);
            }
            let _ = Moment::parse(&text);
            for rules in [Rules::Strict, Rules::Tolerant] {
                let Ok(message) = Message::parse(&text, rules) else { continue };
                // Whatever was understood is written as a message that says the same.
                let wire = Wire { charset, ..dialect.wire() };
                let written = wire.encode(&message);
                let again = charset.decode(&written).into_owned();
                let read = Message::parse(again.trim_end_matches(['\r', '\n']), Rules::Strict);
                prop_assert!(read.is_ok(), "{:?}", again);
                prop_assert_eq!(written.iter().filter(|byte| **byte == b'\r').count(), 1);
                let _ = dialect.shape(message).to_text(dialect.joined);
            }
        }
    }

    #[test]
    fn however_it_is_cut_the_lines_are_the_same(bytes in nearly(), cuts in prop::collection::vec(1..40_usize, 1..20), limit in 1..60_usize) {
        let lines = |pieces: &mut dyn Iterator<Item = &[u8]>| {
            let mut framer = Framer::new(limit);
            let mut lines = Vec::new();
            for piece in pieces {
                framer.push(piece);
                while let Some(line) = framer.next_line() {
                    lines.push(line);
                }
            }
            lines
        };
        let whole = lines(&mut std::iter::once(&bytes[..]));
        let single = lines(&mut bytes.chunks(1));
        let mut left = &bytes[..];
        let mut pieces = Vec::new();
        for cut in cuts {
            let (piece, rest) = left.split_at(cut.min(left.len()));
            pieces.push(piece);
            left = rest;
        }
        pieces.push(left);
        let cut = lines(&mut pieces.into_iter());
        prop_assert_eq!(&whole, &single);
        prop_assert_eq!(&whole, &cut);
    }

    #[test]
    fn text_is_text_again_in_gb18030(text in "\\PC{0,40}") {
        let bytes = Charset::Gb18030.encode(&text);
        // The four bytes that once stood for private characters have no way back; no name uses them.
        let private = text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c));
        prop_assert!(private || Charset::Gb18030.decode(&bytes) == text);
        let gbk = Charset::Gbk.encode(&text);
        let readable = !Charset::Gbk.decode(&gbk).contains(char::REPLACEMENT_CHARACTER);
        prop_assert!(readable || text.contains(char::REPLACEMENT_CHARACTER));
    }
}
