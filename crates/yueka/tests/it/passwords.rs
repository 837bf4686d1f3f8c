//! Passwords of readers (4.2.3, 6.1.1.2, 6.2.2, A.2.3), and who guesses them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use serde_json::json;
use service::Error;
use service::Service;
use service::cards::password::{
    ReaderSession, ResetPassword, Unlock, ask_for_code, change_password, choose_password, password_state,
    reader_session, reader_sign_out, reset_password, sign_in, unlock,
};
use service::cards::{self, Opened};
use service::kernel::{Actor, Blocker, Call, CodeId, Hashing, IdempotencyKey, Problem, Right, Who};
use service::libraries::{self, Policy};
use service::outbox::{self, Carrier, Carrying, Due, Medium};
use service::records::{self, CheckMethod, IdentityCheck, Person, Presence};
use service::staff::{self, NewToken};
use service::testing::{House, adult, born, child, foreigner, on_both_databases, resident_number};

use crate::api::post;

/// Hashes cheaply, and counts how often it is asked.
#[derive(Debug, Default)]
pub struct Counting {
    asked: AtomicUsize,
    with_a_hash: AtomicUsize,
}

impl Hashing for Counting {
    fn hash(&self, password: &str) -> service::Result<String> {
        Ok(format!("plain:{password}"))
    }

    fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if hash.is_some() {
            self.with_a_hash.fetch_add(1, Ordering::Relaxed);
        }
        hash == Some(&format!("plain:{password}"))
    }
}

/// A house that hashes cheaply.
pub fn cheap(house: &House) -> (Service, Arc<Counting>) {
    let hashing = Arc::new(Counting::default());
    (house.service.clone().with_hashing(hashing.clone()), hashing)
}

pub async fn open(house: &House, request: cards::OpenCard) -> Opened {
    house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await).await.unwrap()
}

/// The default password of the adult with this serial.
pub fn default_of(serial: u32) -> String {
    resident_number(serial, born(1990, 5, 6))[12..].to_owned()
}

async fn session(house: &Service, token: &str) -> Option<ReaderSession> {
    house.read(Actor::nobody(), async |op| reader_session(op, token).await).await.unwrap()
}

fn by_eye() -> IdentityCheck {
    IdentityCheck::of_the_person(CheckMethod::ByEye)
}

fn problem<T: std::fmt::Debug>(result: Result<T, Error>) -> (&'static str, Problem) {
    match result {
        Err(Error::Invalid(mut invalid)) => {
            let error = invalid.0.remove(0);
            (error.field, error.problem)
        }
        other => panic!("{other:?}"),
    }
}

/// Keeps what it is given.
#[derive(Debug, Default)]
pub struct Keeper(pub Mutex<Vec<Due>>);

impl Carrier for Keeper {
    fn media(&self) -> Vec<Medium> {
        vec![Medium::Email, Medium::Sms]
    }

    fn carry<'a>(&'a self, due: &'a Due) -> Carrying<'a> {
        self.0.lock().unwrap().push(due.clone());
        Box::pin(async { Ok(()) })
    }
}

/// Delivers everything, and gives it.
pub async fn delivered(house: &Service) -> Vec<Due> {
    let keeper = Arc::new(Keeper::default());
    let carrier: Arc<dyn Carrier> = keeper.clone();
    while outbox::deliver_due(house, &carrier).await.unwrap() > 0 {}
    keeper.0.lock().unwrap().clone()
}

/// The six digits of a message.
pub fn code_in(body: &str) -> String {
    let digits: Vec<String> = body
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 6)
        .map(str::to_owned)
        .collect();
    digits.first().unwrap().clone()
}

