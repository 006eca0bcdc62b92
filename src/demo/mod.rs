//! x
#[derive(Debug, clap::Args)]
pub struct Options {}
pub async fn run(_: Options) -> anyhow::Result<()> { Ok(()) }
