//! How long the pure work takes: a deadline with its explanation, a written date, one mail.
//!
//! Reading mail stands beside mail-parser alone on the same bytes, which is the least it can cost.
//!
//! Run it with `make bench`, or `cargo bench --bench reading_and_deadlines -- corpus` for the mails of
//! `tests/mails` alone.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up must say so and stop")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailtriage::calendar::{BankHolidays, Rules, WorkingCalendar, written_dates};
use mailtriage::{intake, mail};

fn deadlines(criterion: &mut Criterion) {
    let holidays = BankHolidays::shipped().expect("the shipped list is read by a test");
    let calendar = WorkingCalendar::new(Rules::default(), holidays);
    let over_christmas: DateTime<Utc> = "2026-12-24T15:00:00Z".parse().expect("an instant");
    let beyond_the_list: DateTime<Utc> = "2030-12-24T15:00:00Z".parse().expect("an instant");

    criterion.bench_function("deadline over Christmas", |bench| {
        bench.iter(|| calendar.reply_due(black_box(over_christmas)));
    });
    criterion.bench_function("deadline by the law alone", |bench| {
        bench.iter(|| calendar.reply_due(black_box(beyond_the_list)));
    });
    criterion.bench_function("deadline and its explanation as text", |bench| {
        bench.iter(|| calendar.reply_due(black_box(over_christmas)).explanation.text());
    });
}

fn written(criterion: &mut Criterion) {
    let written_on: NaiveDate = "2026-10-05".parse().expect("a day");
    let answer = "Discovery finished in August. The design review is on Thursday 5 November, 2pm; \
                  go-live is planned for the end of January, so we want your comments by then.";
    criterion.bench_function("written date in a milestone answer", |bench| {
        bench.iter(|| written_dates::read(black_box(answer), written_on));
    });
}

fn mails(criterion: &mut Criterion) {
    let written_on: NaiveDate = "2026-10-05".parse().expect("a day");
    let samples: [(&str, &[u8]); 3] = [
        ("numbered", include_bytes!("../src/demo/mails/01-numbered.eml")),
        ("HTML table", include_bytes!("../src/demo/mails/04-html-table.eml")),
        ("prose", include_bytes!("../src/demo/mails/07-prose.eml")),
    ];
    for (name, raw) in samples {
        let mut group = criterion.benchmark_group(format!("mail, {name}"));
        group.bench_function("mail-parser alone", |bench| {
            bench.iter(|| mail_parser::MessageParser::default().parse(black_box(raw)).map(drop));
        });
        group.bench_function("mail to text", |bench| bench.iter(|| mail::read(black_box(raw))));
        group.bench_function("mail to answers", |bench| {
            bench.iter(|| intake::read(&mail::read(black_box(raw)), written_on));
        });
        group.finish();
    }
}

/// Every labelled mail in which layout gives the answers, one after the other, on one core.
fn corpus(criterion: &mut Criterion) {
    let written_on: NaiveDate = "2026-10-05".parse().expect("a day");
    let mails = structured_mails();
    let mut group = criterion.benchmark_group(format!("corpus, {} structured mails", mails.len()));
    group.throughput(Throughput::Elements(mails.len() as u64));
    group.bench_function("mail-parser alone", |bench| {
        bench.iter(|| {
            for raw in &mails {
                drop(black_box(mail_parser::MessageParser::default().parse(black_box(raw))));
            }
        });
    });
    group.bench_function("mail to text", |bench| {
        bench.iter(|| mails.iter().map(|raw| mail::read(raw).lines.len()).sum::<usize>());
    });
    group.bench_function("mail to answers", |bench| {
        bench.iter(|| {
            let answers = |raw: &Vec<u8>| intake::read(&mail::read(raw), written_on).answers.len();
            mails.iter().map(answers).sum::<usize>()
        });
    });
    group.finish();
}

fn structured_mails() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails");
    let files = fs::read_dir(folder).expect("the labelled mails");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let is_structured = |path: &&PathBuf| {
        let labels = fs::read_to_string(path).expect("labels");
        let labels: serde_json::Value = serde_json::from_str(&labels).expect("labels");
        let style = labels.get("style").and_then(serde_json::Value::as_str).unwrap_or("none");
        !matches!(style, "prose" | "mixed" | "none")
    };
    let structured = paths.iter().filter(is_structured);
    structured.map(|path| fs::read(path.with_extension("eml")).expect("a mail")).collect()
}

criterion_group!(benches, deadlines, written, mails, corpus);
criterion_main!(benches);
