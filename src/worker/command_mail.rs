//! A consultant's mail with commands: who may, what is done, and the transcript of it.

use std::fmt::Write;

use crate::command::syntax::Takes;
use crate::command::{self, Line, Said, Verb};
use crate::letter::{Enclosed, Grant};
use crate::mail;
use crate::mail::authentication::vouched_by;
use crate::store::folders::Role;
use crate::store::inbound::Outcome;
use crate::store::{
    PgConnection, RequestId, budgets, inbound, merges, requests, threads, used_keys,
};
use crate::triage::letters::{Occasion, Thread, TranscriptLine, Unconfirmed};
use crate::triage::{Consultant, Content, Letter, Reference};
use crate::worker::command_help::help;
use crate::worker::desk::Ordered;
use crate::worker::in_hand::InHand;
use crate::worker::reception::{Found, Reception, answering};

/// What the consultant is told of a mail to a requester that may not be theirs.
const NOT_PROVEN: &str = "Nobody that we trust vouches for the sender of this mail to the \
    requester, so the reply is still owed. If you wrote it, take the request with the link in your \
    digest, or send the mail again through your usual mail server.";
/// Subject of a transcript where the mail's own is a command: who answers it orders nothing again.
const ANSWER: &str = "Your command";

/// The commands of one mail.
pub(super) struct CommandMail {
    consultant: Consultant,
    /// The request that the mail as a whole belongs to.
    thread: Option<RequestId>,
    lines: Vec<Line>,
}

impl CommandMail {
    /// Whether no line can be prose, so that the mail is no answer to the requester.
    pub(super) fn is_certain(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(Line::is_bare)
    }

    fn names_a_request(&self) -> bool {
        self.thread.is_some() || self.lines.iter().any(|line| line.reference.is_some())
    }
}

/// What became of one line.
enum Answer {
    Done(String),
    NotDone(String),
    Unconfirmed(Unconfirmed),
}

/// The work on one mail, line by line.
struct Work<'a> {
    consultant: &'a Consultant,
    /// The check by which a trusted server vouches for the sender.
    vouched: Option<&'static str>,
    transcript: Vec<TranscriptLine>,
    unconfirmed: Vec<Unconfirmed>,
    /// Whether a key or a trusted server showed that the consultant wrote it.
    is_proven: bool,
    /// The requests that were named, in order.
    requests: Vec<(RequestId, Reference)>,
}

