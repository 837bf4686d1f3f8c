//! Staff: accounts, sign-in, sessions and tokens (5.1).

use chrono::TimeDelta;
use service::Error;
use service::cards;
use service::kernel::{Actor, Problem, Right, Role, Who};
use service::staff::{self, NewToken};
use service::testing::{House, adult, on_both_databases};

const PASSWORD: &str = "yueka2026";

async fn session(house: &House, token: &str) -> Option<staff::Session> {
    house.service.read(Actor::nobody(), async |op| staff::session(op, token).await).await.unwrap()
}

#[tokio::test]
async fn c_5_1_a_clerk_signs_in_takes_a_place_and_acts_there() {
    on_both_databases(async |house| {
        house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        let signed_in = staff::sign_in(&house.service, " Chen.Min ", PASSWORD, "10.0.0.1").await.unwrap();
        let before = session(house, &signed_in.token).await.unwrap();
        assert!(before.point.is_none());

        let choose = async |point| {
            house
                .service
                .write(Actor::nobody(), async |op| {
                    staff::choose_service_point(op, &signed_in.token, point).await
                })
                .await
        };
        assert!(
            matches!(choose(house.sd_desk).await, Err(Error::NotFound(_))),
            "not a point of this library"
        );
        choose(house.fs_desk).await.unwrap();
        let actor = session(house, &signed_in.token).await.unwrap().actor;
        assert_eq!((actor.library, actor.service_point), (house.fs, Some(house.fs_desk)));
        house.service.write(actor, async |op| cards::open(op, adult(1)).await).await.unwrap();

        house
            .service
            .write(Actor::nobody(), async |op| staff::sign_out(op, &signed_in.token).await)
            .await
            .unwrap();
        assert!(session(house, &signed_in.token).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_an_idle_session_ends_and_so_does_a_long_one() {
    on_both_databases(async |house| {
        house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        let token = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.1").await.unwrap().token;
        house.clock.advance(TimeDelta::minutes(19));
        assert!(session(house, &token).await.unwrap().is_stale());
        house.service.write(Actor::nobody(), async |op| staff::seen(op, &token).await).await.unwrap();
        house.clock.advance(TimeDelta::minutes(19));
        assert!(session(house, &token).await.is_some());
        house.clock.advance(TimeDelta::minutes(2));
        assert!(session(house, &token).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour() {
    on_both_databases(async |house| {
        house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        for place in 0..5 {
            let refused =
                staff::sign_in(&house.service, "chen.min", "wrong-1", &format!("10.0.0.{place}")).await;
            assert!(matches!(refused, Err(Error::SignInRefused)), "{place}: {refused:?}");
        }
        let locked = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.9").await;
        assert!(matches!(locked, Err(Error::TooManyTries(wait)) if wait > 800), "{locked:?}");
        house.clock.advance(TimeDelta::minutes(16));
        staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.9").await.unwrap();
        // A name that nobody has is locked alike, so that locks tell nothing of who works here.
        for _ in 0..5 {
            let refused = staff::sign_in(&house.service, "nobody", "wrong-1", "10.0.0.9").await;
            assert!(matches!(refused, Err(Error::SignInRefused)));
        }
        let locked = staff::sign_in(&house.service, "nobody", "wrong-1", "10.0.0.9").await;
        assert!(matches!(locked, Err(Error::TooManyTries(_))));
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_one_time_code_is_asked_for_once_an_app_is_set_up_and_works_once() {
    on_both_databases(async |house| {
        let id = house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        let mut actor = house.clerk();
        actor.who = Who::Staff(id);
        let set_up =
            house.service.write(actor.clone(), async |op| staff::begin_totp(op).await).await.unwrap();
        let code = |house: &House| {
            let secret = totp_rs::Secret::try_from_base32(&set_up.secret).unwrap();
            let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
            totp.generate(house.service.clock().now().timestamp().try_into().unwrap()).to_string()
        };
        let first = code(house);
        house.service.write(actor.clone(), async |op| staff::confirm_totp(op, &first).await).await.unwrap();

        let signed_in = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.1").await.unwrap();
        assert!(signed_in.code_pending);
        let waiting = session(house, &signed_in.token).await.unwrap();
        assert!(waiting.actor.rights.is_empty(), "nothing is allowed before the code");
        let used = staff::enter_code(&house.service, &signed_in.token, &first, "10.0.0.1").await;
        assert!(matches!(used, Err(Error::Invalid(_))), "a code works once");
        house.clock.advance(TimeDelta::seconds(60));
        staff::enter_code(&house.service, &signed_in.token, &code(house), "10.0.0.1").await.unwrap();
        assert!(!session(house, &signed_in.token).await.unwrap().actor.rights.is_empty());
    })
    .await;
}

#[tokio::test]
async fn c_5_1_rights_reach_as_far_as_the_library_and_no_further() {
    on_both_databases(async |house| {
        house.add_staff("manager", house.fs, Role::BranchManager).await.unwrap();
        let token = staff::sign_in(&house.service, "manager", PASSWORD, "10.0.0.1").await.unwrap().token;
        let manager = session(house, &token).await.unwrap().actor;
        let add = async |library, role, username: &str| {
            let new = staff::NewStaff {
                username: username.to_owned(),
                name: "李".to_owned(),
                library,
                role,
                password: PASSWORD.to_owned(),
            };
            house.service.write(manager.clone(), async |op| staff::add_staff(op, &new, "-").await).await
        };
        add(house.fs, Role::Clerk, "in.fs").await.unwrap();
        add(house.branch, Role::Clerk, "in.branch").await.unwrap();
        assert!(matches!(add(house.sd, Role::Clerk, "in.sd").await, Err(Error::NotFound(_))));
        assert!(matches!(add(house.fs, Role::FederationAdmin, "above").await, Err(Error::Forbidden(_))));
        let taken = add(house.fs, Role::Clerk, "IN.FS").await;
        assert!(matches!(taken, Err(Error::Invalid(invalid)) if invalid.0[0].problem == Problem::Taken));
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_closed_account_is_signed_out_everywhere() {
    on_both_databases(async |house| {
        let id = house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        let token = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.1").await.unwrap().token;
        house.service.write(house.system(), async |op| staff::set_active(op, id, false).await).await.unwrap();
        assert!(session(house, &token).await.is_none());
        let refused = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.1").await;
        assert!(matches!(refused, Err(Error::SignInRefused)));
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_token_acts_at_its_point_within_its_rights_until_it_is_revoked() {
    on_both_databases(async |house| {
        let new = NewToken {
            name: "自助机".to_owned(),
            service_point: house.fs_kiosk,
            rights: vec![Right::OpenCards],
        };
        let secret =
            house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap();
        let actor_of = async |secret: &str| {
            house
                .service
                .read(Actor::nobody(), async |op| staff::actor_of_token(op, secret).await)
                .await
                .unwrap()
        };
        let actor = actor_of(&secret).await.unwrap();
        assert_eq!((actor.library, actor.service_point), (house.fs, Some(house.fs_kiosk)));
        house.service.write(actor.clone(), async |op| cards::open(op, adult(1)).await).await.unwrap();
        let looked = house.service.write(actor.clone(), async |op| cards::find(op, "ce").await).await;
        assert!(matches!(looked, Err(Error::Forbidden(Right::FindReaders))));
        assert!(actor_of("yk_unknown").await.is_none());

        let id =
            house.service.read(house.system(), async |op| staff::list_tokens(op).await).await.unwrap()[0].id;
        house.service.write(house.system(), async |op| staff::revoke_token(op, id).await).await.unwrap();
        assert!(actor_of(&secret).await.is_none());
    })
    .await;
}
