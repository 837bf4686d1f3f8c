//! What staff do with applications: A.2.1 b, 5.1.3.

use chrono::TimeDelta;
use service::applications::{self, Application, Decision, Particulars, Reason, Sending, Side, State};
use service::cards::Opened;
use service::kernel::{Actor, ApplicationId, Blocker, Channel, Problem, Role, Who};
use service::testing::{House, adult, on_both_databases};
use service::{Error, Result, Service};

use super::{applied, both_sides, no, online, particulars, picture, rows, seen, state, waiting, yes};
use crate::passwords::{delivered, open};

/// A clerk of FS with an account.
async fn clerk(house: &House, name: &str) -> Actor {
    let id = house.add_staff(name, house.fs, Role::Clerk).await.unwrap();
    Actor { who: Who::Staff(id), ..house.clerk() }
}

async fn look(service: &Service, actor: &Actor, id: ApplicationId) -> Application {
    service.write(actor.clone(), async move |op| applications::application(op, id).await).await.unwrap()
}

async fn decide(
    service: &Service,
    actor: &Actor,
    id: ApplicationId,
    decision: Decision,
) -> Result<Option<Opened>> {
    let version = look(service, actor, id).await.version;
    applications::decide(service, actor, id, version, &decision).await
}

fn approve() -> Decision {
    Decision::Approve { duplicates_seen: false }
}

fn reject(reason: Reason) -> Decision {
    Decision::Reject { reason, note: String::new() }
}

