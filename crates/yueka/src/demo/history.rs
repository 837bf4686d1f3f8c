//! Two years of it: when cards were opened, where, through which door, and what became of them. Everything lies in the
//! past: the end is now.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Asia::Shanghai;
use service::cards::{CardKind, CardState, PastService};
use service::kernel::{Channel, LibraryId, ServiceName, ServicePointId, local_date};
use service::records::CheckMethod;

use super::chance::Chance;
use super::libraries::{Federation, Place};
use super::people::{Person, is_minor};

/// How many days the history has.
pub const DAYS: u32 = 730;

/// What became of a card.
#[derive(Debug)]
pub struct History {
    /// Its state.
    pub state: CardState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Where.
    pub library: LibraryId,
    /// The library's code.
    pub library_code: &'static str,
    /// At which point.
    pub point: ServicePointId,
    /// Through which door.
    pub channel: Channel,
    /// Whether the reader chose a password.
    pub chose_password: bool,
    /// All services, oldest first.
    pub services: Vec<PastService>,
}

/// A moment in Foshan.
pub fn at(day: NaiveDate, hour: u32, minute: u32, second: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, minute, second).unwrap_or_default();
    Shanghai
        .from_local_datetime(&day.and_time(time))
        .earliest()
        .map_or(DateTime::UNIX_EPOCH, |at| at.to_utc())
}

/// How busy a day is: quiet on Mondays, when most libraries are closed; full at the weekend, in the holidays of summer,
/// and before school begins.
fn busy(day: NaiveDate) -> u32 {
    let week = match day.weekday() {
        Weekday::Mon => 18,
        Weekday::Sat => 150,
        Weekday::Sun => 140,
        _ => 80,
    };
    let season = match day.month() {
        7 | 8 => 150,
        2 => 75,
        9 | 3 => 120,
        _ => 100,
    };
    week * season / 100
}

/// The hours in which cards are opened, with weights.
const HOURS: [(u32, u32); 13] = [
    (9, 70),
    (10, 110),
    (11, 90),
    (12, 45),
    (13, 55),
    (14, 95),
    (15, 115),
    (16, 105),
    (17, 70),
    (18, 50),
    (19, 65),
    (20, 40),
    (21, 4),
];

/// When a card was opened: more of them the nearer to now.
pub fn opened_at(chance: &mut Chance, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = local_date(now);
    // Drawn again until a draw is taken; the bound only keeps bad luck from lasting.
    for _ in 0..200 {
        let age = chance.below(DAYS);
        let day = today - Days::new(u64::from(age));
        let growth = 60 + 40 * (DAYS - age) / DAYS;
        if chance.below(225 * 100) >= busy(day) * growth {
            continue;
        }
        let hour = chance.weighted(&HOURS, |(_, weight)| *weight).map_or(10, |(hour, _)| *hour);
        let moment = at(day, hour, chance.below(60), chance.below(60));
        if moment < now - TimeDelta::minutes(1) {
            return moment;
        }
    }
    now - TimeDelta::days(1)
}

/// A day later, at an hour when libraries are open; none when that would be in the future.
fn later(
    chance: &mut Chance,
    after: DateTime<Utc>,
    least: u32,
    most: u32,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let day = local_date(after) + Days::new(u64::from(chance.between(least.max(1), most.max(1))));
    let hour = chance.weighted(&HOURS, |(_, weight)| *weight).map_or(10, |(hour, _)| *hour);
    let moment = at(day, hour, chance.below(60), chance.below(60));
    (moment < now - TimeDelta::minutes(1)).then_some(moment)
}

fn channel(chance: &mut Chance, person: &Person, opened: NaiveDate) -> Channel {
    use Channel::{Desk, Group, Machine, MobilePoint, Online, SelfService, Yuedutong};
    let doors: &[(Channel, u32)] = match (is_minor(person.birth, opened), person.card) {
        (true, _) => &[(Desk, 62), (Group, 28), (MobilePoint, 10)],
        (false, CardKind::OneCard) => &[(Desk, 88), (Group, 8), (MobilePoint, 4)],
        (false, CardKind::Document) => &[
            (Desk, 38),
            (SelfService, 22),
            (Machine, 14),
            (Online, 9),
            (Yuedutong, 9),
            (Group, 5),
            (MobilePoint, 3),
        ],
    };
    chance.weighted(doors, |(_, weight)| *weight).map_or(Desk, |(channel, _)| *channel)
}

