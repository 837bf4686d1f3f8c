//! One kind of document after the other, by example.

use chrono::NaiveDate;
use documents::{DocumentError, DocumentKind, DocumentWarning, IdentityDocument, Sex, guess_kind};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn parse(kind: DocumentKind, number: &str) -> Result<IdentityDocument, DocumentError> {
    IdentityDocument::parse(kind, number, None, day(2026, 3, 1))
}

fn passport(country: &str, number: &str) -> Result<IdentityDocument, DocumentError> {
    IdentityDocument::parse(DocumentKind::Passport, number, Some(country), day(2026, 3, 1))
}

mod resident_id {
    use super::*;

    #[test]
    fn the_examples_printed_in_gb_11643() -> Result<(), DocumentError> {
        let document = parse(DocumentKind::ResidentId, "11010519491231002X")?;
        assert_eq!(document.birth_date(), Some(day(1949, 12, 31)));
        assert_eq!(document.sex(), Some(Sex::Female));
        assert_eq!(document.region().and_then(|region| region.name).as_deref(), Some("北京市"));
        assert_eq!(document.issuing_country(), Some("CHN"));
        assert_eq!(document.warnings(), []);

        let document = parse(DocumentKind::ResidentId, "440524188001010014")?;
        assert_eq!(document.birth_date(), Some(day(1880, 1, 1)));
        assert_eq!(document.sex(), Some(Sex::Male));
        assert_eq!(document.warnings(), [DocumentWarning::VeryOld]);
        Ok(())
    }

    #[test]
    fn full_width_spaced_and_lower_case_is_the_same_number() -> Result<(), DocumentError> {
        let plain = parse(DocumentKind::ResidentId, "11010519491231002X")?;
        for typed in
            ["１１０１０５１９４９１２３１００２ｘ", " 110105 19491231 002x\r\n", "110105-19491231-002×"]
        {
            assert_eq!(parse(DocumentKind::ResidentId, typed)?, plain, "{typed}");
        }
        Ok(())
    }

    #[test]
    fn fifteen_digits_become_eighteen() -> Result<(), DocumentError> {
        let document = parse(DocumentKind::ResidentId, "110105491231002")?;
        assert_eq!(document.number(), "11010519491231002X");
        assert_eq!(document.identity_key(), "cn:11010519491231002X");
        assert_eq!(document.warnings(), [DocumentWarning::FifteenDigits]);
        Ok(())
    }

    #[test]
    fn fifteen_digits_of_the_1800s_are_told_by_their_sequence() -> Result<(), DocumentError> {
        let document = parse(DocumentKind::ResidentId, "440524800101996")?;
        assert_eq!(document.birth_date(), Some(day(1880, 1, 1)));
        assert!(document.warnings().contains(&DocumentWarning::CentenarianSequence));
        Ok(())
    }

    #[test]
    fn a_number_of_an_unknown_area_is_not_refused() -> Result<(), DocumentError> {
        let document = parse(DocumentKind::ResidentId, "199999199001010017")?;
        assert_eq!(document.warnings(), [DocumentWarning::UnknownRegion]);
        assert_eq!(
            document.region().map(|region| (region.code, region.name)),
            Some(("199999".to_owned(), None))
        );
        Ok(())
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |number| parse(DocumentKind::ResidentId, number).err();
        assert_eq!(wrong("  - "), Some(DocumentError::Empty));
        assert_eq!(wrong("1101051949123100"), Some(DocumentError::Length { expected: "15, 18", found: 16 }));
        assert_eq!(wrong("1101O519491231002X"), Some(DocumentError::Character { position: 5, found: 'O' }));
        assert_eq!(wrong("X1010519491231002X"), Some(DocumentError::Character { position: 1, found: 'X' }));
        assert_eq!(wrong("11010519490231002X"), Some(DocumentError::BirthDate));
        assert_eq!(wrong("110105000229002"), Some(DocumentError::BirthDate), "1900 had no 29 February");
        assert_eq!(wrong("11010520490101002X"), Some(DocumentError::BirthInFuture));
        assert_eq!(wrong("110105194912310021"), Some(DocumentError::CheckCharacter));
    }

