//! The demo's people. Each follows from a serial and from the day on which the card was opened; nobody can be real: see
//! `documents::synthetic`.

use chrono::{Datelike, Days, Months, NaiveDate};
use documents::synthetic::{self, HmtRegion};
use documents::{DocumentKind, Sex};
use service::cards::CardKind;
use service::readers::{DocumentForm, GuardianForm, ReaderForm};

use super::chance::Chance;
use super::names;

/// A person with what they bring to the desk.
#[derive(Clone, Debug)]
pub struct Person {
    /// Birth date.
    pub birth: NaiveDate,
    /// What the form says.
    pub reader: ReaderForm,
    /// The document.
    pub document: DocumentForm,
    /// The guardian of somebody under 16.
    pub guardian: Option<GuardianForm>,
    /// The kind of card they hold.
    pub card: CardKind,
}

/// Below this serial numbers are kept for the chosen few of `demo.json`.
const AREAS: u32 = 70_000;
/// Guardians have sequences of their own, so that nobody meets their own number.
const GUARDIANS: u16 = 249;

/// Somebody to make: what a serial does not decide.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    /// The kind of document.
    pub document: DocumentKind,
    /// The kind of card.
    pub card: CardKind,
    /// Where residents of Hong Kong, Macao and Taiwan are from.
    pub region: HmtRegion,
    /// The birth date.
    pub birth: NaiveDate,
    /// The sex.
    pub sex: Sex,
}

/// How many of 1000 readers show which document, by age.
const CHILDREN: &[(DocumentKind, u32)] = &[
    (DocumentKind::ResidentId, 560),
    (DocumentKind::HouseholdRegister, 380),
    (DocumentKind::HkMacaoPermit, 30),
    (DocumentKind::HmtResidencePermit, 15),
    (DocumentKind::Passport, 15),
];
const ADULTS: &[(DocumentKind, u32)] = &[
    (DocumentKind::ResidentId, 826),
    (DocumentKind::ResidencePermit, 85),
    (DocumentKind::HkMacaoPermit, 28),
    (DocumentKind::HmtResidencePermit, 20),
    (DocumentKind::Passport, 18),
    (DocumentKind::PermanentResident, 8),
    (DocumentKind::TaiwanPermit, 7),
    (DocumentKind::MilitaryId, 5),
    (DocumentKind::HouseholdRegister, 2),
    (DocumentKind::Other, 1),
];
/// Ages at which cards are opened: from, to, share.
const AGES: &[(u32, u32, u32)] = &[
    (3, 5, 40),
    (6, 11, 130),
    (12, 15, 60),
    (16, 22, 130),
    (23, 34, 270),
    (35, 49, 230),
    (50, 64, 90),
    (65, 88, 50),
];

/// Decides who a serial is, for a card opened on a day.
pub fn cast(chance: &mut Chance, opened: NaiveDate) -> Cast {
    let (from, to, _) = chance.weighted(AGES, |(.., share)| *share).copied().unwrap_or((30, 30, 1));
    let age = chance.between(from, to);
    let birth = opened - Months::new(age * 12) - Days::new(u64::from(chance.between(1, 360)));
    let sex = if chance.per_mille(560) { Sex::Female } else { Sex::Male };
    let minor = is_minor(birth, opened);
    let shares = if minor { CHILDREN } else { ADULTS };
    let document =
        chance.weighted(shares, |(_, share)| *share).map_or(DocumentKind::ResidentId, |(kind, _)| *kind);
    let choices = service::cards::choices(document, if minor { 10 } else { 30 });
    let card = match choices {
        [only] => *only,
        _ if chance.per_mille(600) => CardKind::Document,
        _ => CardKind::OneCard,
    };
    let region = match chance.below(10) {
        0..=4 => HmtRegion::HongKong,
        5..=7 => HmtRegion::Macao,
        _ => HmtRegion::Taiwan,
    };
    Cast { document, card, region, birth, sex }
}

/// Whether somebody is under 16 on a day.
pub fn is_minor(birth: NaiveDate, day: NaiveDate) -> bool {
    // Who may choose a One-Card though they have an ID card (Table A1, note).
    let age = service::kernel::age_on(birth, day);
    service::cards::choices(DocumentKind::ResidentId, age).contains(&CardKind::OneCard)
}

