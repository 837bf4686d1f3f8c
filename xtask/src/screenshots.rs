//! The pictures of the documentation, taken from the demo.

use anyhow::Result;

use crate::install::{Installer, Need};
use crate::place::Place;
use crate::{install, run};

pub fn command(place: &Place) -> Result<()> {
    Installer::new(place).bring(&[Need::Node, Need::NodeModules, Need::Chromium])?;
    run::run(place.cargo().args(["build", "--release", "--package=yueka"]))?;
    let folder = place.root.join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    run::run(
        install::node()
            .arg("screenshots.mjs")
            .current_dir(place.browser())
            .env("YUEKA_BIN", place.binary("release"))
            .env("YUEKA_CHROMIUM", install::chromium()?)
            .env("YUEKA_SCREENSHOTS", &folder),
    )
}
