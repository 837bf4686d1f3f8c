//! What machines are told is of this moment, though much of it is kept in memory: what is changed at another instance is seen by the next
//! message, by order and not by time. And a glance tells what the services tell.

use chrono::TimeDelta;
use service::Service;
use service::cards::password::{self, ResetPassword, reset_password};
use service::cards::{self, CancelReason};
use service::circulation::{self, AtMachine, Glances, Reserve, set_closed_day};
use service::kernel::{Actor, Channel, Known, ReaderId, Right, Role};
use service::libraries::Policy;
use service::machines::{change_machine, list_machines};
use service::people::{self, Merge, RenewDocument};
use service::readers::{self, DocumentForm, NewBlock};
use service::testing::{House, adult, macao_resident, on_both_databases};
use sip2::{Charset, Part, field};

use super::conformance::fine;
use super::{Machines, NOW, account, default_of_one_card, lending, look};
use crate::amend::{by_eye, paper};
use crate::circulation::{book, books, days, give_back, lend, set, title_of};
use crate::life::{cancel, document_card, in_person, one_card, replace, report, restore};

#[tokio::test]
async fn a_2_3_a_password_changed_elsewhere_is_another_one_at_the_next_message() {
    on_both_databases(async |house| {
        let (here, there) = (lending(house), lending(house));
        let (here, there) = (Machines::of(&here).await, Machines::of(&there).await);
        account(house, "m1", "interlib", |_| {}).await;
        let card = one_card(house, 1).await;
        let (first, chosen) = (default_of_one_card(1), "lesen2026");
        let mut line = here.signed_in("m1", Charset::Gbk).await;
        let mut elsewhere = there.signed_in("m1", Charset::Gbk).await;
        let mut cq = async |password: &str| {
            let told = line.ask(&look(&card, password)).await;
            told.get(field::VALID_PASSWORD).unwrap_or_default().to_owned()
        };
        // The default is remembered, then another one is chosen at another instance.
        assert_eq!([cq(&first).await, cq(&first).await, cq(chosen).await], ["Y", "Y", "N"]);
        let change = format!("21{NOW}AOFS|AA{}|AD{first}|AN{chosen}|", card.number);
        let changed = elsewhere.ask(&change).await;
        assert_eq!(changed.succeeded(), Some(true), "{changed:?}");
        assert_eq!([cq(&first).await, cq(chosen).await, cq(chosen).await], ["N", "Y", "Y"]);
        // The chosen one is remembered, then the default is given back at a desk.
        let request = ResetPassword { reader: card.reader, check: by_eye() };
        house
            .service
            .write(house.clerk(), async |op| reset_password(op, request.clone()).await)
            .await
            .unwrap();
        assert_eq!([cq(chosen).await, cq(&first).await, cq(&first).await], ["N", "Y", "Y"]);
        // The default is remembered, then the document has another number.
        let number = documents::synthetic::hk_macao_permit(documents::synthetic::HmtRegion::Macao, 77, None);
        let form = DocumentForm {
            kind: "hk_macao_permit".to_owned(),
            number: number.clone(),
            ..DocumentForm::default()
        };
        let renewed = RenewDocument {
            reader: card.reader,
            document: card.document,
            form,
            evidence: Some(paper()),
            check: by_eye(),
        };
        house
            .service
            .write(house.clerk(), async |op| people::renew_document(op, renewed.clone()).await)
            .await
            .unwrap();
        let second = &number[number.len() - 6..];
        assert_ne!(second, first);
        assert_eq!([cq(&first).await, cq(second).await], ["N", "Y"]);
        here.end().await;
        there.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_1_c_what_is_set_elsewhere_holds_from_the_next_message_of_a_machine_on() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        let card = one_card(house, 1).await;
        let p = default_of_one_card(1);
        fine(house, &card, 50).await;
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        let (works, owes) = ("              ", "Y         Y   ");
        let told = line.ask(&look(&card, &p)).await;
        assert_eq!(told.fixed(Part::PatronStatus), Some(works));
        // `house.service` is another instance: a policy of the federation, taken back by one of the library.
        set(house, house.root, Policy::OwedLimitFen, "0").await;
        assert_eq!(line.ask(&look(&card, &p)).await.fixed(Part::PatronStatus), Some(owes));
        set(house, house.fs, Policy::OwedLimitFen, "100").await;
        assert_eq!(line.ask(&look(&card, &p)).await.fixed(Part::PatronStatus), Some(works));
        // By hand, in the database itself.
        house.tamper("DELETE FROM policies WHERE value = '100'").await.unwrap();
        assert_eq!(line.ask(&look(&card, &p)).await.fixed(Part::PatronStatus), Some(owes));
        // The library lends by another system from now on; what is owed here is known all the same.
        set(house, house.fs, Policy::Circulation, "none").await;
        let told = line.ask(&look(&card, &p)).await;
        assert_eq!(
            (told.fixed(Part::PatronStatus), told.get(field::FEE_AMOUNT)),
            (Some(works), Some("0.50"))
        );
        assert!(line.say("9900522.00").await.contains("BXYNNNYYYYYNNNNNNN|"));
        set(house, house.fs, Policy::Circulation, "ledger").await;
        assert!(line.say("9900522.00").await.contains("BXYYYNYYYYYYYNNYYY|"));
        // The account asks for no password from now on.
        let all = house.service.read(house.system(), list_machines).await.unwrap();
        let entry = all.into_iter().find(|entry| entry.login == "m1").unwrap();
        assert_eq!(line.ask(&look(&card, "")).await.get(field::VALID_PASSWORD), Some("N"));
        let mut settings = entry.settings;
        settings.asks_password = false;
        let changed = house
            .service
            .write(house.system(), async |op| change_machine(op, entry.id, &settings, None).await);
        changed.await.unwrap();
        assert_eq!(line.ask(&look(&card, "")).await.get(field::VALID_PASSWORD), Some("Y"));
        // The library has another code, which the machine has to say.
        house.tamper("UPDATE libraries SET code = 'FSX' WHERE code = 'FS'").await.unwrap();
        assert_eq!(line.ask(&look(&card, "")).await.get(field::VALID_PATRON), Some("N"));
        let told = line.ask(&look(&card, "").replace("AOFS|", "AOFSX|")).await;
        assert_eq!((told.get(field::VALID_PATRON), told.get(field::INSTITUTION)), (Some("Y"), Some("FSX")));
        // Its service point is closed.
        house.tamper("UPDATE service_points SET open = NOT open WHERE code = 'M1'").await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut line.stream, format!("{}\r", look(&card, "")).as_bytes())
            .await
            .unwrap();
        assert_eq!(line.hear().await, None);
        machines.end().await;
    })
    .await;
}

