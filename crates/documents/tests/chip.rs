//! The text record of ID readers, by example.

use chrono::NaiveDate;
use documents::chip::{ChipError, ChipRecord, ChipVariant, Ethnicity, Validity};
use documents::{DocumentKind, Sex};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// A record of fields (offset, width in bytes, text), padded with a character.
fn record(padding: char, fields: &[(usize, usize, &str)]) -> Vec<u8> {
    let mut bytes =
        padding.to_string().repeat(128).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    for (offset, width, text) in fields {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(units.len() <= *width, "{text} does not fit");
        for (place, byte) in units.into_iter().enumerate() {
            if let Some(slot) = bytes.get_mut(offset + place) {
                *slot = byte;
            }
        }
    }
    bytes
}

const CITIZEN: &[(usize, usize, &str)] = &[
    (0, 30, "𠮷阅卡"),
    (30, 2, "2"),
    (32, 4, "01"),
    (36, 16, "19491231"),
    (52, 70, "广东省佛山市禅城区演示路1号"),
    (122, 36, "11010519491231002X"),
    (158, 30, "佛山市公安局禅城分局"),
    (188, 16, "20100101"),
    (204, 16, "长期"),
];

fn citizen() -> ChipRecord {
    ChipRecord {
        variant: ChipVariant::Citizen,
        name: "𠮷阅卡".to_owned(),
        english_name: None,
        sex: Some(Sex::Female),
        ethnicity: Ethnicity::from_code("01"),
        birth_date: day(1949, 12, 31),
        address: Some("广东省佛山市禅城区演示路1号".to_owned()),
        documents: vec![(DocumentKind::ResidentId, "11010519491231002X".to_owned(), Some("CHN".to_owned()))],
        authority: Some("佛山市公安局禅城分局".to_owned()),
        valid_from: Some(day(2010, 1, 1)),
        valid_until: Validity::LongTerm,
        country: None,
        issue_count: None,
        card_version: None,
        old_number_link: None,
    }
}

#[test]
fn a_citizens_card_padded_with_spaces_or_nuls_and_a_rare_character() {
    for padding in [' ', '\0'] {
        assert_eq!(ChipRecord::parse(&record(padding, CITIZEN)), Ok(citizen()));
    }
    assert_eq!(citizen().encode().to_vec(), record(' ', CITIZEN));
    assert_eq!(citizen().ethnicity.and_then(|ethnicity| ethnicity.name), Some("汉"));
}

#[test]
fn two_hundred_and_fifty_seven_bytes_and_a_byte_order_mark_are_accepted() {
    let mut long = record(' ', CITIZEN);
    long.push(0);
    assert_eq!(ChipRecord::parse(&long), Ok(citizen()));
    let marked = [vec![0xFF, 0xFE], record(' ', CITIZEN)].concat();
    assert_eq!(ChipRecord::parse(&marked), Ok(citizen()));
    let unmarked = [record(' ', CITIZEN), vec![0, 0]].concat();
    assert_eq!(ChipRecord::parse(&unmarked), Err(ChipError::Length { found: 258 }));
}

#[test]
fn the_drivers_frame_with_and_without_fingerprints() {
    let start = [0xAA, 0xAA, 0xAA, 0x96, 0x69];
    let frame = |head: &[u8], rest: usize| [&start, head, &record(' ', CITIZEN), &vec![7; rest + 1]].concat();
    let plain = frame(&[0x05, 0x08, 0x00, 0x00, 0x90, 0x01, 0x00, 0x04, 0x00], 1024);
    assert_eq!(plain.len(), 1295);
    assert_eq!(ChipRecord::parse(&plain), Ok(citizen()));
    let fingers = frame(&[0x09, 0x0A, 0x00, 0x00, 0x90, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00], 2048);
    assert_eq!(fingers.len(), 2321);
    assert_eq!(ChipRecord::parse(&fingers), Ok(citizen()));
    let no_fingers = frame(&[0x05, 0x0A, 0x00, 0x00, 0x90, 0x01, 0x00, 0x04, 0x00, 0x00, 0x00], 1024);
    assert_eq!(no_fingers.len(), 1297);
    assert_eq!(ChipRecord::parse(&no_fingers), Ok(citizen()));
}

#[test]
fn a_frame_that_says_no_or_is_cut() {
    let no_card = [0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x41, 0x45];
    assert_eq!(ChipRecord::parse(&no_card), Err(ChipError::NoCard));
    let cut = [&[0xAA, 0xAA, 0xAA, 0x96, 0x69, 5, 8, 0, 0, 0x90, 1, 0, 4, 0], &record(' ', CITIZEN)[..200]]
        .concat();
    assert_eq!(ChipRecord::parse(&cut), Err(ChipError::Frame));
    assert_eq!(ChipRecord::parse(&[0xAA, 0xAA, 0xAA, 0x96, 0x69]), Err(ChipError::Frame));
}

