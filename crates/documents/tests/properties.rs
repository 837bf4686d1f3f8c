//! What holds for every number, record and zone.

use chrono::{Days, NaiveDate};
use documents::chip::{ChipRecord, ChipVariant, Ethnicity, Validity};
use documents::mrz::{Mrz, MrzFormat};
use documents::synthetic::{self, HmtRegion};
use documents::{
    DocumentKind, IdentityDocument, Sex, check, default_password, guess_kind, mask, mrz, region,
};
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap_or_default()
}

fn date(from: i32, years: u64) -> impl Strategy<Value = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(from, 1, 1).unwrap_or_default();
    (0..years * 365).prop_map(move |days| first.checked_add_days(Days::new(days)).unwrap_or(first))
}

fn sex() -> impl Strategy<Value = Sex> {
    prop_oneof![Just(Sex::Female), Just(Sex::Male)]
}

fn resident() -> impl Strategy<Value = (String, NaiveDate, Sex)> {
    (any::<u32>(), date(1850, 176), sex(), any::<u16>()).prop_map(|(area, birth, sex, sequence)| {
        (synthetic::resident_number(area, birth, sex, sequence), birth, sex)
    })
}

/// A number of any kind that parses, with the country it needs.
fn document() -> impl Strategy<Value = (DocumentKind, String, Option<&'static str>)> {
    let area_of = prop_oneof![Just(HmtRegion::HongKong), Just(HmtRegion::Macao), Just(HmtRegion::Taiwan)];
    let issue = prop::option::of(any::<u8>());
    (0..10_usize, any::<u32>(), date(1950, 70), sex(), any::<u16>(), area_of, issue).prop_map(
        |(kind, seed, birth, sex, sequence, area, issue)| {
            let kind = DocumentKind::ALL[kind];
            let number = match kind {
                DocumentKind::ResidentId
                | DocumentKind::ResidencePermit
                | DocumentKind::HouseholdRegister => synthetic::resident_number(seed, birth, sex, sequence),
                DocumentKind::PermanentResident if seed % 2 == 0 => {
                    synthetic::permanent_resident_new(seed, 620, birth, sex, sequence)
                }
                DocumentKind::PermanentResident => {
                    synthetic::permanent_resident_old(seed, "PRT", birth, sex, sequence)
                }
                DocumentKind::HmtResidencePermit => synthetic::hmt_permit(area, seed, birth, sex, sequence),
                DocumentKind::HkMacaoPermit => {
                    let area = if area == HmtRegion::Macao { area } else { HmtRegion::HongKong };
                    synthetic::hk_macao_permit(area, seed, issue)
                }
                DocumentKind::TaiwanPermit => synthetic::taiwan_permit(seed, issue),
                DocumentKind::Passport => synthetic::passport(seed),
                DocumentKind::MilitaryId => synthetic::military_id(seed),
                DocumentKind::Other => synthetic::other(seed),
            };
            (kind, number, (kind == DocumentKind::Passport).then_some("PRT"))
        },
    )
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c) } else { c })
        .collect()
}

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof!["[一-龥]", Just("𠮷".to_owned()), Just("·".to_owned()), Just("㛃".to_owned())],
        1..7,
    )
    .prop_map(|characters| characters.concat())
}

fn validity() -> impl Strategy<Value = Validity> {
    prop_oneof![date(2020, 40).prop_map(Validity::Date), Just(Validity::LongTerm), Just(Validity::Unknown)]
}

fn chip() -> impl Strategy<Value = ChipRecord> {
    let person = (name(), "[A-Z]{1,20}( [A-Z]{1,20})?", prop::option::of(sex()), date(1930, 90));
    let card =
        (validity(), prop::option::of(date(2010, 15)), prop::option::of("[0-9]{2}"), any::<u32>(), 0..4_u8);
    (person, card, 1..57_u8, prop::option::of("[一-龥]{1,15}"), any::<bool>()).prop_map(
        |(
            (name, english, sex, birth),
            (valid_until, valid_from, count, seed, variant),
            nation,
            place,
            bare,
        )| {
            let china = || Some("CHN".to_owned());
            let stated = sex.unwrap_or(Sex::Female);
            let mut record = ChipRecord {
                variant: ChipVariant::Citizen,
                name,
                english_name: None,
                sex,
                ethnicity: None,
                birth_date: birth,
                address: place.clone(),
                documents: Vec::new(),
                authority: place,
                valid_from,
                valid_until,
                country: None,
                issue_count: None,
                card_version: None,
                old_number_link: None,
            };
            let (kind, number) = match variant {
                0 => {
                    record.ethnicity = Ethnicity::from_code(&format!("{nation:02}"));
                    (DocumentKind::ResidentId, synthetic::resident_number(seed, birth, stated, 1))
                }
                1 => {
                    record.variant = ChipVariant::HmtPermit;
                    record.issue_count = count;
                    (
                        DocumentKind::HmtResidencePermit,
                        synthetic::hmt_permit(HmtRegion::Macao, seed, birth, stated, 1),
                    )
                }
                _ => {
                    record.address = None;
                    record.authority = None;
                    record.country = Some("PRT".to_owned());
                    if bare {
                        record.name.clone_from(&english);
                    }
                    record.english_name = Some(english);
                    if variant == 2 {
                        record.variant = ChipVariant::PermanentResident2017;
                        record.card_version = count;
                        (
                            DocumentKind::PermanentResident,
                            synthetic::permanent_resident_old(seed, "PRT", birth, stated, 1),
                        )
                    } else {
                        record.variant = ChipVariant::PermanentResident2023;
                        record.issue_count = count;
                        (
                            DocumentKind::PermanentResident,
                            synthetic::permanent_resident_new(seed, 620, birth, stated, 1),
                        )
                    }
                }
            };
            record.documents.push((kind, number, china()));
            if variant == 1 && !bare {
                let permit = synthetic::hk_macao_permit(HmtRegion::Macao, seed, None);
                record.documents.push((DocumentKind::HkMacaoPermit, permit, china()));
            }
            record
        },
    )
}