    #[test]
    fn a_number_of_another_kind_is_named() {
        assert_eq!(
            parse(DocumentKind::ResidentId, "932682198501010017"),
            Err(DocumentError::OtherKind(DocumentKind::PermanentResident))
        );
        assert_eq!(
            parse(DocumentKind::HouseholdRegister, "810000199408230021"),
            Err(DocumentError::OtherKind(DocumentKind::HmtResidencePermit))
        );
    }

    #[test]
    fn the_household_register_and_the_residence_permit_have_the_same_key() -> Result<(), DocumentError> {
        let key = parse(DocumentKind::ResidentId, "11010519491231002X")?.identity_key();
        for kind in [DocumentKind::HouseholdRegister, DocumentKind::ResidencePermit] {
            assert_eq!(parse(kind, "110105491231002")?.identity_key(), key);
        }
        Ok(())
    }

    #[test]
    fn somebody_born_today_has_a_number_tomorrow_not_yet() {
        let at = |today| {
            IdentityDocument::parse(DocumentKind::ResidentId, "110105194912310021", None, today).err()
        };
        assert_eq!(at(day(1949, 12, 31)), Some(DocumentError::CheckCharacter));
        assert_eq!(at(day(1949, 12, 30)), Some(DocumentError::BirthInFuture));
    }
}

mod default_password_and_mask {
    use super::*;

    #[test]
    fn a_2_3_default_password_is_the_last_six_characters() -> Result<(), DocumentError> {
        assert_eq!(parse(DocumentKind::ResidentId, "110105491231002")?.default_password(), "31002X");
        assert_eq!(parse(DocumentKind::HkMacaoPermit, "h12345678")?.default_password(), "345678");
        assert_eq!(parse(DocumentKind::MilitaryId, "军字第0123号")?.default_password(), "第0123号");
        assert_eq!(passport("PRT", "ab123")?.default_password(), "AB123");
        Ok(())
    }

    #[test]
    fn debug_does_not_show_the_number() -> Result<(), DocumentError> {
        let document = parse(DocumentKind::ResidentId, "11010519491231002X")?;
        assert_eq!(document.masked(), "1101************2X");
        assert!(!format!("{document:?}").contains("19491231"));
        Ok(())
    }
}

mod permanent_resident {
    use super::*;

    #[test]
    fn the_examples_of_the_notice_of_2023() -> Result<(), DocumentError> {
        let new = parse(DocumentKind::PermanentResident, "932682198501010017")?;
        assert_eq!(new.birth_date(), Some(day(1985, 1, 1)));
        assert_eq!(new.sex(), Some(Sex::Male));
        assert_eq!(new.nationality(), Some("SAU"));
        assert_eq!(new.region().and_then(|region| region.name).as_deref(), Some("江苏省"));
        assert_eq!(new.identity_key(), "prc-new:932682198501010017");
        assert_eq!(new.warnings(), []);

        let old = parse(DocumentKind::PermanentResident, "kaz110090123105")?;
        assert_eq!(old.birth_date(), Some(day(1990, 12, 31)));
        assert_eq!(old.sex(), Some(Sex::Female));
        assert_eq!(old.nationality(), Some("KAZ"));
        assert_eq!(old.region().and_then(|region| region.name).as_deref(), Some("北京市"));
        assert_eq!(old.identity_key(), "prc-old:KAZ110090123105");
        assert_eq!(old.warnings(), []);
        Ok(())
    }

    #[test]
    fn the_old_check_digit_only_warns() -> Result<(), DocumentError> {
        let document = parse(DocumentKind::PermanentResident, "KAZ110090123106")?;
        assert_eq!(document.warnings(), [DocumentWarning::OldPermanentResidentCheck]);
        Ok(())
    }