#[test]
fn typed_as_hexadecimal() {
    let hexadecimal: String = record(' ', CITIZEN).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(ChipRecord::parse_text(&format!("{hexadecimal}\r\n")), Ok(citizen()));
    assert_eq!(ChipRecord::parse_text("身份证"), Err(ChipError::Encoding));
    assert_eq!(ChipRecord::parse_text("abcd"), Err(ChipError::Length { found: 2 }));
}

#[test]
fn a_permit_of_hong_kong_links_the_travel_permit() {
    let fields = [
        (0, 30, "陈演示"),
        (30, 2, "1"),
        (36, 16, "19900101"),
        (52, 70, "广东省佛山市南海区演示路2号"),
        (122, 36, "810000199408230021"),
        (158, 30, "佛山市公安局南海分局"),
        (188, 16, "20200101"),
        (204, 16, "20250101"),
        (220, 18, "H99123456"),
        (238, 4, "01"),
        (248, 2, "J"),
    ];
    let record = ChipRecord::parse(&record('\0', &fields));
    let record = record.as_ref();
    assert_eq!(record.map(|record| record.variant), Ok(ChipVariant::HmtPermit));
    assert_eq!(record.map(|record| record.issue_count.as_deref()), Ok(Some("01")));
    assert_eq!(record.map(|record| record.valid_until), Ok(Validity::Date(day(2025, 1, 1))));
    assert_eq!(
        record.map(|record| {
            record
                .identity_documents(day(2026, 3, 1))
                .map(|document| document.map(|document| document.identity_key()))
                .collect::<Vec<_>>()
        }),
        Ok(vec![Ok("cn:810000199408230021".to_owned()), Ok("hkm:H99123456".to_owned())])
    );
}

#[test]
fn a_permanent_resident_of_2017_without_a_chinese_name() {
    let fields = [
        (0, 120, "ERIKSSON, ANNA MARIA"),
        (120, 2, "2"),
        (122, 30, "KAZ110090123105"),
        (152, 6, "KAZ"),
        (188, 16, "20200101"),
        (204, 16, "20300101"),
        (220, 16, "19901231"),
        (236, 4, "01"),
        (240, 8, "1100"),
        (248, 2, "I"),
    ];
    let record = ChipRecord::parse(&record(' ', &fields));
    let record = record.as_ref();
    assert_eq!(record.map(|record| record.name.as_str()), Ok("ERIKSSON, ANNA MARIA"));
    assert_eq!(record.map(|record| record.country.as_deref()), Ok(Some("KAZ")));
    assert_eq!(record.map(|record| record.birth_date), Ok(day(1990, 12, 31)));
    assert_eq!(record.map(|record| record.authority.as_deref()), Ok(Some("1100")));
    assert_eq!(record.map(ChipRecord::provisional), Ok(false));
}

#[test]
fn a_permanent_resident_of_2023_with_a_name_in_two_parts() {
    let english = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT B";
    let (first, second) = english.split_at(35);
    let fields = [
        (0, 30, "演示"),
        (30, 2, "1"),
        (32, 4, "02"),
        (36, 16, "19850101"),
        (52, 70, first),
        (122, 36, "932682198501010017"),
        (188, 16, "20240101"),
        (204, 16, "20340101"),
        (220, 22, second),
        (242, 6, "682"),
        (248, 2, "Y"),
        (250, 6, "011"),
    ];
    let bytes = record(' ', &fields);
    let record = ChipRecord::parse(&bytes);
    let record = record.as_ref();
    assert_eq!(record.map(|record| record.english_name.as_deref()), Ok(Some(english)));
    assert_eq!(record.map(|record| record.country.as_deref()), Ok(Some("SAU")));
    assert_eq!(record.map(|record| record.old_number_link.as_deref()), Ok(Some("011")));
    assert_eq!(record.map(ChipRecord::provisional), Ok(true));
}

#[test]
fn what_is_missing_is_said() {
    let without = |offset: usize| {
        let fields: Vec<_> = CITIZEN.iter().copied().filter(|field| field.0 != offset).collect();
        ChipRecord::parse(&record(' ', &fields)).err()
    };
    assert_eq!(without(0), Some(ChipError::Name));
    assert_eq!(without(36), Some(ChipError::BirthDate));
    assert_eq!(without(122), Some(ChipError::Number));
    assert_eq!(without(188), None);
    assert_eq!(ChipRecord::parse(&[]), Err(ChipError::Length { found: 0 }));
    let mut unknown = CITIZEN.to_vec();
    unknown.push((248, 2, "Q"));
    assert_eq!(ChipRecord::parse(&record(' ', &unknown)), Err(ChipError::UnknownVariant));
}

#[test]
fn half_a_surrogate_pair_is_shown_not_lost() {
    let mut bytes = record(' ', CITIZEN);
    bytes.splice(2..4, [0x20, 0x00]);
    let name = ChipRecord::parse(&bytes).map(|record| record.name);
    assert_eq!(name.as_deref(), Ok("\u{FFFD} 阅卡"));
}

#[test]
fn debug_shows_no_personal_data() {
    let shown = format!("{:?}", citizen());
    assert!(!shown.contains("阅卡") && !shown.contains("19491231") && !shown.contains("演示路"), "{shown}");
}
