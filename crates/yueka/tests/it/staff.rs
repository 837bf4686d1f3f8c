//! Staff: accounts, sign-in, sessions and tokens (5.1).

use chrono::TimeDelta;
use service::Error;
use service::cards;
use service::kernel::{Actor, Problem, Right, Role, Who};
use service::libraries::{Policy, set_policy};
use service::records::CheckMethod;
use service::staff::{self, NewStaff, NewToken};
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
            let refused = staff::sign_in(&house.service, "chen.min", "wrong-1", "10.0.0.9").await;
            assert!(matches!(refused, Err(Error::SignInRefused)), "{place}: {refused:?}");
        }
        let locked = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.9").await;
        assert!(matches!(locked, Err(Error::TooManyTries(wait)) if wait > 800), "{locked:?}");
        // Who guesses elsewhere does not keep the clerk from their desk.
        staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.1").await.unwrap();
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
            let new = NewStaff {
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
        let mut read = adult(1);
        read.check.method = CheckMethod::ReaderDevice;
        house.service.write(actor.clone(), async |op| cards::open(op, read.clone()).await).await.unwrap();
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

#[tokio::test]
async fn c_5_1_3_guesses_from_many_places_lock_the_account_and_a_reset_opens_it() {
    on_both_databases(async |house| {
        let id = house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        for place in 0..25 {
            let refused =
                staff::sign_in(&house.service, "chen.min", "wrong-1", &format!("10.0.1.{place}")).await;
            assert!(matches!(refused, Err(Error::SignInRefused)), "{place}: {refused:?}");
        }
        let locked = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.9").await;
        assert!(matches!(locked, Err(Error::TooManyTries(_))), "{locked:?}");

        // Five more from the desk itself: a new password starts anew there too.
        let hash = service::kernel::hash_password("foshan2026x").await.unwrap();
        house
            .service
            .write(house.system(), async |op| staff::reset_password(op, id, &hash).await)
            .await
            .unwrap();
        let old = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.9").await;
        assert!(matches!(old, Err(Error::SignInRefused)));
        staff::sign_in(&house.service, "chen.min", "foshan2026x", "10.0.0.9").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_fifty_failures_from_one_address_keep_nobody_else_from_their_desk() {
    on_both_databases(async |house| {
        house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        for place in 0..60 {
            let _ =
                staff::sign_in(&house.service, &format!("guess{}", place / 5), "wrong-1", "10.0.0.9").await;
        }
        staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.9").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_ones_own_password_is_not_guessed_at_an_open_desk_and_ends_other_sessions() {
    on_both_databases(async |house| {
        house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        let here = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.1").await.unwrap().token;
        let elsewhere = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.2").await.unwrap().token;
        let actor = session(house, &here).await.unwrap().actor;
        let change = async |current: &str| {
            staff::change_password(&house.service, &actor, &here, current, "foshan2026x").await
        };
        for _ in 0..5 {
            assert!(matches!(change("wrong-1").await, Err(Error::Invalid(_))));
        }
        assert!(matches!(change(PASSWORD).await, Err(Error::TooManyTries(_))));
        // The door is another matter.
        staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.3").await.unwrap();
        house.clock.advance(TimeDelta::minutes(16));
        change(PASSWORD).await.unwrap();
        assert!(session(house, &here).await.is_some());
        assert!(session(house, &elsewhere).await.is_none(), "signed out elsewhere");
    })
    .await;
}

#[tokio::test]
async fn c_5_1_1_accounts_are_managed_within_ones_library_and_rights() {
    on_both_databases(async |house| {
        let manager = house.add_staff("manager", house.fs, Role::BranchManager).await.unwrap();
        let clerk = house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        let foreign = house.add_staff("he.jiaxin", house.sd, Role::Clerk).await.unwrap();
        let admin = house.add_staff("zhou.ning", house.root, Role::FederationAdmin).await.unwrap();
        let token = staff::sign_in(&house.service, "manager", PASSWORD, "10.0.0.1").await.unwrap().token;
        let actor = session(house, &token).await.unwrap().actor;
        let desk = staff::sign_in(&house.service, "chen.min", PASSWORD, "10.0.0.1").await.unwrap().token;
        let role = async |id, role| {
            house.service.write(actor.clone(), async move |op| staff::set_role(op, id, role).await).await
        };
        role(clerk, Role::GroupClerk).await.unwrap();
        assert!(session(house, &desk).await.is_none(), "signed out");
        assert!(matches!(role(clerk, Role::FederationAdmin).await, Err(Error::Forbidden(_))));
        for other in [foreign, admin, manager] {
            assert!(matches!(role(other, Role::Clerk).await, Err(Error::NotFound(_))));
            let reset = house
                .service
                .write(actor.clone(), async move |op| staff::reset_password(op, other, "-").await);
            assert!(matches!(reset.await, Err(Error::NotFound(_))));
        }
        let to = async |id, library| {
            house.service.write(actor.clone(), async move |op| staff::move_staff(op, id, library).await).await
        };
        to(clerk, house.branch).await.unwrap();
        assert!(matches!(to(clerk, house.sd).await, Err(Error::NotFound(_))));
        let codes = house.service.write(actor.clone(), async move |op| staff::remove_codes(op, clerk).await);
        assert!(matches!(codes.await, Err(Error::NotFound(_))), "none are asked for");

        // The federation is run from the federation.
        let above = async |library, username: &str| {
            let new = NewStaff {
                username: username.to_owned(),
                name: "周".to_owned(),
                library,
                role: Role::FederationAdmin,
                password: PASSWORD.to_owned(),
            };
            house.service.write(house.system(), async |op| staff::add_staff(op, &new, "-").await).await
        };
        assert!(
            matches!(above(house.fs, "above").await, Err(Error::Invalid(wrong)) if wrong.0[0].field == "role")
        );
        above(house.root, "above").await.unwrap();
        let down =
            house.service.write(house.system(), async |op| staff::move_staff(op, admin, house.sd).await);
        assert!(matches!(down.await, Err(Error::Invalid(wrong)) if wrong.0[0].field == "library"));
    })
    .await;
}

#[tokio::test]
async fn c_5_3_what_is_done_with_accounts_tokens_and_policies_stands_in_the_chain() {
    on_both_databases(async |house| {
        let id = house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        let new = NewToken { name: "自助机".to_owned(), service_point: house.fs_kiosk, rights: vec![] };
        house
            .service
            .write(house.system(), async |op| {
                staff::reset_password(op, id, "-").await?;
                staff::set_role(op, id, Role::GroupClerk).await?;
                staff::move_staff(op, id, house.sd).await?;
                staff::set_active(op, id, false).await?;
                staff::set_active(op, id, true).await?;
                set_policy(op, house.sd, Policy::AvLimit, Some("4")).await?;
                set_policy(op, house.sd, Policy::AvLimit, None).await?;
                staff::issue_token(op, &new).await
            })
            .await
            .unwrap();
        let token =
            house.service.read(house.system(), async |op| staff::list_tokens(op).await).await.unwrap()[0].id;
        house.service.write(house.system(), async |op| staff::revoke_token(op, token).await).await.unwrap();
        for (service, times) in [
            ("add_staff", 1),
            ("reset_staff_password", 1),
            ("set_staff_role", 1),
            ("move_staff", 1),
            ("close_staff", 1),
            ("reopen_staff", 1),
            ("set_policy", 2),
            ("issue_token", 1),
            ("revoke_token", 1),
        ] {
            let touch = "UPDATE service_records SET outcome = 'done' WHERE reader_id IS NULL AND service = ";
            let touched = house.tamper(&[touch, "'", service, "'"].concat()).await.unwrap();
            assert_eq!(touched, times, "{service}");
        }
        service::records::seal(&house.service, service::records::Chain::ServiceRecords, 100).await.unwrap();
        let walked = house.service.read(house.system(), service::records::verify).await.unwrap();
        assert_eq!((walked[0].sealed, &walked[0].misfit), (10, &None));
    })
    .await;
}
