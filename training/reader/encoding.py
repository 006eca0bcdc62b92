"""Mails as numbers: token ids with the sentence and the labels of each token.

A mail is `[CLS] subject [SEP]`, then for each sentence `[S]` and its tokens, then `[SEP]`. A long
mail is read in windows of whole sentences; a window begins with some sentences of the one before.
"""

from dataclasses import dataclass

import torch

from . import ROUTES, SLOTS
from .tokens import BEGIN, END, SENTENCE

MOST_TOKENS = 384
MOST_OF_SUBJECT = 40
MOST_OF_SENTENCE = 160
# Tokens of the window before that are seen again.
OVERLAP = 96


@dataclass
class Window:
    """Part of a mail that is read in one pass."""

    mail: object
    ids: list
    # For each token: number of its sentence in the mail, or -1.
    sentence: list
    # For each token: its place in that sentence's text, (0, 0) for markers.
    place: list
    # Sentences that a later window sees with more context before them are not read here.
    first: int


def windows(mail, tokenizer):
    """The passes in which a mail is read; nearly always one."""
    subject = [number for number, _, _ in tokenizer.tokens(mail.subject)][:MOST_OF_SUBJECT]
    head = [BEGIN, *subject, END]
    cut = [tokenizer.tokens(text)[:MOST_OF_SENTENCE] for text in mail.sentences]
    found, start, first = [], 0, 0
    while start < len(cut) or not found:
        window = Window(mail, list(head), [-1] * len(head), [(0, 0)] * len(head), first)
        end = start
        while end < len(cut) and len(window.ids) + len(cut[end]) + 2 <= MOST_TOKENS:
            window.ids += [SENTENCE, *(number for number, _, _ in cut[end])]
            window.sentence += [end] * (len(cut[end]) + 1)
            window.place += [(0, 0), *((a, b) for _, a, b in cut[end])]
            end += 1
        window.ids.append(END)
        window.sentence.append(-1)
        window.place.append((0, 0))
        found.append(window)
        if end == len(cut):
            break
        start, first = _step_back(cut, start, end), end
    return found


def _step_back(cut, start, end):
    room = OVERLAP
    while end - 1 > start and room >= len(cut[end - 1]) + 1:
        room -= len(cut[end - 1]) + 1
        end -= 1
    return end


@dataclass
class Batch:
    """Windows padded to one length, with what the model should say of them."""

    ids: torch.Tensor
    is_token: torch.Tensor
    # [sentences, windows * length]: averages the tokens of each sentence.
    pool: torch.Tensor
    slots: torch.Tensor
    spans: torch.Tensor
    span_weight: torch.Tensor
    route: torch.Tensor
    urgent: torch.Tensor
    urgent_weight: torch.Tensor


def batch_of(some):
    """One batch from some windows."""
    # Few different shapes: each costs the matrix library a preparation of its own.
    length = -(-max(len(window.ids) for window in some) // 16) * 16
    ids = torch.zeros(len(some), length, dtype=torch.long)
    spans = torch.zeros(len(some), length, len(SLOTS))
    span_weight = torch.zeros(len(some), length, len(SLOTS))
    rows, columns, weights, slots = [], [], [], []
    for at, window in enumerate(some):
        ids[at, : len(window.ids)] = torch.tensor(window.ids)
        for number in sorted(set(window.sentence) - {-1}):
            tokens = [t for t, sentence in enumerate(window.sentence) if sentence == number]
            rows += [len(slots)] * len(tokens)
            columns += [at * length + t for t in tokens]
            weights += [1 / len(tokens)] * len(tokens)
            slots.append([_answers(window.mail, slot, number) != [] for slot in SLOTS])
            if number in window.mail.exact:
                _mark_spans(window, number, tokens, spans[at], span_weight[at])
    pool = torch.sparse_coo_tensor(
        [rows, columns], weights, (len(slots), ids.numel()), check_invariants=False
    )
    mails = [window.mail for window in some]
    return Batch(
        ids=ids,
        is_token=torch.tensor([[t < len(w.ids) for t in range(length)] for w in some]),
        pool=pool.coalesce(),
        slots=torch.tensor(slots, dtype=torch.float).view(-1, len(SLOTS)),
        spans=spans,
        span_weight=span_weight,
        route=torch.tensor([ROUTES.index(m.route) if m.route else -1 for m in mails]),
        urgent=torch.tensor([float(m.urgent or 0) for m in mails]),
        urgent_weight=torch.tensor([float(m.urgent is not None) for m in mails]),
    )


def _answers(mail, slot, number):
    return [(start, end) for sentence, start, end in mail.answers[slot] if sentence == number]


def _mark_spans(window, number, tokens, spans, weight):
    for column, slot in enumerate(SLOTS):
        pieces = _answers(window.mail, slot, number)
        for token in tokens[1:] if pieces else ():
            first, last = window.place[token]
            spans[token, column] = any(a <= first and last <= b for a, b in pieces)
            weight[token, column] = 1
