"""Trains, cross-validates and exports the reader. Started by `training/train`."""

import argparse
import hashlib
import json
from pathlib import Path

import torch

from . import SLOTS, bundle, crossing, measuring, network, tokens, tuning
from .mails import read_bank, read_labelled, read_lines

HERE = Path(__file__).resolve().parents[1]
PROJECT = HERE.parent
SEED = 1
# These layouts are read by rules; the model is for mails without them.
UNMARKED = ("prose", "mixed", "none")
FOLDERS = ("tests/mails", "tests/mails-more", "tests/mails-once-held-out")


def main():
    """Runs the steps in order; a step whose result is in the build folder is not repeated."""
    options = _options()
    torch.set_num_threads(options.threads)
    options.build.mkdir(parents=True, exist_ok=True)

    # The banks are always taught. The whole mails, on which the service is measured, take turns.
    taught = [m for path in sorted(HERE.glob("data/*.jsonl")) for m in read_bank(path)]
    crossed = []
    readings = {reading["file"]: reading for reading in read_lines(options.readings)}
    for folder in FOLDERS:
        some = read_labelled(PROJECT / folder, readings)
        crossed += [mail for mail in some if mail.label["style"] in UNMARKED]

    weights, vocabulary = network.pretrained()
    texts = [text for mail in taught + crossed for text in (mail.subject, *mail.sentences)]
    beginning = crossing.Beginning(weights, tokens.prune(vocabulary, texts), SEED)

    fold_of, said = crossing.held_out(taught, crossed, beginning, options.build, options.folds)
    figures = measuring.figures(crossed, fold_of, said)
    measuring.write_held_out(options.build / "oof.jsonl", crossed, fold_of, said)

    rated = measuring.scored(crossed)
    limit = tuning.threshold(rated, said)
    reader = beginning.train(taught + crossed, options.build / "weights.pt")
    settings = {
        "version": options.version,
        "sha256": bundle.write(options.out, reader, beginning.vocabulary),
        "training_data_sha256": _digest(taught + crossed),
        "threshold": limit,
        "confidence": tuning.calibration(rated, said, limit),
        "cross_validation": figures,
    }
    text = json.dumps(settings, indent=1) + "\n"
    (HERE / "figures.json").write_text(text, encoding="utf-8")
    print(text)


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=Path, required=True, help="what `read --json` printed")
    parser.add_argument(
        "--build", type=Path, required=True, help="folder for what can be made again"
    )
    parser.add_argument("--out", type=Path, default=PROJECT / "config/reader")
    parser.add_argument("--version", default="1")
    parser.add_argument("--folds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def _digest(mails):
    """One number for all that was taught: texts and labels."""
    told = [
        (mail.name, mail.subject, mail.sentences, [mail.answers[slot] for slot in SLOTS])
        for mail in mails
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


if __name__ == "__main__":
    main()