    #[test]
    fn the_century_of_an_old_card_ends_with_the_old_cards() -> Result<(), DocumentError> {
        let born = |six: &str| {
            parse(DocumentKind::PermanentResident, &format!("USA4406{six}10")).map(|d| d.birth_date())
        };
        assert_eq!(born("231130")?, Some(day(2023, 11, 30)));
        assert_eq!(born("231201")?, Some(day(1923, 12, 1)));
        assert_eq!(born("000229")?, Some(day(2000, 2, 29)));
        assert_eq!(born("990229"), Err(DocumentError::BirthDate));
        Ok(())
    }

    #[test]
    fn unknown_codes_only_warn() -> Result<(), DocumentError> {
        let document = parse(DocumentKind::PermanentResident, "QQQ990090123100")?;
        assert!(document.warnings().contains(&DocumentWarning::UnknownCountry));
        assert!(document.warnings().contains(&DocumentWarning::UnknownRegion));
        Ok(())
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |number| parse(DocumentKind::PermanentResident, number).err();
        assert_eq!(wrong("932682198501010018"), Some(DocumentError::CheckCharacter));
        assert_eq!(wrong("832682198501010017"), Some(DocumentError::Prefix { expected: "9" }));
        assert_eq!(wrong("KA1110090123105"), Some(DocumentError::Character { position: 3, found: '1' }));
        assert_eq!(wrong("KAZ11009012310"), Some(DocumentError::Length { expected: "15, 18", found: 14 }));
    }
}

mod permits {
    use super::*;

    #[test]
    fn a_hong_kong_permit_is_known_by_its_first_nine_characters() -> Result<(), DocumentError> {
        let first = parse(DocumentKind::HkMacaoPermit, "h12345678 00")?;
        assert_eq!(first.number(), "H1234567800");
        for later in ["H1234567801", "H12345678", "Ｈ１２３４５６７８０２"] {
            assert_eq!(parse(DocumentKind::HkMacaoPermit, later)?.identity_key(), first.identity_key());
        }
        assert_ne!(parse(DocumentKind::HkMacaoPermit, "M12345678")?.identity_key(), first.identity_key());
        assert_eq!(first.birth_date(), None);
        Ok(())
    }

    #[test]
    fn residents_of_hong_kong_and_macao_who_are_not_chinese_have_two_letters() -> Result<(), DocumentError> {
        assert_eq!(parse(DocumentKind::HkMacaoPermit, "HA1234567")?.identity_key(), "hkm:HA1234567");
        assert_eq!(parse(DocumentKind::HkMacaoPermit, "ma1234567")?.identity_key(), "hkm:MA1234567");
        assert_eq!(
            parse(DocumentKind::HkMacaoPermit, "HB1234567").err(),
            Some(DocumentError::Character { position: 2, found: 'B' })
        );
        Ok(())
    }

    #[test]
    fn a_taiwan_permit_is_known_by_its_first_eight_digits() -> Result<(), DocumentError> {
        for number in [
            "12345678",
            "1234567802",
            "1234567802(B)",
            "１２３４５６７８０１（A）",
            "12345678A",
            "1234567801(5)",
        ] {
            assert_eq!(parse(DocumentKind::TaiwanPermit, number)?.identity_key(), "tw:12345678", "{number}");
        }
        Ok(())
    }

    #[test]
    fn what_is_wrong_is_said() {
        let hk = |number| parse(DocumentKind::HkMacaoPermit, number).err();
        assert_eq!(hk("C12345678"), Some(DocumentError::Prefix { expected: "H, M" }));
        assert_eq!(hk("H1234567"), Some(DocumentError::Length { expected: "9, 11", found: 8 }));
        assert_eq!(hk("H1234567B"), Some(DocumentError::Character { position: 9, found: 'B' }));
        let taiwan = |number| parse(DocumentKind::TaiwanPermit, number).err();
        assert_eq!(taiwan("123456789"), Some(DocumentError::Length { expected: "8, 10", found: 9 }));
        assert_eq!(taiwan("1234S678"), Some(DocumentError::Character { position: 5, found: 'S' }));
    }

