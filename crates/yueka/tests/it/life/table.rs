//! The table of the services on a card: every combination, and that the operations refuse by it.

use std::path::Path;

use chrono::{DateTime, TimeDelta};
use documents::DocumentKind;
use service::Error;
use service::cards::{
    self, Asked, CARD_SERVICES, Cancel, CancelReason, CardKind, CardState, CardView, ChangeKind, ConfirmLoss,
    Facts, Refer, Replace, ReportLoss, Restore, RestoreReason, UndoLoss, stands_against,
};
use service::kernel::{Actor, Blocker, CardId, Channel, LibraryId, Op, ServiceName};
use service::libraries::{Policy, set_policy};
use service::records::{CheckMethod, IdentityCheck, Presence};
use service::testing::{House, child, on_both_databases};

use super::{agent_of, by_phone, cancel, guardian_of, in_person, open, replace_by, report};

#[test]
fn the_page_of_services_is_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/services.md");
    let printed = cards::services_in_words();
    if std::env::var_os("YUEKA_BLESS").is_some() {
        std::fs::write(&path, &printed).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == printed, "docs/services.md is not what the table says: run this with YUEKA_BLESS=1");
}

/// All that the table is asked about, once in each combination.
fn combinations(mut look: impl FnMut(ServiceName, &Facts, &Asked)) -> usize {
    let both = [false, true];
    let mut count = 0;
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
    let states = [
        (CardState::Active, false, false),
        (CardState::Lost, false, false),
        (CardState::Cancelled, false, false),
        (CardState::Cancelled, true, false),
        (CardState::Cancelled, true, true),
    ];
    for service in CARD_SERVICES {
        for (state, was_lost, replaced) in states {
            for kind in CardKind::ALL {
                for age in [9, 15, 16, 36] {
                    for (lost_by_caller, in_time, to_confirm) in
                        both.iter().flat_map(|a| both.iter().flat_map(move |b| both.map(|c| (*a, *b, c))))
                    {
                        let late = now - TimeDelta::milliseconds(1);
                        let facts = Facts {
                            state,
                            kind,
                            was_lost,
                            replaced,
                            holds_another: None,
                            lost_by_caller,
                            undo_until: Some(if in_time { now } else { late }),
                            to_confirm,
                            documents: vec![DocumentKind::ResidentId],
                            age,
                            issuing_library: LibraryId(uuid::Uuid::nil()),
                        };
                        for at_issuing in both {
                            for channel in Channel::ALL {
                                for who in Presence::ALL {
                                    for method in CheckMethod::ALL {
                                        for deceased in both {
                                            let asked =
                                                Asked { at: now, at_issuing, channel, who, method, deceased };
                                            look(service, &facts, &asked);
                                            count += 1;
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    count
}

/// What the clauses say, each for itself and in other words than the table's.
fn expected(service: ServiceName, facts: &Facts, asked: &Asked) -> Vec<&'static str> {
    use ServiceName as S;
    let mut codes = Vec::new();
    let mut when = |applies: bool, code: &'static str| {
        if applies {
            codes.push(code);
        }
    };
    let (active, lost) = (facts.state == CardState::Active, facts.state == CardState::Lost);
    let gone = facts.state == CardState::Cancelled;
    let one_card = facts.kind == CardKind::OneCard;
    let wants_successor = gone && facts.was_lost && !facts.replaced;
    let still_helped = match service {
        S::Replace => wants_successor,
        S::Refer => wants_successor && one_card,
        _ => false,
    };
    let about_state = !still_helped;
    // A.4.1 to A.4.4: the states.
    when(gone && about_state && facts.replaced, "card_replaced");
    when(gone && about_state && !facts.replaced, "card_cancelled");
    when(lost && matches!(service, S::ReportLoss | S::ChangeKind), "card_lost");
    when(lost && service == S::ConfirmLoss && !facts.to_confirm, "card_lost");
    when(active && matches!(service, S::Restore | S::UndoLoss | S::ConfirmLoss), "card_active");
    when(lost && service == S::UndoLoss && !facts.lost_by_caller, "reported_by_another");
    let late = facts.undo_until.is_some_and(|until| until < asked.at);
    when(lost && service == S::UndoLoss && facts.lost_by_caller && late, "too_late_to_undo");
    // 6.3.3: the place.
    let here_only = matches!(service, S::Cancel | S::Replace);
    let has_successors = service != S::Replace || one_card;
    when(here_only && has_successors && !asked.at_issuing, "issuing_library_only");
    when(service == S::Refer && asked.at_issuing, "issuing_library_here");
    // A.4.4, Table A1: the kind.
    when(service == S::Replace && !one_card, "one_card_only");
    when(service == S::ChangeKind && !one_card && facts.age >= 16, "document_is_the_card");
    // A.4.1 to A.4.4, 4.2.2: who, and how.
    let loss = service == S::ReportLoss;
    let staffed = matches!(asked.channel, Channel::Desk | Channel::Group | Channel::MobilePoint);
    when(asked.method == CheckMethod::Phone && !loss, "phone_for_loss_only");
    when(!staffed && !loss, "at_desk_only");
    when(asked.who == Presence::Guardian && facts.age >= 16, "guardian_of_minor_only");
    let of_guardian = matches!(service, S::Cancel | S::Replace | S::ChangeKind);
    when(asked.who == Presence::Reader && facts.age < 16 && of_guardian, "guardian_needed");
    let by_agent = loss || service == S::Refer || (service == S::Cancel && asked.deceased);
    when(asked.who == Presence::Agent && !by_agent, "in_person_only");
    codes.sort_unstable();
    codes
}

#[test]
fn c_6_3_every_combination_is_refused_for_what_the_clauses_say_and_for_nothing_else() {
    let count = combinations(|service, facts, asked| {
        let mut codes: Vec<&str> = stands_against(service, facts, asked).iter().map(Blocker::code).collect();
        codes.sort_unstable();
        assert_eq!(codes, expected(service, facts, asked), "{service:?} {facts:?} {asked:?}");
    });
    assert_eq!(count, 8 * 5 * 2 * 4 * 8 * 2 * 7 * 3 * 6 * 2);
}

/// Renders a service as far as it goes, and undoes it.
async fn try_out(
    op: &Op,
    service: ServiceName,
    card: &CardView,
    check: IdentityCheck,
) -> service::Result<()> {
    let id = card.id;
    let barcode = "FS00000099".to_owned();
    match service {
        ServiceName::ReportLoss => cards::report_loss(op, ReportLoss { card: id, check }).await,
        ServiceName::UndoLoss => cards::undo_loss(op, UndoLoss { card: id }).await,
        ServiceName::ConfirmLoss => cards::confirm_loss(op, ConfirmLoss { card: id, check }).await,
        ServiceName::Restore => {
            cards::restore(op, Restore { card: id, reason: RestoreReason::Found, check }).await
        }
        ServiceName::Cancel => {
            let reason = CancelReason::Wish;
            cards::cancel(op, Cancel { card: id, reason, circulation_checked: true, check }).await
        }
        ServiceName::Replace => {
            cards::replace(op, Replace { card: id, barcode, circulation_checked: true, check }).await
        }
        ServiceName::ChangeKind => {
            let to = if card.kind == CardKind::OneCard { CardKind::Document } else { CardKind::OneCard };
            let barcode = if to == CardKind::OneCard { barcode } else { String::new() };
            cards::change_kind(op, ChangeKind { card: id, to, barcode, document: None, check }).await
        }
        _ => {
            let gone = card.state == CardState::Cancelled && card.kind == CardKind::OneCard;
            let service = if gone { ServiceName::Replace } else { ServiceName::Cancel };
            cards::refer(op, Refer { card: id, service, check }).await
        }
    }?;
    Err(Error::Internal("rendered".to_owned()))
}

/// What the house says of a service when it is really asked for.
async fn really(
    house: &House,
    actor: &Actor,
    service: ServiceName,
    card: &CardView,
    check: &IdentityCheck,
) -> Vec<&'static str> {
    let result =
        house.service.write(actor.clone(), async |op| try_out(op, service, card, check.clone()).await).await;
    match result {
        Err(Error::Internal(text)) if text == "rendered" => Vec::new(),
        Err(Error::Refused(blockers)) => {
            let mut codes: Vec<&str> = blockers.iter().map(Blocker::code).collect();
            codes.sort_unstable();
            codes
        }
        other => panic!("{service:?}: {other:?}"),
    }
}

/// A card of a child in each condition.
async fn in_condition(house: &House, serial: u32, kind: CardKind, condition: usize) -> CardView {
    let mut request = child(serial);
    request.kind = kind;
    if kind == CardKind::OneCard {
        request.barcode = format!("FS{serial:08}");
    }
    let card = open(house, house.clerk(), request).await.card;
    let clerk = house.clerk();
    let by_eye = in_person();
    match condition {
        0 => {}
        1 => drop(report(house, clerk, card.id, by_eye).await.unwrap()),
        2 => drop(report(house, clerk, card.id, answers(serial)).await.unwrap()),
        3 => drop(cancel(house, clerk, card.id, CancelReason::Wish, guardian_of(serial)).await.unwrap()),
        _ => {
            report(house, clerk.clone(), card.id, by_eye).await.unwrap();
            cancel(house, clerk.clone(), card.id, CancelReason::Wish, guardian_of(serial)).await.unwrap();
            if condition == 5 && kind == CardKind::OneCard {
                replace_by(house, clerk, card.id, &format!("FS{:08}", serial + 50_000), guardian_of(serial))
                    .await
                    .unwrap();
            }
        }
    }
    super::card(house, card.id).await
}

fn answers(serial: u32) -> IdentityCheck {
    let number = child(serial).documents[0].number.clone();
    by_phone(&[
        ("birth_date", "2017-03-09"),
        ("document_end", &number[14..]),
        ("phone", &format!("{serial:04}")),
    ])
}

async fn told(
    house: &House,
    actor: &Actor,
    id: CardId,
    check: &IdentityCheck,
) -> Vec<(ServiceName, Vec<&'static str>)> {
    let (who, method) = (check.who, check.method);
    let found = house
        .service
        .read(actor.clone(), async |op| cards::services(op, id, who, method).await)
        .await
        .unwrap();
    let codes = |blockers: &[Blocker]| {
        let mut codes: Vec<&str> = blockers.iter().map(Blocker::code).collect();
        codes.sort_unstable();
        codes
    };
    found.services.iter().map(|choice| (choice.service, codes(&choice.blockers))).collect()
}

#[tokio::test]
async fn c_6_3_what_the_desk_is_told_is_what_the_operations_do() {
    on_both_databases(async |house| {
        let root = house.root;
        let days = async |op: &Op| set_policy(op, root, Policy::LossConfirmDays, Some("7")).await;
        house.service.write(house.system(), days).await.unwrap();
        let mut serial = 0;
        for kind in CardKind::ALL {
            for condition in 0..6 {
                serial += 1;
                let card = in_condition(house, serial, kind, condition).await;
                for actor in [house.clerk(), house.clerk_at_branch(), house.clerk_at_sd()] {
                    let mut of_child = agent_of(serial);
                    of_child.principal.as_mut().unwrap().document_number =
                        child(serial).documents[0].number.clone();
                    for check in [in_person(), guardian_of(serial), of_child, answers(serial)] {
                        for (service, codes) in told(house, &actor, card.id, &check).await {
                            // Nobody is asked for papers when a mistake is taken back.
                            if service == ServiceName::UndoLoss && check != in_person() {
                                continue;
                            }
                            let found = really(house, &actor, service, &card, &check).await;
                            assert_eq!(found, codes, "{service:?} {kind} {condition} {:?}", check.who);
                        }
                    }
                }
                assert_eq!(super::card(house, card.id).await.version, card.version, "nothing was changed");
            }
        }
    })
    .await;
}
