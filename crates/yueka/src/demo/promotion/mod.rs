//! What the public reads in the demo: pages in three languages, news, opening hours; and two campaigns with the cards that came of them,
//! opened at their time by the services themselves.

mod texts;

use anyhow::{Context, Result};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;
use service::Service;
use service::campaigns::{CampaignForm, add_campaign, follow};
use service::cards::{self, CardKind, OpenCard};
use service::kernel::{Actor, Channel, Clock, IdempotencyKey, Right, Role, Who, local_date};
use service::promotion::{
    NewsForm, Place, SavePage, SetHours, publish_page, save_page, set_hours, set_special_day, write_news,
};
use service::records::{CheckMethod, IdentityCheck};

use super::accounts::Staff;
use super::applications::deliver_to_nobody;
use super::chance::Chance;
use super::libraries::Federation;
use super::people::{self, Person};

/// Serials of those who came by a campaign: below those of everybody, above the chosen few.
const FIRST: u32 = 69_930;

/// A campaign of the demo: its days are told from today.
struct Campaign {
    code: &'static str,
    kind: &'static str,
    library: &'static str,
    point: Option<&'static str>,
    titles: [&'static str; 3],
    place: &'static str,
    begins: u64,
    /// Days until it ends, counted from its first.
    days: u64,
    target: &'static str,
    cost: &'static str,
    /// Cards that came of it.
    cards: u32,
}

const CAMPAIGNS: [Campaign; 2] = [
    Campaign {
        code: "SHUCHE",
        kind: "temporary_point",
        library: "FS",
        point: Some("P1"),
        titles: ["流动图书车进社区", "流動圖書車進社區", "The library van in your neighbourhood"],
        place: "禅城区、南海区十二个社区",
        begins: 128,
        days: 34,
        target: "40",
        cost: "1860",
        cards: 34,
    },
    Campaign {
        code: "XINSHENG",
        kind: "school",
        library: "SD",
        point: None,
        titles: ["新生第一张读者证", "新生第一張讀者證", "A library card for the new term"],
        place: "顺德区中小学",
        begins: 24,
        days: 70,
        target: "60",
        cost: "920.50",
        cards: 22,
    },
];

/// Fills it in.
pub async fn fill(service: &Service, federation: &Federation, staff: &[Staff]) -> Result<()> {
    site(service, federation).await?;
    hours(service, federation).await?;
    let mut serial = FIRST;
    for campaign in &CAMPAIGNS {
        run(service, federation, staff, campaign, &mut serial)
            .await
            .with_context(|| format!("the campaign {}", campaign.code))?;
    }
    Ok(())
}

/// Pages, as they were written a month ago, and news.
async fn site(service: &Service, federation: &Federation) -> Result<()> {
    let past = Clock::set_to(service.clock().now() - TimeDelta::days(32));
    let today = service.clock().today();
    service
        .clone()
        .with_clock(past)
        .write(federation.actor(), async |op| {
            for (code, slug, language, title, body) in texts::PAGES {
                let library = federation.library(code).ok_or(service::Error::NotFound("library"))?;
                let save = SavePage {
                    library,
                    slug: (*slug).to_owned(),
                    language: (*language).to_owned(),
                    based_on: 0,
                    title: (*title).to_owned(),
                    body: (*body).trim().to_owned(),
                };
                let number = save_page(op, &save).await?;
                publish_page(op, library, slug, language, number).await?;
            }
            for (code, days_ago, pinned, titles, bodies) in texts::NEWS {
                let from = today - Days::new(*days_ago);
                let news = NewsForm {
                    library: (*code).to_owned(),
                    pinned: *pinned,
                    shown_from: from.to_string(),
                    shown_until: String::new(),
                    titles: titles.map(str::to_owned),
                    bodies: bodies.map(|body| body.trim().to_owned()),
                    published: true,
                };
                write_news(op, &news).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

async fn hours(service: &Service, federation: &Federation) -> Result<()> {
    let long = ["", "9:00-21:00", "9:00-21:00", "9:00-21:00", "9:00-21:00", "9:00-21:00", "9:00-21:00"];
    let short = ["", "9:30-18:00", "9:30-18:00", "9:30-18:00", "9:30-18:00", "9:30-18:00", "9:30-18:00"];
    let van = ["", "", "14:30-17:30", "", "14:30-17:30", "9:30-11:30 14:30-17:30", ""];
    let today = service.clock().today();
    service
        .write(federation.actor(), async |op| {
            for place in &federation.places {
                let week = if place.code.contains('-') { short } else { long };
                let at = Place { library: place.library, point: None };
                set_hours(op, &SetHours { place: at, seen: 0, week: week.map(str::to_owned) }).await?;
                if let Some(point) = place.point("P1") {
                    let at = Place { library: place.library, point: Some(point) };
                    set_hours(op, &SetHours { place: at, seen: 0, week: van.map(str::to_owned) }).await?;
                }
            }
            if let Some(place) = federation.place("FS") {
                let at = Place { library: place.library, point: None };
                let day = today + Days::new(3);
                set_special_day(op, at, &day.to_string(), "9:00-17:00", "系统维护，提前闭馆").await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// A campaign with who followed its address and who got a card, day by day.
async fn run(
    service: &Service,
    federation: &Federation,
    staff: &[Staff],
    campaign: &Campaign,
    serial: &mut u32,
) -> Result<()> {
    let today = service.clock().today();
    let first = today - Days::new(campaign.begins);
    let last = first + Days::new(campaign.days);
    let place = federation.place(campaign.library).context("no such library")?;
    let form = CampaignForm {
        code: campaign.code.to_owned(),
        kind: campaign.kind.to_owned(),
        library: campaign.library.to_owned(),
        service_point: campaign.point.and_then(|code| place.point(code)),
        titles: campaign.titles.map(str::to_owned),
        place: campaign.place.to_owned(),
        starts_on: first.to_string(),
        ends_on: last.to_string(),
        target: campaign.target.to_owned(),
        cost: campaign.cost.to_owned(),
    };
    let before = Clock::set_to(at(first, 8, 0));
    let set_up = service.clone().with_clock(before);
    set_up.write(federation.actor(), async |op| add_campaign(op, &form).await).await?;
    let mut chance = Chance::of(campaign.code, 1);
    let ran = (last.min(today - Days::new(1)) - first).num_days().unsigned_abs();
    for day in (0..=ran).map(|days| first + Days::new(days)) {
        let visits = chance.between(0, 9) + if day == first { 12 } else { 0 };
        let then = service.clone().with_clock(Clock::set_to(at(day, 12, 0)));
        then.write(Actor::nobody(), async |op| {
            for _ in 0..visits {
                follow(op, campaign.code, false).await?;
            }
            Ok(())
        })
        .await?;
    }
    for place in 0..campaign.cards {
        let days = chance.below(u32::try_from(ran).unwrap_or_default() + 1);
        let moment = at(first + Days::new(u64::from(days)), chance.between(9, 16), chance.below(60));
        open(service, federation, staff, campaign, *serial, moment, place).await?;
        *serial += 1;
    }
    deliver_to_nobody(service).await?;
    Ok(())
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let local =
        day.and_hms_opt(hour, minute, 0).and_then(|local| Shanghai.from_local_datetime(&local).single());
    local.map_or_else(|| day.and_time(chrono::NaiveTime::MIN).and_utc(), |local| local.to_utc())
}

/// One card, at its time, at the point of the campaign, or at a desk where the clerk names it, or at the kiosk.
async fn open(
    service: &Service,
    federation: &Federation,
    staff: &[Staff],
    campaign: &Campaign,
    serial: u32,
    moment: DateTime<Utc>,
    place: u32,
) -> Result<()> {
    let mut chance = Chance::of("campaign", serial);
    let opened = local_date(moment);
    let cast = people::cast(&mut chance, opened);
    let person = people::person(&mut chance, serial, cast, opened, service.clock().today());
    let minor = people::is_minor(person.birth, opened);
    let home = federation.place(campaign.library).context("no such library")?;
    let (channel, point, campaign_code) = match (campaign.point, place % 5) {
        (Some(point), 1..) => (Channel::MobilePoint, point, None),
        (None, 1) if !minor && person.card == CardKind::Document => {
            (Channel::SelfService, "K1", Some(campaign.code.to_owned()))
        }
        _ => (Channel::Desk, "D1", Some(campaign.code.to_owned())),
    };
    let clerk = staff.iter().find(|staff| staff.library == campaign.library && staff.role == Role::Clerk);
    let actor = Actor {
        who: clerk.map_or(Who::System, |clerk| Who::Staff(clerk.id)),
        library: home.library,
        service_point: home.point(point),
        scope: home.library,
        rights: vec![Right::OpenCards],
        channel,
    };
    let request = request(person, channel, campaign_code, serial);
    let key = IdempotencyKey::new(&format!("demo-campaign-{serial}"));
    let then = service.clone().with_clock(Clock::set_to(moment));
    let call = service::kernel::Call { actor, key };
    match then.write(call, async |op| cards::open(op, request.clone()).await).await {
        // Two people of the demo may share a name and a birth date, or be of a kind that this door sends elsewhere.
        Ok(_) | Err(service::Error::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn request(person: Person, channel: Channel, campaign: Option<String>, serial: u32) -> OpenCard {
    let method = if channel == Channel::SelfService { CheckMethod::ReaderDevice } else { CheckMethod::ByEye };
    OpenCard {
        kind: person.card,
        barcode: match person.card {
            CardKind::OneCard => format!("FS{:08}", 80_000_000 + serial),
            CardKind::Document => String::new(),
        },
        channel: None,
        reader: person.reader,
        documents: vec![person.document],
        guardian: person.guardian,
        check: IdentityCheck::of_the_person(method),
        duplicates_seen: false,
        campaign,
    }
}
