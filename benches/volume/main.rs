//! How much mail the service takes, end to end and beside what the work costs at least.
//!
//! The very program on real servers: PostgreSQL that forces every commit to disk, Dovecot, an SMTP
//! server. `docs/bench.md` tells what is measured and how. Run it with `make bench`; `SIZES="200"`
//! makes it short.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up must say so and stop")]
#![expect(clippy::disallowed_methods, reason = "`make bench` hands its sizes over so")]

mod backlog;
mod hard;
mod mails;
mod schedule;
mod world;

use std::io::Write;
use std::time::Duration;

fn main() {
    // `cargo test --benches` asks for a quick look only.
    let thorough = std::env::args().any(|argument| argument == "--bench");
    let sizes = sizes_of("SIZES", if thorough { "2000 10000" } else { "20" });
    let open = sizes_of("REQUESTS", if thorough { "1000 100000 1000000" } else { "1000" });
    let is_wanted = |part| std::env::var("PARTS").map_or(true, |parts| parts.contains(part));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        for size in sizes.into_iter().filter(|_| is_wanted("backlog")) {
            let figures = Box::pin(backlog::measure(size)).await;
            show(&figures);
        }
        for open in open.into_iter().filter(|_| is_wanted("schedule")) {
            scheduled(&Box::pin(schedule::measure(open)).await);
        }
        if is_wanted("hard") {
            say("\nTwenty mails behind a hard one: until the last acknowledgement, peak memory");
            for hard::Figures { name, all, peak_memory } in Box::pin(hard::measure()).await {
                say(&format!("  {name:<26} {all:>7.1?} {peak_memory:>6.0} MiB"));
            }
        }
    });
}

fn show(figures: &backlog::Figures) {
    let mails = f64::from(u32::try_from(figures.mails).expect("a count"));
    let a_second = |time: Duration| mails / time.as_secs_f64();
    let ratio = |time: Duration| {
        let to_mbsync = figures.mbsync.map_or_else(String::new, |mbsync| {
            format!("{:>7.2} x mbsync", time.as_secs_f64() / mbsync.as_secs_f64())
        });
        let to_copy = time.as_secs_f64() / figures.copy.as_secs_f64();
        format!("{:>7.1?} {:>7.0} mails/s {to_mbsync} {to_copy:>7.2} x COPY", time, a_second(time))
    };
    say(&format!("\n{} mails, {:.1} MB", figures.mails, figures.megabytes));
    if let Some(mbsync) = figures.mbsync {
        say(&format!("  mbsync         {}", ratio(mbsync)));
    }
    say(&format!("  COPY           {}", ratio(figures.copy)));
    say(&format!("  kept           {}", ratio(figures.kept)));
    say(&format!("  read           {}", ratio(figures.read)));
    say(&format!("  acknowledged   {}", ratio(figures.acknowledged)));
    let count = |number: i64| f64::from(u32::try_from(number).expect("a count")) / mails;
    say(&format!(
        "  a mail: {:.2} commits, {:.2} syncs, {:.2} ms of the service's processor time; \
         peak memory {:.0} MiB",
        count(figures.commits),
        count(figures.syncs),
        figures.processor / mails * 1e3,
        figures.peak_memory,
    ));
}

fn scheduled(figures: &schedule::Figures) {
    say(&format!(
        "\n{} open requests: a look that finds nothing {:.1?}, 1,000 reminded {:.1?}, 1,000 \
         escalated {:.1?}, digest and summary {:.1?}, health page {:.1?}",
        figures.open,
        figures.idle_look,
        figures.remind,
        figures.escalate,
        figures.digest_and_summary,
        figures.health,
    ));
}

fn sizes_of(variable: &str, otherwise: &str) -> Vec<usize> {
    let asked = std::env::var(variable).ok().filter(|text| !text.trim().is_empty());
    let text = asked.unwrap_or_else(|| otherwise.to_owned());
    let numbers = text.split([' ', ',']).filter(|word| !word.is_empty());
    numbers.map(|word| word.parse().expect("SIZES is a list of numbers")).collect()
}

pub(crate) fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("standard output");
}
