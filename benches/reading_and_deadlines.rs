//! How long the pure work takes: a deadline with its explanation, a written date.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up must say so and stop")]

use std::hint::black_box;

use chrono::{DateTime, NaiveDate, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use mailtriage::calendar::{BankHolidays, Rules, WorkingCalendar, written_dates};

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

criterion_group!(benches, deadlines, written);
criterion_main!(benches);
