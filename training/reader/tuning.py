"""Threshold and calibrated confidence, chosen on mails that the model was not trained on."""

from dataclasses import dataclass

from . import SLOTS, answers, words

# Half as right as can be, or better, is right.
RIGHT = 0.5
FEWEST_IN_STEP = 30
STEPS = [step / 50 for step in range(5, 46)]


@dataclass
class Candidate:
    """The likeliest answer to one question of one mail, beside the true one."""

    chance: float
    gold: str | None
    f1: float


def candidate(mail, said, slot):
    """What the model would answer, and how well."""
    gold = mail.gold(slot)
    found = answers.best(mail, said, slot)
    if found is None:
        return Candidate(0.0, gold, 0.0)
    return Candidate(found.chance, gold, words.f1(gold, found.text) if gold else 0.0)


def slot_score(candidates, threshold):
    """The mean of what each candidate earns when only those over the threshold are given."""
    earned = [
        (one.f1 if one.gold else 0.0) if one.chance >= threshold else float(one.gold is None)
        for one in candidates
    ]
    return sum(earned) / len(earned)


def threshold(mails, said):
    """The chance from which an answer is given: the best score, its neighbours counted in.

    One for all questions: with some eighty mails, one for each follows chance more than sense.
    """
    some = [candidate(mail, said[mail.name], slot) for mail in mails for slot in SLOTS]
    return max(
        STEPS,
        key=lambda step: sum(
            weight * slot_score(some, step + shift)
            for shift, weight in ((-0.04, 1), (0, 2), (0.04, 1))
        ),
    )


def calibration(mails, said, limit):
    """Steps of [chance from, share of right answers], rising, over answers that are given."""
    given = sorted(
        (one.chance, one.f1 >= RIGHT)
        for mail in mails
        for slot in SLOTS
        if (one := candidate(mail, said[mail.name], slot)).chance >= limit
    )
    steps = []
    for chance, is_right in given:
        steps.append([chance, int(is_right), 1])
        while len(steps) > 1 and _falls(steps[-2], steps[-1]):
            _, right, count = steps.pop()
            steps[-1][1] += right
            steps[-1][2] += count
    return [[round(start, 3), round(right / count, 3)] for start, right, count in _wide(steps)]


def _falls(before, after):
    return before[1] * after[2] >= after[1] * before[2]


def _wide(steps):
    """Joins steps of too few answers with the one after, the last with the one before."""
    wide, waiting = [], None
    for step in steps:
        if waiting:
            step = (waiting[0], waiting[1] + step[1], waiting[2] + step[2])
        is_wide = step[2] >= FEWEST_IN_STEP
        wide += [step] if is_wide else []
        waiting = None if is_wide else step
    if waiting and wide:
        start, right, count = wide.pop()
        waiting = (start, right + waiting[1], count + waiting[2])
    return wide + ([waiting] if waiting else [])


def confidence(table, chance):
    """The share of right answers at this chance."""
    at = [share for start, share in table if start <= chance]
    return at[-1] if at else table[0][1]