#[tokio::test]
async fn a_2_2_a_reader_signs_in_with_each_of_their_numbers() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let document = resident_number(1, born(1990, 5, 6));
        for number in [opened.card.number.as_str(), &cards::grouped(&opened.card.number), &document] {
            let signed_in = sign_in(&service, number, &default_of(1), "10.0.0.1").await.unwrap();
            assert!(signed_in.must_change, "the default password wants to be changed first");
            let session = session(&service, &signed_in.token).await.unwrap();
            assert_eq!(
                (session.reader, session.actor.who),
                (opened.reader.id, Who::Reader(opened.reader.id))
            );
            assert!(session.actor.rights.is_empty());
        }
        let one_card = open(house, foreigner(2)).await;
        let passport = foreigner(2).documents[0].number.clone();
        let default = passport[passport.len() - 6..].to_lowercase();
        sign_in(&service, &one_card.card.number, &default, "10.0.0.1").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_1_1_2_a_reader_chooses_a_password_that_is_not_easily_guessed() {
    on_both_databases(async |house| {
        let opened = open(house, adult(1)).await;
        let service = &house.service;
        let number = opened.card.number.as_str();
        let signed_in = sign_in(service, number, &default_of(1), "10.0.0.1").await.unwrap();
        let elsewhere = sign_in(service, number, &default_of(1), "10.0.0.2").await.unwrap();
        let change =
            async |current: &str, new: &str| change_password(service, &signed_in.token, current, new).await;
        assert_eq!(
            problem(change("000000", "yueka2026").await),
            ("current_password", Problem::WrongPassword)
        );
        for (new, expected) in [
            ("short1", Problem::WeakPassword),
            ("password1", Problem::CommonPassword),
            ("a19900506", Problem::DerivedPassword),
            ("x13900000001", Problem::DerivedPassword),
        ] {
            assert_eq!(problem(change(&default_of(1), new).await), ("new_password", expected), "{new}");
        }
        change(&default_of(1), "mei4zai4shu1li").await.unwrap();
        assert_eq!(problem(change("mei4zai4shu1li", "mei4zai4shu1li").await).1, Problem::SamePassword);
        // This browser goes on, the other one is signed out.
        assert!(!session(service, &signed_in.token).await.unwrap().must_change);
        assert!(session(service, &elsewhere.token).await.is_none());
        assert!(matches!(
            sign_in(service, number, &default_of(1), "10.0.0.1").await,
            Err(Error::SignInRefused)
        ));
        let again = sign_in(service, number, "mei4zai4shu1li", "10.0.0.1").await.unwrap();
        assert!(!again.must_change);
        let told = house
            .service
            .read(house.clerk(), async |op| outbox::messages_of(op, opened.reader.id, 10).await)
            .await
            .unwrap();
        assert!(told.iter().any(|message| message.template == outbox::Template::PasswordChanged));
        let history = house
            .service
            .read(house.clerk(), async |op| records::timeline(op, opened.reader.id, 10).await)
            .await
            .unwrap();
        assert!(history.iter().any(|entry| entry.service == "change_password" && entry.channel == "online"));
    })
    .await;
}

#[tokio::test]
async fn c_4_2_3_staff_reset_a_password_after_they_made_sure_who_it_is() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let (reader, number) = (opened.reader.id, opened.card.number.as_str());
        let token = sign_in(&service, number, &default_of(1), "10.0.0.1").await.unwrap().token;
        change_password(&service, &token, &default_of(1), "mei4zai4shu1li").await.unwrap();
        for _ in 0..5 {
            let _ = sign_in(&service, number, "forgotten1", "10.0.0.1").await;
        }
        let state = async || {
            let read = service.read(house.clerk(), async |op| password_state(op, reader).await).await;
            read.unwrap().unwrap()
        };
        let before = state().await;
        assert!(!before.default && before.locked.is_some() && before.changed_at.is_some());

        let reset = async |key: &str, check: IdentityCheck| {
            let call = Call { actor: house.clerk(), key: IdempotencyKey::new(key) };
            let request = ResetPassword { reader, check };
            service.write(call, async |op| reset_password(op, request.clone()).await).await
        };
        // Nobody else's document, no agent, nobody on the phone.
        let mut another = by_eye();
        another.document = Some(Person {
            document_kind: "resident_id".to_owned(),
            document_number: resident_number(9, born(1990, 5, 6)),
            ..Person::default()
        });
        assert!(matches!(reset("1", another).await, Err(Error::Refused(b)) if b == [Blocker::PrincipalIsAnother]));
        let mut agent = by_eye();
        agent.who = Presence::Agent;
        assert!(matches!(reset("2", agent).await, Err(Error::Refused(b)) if b.contains(&Blocker::InPersonOnly)));
        let phone = IdentityCheck::of_the_person(CheckMethod::Phone);
        assert!(matches!(reset("3", phone).await, Err(Error::Refused(b)) if b.contains(&Blocker::PhoneForLossOnly)));
        let nobody = ResetPassword { reader, check: by_eye() };
        let refused = service.write(Actor::nobody(), async |op| reset_password(op, nobody.clone()).await).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));

        assert!(!reset("4", by_eye()).await.unwrap().repeated);
        assert!(reset("4", by_eye()).await.unwrap().repeated);
        let after = state().await;
        assert!(after.default && after.locked.is_none() && after.changed_at.is_some());
        assert!(session(&service, &token).await.is_none(), "signed out everywhere");
        assert!(sign_in(&service, number, &default_of(1), "10.0.0.1").await.unwrap().must_change);
        let told = delivered(&service).await;
        assert_eq!(told.iter().filter(|due| due.body.contains("重置")).count(), 2, "by mail and SMS");
    })
    .await;
}

