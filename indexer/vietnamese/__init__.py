"""Syllables and words of Vietnamese: pure functions from text to tokens, forms and words. No I/O.

`unicode` has the normal form, `tones` the syllable and its tone, `folding` forms without diacritics, `model` and
`segmenter` the words of pyvi, `analysis` the tokens that are indexed and searched, `batch` and `compiled` the same for
many texts at once, `typing` raw keystrokes.
"""

from .analysis import LONGEST_TOKEN, LONGEST_WORD, Analysis, Tokens, Word, analyze, begun_forms, forms, is_plain, tokens
from .batch import Analyses, analyze_all
from .folding import fold, has_diacritics, without_diacritics
from .function_words import CONNECTIVES, FUNCTION_WORDS, NOT_AT_PHRASE_EDGE
from .model import ModelMissing, word_pairs, word_syllables, words_of_three
from .tones import canonical, is_spelled_like_a_syllable, is_syllable, other_letter, other_style
from .unicode import NormalText, normalize

__all__ = [
    "CONNECTIVES",
    "FUNCTION_WORDS",
    "LONGEST_TOKEN",
    "LONGEST_WORD",
    "NOT_AT_PHRASE_EDGE",
    "Analyses",
    "Analysis",
    "ModelMissing",
    "NormalText",
    "Tokens",
    "Word",
    "analyze",
    "analyze_all",
    "begun_forms",
    "canonical",
    "fold",
    "forms",
    "has_diacritics",
    "is_plain",
    "is_spelled_like_a_syllable",
    "is_syllable",
    "normalize",
    "other_letter",
    "other_style",
    "tokens",
    "without_diacritics",
    "word_pairs",
    "word_syllables",
    "words_of_three",
]
