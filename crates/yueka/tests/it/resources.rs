//! Single sign-on for digital resources (A.3.2 d), as a platform's server meets it. The whole way through browsers is in
//! `tests/browser/resources.test.mjs`.

use chrono::TimeDelta;
use service::cards::{CardView, password};
use service::kernel::{Actor, Error, Role};
use service::people;
use service::resources::{
    self, Exchange, ExchangeRefusal, Exchanged, NewPlatform, Platform, PlatformSettings, SignOn, Told,
    add_platform, allow, change_platform, claims, close_platform, exchange, introspect, list_platforms,
    new_secret, new_signing_key, public_keys, sign_on, signing_key, uses_by_month, withdraw,
};
use service::testing::{House, child, on_both_databases};

use crate::life::{document_card, in_person, open, report};
use crate::passwords::{cheap, default_of};

const BACK: &str = "https://shuzi.example.org/callback";

fn settings(house: &House, told: &[Told]) -> PlatformSettings {
    PlatformSettings {
        title: "数字资源共享平台".to_owned(),
        library: house.root,
        home: "https://shuzi.example.org/".to_owned(),
        return_to: vec![BACK.to_owned()],
        told: told.to_vec(),
    }
}

/// A platform; gives its secret.
async fn platform(house: &House, name: &str, told: &[Told]) -> String {
    let new = NewPlatform { name: name.to_owned(), settings: settings(house, told) };
    house.service.write(house.system(), async |op| add_platform(op, &new).await).await.unwrap()
}

async fn at(house: &House, name: &str) -> Option<Platform> {
    let asked = async |op: &service::kernel::Op| resources::platform_at(op, name, BACK).await;
    house.service.read(Actor::nobody(), asked).await.unwrap()
}

fn reader(house: &House, card: &CardView) -> Actor {
    Actor::reader(card.reader, house.fs)
}

async fn wanted(house: &House, name: &str, told: &[Told]) -> SignOn {
    SignOn {
        platform: at(house, name).await.unwrap(),
        return_to: BACK.to_owned(),
        told: told.to_vec(),
        nonce: Some("n-1".to_owned()),
        challenge: None,
        signed_in_at: house.clock.now(),
        shared_session: None,
    }
}

async fn allowed(house: &House, card: &CardView, wanted: &SignOn) {
    let call = async |op: &service::kernel::Op| allow(op, &wanted.platform, &wanted.wanted()).await;
    house.service.write(reader(house, card), call).await.unwrap();
}

async fn code(house: &House, card: &CardView, wanted: &SignOn) -> service::Result<String> {
    house.service.write(reader(house, card), async |op| sign_on(op, wanted).await).await
}

fn brought(name: &str, secret: &str, code: &str) -> Exchange {
    Exchange {
        platform: name.to_owned(),
        secret: secret.to_owned(),
        code: code.to_owned(),
        return_to: BACK.to_owned(),
        verifier: None,
    }
}

async fn exchanged(house: &House, brought: Exchange) -> Result<Exchanged, ExchangeRefusal> {
    house.service.write(Actor::nobody(), async |op| exchange(op, &brought).await).await.unwrap()
}

/// What `service` says of a token.
async fn told(service: &service::Service, token: &str) -> Option<resources::Claims> {
    service.read(Actor::nobody(), async |op| claims(op, token).await).await.unwrap()
}