/// The actor of a machine of FS.
fn machine(house: &House) -> Actor {
    let rights = vec![Right::FindReaders, Right::Lend, Right::TakePayments];
    Actor { rights, channel: Channel::Machine, ..house.clerk() }
}

/// How a reader stands, by the services that say so.
async fn slowly(service: &Service, house: &House, who: &password::Presented) -> AtMachine {
    let (reader, card) = (who.reader, who.card.id);
    let asked = async move |op: &service::kernel::Op| {
        let known = cards::standing(op, reader).await?;
        if !circulation::lends_here(op).await? {
            let payable = match known {
                Known::Standing(standing) => Some(standing.charges),
                _ => None,
            };
            return Ok(AtMachine { known, payable, charges: None, against: Vec::new(), waits: None });
        }
        let waits = circulation::reservations(op, reader).await?;
        let ready = waits.iter().filter(|waits| waits.barcode.is_some()).count();
        let count = |count: usize| u32::try_from(count).unwrap();
        let against = circulation::may_borrow(op, card).await?;
        let owed = circulation::charges(op, reader).await?;
        let (payable, charges) = (Some(owed.owed), Some(count(owed.unpaid.len())));
        let waits = Some((count(ready), count(waits.len() - ready)));
        Ok(AtMachine { known, payable, charges, against, waits })
    };
    service.read(machine(house), asked).await.unwrap()
}

