//! `docs/services.md`: the table of [`super::table`] printed, so that what people read is what the program does.

use std::fmt::Write as _;

use chrono::DateTime;
use documents::DocumentKind;

use super::table::{Asked, CARD_SERVICES, Facts, of_circulation, stands_against};
use super::{CardKind, CardState};
use crate::kernel::{Blocker, Channel, Known, LibraryId, ServiceName, Standing, SystemName};
use crate::records::{CheckMethod, Presence};

/// A card in one of the conditions that the table tells apart.
struct Condition {
    name: &'static str,
    state: CardState,
    was_lost: bool,
    replaced: bool,
    to_confirm: bool,
}

const CONDITIONS: [Condition; 6] = [
    Condition {
        name: "active",
        state: CardState::Active,
        was_lost: false,
        replaced: false,
        to_confirm: false,
    },
    Condition { name: "lost", state: CardState::Lost, was_lost: false, replaced: false, to_confirm: false },
    Condition {
        name: "lost, to confirm",
        state: CardState::Lost,
        was_lost: false,
        replaced: false,
        to_confirm: true,
    },
    Condition {
        name: "cancelled",
        state: CardState::Cancelled,
        was_lost: false,
        replaced: false,
        to_confirm: false,
    },
    Condition {
        name: "lost, then cancelled",
        state: CardState::Cancelled,
        was_lost: true,
        replaced: false,
        to_confirm: false,
    },
    Condition {
        name: "replaced",
        state: CardState::Cancelled,
        was_lost: true,
        replaced: true,
        to_confirm: false,
    },
];

const MINOR: i32 = 9;
const ADULT: i32 = 36;

fn facts(kind: CardKind, condition: &Condition, age: i32) -> Facts {
    let lost = condition.state == CardState::Lost;
    Facts {
        state: condition.state,
        kind,
        was_lost: condition.was_lost,
        replaced: condition.replaced,
        holds_another: None,
        lost_by_caller: lost,
        undo_until: lost.then_some(DateTime::UNIX_EPOCH),
        to_confirm: condition.to_confirm,
        // Under 16 this document leaves the choice, so that Table A1 is in nobody's way here.
        documents: vec![DocumentKind::ResidentId],
        age,
        issuing_library: LibraryId(uuid::Uuid::nil()),
    }
}

fn in_person(at_issuing: bool) -> Asked {
    Asked {
        at: DateTime::UNIX_EPOCH,
        at_issuing,
        channel: Channel::Desk,
        who: Presence::Reader,
        method: CheckMethod::ByEye,
        deceased: false,
    }
}

fn cell(blockers: &[Blocker]) -> String {
    if blockers.is_empty() {
        return "✓".to_owned();
    }
    let mut codes: Vec<String> = blockers.iter().map(|blocker| format!("`{}`", blocker.code())).collect();
    codes.dedup();
    codes.join(" ")
}

