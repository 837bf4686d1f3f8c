//! The command line: one file for each command.

#![expect(clippy::print_stdout, reason = "commands print what they were asked for")]

mod at;
mod audit;
mod calendar;
mod campaign;
mod card;
mod check;
mod demo;
mod gate_sim;
mod group;
mod id_reader_sim;
mod identity;
mod ils_sim;
mod import;
mod input;
mod item;
mod library;
mod loan;
mod machine;
mod migrate;
mod partner;
mod partner_sim;
mod platform;
mod policy;
mod reader;
mod real_name_sim;
mod resource_sim;
mod serve;
mod sms_gateway_sim;
mod staff;
mod stock;
mod table;
mod token;
mod told;
mod yuedutong_sim;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// Reader cards for a federation of public libraries.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Yueka {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try it: a federation with lifelike data, on this machine, with nothing to install
    Demo(demo::Demo),
    /// Serve the pages, the API and SIP2
    Serve(serve::Serve),
    /// Make the database, or bring it up to this release
    Migrate(migrate::Migrate),
    /// Libraries and service points
    #[command(subcommand)]
    Library(library::Library),
    /// What libraries set for themselves: limits, forms of barcodes, phones
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Accounts of staff
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Tokens of the JSON API
    #[command(subcommand)]
    Token(token::Token),
    /// Accounts of SIP2 machines
    #[command(subcommand)]
    Machine(machine::Machine),
    /// Accounts of partner platforms, as 粤读通, and of partner services
    #[command(subcommand)]
    Partner(partner::Partner),
    /// Platforms of digital resources, which readers are signed on to
    #[command(subcommand)]
    Platform(platform::Platform),
    /// The stock of One-Cards: what lies where, orders, receipts, transfers
    #[command(subcommand)]
    Stock(stock::Stock),
    /// One card: show it, and the services of a desk
    #[command(subcommand)]
    Card(card::Card),
    /// Group issuing: units, their lists, and the cards opened by them
    #[command(subcommand)]
    Group(group::Group),
    /// The items that libraries lend
    #[command(subcommand)]
    Item(item::Item),
    /// Days on which libraries are closed
    #[command(subcommand)]
    Calendar(calendar::Calendar),
    /// Campaigns that bring people to a card, and what came of them
    #[command(subcommand)]
    Campaign(campaign::Campaign),
    /// Running loans
    #[command(subcommand)]
    Loan(loan::Loan),
    /// One reader: show, change, merge, block; their notes, photo and requests
    #[command(subcommand)]
    Reader(reader::Reader),
    /// Records and the access log
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Look whether all is well, and say how to mend what is not
    Check(check::Check),
    /// A simulated ID reader with people who cannot exist, for trying the desk
    IdReaderSim(id_reader_sim::IdReaderSim),
    /// A simulated SMS gateway, for trying: it shows what it was given and sends nothing
    SmsGatewaySim(sms_gateway_sim::SmsGatewaySim),
    /// A simulated circulation system, for trying: it answers over SIP2, and can be told to misbehave
    IlsSim(ils_sim::IlsSim),
    /// A simulated province platform (粤读通), for trying: it calls, and is told of cards
    YuedutongSim(yuedutong_sim::YuedutongSim),
    /// A simulated platform of digital resources, for trying: readers sign on to it by their card
    ResourceSim(resource_sim::ResourceSim),
    /// A simulated real-name service, for trying online opening: it knows some people who cannot exist
    RealNameSim(real_name_sim::RealNameSim),
    /// A simulated partner service, for trying: it asks whether a card works, and learns nothing else
    PartnerSim(partner_sim::PartnerSim),
    /// A simulated entry gate, for trying: it asks the server, and decides by its list when that is gone
    GateSim(gate_sim::GateSim),
}

/// Runs a command; its failure is told on standard error.
pub fn run(yueka: Yueka) -> ExitCode {
    match run_command(yueka.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("yueka: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(command: Command) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers())
        .enable_all()
        .build()
        .context("no threads to work with")?;
    runtime.block_on(async {
        match command {
            Command::Demo(command) => command.run().await,
            Command::Serve(command) => command.run().await,
            Command::Migrate(command) => command.run().await,
            Command::Library(command) => command.run().await,
            Command::Policy(command) => command.run().await,
            Command::Staff(command) => command.run().await,
            Command::Token(command) => command.run().await,
            Command::Machine(command) => command.run().await,
            Command::Partner(command) => command.run().await,
            Command::Platform(command) => command.run().await,
            Command::Stock(command) => command.run().await,
            Command::Card(command) => command.run().await,
            Command::Group(command) => command.run().await,
            Command::Item(command) => command.run().await,
            Command::Calendar(command) => command.run().await,
            Command::Campaign(command) => command.run().await,
            Command::Loan(command) => command.run().await,
            Command::Reader(command) => command.run().await,
            Command::Audit(command) => command.run().await,
            Command::Check(command) => command.run().await,
            Command::IdReaderSim(command) => command.run().await,
            Command::SmsGatewaySim(command) => command.run().await,
            Command::IlsSim(command) => command.run().await,
            Command::YuedutongSim(command) => command.run().await,
            Command::ResourceSim(command) => command.run().await,
            Command::RealNameSim(command) => command.run().await,
            Command::PartnerSim(command) => command.run().await,
            Command::GateSim(command) => command.run().await,
        }
    })
}

/// Two to four threads: what waits for a database needs no more.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4)
}