/// Makes the person of a serial; `place` is the area and sequence of their numbers.
pub fn person(chance: &mut Chance, serial: u32, cast: Cast, opened: NaiveDate, today: NaiveDate) -> Person {
    let sequence = u16::try_from(serial / AREAS % u32::from(GUARDIANS)).unwrap_or_default();
    let resident = || synthetic::resident_number(serial % AREAS, cast.birth, cast.sex, sequence);
    let surname = names::surname(chance);
    let mut country = "";
    let macao = cast.region == HmtRegion::Macao;
    let hmt_name = |chance: &mut Chance| match cast.region {
        HmtRegion::Taiwan => names::taiwanese(chance, cast.sex),
        _ => names::hong_kong_or_macao(chance, cast.sex, macao),
    };
    let chinese = |chance: &mut Chance| names::chinese(chance, surname, cast.sex, cast.birth.year());
    let (name, number) = match cast.document {
        DocumentKind::ResidentId | DocumentKind::ResidencePermit | DocumentKind::HouseholdRegister => {
            (chinese(chance), resident())
        }
        DocumentKind::MilitaryId => (chinese(chance), synthetic::military_id(serial)),
        DocumentKind::Other => (chinese(chance), synthetic::other(serial)),
        DocumentKind::HkMacaoPermit => {
            let region = if macao { HmtRegion::Macao } else { HmtRegion::HongKong };
            let count = chance.per_mille(300).then_some(1);
            (
                names::hong_kong_or_macao(chance, cast.sex, macao),
                synthetic::hk_macao_permit(region, serial, count),
            )
        }
        DocumentKind::TaiwanPermit => {
            (names::taiwanese(chance, cast.sex), synthetic::taiwan_permit(serial, None))
        }
        DocumentKind::HmtResidencePermit => {
            let number =
                synthetic::hmt_permit(cast.region, serial % 100, cast.birth, cast.sex, sequence_of(serial));
            (hmt_name(chance), number)
        }
        DocumentKind::Passport => {
            let (name, alpha3, _) = names::foreigner(chance, cast.sex);
            country = alpha3;
            (name.to_owned(), synthetic::passport(serial))
        }
        DocumentKind::PermanentResident => {
            let (name, alpha3, numeric) = names::foreigner(chance, cast.sex);
            let sequence = sequence_of(serial);
            let number = if chance.per_mille(550) {
                synthetic::permanent_resident_new(serial, numeric, cast.birth, cast.sex, sequence)
            } else {
                synthetic::permanent_resident_old(serial, alpha3, cast.birth, cast.sex, sequence)
            };
            (name.to_owned(), number)
        }
    };
    let minor = is_minor(cast.birth, opened);
    let phone = phone(chance);
    let guardian = minor.then(|| guardian(chance, serial, surname, &phone, opened));
    let district = district(chance);
    let reader = ReaderForm {
        name,
        sex: cast.sex.as_str().to_owned(),
        birth_date: cast.birth.to_string(),
        phone,
        email: if chance.per_mille(300) { format!("reader{serial}@example.org") } else { String::new() },
        address: if chance.per_mille(900) { address(chance, district) } else { String::new() },
        workplace: workplace(chance, district, service::kernel::age_on(cast.birth, opened)),
        language: String::new(),
    };
    let valid_until = if chance.per_mille(700) {
        (today + Days::new(u64::from(chance.between(40, 3400)))).to_string()
    } else {
        String::new()
    };
    let document = DocumentForm {
        kind: cast.document.as_str().to_owned(),
        number,
        issuing_country: country.to_owned(),
        valid_until,
    };
    Person { birth: cast.birth, reader, document, guardian, card: cast.card }
}

/// A sequence that keeps those apart who share area and birth date.
fn sequence_of(serial: u32) -> u16 {
    u16::try_from(serial / 100 % 498).unwrap_or_default()
}

fn guardian(chance: &mut Chance, serial: u32, surname: &str, phone: &str, opened: NaiveDate) -> GuardianForm {
    let mother = chance.per_mille(620);
    let sex = if mother { Sex::Female } else { Sex::Male };
    let days = u64::from(chance.between(28 * 365, 46 * 365));
    let birth = opened - Days::new(days);
    let own = if mother { names::surname(chance) } else { surname };
    let sequence = GUARDIANS + u16::try_from(serial / AREAS % u32::from(GUARDIANS)).unwrap_or_default();
    GuardianForm {
        name: names::chinese(chance, own, sex, birth.year()),
        relation: if mother { "母亲" } else { "父亲" }.to_owned(),
        phone: phone.to_owned(),
        document: DocumentForm {
            kind: DocumentKind::ResidentId.as_str().to_owned(),
            number: synthetic::resident_number(serial % AREAS, birth, sex, sequence),
            ..DocumentForm::default()
        },
        consent: true,
    }
}

/// 139 0000 xxxx and 199 0000 xxxx: of the right form, and shared by so many that they are nobody's.
fn phone(chance: &mut Chance) -> String {
    let prefix = if chance.per_mille(600) { "139" } else { "199" };
    format!("{prefix}0000{:04}", chance.below(10_000))
}

