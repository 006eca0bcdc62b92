"""Comparing texts word by word."""

import difflib
import re
import unicodedata
from collections import Counter

WORD = re.compile(r"\w+")
# Fewer shared words than this are chance, unless they are the whole answer.
SHORTEST_MATCH = 3


def of(text):
    """Lower-case words, as the scoring of answers counts them."""
    return WORD.findall(unicodedata.normalize("NFKC", text).lower())


def f1(gold, found):
    """Token F1 of two texts."""
    left, right = Counter(of(gold)), Counter(of(found))
    shared = sum((left & right).values())
    return 2 * shared / (sum(left.values()) + sum(right.values())) if shared else 0.0


def find_answer(answer, sentences):
    """Where the words of an answer stand: (sentence, start, end) for each piece found."""
    wanted = [found.group().lower() for found in WORD.finditer(answer)]
    places = [
        (number, found.start(), found.end(), found.group().lower())
        for number, text in enumerate(sentences)
        for found in WORD.finditer(text)
    ]
    matcher = difflib.SequenceMatcher(None, wanted, [word for *_, word in places], autojunk=False)
    pieces = {}
    for block in _blocks(matcher, len(wanted)):
        for number, start, end, _ in places[block.b : block.b + block.size]:
            first, last = pieces.get(number, (start, end))
            pieces[number] = (min(first, start), max(last, end))
    return [(number, start, end) for number, (start, end) in sorted(pieces.items())]


def _blocks(matcher, length):
    whole = matcher.find_longest_match()
    if whole.size == length:
        return [whole] if length else []
    return [
        block
        for block in matcher.get_matching_blocks()
        if block.size >= min(SHORTEST_MATCH, max(length, 1))
    ]
