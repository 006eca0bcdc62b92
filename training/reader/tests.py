"""Tests of the parts that the service repeats: `python -m unittest reader.tests`."""

import random
import unittest

from . import SLOTS, answers, joining, sentences, tokens, words
from .mails import Mail


class Sentences(unittest.TestCase):
    """The same cases as in `src/intake/sentences.rs`."""

    def test_they_end_where_a_reader_would_end_them(self):
        for text, expected in (
            ("One. Two? Three!", ["One.", "Two?", "Three!"]),
            (
                "Dr. Who came, e.g. on Mon. 4 Jan. 2027.",
                ["Dr. Who came, e.g. on Mon. 4 Jan. 2027."],
            ),
            ("it costs 20.000 euro. so no", ["it costs 20.000 euro.", "so no"]),
            ("the answer (surprise!) was no", ["the answer (surprise!) was no"]),
            ('"Is it?" Yes', ['"Is it?"', "Yes"]),
        ):
            self.assertEqual(sentences.split(text), expected)

    def test_a_mail_ends_with_its_sign_off_but_a_postscript_counts(self):
        text = "Hi\n\nWe need help\nsoon.\n- one\n- two\n\nKind regards\nSam\n\nPS by Friday"
        expected = ["Hi", "We need help soon.", "one", "two", "PS by Friday"]
        self.assertEqual(sentences.of_mail(text), expected)


class Tokens(unittest.TestCase):
    """Words and pieces."""

    def test_folds_and_invisible_characters(self):
        found = [
            word for word, _, _ in tokens.words("It’s £50 – caf\u00e9 cafe\u0301 soft\u00adly…")
        ]
        expected = ["it", "'", "s", "£", "50", "-", "cafe", "cafe", "softly", ".", ".", "."]
        self.assertEqual(found, expected)

    def test_the_longest_piece_wins_and_what_cannot_be_cut_is_unknown(self):
        tokenizer = tokens.Tokenizer([*tokens.SPECIAL, "re", "##view", "##v", "review"])
        self.assertEqual(tokenizer.pieces("review"), [8])
        self.assertEqual(tokenizer.pieces("reviewview"), [8, 6])
        self.assertEqual(tokenizer.pieces("view"), [tokens.UNKNOWN])


class Answers(unittest.TestCase):
    """Where answers stand."""

    def test_an_answer_is_found_in_its_sentence(self):
        some = ["Hello.", "We run courts and we want a review, soon."]
        self.assertEqual(words.find_answer("we want a review", some), [(1, 18, 34)])

    def test_the_likely_clauses_are_taken(self):
        text = "We run courts and want a review."
        chances = (0.1, 0.1, 0.6, 0.1, 0.7, 0.9, 0.9)
        some = [
            (found.start(), found.end(), [chance])
            for found, chance in zip(words.WORD.finditer(text), chances, strict=True)
        ]
        self.assertEqual(answers.likeliest_words(text, some, 0), "want a review.")

    def test_joined_sentences_keep_their_own_labels(self):
        mail = Mail(
            "one",
            "",
            ["We would like a review.", "The board meets on Monday."],
            {slot: [] for slot in SLOTS} | {"need": [(0, 0, 23)], "milestone": [(1, 0, 26)]},
            set(),
        )
        seen = {joining.joined(mail, random.Random(seed)).sentences[0] for seed in range(50)}
        self.assertIn("We would like a review, and the board meets on Monday.", seen)
        for seed in range(50):
            other = joining.joined(mail, random.Random(seed))
            [(number, start, end)] = other.answers["milestone"]
            self.assertEqual(
                other.sentences[number][start:end].lower(), "the board meets on monday."
            )


if __name__ == "__main__":
    unittest.main()