    #[test]
    fn a_residence_permit_of_hong_kong_macao_and_taiwan_begins_with_81_82_83() -> Result<(), DocumentError> {
        // The specimens that Beijing's police published in 2018.
        let document = parse(DocumentKind::HmtResidencePermit, "810000199408230021")?;
        assert_eq!(document.identity_key(), "cn:810000199408230021");
        let document = parse(DocumentKind::HmtResidencePermit, "830000199201300022")?;
        assert_eq!(document.birth_date(), Some(day(1992, 1, 30)));
        assert_eq!(document.region().and_then(|region| region.name).as_deref(), Some("台湾省"));
        assert_eq!(
            parse(DocumentKind::HmtResidencePermit, "11010519491231002X"),
            Err(DocumentError::Prefix { expected: "81, 82, 83" })
        );
        Ok(())
    }
}

mod passports_and_others {
    use super::*;

    #[test]
    fn a_passport_is_known_by_country_and_number() -> Result<(), DocumentError> {
        let document = passport("prt", " ca 123456 ")?;
        assert_eq!(document.identity_key(), "passport:PRT:CA123456");
        assert_eq!(document.issuing_country(), Some("PRT"));
        assert_ne!(passport("ESP", "CA123456")?.identity_key(), document.identity_key());
        assert_eq!(passport("D", "C01X00T47")?, passport("DEU", "C01X00T47")?);
        assert_eq!(passport("UTO", "L898902C<")?.number(), "L898902C");
        Ok(())
    }

    #[test]
    fn a_passport_needs_its_country() {
        assert_eq!(parse(DocumentKind::Passport, "CA123456"), Err(DocumentError::CountryMissing));
        assert_eq!(passport(" ", "CA123456"), Err(DocumentError::CountryMissing));
        assert_eq!(passport("QQQ", "CA123456"), Err(DocumentError::CountryUnknown));
        assert_eq!(passport("PRT", "CA/123"), Err(DocumentError::Character { position: 3, found: '/' }));
        assert_eq!(passport("PRT", "CA1"), Err(DocumentError::Length { expected: "4–15", found: 3 }));
    }

    #[test]
    fn a_military_number_is_its_text() -> Result<(), DocumentError> {
        let document = parse(DocumentKind::MilitaryId, "军字第　０１２３４５６　号")?;
        assert_eq!(document.number(), "军字第0123456号");
        assert_eq!(document.identity_key(), "military:军字第0123456号");
        assert_eq!(
            parse(DocumentKind::MilitaryId, "军字第").err(),
            Some(DocumentError::Length { expected: "4–20", found: 3 })
        );
        Ok(())
    }

    #[test]
    fn another_document_keeps_its_country_if_it_is_one() -> Result<(), DocumentError> {
        let parse = |country| {
            IdentityDocument::parse(DocumentKind::Other, "ab-12/3", country, day(2026, 3, 1))
                .map(|document| (document.number().to_owned(), document.issuing_country().map(str::to_owned)))
        };
        assert_eq!(parse(Some("hkg"))?, ("AB-12/3".to_owned(), Some("HKG".to_owned())));
        assert_eq!(parse(None)?.1, None);
        Ok(())
    }
}

#[test]
fn no_message_contains_the_number() {
    for kind in DocumentKind::ALL {
        for number in [
            "11010519491231002 1",
            "KAZ1100901231051",
            "H1234567X",
            "99999999999999999999999999999999999999999",
        ] {
            if let Err(error) = parse(kind, number) {
                assert!(
                    !error.to_string().contains("1234567") && !error.to_string().contains("19491231"),
                    "{error}"
                );
                assert!(DocumentError::CODES.contains(&error.code()));
            }
        }
    }
}

