//! What applicants do: A.2.1 b, Table A1.

use chrono::TimeDelta;
use service::applications::{self, Begin, Confirmed, Particulars, Sending, State, Verdict};
use service::cards::{self, CardKind};
use service::kernel::{Actor, Blocker, Channel, Problem};
use service::libraries::{Policy, set_policy};
use service::records::File;
use service::testing::{adult, born, foreigner, on_both_databases, resident_number};
use service::{Error, Service};

use super::{
    applied, begin, begin_at, both_sides, no, online, particulars, picture, proven, rows, says, seen, state,
    waiting, yes,
};
use crate::passwords::{code_in, delivered};

#[tokio::test]
async fn a_2_1_b_a_clear_yes_of_the_real_name_service_opens_the_card_at_once() {
    on_both_databases(async |house| {
        let (service, asked) = online(house, yes()).await;
        let token = applied(&service, house, particulars(1)).await;
        let seen = seen(&service, &token).await;
        assert_eq!(seen.state, State::Approved);
        let card = seen.card.unwrap();
        assert_eq!(
            (card.kind, card.channel, card.issuing_library),
            (CardKind::Document, Channel::Online, house.fs)
        );
        let question = asked.asked.lock().unwrap().first().unwrap().clone();
        assert_eq!((question.name, question.document_number), (particulars(1).name, particulars(1).number));
        assert!(
            question.photo.is_some_and(|photo| !contains(&photo, "23.02N")),
            "nobody is told where it was taken"
        );
        let told = delivered(&service).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].recipient == "13900000001" && told[0].body.contains(&card.number[12..]),
            "{}",
            told[0].body
        );
        assert!(!told[0].body.contains(&card.number), "an SMS says the end of a number only");
        // The photos have gone with the decision, and the record says how the person was checked.
        assert_eq!(rows(house, "attachments", "purpose = 'application'").await, 0);
        let records =
            "service = 'open_card' AND checked_how = 'online' AND channel = 'online' AND actor = 'system'";
        assert_eq!(rows(house, "service_records", records).await, 1);
        let reviewed = "service = 'review_application' AND detail LIKE '%RN-1%' AND reader_id IS NOT NULL";
        assert_eq!(rows(house, "service_records", reviewed).await, 1);
        // A second click is answered by what the first did.
        applications::send(&service, &token, both_sides()).await.unwrap();
        assert_eq!(rows(house, "cards", "state = 'active'").await, 1);
    })
    .await;
}

fn contains(file: &File, text: &str) -> bool {
    file.0.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_2_1_b_without_a_clear_yes_nothing_is_guessed_and_staff_look() {
    on_both_databases(async |house| {
        online(house, no()).await;
        let verdicts = [no(), Verdict::Unavailable("time_out".to_owned()), Verdict::NotConfigured];
        for (serial, verdict) in (1..).zip(verdicts) {
            let word = verdict.as_str();
            let (service, _) = says(house, verdict);
            let token = applied(&service, house, particulars(serial)).await;
            let seen = seen(&service, &token).await;
            assert_eq!(seen.state, State::Waiting, "{word}");
            let told = delivered(&service).await;
            assert!(told.len() == 1 && told[0].body.contains(&seen.number), "{told:?}");
            assert_eq!(waiting(house, house.clerk()).await.len(), usize::try_from(serial).unwrap());
        }
        assert_eq!(rows(house, "cards", "1 = 1").await, 0);
        assert_eq!(rows(house, "attachments", "purpose = 'application'").await, 6);
        assert!(waiting(house, house.clerk_at_sd()).await.is_empty(), "another library's");
    })
    .await;
}

#[tokio::test]
async fn a_1_who_has_no_card_on_the_web_is_sent_to_a_desk_before_any_code() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let refused = async |particulars: Particulars| match begin(&service, house, particulars).await {
            Err(Error::Refused(blockers)) => blockers,
            other => panic!("{other:?}"),
        };
        let child = Particulars { number: resident_number(2, born(2017, 3, 9)), ..particulars(2) };
        assert_eq!(refused(child).await, [Blocker::MinorAtDeskOnly]);
        // 16 on the day, counted in Foshan.
        let today = Particulars { number: resident_number(3, born(2010, 11, 24)), ..particulars(3) };
        assert!(begin(&service, house, today).await.is_ok());
        let tomorrow = Particulars { number: resident_number(4, born(2010, 11, 25)), ..particulars(4) };
        assert_eq!(refused(tomorrow).await, [Blocker::MinorAtDeskOnly]);
        let register = Particulars { kind: "household_register".to_owned(), ..particulars(5) };
        assert_eq!(refused(register).await, [Blocker::DocumentCannotBeCard]);
        let permit = foreigner(6).documents[0].number.clone();
        let permit = Particulars {
            kind: "other".to_owned(),
            number: permit,
            birth_date: "1990-01-01".to_owned(),
            ..particulars(6)
        };
        assert_eq!(refused(permit).await, [Blocker::DocumentCannotBeCard]);
        assert_eq!(delivered(&service).await.len(), 1, "a code went to who may apply");
        let kinds: Vec<&str> = applications::kinds().map(|kind| kind.as_str()).collect();
        assert!(
            ["resident_id", "permanent_resident", "residence_permit"].iter().all(|kind| kinds.contains(kind))
        );
        assert!(!kinds.contains(&"passport") && !kinds.contains(&"hk_macao_permit"), "{kinds:?}");
    })
    .await;
}

