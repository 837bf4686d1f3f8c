//! `yueka reader show`

use anyhow::Result;
use serde_json::json;
use service::cards::{self, grouped};
use service::kernel::{local_moment, local_time};
use service::readers;
use service::records::{Access, Look, log_access};

use super::{Desk, Named};
use crate::cli::table;
use crate::cli::told::told;

pub async fn run(named: &Named) -> Result<()> {
    let Desk { service, actor, reader: id } = named.take().await?;
    let (reader, held, blocks) = service
        .write(actor, async move |op| {
            let reader = readers::view(op, id).await?;
            let detail = json!({ "by": "command" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            Ok((reader, cards::cards_of(op, id).await?, readers::blocks(op, id).await?))
        })
        .await
        .map_err(told)?;
    println!("{} · {} · {} · version {}", reader.name, reader.sex, reader.birth_date, reader.version);
    println!("id {}", reader.id);
    if let Some(into) = reader.merged_into {
        println!("merged into {into}: go on with that record");
    }
    println!("phone {}", reader.phone);
    for (name, value) in
        [("e-mail", &reader.email), ("address", &reader.address), ("workplace", &reader.workplace)]
    {
        if let Some(value) = value {
            println!("{name} {value}");
        }
    }
    for document in &reader.documents {
        println!("{} {}", document.kind.as_str(), document.number);
    }
    if let Some(guardian) = &reader.guardian {
        println!("guardian {} · {}", guardian.name, guardian.phone);
    }
    let rows: Vec<[String; 4]> = held
        .iter()
        .map(|card| {
            let password = if card.default_password { "default" } else { "chosen" };
            let state = format!("{} since {}", card.state, local_moment(card.state_since));
            [grouped(&card.number), card.kind.to_string(), state, password.to_owned()]
        })
        .collect();
    table::print(["card", "kind", "state", "password"], &rows);
    for block in blocks {
        let until = block.until.map_or_else(|| "until it is lifted".to_owned(), |day| format!("until {day}"));
        println!(
            "blocked: {} · {until} · since {} · {}",
            block.reason.as_str(),
            local_time(block.added_at),
            block.id
        );
    }
    Ok(())
}
