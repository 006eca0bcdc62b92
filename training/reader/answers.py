"""From what the model says to answers: which sentence, and which of its words."""

from dataclasses import dataclass

from . import SLOTS
from .words import WORD

CLOSING = ".!?…\"'”’)]"
QUOTES = "'\"‘’“”"
# A clause may begin or end on either side of these.
JOINTS = frozenset(
    "and but so because if which since as where before who when while until or that after then "
    "unless otherwise to for is by with".split()
)


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
    """The clauses in a row with the highest token F1 to be expected."""
    words = [w for w in words if WORD.search(sentence[w[0] : w[1]])]
    if not words:
        return sentence
    chances = [chance[column] for _, _, chance in words]
    everything = sum(chances)
    breaks = [at for at in range(len(words) + 1) if _is_break(sentence, words, at)]
    top, first, last = 0.0, 0, len(words)
    for place, start in enumerate(breaks):
        for end in breaks[place + 1 :]:
            expected = 2 * sum(chances[start:end]) / (end - start + everything)
            if expected > top:
                top, first, last = expected, start, end
    begin, finish = words[first][0], words[last - 1][1]
    while finish < len(sentence) and sentence[finish] in CLOSING:
        finish += 1
    return sentence[begin:finish]


def _is_break(sentence, words, at):
    """Whether an answer may begin or end before this word: never inside a phrase."""
    if at in (0, len(words)):
        return True
    (start, end), (other_start, other_end) = words[at - 1][:2], words[at][:2]
    gap = sentence[end:other_start]
    has_mark = any(not letter.isspace() and letter not in QUOTES for letter in gap)
    neighbours = {sentence[start:end].lower(), sentence[other_start:other_end].lower()}
    has_space = any(letter.isspace() for letter in gap)
    return (has_mark and has_space) or not neighbours.isdisjoint(JOINTS)
