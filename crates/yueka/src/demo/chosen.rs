//! The chosen few: one reader of each sort, for `demo.json`, tests and whoever tries the demo. Their numbers do not depend
//! on the day; only the children's do, who must stay children.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use documents::synthetic::{self, HmtRegion};
use documents::{DocumentKind, Sex};
use service::cards::CardKind;
use service::kernel::local_date;

use super::chance::Chance;
use super::history::{Fate, at};
use super::people::{Cast, Person, person};

/// Serials of the chosen few: their own hundred of areas.
const FIRST: u32 = 69_900;

/// One of the chosen few.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// What they are an example of.
    pub sort: &'static str,
    /// Who they are.
    pub person: Person,
    /// When their card was opened.
    pub opened_at: DateTime<Utc>,
    /// What became of it.
    pub fate: Fate,
    /// Where it was opened.
    pub home: &'static str,
    /// Whether they chose a password.
    pub chose_password: bool,
}

struct Sort {
    sort: &'static str,
    name: &'static str,
    document: DocumentKind,
    card: CardKind,
    region: HmtRegion,
    birth: Birth,
    sex: Sex,
    home: &'static str,
    fate: Fate,
    chose_password: bool,
}

#[derive(Clone, Copy)]
enum Birth {
    On(i32, u32, u32),
    YearsAgo(u32),
}

impl Birth {
    fn date(self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::On(year, month, day) => NaiveDate::from_ymd_opt(year, month, day).unwrap_or(today),
            Self::YearsAgo(years) => today - Months::new(years * 12) - Days::new(100),
        }
    }
}

/// The name, birth date and number of the adult whose document is a card: the simulated ID reader knows her too.
pub const ADULT_NAME: &str = "陈美玲";
/// See [`ADULT_NAME`].
pub fn adult_birth() -> NaiveDate {
    NaiveDate::from_ymd_opt(1990, 5, 6).unwrap_or_default()
}
/// See [`ADULT_NAME`].
pub fn adult_number() -> String {
    synthetic::resident_number(FIRST, adult_birth(), Sex::Female, 0)
}

macro_rules! sorts {
    ($($sort:literal $name:expr, $document:ident $card:ident $region:ident $birth:expr, $sex:ident $home:literal $fate:ident $chose:literal;)*) => {
        &[$(Sort {
            sort: $sort, name: $name, document: DocumentKind::$document, card: CardKind::$card,
            region: HmtRegion::$region, birth: $birth, sex: Sex::$sex, home: $home, fate: Fate::$fate,
            chose_password: $chose,
        }),*]
    };
}

const SORTS: &[Sort] = sorts! {
    "document_card_adult" ADULT_NAME, ResidentId Document Macao Birth::On(1990, 5, 6), Female "FS" Quiet false;
    "one_card_passport" "Maria da Silva", Passport OneCard Macao Birth::On(1985, 7, 8), Female "FS" Quiet false;
    "one_card_macao_permit" "黃家豪", HkMacaoPermit OneCard Macao Birth::On(1978, 2, 11), Male "CC" Quiet false;
    "one_card_taiwan_permit" "林怡君", TaiwanPermit OneCard Taiwan Birth::On(1992, 9, 30), Female "SD" Quiet true;
    "document_card_permanent_resident" "Oliver Bennett", PermanentResident Document Macao Birth::On(1980, 12, 1), Male "NH" Quiet false;
    "document_card_hmt_residence_permit" "CHAN TAI MAN", HmtResidencePermit Document HongKong Birth::On(1969, 4, 17), Male "FS" Quiet true;
    "document_card_minor" "梁子晴", ResidentId Document Macao Birth::YearsAgo(9), Female "FS" Quiet false;
    "one_card_minor" "何浩然", HouseholdRegister OneCard Macao Birth::YearsAgo(7), Male "SD" Quiet false;
    "lost" "谭志强", ResidentId Document Macao Birth::On(1975, 10, 21), Male "SD" Lost false;
    "cancelled" "罗惠芬", ResidentId Document Macao Birth::On(1958, 1, 3), Female "FS" Cancelled false;
    "restored" "Kim Minji", Passport OneCard Macao Birth::On(1996, 6, 15), Female "NH" Restored true;
    "document_card_chosen_password" "冼文辉", ResidencePermit Document Macao Birth::On(1988, 8, 28), Male "SD" Quiet true;
    "lost_by_phone" "欧阳倩", ResidentId Document Macao Birth::On(1993, 3, 12), Female "SD" Quiet false;
    "twice_by_passport" "Sofia Almeida", Passport OneCard Macao Birth::On(1987, 11, 5), Female "FS" Quiet false;
    "twice_by_residence_permit" "Sofia Almeida", PermanentResident Document Macao Birth::On(1987, 11, 5), Female "SD" Quiet false;
    "borrower" "苏婉仪", ResidentId Document Macao Birth::On(1991, 4, 18), Female "FS" Quiet true;
    "owing" "麦志豪", ResidentId Document Macao Birth::On(1983, 7, 29), Male "SD" Quiet true;
};

/// All of them.
pub fn chosen(now: DateTime<Utc>) -> Vec<Chosen> {
    let today = local_date(now);
    (FIRST..)
        .zip(SORTS)
        .map(|(serial, sort)| {
            let days = 320 + u64::from(serial - FIRST) * 11;
            let opened_at = at(today - Days::new(days), 10, serial % 60, 0);
            let cast = Cast {
                document: sort.document,
                card: sort.card,
                region: sort.region,
                birth: sort.birth.date(today),
                sex: sort.sex,
            };
            let mut person =
                person(&mut Chance::of("chosen", serial), serial, cast, local_date(opened_at), today);
            sort.name.clone_into(&mut person.reader.name);
            if sort.document == DocumentKind::Passport {
                let country = if sort.sort == "restored" { "KOR" } else { "PRT" };
                country.clone_into(&mut person.document.issuing_country);
            }
            if sort.sort == "twice_by_residence_permit" {
                // Of the country that her passport is of.
                person.document.number =
                    synthetic::permanent_resident_old(serial, "PRT", cast.birth, cast.sex, 0);
            }
            let Sort { sort, fate, home, chose_password, .. } = *sort;
            Chosen { sort, person, opened_at, fate, home, chose_password }
        })
        .collect()
}

/// Whether a serial is one of theirs.
pub fn is_chosen(serial: u32) -> bool {
    (FIRST..FIRST + 100).contains(&serial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::kernel::Clock;

    #[test]
    fn the_adult_of_the_id_reader_is_the_one_of_the_demo() {
        let chosen = chosen(Clock::system().now());
        let adult = chosen.first().unwrap();
        assert_eq!(adult.person.document.number, adult_number());
        assert_eq!(adult.person.birth, adult_birth());
    }

    #[test]
    fn cards_of_the_chosen_few_are_lawful() {
        for chosen in chosen(Clock::system().now()) {
            let opened = local_date(chosen.opened_at);
            let age = service::kernel::age_on(chosen.person.birth, opened);
            let blockers = service::cards::may_be_opened(
                chosen.person.card,
                chosen.person.document.kind.parse().unwrap(),
                age,
                service::kernel::Channel::Desk,
            );
            assert!(blockers.is_empty(), "{}: {blockers:?}", chosen.sort);
        }
    }
}