#[tokio::test]
async fn a_2_2_a_glance_tells_what_the_services_tell() {
    on_both_databases(async |house| {
        let service = lending(house);
        let (clerk, glances) = (house.clerk(), Glances::new(service.clone()));
        books(house, 12).await;
        let mut cards = Vec::new();
        for serial in 1..=12 {
            let card = if serial % 2 == 0 {
                document_card(house, serial).await
            } else {
                one_card(house, serial).await
            };
            cards.push(card);
        }
        let reserve = async |reader: ReaderId, place: usize| {
            let title = title_of(&service, house, &format!("第{place}本")).await;
            let wanted = Reserve { reader, title, library: house.fs };
            service.write(house.clerk(), async |op| circulation::reserve(op, wanted).await).await.unwrap();
        };
        // 0 has nothing; 1 has two items, one of which 2 waits for; 2 has one lying ready too; 3 owes; 4 is blocked; 5 was.
        for place in 1..=2 {
            lend(&service, clerk.clone(), cards[1].id, &book(place)).await.unwrap();
        }
        lend(&service, clerk.clone(), cards[3].id, &book(3)).await.unwrap();
        reserve(cards[2].reader, 1).await;
        reserve(cards[2].reader, 3).await;
        give_back(&service, clerk.clone(), &book(3)).await.unwrap();
        fine(house, &cards[3], 5000).await;
        let manager = Actor { rights: Role::BranchManager.rights().to_vec(), ..clerk.clone() };
        for (place, until) in [(4, String::new()), (5, "2026-11-24".to_owned())] {
            let (reader, note) = (cards[place].reader, "说明".to_owned());
            let block = NewBlock { reader, reason: "conduct".to_owned(), note, until };
            let done =
                house.service.write(manager.clone(), async |op| readers::block(op, block.clone()).await);
            done.await.unwrap();
        }
        // 6 is lost, 8 was; 7 is cancelled, and 10 has a new barcode; 9 has 11 merged into them.
        report(house, clerk.clone(), cards[6].id, in_person()).await.unwrap();
        report(house, clerk.clone(), cards[8].id, in_person()).await.unwrap();
        restore(house, clerk.clone(), cards[8].id, cards::RestoreReason::Found, in_person()).await.unwrap();
        cancel(house, clerk.clone(), cards[7].id, CancelReason::Wish, in_person()).await.unwrap();
        let replaced = replace(house, clerk.clone(), cards[10].id, "FS90000010").await.unwrap();
        lend(&service, clerk.clone(), cards[11].id, &book(9)).await.unwrap();
        let version = async |id| {
            service.read(house.clerk(), async move |op| readers::view(op, id).await).await.unwrap().version
        };
        let merge = Merge {
            winner: cards[9].reader,
            winner_version: version(cards[9].reader).await,
            loser: cards[11].reader,
            loser_version: version(cards[11].reader).await,
            take: Vec::new(),
            card: Some(cards[9].id),
            reason: "同一人".to_owned(),
        };
        service.write(house.system(), async |op| people::merge(op, merge.clone()).await).await.unwrap();

        let mut numbers: Vec<String> = cards.iter().map(|card| card.number.clone()).collect();
        numbers.push(replaced.card.number.clone());
        // The numbers of documents lead to the card that counts (A.2.2).
        let papers: Vec<String> = (1..=12)
            .map(|serial| if serial % 2 == 0 { adult(serial) } else { macao_resident(serial) })
            .map(|opening| opening.documents[0].number.clone())
            .collect();
        numbers.extend(papers.iter().cloned());
        // As it is; a day later, when a block has ended; when items are overdue; and when days were closed since.
        for ahead in [0, 1, 40, 20] {
            days(house, ahead);
            if ahead == 20 {
                let (day, fs) = (house.clock.now().date_naive() - TimeDelta::days(9), house.fs);
                let closes = async |op: &service::kernel::Op| set_closed_day(op, fs, day, "停电").await;
                house.service.write(house.system(), closes).await.unwrap();
            }
            let mut told_at_a_glance = 0;
            for lends in ["ledger", "none"] {
                set(house, house.fs, Policy::Circulation, lends).await;
                let (actor, fs) = (machine(house), house.fs);
                let terms = service
                    .read(actor.clone(), async move |op| circulation::terms(op, fs).await)
                    .await
                    .unwrap();
                for number in &numbers {
                    let glance = glances.at(&actor, number).await.unwrap();
                    let asked = number.clone();
                    let who = service
                        .read(actor.clone(), async move |op| password::presented(op, &asked).await)
                        .await;
                    let who = who.unwrap().expect("somebody");
                    let Some(glance) = glance else {
                        // Of a document whose holder has no card that is live, the services tell.
                        let cancelled = who.card.state == cards::CardState::Cancelled;
                        assert!(papers.contains(number) && cancelled, "{number}");
                        continue;
                    };
                    let all = |who: &password::Presented| {
                        let card =
                            (who.card.id, who.card.number.clone(), who.card.state, who.card.default_password);
                        let reader = (who.reader, who.name.clone(), who.language.clone());
                        (card, reader, who.current, who.has_another, who.block)
                    };
                    assert_eq!(all(&glance.who), all(&who), "{number} after {ahead} days");
                    if who.card.state == cards::CardState::Active
                        && let Some(stands) = glances.stands(&glance, &terms).await.unwrap()
                    {
                        assert_eq!(
                            stands,
                            slowly(&service, house, &who).await,
                            "{number} after {ahead} days"
                        );
                        told_at_a_glance += 1;
                    }
                }
            }
            assert!(told_at_a_glance >= 30, "{told_at_a_glance} after {ahead} days");
        }
        assert!(glances.at(&machine(house), "FS00000000").await.unwrap().is_none());
        assert!(glances.at(&Actor::nobody(), &numbers[0]).await.is_err(), "who may not find readers");
    })
    .await;
}

