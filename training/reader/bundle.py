"""The files that the service loads: model, vocabulary, their digest, test vectors."""

import hashlib
import json

import numpy
import onnxruntime

from . import SLOTS, encoding, tokens
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
    ("Annwyl bawb", ["Hoffem ŵr neu wraig â phrofiad o ddiogelwch.", "Diolch o galon"]),
    ("", ["I'd want it by Q2 (i.e. before 30/06/2027), or we lose the £1.2m grant."]),
    ("", ["One\u00a0two\u202fthree\ttabs ½ ² № € – — ‘quoted’ “text”"]),
    ("Fwd: " + "a very long subject that goes on and on " * 8, ["Please read it."]),
    (
        "Long",
        [
            f"Sentence number {n} tells of the courts, their papers and room {n * 7}."
            for n in range(40)
        ],
    ),
)


def write(folder, reader, vocabulary):
    """Writes what the service loads; gives the digest of the model and its vocabulary."""
    folder.mkdir(parents=True, exist_ok=True)
    model = onnx_model(reader).SerializeToString()
    pieces = ("\n".join(vocabulary) + "\n").encode()
    digest = hashlib.sha256(model + pieces).hexdigest()
    (folder / "reader.onnx").write_bytes(model)
    (folder / "vocabulary.txt").write_bytes(pieces)
    (folder / "sha256").write_text(digest + "\n", encoding="utf-8")
    vectors = [vector for example in EXAMPLES for vector in _vectors(model, vocabulary, *example)]
    lines = "".join(json.dumps(vector, ensure_ascii=False) + "\n" for vector in vectors)
    (folder / "vectors.jsonl").write_text(lines, encoding="utf-8")
    return digest


def _vectors(model, vocabulary, subject, sentences):
    """What the model says of each window of an example."""
    mail = Mail("example", subject, sentences, {slot: [] for slot in SLOTS}, set())
    for window in encoding.windows(mail, tokens.Tokenizer(vocabulary)):
        slots, spans, route, urgent = run(model, window.ids)
        numbers = sorted(set(window.sentence) - {-1})
        of_sentence = [
            slots[[other == number for other in window.sentence]].mean(axis=0) for number in numbers
        ]
        yield {
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
