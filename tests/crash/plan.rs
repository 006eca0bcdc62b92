//! What is done to the service, in which order: the same seed gives the same plan.

use std::time::Duration;

use crate::mails::Kind;
use crate::points::{MOMENT, Needs, POINTS, Place, Point};
use crate::trap::Blow;

/// In each round of all points.
const MOMENTS_A_ROUND: usize = 6;
const LANES_OF_COPIES: usize = 6;
/// The mailbox may be taken over after 12 seconds.
const SHORTEST_PAUSE: u64 = 13;
const LONGEST_PAUSE: u64 = 19;

/// Where a copy is just about to write or to send what it may no longer.
pub(crate) const STALE: [&str; 4] = [
    "store: lease to be checked",
    "read: lease to be checked",
    "send: content to be noted",
    "relay: before the final dot",
];

#[derive(Debug)]
pub(crate) struct Strike {
    pub(crate) point: &'static Point,
    /// So often the point is passed unharmed.
    pub(crate) pass: u32,
    pub(crate) blow: Blow,
    /// When a moment comes, from the delivery of the mails.
    pub(crate) moment: Duration,
    pub(crate) mails: Vec<Kind>,
    /// So often in a row, each time the point is come by again.
    pub(crate) times: u32,
    /// A second kill so long after the next start.
    pub(crate) again: Option<Duration>,
}

impl Strike {
    /// How often the desk has to recover, which takes nearly all of the time.
    fn recoveries(&self) -> u32 {
        self.times + u32::from(self.again.is_some()) + u32::from(starts_anew(self.point))
    }
}

/// One list of strikes for each lane. Lanes run at the same time and know nothing of one another.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) lanes: Vec<Vec<Strike>>,
}

/// Lanes with an odd number live on a working day, where reminders and digests go out.
pub(crate) fn has_a_working_day(lane: usize) -> bool {
    lane % 2 == 1
}

impl Plan {
    /// At least so many kills of a copy that is alone. Every second lane needs a working day, so
    /// there are two lanes at least.
    pub(crate) fn alone(seed: u64, kills: u64, lanes: u64) -> Self {
        let mut dice = Dice(seed);
        let lanes = usize::try_from(lanes).unwrap().max(2);
        let mut plan = Self { lanes: std::iter::repeat_with(Vec::new).take(lanes).collect() };
        let mut planned = 0;
        while planned < kills {
            for point in shuffled(&mut dice) {
                if planned >= kills {
                    break;
                }
                let again = dice.is_one_in(5).then(|| dice.milliseconds(15_000));
                let strike = strike(&mut dice, point, (Blow::Kill, again));
                planned += u64::from(strike.recoveries());
                plan.deal(strike);
            }
        }
        plan
    }

    /// So many strikes against one of three copies: half of them kill, half of them pause. The first
    /// ones are always the same: a copy that wakes up when others have taken over.
    pub(crate) fn together(seed: u64, strikes: u64) -> Self {
        let mut dice = Dice(seed ^ 0x3c0f_1e5e);
        let strikes = usize::try_from(strikes).unwrap();
        let lanes = LANES_OF_COPIES.min(strikes);
        let mut plan = Self { lanes: std::iter::repeat_with(Vec::new).take(lanes).collect() };
        let mut deck = named(&STALE);
        while deck.len() < strikes {
            let fit = |point: &&Point| !starts_anew(point) && point.needs != Needs::AnyMail;
            deck.extend(shuffled(&mut dice).into_iter().filter(fit));
        }
        for (number, point) in deck.into_iter().take(strikes).enumerate() {
            let pause = SHORTEST_PAUSE + dice.below(LONGEST_PAUSE - SHORTEST_PAUSE);
            let pauses = number < STALE.len() || number % 2 == 0;
            let blow = if pauses { Blow::Pause(Duration::from_secs(pause)) } else { Blow::Kill };
            let strike = strike(&mut dice, point, (blow, None));
            plan.deal(strike);
        }
        plan
    }

    /// To the lane that has the least to do, among those that come by this point.
    fn deal(&mut self, strike: Strike) {
        let by_day = matches!(strike.point.needs, Needs::DueMail | Needs::NewDay);
        let lanes = self.lanes.iter_mut().enumerate();
        let fitting = lanes.filter(|(number, _)| !by_day || has_a_working_day(*number));
        let busy = |strikes: &Vec<Strike>| strikes.iter().map(Strike::recoveries).sum::<u32>();
        let (_, lane) = fitting.min_by_key(|(_, strikes)| busy(strikes)).unwrap();
        lane.push(strike);
    }
}

/// Whether the running copy has to be killed first, because only a start comes by.
pub(crate) fn starts_anew(point: &Point) -> bool {
    matches!(point.needs, Needs::Start | Needs::NewDay)
}

fn strike(
    dice: &mut Dice,
    point: &'static Point,
    (blow, again): (Blow, Option<Duration>),
) -> Strike {
    let drawn = Kind::drawn(dice);
    let first = match point.needs {
        Needs::DueMail => Kind::Due,
        Needs::AnyMail => drawn,
        Needs::Mail | Needs::Start | Needs::NewDay => Kind::Request,
    };
    let more = dice.below(3);
    let mut mails: Vec<Kind> = (0..more).map(|_| Kind::drawn(dice)).collect();
    mails.insert(0, first);
    // Each request brings a letter at least, so the point is passed at least so often.
    let requests = mails.iter().filter(|kind| kind.is_request()).count();
    let pass = if comes_for_each_letter(point) { dice.below(requests as u64) } else { 0 };
    let (pass, moment) = (u32::try_from(pass).unwrap(), dice.milliseconds(2_500));
    let times = if point.needs == Needs::AnyMail { 3 } else { 1 };
    Strike { point, pass, blow, moment, mails, times, again }
}

fn named(names: &[&str]) -> Vec<&'static Point> {
    let point = |name: &&str| POINTS.iter().find(|point| point.name == *name).unwrap();
    names.iter().map(point).collect()
}

fn comes_for_each_letter(point: &Point) -> bool {
    let to_relay = matches!(point.place, Place::Smtp(command) if command != "EHLO");
    to_relay || ["send: content", "send: settled"].iter().any(|name| point.name.starts_with(name))
}

fn shuffled(dice: &mut Dice) -> Vec<&'static Point> {
    let mut deck: Vec<&Point> = POINTS.iter().collect();
    deck.extend([&MOMENT; MOMENTS_A_ROUND]);
    for last in (1..deck.len()).rev() {
        let other = usize::try_from(dice.below(last as u64 + 1)).unwrap();
        deck.swap(last, other);
    }
    deck
}

/// `SplitMix64`: small, and the same on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % end
    }

    fn is_one_in(&mut self, end: u64) -> bool {
        self.below(end) == 0
    }

    fn milliseconds(&mut self, end: u64) -> Duration {
        Duration::from_millis(self.below(end))
    }
}

#[test]
fn the_same_seed_gives_the_same_plan_and_another_seed_another() {
    let plan = |seed| format!("{:?}", Plan::alone(seed, 500, 10));
    assert_eq!(plan(7), plan(7));
    assert_ne!(plan(7), plan(8));
}

#[test]
fn five_hundred_kills_come_to_every_point() {
    let plan = Plan::alone(7, 500, 10);
    for point in POINTS {
        let strikes = plan.lanes.iter().flatten();
        let count = strikes.filter(|strike| strike.point == point).count();
        assert!(count >= 3, "{}: {count}", point.name);
    }
}