#[tokio::test]
async fn b_what_an_applicant_enters_is_judged_at_once_and_the_photos_by_what_they_are() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let empty = Begin { consent: String::new(), ..begin_at(house.fs, Particulars::default()) };
        let Err(Error::Invalid(invalid)) = applications::begin(&service, empty, "10.0.0.1").await else {
            panic!("nothing was entered");
        };
        let fields: Vec<&str> = invalid.0.iter().map(|error| error.field).collect();
        for field in ["consent", "document.type", "document.number", "reader.name", "reader.phone"] {
            assert!(fields.contains(&field), "{field} in {fields:?}");
        }
        let (token, _) = proven(&service, house, particulars(1)).await;
        let send = async |sending: Sending| match applications::send(&service, &token, sending).await {
            Err(Error::Invalid(invalid)) => {
                invalid.0.into_iter().map(|error| (error.field, error.problem)).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(send(Sending::default()).await, [("front", Problem::Missing), ("back", Problem::Missing)]);
        let pdf = File(b"%PDF-1.7 a scan %%EOF".to_vec());
        let odd = Sending { front: Some(pdf), back: Some(File(vec![0xFF; 5 << 20])), corrected: None };
        assert_eq!(send(odd).await, [("front", Problem::FileKind), ("back", Problem::FileTooLarge(4096))]);
        assert_eq!(state(&service, &token).await, State::Draft);
        applications::send(&service, &token, both_sides()).await.unwrap();
        assert_eq!(state(&service, &token).await, State::Waiting);
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_a_phone_is_proven_by_a_code_that_holds_ten_minutes_and_five_tries() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let token = begin(&service, house, particulars(1)).await.unwrap();
        let code = code_in(&delivered(&service).await[0].body);
        let confirm = async |code: &str| applications::confirm(&service, &token, code, "10.0.0.1").await;
        let wrong = if code == "111111" { "222222" } else { "111111" };
        assert!(matches!(confirm(wrong).await, Err(Error::Invalid(_))));
        assert!(matches!(applications::send(&service, &token, both_sides()).await, Err(Error::NotFound(_))));
        house.clock.advance(TimeDelta::minutes(11));
        assert!(matches!(confirm(&code).await, Err(Error::Invalid(_))), "too old");
        applications::send_code_again(&service, &token, "10.0.0.1").await.unwrap();
        let again = code_in(&delivered(&service).await[0].body);
        assert_eq!(confirm(&again).await.unwrap(), Confirmed::Photos);
        // Another browser is not known, and a known one is for an hour.
        assert!(matches!(applications::confirm(&service, "x", &again, "a").await, Err(Error::NotFound(_))));
        house.clock.advance(TimeDelta::minutes(61));
        let seen = service.read(Actor::nobody(), async |op| applications::seen(op, &token).await).await;
        assert!(matches!(seen, Err(Error::NotFound(_))));

        let token = begin(&service, house, particulars(2)).await.unwrap();
        let code = code_in(&delivered(&service).await[0].body);
        for guess in 0..5 {
            let guess =
                if code == format!("00000{guess}") { "999999".to_owned() } else { format!("00000{guess}") };
            assert!(applications::confirm(&service, &token, &guess, "10.0.0.1").await.is_err());
        }
        assert!(applications::confirm(&service, &token, &code, "10.0.0.1").await.is_err(), "tried too often");
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_a_library_that_offers_none_is_left_out() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let places = async || service.read(Actor::nobody(), applications::places).await.unwrap();
        let codes = |places: Vec<applications::Place>| {
            places.into_iter().map(|place| place.library.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(places().await), ["FS", "SD"]);
        let set = async |value: Option<&'static str>| {
            house
                .service
                .write(house.system(), async move |op| {
                    set_policy(op, house.sd, Policy::OnlineOpening, value).await
                })
                .await
                .unwrap();
        };
        set(Some("0")).await;
        assert_eq!(codes(places().await), ["FS"]);
        let there = applications::begin(&service, begin_at(house.sd, particulars(1)), "10.0.0.1").await;
        assert!(matches!(there, Err(Error::NotFound("library"))));
        set(None).await;
        let token =
            applications::begin(&service, begin_at(house.sd, particulars(1)), "10.0.0.1").await.unwrap();
        assert_eq!(seen(&service, &token).await.library, house.sd);
    })
    .await;
}

