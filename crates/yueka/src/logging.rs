//! The log: lines on standard error, of our own crates only. What libraries say below a warning may name what passes
//! through them, and people's data do.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Log;

const OUR_CRATES: [&str; 5] = ["yueka", "web", "service", "migration", "documents"];

/// Begins to log.
pub fn begin(log: &Log) {
    let level = log.level.parse().unwrap_or(Level::INFO);
    let filter = Targets::new()
        .with_default(level.min(Level::WARN))
        .with_targets(OUR_CRATES.map(|name| (name, level)));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = if log.format == "json" {
        lines.json().flatten_event(true).with_filter(filter).boxed()
    } else {
        lines.with_ansi(std::io::stderr().is_terminal()).with_filter(filter).boxed()
    };
    // A log that exists already (there is none in this program) would simply go on.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}
