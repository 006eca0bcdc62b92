//! Erases one person from everything that is stored. What can be counted stays: how many requests
//! there were, when, and what became of them.
//!
//! Mails and letters are judged by what a reader sees, for in their bytes a name may be written in
//! many ways. At last every column of every table is looked through.

mod identity;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use chrono::{DateTime, Utc};

pub use identity::Identity;

use crate::mail::{self, EmailAddress, IncomingMail, Person};
use crate::store::erase::{self, Letter, TheirRequest};
use crate::store::{PgConnection, RequestId, promises, retention};

const BATCH: i64 = 50;

/// What was done, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    pub requests: usize,
    pub closed: usize,
    /// Mails that the person wrote: nothing is left of them.
    pub own_mails: usize,
    /// Mails of others that name the person: their writers' own words are left, without attachments.
    pub other_mails: usize,
    pub letters: usize,
    /// Other places, by table and column.
    pub places: BTreeMap<String, usize>,
    pub names: usize,
}

pub struct Wanted<'a> {
    pub address: &'a EmailAddress,
    /// Close what is open, instead of refusing.
    pub even_open: bool,
}

/// Works inside the caller's transaction, so that what it would do can be shown and undone.
pub async fn erase(
    conn: &mut PgConnection,
    wanted: &Wanted<'_>,
    now: DateTime<Utc>,
) -> anyhow::Result<Erased> {
    let address = wanted.address;
    let requests = erase::requests_of(conn, address.as_str()).await?;
    let open: Vec<&TheirRequest> = requests.iter().filter(|request| request.is_open).collect();
    if !open.is_empty() && !wanted.even_open {
        let references: Vec<&str> = open.iter().map(|one| one.reference.as_str()).collect();
        bail!(
            "{} still open: close them first, or add --even-open to close them without an answer",
            references.join(", ")
        );
    }
    let mut names: BTreeSet<String> =
        requests.iter().filter_map(|request| request.name.clone()).collect();
    names.extend(names_in_mails(conn, address).await?);
    let person = Identity::new(address, names);
    let their = Their {
        address,
        person: &person,
        requests: requests.iter().map(|one| one.request_id).collect(),
        references: requests.iter().map(|one| one.reference.as_str()).collect(),
    };

    let mut erased =
        Erased { requests: requests.len(), names: person.names(), ..Erased::default() };
    their.erase_mails(conn, &mut erased, now).await?;
    their.erase_letters(conn, &mut erased, now).await?;
    let open: Vec<i64> = open.iter().map(|one| one.request_id).collect();
    erased.closed = open.len();
    erase::close(conn, &open).await?;
    for id in &open {
        // What was promised to nobody is neither kept nor missed.
        promises::withdraw(conn, RequestId(*id), now).await?;
    }
    let all: Vec<i64> = their.requests.iter().copied().collect();
    retention::empty_requests(conn, &all, now).await?;
    erase::leave_threads(conn, address.as_str()).await?;
    their.sweep(conn, &mut erased).await?;
    Ok(erased)
}

/// The names that stand beside the address in headers.
async fn names_in_mails(
    conn: &mut PgConnection,
    address: &EmailAddress,
) -> anyhow::Result<BTreeSet<String>> {
    let hint = address.as_str().to_lowercase();
    let mut names = BTreeSet::new();
    let mut last = 0;
    loop {
        let mails = erase::mails_after(conn, last, Some(&hint), BATCH).await?;
        let Some(end) = mails.last() else {
            return Ok(names);
        };
        last = end.id;
        for mail in &mails {
            let read = mail::read(&mail.raw);
            let same = people(&read).filter(|person| person.address.is_same(address));
            names.extend(same.filter_map(|person| Some(person.name.as_ref()?.0.clone())));
        }
    }
}

fn people(mail: &IncomingMail) -> impl Iterator<Item = &Person> {
    mail.from.iter().chain(&mail.reply_to).chain(&mail.to).chain(&mail.cc)
}

struct Their<'a> {
    address: &'a EmailAddress,
    person: &'a Identity,
    requests: BTreeSet<i64>,
    references: Vec<&'a str>,
}

