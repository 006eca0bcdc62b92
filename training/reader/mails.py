"""The labelled mails: sentence banks, and whole mails with the words of their answers."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from . import ROUTES, SLOTS, sentences
from .words import find_answer

PERSONAL = ("request", "follow_up", "dispute")


@dataclass
class Mail:
    """A mail as the model sees it.

    `answers[slot]` holds (sentence, start, end) for each piece of the answer. Only in the
    sentences numbered in `exact` are these its very words; elsewhere whole sentences are labelled.
    """

    name: str
    subject: str
    sentences: list
    answers: dict
    exact: set
    route: str | None = None
    urgent: bool | None = None
    label: dict = field(default_factory=dict)

    def gold(self, slot):
        """The words of the true answer, or None."""
        if self.label:
            return self.label["answers"].get(slot) or None
        places = self.answers[slot]
        return " ".join(self.sentences[n][start:end] for n, start, end in places) or None


def read_lines(path):
    """The objects of a file of JSON lines."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def read_bank(path):
    """One mail a line; pieces with `join` go on with the sentence before them."""
    mails = []
    for number, item in enumerate(read_lines(path)):
        texts, answers = [], {slot: [] for slot in SLOTS}
        for piece in item["sentences"]:
            start = 0
            if piece.get("join") and texts:
                start = len(texts[-1]) + 1
                texts[-1] += " " + piece["text"]
            else:
                texts.append(piece["text"])
            for slot in piece["slots"]:
                answers[slot].append((len(texts) - 1, start, len(texts[-1])))
        mails.append(
            Mail(
                name=f"{path.stem}:{number}",
                subject=item.get("subject", ""),
                sentences=texts,
                answers=answers,
                exact=set(range(len(texts))) if "route" in item else set(),
                route=item["route"] if item.get("route") in ROUTES else None,
                urgent=item.get("urgent"),
            )
        )
    return mails


def read_labelled(folder, readings):
    """Whole mails that a person wrote. `readings`: what `mailtriage read --json` says of each."""
    mails = []
    for path in sorted(Path(folder).glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        if label["kind"] not in PERSONAL:
            continue
        reading = readings[path.stem + ".eml"]
        texts = sentences.of_mail(reading["own_words"])
        answers = {slot: find_answer(label["answers"].get(slot) or "", texts) for slot in SLOTS}
        mails.append(
            Mail(
                name=f"{path.parent.name}/{path.stem}",
                subject=reading["subject"],
                sentences=texts,
                answers=answers,
                exact=set(range(len(texts))),
                route=label["route"] if label["route"] in ROUTES else None,
                urgent=label["urgent"],
                label=label,
            )
        )
    return mails
