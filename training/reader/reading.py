"""What a trained reader says of mails: probabilities of sentences, of words, of routes."""

from dataclasses import dataclass

import torch

from .encoding import batch_of


@dataclass
class Said:
    """What the model says of one mail."""

    # [sentences][slots]
    sentences: list
    # For each sentence: (start, end, [slots]) of each word.
    words: list
    # Logarithms of odds would be lost on people: probabilities of each route.
    route: list
    urgent: float


@torch.no_grad()
def ask(reader, mail_windows):
    """Asks about one mail, given its windows."""
    sentences, words, routes, urgents = {}, {}, [], []
    for window in mail_windows:
        batch = batch_of([window])
        slots, spans, route, urgent = reader(batch.ids, batch.is_token)
        chances = torch.sigmoid(torch.sparse.mm(batch.pool, slots[0])).tolist()
        numbers = sorted(set(window.sentence) - {-1})
        for number, chance in zip(numbers, chances, strict=True):
            if number >= window.first:
                sentences[number] = chance
                words[number] = _words(window, number, torch.sigmoid(spans[0]).tolist())
        routes.append(torch.softmax(route[0], 0).tolist())
        urgents.append(torch.sigmoid(urgent[0, 0]).item())
    # The first window has the subject and the opening; a long mail tells its matter there.
    order = sorted(sentences)
    return Said([sentences[n] for n in order], [words[n] for n in order], routes[0], urgents[0])


def _words(window, number, spans):
    """Chances of each word: the mean of its pieces."""
    found = {}
    for token, sentence in enumerate(window.sentence):
        if sentence == number and window.place[token] != (0, 0):
            found.setdefault(window.place[token], []).append(spans[token])
    return [
        (start, end, [sum(column) / len(pieces) for column in zip(*pieces, strict=True)])
        for (start, end), pieces in found.items()
    ]
