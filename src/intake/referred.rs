//! Answers that only point at another: "5. see 4", where the fourth says "On skills, a generalist".

use super::Question;
use super::cues;
use super::found::Found;
use super::prose_cues;
use super::sentences;

/// Takes the sentence that is meant out of the answer in which it stands.
pub(super) fn fetched(found: &mut Found) {
    for question in Question::ALL {
        let Some(place) = found.answers.get(&question).and_then(|answer| points_at(&answer.text))
        else {
            continue;
        };
        let Some(there) = found.answers.get(&place).filter(|_| place != question) else { continue };
        let (meant, others): (Vec<&str>, Vec<&str>) = sentences::split(&there.text)
            .into_iter()
            .partition(|sentence| prose_cues::score(question, sentence) > 0);
        if meant.is_empty() || others.is_empty() {
            continue;
        }
        let (meant, others) = (meant.concat().trim().to_owned(), others.concat().trim().to_owned());
        for (slot, text) in [(question, meant), (place, others)] {
            if let Some(answer) = found.answers.get_mut(&slot) {
                answer.text = text;
            }
        }
    }
}

/// "see 4", "as per answer 2", "covered in q3 above"
fn points_at(text: &str) -> Option<Question> {
    const POINTS: [&str; 6] = ["see", "as", "same", "covered", "answered", "in"];
    const BESIDE: [&str; 14] = [
        "see", "as", "same", "covered", "answered", "in", "per", "under", "answer", "question",
        "number", "no", "above", "please",
    ];
    let words = cues::words(text);
    let [first, rest @ ..] = words.as_slice() else { return None };
    if !POINTS.contains(&first.as_str()) || rest.is_empty() || rest.len() > 4 {
        return None;
    }
    let mut numbers = rest.iter().filter(|word| !BESIDE.contains(&word.as_str()));
    let number: usize = numbers.next()?.trim_start_matches('q').parse().ok()?;
    let question = Question::ALL.get(number.checked_sub(1)?).copied();
    question.filter(|_| numbers.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_point_at_another() {
        for (text, expected) in [
            ("see 4", Some(Question::Need)),
            ("As per answer 2 above", Some(Question::Importance)),
            ("covered in Q1", Some(Question::WorkFor)),
            ("see the paper", None),
            ("see 4 colleagues of mine", None),
            ("4", None),
        ] {
            assert_eq!(points_at(text), expected, "{text}");
        }
    }
}
