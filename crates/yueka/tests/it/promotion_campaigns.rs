//! Campaigns, what is counted for them, and what came of them (6.5), on both databases.

use axum::http::StatusCode;
use chrono::{Days, NaiveDate, TimeDelta};
use serde_json::json;
use service::campaigns::{
    self, AgeClass, CampaignForm, Followed, add_campaign, campaigns_at_desk, change_campaign, follow,
};
use service::cards::{self, CancelReason, CardView, OpenCard};
use service::kernel::{Actor, CampaignId, Channel, Error, Invalid, Op, Problem, Right, Role};
use service::promotion::{CampaignResult, campaign_result, campaign_results};
use service::records::{CheckMethod, IdentityCheck};
use service::staff::{NewToken, issue_token};
use service::testing::{House, adult, born, child, macao_resident, on_both_databases, resident_number};

use crate::api::{get, post, send};
use crate::browser::Browser;
use crate::life::{cancel, in_person, replace, report};
use crate::online::{both_sides, online, particulars, yes};
use crate::passwords::delivered;
use crate::promotion::staff;

fn form(code: &str) -> CampaignForm {
    CampaignForm {
        code: code.to_owned(),
        kind: "event".to_owned(),
        library: "FS".to_owned(),
        titles: ["开卡周", "", "Card week"].map(str::to_owned),
        starts_on: "2026-11-20".to_owned(),
        ends_on: "2026-11-30".to_owned(),
        ..CampaignForm::default()
    }
}

async fn add(house: &House, form: CampaignForm) -> CampaignId {
    house.service.write(house.system(), async |op| add_campaign(op, &form).await).await.unwrap()
}

/// Opens a card for who came by a campaign.
async fn open(
    house: &House,
    actor: Actor,
    request: OpenCard,
    named: Option<&str>,
) -> service::Result<CardView> {
    let request = OpenCard { campaign: named.map(str::to_owned), ..request };
    let opened = house.service.write(actor, async |op| cards::open(op, request.clone()).await).await?;
    Ok(opened.card)
}

async fn result(house: &House, id: CampaignId) -> CampaignResult {
    house.service.read(house.system(), async move |op| campaign_result(op, id).await).await.unwrap()
}

