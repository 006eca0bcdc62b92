//! Mails that are hard to swallow, each with twenty plain ones behind it: how long those wait, and
//! how much memory the service takes.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::mails::Mails;
use crate::world::{DESK, World, until};

const BEHIND: usize = 20;
const THREAD: usize = 2_000;

/// A name, and what makes the mail.
type Kind = (&'static str, fn() -> Vec<u8>);

pub(crate) struct Figures {
    pub(crate) name: &'static str,
    /// Until the twenty behind it were acknowledged too.
    pub(crate) all: Duration,
    pub(crate) peak_memory: f64,
}

/// Plain mails alone come first: what the others are compared with.
pub(crate) async fn measure() -> Vec<Figures> {
    let kinds: [Kind; 7] = [
        ("nothing hard", || plain("Plain", "1. The Passport Office")),
        ("60 MB, over the limit", || with_file(60_000_000)),
        ("45 MB, under the limit", || with_file(45_000_000)),
        ("5,000 attachments", many_files),
        ("a subject of 1 MB", || plain(&"Review ".repeat(150_000), "1. The Passport Office")),
        ("2 MB in one line", || plain("One line", &"Could you review our design, ".repeat(70_000))),
        ("2 MB without a space", || plain("One word", &"review".repeat(350_000))),
    ];
    let mut figures = Vec::new();
    for (name, hard) in kinds {
        figures.push(one(name, &[hard()]).await);
    }
    let thread: Vec<Vec<u8>> = (0..THREAD).map(in_thread).collect();
    figures.push(one("a thread of 2,000 mails", &thread).await);
    figures
}

async fn one(name: &'static str, hard: &[Vec<u8>]) -> Figures {
    let world = World::starts().await;
    let labelled = Mails::labelled();
    for raw in hard {
        world.delivers(raw);
    }
    (0..BEHIND).for_each(|number| world.delivers(&labelled.mail(number)));
    let service = world.serves();
    // One acknowledgement a thread.
    let all = until(Instant::now(), async || world.acknowledged() > BEHIND).await;
    let peak_memory = service.peak_memory();
    service.stops();
    world.stops().await;
    Figures { name, all, peak_memory }
}

fn head(subject: &str) -> String {
    format!(
        "Message-ID: <hard@bench.example>\r\nFrom: Hard <person499@requests.example>\r\n\
         To: {DESK}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    )
}

fn plain(subject: &str, body: &str) -> Vec<u8> {
    format!("{}\r\n{body}\r\n", head(subject)).into_bytes()
}

fn with_file(bytes: usize) -> Vec<u8> {
    let line = "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\r\n";
    let mut mail = head("A large file");
    mail.push_str("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n");
    mail.push_str("1. The Passport Office\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n");
    mail.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    mail.push_str(&line.repeat(bytes / line.len()));
    mail.push_str("--b--\r\n");
    mail.into_bytes()
}

fn many_files() -> Vec<u8> {
    let mut mail = head("Many files");
    mail.push_str("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n");
    mail.push_str("1. The Passport Office\r\n");
    for number in 0..5_000 {
        write!(
            mail,
            "--b\r\nContent-Type: application/pdf; name=plan{number}.pdf\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n"
        )
        .expect("a string");
    }
    mail.push_str("--b--\r\n");
    mail.into_bytes()
}

/// Each answers the one before and names all that went before.
fn in_thread(number: usize) -> Vec<u8> {
    let id = |number: usize| format!("<thread-{number}@bench.example>");
    let mut mail = format!(
        "Message-ID: {}\r\nFrom: Hard <person499@requests.example>\r\nTo: {DESK}\r\n\
         Subject: Re: A long talk\r\n",
        id(number)
    );
    if number > 0 {
        let before: Vec<String> = (0..number).map(id).collect();
        let before = before.join("\r\n ");
        write!(mail, "In-Reply-To: {}\r\nReferences: {before}\r\n", id(number - 1))
            .expect("a string");
    }
    write!(mail, "\r\nPart {number} of what we would like you to review.\r\n").expect("a string");
    mail.into_bytes()
}
