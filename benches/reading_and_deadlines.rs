//! How long the pure work takes: a deadline with its explanation, a written date, one mail.
//!
//! Reading a mail stands beside mail-parser alone on the same bytes, which is the least it can cost.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up must say so and stop")]

use std::hint::black_box;

use chrono::{DateTime, NaiveDate, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use mailtriage::calendar::{BankHolidays, Rules, WorkingCalendar, written_dates};
use mailtriage::intake::{self, Reader};
use mailtriage::mail;

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
    let cues = Reader::by_cues();
    for (name, raw) in samples {
        let mut group = criterion.benchmark_group(format!("mail, {name}"));
        group.bench_function("mail-parser alone", |bench| {
            bench.iter(|| mail_parser::MessageParser::default().parse(black_box(raw)).map(drop));
        });
        group.bench_function("mail to text", |bench| bench.iter(|| mail::read(black_box(raw))));
        group.bench_function("mail to answers", |bench| {
            bench.iter(|| intake::read(&cues, &mail::read(black_box(raw)), written_on));
        });
        group.finish();
    }
}

criterion_group!(benches, deadlines, written, mails);
criterion_main!(benches);
