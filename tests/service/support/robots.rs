//! Machines that answer mail, and the post office that carries letters between them and desks. No
//! machine here stops by itself: only the desks can end a conversation.

use std::fmt::Write;

use chrono::TimeDelta;
use mailtriage::clock::Clock;
use mailtriage::store::folders::Role;
use mailtriage::store::ledger::Letter;

use super::scenario::Scenario;

/// How a machine's answers look.
#[derive(Clone, Copy)]
pub(crate) struct Manners {
    /// Header lines that machines put on their mail, or ought to.
    pub(crate) marks: &'static str,
    /// `Re:` and our subject, or words of its own.
    pub(crate) keeps_subject: bool,
    /// In-Reply-To and References.
    pub(crate) keeps_thread: bool,
    pub(crate) quotes: Quotes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    Nothing,
    Marked,
    /// Our text again, as if it were the machine's own.
    Bare,
}

/// A machine with an address, and what it says of itself.
pub(crate) struct Robot {
    pub(crate) address: String,
    /// Writes from another address than the one that gets our letters.
    pub(crate) from: String,
    pub(crate) manners: Manners,
}

impl Robot {
    fn answer(&self, letter: &Letter, number: usize) -> String {
        let Manners { marks, keeps_subject, keeps_thread, quotes } = self.manners;
        let subject = if keeps_subject {
            format!("Re: {}", letter.subject)
        } else {
            "Thank you for writing".to_owned()
        };
        let mut mail = format!(
            "From: {}\nTo: {}\nSubject: {subject}\nMessage-ID: <robot-{number}@robots.example>\n",
            self.from,
            sender(letter),
        );
        if keeps_thread {
            let id = &letter.message_id;
            write!(mail, "In-Reply-To: <{id}>\nReferences: <{id}>\n").unwrap();
        }
        mail.push_str(marks);
        mail.push_str("\nI have your mail and will look at it when I am back.\n\n");
        match quotes {
            Quotes::Nothing => {}
            Quotes::Bare => mail.push_str(&letter.text),
            Quotes::Marked => {
                for line in letter.text.lines() {
                    writeln!(mail, "> {line}").unwrap();
                }
            }
        }
        mail
    }
}

/// What stands between two desks: gateways take headers away and change others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Gateway {
    Honest,
    /// Takes away everything that says that a machine wrote it.
    StripsMarks,
    /// And the thread, and changes subject and Message-ID.
    StripsAll,
}

impl Gateway {
    pub(crate) fn pass(self, letter: &Letter, number: usize) -> Vec<u8> {
        let raw = String::from_utf8(letter.raw.clone()).unwrap();
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let taken: &[&str] = match self {
            Self::Honest => &[],
            Self::StripsMarks => &["auto-submitted", "x-auto-response-suppress"],
            Self::StripsAll => &[
                "auto-submitted",
                "x-auto-response-suppress",
                "x-mailtriage-token",
                "in-reply-to",
                "references",
                "message-id",
                "subject",
            ],
        };
        let mut kept = String::new();
        let mut is_taken = false;
        for line in head.split("\r\n") {
            if !line.starts_with([' ', '\t']) {
                let name = line.split(':').next().unwrap().to_lowercase();
                is_taken = taken.contains(&name.as_str());
            }
            if !is_taken {
                write!(kept, "{line}\r\n").unwrap();
            }
        }
        if self == Self::StripsAll {
            write!(
                kept,
                "Subject: [EXTERNAL] a mail\r\nMessage-ID: <gateway-{number}@gate.example>\r\n"
            )
            .unwrap();
        }
        format!("{kept}\r\n{body}").into_bytes()
    }
}

/// The address of the desk that wrote it.
fn sender(letter: &Letter) -> String {
    let mail = mailtriage::mail::read(&letter.raw);
    mail.from.unwrap().address.as_str().to_owned()
}

