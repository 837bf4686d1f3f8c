//! Yueka against Yueka: a house whose circulation system is another house, over SIP2.

use std::net::SocketAddr;

use ils::IlsSettings;
use machines::{Options, Server};
use service::cards::CancelReason;
use service::kernel::{Known, Standing, SystemName};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::machines::{MachineSettings, NewMachine, add_machine};
use service::testing::{House, on_both_databases};
use sip2::Dialect;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::ils::{known, settings, standing, system};
use crate::life::{cancel, codes, in_person, one_card, replace, report, verify};

const PASSWORD: &str = "geheim-2026";

/// A house that answers machines, with one account for each dialect.
struct Elsewhere {
    house: House,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
}

impl Elsewhere {
    async fn new() -> Self {
        let house = House::on_sqlite().await.unwrap();
        let point = NewServicePoint {
            library: house.fs,
            code: "M1".to_owned(),
            kind: ServicePointKind::Machine,
            name: "阅卡".to_owned(),
        };
        let point =
            house.service.write(house.system(), async |op| add_service_point(op, point.clone()).await);
        let point = point.await.unwrap();
        for dialect in Dialect::NAMES {
            let new = NewMachine {
                login: format!("yueka-{dialect}"),
                password: PASSWORD.to_owned(),
                settings: MachineSettings {
                    asks_password: false,
                    ..MachineSettings::new("另一个阅卡", point, dialect)
                },
            };
            let hash = new.password_hash().await.unwrap();
            let added =
                house.service.write(house.system(), async |op| add_machine(op, &new, &hash).await).await;
            added.unwrap();
        }
        let server = Server::new(house.service.clone(), Options::default()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(async move { server.serve(listener, None, stopped).await });
        Self { house, address, stop, serving }
    }

    fn settings(&self, dialect: &str) -> IlsSettings {
        IlsSettings {
            username: format!("yueka-{dialect}"),
            password: PASSWORD.to_owned(),
            institution: "FS".to_owned(),
            dialect: dialect.to_owned(),
            ..settings("另一个阅卡", self.address)
        }
    }

    async fn tear_down(self) {
        self.stop.send_replace(true);
        self.serving.await.unwrap();
        self.house.tear_down().await;
    }
}

#[tokio::test]
async fn c_6_3_4_another_yueka_tells_loans_and_charges_in_every_dialect() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        for (serial, dialect) in (1..).zip(Dialect::NAMES) {
            house.circulation.hand_over(system(&elsewhere.settings(dialect)));
            // The same person with the same card in both.
            let here = one_card(house, serial).await;
            let there = one_card(&elsewhere.house, serial).await;
            assert_eq!(here.number, there.number);
            let tell = |known| elsewhere.house.circulation.tell(there.reader, known);
            let try_it =
                async || cancel(house, house.clerk(), here.id, CancelReason::Wish, in_person()).await;

            tell(Known::Standing(Standing { loans: 2, overdue: 1, charges: 120 }));
            assert_eq!(
                standing(house, here.reader).await,
                Known::Standing(Standing { loans: 2, overdue: 1, charges: 120 }),
                "{dialect}"
            );
            assert_eq!(codes(try_it().await), ["loans_out", "charges_unpaid"], "{dialect}");
            tell(Known::Standing(Standing { charges: 7, ..Standing::default() }));
            assert_eq!(codes(try_it().await), ["charges_unpaid"], "{dialect}");
            // What the other house does not know itself, it does not count as nothing.
            for unknown in [Known::NotConfigured, Known::Unavailable(SystemName::of("ILAS"))] {
                tell(unknown);
                assert_eq!(codes(try_it().await), ["circulation_unavailable"], "{dialect} {unknown:?}");
            }
            // A book is lent there, and comes back.
            tell(Known::Standing(Standing::default()));
            elsewhere.house.lend(elsewhere.house.clerk(), there.id, there.reader).await.unwrap();
            assert_eq!(codes(try_it().await), ["loans_out"], "{dialect}");
            tell(Known::Standing(Standing::default()));
            try_it().await.unwrap();
        }
        verify(house).await;
        elsewhere.tear_down().await;
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_a_card_that_is_lost_at_another_yueka_is_no_card_of_nobody() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        let by_its_word =
            IlsSettings { unknown_reader: "nothing".to_owned(), ..elsewhere.settings("strict") };
        house.circulation.hand_over(system(&by_its_word));
        let here = one_card(house, 1).await;
        assert_eq!(standing(house, here.reader).await, known(0, 0), "it does not know them yet");
        let there = one_card(&elsewhere.house, 1).await;
        elsewhere
            .house
            .circulation
            .tell(there.reader, Known::Standing(Standing { loans: 1, ..Standing::default() }));
        assert_eq!(standing(house, here.reader).await, known(1, 0));
        report(&elsewhere.house, elsewhere.house.clerk(), there.id, in_person()).await.unwrap();
        let refused = replace(house, house.clerk(), here.id, "FS00000077").await;
        assert_eq!(codes(refused), ["circulation_unavailable"]);
        elsewhere.tear_down().await;
    })
    .await;
}
