//! What a request becomes when a consultant says who asks.

use crate::mail::{EmailAddress, Person, PersonName};
use crate::triage::letters::Thread;
use crate::triage::orders::{Done, Order};
use crate::triage::silence::is_machine;
use crate::triage::summary::summarise;
use crate::triage::{Content, Decision, JournalEntry, Letter, Provenance, Request, Rules, State};

/// The new requester gets the acknowledgement, unless the request is done: then there is nothing to
/// wait for.
pub(super) fn name_requester(
    mut request: Request,
    order: &Order<'_>,
    rules: &Rules,
) -> Result<Done, String> {
    let person = person_in(order.words)
        .ok_or_else(|| "Who asks? Write the address: requester name@example.org".to_owned())?;
    let reference = request.reference.clone();
    let address = person.address.as_str().to_owned();
    if rules.policy.is_ours(&person.address) {
        return Err(format!("{address} is an address of our own; nobody would get our letters."));
    }
    if is_machine(&person.address) {
        return Err(format!("Nobody reads mail to {address}. Write the address of a person."));
    }
    if request.requester.address.is_same(&person.address) {
        return Err(format!("{address} is the requester of {reference} already."));
    }
    let before = request.requester.address.as_str().to_owned();
    // A name that was read beside the address is better than none.
    let known = request.provenance.as_ref().map(Provenance::person);
    let name = person
        .name
        .clone()
        .or_else(|| known.filter(|known| known.address.is_same(&person.address))?.name.clone());
    request.requester = Person { name, ..person };
    request.provenance = Some(Provenance::SetBy(order.by.person()));

    let is_done = matches!(request.state, State::Closed { .. } | State::Redirected { .. });
    let acknowledgement = (!is_done).then(|| Letter {
        to: request.requester.clone(),
        about: Some(reference.clone()),
        thread: Thread { subject: order.thread.subject.clone(), ..Thread::default() },
        content: Content::Acknowledgement { request: summarise(&request, rules) },
    });
    let told = if is_done { "" } else { " They get an acknowledgement, if they have none yet." };
    let result = format!(
        "{address} is the requester of {reference} now, and our letters go there.{told} {before} can \
         still write on in it. To undo: {reference} requester {before}"
    );
    let journal = vec![JournalEntry {
        kind: "requester_named",
        actor: Some(order.by.address.clone()),
        detail: format!("{address} asks, not {before}"),
    }];
    let letters = acknowledgement.into_iter().collect();
    let decision = Decision { letters, journal, ..Decision::nothing(request) };
    Ok(Done { decision, result })
}

/// `pat@example.org`, `Pat Doe <pat@example.org>`, `is pat@example.org`.
fn person_in(words: &str) -> Option<Person> {
    let is_edge = |c: char| "<>()[]\"',;:.".contains(c);
    let found = words.split_whitespace().find(|word| word.contains('@'))?;
    let address =
        EmailAddress::parse(found.trim_matches(is_edge).trim_start_matches("mailto:")).ok()?;
    let (before, _) = words.split_once(found)?;
    let name = before.trim().trim_start_matches("is ").trim_matches(is_edge).trim();
    let is_name = found.starts_with('<') && !name.is_empty() && name != "is";
    Some(Person { name: is_name.then(|| PersonName(name.to_owned())), address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_read_as_people_write_it() {
        let cases = [
            ("pat@example.org", Some(("pat@example.org", None))),
            ("is pat@example.org.", Some(("pat@example.org", None))),
            ("Pat Doe <pat@example.org>", Some(("pat@example.org", Some("Pat Doe")))),
            ("\"Pat Doe\" <Pat@Example.org>,", Some(("Pat@example.org", Some("Pat Doe")))),
            ("<mailto:pat@example.org>", Some(("pat@example.org", None))),
            ("Pat", None),
            ("", None),
            ("@", None),
        ];
        for (words, expected) in cases {
            let found = person_in(words);
            let shown = found.as_ref().map(|person| {
                (person.address.as_str(), person.name.as_ref().map(|name| name.0.as_str()))
            });
            assert_eq!(shown, expected, "{words}");
        }
    }
}