#[test]
fn the_kind_is_guessed_from_the_shape() {
    use DocumentKind::*;
    let first = |text: &str| guess_kind(text).first().copied();
    for (text, kind) in [
        ("11010519491231002x", Some(ResidentId)),
        ("110105491231002", Some(ResidentId)),
        ("１９０６０１１９９００１０１０００１", Some(ResidentId)),
        ("1234567801(5)", Some(TaiwanPermit)),
        ("932682198501010017", Some(PermanentResident)),
        ("kaz110090123105", Some(PermanentResident)),
        ("830000199201300022", Some(HmtResidencePermit)),
        ("H12345678", Some(HkMacaoPermit)),
        ("m1234567801", Some(HkMacaoPermit)),
        ("HA1234567", Some(HkMacaoPermit)),
        ("12345678", Some(TaiwanPermit)),
        ("1234567801(B)", Some(TaiwanPermit)),
        ("CA123456", Some(Passport)),
        ("C01X00T47", Some(Passport)),
        ("军字第0123456号", Some(MilitaryId)),
        ("张三", None),
        ("", None),
        ("13800138000", None),
        ("06620012345678", None),
    ] {
        assert_eq!(first(text), kind, "{text}");
    }
}

#[test]
fn places_are_named_as_far_as_they_are_known() {
    for (code, name) in [
        ("440606", Some("广东省佛山市顺德区")),
        ("440681", Some("广东省佛山市顺德市")),
        ("440623", Some("广东省佛山市顺德县")),
        ("442723", Some("广东省佛山地区顺德县")),
        ("440601", Some("广东省佛山市")),
        ("440699", Some("广东省佛山市")),
        ("449999", Some("广东省")),
        ("4406", Some("广东省佛山市")),
        ("44", Some("广东省")),
        ("432901", Some("湖南省零陵地区")),
        ("441900", Some("广东省东莞市")),
        ("190001", None),
        ("4", None),
        ("", None),
        ("佛山市", None),
    ] {
        assert_eq!(documents::region::place_name(code).as_deref(), name, "{code}");
    }
}

#[test]
fn countries_are_in_order_and_found_both_ways() {
    let codes: Vec<_> = documents::country::all().map(|country| country.alpha3).collect();
    assert!(codes.is_sorted_by(|a, b| a < b));
    for country in documents::country::all() {
        assert_eq!(documents::country::by_alpha3(&country.alpha3.to_lowercase()), Some(country));
        if let Some(numeric) = country.numeric {
            assert_eq!(documents::country::by_numeric(numeric), Some(country));
        }
    }
    assert_eq!(documents::country::by_alpha3("D").map(|country| country.zh_hans), Some("德国"));
    assert_eq!(documents::country::by_alpha3("中国"), None);
    assert_eq!(documents::country::by_numeric(0), None);
}

#[test]
fn a_stronger_number_is_refused_as_a_weaker_kind_and_named() {
    use DocumentKind::*;
    let error =
        |kind, number: &str| IdentityDocument::parse(kind, number, Some("PRT"), day(2026, 11, 24)).err();
    for kind in [Other, MilitaryId] {
        for (number, stronger) in [
            ("11010519491231002x", ResidentId),
            ("110105491231002", ResidentId),
            ("１１０１０５-19491231-002X", ResidentId),
            ("830000199201300022", HmtResidencePermit),
            ("932682198501010017", PermanentResident),
            ("KAZ110090123105", PermanentResident),
            ("H12345678", HkMacaoPermit),
            ("M1234567801", HkMacaoPermit),
        ] {
            assert_eq!(error(kind, number), Some(DocumentError::OtherKind(stronger)), "{kind} {number}");
        }
        // A check character that does not agree, a date that does not exist: it may be anything.
        for number in ["110105194912310021", "110105991331002", "12345678", "DEMO-7654321"] {
            assert_eq!(error(kind, number), None, "{kind} {number}");
        }
    }
    assert_eq!(error(Passport, "110105491231002"), Some(DocumentError::OtherKind(ResidentId)));
    assert_eq!(error(Passport, "KAZ110090123105"), Some(DocumentError::OtherKind(PermanentResident)));
    assert_eq!(error(Passport, "H12345678"), None, "Malaysia has such passports");
}

