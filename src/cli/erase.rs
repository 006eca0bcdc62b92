//! `mailtriage retention` and `mailtriage erase ADDRESS`: what is deleted, and only with `--yes`.

use anyhow::Context;
use clap::Args;

use crate::app::connect_only;
use crate::clock::Clock;
use crate::mail::EmailAddress;
use crate::settings::Settings;
use crate::store;
use crate::worker::erase::{Wanted, erase};
use crate::worker::retention;

use super::{WithSettings, say};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The address of the person
    address: String,
    /// Do it; without this, only show what would be done
    #[arg(long)]
    yes: bool,
    /// Also when a request of theirs is open: it is closed without an answer
    #[arg(long)]
    even_open: bool,
    #[command(flatten)]
    settings: WithSettings,
}

pub(super) async fn retain(
    with: &WithSettings,
    yes: bool,
    clock: &dyn Clock,
) -> anyhow::Result<()> {
    let settings = &Settings::load(&with.config)?;
    let keep = &settings.retention;
    anyhow::ensure!(keep.is_limited(), "nothing is deleted: section [retention] sets no months");
    let store = connect_only(settings).await?;
    if !yes {
        let counts = retention::count(&store, keep, clock.now()).await?;
        say(&format!("Would be deleted: {counts}"))?;
        return say("Nothing was changed. Add --yes to do it; at night it is done by itself.");
    }
    let counts = retention::delete(&store, keep, clock.now()).await?;
    say(&format!("Deleted: {counts}"))
}

pub(super) async fn person(options: &Options, clock: &dyn Clock) -> anyhow::Result<()> {
    let settings = &Settings::load(&options.settings.config)?;
    let address = EmailAddress::parse(&options.address).context("ADDRESS")?;
    let store = connect_only(settings).await?;
    let mut tx = store.begin().await?;
    let wanted = Wanted { address: &address, even_open: options.even_open };
    let erased = erase(&mut tx, &wanted, clock.now()).await?;

    let what = if options.yes { "Erased" } else { "Would be erased" };
    say(&format!(
        "{what}:\n  {:>6} requests, of which {} open ones closed\n  {:>6} mails of the person\n  \
         {:>6} mails of others that name the person, down to their writers' own words\n  \
         {:>6} letters",
        erased.requests, erased.closed, erased.own_mails, erased.other_mails, erased.letters
    ))?;
    for (place, count) in &erased.places {
        say(&format!("  {count:>6} places in {place}"))?;
    }
    say(&format!("Looked for: the address, and {} spellings of the name.", erased.names))?;
    say("Dates, states and outcomes stay, so that everything can still be counted.")?;
    say("The mailbox itself is not touched: delete the person's mails there yourself.")?;
    if options.yes {
        return Ok(store::commit(tx).await?);
    }
    store::roll_back(tx).await?;
    say("Nothing was changed. Add --yes to do it.")
}
