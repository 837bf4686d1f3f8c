//! `yueka card show|report-loss|undo-loss|restore|cancel|replace|change-kind`: the services of a desk for one card, by its number.
//!
//! They are rendered in the name of an account of staff, at one of its service points, and checked and recorded as at the desk.
//! Documents have no place on a command line, where history and process lists keep them: whoever runs a command has seen them, or
//! names a file that holds them (`--papers`).

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use service::Service;
use service::cards::{
    self, Cancel, CancelReason, CardChange, CardKind, ChangeKind, ConfirmLoss, Replace, ReportLoss, Restore,
    RestoreReason, UndoLoss, grouped,
};
use service::kernel::{Actor, CardId, local_moment};
use service::records::IdentityCheck;

use super::at::At;
use super::identity::Identity;
use super::table;
use super::told::told;

/// One card, by its number.
#[derive(Debug, Subcommand)]
pub enum Card {
    /// Show a card, and what can and can't be done with it now
    Show(Place),
    /// Report it lost: it stops working everywhere at this moment (6.3.1)
    ReportLoss(Place),
    /// Take back a loss that the same account reported by mistake (A.4.1)
    UndoLoss(Place),
    /// Confirm in person a loss that was told by phone (A.4.1)
    ConfirmLoss(Place),
    /// Restore it: it was found, or the document was re-issued (6.3.2)
    Restore(RestoreArgs),
    /// Cancel it, at the library that issued it (6.3.3, 6.3.4)
    Cancel(CancelArgs),
    /// Replace a One-Card by a new one: loss, cancellation and new card in one go (A.4.4)
    Replace(ReplaceArgs),
    /// Make a One-Card a document card, or the other way (Table A1)
    ChangeKind(ChangeKindArgs),
}

/// Which card, and who serves where.
#[derive(Debug, Args)]
pub struct Place {
    #[command(flatten)]
    at: At,
    /// The number of the card: virtual number or barcode
    number: String,
    #[command(flatten)]
    identity: Identity,
}

/// `yueka card restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    place: Place,
    /// found or document_reissued
    #[arg(long)]
    reason: String,
}

/// `yueka card cancel`
#[derive(Debug, Args)]
pub struct CancelArgs {
    #[command(flatten)]
    place: Place,
    /// wish, moved_away, guardian_request, deceased or other
    #[arg(long)]
    reason: String,
    /// Loans and charges were looked up in the library's own system, and there are none
    #[arg(long)]
    circulation_checked: bool,
}

/// `yueka card replace`
#[derive(Debug, Args)]
pub struct ReplaceArgs {
    #[command(flatten)]
    place: Place,
    /// The barcode of the new card
    #[arg(long)]
    barcode: String,
    /// Loans and charges were looked up in the library's own system, and there are none
    #[arg(long)]
    circulation_checked: bool,
}

/// `yueka card change-kind`
#[derive(Debug, Args)]
pub struct ChangeKindArgs {
    #[command(flatten)]
    place: Place,
    /// document or one_card
    #[arg(long)]
    to: String,
    /// The barcode of the One-Card
    #[arg(long, default_value = "")]
    barcode: String,
}

/// A card found, and the hands to serve it with.
struct Desk {
    service: Service,
    actor: Actor,
    card: CardId,
    check: IdentityCheck,
}

impl Place {
    async fn take(&self) -> Result<Desk> {
        let check = self.identity.read()?;
        let (service, actor) = self.at.open().await?;
        let number = self.number.clone();
        let card = service
            .read(actor.clone(), async move |op| cards::by_number(op, &number).await)
            .await
            .map_err(told)?;
        Ok(Desk { service, actor, card, check })
    }
}