#[tokio::test]
async fn c_6_2_2_the_guardian_of_a_child_has_the_password_reset() {
    on_both_databases(async |house| {
        let opened = open(house, child(3)).await;
        let reset = async |number: String| {
            let mut check = by_eye();
            check.who = Presence::Guardian;
            check.agent = Some(Person {
                name: "陈监护".to_owned(),
                document_kind: "resident_id".to_owned(),
                document_number: number,
                ..Person::default()
            });
            let request = ResetPassword { reader: opened.reader.id, check };
            house.service.write(house.clerk(), async |op| reset_password(op, request.clone()).await).await
        };
        let stranger = reset(resident_number(77, born(1988, 1, 2))).await;
        assert!(matches!(stranger, Err(Error::Refused(b)) if b == [Blocker::NotTheGuardian]));
        reset(resident_number(10_003, born(1988, 1, 2))).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_4_2_3_a_locked_sign_in_is_opened_and_the_password_stays() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let number = opened.card.number.as_str();
        for _ in 0..5 {
            assert!(matches!(
                sign_in(&service, number, "wrong-1", "10.0.0.1").await,
                Err(Error::SignInRefused)
            ));
        }
        let locked = sign_in(&service, number, &default_of(1), "10.0.0.2").await;
        assert!(matches!(locked, Err(Error::TooManyTries(_))));
        let request = Unlock { reader: opened.reader.id, check: by_eye() };
        service.write(house.clerk(), async |op| unlock(op, request.clone()).await).await.unwrap();
        sign_in(&service, number, &default_of(1), "10.0.0.2").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_4_2_3_a_forgotten_password_is_chosen_anew_by_a_code() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        delivered(&service).await;
        let number = opened.card.number.as_str();
        let choose = async |id: CodeId, code: &str, new: &str| {
            choose_password(&service, id, code, new, "10.0.0.1").await
        };

        // Nobody's number is answered the same, and no code fits it.
        let nobodys = ask_for_code(&service, "FS99999999", Medium::Sms, "10.0.0.1").await.unwrap();
        assert!(delivered(&service).await.is_empty());
        assert_eq!(problem(choose(nobodys, "000000", "mei4zai4shu1li").await), ("code", Problem::WrongCode));

        let id = ask_for_code(&service, number, Medium::Sms, "10.0.0.1").await.unwrap();
        let sent = delivered(&service).await;
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].medium, sent[0].recipient.as_str()), (Medium::Sms, "13900000001"));
        let code = code_in(&sent[0].body);
        assert_eq!(problem(choose(id, &code, "a19900506").await), ("new_password", Problem::DerivedPassword));
        choose(id, &code, "mei4zai4shu1li").await.unwrap();
        assert_eq!(
            problem(choose(id, &code, "mei4zai4shu1la").await),
            ("code", Problem::WrongCode),
            "one use"
        );
        sign_in(&service, number, "mei4zai4shu1li", "10.0.0.1").await.unwrap();
        assert!(delivered(&service).await.iter().any(|due| due.body.contains("修改")), "the reader is told");

        // Ten minutes.
        let id = ask_for_code(&service, number, Medium::Email, "10.0.0.1").await.unwrap();
        let code = code_in(&delivered(&service).await[0].body);
        house.clock.advance(TimeDelta::minutes(11));
        assert_eq!(problem(choose(id, &code, "mei4zai4shu1la").await), ("code", Problem::WrongCode));

        // Five tries, at once too.
        house.clock.advance(TimeDelta::minutes(20));
        let id = ask_for_code(&service, number, Medium::Sms, "10.0.0.1").await.unwrap();
        let code = code_in(&delivered(&service).await[0].body);
        let wrong = if code == "111111" { "222222" } else { "111111" };
        let tries = (0..5).map(|_| {
            let service = service.clone();
            tokio::spawn(
                async move { choose_password(&service, id, wrong, "mei4zai4shu1la", "10.0.0.1").await },
            )
        });
        for task in tries.collect::<Vec<_>>() {
            assert_eq!(problem(task.await.unwrap()).1, Problem::WrongCode);
        }
        assert_eq!(problem(choose(id, &code, "mei4zai4shu1la").await).1, Problem::WrongCode);
        // And not more than a few codes.
        let mut refused = 0;
        for _ in 0..4 {
            let asked = ask_for_code(&service, number, Medium::Sms, "10.0.0.1").await;
            refused += usize::from(matches!(asked, Err(Error::TooManyTries(_))));
        }
        assert!(refused > 0);
    })
    .await;
}