fn zone() -> impl Strategy<Value = Mrz> {
    let format = prop_oneof![Just(MrzFormat::Td1), Just(MrzFormat::Td3), Just(MrzFormat::Permit)];
    let names = ("[A-Z]{1,8}( [A-Z]{1,4})?", "([A-Z]{1,6})?");
    (format, names, any::<u32>(), prop::option::of(sex()), date(1930, 90), date(2015, 40), "[A-Z0-9]{0,8}")
        .prop_map(|(format, (surname, given_names), seed, sex, birth, until, optional)| {
            let permit = format == MrzFormat::Permit;
            let number = if permit {
                synthetic::hk_macao_permit(HmtRegion::Taiwan, seed, None)
            } else {
                synthetic::passport(seed)
            };
            let country = if permit { "CHN" } else { "DEU" }.to_owned();
            Mrz {
                format,
                document_code: if permit { "CT" } else { "P" }.to_owned(),
                issuing_country: country.clone(),
                surname,
                given_names,
                number,
                nationality: country,
                birth_date: Some(birth),
                sex,
                valid_until: Some(until),
                optional,
                issue_count: permit.then(|| "00".to_owned()),
            }
        })
}

proptest! {
    #[test]
    fn a_synthetic_number_says_what_it_was_made_of((number, birth, sex) in resident()) {
        let document = IdentityDocument::parse(DocumentKind::ResidentId, &number, None, today());
        prop_assert!(document.is_ok(), "{:?}", document);
        if let Ok(document) = document {
            prop_assert_eq!(document.birth_date(), Some(birth));
            prop_assert_eq!(document.sex(), Some(sex));
            prop_assert_eq!(document.number(), &number);
        }
    }

    #[test]
    fn fifteen_digits_and_eighteen_are_one_number(
        area in any::<u32>(), birth in date(1900, 99), sex in sex(), sequence in any::<u16>(),
    ) {
        let eighteen = synthetic::resident_number(area, birth, sex, sequence);
        let fifteen = synthetic::resident_number_15(area, birth, sex, sequence);
        let key = |number: &str| {
            IdentityDocument::parse(DocumentKind::ResidentId, number, None, today()).map(|document| document.identity_key())
        };
        prop_assert_eq!(key(&fifteen), Ok(format!("cn:{eighteen}")));
        prop_assert_eq!(key(&eighteen), key(&fifteen));
    }

    #[test]
    fn one_wrong_digit_is_caught((number, _, _) in resident(), place in 0..17_usize, by in 1..10_u8) {
        let mut bytes = number.into_bytes();
        bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
        let check = bytes.pop().map(char::from);
        prop_assert_ne!(check::mod_11_2(&String::from_utf8_lossy(&bytes)), check);
    }

    #[test]
    fn two_digits_changed_over_are_caught((number, _, _) in resident(), place in 0..16_usize) {
        let mut bytes = number.into_bytes();
        let same = bytes[place] == bytes[place + 1];
        bytes.swap(place, place + 1);
        let check = bytes.pop().map(char::from);
        prop_assert_eq!(check::mod_11_2(&String::from_utf8_lossy(&bytes)) == check, same);
    }

    #[test]
    fn however_it_is_typed_it_is_the_same((kind, number, country) in document(), spaces in any::<[bool; 40]>()) {
        let parse = |number: &str| IdentityDocument::parse(kind, number, country, today());
        let document = parse(&number);
        prop_assert!(document.is_ok(), "{:?} {:?}", kind, document);
        let spaced: String = number
            .chars()
            .zip(spaces.into_iter().cycle())
            .flat_map(|(c, space)| [Some(c), space.then_some('\u{3000}')])
            .flatten()
            .collect();
        for typed in [full_width(&number), number.to_lowercase(), spaced] {
            prop_assert_eq!(&parse(&typed), &document, "{}", typed);
        }
        let again = document.as_ref().map(|document| parse(document.number()));
        prop_assert_eq!(again, Ok(document.clone()));
    }

    #[test]
    fn the_first_guess_is_among_the_kinds_it_parses_as((kind, number, country) in document()) {
        let guesses = guess_kind(&number);
        prop_assert!(guesses.contains(&kind), "{:?} not in {:?}", kind, guesses);
        let parses = |kind| IdentityDocument::parse(kind, &number, country.or(Some("PRT")), today()).is_ok();
        prop_assert!(guesses.first().copied().is_some_and(parses));
    }

    #[test]
    fn one_citizen_number_is_one_person((number, _, _) in resident()) {
        let key = |kind| IdentityDocument::parse(kind, &number, None, today()).map(|document| document.identity_key());
        prop_assert_eq!(key(DocumentKind::ResidentId), key(DocumentKind::HouseholdRegister));
        prop_assert_eq!(key(DocumentKind::ResidentId), key(DocumentKind::ResidencePermit));
    }

    #[test]
    fn a_re_issued_permit_is_the_same_person(serial in any::<u32>(), first in any::<u8>(), then in any::<u8>()) {
        let key = |kind, number: String| {
            IdentityDocument::parse(kind, &number, None, today()).map(|document| document.identity_key())
        };
        for (kind, made) in [
            (DocumentKind::HkMacaoPermit, synthetic::hk_macao_permit as fn(HmtRegion, u32, Option<u8>) -> String),
            (DocumentKind::TaiwanPermit, |_, serial, issue| synthetic::taiwan_permit(serial, issue)),
        ] {
            let made = |issue| key(kind, made(HmtRegion::HongKong, serial, issue));
            prop_assert_eq!(made(None), made(Some(first)));
            prop_assert_eq!(made(Some(first)), made(Some(then)));
        }
    }

    #[test]
    fn a_mask_shows_six_characters_and_half_at_most(text in "\\PC{0,40}") {
        let masked = mask(DocumentKind::Other, &text);
        let shown = masked.chars().zip(text.chars()).filter(|(masked, _)| *masked != '*').count();
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        prop_assert!(shown <= 6 && shown * 2 <= text.chars().count());
    }

    #[test]
    fn the_default_password_is_the_end_of_the_number((kind, number, country) in document()) {
        if let Ok(document) = IdentityDocument::parse(kind, &number, country, today()) {
            prop_assert!(document.number().ends_with(&document.default_password()));
            prop_assert_eq!(document.default_password().chars().count(), 6);
            prop_assert_eq!(document.default_password(), default_password(document.number()));
            let shown = format!("{document:?}");
            prop_assert!(!shown.contains(document.number()));
        }
    }

    #[test]
    fn any_text_is_answered(text in any::<String>(), country in prop::option::of(any::<String>())) {
        for kind in DocumentKind::ALL {
            let _ = IdentityDocument::parse(kind, &text, country.as_deref(), today());
        }
        let _ = (guess_kind(&text), region::place_name(&text), mrz::looks_like_mrz(&text));
        let _ = (Mrz::parse(&text, today()), ChipRecord::parse_text(&text));
    }

    #[test]
    fn any_text_like_a_number_is_answered(text in "[0-9A-ZＨ９<()（一-三]{0,20}") {
        for kind in DocumentKind::ALL {
            if let Ok(document) = IdentityDocument::parse(kind, &text, Some("PRT"), today()) {
                let again = IdentityDocument::parse(kind, document.number(), Some("PRT"), today());
                prop_assert_eq!(again.map(|document| document.identity_key()), Ok(document.identity_key()));
            }
        }
    }

    #[test]
    fn any_text_like_a_zone_is_answered(text in "[PCI][A-Z0-9<]{87,89}") {
        let _ = Mrz::parse(&text, today());
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 250..300)) {
        let _ = ChipRecord::parse(&bytes);
        let frame = [&[0xAA, 0xAA, 0xAA, 0x96, 0x69][..], &bytes].concat();
        let _ = ChipRecord::parse(&frame);
    }

    #[test]
    fn a_chip_record_comes_back(record in chip()) {
        let bytes = record.encode();
        prop_assert_eq!(ChipRecord::parse(&bytes), Ok(record.clone()));
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        prop_assert_eq!(ChipRecord::parse_text(&hexadecimal), Ok(record.clone()));
        for document in record.identity_documents(today()) {
            prop_assert!(document.is_ok());
        }
    }

    #[test]
    fn a_zone_comes_back(zone in zone()) {
        prop_assert_eq!(Mrz::parse(&zone.encode(), today()), Ok(zone.clone()));
        prop_assert!(mrz::looks_like_mrz(&zone.encode()));
        let document = zone.identity_document(today());
        prop_assert!(document.is_ok(), "{:?}", document);
    }
}
