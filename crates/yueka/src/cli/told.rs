//! What an operation refuses, in words for whoever runs a command.

use anyhow::{Error, anyhow};
use service::kernel::{Blocker, Invalid, Problem, local_moment};

/// A refusal in words.
pub fn told(error: service::Error) -> Error {
    match error {
        service::Error::Invalid(Invalid(fields)) => {
            let fields: Vec<String> =
                fields.iter().map(|wrong| format!("{} {}", wrong.field, in_words(&wrong.problem))).collect();
            anyhow!("{}", fields.join("; "))
        }
        service::Error::Forbidden(right) => {
            anyhow!("the account lacks a right, or it can't be given here: {right}")
        }
        service::Error::NotFound(what) => anyhow!("there is no such {what}"),
        service::Error::Refused(blockers) => {
            let told: Vec<String> = blockers.iter().map(of_blocker).collect();
            anyhow!("refused: {}", told.join(", "))
        }
        service::Error::Stale => anyhow!("somebody else changed this since that version: look at it again"),
        service::Error::Busy => anyhow!("the database is busy; nothing was done, try again"),
        other => other.into(),
    }
}

fn of_blocker(blocker: &Blocker) -> String {
    let told = format!("{} ({})", blocker.code(), blocker.clause());
    match blocker {
        Blocker::UndoMergeFirst { merge, at } => {
            format!("{told}: undo {merge} of {} first", local_moment(*at))
        }
        Blocker::PlainlyDifferent => format!("{told}: say why they are one person with --reason"),
        Blocker::MergeCancelsElsewhere { .. } => {
            format!("{told}: let that card stay, or have a manager of its issuing library merge them")
        }
        Blocker::InStockElsewhere { names: [library, ..], .. } => {
            format!("{told}: it is in the book of {library}")
        }
        Blocker::CardsNotThere(cards) | Blocker::NumbersTaken(cards) | Blocker::RunNotReadable(cards) => {
            format!("{told}: {} of them, the first is {}", cards.count, cards.first)
        }
        Blocker::NotEnoughCards(count) => format!("{told}: there are only {count}"),
        _ => told,
    }
}

fn in_words(problem: &Problem) -> String {
    match problem {
        Problem::Missing => "is missing".to_owned(),
        Problem::TooLong(most) => format!("is longer than {most} characters"),
        Problem::TooShort(least) => format!("is shorter than {least} characters"),
        Problem::Character => {
            "has a character that can't stand there: use a–z, 0–9, '.', '-', '_'".to_owned()
        }
        Problem::Taken => "is taken: choose another".to_owned(),
        Problem::WeakPassword => "is too weak: eight characters or more, with letters and digits".to_owned(),
        Problem::NotApplicable => {
            "has no place there: federation_admin is for the federation itself, and others are for any library"
                .to_owned()
        }
        other => format!("can't be taken ({})", other.code()),
    }
}
