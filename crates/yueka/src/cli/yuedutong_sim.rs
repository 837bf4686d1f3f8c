//! `yueka yuedutong-sim`

#![expect(clippy::print_stdout, reason = "this is what the command is asked to say")]

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Result, bail};
use chrono::NaiveDate;
use clap::Args;
use delivery::province::{Person, Province, ProvinceSettings};
use documents::synthetic;
use service::kernel::Clock;

use crate::server::{self, Stop};

/// A simulated province platform (粤读通), for trying: it calls, and is told of cards
#[derive(Debug, Args)]
pub struct YuedutongSim {
    /// Where to listen: an address of this computer only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8097")]
    listen: SocketAddr,
    /// Where Yueka is
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    yueka: String,
    /// The name of its account: `yueka partner add`
    #[arg(long, value_name = "NAME", default_value = "yuedutong")]
    partner: String,
    /// The name of its key
    #[arg(long, value_name = "KEY", default_value = "k1")]
    key: String,
    /// Its key
    #[arg(long, value_name = "SECRET")]
    secret: String,
}

impl YuedutongSim {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!("{} can be reached from elsewhere: the simulator listens on 127.0.0.1", self.listen);
        }
        let listener = server::bind(self.listen, "--listen").await?;
        let address = listener.local_addr()?;
        let Self { yueka, partner, key, secret, .. } = self;
        println!("Simulated province platform: http://{address}");
        println!("It is told of cards after: yueka partner set {partner} --events http://{address}/events");
        println!("Stop with ctrl-c.");
        let yueka = yueka.trim_end_matches('/').to_owned();
        let settings = ProvinceSettings { yueka, partner, key, secret };
        let province = Province::new(settings, people(), Clock::system())?;
        let stop = Stop::on_signals()?;
        server::serve_router(listener, province.router(), &stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Six people who cannot exist: grown up, but for the last.
pub fn people() -> Vec<Person> {
    const NAMES: [&str; 6] = ["梁试芬", "黄试强", "何试敏", "欧阳试华", "陈试文", "李试童"];
    NAMES
        .into_iter()
        .zip(1_u32..)
        .map(|(name, serial)| {
            let year = if serial == 6 { 2016 } else { 1980 + i32::try_from(serial).unwrap_or_default() };
            let born = NaiveDate::from_ymd_opt(year, 3, 9).unwrap_or_default();
            let sequence = u16::try_from(400 + serial).unwrap_or_default();
            let (sex, word) = match serial % 2 {
                0 => (documents::Sex::Male, "male"),
                _ => (documents::Sex::Female, "female"),
            };
            Person {
                code: format!("GDYDT-{:010}", 4_400_000_000_u64 + u64::from(serial)),
                name: name.to_owned(),
                sex: word.to_owned(),
                document: synthetic::resident_number(serial, born, sex, sequence),
                phone: format!("1390000{serial:04}"),
            }
        })
        .collect()
}