#[tokio::test]
async fn a_2_2_glances_that_go_together_each_tell_of_their_own_reader() {
    on_both_databases(async |house| {
        let service = lending(house);
        let glances = Glances::new(service.clone());
        let mut cards = Vec::new();
        for serial in 1..=23 {
            cards.push(one_card(house, serial).await);
        }
        let mut asked = Vec::new();
        for round in 0..20 {
            for card in &cards {
                let (glances, actor, card) = (glances.clone(), machine(house), card.clone());
                asked.push(tokio::spawn(async move {
                    let nobody = format!("{}{round}", card.number);
                    assert!(glances.at(&actor, &nobody).await.unwrap().is_none());
                    let seen = glances.at(&actor, &format!(" {} ", card.number)).await.unwrap().unwrap();
                    assert_eq!((seen.who.card.id, seen.who.reader), (card.id, card.reader));
                }));
            }
        }
        for one in asked {
            one.await.unwrap();
        }
        // What happened before is seen: a loss between two looks, however many others look meanwhile.
        for card in &cards {
            let others: Vec<_> = (0..40)
                .map(|place| {
                    let (glances, actor, other) =
                        (glances.clone(), machine(house), cards[place % 23].clone());
                    tokio::spawn(async move { glances.at(&actor, &other.number).await.unwrap().is_some() })
                })
                .collect();
            house.clock.advance(TimeDelta::seconds(1));
            report(house, house.clerk(), card.id, in_person()).await.unwrap();
            let seen = glances.at(&machine(house), &card.number).await.unwrap().unwrap();
            assert_eq!(seen.who.card.state, cards::CardState::Lost);
            for other in others {
                assert!(other.await.unwrap());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_2_2_what_was_seen_for_one_message_is_never_told_of_the_reader_of_the_next() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        books(house, 1).await;
        let (one, two) = (one_card(house, 1).await, one_card(house, 2).await);
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        // A message that names a reader and asks nothing of them; then something is set, before anybody else is shown.
        line.ask(&format!("17{NOW}AOFS|AA{}|AB{}|AC|", one.number, book(1))).await;
        set(house, house.fs, Policy::BookLimit, "7").await;
        let told = line.ask(&look(&two, &default_of_one_card(2))).await;
        let got = |code| told.get(code).unwrap_or_default();
        assert_eq!((got(field::PATRON), got(field::VALID_PASSWORD)), (two.number.as_str(), "Y"));
        machines.end().await;
    })
    .await;
}