fn row(text: &mut String, cells: &[String]) {
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

fn head(text: &mut String, cells: &[String]) {
    row(text, cells);
    let _ = writeln!(text, "|{}", "---|".repeat(cells.len()));
}

/// The table as a page of Markdown.
#[must_use]
pub fn services_in_words() -> String {
    let mut text = String::from(
        "# Services on a card\n\n\
         What may be done with a card, and what stands against it. This page is printed from the table that the operations, the \
         desk and `GET /api/v1/cards/{number}/blockers` use (`crates/service/src/cards/table.rs`); a test fails when it differs, and \
         `YUEKA_BLESS=1 cargo nextest run -p yueka the_page_of_services` prints it anew. ✓: it may be done.\n",
    );
    by_condition(&mut text);
    by_presence(&mut text);
    by_circulation(&mut text);
    text
}

fn by_condition(text: &mut String) {
    for (kind, name) in [(CardKind::Document, "A document card"), (CardKind::OneCard, "A One-Card")] {
        for (at_issuing, place) in
            [(true, "at the issuing library or one of its branches"), (false, "at any other member library")]
        {
            let _ = writeln!(text, "\n## {name}, {place}\n");
            let _ = writeln!(
                text,
                "The guardian of a reader under 16, at a desk; a loss was reported by the same clerk a moment ago. Table A1 leaves the choice of \
                 kind (the reader has an ID card).\n"
            );
            let names = CONDITIONS.iter().map(|condition| condition.name.to_owned());
            head(text, &std::iter::once("service".to_owned()).chain(names).collect::<Vec<_>>());
            for service in CARD_SERVICES {
                let cells = CONDITIONS.iter().map(|condition| {
                    let asked = Asked { who: Presence::Guardian, ..in_person(at_issuing) };
                    cell(&stands_against(service, &facts(kind, condition, MINOR), &asked))
                });
                row(text, &std::iter::once(label(service)).chain(cells).collect::<Vec<_>>());
            }
        }
    }
}

fn label(service: ServiceName) -> String {
    format!("`{}`", service.as_str())
}

/// Who may ask: a condition of the card in which nothing else is in the way.
fn by_presence(text: &mut String) {
    let asks = |who, method, channel, deceased| Asked { who, method, channel, deceased, ..in_person(true) };
    let (eye, desk) = (CheckMethod::ByEye, Channel::Desk);
    let columns = [
        ("the reader", ADULT, asks(Presence::Reader, eye, desk, false)),
        ("the reader under 16, alone", MINOR, asks(Presence::Reader, eye, desk, false)),
        ("the guardian, reader under 16", MINOR, asks(Presence::Guardian, eye, desk, false)),
        ("a guardian, reader of 16 or more", ADULT, asks(Presence::Guardian, eye, desk, false)),
        ("an agent", ADULT, asks(Presence::Agent, eye, desk, false)),
        ("an agent, the reader has died", ADULT, asks(Presence::Agent, eye, desk, true)),
        ("a caller", ADULT, asks(Presence::Reader, CheckMethod::Phone, desk, false)),
        ("the reader, portal", ADULT, asks(Presence::Reader, CheckMethod::Password, Channel::Online, false)),
        (
            "the reader, kiosk",
            ADULT,
            asks(Presence::Reader, CheckMethod::Password, Channel::SelfService, false),
        ),
        (
            "the reader, machine",
            ADULT,
            asks(Presence::Reader, CheckMethod::Password, Channel::Machine, false),
        ),
    ];
    let _ = writeln!(text, "\n## Who asks, and through which door\n");
    let _ = writeln!(text, "Where the card and the place are in nobody's way.\n");
    let names = columns.iter().map(|(name, ..)| (*name).to_owned());
    head(text, &std::iter::once("service".to_owned()).chain(names).collect::<Vec<_>>());
    for service in CARD_SERVICES {
        let cells = columns.iter().map(|(_, age, asked)| {
            let facts = in_nobodys_way(service, *age);
            cell(&stands_against(
                service,
                &facts,
                &Asked { at_issuing: service != ServiceName::Refer, ..*asked },
            ))
        });
        row(text, &std::iter::once(label(service)).chain(cells).collect::<Vec<_>>());
    }
}

/// A card on which the service may be rendered, of a reader of this age.
fn in_nobodys_way(service: ServiceName, age: i32) -> Facts {
    let condition = CONDITIONS.iter().find(|condition| match service {
        ServiceName::Restore | ServiceName::UndoLoss => condition.state == CardState::Lost,
        ServiceName::ConfirmLoss => condition.to_confirm,
        _ => condition.state == CardState::Active,
    });
    // A grown-up with an ID card may go back from the One-Card of their childhood.
    let kind = match service {
        ServiceName::Replace | ServiceName::ChangeKind => CardKind::OneCard,
        _ => CardKind::Document,
    };
    facts(kind, condition.unwrap_or(&CONDITIONS[0]), age)
}

fn by_circulation(text: &mut String) {
    let _ = writeln!(
        text,
        "\n## Loans and charges, for `cancel` and `replace` of a card that is not cancelled yet\n"
    );
    head(text, &["circulation".to_owned(), "looked up by the clerk".to_owned(), "not looked up".to_owned()]);
    let standing = |loans, charges| Known::Standing(Standing { loans, overdue: 0, charges });
    for (name, known) in [
        ("nothing out, nothing owed", standing(0, 0)),
        ("items on loan", standing(1, 0)),
        ("charges unpaid", standing(0, 1)),
        ("both", standing(1, 1)),
        ("not configured", Known::NotConfigured),
        ("does not answer", Known::Unavailable(SystemName::of("ILAS"))),
    ] {
        let cells = [true, false].map(|checked| cell(&of_circulation(known, checked)));
        row(text, &std::iter::once(name.to_owned()).chain(cells).collect::<Vec<_>>());
    }
}
