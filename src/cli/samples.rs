//! `mailtriage samples`: what the letters look like in the wording that is set.

use std::collections::BTreeMap;
use std::path::Path;

use crate::demo::gallery::{self, Page};
use crate::letter::Templates;
use crate::settings::Settings;

use super::say;

pub(super) fn write(folder: &Path, config: Option<&Path>) -> anyhow::Result<()> {
    let templates = match config {
        Some(path) => Settings::load(path)?.templates()?,
        None => Templates::load(&BTreeMap::new())?,
    };
    let samples = templates.samples()?;
    let pages = samples.iter().map(|(kind, mail)| Page {
        kind: kind.name(),
        recipient: mail.to.address.as_str(),
        subject: &mail.subject,
        state: "a sample",
        raw: &mail.raw,
    });
    gallery::write(folder, "Samples of all letters", pages)?;
    say(&format!(
        "{} letters; open {} to see them.",
        samples.len(),
        folder.join("index.html").display()
    ))
}