fn check(chance: &mut Chance, channel: Channel) -> CheckMethod {
    match channel {
        Channel::Online | Channel::Yuedutong => CheckMethod::Online,
        Channel::SelfService | Channel::Machine => CheckMethod::ReaderDevice,
        Channel::Group => CheckMethod::ByEye,
        Channel::Desk | Channel::MobilePoint if chance.per_mille(750) => CheckMethod::ReaderDevice,
        _ => CheckMethod::ByEye,
    }
}

/// A fate that is decided beforehand, or by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing happened.
    Quiet,
    /// The information was changed.
    Amended,
    /// The password was reset.
    PasswordReset,
    /// Reported lost, not found.
    Lost,
    /// Reported lost, then restored.
    Restored,
    /// Cancelled.
    Cancelled,
    /// Reported lost, then cancelled.
    LostAndCancelled,
}

const FATES: &[(Fate, u32)] = &[
    (Fate::Quiet, 840),
    (Fate::Amended, 55),
    (Fate::PasswordReset, 35),
    (Fate::Lost, 18),
    (Fate::Restored, 22),
    (Fate::Cancelled, 20),
    (Fate::LostAndCancelled, 10),
];

/// The fate of a card, by chance.
pub fn fate(chance: &mut Chance) -> Fate {
    chance.weighted(FATES, |(_, share)| *share).map_or(Fate::Quiet, |(fate, _)| *fate)
}

/// What became of a person's card. `home` is the library where it was opened, if that is decided.
pub fn history(
    chance: &mut Chance,
    person: &Person,
    opened_at: DateTime<Utc>,
    fate: Fate,
    home: Option<&Place>,
    federation: &Federation,
    now: DateTime<Utc>,
) -> Option<History> {
    let home = home.or_else(|| chance.weighted(&federation.places, |place| place.weight))?;
    let mut channel = channel(chance, person, local_date(opened_at));
    let mut point = home.point_for(channel, chance.below(3));
    if point.is_none() {
        channel = Channel::Desk;
        point = home.point_for(channel, chance.below(3));
    }
    let point = point?;
    let opening = PastService {
        service: ServiceName::OpenCard,
        at: opened_at,
        library: home.library,
        service_point: point,
        channel,
        check: check(chance, channel),
    };
    let mut history = History {
        state: CardState::Active,
        state_since: opened_at,
        opened_at,
        library: home.library,
        library_code: home.code,
        point,
        channel,
        chose_password: chance.per_mille(340) && channel != Channel::Group,
        services: vec![opening],
    };
    for (service, state, least, most) in steps(fate) {
        let Some(at) = later(chance, history.state_since, *least, *most, now) else { break };
        // Only the issuing library cancels (6.3.3); the rest is done anywhere.
        let anywhere = *service != ServiceName::Cancel && chance.per_mille(300);
        let place = if anywhere { chance.weighted(&federation.places, |place| place.weight)? } else { home };
        let by_phone = *service == ServiceName::ReportLoss && chance.per_mille(550);
        history.services.push(PastService {
            service: *service,
            at,
            library: place.library,
            service_point: place.point_for(Channel::Desk, chance.below(2))?,
            channel: Channel::Desk,
            check: if by_phone { CheckMethod::Phone } else { check(chance, Channel::Desk) },
        });
        if let Some(state) = state {
            (history.state, history.state_since) = (*state, at);
        }
        if *service == ServiceName::ResetPassword {
            history.chose_password = false;
        }
    }
    Some(history)
}

type Step = (ServiceName, Option<CardState>, u32, u32);

fn steps(fate: Fate) -> &'static [Step] {
    use CardState::{Active, Cancelled, Lost};
    use ServiceName::{Amend, Cancel, ReportLoss, ResetPassword, Restore};
    match fate {
        Fate::Quiet => &[],
        Fate::Amended => &[(Amend, None, 20, 400)],
        Fate::PasswordReset => &[(ResetPassword, None, 10, 500)],
        Fate::Lost => &[(ReportLoss, Some(Lost), 5, 300)],
        Fate::Restored => &[(ReportLoss, Some(Lost), 5, 200), (Restore, Some(Active), 1, 20)],
        Fate::Cancelled => &[(Cancel, Some(Cancelled), 30, 500)],
        Fate::LostAndCancelled => &[(ReportLoss, Some(Lost), 5, 200), (Cancel, Some(Cancelled), 1, 40)],
    }
}

/// How many services a fate adds to the opening.
pub fn length(fate: Fate) -> usize {
    steps(fate).len()
}