#[test]
fn only_a_check_character_that_was_there_counts_as_checked() {
    use DocumentKind::*;
    for (kind, number, checked) in [
        (ResidentId, "11010519491231002X", true),
        (HouseholdRegister, "11010519491231002X", true),
        (ResidentId, "110105491231002", false),
        (HmtResidencePermit, "830000199201300022", true),
        (PermanentResident, "932682198501010017", true),
        (PermanentResident, "KAZ110090123105", true),
        (PermanentResident, "KAZ110090123106", false),
        (HkMacaoPermit, "H12345678", false),
        (TaiwanPermit, "12345678", false),
        (Passport, "CA123456", false),
        (MilitaryId, "军字第0123456号", false),
        (Other, "DEMO-7654321", false),
    ] {
        let document = IdentityDocument::parse(kind, number, Some("PRT"), day(2026, 11, 24));
        assert_eq!(document.map(|document| document.is_checked()), Ok(checked), "{kind} {number}");
    }
}

#[test]
fn a_passport_without_country_is_a_passport_without_country() {
    use documents::{Unread, read_number};
    let read = |text: &str, country| {
        read_number(text, None, country, day(2026, 11, 24))
            .map(|document| (document.kind(), document.issuing_country().map(str::to_owned)))
    };
    let portugal = Ok((DocumentKind::Passport, Some("PRT".to_owned())));
    let missing = Err(Unread::Wrong(DocumentKind::Passport, DocumentError::CountryMissing));
    assert_eq!(read("SYN069901", None), missing);
    assert_eq!(read("SYN069901", Some("PRT")), portugal);
    assert_eq!(read("prt SYN069901", None), portugal);
    // The country belongs to the number of an old permanent-resident card.
    assert_eq!(read("KAZ 110090123105", None).map(|(kind, _)| kind), Ok(DocumentKind::PermanentResident));
    assert_eq!(read("张三", None), Err(Unread::NoNumber));
}

#[test]
fn a_mistyped_number_is_judged_as_the_likeliest_kind() {
    use documents::{Unread, read_number};
    let wrong = |text: &str| match read_number(text, None, None, day(2026, 11, 24)) {
        Err(Unread::Wrong(kind, error)) => (kind, error.code()),
        other => panic!("{text}: {other:?}"),
    };
    for (text, code) in [
        ("11010519491231003X", "check_character"),
        ("1101051949123100", "length"),
        ("1101051949123100X", "length"),
        ("1101051949123100211", "length"),
        ("110105194913310021", "birth_date"),
    ] {
        assert_eq!(wrong(text), (DocumentKind::ResidentId, code), "{text}");
    }
}

#[test]
fn the_bare_number_is_the_number_whatever_the_kind() {
    let bare = |kind, number: &str| {
        IdentityDocument::parse(kind, number, Some("PRT"), day(2026, 11, 24))
            .map(|document| document.bare_number())
    };
    assert_eq!(bare(DocumentKind::Passport, "syn-069901"), Ok("SYN069901".to_owned()));
    assert_eq!(bare(DocumentKind::Other, "syn-069901"), Ok("SYN069901".to_owned()));
    assert_eq!(bare(DocumentKind::HkMacaoPermit, "H1234567801"), Ok("H12345678".to_owned()));
    assert_eq!(documents::bare_number(" syn 069901"), "SYN069901");
}
