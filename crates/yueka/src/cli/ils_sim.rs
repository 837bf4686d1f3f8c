//! `yueka ils-sim`

#![expect(clippy::print_stdout, reason = "this is what the command is asked to say")]

use std::net::SocketAddr;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Result, bail};
use clap::Args;
use ils::simulator::{Behaviour, SimOptions, SimReader, Simulator};
use sip2::{Charset, Dialect};

use crate::server::{self, Stop};

/// A simulated circulation system, for trying: it answers over SIP2, and can be told to misbehave
#[derive(Debug, Args)]
pub struct IlsSim {
    /// Where to listen: an address of this computer only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:6001")]
    listen: SocketAddr,
    /// How it speaks: strict, interlib, wenhua or jinpan
    #[arg(long, value_name = "NAME", default_value = "strict", value_parser = dialect)]
    dialect: Dialect,
    /// Its charset, instead of the dialect's: utf8, gbk or gb18030
    #[arg(long, value_name = "NAME", value_parser = charset)]
    charset: Option<Charset>,
    /// The name that it takes; without one it takes any
    #[arg(long, value_name = "NAME", requires = "password")]
    username: Option<String>,
    /// The password to it
    #[arg(long, value_name = "PASSWORD")]
    password: Option<String>,
    /// A reader: the number of a card, items on loan, and yuan owed, as in 440600000017=2,3.50; once for each
    #[arg(long = "reader", value_name = "NUMBER=LOANS,YUAN")]
    readers: Vec<Reader>,
    /// How it behaves: well, silent, garbage, slow, closing, half, wrong-sum, asking-again, another-reader, refusing, off-line,
    /// no-counts, no-titles
    #[arg(long, value_name = "WORD", default_value = "well")]
    behaviour: Behaviour,
}

/// A reader, as one is named on the command line.
#[derive(Clone, Debug)]
struct Reader {
    number: String,
    loans: u32,
    charges: String,
}

impl FromStr for Reader {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (number, rest) = text.split_once('=')?;
            let (loans, charges) = rest.split_once(',').unwrap_or((rest, ""));
            let loans = loans.trim().parse().ok().filter(|loans| *loans <= 9999)?;
            Some(Self { number: number.trim().to_owned(), loans, charges: charges.trim().to_owned() })
        };
        read().ok_or_else(|| "write NUMBER=LOANS,YUAN, as in 440600000017=2,3.50".to_owned())
    }
}

fn dialect(name: &str) -> Result<Dialect, String> {
    Dialect::named(name).ok_or_else(|| format!("write one of {}", Dialect::NAMES.join(", ")))
}

fn charset(name: &str) -> Result<Charset, String> {
    let words = || Charset::ALL.map(Charset::as_str).join(", ");
    Charset::from_word(name).ok_or_else(|| format!("write one of {}", words()))
}

impl IlsSim {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!("{} can be reached from elsewhere: the simulator listens on 127.0.0.1", self.listen);
        }
        let listener = server::bind(self.listen, "--listen").await?;
        let address = listener.local_addr()?;
        let dialect = self.dialect.name.clone();
        let login = self.username.zip(self.password);
        let simulator = Simulator::new(SimOptions { dialect: self.dialect, charset: self.charset, login });
        for reader in self.readers {
            simulator.reader(&reader.number, SimReader::with(reader.loans, &reader.charges));
        }
        simulator.behave(self.behaviour);
        println!("Simulated circulation system: {address}");
        println!("In yueka.toml: [circulation] system = \"ils\", and below it");
        println!(
            "[[circulation.ils]] name = \"ILAS\", address = \"{address}\", dialect = \"{dialect}\". Stop with ctrl-c."
        );
        let stop = Stop::on_signals()?;
        let _running = simulator.start_on(listener)?;
        stop.wanted().await;
        Ok(ExitCode::SUCCESS)
    }
}