impl Reception<'_> {
    /// The commands of a mail from an address on the roster. `None` when the mail is something else.
    pub(super) async fn commands_in(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
    ) -> anyhow::Result<Option<CommandMail>> {
        let policy = &self.desk.rules.policy;
        let mail = &in_hand.mail;
        let from = mail.from.as_ref().map(|person| &person.address);
        let consultant = from.and_then(|from| policy.consultant(from));
        let (Some(from), Some(consultant), Role::Inbox) = (from, consultant, in_hand.stored.role)
        else {
            return Ok(None);
        };
        let thread = self.thread_of(conn, mail).await?;
        let (title, is_theirs) = match thread {
            Some(id) => (
                Some(requests::lock(conn, id).await?.subject),
                threads::takes_part(conn, id, from).await?,
            ),
            None => (None, false),
        };
        let lines = command::read(mail, &policy.team.reference_prefix, title.as_deref());
        let commands = CommandMail { consultant: consultant.clone(), thread, lines };
        let has_none = commands.lines.is_empty();
        let answers_us = mail.in_reply_to.iter().any(|id| self.desk.keyring.is_ours(id));
        let is_command_mail = if answers_us || commands.names_a_request() {
            // In a request of their own a consultant writes on like everybody else.
            !(has_none && is_theirs)
        } else {
            commands.is_certain()
        };
        Ok(is_command_mail.then_some(commands))
    }

    pub(super) async fn command_mail(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        commands: &CommandMail,
    ) -> anyhow::Result<Found> {
        let from = in_hand.mail.from.as_ref();
        // A former address may be somebody else's by now.
        let is_present =
            from.is_some_and(|from| from.address.is_same(&commands.consultant.address));
        let vouched = if is_present { self.vouched(conn, in_hand).await? } else { None };
        let mut work = Work {
            consultant: &commands.consultant,
            vouched,
            transcript: Vec::new(),
            unconfirmed: Vec::new(),
            is_proven: vouched.is_some(),
            requests: Vec::new(),
        };
        for line in &commands.lines {
            let answer = self.line(conn, in_hand, (commands.thread, line), &mut work).await?;
            let (result, done) = match answer {
                Answer::Done(result) => (result, true),
                Answer::NotDone(result) => (result, false),
                Answer::Unconfirmed(unconfirmed) => {
                    work.unconfirmed.push(unconfirmed);
                    continue;
                }
            };
            work.transcript.push(TranscriptLine { typed: line.typed.clone(), result, done });
        }
        let first = work.requests.first().map(|(id, _)| *id).or(commands.thread);
        let because = match (vouched, work.is_proven) {
            (Some(check), _) => format!("commands of a consultant, vouched for by {check}"),
            (None, true) => "commands of a consultant, by a link in our letter".to_owned(),
            (None, false) => "commands of a consultant, nobody vouches for the sender".to_owned(),
        };
        self.write_back(conn, (in_hand, commands), work).await?;
        Ok(Found::new(Outcome::Command, because).of(first))
    }

    /// A mail to a requester that claims to be from the team stops no clock unless somebody vouches
    /// for it. `None`: it may count.
    pub(super) async fn unproven_reply(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        (id, consultant): (RequestId, Option<&Consultant>),
    ) -> anyhow::Result<Option<Found>> {
        let is_inbox = in_hand.stored.role == Role::Inbox;
        let nobody_is_trusted = self.desk.rules.policy.commands.trusted_server.is_none();
        if !is_inbox || nobody_is_trusted || self.vouched(conn, in_hand).await?.is_some() {
            return Ok(None);
        }
        if let Some(consultant) = consultant {
            let reference = requests::lock(conn, id).await?.reference;
            let lines = vec![TranscriptLine {
                typed: "(a mail to the requester)".to_owned(),
                result: NOT_PROVEN.to_owned(),
                done: false,
            }];
            let letter = Letter {
                to: consultant.person(),
                about: Some(reference),
                thread: answering(&in_hand.mail),
                content: Content::Transcript { lines, occasion: Occasion::Unproven },
            };
            self.desk.post(conn, Some(id), &letter, self.now).await?;
        }
        let because = "claims to be from the team, but nobody vouches for the sender";
        Ok(Some(Found::new(Outcome::TeamReply, because).of(Some(id))))
    }

    /// A header counts for a mail that can be told from a copy of it, that servers and we read alike,
    /// and that was written to us: what a consultant signed for others is no command.
    pub(super) async fn vouched(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
    ) -> anyhow::Result<Option<&'static str>> {
        let mail = &in_hand.mail;
        let trusted = &self.desk.rules.policy.commands.trusted_server;
        let (Some(trusted), Some(from), Some(id)) = (trusted, &mail.from, &mail.message_id) else {
            return Ok(None);
        };
        let policy = &self.desk.rules.policy;
        let is_to_us = mail.to.iter().chain(&mail.cc).any(|person| policy.is_ours(&person.address));
        if mail.is_ambiguous || !is_to_us {
            return Ok(None);
        }
        let check = vouched_by(&mail.authentication_results, trusted, &from.address);
        if check.is_none() || inbound::was_command(conn, id.as_str()).await? {
            return Ok(None);
        }
        Ok(check)
    }

    async fn line(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        (thread, line): (Option<RequestId>, &Line),
        work: &mut Work<'_>,
    ) -> anyhow::Result<Answer> {
        let (verb, words) = match &line.said {
            Said::Command { verb: Verb::Help, .. } => {
                return Ok(Answer::Done(help(&self.desk.rules, in_hand.stored.received_at)));
            }
            Said::Command { verb, words } => (*verb, words.as_str()),
            Said::Unknown { word, nearest } => {
                return Ok(Answer::NotDone(format!(
                    "We do not know the word {word}. Did you mean {}? Write: {}",
                    nearest.name(),
                    nearest.form(),
                )));
            }
        };
        let id = match &line.reference {
            Some(reference) => requests::find(conn, reference).await?,
            None => thread,
        };
        let Some(id) = id else {
            return Ok(Answer::NotDone(no_request(line)));
        };
        let reference = requests::lock(conn, id).await?.reference;
        // What is part of another request is handled there. Only to open it again means itself.
        let kept = merges::merged_into(conn, id).await?.filter(|_| verb != Verb::Reopen);
        let id = kept.unwrap_or(id);
        if !work.requests.iter().any(|(known, _)| *known == id) {
            work.requests.push((id, reference.clone()));
        }

        let key = line.key.as_deref();
        let grant = Grant { consultant: &work.consultant.address, reference: &reference, verb };
        let by_key = self.use_key(conn, in_hand, (key, &grant)).await?;
        work.is_proven |= by_key.is_ok();
        let changes_nothing = verb == Verb::Status;
        if let (Err(why), None, false) = (&by_key, work.vouched, changes_nothing) {
            let has_files = verb.takes() == Takes::Mail && !in_hand.mail.attachments.is_empty();
            let files =
                if has_files { " The link carries no files: attach them again." } else { "" };
            return Ok(Answer::Unconfirmed(Unconfirmed {
                typed: line.typed.clone(),
                reference,
                verb,
                words: words.to_owned(),
                why: format!("{why}{files}"),
            }));
        }
        let answer = self.carry_out(conn, in_hand, (id, work.consultant), (verb, words)).await?;
        if let (Answer::NotDone(_), Ok(()), Some(key)) = (&answer, by_key, key) {
            used_keys::release(conn, key).await?;
        }
        Ok(answer)
    }

    async fn carry_out(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        (id, by): (RequestId, &Consultant),
        (verb, words): (Verb, &str),
    ) -> anyhow::Result<Answer> {
        let (files, told) = self.files_for(in_hand, verb);
        let ordered = Ordered {
            by,
            at: in_hand.stored.received_at,
            verb,
            words,
            inbound: in_hand.stored.id,
            files: &files,
        };
        let done = self.desk.carry_out(conn, id, &ordered, self.now).await?;
        Ok(match done {
            Ok(result) => Answer::Done(format!("{result}{told}")),
            Err(why) => Answer::NotDone(why),
        })
    }

    /// The files that go to the requester with a consultant's words, and what the transcript says of
    /// them. They are not opened.
    fn files_for(&self, in_hand: &InHand<'_>, verb: Verb) -> (Vec<Enclosed>, String) {
        if verb.takes() != Takes::Mail || in_hand.mail.attachments.is_empty() {
            return (Vec::new(), String::new());
        }
        let limit = self.desk.rules.policy.limits.enclosed_bytes();
        let mut room = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut files, mut passed, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for file in mail::files(&in_hand.raw) {
            let name = file.attachment.name.unwrap_or_else(|| "attachment".to_owned());
            match room.checked_sub(file.content.len()).filter(|_| !in_hand.stored.truncated) {
                Some(rest) => {
                    room = rest;
                    passed.push(name.clone());
                    let content_type = file.attachment.content_type;
                    files.push(Enclosed::File { name, content_type, content: file.content });
                }
                None => left.push(name),
            }
        }
        let mut told = String::new();
        if !passed.is_empty() {
            let _ = write!(told, "\nPassed on: {}.", passed.join(", "));
        }
        if !left.is_empty() {
            let most = self.desk.rules.policy.limits.enclosed_mb;
            let names = left.join(", ");
            let _ = write!(told, "\nNot passed on, because {most} MB is the most: {names}.");
        }
        (files, told)
    }

    /// Spends the key. The error says why it does not count.
    async fn use_key(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        (key, grant): (Option<&str>, &Grant<'_>),
    ) -> anyhow::Result<Result<(), String>> {
        let Some(key) = key else {
            return Ok(Err("No server that we trust vouches for the sender.".to_owned()));
        };
        if let Err(refused) = self.desk.keyring.check_action_key(key, grant, self.now) {
            return Ok(Err(refused.to_string()));
        }
        if used_keys::claim(conn, key, in_hand.stored.id, self.now).await? {
            Ok(Ok(()))
        } else {
            Ok(Err("The link was used before.".to_owned()))
        }
    }

    /// Answers go to the address on the roster, whatever the mail says.
    async fn write_back(
        &self,
        conn: &mut PgConnection,
        (in_hand, commands): (&InHand<'_>, &CommandMail),
        work: Work<'_>,
    ) -> anyhow::Result<()> {
        let (request, about) = match work.requests.as_slice() {
            [(id, reference)] => (Some(*id), Some(reference.clone())),
            _ => (None, None),
        };
        let answer = answering(&in_hand.mail);
        let ordered_in_subject = commands.lines.iter().any(|line| line.in_subject);
        let subject = if ordered_in_subject { Some(ANSWER.to_owned()) } else { answer.subject };
        let thread = Thread { subject, ..answer };
        let letter = |content| Letter {
            to: work.consultant.person(),
            about: about.clone(),
            thread: thread.clone(),
            content,
        };
        if !work.transcript.is_empty() || work.unconfirmed.is_empty() {
            let orders_nothing = commands.lines.is_empty();
            let occasion = if orders_nothing
                && budgets::is_explanation(conn, &in_hand.mail.in_reply_to).await?
            {
                Occasion::Repeated
            } else if orders_nothing || !work.is_proven {
                Occasion::Unproven
            } else {
                Occasion::Proven
            };
            let transcript = letter(Content::Transcript { lines: work.transcript, occasion });
            self.desk.post(conn, request, &transcript, self.now).await?;
        }
        if !work.unconfirmed.is_empty() {
            let confirm = letter(Content::Confirm { commands: work.unconfirmed });
            self.desk.post(conn, request, &confirm, self.now).await?;
        }
        Ok(())
    }
}

fn no_request(line: &Line) -> String {
    match &line.reference {
        Some(reference) => format!("There is no request {reference}."),
        None => format!("Which request? Write its reference first: REFERENCE {}", line.typed),
    }
}
