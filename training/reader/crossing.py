"""Cross-validation over mails: nobody is asked about a mail they were taught with."""

import json
import random
import time
from dataclasses import asdict

import torch

from . import bundle, encoding, learning, network, reading
from .reading import Said
from .tokens import Tokenizer


def folds(mails, count):
    """The number of the fold of each mail; every fold gets its share of each style and route."""
    ordered = sorted(mails, key=lambda mail: mail.name)
    random.Random(7).shuffle(ordered)
    ordered.sort(key=lambda mail: (mail.label.get("style", ""), mail.route or ""))
    return {mail.name: place % count for place, mail in enumerate(ordered)}


def held_out(taught, crossed, beginning, build, count):
    """What `count` models say of `crossed`, each taught with all but its own share of them.

    Keeps each fold's model and words in `build`, and takes up where an earlier run stopped.
    """
    fold_of, said = folds(crossed, count), {}
    for fold in range(count):
        kept = build / f"fold-{fold}"
        words = kept / "said.json"
        if not words.exists():
            others = [mail for mail in crossed if fold_of[mail.name] != fold]
            asked = [mail for mail in crossed if fold_of[mail.name] == fold]
            reader = beginning.train(taught + others, kept / "weights.pt")
            bundle.write(kept, reader, beginning.vocabulary)
            (kept / "mails.txt").write_text("".join(f"{mail.name}\n" for mail in asked), "utf-8")
            answers = {mail.name: asdict(beginning.ask(reader, mail)) for mail in asked}
            words.write_text(json.dumps(answers), encoding="utf-8")
        said |= {name: Said(**one) for name, one in json.loads(words.read_text("utf-8")).items()}
    return fold_of, said


class Beginning:
    """What every training starts from: published weights and a vocabulary."""

    def __init__(self, weights, kept, seed):
        self.weights = weights
        self.vocabulary = [piece for piece, _ in kept]
        self.rows = [row for _, row in kept]
        self.seed = seed
        self.tokenizer = Tokenizer(self.vocabulary)

    def train(self, mails, kept):
        """A reader taught with `mails`; its weights are kept in a file for the next time."""
        if kept.exists():
            reader = network.Reader(len(self.rows))
            reader.load_state_dict(torch.load(kept))
            return reader.eval()
        began = time.monotonic()
        reader = learning.train(mails, self.tokenizer, self.weights, self.rows, self.seed)
        kept.parent.mkdir(parents=True, exist_ok=True)
        torch.save(reader.state_dict(), kept)
        print(f"taught with {len(mails)} mails in {time.monotonic() - began:.0f} s", flush=True)
        return reader

    def ask(self, reader, mail):
        """What a reader says of one mail."""
        return reading.ask(reader, encoding.windows(mail, self.tokenizer))
