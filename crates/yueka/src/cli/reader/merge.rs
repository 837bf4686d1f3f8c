//! `yueka reader merge|undo-merge|merges`

use anyhow::{Result, bail};
use clap::Args;
use service::cards;
use service::kernel::{CardId, MergeId, local_moment, local_time};
use service::people;
use service::readers::{self, Taken};

use super::{At, named};
use crate::cli::table;
use crate::cli::told::told;

/// `yueka reader merge`
#[derive(Debug, Args)]
pub struct Merge {
    #[command(flatten)]
    at: At,
    /// Who stays: the number of their card, or the id of their record
    winner: String,
    /// Who goes
    loser: String,
    /// What is taken over from the one who goes: name, sex, birth_date, phone, email, address, workplace, language or photo; may be
    /// given several times
    #[arg(long = "take", value_name = "WORD")]
    take: Vec<String>,
    /// The number of the card that stays, if both hold one; the other is cancelled
    #[arg(long, value_name = "NUMBER")]
    card: Option<String>,
    /// Why they are one person though their citizen numbers say otherwise
    #[arg(long, default_value = "")]
    reason: String,
}

/// `yueka reader undo-merge`
#[derive(Debug, Args)]
pub struct Undo {
    #[command(flatten)]
    at: At,
    /// The merge, as `yueka reader merges` shows it
    merge: MergeId,
}

/// `yueka reader merges`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    at: At,
}

impl Merge {
    pub async fn run(self) -> Result<()> {
        let mut take = Vec::new();
        for word in &self.take {
            match Taken::from_word(word) {
                Some(value) => take.push(value),
                None => bail!("--take is one of {}", Taken::ALL.map(Taken::as_str).join(", ")),
            }
        }
        let (service, actor) = self.at.open().await?;
        let winner = named(&service, &actor, &self.winner).await?;
        let loser = named(&service, &actor, &self.loser).await?;
        let number = self.card.clone();
        let (versions, card) = service
            .read(actor.clone(), async move |op| {
                let versions =
                    (readers::view(op, winner).await?.version, readers::view(op, loser).await?.version);
                let card: Option<CardId> = match &number {
                    Some(number) => Some(cards::by_number(op, number).await?),
                    None => None,
                };
                Ok((versions, card))
            })
            .await
            .map_err(told)?;
        let request = people::Merge {
            winner,
            winner_version: versions.0,
            loser,
            loser_version: versions.1,
            take,
            card,
            reason: self.reason,
        };
        let merged = service
            .write(actor, async move |op| people::merge(op, request.clone()).await)
            .await
            .map_err(told)?;
        println!(
            "Merged into {}. To undo it within 30 days: yueka reader undo-merge {}",
            merged.winner, merged.merge
        );
        Ok(())
    }
}

impl Undo {
    pub async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let id = self.merge;
        let (winner, loser) =
            service.write(actor, async move |op| people::undo_merge(op, id).await).await.map_err(told)?;
        println!("Undone: {winner} and {loser} stand for themselves again.");
        Ok(())
    }
}

impl List {
    pub async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let merges =
            service.read(actor, async move |op| people::merges(op, 200).await).await.map_err(told)?;
        let rows: Vec<[String; 5]> = merges
            .into_iter()
            .map(|merge| {
                let state = match (merge.undone_at, merge.undo_until) {
                    (Some(at), _) => format!("undone {}", local_time(at)),
                    (None, Some(until)) => format!("can be undone until {}", local_time(until)),
                    (None, None) => "final".to_owned(),
                };
                [merge.id.to_string(), local_moment(merge.at), merge.winner.1, merge.loser.1, state]
            })
            .collect();
        table::print(["merge", "at", "stays", "went", "state"], &rows);
        Ok(())
    }
}
