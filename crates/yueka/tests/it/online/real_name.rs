//! The real-name service over HTTP, as docs/real-name.md says: its simulator, and what goes wrong with it.

use std::sync::Arc;
use std::time::Duration;

use delivery::real_name_sim::{Behaviour, KnownPerson, RealNameSimulator, Says};
use delivery::{RealNameService, RealNameSettings};
use service::applications::{RealName, RealNameQuestion, State, Verdict};
use service::kernel::Clock;
use service::testing::on_both_databases;
use tokio::net::TcpListener;

use super::{applied, no, online, particulars, picture, state};

async fn simulator(people: Vec<KnownPerson>) -> (RealNameSimulator, String) {
    let simulator = RealNameSimulator::new("the secret of both", people, Clock::system());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/check", listener.local_addr().unwrap());
    let router = simulator.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (simulator, address)
}

fn client(address: &str, secret: &str) -> Arc<dyn RealName> {
    let settings = RealNameSettings {
        service: address.to_owned(),
        secret: secret.to_owned(),
        phone: true,
        photo: true,
        seconds: 1,
        ..RealNameSettings::default()
    };
    Arc::new(RealNameService::new(&settings, Clock::system()).unwrap().unwrap())
}

fn known(serial: u32) -> KnownPerson {
    let given = particulars(serial);
    KnownPerson { name: given.name, document_type: given.kind, number: given.number }
}

fn question(serial: u32) -> RealNameQuestion {
    let given = particulars(serial);
    RealNameQuestion {
        id: format!("0123456789abcdef-{serial}"),
        name: given.name,
        document_kind: given.kind,
        document_number: given.number,
        phone: given.phone,
        photo: Some(picture("front")),
    }
}

#[tokio::test]
async fn a_2_1_b_the_real_name_service_is_asked_by_a_signed_call_and_only_a_signed_answer_counts() {
    let (simulator, address) = simulator(vec![known(1)]).await;
    let client_right = client(&address, "the secret of both");
    let verdict = client_right.ask(&question(1)).await;
    assert_eq!(verdict, Verdict::Match { reference: "SIM-000001".to_owned() });
    assert_eq!(client_right.ask(&question(2)).await, Verdict::NoMatch { reference: "SIM-000002".to_owned() });
    let why = async |behaviour: Behaviour| {
        simulator.behave(behaviour);
        match client_right.ask(&question(1)).await {
            Verdict::Unavailable(why) => why,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(why(Behaviour { says: Says::Unavailable, ..Behaviour::default() }).await, "unavailable");
    assert_eq!(why(Behaviour { says: Says::Down, ..Behaviour::default() }).await, "status_503");
    assert_eq!(why(Behaviour { unsigned: true, ..Behaviour::default() }).await, "unsigned_answer");
    assert_eq!(why(Behaviour { slow_ms: 5000, ..Behaviour::default() }).await, "time_out");
    simulator.behave(Behaviour { says: Says::No, ..Behaviour::default() });
    assert!(matches!(client_right.ask(&question(1)).await, Verdict::NoMatch { .. }));
    let asked = simulator.asked();
    let stranger = client(&address, "another secret").ask(&question(1)).await;
    assert_eq!(stranger, Verdict::Unavailable("status_401".to_owned()));
    assert_eq!(simulator.asked(), asked, "who signs badly is asked nothing");
    let nobody = client("http://127.0.0.1:9/check", "the secret of both").ask(&question(1)).await;
    assert_eq!(nobody, Verdict::Unavailable("connection".to_owned()));
}

#[tokio::test]
async fn a_2_1_b_a_card_is_opened_by_the_services_yes_and_never_while_it_is_down() {
    on_both_databases(async |house| {
        online(house, no()).await;
        let (simulator, address) = simulator(vec![known(1), known(2)]).await;
        let service = house.service.clone().with_real_name(client(&address, "the secret of both"));
        let token = applied(&service, house, particulars(1)).await;
        assert_eq!(state(&service, &token).await, State::Approved);
        simulator.behave(Behaviour { says: Says::Down, ..Behaviour::default() });
        let token = applied(&service, house, particulars(2)).await;
        assert_eq!(state(&service, &token).await, State::Waiting);
        // While it is slow nothing else waits: it is asked outside of any transaction.
        simulator.behave(Behaviour { slow_ms: 900, ..Behaviour::default() });
        let (token, _) = super::proven(&service, house, particulars(3)).await;
        let slow = {
            let (service, token) = (service.clone(), token.clone());
            tokio::spawn(
                async move { service::applications::send(&service, &token, super::both_sides()).await },
            )
        };
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!slow.is_finished());
        crate::passwords::open(house, service::testing::adult(4)).await;
        assert!(!slow.is_finished(), "a desk opened a card meanwhile");
        slow.await.unwrap().unwrap();
        assert_eq!(state(&service, &token).await, State::Waiting);
    })
    .await;
}
