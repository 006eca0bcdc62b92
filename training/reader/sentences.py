"""Cuts a mail's own words into sentences, exactly as `src/intake/sentences.rs` does."""

import re

ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof rev st no nos vs v e.g i.e eg ie etc approx dept est ref ext inc ltd".split()
)
MONTHS_AND_DAYS = frozenset(
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue tues wed weds thu thur thurs fri sat sun".split()
)
# The last three are what is left of the ticks and squares of a picture font.
BULLETS = ("-", "*", "•", "·", "–", "—", "▪", "‣", "◦", "»", "+", "o", "ü", "§", "Ø")
SIGN_OFFS = frozenset(
    """thanks|thank you|many thanks|thanks again|thanks very much|thanks a lot|thanks ever so much
    |thank you very much|with thanks|regards|kind regards|best regards|warm regards
    |with kind regards|with warm regards|best|best wishes|with best wishes|all the best|cheers|ta
    |yours|yours ever|yours faithfully|yours sincerely|sincerely|respectfully|rgds|kr|br|thx
    |diolch|diolch yn fawr|diolch o galon|cofion|cofion cynnes|cofion gorau|thanks all
    |thanks in advance|many thanks in advance""".replace("\n    ", "").split("|")
)
# As in `src/intake/sections.rs`.
HEADINGS = frozenset(
    """ask asks aim background challenge context date dates deadline deadlines history issue issues
    milestones overview people problem request risk risks situation summary task time timeframe
    timeline timescale timescales timing timings""".split()
)
BESIDE_HEADINGS = frozenset("a and bit brief key little main my of our some the".split())
# The rare spelt-out, roman and lettered numbers of `marks.rs` do not matter for training.
NUMBER = re.compile(r"[\[(*_#]*(?:[QqAa]\s*)?(?:\d{1,2}|[ivx]{1,4}|[a-h])\s*[.):\]]+\s+")
ORNAMENT = re.compile(r"[-=_*~–—]{3,}")
ENDS = re.compile(r"[.!?…][.!?…\"'”’)\]]*")


def split(text):
    """The sentences of one paragraph, without white space at their ends."""
    pieces, start = [], 0
    for found in ENDS.finditer(text):
        mark, rest = found.group()[0], text[found.end() :]
        if rest and not rest[0].isspace():
            continue
        if mark == "." and _ends_abbreviation(text[start : found.start()], rest):
            continue
        if mark in "!…" and rest.lstrip()[:1].islower():
            continue
        pieces.append(text[start : found.end()])
        start = found.end()
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _ends_abbreviation(before, rest):
    word = re.split(r"[\s(]", before)[-1]
    if len(word) == 1 and word.isupper():
        return True
    word = word.lower()
    return word in ABBREVIATIONS or (word in MONTHS_AND_DAYS and rest.lstrip()[:1].isdigit())


def of_mail(own_words):
    """The sentences of a mail up to its sign-off; a postscript counts again."""
    found, is_over = [], False
    for paragraph in _paragraphs(own_words):
        first = paragraph[0].lower()
        if first.lstrip("(").startswith("p.s") or first.startswith("ps "):
            is_over = False
        if is_over:
            continue
        body = []
        for row in paragraph:
            if is_sign_off(row):
                break
            body.append(row)
        is_over = len(body) < len(paragraph) and bool(found)
        found.extend(split(" ".join(body)))
    return found


def _paragraphs(own_words):
    paragraphs, is_open = [], False
    for row in re.split(r"[\n\u2028]", own_words):
        row = row.strip()
        if not row or ORNAMENT.fullmatch(row):
            is_open = False if not row else is_open
            continue
        item = _behind_mark(row)
        is_heading = _is_heading(row if item is None else item)
        if is_open and item is None and not is_heading:
            paragraphs[-1].append(row)
        else:
            paragraphs.append([row if item is None else item])
        is_open = not is_heading
    return [paragraph for paragraph in paragraphs if paragraph[0]]


def _is_heading(row):
    """`Background:`, `## Risks`: a row of its own above several sentences."""
    row = row.lstrip("*_# =").rstrip(":-–*_ .")
    words = re.findall(r"[\w'’]+", row.lower())
    return (
        len(row) <= 40
        and any(word in HEADINGS for word in words)
        and all(word in HEADINGS or word in BESIDE_HEADINGS for word in words)
        and not re.search(r"[:*_]|\s[-–]\s", row)
    )


def _behind_mark(row):
    for bullet in BULLETS:
        if row.startswith(bullet) and row[len(bullet) :][:1] in ("", " ", "\t"):
            return row[len(bullet) :].strip()
    number = NUMBER.match(row)
    return row[number.end() :] if number and row[number.end() :] else None


def is_sign_off(row):
    """`Kind regards`, `Thanks, Priya`, `Cheers!`: the mail's body ends here."""
    row = row.strip().lower()
    if len(row) > 60 or row.endswith((":", "?")):
        return False
    head, _, name = re.sub(r"[,!.]", "\0", row, count=1).partition("\0")
    return head.strip() in SIGN_OFFS and len(name.split()) <= 5