impl Card {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Show(place) => show(&place).await?,
            Self::ReportLoss(place) => {
                let Desk { service, actor, card, check } = place.take().await?;
                let request = ReportLoss { card, check };
                say(service
                    .write(actor, async move |op| cards::report_loss(op, request.clone()).await)
                    .await)?;
            }
            Self::UndoLoss(place) => {
                let Desk { service, actor, card, .. } = place.take().await?;
                let request = UndoLoss { card };
                say(service.write(actor, async move |op| cards::undo_loss(op, request).await).await)?;
            }
            Self::ConfirmLoss(place) => {
                let Desk { service, actor, card, check } = place.take().await?;
                let request = ConfirmLoss { card, check };
                say(service
                    .write(actor, async move |op| cards::confirm_loss(op, request.clone()).await)
                    .await)?;
            }
            Self::Restore(asked) => {
                let reason = word(RestoreReason::ALL, RestoreReason::as_str, "--reason", &asked.reason)?;
                let Desk { service, actor, card, check } = asked.place.take().await?;
                let request = Restore { card, reason, check };
                say(service.write(actor, async move |op| cards::restore(op, request.clone()).await).await)?;
            }
            Self::Cancel(asked) => {
                let reason = word(CancelReason::ALL, CancelReason::as_str, "--reason", &asked.reason)?;
                let Desk { service, actor, card, check } = asked.place.take().await?;
                let request = Cancel { card, reason, circulation_checked: asked.circulation_checked, check };
                say(service.write(actor, async move |op| cards::cancel(op, request.clone()).await).await)?;
            }
            Self::Replace(asked) => {
                let Desk { service, actor, card, check } = asked.place.take().await?;
                let (barcode, circulation_checked) = (asked.barcode, asked.circulation_checked);
                let request = Replace { card, barcode, circulation_checked, check };
                say(service.write(actor, async move |op| cards::replace(op, request.clone()).await).await)?;
            }
            Self::ChangeKind(asked) => {
                let to = word(CardKind::ALL, CardKind::as_str, "--to", &asked.to)?;
                let Desk { service, actor, card, check } = asked.place.take().await?;
                let request = ChangeKind { card, to, barcode: asked.barcode, document: None, check };
                say(service
                    .write(actor, async move |op| cards::change_kind(op, request.clone()).await)
                    .await)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn show(place: &Place) -> Result<()> {
    let Desk { service, actor, card, check } = place.take().await?;
    let known = service
        .read(actor, async move |op| cards::services(op, card, check.who, check.method).await)
        .await
        .map_err(told)?;
    let card = &known.card;
    println!(
        "{} · {} · {} since {}",
        grouped(&card.number),
        card.kind,
        card.state,
        local_moment(card.state_since)
    );
    let rows: Vec<[String; 3]> = known
        .services
        .iter()
        .map(|choice| {
            let against: Vec<String> = choice
                .blockers
                .iter()
                .map(|blocker| format!("{} ({})", blocker.code(), blocker.clause()))
                .collect();
            let verdict = match (choice.allowed, choice.blockers.is_empty()) {
                (false, _) => "no right",
                (true, true) => "possible",
                (true, false) => "not now",
            };
            [choice.service.as_str().to_owned(), verdict.to_owned(), against.join(", ")]
        })
        .collect();
    table::print(["service", "now", "what stands against it"], &rows);
    Ok(())
}

/// What was done, and from which moment on.
fn say(changed: service::Result<CardChange>) -> Result<()> {
    let change = changed.map_err(told)?;
    let card = &change.card;
    println!(
        "{}: {} · {} · {} since {}",
        change.service.as_str(),
        grouped(&card.number),
        card.kind,
        card.state,
        local_moment(card.state_since)
    );
    Ok(())
}

/// One of the words that an option knows.
fn word<T: Copy, const N: usize>(
    all: [T; N],
    as_str: impl Fn(T) -> &'static str,
    option: &str,
    given: &str,
) -> Result<T> {
    let known: Vec<&str> = all.iter().map(|each| as_str(*each)).collect();
    match all.into_iter().find(|each| as_str(*each) == given) {
        Some(found) => Ok(found),
        None => bail!("{option} is one of {}", known.join(", ")),
    }
}