#[tokio::test]
async fn a_3_2_d_a_platform_knows_a_reader_by_a_name_of_its_own_and_a_lost_card_ends_that() {
    on_both_databases(async |house| {
        let secret = platform(house, "shuzi", &[Told::Library]).await;
        let other_secret = platform(house, "qikan", &[Told::Library, Told::Adult]).await;
        let card = document_card(house, 1).await;
        // What a platform may not be told is left out, whatever it asks for.
        let ask = wanted(house, "shuzi", &Told::ALL).await;
        assert_eq!(ask.wanted(), [Told::Library]);
        let early = code(house, &card, &ask).await;
        assert!(matches!(early, Err(Error::NotFound(_))), "nobody is signed on who was not asked: {early:?}");
        allowed(house, &card, &ask).await;
        let text = code(house, &card, &ask).await.unwrap();
        let first = exchanged(house, brought("shuzi", &secret, &text)).await.unwrap();
        assert_eq!((first.nonce.as_deref(), first.claims.adult), (Some("n-1"), None));
        assert_eq!(first.claims.library.as_deref(), Some("FS"));
        for personal in [&card.number, &card.reader.to_string(), &card.id.to_string()] {
            assert!(!format!("{:?}", first.claims).contains(personal.as_str()));
        }

        // Another platform has another name for the same reader; the same one has the same name again.
        let ask_other = wanted(house, "qikan", &Told::ALL).await;
        allowed(house, &card, &ask_other).await;
        let text = code(house, &card, &ask_other).await.unwrap();
        let second = exchanged(house, brought("qikan", &other_secret, &text)).await.unwrap();
        assert_ne!(second.claims.pseudonym, first.claims.pseudonym);
        assert_eq!(second.claims.adult, Some(true));
        let text = code(house, &card, &ask).await.unwrap();
        let again = exchanged(house, brought("shuzi", &secret, &text)).await.unwrap();
        assert_eq!(again.claims.pseudonym, first.claims.pseudonym);

        // Another instance is told the same, and nothing of another's token.
        let (elsewhere, _) = cheap(house);
        assert_eq!(told(&elsewhere, &first.token).await, Some(first.claims.clone()));
        let asked = async |name: &str, secret: &str| {
            let (name, secret, token) = (name.to_owned(), secret.to_owned(), first.token.clone());
            let ask = async move |op: &service::kernel::Op| introspect(op, &name, &secret, &token).await;
            elsewhere.read(Actor::nobody(), ask).await
        };
        assert!(asked("shuzi", &secret).await.unwrap().is_some());
        assert!(asked("qikan", &other_secret).await.unwrap().is_none());
        assert!(matches!(asked("shuzi", &other_secret).await, Err(Error::NotFound(_))));

        // The loss is told at the desk; the next question elsewhere finds nobody, and no code or sign-on works.
        let waiting = code(house, &card, &ask).await.unwrap();
        report(house, house.clerk(), card.id, in_person()).await.unwrap();
        assert_eq!(told(&elsewhere, &first.token).await, None);
        assert!(asked("shuzi", &secret).await.unwrap().is_none());
        let refused = exchanged(house, brought("shuzi", &secret, &waiting)).await;
        assert_eq!(refused.unwrap_err(), ExchangeRefusal::NoGoodCode);
        assert!(matches!(code(house, &card, &ask).await, Err(Error::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn a_3_2_d_a_code_is_good_for_one_use_by_its_platform_within_a_minute() {
    on_both_databases(async |house| {
        let secret = platform(house, "shuzi", &[]).await;
        let other_secret = platform(house, "qikan", &[]).await;
        let card = document_card(house, 1).await;
        let ask = wanted(house, "shuzi", &[]).await;
        allowed(house, &card, &ask).await;
        let no = |result: Result<Exchanged, ExchangeRefusal>| result.unwrap_err();
        let (unknown, bad) = (ExchangeRefusal::UnknownPlatform, ExchangeRefusal::NoGoodCode);

        let text = code(house, &card, &ask).await.unwrap();
        assert_eq!(no(exchanged(house, brought("shuzi", &other_secret, &text)).await), unknown);
        assert_eq!(no(exchanged(house, brought("nobody", &secret, &text)).await), unknown);
        assert_eq!(no(exchanged(house, brought("qikan", &other_secret, &text)).await), bad);
        let elsewhere =
            Exchange { return_to: "https://b.example.org/".to_owned(), ..brought("shuzi", &secret, &text) };
        assert_eq!(no(exchanged(house, elsewhere).await), bad);
        let unasked = Exchange { verifier: Some("x".repeat(43)), ..brought("shuzi", &secret, &text) };
        assert_eq!(no(exchanged(house, unasked).await), bad);
        let good = exchanged(house, brought("shuzi", &secret, &text)).await.unwrap();
        // Twice: somebody else has seen it, so what it led to ends.
        assert!(told(&house.service, &good.token).await.is_some());
        assert_eq!(no(exchanged(house, brought("shuzi", &secret, &text)).await), bad);
        assert!(told(&house.service, &good.token).await.is_none());

        // What the challenge was made of has to be shown.
        let challenged = SignOn {
            challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned()),
            ..wanted(house, "shuzi", &[]).await
        };
        let text = code(house, &card, &challenged).await.unwrap();
        assert_eq!(no(exchanged(house, brought("shuzi", &secret, &text)).await), bad);
        let verifier = Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        let shown = Exchange { verifier, ..brought("shuzi", &secret, &text) };
        assert!(exchanged(house, shown).await.is_ok());

        let text = code(house, &card, &ask).await.unwrap();
        house.clock.advance(TimeDelta::seconds(61));
        assert_eq!(no(exchanged(house, brought("shuzi", &secret, &text)).await), bad);

        // Eight hours, and no longer; nothing of it is kept then.
        let text = code(house, &card, &ask).await.unwrap();
        let token = exchanged(house, brought("shuzi", &secret, &text)).await.unwrap().token;
        house.clock.advance(TimeDelta::hours(8) - TimeDelta::seconds(1));
        assert!(told(&house.service, &token).await.is_some());
        house.clock.advance(TimeDelta::seconds(2));
        assert!(told(&house.service, &token).await.is_none());
        house.service.write(Actor::nobody(), resources::forget).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_3_2_d_the_same_code_at_once_signs_on_once() {
    on_both_databases(async |house| {
        let secret = platform(house, "shuzi", &[]).await;
        let card = document_card(house, 1).await;
        let ask = wanted(house, "shuzi", &[]).await;
        allowed(house, &card, &ask).await;
        let text = code(house, &card, &ask).await.unwrap();
        let mut calls = Vec::new();
        for _ in 0..6 {
            let (service, brought) = (house.service.clone(), brought("shuzi", &secret, &text));
            calls.push(tokio::spawn(async move {
                service.write(Actor::nobody(), async move |op| exchange(op, &brought).await).await.unwrap()
            }));
        }
        let mut good = 0;
        for call in calls {
            good += usize::from(call.await.unwrap().is_ok());
        }
        assert_eq!(good, 1);
    })
    .await;
}

#[tokio::test]
async fn c_5_3_what_a_reader_allowed_is_taken_back_at_once_and_never_widened() {
    on_both_databases(async |house| {
        let secret = platform(house, "shuzi", &[Told::Library]).await;
        let card = open(house, house.clerk(), child(1)).await.card;
        let ask = wanted(house, "shuzi", &Told::ALL).await;
        allowed(house, &card, &ask).await;
        let text = code(house, &card, &ask).await.unwrap();
        let first = exchanged(house, brought("shuzi", &secret, &text)).await.unwrap();
        // The platform may be told more from now on; the reader is asked before it is.
        let id = ask.platform.id;
        let more = settings(house, &Told::ALL);
        house.service.write(house.system(), async |op| change_platform(op, id, &more).await).await.unwrap();
        assert_eq!(told(&house.service, &first.token).await.unwrap().adult, None);
        let ask = wanted(house, "shuzi", &Told::ALL).await;
        assert!(matches!(code(house, &card, &ask).await, Err(Error::NotFound(_))));
        allowed(house, &card, &ask).await;
        let text = code(house, &card, &ask).await.unwrap();
        let second = exchanged(house, brought("shuzi", &secret, &text)).await.unwrap();
        assert_eq!(second.claims.adult, Some(false), "a child is told to be one");
        assert_eq!(second.claims.pseudonym, first.claims.pseudonym);

        house.service.write(reader(house, &card), async |op| withdraw(op, id).await).await.unwrap();
        for token in [&first.token, &second.token] {
            assert!(told(&house.service, token).await.is_none());
        }
        assert!(matches!(code(house, &card, &ask).await, Err(Error::NotFound(_))));
        let twice = house.service.write(reader(house, &card), async |op| withdraw(op, id).await).await;
        assert!(matches!(twice, Err(Error::NotFound(_))));
        // Allowed again it is the same name: nothing there is lost.
        allowed(house, &card, &ask).await;
        let text = code(house, &card, &ask).await.unwrap();
        let third = exchanged(house, brought("shuzi", &secret, &text)).await.unwrap();
        assert_eq!(third.claims.pseudonym, first.claims.pseudonym);
        assert!(told(&house.service, &first.token).await.is_none(), "what ended has ended");

        // Another secret, and the end of the account.
        let newer = house.service.write(house.system(), async |op| new_secret(op, id).await).await.unwrap();
        let text = code(house, &card, &ask).await.unwrap();
        let old = exchanged(house, brought("shuzi", &secret, &text)).await.unwrap_err();
        assert_eq!(old, ExchangeRefusal::UnknownPlatform);
        assert!(exchanged(house, brought("shuzi", &newer, &text)).await.is_ok());
        house.service.write(house.system(), async |op| close_platform(op, id).await).await.unwrap();
        assert!(told(&house.service, &third.token).await.is_none());
        assert!(at(house, "shuzi").await.is_none());
        let all = house.service.read(house.system(), list_platforms).await.unwrap();
        assert!(all[0].closed_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn c_7_uses_of_digital_resources_are_activity_and_who_it_was_is_forgotten() {
    on_both_databases(async |house| {
        let secret = platform(house, "shuzi", &[]).await;
        let ask = wanted(house, "shuzi", &[]).await;
        let cards = [document_card(house, 1).await, document_card(house, 2).await];
        for (card, times) in cards.iter().zip([3, 1]) {
            allowed(house, card, &ask).await;
            for _ in 0..times {
                let text = code(house, card, &ask).await.unwrap();
                exchanged(house, brought("shuzi", &secret, &text)).await.unwrap();
            }
        }
        let manager = Actor { rights: Role::BranchManager.rights().to_vec(), ..house.clerk() };
        let since = house.clock.now().date_naive() - TimeDelta::days(400);
        let uses = async |actor: Actor| {
            house.service.read(actor, async move |op| uses_by_month(op, since).await).await
        };
        let months = uses(manager.clone()).await.unwrap();
        assert_eq!(months.len(), 1);
        assert_eq!(
            (months[0].uses, months[0].library, months[0].platform.as_str()),
            (4, house.fs, "数字资源共享平台")
        );
        assert!(matches!(uses(house.clerk()).await, Err(Error::Forbidden(_))));
        // It is part of all that is held about somebody, for as long as it is known.
        let held = async || {
            let (own, id) = (reader(house, &cards[0]), cards[0].reader);
            let all =
                house.service.write(own, async |op| people::data_export(op, id, "").await).await.unwrap();
            all["resources"].clone()
        };
        let known = held().await;
        assert_eq!(
            (known[0]["uses"].as_i64(), known[0]["platform"].as_str()),
            (Some(3), Some("数字资源共享平台"))
        );
        house.clock.advance(TimeDelta::days(91));
        house.service.write(Actor::nobody(), resources::forget).await.unwrap();
        assert_eq!(held().await, serde_json::json!([]));
        assert_eq!(uses(manager).await.unwrap(), months, "the count stays");
    })
    .await;
}

#[tokio::test]
async fn a_3_2_d_instances_share_their_keys_and_change_them_without_a_gap() {
    on_both_databases(async |house| {
        let (elsewhere, _) = cheap(house);
        let (one, other) = tokio::join!(signing_key(&house.service), signing_key(&elsewhere));
        let first = one.unwrap().id();
        assert_eq!(first, other.unwrap().id(), "two that begin at once have one key");
        let ids = async || {
            let keys = public_keys(&elsewhere).await.unwrap();
            keys.into_iter().map(|key| key.id).collect::<Vec<_>>()
        };
        assert_eq!(ids().await, vec![first.clone()]);
        house.clock.advance(TimeDelta::days(30));
        let clerk = new_signing_key(&house.service, house.clerk()).await;
        assert!(matches!(clerk, Err(Error::Forbidden(_))));
        let second = new_signing_key(&house.service, house.system()).await.unwrap();
        assert_eq!(signing_key(&elsewhere).await.unwrap().id(), second);
        assert_eq!(ids().await, [second.clone(), first], "what was signed a moment ago is still checked");
        house.clock.advance(TimeDelta::hours(25));
        assert_eq!(ids().await, [second]);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_platform_belongs_to_a_library_and_its_addresses_are_checked() {
    on_both_databases(async |house| {
        let add = async |actor: Actor, name: &str, return_to: &str| {
            let settings = PlatformSettings { return_to: vec![return_to.to_owned()], ..settings(house, &[]) };
            let new = NewPlatform { name: name.to_owned(), settings };
            house.service.write(actor, async |op| add_platform(op, &new).await).await
        };
        let manager = Actor { rights: Role::BranchManager.rights().to_vec(), ..house.clerk() };
        assert!(matches!(add(manager, "shuzi", BACK).await, Err(Error::Forbidden(_))));
        for (name, back, field) in [
            ("", BACK, "name"),
            ("Shuzi", BACK, "name"),
            ("shuzi", "http://shuzi.example.org/callback", "return_to"),
            ("shuzi", "", "return_to"),
        ] {
            match add(house.system(), name, back).await {
                Err(Error::Invalid(invalid)) => assert_eq!(invalid.0[0].field, field, "{name} {back}"),
                other => panic!("{other:?}"),
            }
        }
        add(house.system(), "shuzi", BACK).await.unwrap();
        assert!(matches!(add(house.system(), "shuzi", BACK).await, Err(Error::Invalid(_))));
        // Letter by letter, or nobody is sent there.
        for near in [
            "https://shuzi.example.org/callback/",
            "https://shuzi.example.org/callback?x",
            "HTTPS://shuzi.example.org/callback",
        ] {
            let found = async |op: &service::kernel::Op| resources::platform_at(op, "shuzi", near).await;
            assert!(house.service.read(Actor::nobody(), found).await.unwrap().is_none(), "{near}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_what_began_at_a_shared_terminal_or_with_an_old_password_ends_with_it() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let secret = platform(house, "shuzi", &[Told::Library]).await;
        let card = document_card(house, 1).await;
        let signed_in = async || {
            password::sign_in(&service, &card.number, &default_of(1), "10.0.0.1").await.unwrap().token
        };
        let session = async |token: &str| {
            let look = async |op: &service::kernel::Op| password::reader_session(op, token).await;
            service.read(Actor::nobody(), look).await.unwrap().unwrap()
        };
        let token = signed_in().await;
        let shared =
            SignOn { shared_session: Some(session(&token).await.key), ..wanted(house, "shuzi", &[]).await };
        let own = wanted(house, "shuzi", &[Told::Library]).await;
        allowed(house, &card, &own).await;
        let (there, home) =
            (code(house, &card, &shared).await.unwrap(), code(house, &card, &own).await.unwrap());
        let there = exchanged(house, brought("shuzi", &secret, &there)).await.unwrap().token;
        let home = exchanged(house, brought("shuzi", &secret, &home)).await.unwrap().token;
        assert!(told(&service, &there).await.is_some() && told(&service, &home).await.is_some());
        // Signing out at the terminal ends what began there, and nothing else.
        service.write(Actor::nobody(), async |op| password::reader_sign_out(op, &token).await).await.unwrap();
        assert!(told(&service, &there).await.is_none());
        assert_eq!(told(&service, &home).await.unwrap().library.as_deref(), Some("FS"));
        // What the platform may be told less of from now on, it is told less of at once.
        let (id, less) = (own.platform.id, settings(house, &[]));
        house.service.write(house.system(), async |op| change_platform(op, id, &less).await).await.unwrap();
        assert_eq!(told(&service, &home).await.unwrap().library, None);
        // An hour, though nobody signs out.
        let token = signed_in().await;
        let shared = SignOn { shared_session: Some(session(&token).await.key), ..shared };
        let there = code(house, &card, &shared).await.unwrap();
        let there = exchanged(house, brought("shuzi", &secret, &there)).await.unwrap().token;
        house.clock.advance(TimeDelta::minutes(61));
        assert!(told(&service, &there).await.is_none() && told(&service, &home).await.is_some());
        // Another password.
        let token = signed_in().await;
        password::change_password(&service, &token, &default_of(1), "lesen2026x").await.unwrap();
        assert!(told(&service, &home).await.is_none());
    })
    .await;
}
