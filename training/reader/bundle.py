"""The files that the service loads: model, vocabulary, settings, test vectors."""

import hashlib
import json

import numpy
import onnxruntime

from . import ROUTES, SLOTS, encoding, tokens
from .exporting import onnx_model
from .mails import Mail

# Mails to test the other side's tokens and sums with; odd characters on purpose.
EXAMPLES = (
    (
        "Tablet loans – Ynys Môn",
        [
            "Hi both,",
            "We look after the tablets that solicitors borrow in the Caernarfon custody suite.",
            "They’re full of clients’ papers, and “nobody” wipes them…",
            "Could you look over our plan before we roll it out on 14/12/2026?",
            "Diolch, Siân 🙂",
        ],
    ),
    (
        "",
        [
            "someone rang the helpdesk pretending to be me and now I can't get in",
            "Pls ring: +44 20 7946 0000 (ext. 12)!!",
        ],
    ),
    (
        "RE: 会議 / naïve café, £50,000 • Straße",
        [
            "Cafe\u0301 zero\u200bwidth soft\u00adhyphen and a " + "w" * 70 + " word.",
            "We need somebody who knows payment gateways; otherwise the fees office closes.",
            "Ακρόπολη",
        ],
    ),
)


def write(folder, reader, vocabulary, settings):
    """Writes everything; `settings` are the tuned figures that go into `reader.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    model = onnx_model(reader).SerializeToString()
    (folder / "reader.onnx").write_bytes(model)
    (folder / "vocabulary.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    description = {
        "model_sha256": hashlib.sha256(model).hexdigest(),
        "slots": SLOTS,
        "routes": ROUTES,
        "most_tokens": encoding.MOST_TOKENS,
        "most_of_subject": encoding.MOST_OF_SUBJECT,
        "most_of_sentence": encoding.MOST_OF_SENTENCE,
        "overlap": encoding.OVERLAP,
        "longest_word": tokens.LONGEST_WORD,
        "special": {piece: number for number, piece in enumerate(tokens.SPECIAL)},
        "folds": tokens.FOLDS,
        "invisible": tokens.INVISIBLE,
        **settings,
    }
    text = json.dumps(description, ensure_ascii=False, indent=1) + "\n"
    (folder / "reader.json").write_text(text, encoding="utf-8")
    vectors = [_vector(model, vocabulary, *example) for example in EXAMPLES]
    lines = "".join(json.dumps(vector, ensure_ascii=False) + "\n" for vector in vectors)
    (folder / "vectors.jsonl").write_text(lines, encoding="utf-8")


def _vector(model, vocabulary, subject, sentences):
    mail = Mail("example", subject, sentences, {slot: [] for slot in SLOTS}, set())
    [window] = encoding.windows(mail, tokens.Tokenizer(vocabulary))
    slots, spans, route, urgent = run(model, window.ids)
    of_sentence = [
        slots[[n == number for n in window.sentence]].mean(axis=0) for number in range(len(sentences))
    ]
    return {
        "subject": subject,
        "sentences": sentences,
        "ids": window.ids,
        "sentence_ids": window.sentence,
        "slots": numpy.round(of_sentence, 3).tolist(),
        "spans": numpy.round(spans, 3).tolist(),
        "route": numpy.round(route, 3).tolist(),
        "urgent": round(float(urgent[0]), 3),
    }


def run(model, ids):
    """The outputs for one window: slots, spans, route, urgent."""
    session = onnxruntime.InferenceSession(model)
    names = ["slots", "spans", "route", "urgent"]
    return [result[0] for result in session.run(names, {"input_ids": numpy.array([ids])})]