#[tokio::test]
async fn a_2_1_b_staff_approve_and_the_record_says_who_looked_at_which_photos() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let token = applied(&service, house, particulars(1)).await;
        delivered(&service).await;
        let chen = clerk(house, "chen").await;
        let id = waiting(house, chen.clone()).await[0];
        let shown = look(&service, &chen, id).await;
        let typed = shown.particulars.unwrap();
        assert_eq!((typed.name, typed.number), (particulars(1).name, particulars(1).number));
        assert_eq!((typed.phone.as_str(), shown.photos.len()), ("139****0001", 2));
        assert!(shown.blockers.is_empty() && shown.line.verdict.as_deref() == Some("no_match"));
        let opened = decide(&service, &chen, id, approve()).await.unwrap().unwrap();
        assert_eq!((opened.card.channel, opened.card.issuing_library), (Channel::Online, house.fs));
        let Who::Staff(by) = chen.who else { panic!("staff") };
        let record = format!(
            "service = 'review_application' AND actor = 'staff:{by}' AND detail LIKE '%\"photos\":[\"%' AND detail LIKE '%\"approve\"%'"
        );
        assert_eq!(rows(house, "service_records", &record).await, 1);
        let record = format!("service = 'open_card' AND actor = 'staff:{by}' AND checked_how = 'online' AND channel = 'online'");
        assert_eq!(rows(house, "service_records", &record).await, 1);
        assert_eq!(state(&service, &token).await, State::Approved);
        let told = delivered(&service).await;
        assert!(told.len() == 1 && told[0].body.contains("已在佛山市图书馆开通"), "{told:?}");
        assert_eq!(rows(house, "messages", "channel = 'screen'").await, 0, "nobody stood at a screen");
        assert_eq!(rows(house, "attachments", "1 = 1").await, 0);
        assert!(waiting(house, chen.clone()).await.is_empty());
        assert!(matches!(
            applications::decide(&service, &chen, id, shown.version, &approve()).await,
            Err(Error::Stale)
        ));
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_staff_ask_again_the_reader_answers_and_staff_decide_whatever_a_service_says() {
    on_both_databases(async |house| {
        let (_, _) = online(house, no()).await;
        let (service, _) = super::says(house, no());
        let wrong = Particulars { name: "测错名".to_owned(), ..particulars(1) };
        let token = applied(&service, house, wrong).await;
        delivered(&service).await;
        let chen = clerk(house, "chen").await;
        let id = waiting(house, chen.clone()).await[0];
        let at_desk = Decision::Ask { reason: Reason::AtDesk, note: String::new() };
        assert!(
            matches!(decide(&service, &chen, id, at_desk).await, Err(Error::Invalid(_))),
            "nobody can mend that"
        );
        let ask = Decision::Ask { reason: Reason::DataDiffer, note: "请核对姓名".to_owned() };
        decide(&service, &chen, id, ask).await.unwrap();
        let shown = seen(&service, &token).await;
        assert_eq!(
            (shown.state, shown.reason, shown.note.as_deref()),
            (State::Asked, Some(Reason::DataDiffer), Some("请核对姓名"))
        );
        let told = delivered(&service).await;
        assert!(
            told[0].body.contains("与证件不一致") && told[0].body.contains("2026-12-08"),
            "{}",
            told[0].body
        );
        assert!(waiting(house, chen.clone()).await.is_empty());
        assert!(
            matches!(decide(&service, &chen, id, approve()).await, Err(Error::Stale)),
            "it is the reader's turn"
        );

        // Corrected, with one photo anew, and a service that now says yes: who asked still looks.
        let (service, _) = super::says(house, yes());
        let corrected = Sending {
            corrected: Some(Particulars { phone: "13800000000".to_owned(), ..particulars(1) }),
            front: Some(picture("front two")),
            back: None,
        };
        applications::send(&service, &token, corrected).await.unwrap();
        assert_eq!(state(&service, &token).await, State::Waiting);
        let shown = look(&service, &chen, id).await;
        let typed = shown.particulars.unwrap();
        assert_eq!(
            (typed.name, typed.phone.as_str()),
            (particulars(1).name, "139****0001"),
            "the proven phone stays"
        );
        let photo = async |side| {
            let photo =
                service.write(chen.clone(), async move |op| applications::photo(op, id, side).await).await;
            String::from_utf8_lossy(&photo.unwrap().1.0).into_owned()
        };
        assert!(
            photo(Side::Front).await.contains("front two") && photo(Side::Back).await.contains("back one")
        );
        assert_eq!(rows(house, "attachments", "1 = 1").await, 2, "the one before is gone");
        decide(&service, &chen, id, approve()).await.unwrap();
        assert_eq!(state(&service, &token).await, State::Approved);
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_staff_reject_with_a_reason_that_is_told() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let token = applied(&service, house, particulars(1)).await;
        delivered(&service).await;
        let chen = clerk(house, "chen").await;
        let id = waiting(house, chen.clone()).await[0];
        let long = Decision::Reject { reason: Reason::PhotoOther, note: "x".repeat(201) };
        match decide(&service, &chen, id, long).await {
            Err(Error::Invalid(invalid)) => assert_eq!(invalid.0[0].problem, Problem::TooLong(200)),
            other => panic!("{other:?}"),
        }
        decide(&service, &chen, id, reject(Reason::PhotoOther)).await.unwrap();
        let shown = seen(&service, &token).await;
        assert_eq!((shown.state, shown.reason), (State::Rejected, Some(Reason::PhotoOther)));
        let told = delivered(&service).await;
        assert!(
            told.len() == 1
                && told[0].body.contains("照片不是所填的证件")
                && told[0].body.contains(&shown.number)
        );
        assert_eq!(rows(house, "attachments", "1 = 1").await, 0, "photos go with the decision");
        assert!(matches!(applications::send(&service, &token, both_sides()).await, Ok(())));
        assert_eq!(state(&service, &token).await, State::Rejected, "what is decided is not sent again");
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_of_two_clerks_who_decide_at_once_one_wins_and_the_other_is_told_who() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let (chen, li) = (clerk(house, "chen").await, clerk(house, "li").await);
        for serial in 1..=6 {
            let token = applied(&service, house, particulars(serial)).await;
            let id = waiting(house, chen.clone()).await[0];
            let version = look(&service, &chen, id).await.version;
            let other = if serial % 2 == 0 { reject(Reason::AtDesk) } else { approve() };
            let yes = approve();
            let (one, two) = tokio::join!(applications::decide(&service, &chen, id, version, &yes), async {
                let (service, li, other) = (service.clone(), li.clone(), other.clone());
                tokio::spawn(async move { applications::decide(&service, &li, id, version, &other).await })
                    .await
                    .unwrap()
            },);
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            let loser = if one.is_ok() { two } else { one };
            assert!(matches!(loser, Err(Error::Stale)), "{loser:?}");
            assert_eq!(look(&service, &chen, id).await.decided_by.as_deref(), Some("陈敏"));
            assert!(state(&service, &token).await.has_ended());
            house.clock.advance(TimeDelta::minutes(1));
        }
        let approved = rows(house, "applications", "state = 'approved'").await;
        assert_eq!(rows(house, "cards", "1 = 1").await, approved);
    })
    .await;
}