impl Their<'_> {
    async fn erase_mails(
        &self,
        conn: &mut PgConnection,
        erased: &mut Erased,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mut last = 0;
        loop {
            let mails = erase::mails_after(conn, last, None, BATCH).await?;
            let Some(end) = mails.last() else {
                return Ok(());
            };
            last = end.id;
            for stored in &mails {
                let read = mail::read(&stored.raw);
                let from = read.from.as_ref().map(|from| &from.address);
                let theirs = from.is_some_and(|from| from.is_same(self.address));
                let in_thread = stored.request_id.is_some_and(|id| self.requests.contains(&id));
                if !theirs && !in_thread && !self.is_named(&read, &stored.raw) {
                    continue;
                }
                if !stored.is_settled {
                    bail!("mail {} is not read yet: start the desk, and erase then", stored.id);
                }
                let rest = if theirs { Vec::new() } else { self.rest_of(&read) };
                erase::replace_mail(conn, stored.id, (&rest, theirs), now).await?;
                *(if theirs { &mut erased.own_mails } else { &mut erased.other_mails }) += 1;
            }
        }
    }

    fn is_named(&self, mail: &IncomingMail, raw: &[u8]) -> bool {
        let lines = mail.lines.iter().map(|line| line.text.as_str());
        let text: Vec<&str> = lines.chain([mail.subject.as_str()]).collect();
        let listed = people(mail).any(|person| {
            person.address.is_same(self.address) || self.person.is_in(person.shown())
        });
        listed
            || self.person.is_in(&text.join("\n"))
            || self.person.is_in(&String::from_utf8_lossy(raw))
            || mail::html_part(raw).is_some_and(|html| self.person.is_in(&html))
    }

    /// What its writer said anew, under the headers that matter: quotes, HTML and attachments may
    /// hold the person in ways that nobody can search.
    fn rest_of(&self, mail: &IncomingMail) -> Vec<u8> {
        let listed = |people: &[Person]| {
            let shown =
                people.iter().map(|one| format!("{} <{}>", one.shown(), one.address.as_str()));
            shown.collect::<Vec<_>>().join(", ")
        };
        let from: Vec<Person> = mail.from.iter().cloned().collect();
        let id = mail.message_id.as_ref().map_or("", mail::MessageId::as_str);
        let text = format!(
            "From: {}\r\nTo: {}\r\nCc: {}\r\nSubject: {}\r\nMessage-ID: <{id}>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            listed(&from),
            listed(&mail.to),
            listed(&mail.cc),
            mail.subject,
            mail.own_words(),
        );
        self.person.replaced(&text).into_bytes()
    }

    async fn erase_letters(
        &self,
        conn: &mut PgConnection,
        erased: &mut Erased,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mut last = 0;
        loop {
            let letters = erase::letters_after(conn, last, BATCH).await?;
            let Some(end) = letters.last() else {
                return Ok(());
            };
            last = end.outbox_id;
            for letter in letters {
                let to_them = letter.recipient.eq_ignore_ascii_case(self.address.as_str());
                if !to_them && !self.is_about_them(&letter) {
                    continue;
                }
                if letter.state == "sending" {
                    bail!("letter {} is on its way: try again in a minute", letter.outbox_id);
                }
                erase::empty_letter(conn, (letter.outbox_id, to_them), now).await?;
                erased.letters += 1;
            }
        }
    }

    /// A letter that names one of their requests quotes their words.
    fn is_about_them(&self, letter: &Letter) -> bool {
        letter.request_id.is_some_and(|id| self.requests.contains(&id))
            || self.person.is_in(&letter.subject)
            || self.person.is_in(&letter.text)
            || self.references.iter().any(|reference| letter.text.contains(reference))
            || mail::html_part(&letter.raw).is_some_and(|html| self.person.is_in(&html))
    }

    /// Looks through every column, and fails when the person is still somewhere: then nothing is
    /// changed at all.
    async fn sweep(&self, conn: &mut PgConnection, erased: &mut Erased) -> anyhow::Result<()> {
        let hints = self.person.hints();
        for column in erase::columns(conn).await? {
            let name = format!("{}.{}", column.table, column.column);
            for (row, text) in erase::places(conn, &column, &hints).await? {
                if !self.person.is_in(&text) {
                    continue;
                }
                if column.kind == "bytea" {
                    bail!("{name} still holds the person; nothing was changed");
                }
                erase::put(conn, &column, (&row, &self.person.replaced(&text))).await?;
                *erased.places.entry(name.clone()).or_default() += 1;
            }
        }
        Ok(())
    }
}