#[tokio::test]
async fn c_4_2_3_once_a_code_was_used_no_other_of_that_reader_works() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        delivered(&service).await;
        let number = opened.card.number.as_str();
        let mut codes = Vec::new();
        for _ in 0..2 {
            let id = ask_for_code(&service, number, Medium::Sms, "10.0.0.1").await.unwrap();
            codes.push((id, code_in(&delivered(&service).await[0].body)));
        }
        choose_password(&service, codes[1].0, &codes[1].1, "mei4zai4shu1li", "10.0.0.1").await.unwrap();
        let other = choose_password(&service, codes[0].0, &codes[0].1, "mei4zai4shu1la", "10.0.0.1").await;
        assert_eq!(problem(other), ("code", Problem::WrongCode));
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_right_password_leaves_no_address_locked() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let number = open(house, adult(1)).await.card.number;
        let address = "10.0.0.7";
        let try_once = async |password: &str| sign_in(&service, &number, password, address).await;
        try_once(&default_of(1)).await.unwrap();
        // One below the limit: the right password itself reaches it.
        house.tamper("UPDATE sign_in_failures SET failures = 999").await.unwrap();
        try_once(&default_of(1)).await.unwrap();
        try_once(&default_of(1)).await.unwrap();
        // A wrong one that reaches it locks the address.
        house.tamper("UPDATE sign_in_failures SET failures = 999").await.unwrap();
        assert!(matches!(try_once("wrong-1").await, Err(Error::SignInRefused)));
        assert!(matches!(try_once(&default_of(1)).await, Err(Error::TooManyTries(_))));
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_lost_card_signs_nobody_in_and_says_so_to_who_knows_the_password_only() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let number = opened.card.number.as_str();
        let token = sign_in(&service, number, &default_of(1), "10.0.0.1").await.unwrap().token;
        house.tamper("UPDATE cards SET state = 'lost'").await.unwrap();
        assert!(session(&service, &token).await.is_none(), "at that instant");
        let wrong = sign_in(&service, number, "wrong-1", "10.0.0.1").await;
        assert!(matches!(wrong, Err(Error::SignInRefused)));
        let right = sign_in(&service, number, &default_of(1), "10.0.0.1").await;
        assert!(matches!(right, Err(Error::Refused(b)) if b == [Blocker::CardLost]));
        ask_for_code(&service, number, Medium::Sms, "10.0.0.1").await.unwrap();
        assert!(delivered(&service).await.iter().all(|due| !due.body.contains("验证码")));
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_readers_session_ends_when_it_is_idle_old_or_signed_out() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let enter =
            async || sign_in(&service, &opened.card.number, &default_of(1), "10.0.0.1").await.unwrap().token;
        let token = enter().await;
        house.clock.advance(TimeDelta::minutes(19));
        assert!(session(&service, &token).await.unwrap().is_stale());
        house.clock.advance(TimeDelta::minutes(2));
        assert!(session(&service, &token).await.is_none());
        let token = enter().await;
        service.write(Actor::nobody(), async |op| reader_sign_out(op, &token).await).await.unwrap();
        assert!(session(&service, &token).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_ten_thousand_guesses_reach_the_password_of_each_card_a_handful_of_times() {
    const CARDS: u32 = 100;
    const GUESSES: usize = 10_000;
    on_both_databases(async |house| {
        let (service, hashing) = cheap(house);
        let mut numbers = Vec::new();
        for serial in 1..=CARDS {
            numbers.push(open(house, adult(serial)).await.card.number);
        }
        let numbers = Arc::new(numbers);
        // A chosen password, so that comparing with it can be told from comparing with nobody's.
        house.tamper("UPDATE cards SET password_hash = 'plain:mei4zai4shu1li'").await.unwrap();
        // Guesses that look like defaults, from a thousand addresses, many at once; each card by its number and its document.
        let workers = (0..8).map(|worker| {
            let (service, numbers) = (service.clone(), numbers.clone());
            tokio::spawn(async move {
                let (mut refused, mut locked) = (0, 0);
                for guess in (worker..GUESSES).step_by(8) {
                    let serial = u32::try_from(guess).unwrap() % CARDS + 1;
                    let number = match guess % 2 {
                        0 => numbers[serial as usize - 1].clone(),
                        _ => resident_number(serial, born(1990, 5, 6)),
                    };
                    let address = format!("10.0.{}.{}", guess % 250, guess % 4);
                    let password = format!("{:06}", guess * 97 % 1_000_000);
                    match sign_in(&service, &number, &password, &address).await {
                        Err(Error::SignInRefused) => refused += 1,
                        Err(Error::TooManyTries(_)) => locked += 1,
                        other => panic!("{other:?}"),
                    }
                }
                (refused, locked)
            })
        });
        let (mut refused, mut locked) = (0, 0);
        for worker in workers.collect::<Vec<_>>() {
            let (some, others) = worker.await.unwrap();
            refused += some;
            locked += others;
        }
        assert_eq!(refused + locked, GUESSES);
        // Who used a handful up under one number is answered like who did not, under the other; what they typed is compared with nothing.
        assert_eq!(hashing.asked.load(Ordering::Relaxed), refused);
        assert!(refused <= 2 * 5 * CARDS as usize, "{refused} guesses were answered as wrong");
        let reached = hashing.with_a_hash.load(Ordering::Relaxed);
        assert!(reached <= 5 * CARDS as usize, "{reached} guesses reached a password");

        // Another reader is not touched by it.
        let bystander = open(house, adult(CARDS + 1)).await;
        sign_in(&service, &bystander.card.number, &default_of(CARDS + 1), "10.9.9.9").await.unwrap();

        // Unknown and known take the same way: one hash each, and the same answers up to the lock.
        let before = hashing.asked.load(Ordering::Relaxed);
        for number in ["FS99999999", &bystander.card.number] {
            for _ in 0..5 {
                let answer = sign_in(&service, number, "wrong-1", "10.9.9.8").await;
                assert!(matches!(answer, Err(Error::SignInRefused)));
            }
            let answer = sign_in(&service, number, "wrong-1", "10.9.9.8").await;
            assert!(matches!(answer, Err(Error::TooManyTries(_))));
        }
        assert_eq!(hashing.asked.load(Ordering::Relaxed) - before, 10);
        assert_eq!(
            hashing.with_a_hash.load(Ordering::Relaxed),
            reached,
            "defaults have no hash, like nobody"
        );
    })
    .await;
}

#[tokio::test]
async fn c_4_2_3_other_systems_reset_and_unlock_over_the_api() {
    on_both_databases(async |house| {
        let opened = open(house, adult(1)).await;
        let rights = vec![Right::ResetPasswords, Right::FindReaders];
        let new = NewToken { name: "desk".to_owned(), service_point: house.fs_desk, rights };
        let token =
            house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap();
        let path = |what: &str| format!("/api/v1/readers/{}/{what}", opened.reader.id);
        let seen = json!({ "identity_check": { "method": "by_eye" } });
        let answer = post(house, &token, &path("password-resets"), &seen).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body["card"]["default_password"].as_bool()),
            (201, Some(true))
        );
        assert!(answer.body["rule"].as_str().unwrap().contains("最后六位"));
        let answer = post(house, &token, &path("unlock"), &seen).await;
        assert_eq!(answer.status.as_u16(), 204);
        let answer = post(house, &token, &path("password-resets"), &json!({})).await;
        assert_eq!(answer.body["errors"][0]["field"], "identity_check.method");
        let by_phone = json!({ "identity_check": { "method": "phone" } });
        let answer = post(house, &token, &path("password-resets"), &by_phone).await;
        assert_eq!(answer.body["blockers"][0]["code"], "phone_for_loss_only");
        let other = post(house, &crate::running::desk_token(house).await, &path("unlock"), &seen).await;
        assert_eq!(other.body["code"], "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_2_3_a_federation_may_remind_instead_of_forcing() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let number = opened.card.number.as_str();
        assert!(sign_in(&service, number, &default_of(1), "10.0.0.1").await.unwrap().must_change);
        house
            .service
            .write(house.system(), async |op| {
                libraries::set_policy(op, house.root, Policy::ForcePasswordChange, Some("0")).await
            })
            .await
            .unwrap();
        assert!(!sign_in(&service, number, &default_of(1), "10.0.0.1").await.unwrap().must_change);
    })
    .await;
}