#[tokio::test]
async fn c_6_5_a_card_counts_for_one_campaign_at_most_and_the_record_says_which() {
    on_both_databases(async |house| {
        let named = add(house, form("WEEK")).await;
        let own = add(house, CampaignForm { service_point: Some(house.fs_desk), ..form("DESK") }).await;
        // The clerk names one; the point's own counts where nobody does; an empty code is none.
        let card = open(house, house.clerk(), adult(1), Some(" week ")).await.unwrap();
        open(house, house.clerk(), adult(2), None).await.unwrap();
        open(house, house.clerk(), adult(3), Some("")).await.unwrap();
        open(house, house.clerk_at_sd(), adult(4), None).await.unwrap();
        assert_eq!((result(house, named).await.cards, result(house, own).await.cards), (1, 1));
        // One row for a card, whatever is tried.
        let sql = "UPDATE campaign_openings SET channel = channel";
        assert_eq!(house.tamper(sql).await.unwrap(), 2);
        let of_card = r#"UPDATE service_records SET detail = detail WHERE service = 'open_card' AND detail LIKE '%"campaign":"WEEK"%'"#;
        assert_eq!(house.tamper(of_card).await.unwrap(), 1, "{:?}", card.id);
        // A clerk who mistypes is told, at the field; nothing is opened.
        match open(house, house.clerk(), adult(5), Some("WEAK")).await {
            Err(Error::Invalid(Invalid(fields))) => {
                assert_eq!((fields[0].field, &fields[0].problem), ("campaign", &Problem::UnknownWord));
            }
            other => panic!("{other:?}"),
        }
        // At a door without staff it keeps nobody from a card.
        let kiosk = OpenCard { check: IdentityCheck::of_the_person(CheckMethod::ReaderDevice), ..adult(6) };
        open(house, house.kiosk(), kiosk, Some("WEAK")).await.unwrap();
        assert_eq!(result(house, named).await.cards, 1);
        // The same key gives the first answer again, and counts nothing twice.
        let request = OpenCard { campaign: Some("WEEK".to_owned()), ..adult(7) };
        for _ in 0..2 {
            let call = crate::life::keyed(house.clerk(), "one");
            house.service.write(call, async |op| cards::open(op, request.clone()).await).await.unwrap();
        }
        assert_eq!(result(house, named).await.cards, 2);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_campaign_counts_from_its_first_day_and_a_brochure_for_a_while_longer() {
    on_both_databases(async |house| {
        let coming = add(house, CampaignForm { starts_on: "2026-11-25".to_owned(), ..form("LATER") }).await;
        let running = add(house, CampaignForm { service_point: Some(house.fs_desk), ..form("WEEK") }).await;
        assert!(open(house, house.clerk(), adult(1), Some("LATER")).await.is_err(), "it has not begun");
        let at_desk = async || {
            let found = house.service.read(house.clerk(), campaigns_at_desk).await.unwrap();
            found.into_iter().map(|campaign| campaign.code).collect::<Vec<_>>()
        };
        assert_eq!(at_desk().await, ["WEEK"]);
        assert!(house.service.read(house.clerk_at_sd(), campaigns_at_desk).await.unwrap().is_empty());
        house.clock.advance(TimeDelta::days(10));
        // 4 December: over, so that nobody is asked and nothing counts by itself; who names it is still right.
        assert_eq!(at_desk().await, Vec::<String>::new());
        open(house, house.clerk(), adult(2), None).await.unwrap();
        open(house, house.clerk(), adult(3), Some("WEEK")).await.unwrap();
        assert_eq!(result(house, running).await.cards, 1);
        house.clock.advance(TimeDelta::days(60));
        assert!(
            open(house, house.clerk(), adult(4), Some("WEEK")).await.is_err(),
            "nobody has the brochure any more"
        );
        assert_eq!(result(house, coming).await.cards, 0);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_an_address_is_counted_and_a_card_opened_on_the_web_is_attributed() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let id = add(house, CampaignForm { kind: "brochure".to_owned(), ..form("PAPER") }).await;
        let mut reader = Browser::new(&service);
        // However it is written, and in the language of the paper.
        reader.get("/c/paper?l=en").await;
        assert_eq!((reader.status, reader.location.as_str()), (StatusCode::SEE_OTHER, "/guide"));
        let cookie = reader.cookies.iter().find(|(name, _)| name == "yueka_campaign").unwrap();
        assert_eq!(cookie.1, "PAPER", "the code and nothing else");
        assert!(reader.get("/guide").await.contains("lang=\"en\""));
        // The same browser again is no other visit; another one is.
        reader.get("/c/PAPER").await;
        Browser::new(&service).get("/c/PAPER").await;
        assert_eq!(result(house, id).await.visits, 2);
        // Old paper leads on, and counts nowhere.
        for code in ["GONE", "%20", "a'b", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] {
            let mut visitor = Browser::new(&service);
            visitor.get(&format!("/c/{code}")).await;
            assert_eq!(
                (visitor.status, visitor.location.as_str()),
                (StatusCode::SEE_OTHER, "/guide"),
                "{code}"
            );
            assert!(visitor.cookies.iter().all(|(name, _)| name != "yueka_campaign"), "{code}");
        }
        // The application remembers it until the card is opened.
        reader.get("/apply").await;
        let notice = service::applications::PRIVACY_NOTICE;
        reader.post("/apply", &[("library", "SD"), ("consent", notice)]).await;
        reader.follow().await;
        let given = particulars(1);
        let fields = [
            ("library", "SD"),
            ("consent", notice),
            ("document.type", given.kind.as_str()),
            ("document.number", &given.number),
            ("reader.name", &given.name),
            ("reader.phone", &given.phone),
        ];
        reader.post("/apply/details", &fields).await;
        reader.follow().await;
        let messages = delivered(&service).await;
        let code: String = messages
            .iter()
            .flat_map(|due| due.body.split(|c: char| !c.is_ascii_digit()))
            .find(|digits| digits.len() == 6)
            .unwrap()
            .to_owned();
        reader.post("/apply/code", &[("code", &code)]).await;
        reader.follow().await;
        let sending = both_sides();
        let (front, back) = (sending.front.unwrap(), sending.back.unwrap());
        let files = [("front", front.0.as_slice()), ("back", back.0.as_slice())];
        reader.post_files("/apply/photos", &[], &files).await;
        let result = result(house, id).await;
        assert_eq!(result.by_channel, [(Channel::Online, 1)], "{}", reader.page);
        assert_eq!(result.by_library, [(house.sd, 1)], "the library that opened it");
    })
    .await;
}

#[tokio::test]
async fn c_6_5_visits_at_once_are_all_counted() {
    on_both_databases(async |house| {
        let id = add(house, form("RUSH")).await;
        let once = async || {
            let call = async |op: &Op| follow(op, "RUSH", false).await;
            house.service.write(Actor::nobody(), call).await.unwrap()
        };
        let all = tokio::join!(once(), once(), once(), once(), once(), once());
        assert_eq!(all.0, Some(Followed { code: "RUSH".to_owned() }));
        assert_eq!(result(house, id).await.visits, 6);
    })
    .await;
}

#[tokio::test]
async fn c_7_a_result_tells_doors_ages_days_and_who_still_holds_a_card_after_ninety_days() {
    on_both_databases(async |house| {
        let id =
            add(house, CampaignForm { cost: "100.50".to_owned(), ends_on: String::new(), ..form("WEEK") })
                .await;
        let week = Some("WEEK");
        let mut grown = adult(1);
        grown.documents[0].number = resident_number(1, born(1956, 11, 24));
        let stays = open(house, house.clerk(), grown, week).await.unwrap();
        let goes = open(house, house.clerk(), child(2), week).await.unwrap();
        house.clock.advance(TimeDelta::days(1));
        let replaced = open(house, house.clerk(), macao_resident(3), week).await.unwrap();
        let by_kiosk =
            OpenCard { check: IdentityCheck::of_the_person(CheckMethod::ReaderDevice), ..adult(4) };
        let late = open(house, house.kiosk(), by_kiosk, week).await.unwrap();
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let now = result(house, id).await;
        assert_eq!((now.cards, now.ripe, now.held), (4, 0, 0), "none is three months old");
        assert_eq!(now.by_channel, [(Channel::Desk, 3), (Channel::SelfService, 1)]);
        let ages = [(AgeClass::Child, 1), (AgeClass::Young, 0), (AgeClass::Middle, 2), (AgeClass::Senior, 1)];
        assert_eq!(now.by_age, ages);
        assert_eq!(
            now.by_day.iter().map(|one| (one.day, one.cards)).collect::<Vec<_>>(),
            [(day(24), 2), (day(25), 2)]
        );
        assert_eq!(now.fen_per_card, Some(2513), "10050 fen for four, rounded");
        // One is cancelled in time, one is lost and replaced, one is cancelled too late to count.
        let guardian = crate::life::guardian_of(2);
        cancel(house, house.clerk(), goes.id, CancelReason::GuardianRequest, guardian).await.unwrap();
        report(house, house.clerk(), replaced.id, in_person()).await.unwrap();
        cancel(house, house.clerk(), replaced.id, CancelReason::Other, in_person()).await.unwrap();
        replace(house, house.clerk(), replaced.id, "FS99999999").await.unwrap();
        house.clock.advance(TimeDelta::days(92));
        cancel(house, house.clerk(), late.id, CancelReason::Wish, in_person()).await.unwrap();
        let then = result(house, id).await;
        assert_eq!((then.cards, then.ripe, then.held), (4, 4, 3));
        assert_eq!(crate::life::card(house, stays.id).await.state, cards::CardState::Active);
        // Within a year, as the assessment asks.
        let from = day(25);
        let call = async |op: &Op| campaign_results(op, Some((from, from))).await;
        let asked = house.service.read(house.system(), call).await.unwrap();
        assert_eq!(asked.iter().map(|one| one.cards).collect::<Vec<_>>(), [2]);
        let before = day(1);
        let call = async |op: &Op| campaign_results(op, Some((before, before + Days::new(2)))).await;
        assert!(house.service.read(house.system(), call).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn c_6_5_campaigns_are_for_who_runs_them_and_what_cannot_be_is_named() {
    on_both_databases(async |house| {
        let manager = staff(house, house.fs, Role::BranchManager);
        let write = async |actor: Actor, form: CampaignForm| {
            house.service.write(actor, async |op| add_campaign(op, &form).await).await
        };
        assert!(matches!(
            write(house.clerk(), form("WEEK")).await,
            Err(Error::Forbidden(Right::RunCampaigns))
        ));
        let id = write(manager.clone(), form("WEEK")).await.unwrap();
        let other = staff(house, house.sd, Role::BranchManager);
        let look = async |op: &Op| campaigns::campaign(op, id).await;
        assert!(matches!(house.service.read(other.clone(), look).await, Err(Error::NotFound("campaign"))));
        assert!(house.service.read(other, campaigns::campaigns).await.unwrap().is_empty());
        let odd = CampaignForm {
            code: "week".to_owned(),
            kind: "party".to_owned(),
            library: "SD".to_owned(),
            titles: [String::new(), String::new(), "x".repeat(61)],
            starts_on: "2026-13-01".to_owned(),
            ends_on: "soon".to_owned(),
            target: "many".to_owned(),
            cost: "1.234".to_owned(),
            ..CampaignForm::default()
        };
        match write(manager.clone(), odd).await {
            Err(Error::Invalid(Invalid(fields))) => {
                let named: Vec<&str> = fields.iter().map(|field| field.field).collect();
                for field in
                    ["code", "kind", "library", "title_en", "title", "starts_on", "ends_on", "target", "cost"]
                {
                    assert!(named.contains(&format!("campaign.{field}").as_str()), "{field} in {named:?}");
                }
            }
            other => panic!("{other:?}"),
        }
        let backwards = CampaignForm { ends_on: "2026-11-19".to_owned(), ..form("BACK") };
        assert!(matches!(write(manager.clone(), backwards).await, Err(Error::Invalid(_))));
        let strange = CampaignForm { service_point: Some(house.sd_desk), ..form("FAR") };
        assert!(matches!(write(manager.clone(), strange).await, Err(Error::Invalid(_))));
        // Without a code one is made up, of letters that nobody mistakes.
        let made = write(manager.clone(), form("")).await.unwrap();
        let made = house
            .service
            .read(manager.clone(), async |op| campaigns::campaign(op, made).await)
            .await
            .unwrap();
        assert!(made.code.len() == 6 && !made.code.contains(['0', 'O', '1', 'I', 'L']), "{}", made.code);
        let change = async |seen: i64| {
            let form = CampaignForm { code: "OTHER".to_owned(), target: "9".to_owned(), ..form("") };
            house.service.write(manager.clone(), async |op| change_campaign(op, id, seen, &form).await).await
        };
        change(1).await.unwrap();
        assert!(matches!(change(1).await, Err(Error::Stale)));
        let now = house.service.read(manager.clone(), look).await.unwrap();
        assert_eq!(
            (now.code.as_str(), now.target, now.version),
            ("WEEK", Some(9), 2),
            "the code is on paper"
        );
    })
    .await;
}

#[tokio::test]
async fn c_6_5_campaigns_over_the_api() {
    on_both_databases(async |house| {
        let token = async |rights: &[Right]| {
            let new = NewToken { name: "t".to_owned(), service_point: house.fs_desk, rights: rights.to_vec() };
            house.service.write(house.system(), async |op| issue_token(op, &new).await).await.unwrap()
        };
        let (runs, opens) = (token(&[Right::RunCampaigns]).await, token(&[Right::OpenCards]).await);
        let body = json!({
            "code": "summer", "kind": "school", "title": "进校园", "starts_on": "2026-11-20", "cost_fen": 12345,
        });
        assert_eq!(post(house, &opens, "/api/v1/campaigns", &body).await.status, StatusCode::FORBIDDEN);
        let added = post(house, &runs, "/api/v1/campaigns", &body).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
        assert_eq!((added.body["code"].as_str(), added.body["cost_fen"].as_i64()), (Some("SUMMER"), Some(12345)));
        let path = added.headers["location"].to_str().unwrap().to_owned();
        let taken = post(house, &runs, "/api/v1/campaigns", &body).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(taken.body.to_string().contains("campaign.code"), "{}", taken.body);
        // A card that names it.
        let mut card = crate::running::adult_json(1);
        card["campaign"] = json!("SUMMER");
        assert_eq!(post(house, &opens, "/api/v1/cards", &card).await.status, StatusCode::CREATED);
        let mut card = crate::running::adult_json(2);
        card["campaign"] = json!("WINTER");
        let refused = post(house, &opens, "/api/v1/cards", &card).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.to_string().contains("campaign"), "{}", refused.body);
        let result = get(house, &runs, &format!("{path}/result")).await;
        assert_eq!((result.body["cards"].as_u64(), result.body["fen_per_card"].as_i64()), (Some(1), Some(12345)));
        assert_eq!(result.body["by_channel"][0], json!({ "of": "desk", "cards": 1 }));
        // Changed at the version that was seen.
        let mut change = body.clone();
        change["target"] = json!(40);
        assert_eq!(send(house, "PUT", &runs, &path, &change).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        change["version"] = json!(1);
        let changed = send(house, "PUT", &runs, &path, &change).await;
        assert_eq!((changed.status, changed.body["target"].as_i64()), (StatusCode::OK, Some(40)), "{}", changed.body);
        assert_eq!(send(house, "PUT", &runs, &path, &change).await.status, StatusCode::CONFLICT);
        assert_eq!(get(house, &runs, &path).await.headers["etag"], "\"2\"");
        assert_eq!(get(house, &runs, "/api/v1/campaigns").await.body["campaigns"].as_array().unwrap().len(), 1);
        assert_eq!(get(house, &opens, &path).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_the_desk_chooses_and_the_brochure_says_what_the_rules_say() {
    on_both_databases(async |house| {
        house.add_staff("feng", house.fs, Role::BranchManager).await.unwrap();
        let mut desk = Browser::new(&house.service);
        desk.get("/sign-in").await;
        desk.post("/sign-in", &[("username", "feng"), ("password", "yueka2026")]).await;
        desk.follow().await;
        if desk.page.contains("name=\"service_point\"") {
            let point = house.fs_desk.to_string();
            desk.post("/service-point", &[("service_point", &point)]).await;
        }
        let document = [("document.type", "resident_id"), ("document.number", &adult(1).documents[0].number)]
            .map(|(a, b)| (a, b.to_owned()));
        let to_form = async |desk: &mut Browser| {
            desk.get("/desk/open").await;
            let fields: Vec<(&str, &str)> = document.iter().map(|(a, b)| (*a, b.as_str())).collect();
            desk.post("/desk/open/document", &fields).await;
            if desk.status == StatusCode::SEE_OTHER {
                desk.follow().await;
            }
        };
        to_form(&mut desk).await;
        assert!(!desk.page.contains("name=\"campaign\""), "nobody is asked while none runs: {}", desk.page);
        let id = add(house, CampaignForm { service_point: Some(house.fs_desk), ..form("DESK") }).await;
        add(house, form("WEEK")).await;
        to_form(&mut desk).await;
        assert!(desk.page.contains("<option value=\"DESK\" selected>"), "{}", desk.page);
        assert!(desk.page.contains("<option value=\"WEEK\">"));
        for size in ["a4", "a5"] {
            for (language, said) in
                [("zh-Hans", "免费办证"), ("zh-Hant", "免費辦證"), ("en", "Free of charge")]
            {
                let page =
                    desk.get(&format!("/office/campaigns/{id}/brochure?size={size}&l={language}")).await;
                assert!(
                    page.contains(said) && page.contains("/c/DESK") && page.contains("<path d=\"M"),
                    "{size} {language}"
                );
                assert!(
                    language == "zh-Hans" || page.contains(&format!("/c/DESK?l={language}")),
                    "{size} {language}"
                );
            }
        }
        let page = desk.get(&format!("/office/campaigns/{id}")).await;
        assert!(page.contains("http://card.example.org/c/DESK"), "{page}");
        open(house, house.clerk(), adult(9), Some("DESK")).await.unwrap();
        assert!(desk.get(&format!("/office/campaigns/{id}")).await.contains("class=\"chart\""));
        assert!(desk.get("/office/campaigns").await.contains("DESK"));
    })
    .await;
}