/// Carries every letter to where it goes, a minute a round.
pub(crate) struct PostOffice {
    pub(crate) desks: Vec<(&'static str, Scenario)>,
    pub(crate) robots: Vec<Robot>,
    pub(crate) gateway: Gateway,
    /// Addresses whose server sends everything back, politely (RFC 3464) or not.
    pub(crate) bouncing: Vec<(&'static str, Bounces)>,
    /// An address that hands everything on to all of these.
    pub(crate) list: (&'static str, Vec<&'static str>),
    /// Every letter that left: recipient and kind.
    pub(crate) carried: Vec<(String, String)>,
    pub(crate) withheld: Vec<(String, String)>,
    mails: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bounces {
    AsReport,
    /// Like a person's mail from the postmaster, with our words in it.
    AsProse,
}

impl PostOffice {
    pub(crate) fn new(desks: Vec<(&'static str, Scenario)>) -> Self {
        Self {
            desks,
            robots: Vec::new(),
            gateway: Gateway::Honest,
            bouncing: Vec::new(),
            list: ("", Vec::new()),
            carried: Vec::new(),
            withheld: Vec::new(),
            mails: 0,
        }
    }

    /// Carries letters until none is left, or for so many rounds. Returns how many rounds it took.
    pub(crate) async fn carries(&mut self, most_rounds: usize) -> usize {
        for round in 0..most_rounds {
            let mut letters = Vec::new();
            for (_, desk) in &mut self.desks {
                desk.clock.set(desk.clock.now() + TimeDelta::minutes(1));
                letters.extend(desk.new_letters().await);
            }
            let mut left = 0;
            for letter in letters {
                if let Some(rule) = &letter.withheld_by {
                    self.withheld.push((letter.recipient.clone(), rule.clone()));
                    continue;
                }
                left += 1;
                self.carried.push((letter.recipient.clone(), letter.kind.clone()));
                self.deliver(&letter, &letter.recipient).await;
            }
            if left == 0 {
                return round;
            }
        }
        most_rounds
    }

    async fn deliver(&mut self, letter: &Letter, to: &str) {
        if to == self.list.0 {
            for member in self.list.1.clone() {
                Box::pin(self.deliver(letter, member)).await;
            }
            return;
        }
        self.mails += 1;
        let number = self.mails;
        if let Some((_, desk)) = self.desks.iter_mut().find(|(address, _)| *address == to) {
            let raw = self.gateway.pass(letter, number);
            desk.receives_raw(Role::Inbox, &raw).await;
            return;
        }
        let back = if let Some((_, how)) = self.bouncing.iter().find(|(one, _)| *one == to) {
            Some(bounce(letter, *how, number))
        } else {
            let robot = self.robots.iter().find(|robot| robot.address == to);
            robot.map(|robot| robot.answer(letter, number))
        };
        let Some(mail) = back else {
            return;
        };
        let desk = sender(letter);
        if let Some((_, desk)) = self.desks.iter_mut().find(|(address, _)| *address == desk) {
            desk.receives_raw(Role::Inbox, mail.as_bytes()).await;
        }
    }

    /// How many letters this address got.
    pub(crate) fn got(&self, address: &str) -> usize {
        self.carried.iter().filter(|(to, _)| to == address).count()
    }

    pub(crate) fn rules_for(&self, address: &str) -> Vec<&str> {
        let to_them = self.withheld.iter().filter(|(to, _)| to == address);
        let mut rules: Vec<&str> = to_them.map(|(_, rule)| rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    pub(crate) async fn closes(self) {
        for (_, desk) in self.desks {
            desk.closes().await;
        }
    }
}

fn bounce(letter: &Letter, how: Bounces, number: usize) -> String {
    let (id, to, desk) = (&letter.message_id, &letter.recipient, sender(letter));
    let (_, domain) = to.split_once('@').unwrap();
    match how {
        Bounces::AsReport => format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@{domain}\nTo: {desk}\n\
             Subject: Undelivered Mail Returned to Sender\nMessage-ID: <b{number}@{domain}>\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n\
             --x\nContent-Type: text/plain\n\nNo such user here.\n\n\
             --x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; {domain}\n\n\
             Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\n\
             --x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{id}>\n\n--x--\n"
        ),
        Bounces::AsProse => format!(
            "From: postmaster@{domain}\nTo: {desk}\nSubject: Re: {}\nMessage-ID: <b{number}@{domain}>\n\n\
             The person you wrote to does not work here any more. Here is your mail again.\n\n{}",
            letter.subject, letter.text
        ),
    }
}
