//! What mails are read with: the built-in cues, those of the settings, and the trained network.

use std::sync::Arc;

use crate::tagger::{Broken, Judge};

use super::team_cues::TeamCues;

/// Shared by all who read; cheap to clone.
#[derive(Clone, Default)]
pub struct Reader {
    pub(super) judge: Option<Arc<dyn Judge>>,
    pub(super) teams: Arc<[TeamCues]>,
}

impl Reader {
    /// Cues and layouts alone: fast, and all that most mails need.
    pub fn by_cues() -> Self {
        Self::default()
    }

    /// With a trained network for what layouts leave open.
    #[must_use]
    pub fn with_model(self, judge: Arc<dyn Judge>) -> Self {
        Self { judge: Some(judge), ..self }
    }

    /// With phrases by which teams are known, besides the shipped ones: names and cues.
    #[must_use]
    pub fn with_teams<'a>(self, teams: impl Iterator<Item = (&'a str, &'a [String])>) -> Self {
        Self { teams: teams.map(|(name, cues)| TeamCues::new(name, cues)).collect(), ..self }
    }

    #[must_use]
    pub fn without_model(self) -> Self {
        Self { judge: None, ..self }
    }

    /// Unpacks the network now, so that the first mail does not wait for it.
    pub fn prepare(&self) -> Result<(), Broken> {
        self.judge.as_ref().map_or(Ok(()), |judge| judge.prepare())
    }

    pub fn has_model(&self) -> bool {
        self.judge.is_some()
    }
}
