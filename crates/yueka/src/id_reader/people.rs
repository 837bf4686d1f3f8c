//! People who cannot exist, one for each sort of card with a chip.

use chrono::{Datelike, Days, Months, NaiveDate};
use documents::chip::{ChipRecord, ChipVariant, Ethnicity, Validity};
use documents::synthetic::{self, HmtRegion};
use documents::{DocumentKind, Sex};
use service::kernel::Clock;

use crate::demo::{ADULT_NAME, adult_birth, adult_number};

/// Somebody with a card to put on the reader.
#[derive(Clone, Debug)]
pub struct Person {
    /// What scripts call them.
    pub key: &'static str,
    /// What they are an example of, in Chinese.
    pub chinese: &'static str,
    /// The same in English.
    pub english: &'static str,
    /// Their card.
    pub record: ChipRecord,
}

/// Areas of numbers that nobody of the demo has: the rest of the chosen few's hundred.
const AREA: u32 = 69_950;

/// Who lies on the reader first.
pub fn first() -> Person {
    let record = citizen(ADULT_NAME, Sex::Female, "01", adult_birth(), adult_number());
    Person {
        key: "adult",
        chinese: "成年公民；演示数据中已有借阅证",
        english: "adult citizen; holds a card in the demo",
        record,
    }
}

