"""Makes long sentences out of short ones, to teach where in a sentence an answer stands.

The banks label whole sentences, but people put two answers into one. So some neighbours are joined
by a conjunction or a slip of punctuation, and each half keeps its own labels.
"""

from dataclasses import replace

from . import SLOTS
from .words import WORD

SHARE = 0.2
MOST_WORDS = 24
JOINTS = (
    (", and ", 5),
    (" and ", 4),
    (", so ", 2),
    (", but ", 2),
    (", ", 2),
    (" - ", 2),
    ("; ", 2),
    (" ", 2),
    (", which is why ", 1),
    (" because ", 1),
    (": ", 1),
)


def joined(mail, chance):
    """The mail with some sentences run together."""
    texts, exact, answers = [], set(), {slot: [] for slot in SLOTS}
    number = 0
    while number < len(mail.sentences):
        first = mail.sentences[number]
        if _can_be_joined(mail, number) and chance.random() < SHARE:
            second = mail.sentences[number + 1]
            [joint] = chance.choices(*zip(*JOINTS, strict=True))
            first = first.rstrip(".")
            halves = ((number, 0, len(first)), (number + 1, len(first) + len(joint), None))
            exact.add(len(texts))
            texts.append(first + joint + _in_mid_sentence(second))
        else:
            halves = ((number, 0, None),)
            if number in mail.exact:
                exact.add(len(texts))
            texts.append(first)
        for old, shift, most in halves:
            _copy(mail.answers, old, answers, len(texts) - 1, shift, most)
        number += len(halves)
    return replace(mail, sentences=texts, answers=answers, exact=exact)


def _can_be_joined(mail, number):
    pair = mail.sentences[number : number + 2]
    labelled = [
        any(place[0] == at for slot in SLOTS for place in mail.answers[slot])
        for at in (number, number + 1)
    ]
    return (
        len(pair) == 2
        and any(labelled)
        and not pair[0].endswith(("?", "!", ":", ","))
        and all(4 <= len(WORD.findall(text)) <= MOST_WORDS for text in pair)
    )


def _in_mid_sentence(text):
    head = text.split(" ", 1)[0]
    is_name = head == "I" or head.startswith("I'") or any(letter.isupper() for letter in head[1:])
    return text if is_name else text[0].lower() + text[1:]


def _copy(answers, old, target, new, shift, most):
    for slot in SLOTS:
        for sentence, start, end in answers[slot]:
            if sentence == old:
                end = end if most is None else min(end, most)
                target[slot].append((new, start + shift, end + shift))