#[tokio::test]
async fn a_1_applying_while_a_desk_opens_the_same_card_makes_one_card() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        for serial in 1..=12 {
            let (token, _) = proven(&service, house, particulars(serial)).await;
            let at_desk = async {
                for _ in 0..serial % 4 {
                    tokio::task::yield_now().await;
                }
                house
                    .service
                    .write(house.clerk_at_sd(), async |op| cards::open(op, adult(serial)).await)
                    .await
            };
            let sent = applications::send(&service, &token, both_sides());
            let (desk, sent) = tokio::join!(at_desk, sent);
            sent.unwrap();
            let state = state(&service, &token).await;
            match desk {
                Ok(_) => assert_eq!(state, State::Waiting),
                Err(Error::Refused(_)) => assert_eq!(state, State::Approved),
                Err(error) => panic!("{error}"),
            }
            assert_eq!(rows(house, "cards", "state = 'active'").await, u64::from(serial));
            house.clock.advance(TimeDelta::seconds(10));
        }
        assert_eq!(rows(house, "readers", "1 = 1").await, 12);
    })
    .await;
}

#[tokio::test]
async fn a_1_two_who_send_at_once_for_one_document_make_one_card() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let mut tokens = Vec::new();
        for phone in 1..=4 {
            let given = Particulars { phone: format!("1381111000{phone}"), ..particulars(1) };
            tokens.push(proven(&service, house, given).await.0);
            house.clock.advance(TimeDelta::minutes(1));
        }
        let send =
            async |service: Service, token: String| applications::send(&service, &token, both_sides()).await;
        let all = tokens.iter().map(|token| tokio::spawn(send(service.clone(), token.clone())));
        let all: Vec<_> = all.collect();
        let mut done = 0;
        for one in all {
            if one.await.unwrap().is_ok() {
                done += 1;
            }
        }
        assert!(done >= 3, "one document has its limit");
        assert_eq!(rows(house, "cards", "1 = 1").await, 1);
        assert_eq!(rows(house, "applications", "state = 'approved'").await, 1);
        assert_eq!(rows(house, "applications", "state = 'waiting'").await, done - 1);
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_who_applies_again_with_the_same_phone_comes_to_the_same_application() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let first = applied(&service, house, particulars(1)).await;
        let number = seen(&service, &first).await.number;
        house.clock.advance(TimeDelta::minutes(5));
        delivered(&service).await;
        let (second, confirmed) = proven(&service, house, particulars(1)).await;
        assert_eq!(confirmed, Confirmed::Known);
        assert_eq!(seen(&service, &second).await.number, number);
        assert_eq!(rows(house, "applications", "1 = 1").await, 1, "what was begun anew is gone");
        let again = Sending { front: Some(picture("x")), ..both_sides() };
        applications::send(&service, &second, again).await.unwrap();
        assert_eq!(state(&service, &second).await, State::Waiting);
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_from_another_device_the_number_and_a_code_lead_back() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let token = applied(&service, house, particulars(1)).await;
        let number = seen(&service, &token).await.number;
        delivered(&service).await;
        house.clock.advance(TimeDelta::hours(2));
        let ask = async |number: &str| applications::ask_status_code(&service, number, "10.0.0.2").await;
        let id = ask(&number).await.unwrap();
        let told = delivered(&service).await;
        assert_eq!((told.len(), told[0].recipient.as_str()), (1, "13900000001"));
        let code = code_in(&told[0].body);
        let enter =
            async |id, code: &str| applications::enter_status_code(&service, id, code, "10.0.0.2").await;
        assert!(matches!(enter(id, "000000").await, Err(Error::Invalid(_))) || code == "000000");
        let token = enter(id, &code).await.unwrap();
        assert_eq!(seen(&service, &token).await.number, number);
        assert!(enter(id, &code).await.is_err(), "a code works once");
        // A number that is nobody's is answered alike, and sends nothing.
        let nobody = ask("1000000001").await.unwrap();
        assert!(delivered(&service).await.is_empty());
        assert!(matches!(enter(nobody, &code).await, Err(Error::Invalid(_))));
        // More codes than the phone may get: the same answer again.
        let mut sent = 0;
        for _ in 0..8 {
            house.clock.advance(TimeDelta::minutes(3));
            if ask(&number).await.is_ok() {
                sent += delivered(&service).await.len();
            }
        }
        assert!(sent < 6, "{sent}");
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_who_applied_in_a_language_is_told_in_it_from_then_on() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let begin = Begin { language: "en".to_owned(), ..begin_at(house.fs, particulars(1)) };
        let token = applications::begin(&service, begin, "10.0.0.1").await.unwrap();
        let told = delivered(&service).await;
        assert!(told[0].body.starts_with("Code "), "{}", told[0].body);
        applications::confirm(&service, &token, &code_in(&told[0].body), "10.0.0.1").await.unwrap();
        applications::send(&service, &token, both_sides()).await.unwrap();
        let told = delivered(&service).await;
        assert!(told[0].language == "en" && told[0].body.contains("card"), "{}", told[0].body);
        assert_eq!(rows(house, "readers", "language = 'en'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_1_who_is_known_with_another_phone_is_opened_by_staff_only() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let opened = crate::passwords::open(house, adult(1)).await;
        let cancel = cards::Cancel {
            card: opened.card.id,
            reason: cards::CancelReason::Wish,
            circulation_checked: true,
            check: adult(1).check,
        };
        house.service.write(house.clerk(), async |op| cards::cancel(op, cancel.clone()).await).await.unwrap();
        delivered(&service).await;
        let stranger = Particulars { phone: "13822223333".to_owned(), ..particulars(1) };
        let token = applied(&service, house, stranger).await;
        assert_eq!(
            state(&service, &token).await,
            State::Waiting,
            "opening would overwrite the phone on file"
        );
        house.clock.advance(TimeDelta::minutes(11));
        delivered(&service).await;
        let token = applied(&service, house, particulars(1)).await;
        assert_eq!(state(&service, &token).await, State::Approved);
    })
    .await;
}
