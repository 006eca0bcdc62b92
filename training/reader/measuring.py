"""Figures from cross-validation: slots, routes, urgency, and how far confidence can be trusted."""

import json
from collections import Counter

from . import ROUTES, SLOTS, tuning

SCORED = ("request", "follow_up")
PROSE = ("prose", "mixed")


def scored(mails):
    """The labelled requests and follow-ups, on which scores, threshold and confidence rest."""
    return [mail for mail in mails if mail.label.get("kind") in SCORED]


def figures(mails, fold_of, said):
    """All figures over the labelled mails. The threshold comes from the other folds each time."""
    counted = scored(mails)
    limits = _limits(counted, fold_of, said)
    found = {}
    for group, styles in (("prose_and_mixed", PROSE), ("none", ("none",))):
        some = [mail for mail in counted if mail.label["style"] in styles]
        found[group] = _slots(some, limits, fold_of, said)
    found["route"] = _routes(mails, said)
    found["urgent"] = _urgent(mails, said)
    found["confidence"] = _confidence(counted, limits, fold_of, said)
    return found


def _slots(some, limits, fold_of, said):
    found, everything, counts = {"mails": len(some)}, [], Counter()
    for slot in SLOTS:
        scores = []
        for mail in some:
            one = tuning.candidate(mail, said[mail.name], slot)
            limit = limits[fold_of[mail.name]]
            scores.append(tuning.slot_score([one], limit))
            counts[one.chance >= limit, one.gold is not None] += 1
        found[slot] = round(sum(scores) / len(scores), 3)
        everything += scores
    right, given = counts[True, True], counts[True, True] + counts[True, False]
    found["slot_score"] = round(sum(everything) / len(everything), 4)
    found["presence_precision"] = round(right / max(given, 1), 3)
    found["presence_recall"] = round(right / max(right + counts[False, True], 1), 3)
    return found


def _limits(mails, fold_of, said):
    return {
        fold: tuning.threshold([mail for mail in mails if fold_of[mail.name] != fold], said)
        for fold in sorted({fold_of[mail.name] for mail in mails})
    }


def _routes(mails, said):
    table = {}
    for mail in mails:
        if mail.route:
            route = said[mail.name].route
            likeliest = ROUTES[route.index(max(route))]
            table.setdefault(mail.route, Counter())[likeliest] += 1
    right = sum(row[route] for route, row in table.items())
    total = sum(row.total() for row in table.values())
    return {"accuracy": round(right / total, 3), "table": table}


def urgent_threshold(mails, said):
    """The chance from which a mail is called urgent, by the best F1."""
    return max(tuning.STEPS, key=lambda step: _urgent_f1(mails, said, step))


def _urgent_f1(mails, said, step):
    both = sum(bool(m.urgent) and said[m.name].urgent >= step for m in mails)
    either = sum(
        bool(m.urgent) + (said[m.name].urgent >= step) for m in mails if m.urgent is not None
    )
    return 2 * both / max(either, 1)


def _urgent(mails, said):
    step = urgent_threshold(mails, said)
    table = Counter(
        (bool(m.urgent), said[m.name].urgent >= step) for m in mails if m.urgent is not None
    )
    return {
        "threshold": step,
        "precision": round(table[True, True] / (table[True, True] + table[False, True]), 3),
        "recall": round(table[True, True] / (table[True, True] + table[True, False]), 3),
    }


def _confidence(mails, limits, fold_of, said):
    """For each confidence that was claimed: how many answers, and the share that was right."""
    claimed = {}
    for fold, limit in limits.items():
        others = [mail for mail in mails if fold_of[mail.name] != fold]
        steps = tuning.calibration(others, said, limit)
        for mail in mails:
            if fold_of[mail.name] != fold:
                continue
            for slot in SLOTS:
                one = tuning.candidate(mail, said[mail.name], slot)
                if one.chance >= limit:
                    claim = int(tuning.confidence(steps, one.chance) * 10) / 10
                    claimed.setdefault(claim, []).append(one.f1 >= tuning.RIGHT)
    return {
        f"{claim:.1f}": {"answers": len(right), "right": round(sum(right) / len(right), 3)}
        for claim, right in sorted(claimed.items())
    }


def write_held_out(path, mails, fold_of, said):
    """What the models said of mails they were not taught with, a line a mail."""
    with path.open("w", encoding="utf-8") as file:
        for mail in mails:
            words = said[mail.name]
            line = {
                "mail": mail.name,
                "fold": fold_of[mail.name],
                "subject": mail.subject,
                "sentences": mail.sentences,
                "slots": words.sentences,
                "words": words.words,
                "route": words.route,
                "urgent": words.urgent,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
