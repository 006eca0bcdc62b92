"""From what the model says to answers: which sentence, and which of its words."""

from dataclasses import dataclass

from . import SLOTS
from .words import WORD

CLOSING = ".!?…\"'”’)]"


@dataclass
class Answer:
    """The words that answer a question, and how likely their sentence does."""

    text: str
    chance: float
    sentence: int


def best(mail, said, slot):
    """The likeliest answer to one question, however unlikely; None in an empty mail."""
    column = SLOTS.index(slot)
    if not said.sentences:
        return None
    number = max(range(len(said.sentences)), key=lambda n: said.sentences[n][column])
    text = likeliest_words(mail.sentences[number], said.words[number], column)
    return Answer(text, said.sentences[number][column], number)


def likeliest_words(sentence, words, column):
    """The run of words with the highest token F1 to be expected."""
    words = [w for w in words if WORD.search(sentence[w[0] : w[1]])]
    if not words:
        return sentence
    chances = [chance[column] for _, _, chance in words]
    everything = sum(chances)
    top, first, last = 0.0, 0, len(words) - 1
    for start in range(len(words)):
        inside = 0.0
        for end in range(start, len(words)):
            inside += chances[end]
            expected = 2 * inside / (end - start + 1 + everything)
            if expected > top:
                top, first, last = expected, start, end
    begin, finish = words[first][0], words[last][1]
    while finish < len(sentence) and sentence[finish] in CLOSING:
        finish += 1
    return sentence[begin:finish]