type District = (&'static str, &'static [(&'static str, &'static [&'static str])]);
const DISTRICTS: &[District] = &[
    (
        "禅城区",
        &[
            ("祖庙街道", &["人民路", "同济路", "汾江中路"]),
            ("石湾镇街道", &["季华五路", "湖景路"]),
            ("张槎街道", &["轻工路"]),
        ],
    ),
    (
        "南海区",
        &[
            ("桂城街道", &["南海大道北", "海八路", "桂澜中路"]),
            ("狮山镇", &["科技东路"]),
            ("大沥镇", &["振兴路"]),
        ],
    ),
    ("顺德区", &[("大良街道", &["德民路", "环城路"]), ("容桂街道", &["桂洲大道"]), ("北滘镇", &["人昌路"])]),
    ("高明区", &[("荷城街道", &["沧江路", "文华路"]), ("明城镇", &["明七路"])]),
    ("三水区", &[("西南街道", &["健力宝南路", "广海大道"]), ("白坭镇", &["工业大道"])]),
];
const DISTRICT_WEIGHTS: [u32; 5] = [28, 34, 26, 5, 7];

fn district(chance: &mut Chance) -> usize {
    let places: Vec<(usize, u32)> = DISTRICT_WEIGHTS.into_iter().enumerate().collect();
    chance.weighted(&places, |(_, weight)| *weight).map_or(0, |(place, _)| *place)
}

fn address(chance: &mut Chance, district: usize) -> String {
    let (name, towns) = DISTRICTS.get(district).copied().unwrap_or_default();
    let (town, roads) = chance.one_of(towns);
    let road = chance.one_of(roads);
    let (number, building, room) = (chance.between(1, 220), chance.between(1, 18), chance.between(101, 2804));
    format!("佛山市{name}{town}{road}{number}号{building}栋{room}房")
}

fn workplace(chance: &mut Chance, district: usize, age: i32) -> String {
    let (name, towns) = DISTRICTS.get(district).copied().unwrap_or_default();
    let (town, _) = chance.one_of(towns);
    let town = town.trim_end_matches("街道").trim_end_matches('镇');
    match age {
        ..6 => format!("{town}第{}幼儿园", chance.one_of(&["一", "二", "三"])),
        6..12 => format!(
            "{town}中心小学{}年级（{}）班",
            chance.one_of(&["一", "二", "三", "四", "五", "六"]),
            chance.between(1, 9)
        ),
        12..19 => format!("{name}第{}中学", chance.one_of(&["一", "二", "三", "四"])),
        _ if chance.per_mille(450) => {
            let trade =
                chance.one_of(&["陶瓷", "家电", "铝材", "家具", "纺织", "电子商务", "机械", "食品", "物流"]);
            format!("{town}演示{trade}有限公司")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use documents::IdentityDocument;

    use super::*;

    fn everybody(count: u32) -> Vec<Person> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        (0..count)
            .map(|serial| {
                let mut chance = Chance::of("person", serial);
                let opened = today - Days::new(u64::from(chance.below(730)));
                let cast = cast(&mut chance, opened);
                person(&mut chance, serial, cast, opened, today)
            })
            .collect()
    }

    #[test]
    fn nobody_of_the_demo_can_exist() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let mut keys = std::collections::HashSet::new();
        for person in everybody(20_000) {
            let guardian = person.guardian.map(|guardian| (DocumentKind::ResidentId, guardian.document));
            for (kind, form) in
                [(person.document.kind.parse().unwrap(), person.document)].into_iter().chain(guardian)
            {
                let country = Some(form.issuing_country.as_str());
                let document = IdentityDocument::parse(kind, &form.number, country, today)
                    .unwrap_or_else(|error| panic!("{kind} {}: {error}", form.number));
                assert!(keys.insert(document.identity_key()), "{} is given twice", form.number);
                let region = match kind {
                    DocumentKind::PermanentResident if form.number.len() == 18 => form.number.get(1..3),
                    DocumentKind::PermanentResident => form.number.get(3..5),
                    DocumentKind::ResidentId
                    | DocumentKind::ResidencePermit
                    | DocumentKind::HouseholdRegister => form.number.get(..2),
                    _ => None,
                };
                if let Some(province) = region {
                    assert_eq!(documents::region::place_name(province), None, "{}", form.number);
                }
            }
        }
    }

    #[test]
    fn they_are_the_same_every_time_and_of_every_sort() {
        let people = everybody(5_000);
        for (one, again) in people.iter().zip(everybody(100)) {
            assert!(one.reader == again.reader && one.document == again.document);
        }
        for kind in DocumentKind::ALL {
            assert!(people.iter().any(|person| person.document.kind == kind.as_str()), "nobody with {kind}");
        }
        let with_guardian = people.iter().filter(|person| person.guardian.is_some()).count();
        assert!((800..1500).contains(&with_guardian), "{with_guardian} children");
    }
}
