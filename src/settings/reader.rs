//! Section `[reader]`: what mails are read with.

use std::sync::Arc;

use serde::Deserialize;

use crate::intake;
use crate::tagger::Shipped;

use super::Settings;

/// `[reader]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reader {
    pub sure_from: f64,
    pub model: Model,
}

/// Whether running text is read by the trained network too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    #[default]
    On,
    Off,
}

impl Default for Reader {
    fn default() -> Self {
        Self { sure_from: 0.8, model: Model::On }
    }
}

impl Settings {
    /// What mails are read with. The network is unpacked when it is first asked.
    pub fn reader(&self) -> intake::Reader {
        let teams = self.teams.iter().map(|team| (team.name.as_str(), team.cues.as_slice()));
        let reader = intake::Reader::by_cues().with_teams(teams);
        match self.reader.model {
            Model::On => reader.with_model(Arc::new(Shipped::default())),
            Model::Off => reader,
        }
    }
}
