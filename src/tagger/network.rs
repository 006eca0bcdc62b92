//! The trained network itself: token ids in, logits out. The only user of the runtime.

use std::borrow::Cow;
use std::sync::Arc;

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::NdTensorView;

use super::Broken;

/// The six questions, and the six teams.
pub(super) const COLUMNS: usize = 6;

pub(super) struct Network {
    model: Model,
    input: NodeId,
    outputs: [NodeId; 4],
    /// One thread: a reading must not take the whole machine.
    options: RunOptions,
}

/// What the network makes of one window: logits, those of `slots` and `spans` for each token.
pub(super) struct Logits {
    pub slots: Vec<[f32; COLUMNS]>,
    pub spans: Vec<[f32; COLUMNS]>,
    pub route: [f32; COLUMNS],
    pub urgent: f32,
}

impl Network {
    pub(super) fn load(weights: Cow<'static, [u8]>) -> Result<Self, Broken> {
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true);
        let model = match weights {
            Cow::Borrowed(weights) => options.load_static_slice(weights),
            Cow::Owned(weights) => options.load(weights),
        };
        let model = model.map_err(Broken::new)?;
        let node = |name| model.node_id(name).map_err(Broken::new);
        let input = node("input_ids")?;
        let outputs = [node("slots")?, node("spans")?, node("route")?, node("urgent")?];
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        let options = RunOptions::default().with_thread_pool(Some(pool));
        Ok(Self { model, input, outputs, options })
    }

    pub(super) fn run(&self, ids: &[i32]) -> Result<Logits, Broken> {
        let ids = NdTensorView::from_data([1, ids.len()], ids);
        let values = self
            .model
            .run_n(vec![(self.input, ids.into())], self.outputs, Some(self.options.clone()))
            .map_err(Broken::new)?;
        let [slots, spans, route, urgent] = values;
        Ok(Logits {
            slots: rows(slots)?,
            spans: rows(spans)?,
            route: rows(route)?.first().copied().ok_or_else(|| Broken::new("no route"))?,
            urgent: numbers(urgent)?.first().copied().ok_or_else(|| Broken::new("no urgency"))?,
        })
    }
}

fn rows(value: Value) -> Result<Vec<[f32; COLUMNS]>, Broken> {
    let numbers = numbers(value)?;
    let (rows, _) = numbers.as_chunks();
    Ok(rows.to_vec())
}

fn numbers(value: Value) -> Result<Vec<f32>, Broken> {
    let tensor = value
        .into_tensor::<f32>()
        .ok_or_else(|| Broken::new("an output of numbers of another kind"))?;
    Ok(tensor.into_data())
}