/// All of them.
pub fn everybody() -> Vec<Person> {
    let today = Clock::system().today();
    let mut people = vec![first(), newcomer()];
    people.extend(citizens(today));
    people.extend(permits());
    people
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// Another person every second, so that there is always somebody without a card.
fn newcomer() -> Person {
    let second = Clock::system().now().timestamp().unsigned_abs();
    let few = |from: u64, count: u64| u32::try_from(second / from % count).unwrap_or_default();
    let (birth, sequence) = (day(1985, 1, 1) + Days::new(u64::from(few(1, 7_000))), 100 + few(7_000, 300));
    let number = synthetic::resident_number(
        AREA + 40,
        birth,
        Sex::Female,
        u16::try_from(sequence).unwrap_or_default(),
    );
    Person {
        key: "newcomer",
        chinese: "成年公民；每次都是没有借阅证的新人",
        english: "adult citizen; each time somebody new, without a card",
        record: citizen("林晓彤", Sex::Female, "01", birth, number),
    }
}

fn citizens(today: NaiveDate) -> Vec<Person> {
    let child = today - Months::new(9 * 12) - Days::new(40);
    let list = [
        (
            "child",
            "九岁儿童，由监护人签字",
            "child of nine, whose guardian signs",
            "李小满",
            Sex::Male,
            "01",
            child,
        ),
        (
            "long_term",
            "长期有效的身份证",
            "a card that is valid for life",
            "霍玉珍",
            Sex::Female,
            "01",
            day(1949, 12, 5),
        ),
        (
            "rare_name",
            "姓名有生僻字",
            "a rare character in the name",
            "王𠮷",
            Sex::Male,
            "01",
            day(1991, 3, 8),
        ),
        (
            "minority",
            "少数民族姓名，中间有间隔号",
            "a long name with a dot",
            "阿依古丽·买买提",
            Sex::Female,
            "05",
            day(1994, 7, 21),
        ),
    ];
    let mut people: Vec<Person> = (1..)
        .zip(list)
        .map(|(serial, (key, chinese, english, name, sex, ethnicity, birth))| Person {
            key,
            chinese,
            english,
            record: citizen(
                name,
                sex,
                ethnicity,
                birth,
                synthetic::resident_number(AREA + serial, birth, sex, 480),
            ),
        })
        .collect();
    let birth = day(1987, 11, 2);
    let number = synthetic::resident_number(AREA + 9, birth, Sex::Male, 481);
    let mut expired = citizen("区志伟", Sex::Male, "01", birth, number);
    expired.valid_from = Some(day(2009, 5, 1));
    expired.valid_until = Validity::Date(day(2019, 5, 1));
    people.push(Person {
        key: "expired",
        chinese: "已过期的身份证",
        english: "a card that has expired",
        record: expired,
    });
    people
}

fn citizen(name: &str, sex: Sex, ethnicity: &str, birth: NaiveDate, number: String) -> ChipRecord {
    let issued = day(2018, 6, 1);
    let age = issued.year() - birth.year();
    ChipRecord {
        ethnicity: Ethnicity::from_code(ethnicity),
        address: Some("广东省佛山市禅城区演示路1号".to_owned()),
        authority: Some("演示公安局".to_owned()),
        valid_from: Some(issued),
        valid_until: if age > 46 { Validity::LongTerm } else { Validity::Date(day(2038, 6, 1)) },
        ..blank(ChipVariant::Citizen, name, sex, birth, vec![(DocumentKind::ResidentId, number, None)])
    }
}

fn permits() -> Vec<Person> {
    let mut people = Vec::new();
    for (key, chinese, english, name, region, sex, birth) in [
        (
            "macao",
            "澳门居民居住证",
            "residence permit of a Macao resident",
            "何家欣",
            HmtRegion::Macao,
            Sex::Female,
            day(1983, 2, 17),
        ),
        (
            "hong_kong",
            "香港居民居住证",
            "residence permit of a Hong Kong resident",
            "陳大文",
            HmtRegion::HongKong,
            Sex::Male,
            day(1971, 10, 9),
        ),
        (
            "taiwan",
            "台湾居民居住证",
            "residence permit of a Taiwan resident",
            "林怡君",
            HmtRegion::Taiwan,
            Sex::Female,
            day(1992, 4, 28),
        ),
    ] {
        let number = synthetic::hmt_permit(region, 77, birth, sex, 482);
        let (kind, travel) = match region {
            HmtRegion::Taiwan => (DocumentKind::TaiwanPermit, synthetic::taiwan_permit(990_077, None)),
            _ => (DocumentKind::HkMacaoPermit, synthetic::hk_macao_permit(region, 990_077, None)),
        };
        let documents = vec![(DocumentKind::HmtResidencePermit, number, None), (kind, travel, None)];
        let record = ChipRecord {
            address: Some("广东省佛山市顺德区演示路2号".to_owned()),
            authority: Some("演示公安局".to_owned()),
            issue_count: Some("01".to_owned()),
            ..blank(ChipVariant::HmtPermit, name, sex, birth, documents)
        };
        people.push(Person { key, chinese, english, record });
    }
    let birth = day(1980, 12, 1);
    let old = synthetic::permanent_resident_old(AREA, "GBR", birth, Sex::Male, 3);
    people.push(Person {
        key: "permanent_2017",
        chinese: "外国人永久居留身份证，2017 版",
        english: "permanent resident, card of 2017",
        record: ChipRecord {
            english_name: Some("BENNETT, HENRY".to_owned()),
            country: Some("GBR".to_owned()),
            authority: Some("1500".to_owned()),
            card_version: Some("01".to_owned()),
            ..foreigner(ChipVariant::PermanentResident2017, "亨利", Sex::Male, birth, old)
        },
    });
    let birth = day(1990, 9, 14);
    let new = synthetic::permanent_resident_new(AREA, 620, birth, Sex::Female, 483);
    people.push(Person {
        key: "permanent_2023",
        chinese: "外国人永久居留身份证，2023 版",
        english: "permanent resident, card of 2023",
        record: ChipRecord {
            english_name: Some("SILVA, MARIA".to_owned()),
            country: Some("PRT".to_owned()),
            authority: Some("演示移民局".to_owned()),
            issue_count: Some("01".to_owned()),
            ..foreigner(ChipVariant::PermanentResident2023, "玛丽亚", Sex::Female, birth, new)
        },
    });
    people
}

fn foreigner(variant: ChipVariant, name: &str, sex: Sex, birth: NaiveDate, number: String) -> ChipRecord {
    blank(variant, name, sex, birth, vec![(DocumentKind::PermanentResident, number, None)])
}

type Documents = Vec<(DocumentKind, String, Option<String>)>;

fn blank(variant: ChipVariant, name: &str, sex: Sex, birth: NaiveDate, documents: Documents) -> ChipRecord {
    ChipRecord {
        variant,
        name: name.to_owned(),
        english_name: None,
        sex: Some(sex),
        ethnicity: None,
        birth_date: birth,
        address: None,
        documents,
        authority: None,
        valid_from: Some(day(2020, 1, 1)),
        valid_until: Validity::Date(day(2040, 1, 1)),
        country: None,
        issue_count: None,
        card_version: None,
        old_number_link: None,
    }
}
