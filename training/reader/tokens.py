"""Text to token ids: WordPiece over a pruned vocabulary.

The rules are few, so that the Rust side can repeat them to the letter:

1. Each character is looked up in `FOLDS` (curly quotes, dashes, accented letters); what is not
   there is put in lower case.
2. A word is a run of letters and digits. Every other character is a word by itself, but for
   white space and control characters, which part words, and those of `INVISIBLE`, which do not.
3. A word is cut greedily into the longest pieces of the vocabulary; all but the first carry `##`.
   A word that cannot be cut, or is longer than 64 characters, is `[UNK]`.
"""

import unicodedata

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[S]")
PAD, UNKNOWN, BEGIN, END, SENTENCE = range(len(SPECIAL))
LONGEST_WORD = 64
# Ids in the original vocabulary run from frequent to rare; pieces beyond this one are kept only
# where the training data has them.
RARE = 22_000
# Combining marks, zero-width characters, variation selectors, byte order mark, soft hyphen.
INVISIBLE = ((0xAD, 0xAD), (0x300, 0x36F), (0x200B, 0x200F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF))


def _folds():
    folds = {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "…": "...", "•": "-", "·": "-", "▪": "-", "‣": "-", "◦": "-",
        "→": "->", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i",
        "Æ": "ae", "Œ": "oe", "Ø": "o", "Đ": "d", "Ł": "l",
    }  # fmt: skip
    for code in range(0xC0, 0x180):
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0]
        if letter not in folds and base != letter and base.isascii():
            folds[letter] = base.lower()
    return folds


FOLDS = _folds()


def words(text):
    """Words and single marks with their places in `text`: (word, start, end)."""
    found, word, start = [], "", 0
    for at, letter in enumerate(text):
        if any(first <= ord(letter) <= last for first, last in INVISIBLE):
            continue
        for part in FOLDS.get(letter, letter.lower()):
            if part.isalnum():
                start = start if word else at
                word += part
                continue
            if word:
                found.append((word, start, at))
                word = ""
            if not part.isspace() and unicodedata.category(part) != "Cc":
                found.append((part, at, at + 1))
    if word:
        found.append((word, start, len(text)))
    return found


class Tokenizer:
    """Cuts words by a list of pieces whose places are their ids."""

    def __init__(self, vocabulary):
        self.ids = {piece: number for number, piece in enumerate(vocabulary)}

    def pieces(self, word):
        """Ids of the pieces of one word."""
        ids, start = [], 0
        if len(word) > LONGEST_WORD:
            return [UNKNOWN]
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.ids:
                    ids.append(self.ids[piece])
                    start = end
                    break
            else:
                return [UNKNOWN]
        return ids

    def tokens(self, text):
        """(id, start, end) of each token; the places are those of the whole word."""
        return [
            (number, start, end) for word, start, end in words(text) for number in self.pieces(word)
        ]


def prune(original, texts):
    """The pieces worth keeping, as (piece, row in the original), special tokens first."""
    full = Tokenizer(original)
    used = {piece for text in texts for piece, _, _ in full.tokens(text)}
    kept = [("[PAD]", 0), ("[UNK]", 100), ("[CLS]", 101), ("[SEP]", 102), ("[S]", 1)]
    for row, piece in enumerate(original):
        letters = piece.removeprefix("##")
        is_mark = piece.startswith("[") and len(piece) > 1
        is_single = len(letters) == 1 and letters in "£€§©®°½¼¾"
        if is_mark or not (letters.isascii() or is_single):
            continue
        if row < RARE or row in used or len(letters) == 1:
            kept.append((piece, row))
    return kept
