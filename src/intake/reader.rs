//! What mails are read with: the built-in cues, and the trained network if there is one.

use std::sync::Arc;

use crate::tagger::{Broken, Judge};

/// Shared by all who read; cheap to clone.
#[derive(Clone, Default)]
pub struct Reader {
    pub(super) judge: Option<Arc<dyn Judge>>,
}

impl Reader {
    /// Cues and layouts alone: fast, and all that most mails need.
    pub fn by_cues() -> Self {
        Self::default()
    }

    /// With a trained network for what layouts leave open.
    #[must_use]
    pub fn with_model(self, judge: Arc<dyn Judge>) -> Self {
        Self { judge: Some(judge) }
    }

    #[must_use]
    pub fn without_model(self) -> Self {
        Self { judge: None }
    }

    /// Unpacks the network now, so that the first mail does not wait for it.
    pub fn prepare(&self) -> Result<(), Broken> {
        self.judge.as_ref().map_or(Ok(()), |judge| judge.prepare())
    }

    pub fn has_model(&self) -> bool {
        self.judge.is_some()
    }
}