#[tokio::test]
async fn a_1_what_stands_against_a_card_is_shown_before_the_click_and_refused_after_it() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        // Somebody of the same name and birth date is known: who it is is for staff to see, whatever a service says.
        let known = open(house, adult(1)).await;
        let mut namesake = particulars(491);
        namesake.name.clone_from(&known.reader.name);
        let token = applied(&service, house, namesake).await;
        let chen = clerk(house, "chen").await;
        let id = waiting(house, chen.clone()).await[0];
        let shown = look(&service, &chen, id).await;
        assert!(matches!(shown.blockers.as_slice(), [Blocker::PossibleDuplicate(found)] if found[0].reader == known.reader.id), "{:?}", shown.blockers);
        assert!(matches!(decide(&service, &chen, id, approve()).await, Err(Error::Refused(_))));
        assert_eq!(state(&service, &token).await, State::Waiting);
        decide(&service, &chen, id, Decision::Approve { duplicates_seen: true }).await.unwrap();
        assert_eq!(state(&service, &token).await, State::Approved);

        // Opened at a desk meanwhile.
        let token = applied(&super::says(house, no()).0, house, particulars(3)).await;
        open(house, adult(3)).await;
        let id = waiting(house, chen.clone()).await[0];
        let shown = look(&service, &chen, id).await;
        assert!(matches!(shown.blockers.as_slice(), [Blocker::AlreadyHoldsCard { .. }]));
        assert!(matches!(decide(&service, &chen, id, Decision::Approve { duplicates_seen: true }).await, Err(Error::Refused(_))));
        assert_eq!(state(&service, &token).await, State::Waiting);
        assert_eq!(rows(house, "cards", "state = 'active'").await, 3);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_applications_are_seen_where_they_are_decided_and_each_look_is_logged() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        applied(&service, house, particulars(1)).await;
        let id = waiting(house, house.clerk()).await[0];
        let before = rows(house, "access_log", "action = 'revealed'").await;
        let as_who = async |actor: Actor| {
            let page =
                service.write(actor.clone(), async move |op| applications::application(op, id).await).await;
            let photo = service
                .write(actor.clone(), async move |op| applications::photo(op, id, Side::Front).await)
                .await;
            let decided = applications::decide(&service, &actor, id, 2, &reject(Reason::AtDesk)).await;
            (page.is_ok(), photo.is_ok(), decided.is_ok())
        };
        let mut reader = house.clerk();
        reader.rights.clear();
        let federation = Actor { library: house.root, scope: house.root, ..house.clerk() };
        for stranger in [house.clerk_at_sd(), house.kiosk(), Actor::nobody(), reader] {
            assert_eq!(as_who(stranger.clone()).await, (false, false, false), "{stranger:?}");
        }
        assert_eq!(rows(house, "access_log", "action = 'revealed'").await, before);
        let page =
            service.write(federation.clone(), async move |op| applications::application(op, id).await).await;
        assert!(page.is_ok(), "who stands above sees it");
        service
            .write(house.clerk(), async move |op| applications::photo(op, id, Side::Back).await)
            .await
            .unwrap();
        let logged = format!("action = 'revealed' AND detail LIKE '%{id}%'");
        assert_eq!(rows(house, "access_log", &logged).await, 2);
        let waits = |actor: Actor| service.read(actor, applications::waiting);
        assert_eq!((waits(house.clerk()).await.unwrap(), waits(house.clerk_at_sd()).await.unwrap()), (1, 0));
        assert!(waits(house.kiosk()).await.is_err());
    })
    .await;
}
