//! `yueka reader requests list|show|answer`

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use service::kernel::{RequestId, local_time};
use service::people::{self, Reply};
use service::readers::{self, ANY_VERSION, RequestFilter};

use super::At;
use crate::cli::told::told;
use crate::cli::{input, table};

/// What readers ask for.
#[derive(Debug, Subcommand)]
pub enum Requests {
    /// List those that wait, longest first; or those in another state
    List(List),
    /// Show one; the look is logged
    Show(Show),
    /// Approve, reject or ask; the reader is told
    Answer(Answer),
}

/// `yueka reader requests list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    at: At,
    /// open, asked, approved, rejected, done or withdrawn
    #[arg(long, value_parser = ["open", "asked", "approved", "rejected", "done", "withdrawn"])]
    state: Option<String>,
}

/// `yueka reader requests show`
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    at: At,
    /// The request, as `yueka reader requests list` shows it
    request: RequestId,
}

/// `yueka reader requests answer`
#[derive(Debug, Args)]
pub struct Answer {
    #[command(flatten)]
    at: At,
    /// The request, as `yueka reader requests list` shows it
    request: RequestId,
    /// What is said to it
    #[arg(long, value_enum)]
    reply: Word,
    /// A file with why not, or what is asked; "-" is standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// The version that `requests show` told; left out, whatever version there is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    seen: Option<i64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Word {
    Approve,
    Reject,
    Ask,
}

impl Requests {
    pub async fn run(self) -> Result<()> {
        match self {
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Answer(answer) => answer.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let filter = RequestFilter { state: self.state, ..RequestFilter::default() };
        let (lines, count) =
            service.read(actor, async move |op| readers::requests(op, &filter).await).await.map_err(told)?;
        let shown = lines.len();
        let rows: Vec<[String; 6]> = lines
            .into_iter()
            .map(|line| {
                let asked = local_time(line.created_at);
                [line.id.to_string(), asked, line.kind, line.service, line.state, line.name]
            })
            .collect();
        table::print(["request", "asked", "kind", "service", "state", "reader"], &rows);
        if u64::try_from(shown).is_ok_and(|shown| shown < count) {
            println!("{shown} of {count}");
        }
        Ok(())
    }
}

impl Show {
    async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let id = self.request;
        let request =
            service.write(actor, async move |op| readers::request(op, id).await).await.map_err(told)?;
        let line = &request.line;
        println!(
            "{} · {} · {} · {} · version {}",
            line.name, line.kind, line.service, line.state, request.version
        );
        println!("reader {}", line.reader);
        if let Some(asked) = &request.asked {
            if let Some(name) = &asked.name {
                println!("name {name}");
            }
            if let Some(document) = &asked.document {
                let form = &document.form;
                println!(
                    "document {} {} {} {}",
                    form.kind, form.number, form.issuing_country, form.valid_until
                );
            }
            if let Some(note) = &asked.note {
                println!("note {note}");
            }
        }
        for (name, text) in [("text", &request.text), ("answer", &request.answer)] {
            if let Some(text) = text {
                println!("{name} {text}");
            }
        }
        Ok(())
    }
}

impl Answer {
    async fn run(self) -> Result<()> {
        let text = self.text.as_deref().map(input::text).transpose()?;
        let reply = match (self.reply, text) {
            (Word::Approve, None) => Reply::Approve,
            (Word::Approve, Some(_)) => bail!("an approval has no text: leave --text out"),
            (Word::Reject, text) => Reply::Reject(text.unwrap_or_default()),
            (Word::Ask, text) => Reply::Ask(text.unwrap_or_default()),
        };
        let (service, actor) = self.at.open().await?;
        let (id, version) = (self.request, self.seen.unwrap_or(ANY_VERSION));
        service
            .write(actor, async move |op| people::answer_request(op, id, version, &reply.clone()).await)
            .await
            .map_err(told)?;
        println!("Answered: {id}");
        Ok(())
    }
}
