"""What is indexed and searched: the syllable tokens of a text, in one form, and the words they make.

The same function serves documents and queries; that is what makes them meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from .segmenter import FeatureCache, Features, decode, features
from .tones import canonical, is_syllable
from .unicode import MARKS, normalize

LONGEST_TOKEN = 64
"""A run of letters and digits longer than this many code points is cut into several tokens."""

# Scripts written without spaces, one token a character: Han, hiragana, katakana.
_IDEOGRAPHS = (
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = f"[^\\W_{_IDEOGRAPHS}]"
# 1.234.567 and 1,234,567 with or without decimals; 3,5 and 3.5; not 26.12.2023 or 192.168.1.1. All is bounded, so
# that a long chain of digits and dots costs no more than its length.
_NUMBER = (
    r"(?:[1-9](?<![0-9][.,][0-9])[0-9]{0,2}(?:(?:\.[0-9]{3}){1,6}(?:,[0-9]{1,9})?|(?:,[0-9]{3}){1,6}(?:\.[0-9]{1,9})?)"
    r"|[0-9](?<![0-9][.,][0-9])[0-9]{0,17}[.,][0-9]{1,18})(?![.,]?[0-9])"
)
_LANGUAGE = r"[A-Za-z](?:\+\+|#(?!\w))"
_PLAIN = re.compile(f"({_NUMBER}|{_LANGUAGE}|{_LETTER}{{1,{LONGEST_TOKEN}}}|[{_IDEOGRAPHS}])")
_MARKED = re.compile(
    f"({_NUMBER}|{_LANGUAGE}|{_LETTER}(?:{_LETTER}|[{MARKS}]){{0,{LONGEST_TOKEN - 1}}}(?![{MARKS}])"
    f"|[{_IDEOGRAPHS}][{MARKS}]*)"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+(?:,[0-9]+)?|(?:,[0-9]{3})+(?:\.[0-9]+)?)")
_SYMBOLS = re.compile(r"==>|->|\.\.\.|>>|\n|[^\w\s]|_")
_TO_D_WITH_STROKE = str.maketrans("ðɖ", "đđ")


class Word(NamedTuple):
    """A word of the segmentation: tokens `first` to `last`, both included, and their forms joined by `_`."""

    first: int
    last: int
    form: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """The syllable tokens of a text, in order.

    Token i is `text[starts[i]:ends[i]]` in the text as given, whatever its Unicode form, and is indexed as `forms[i]`.
    `joined[i]` says that it continues the word of token i - 1.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    forms: Sequence[str]
    joined: Sequence[bool]

    @property
    def words(self) -> list[Word]:
        """The words, in order; every token is in exactly one."""
        firsts = [i for i, joined in enumerate(self.joined) if not joined]
        afters = [*firsts[1:], len(self.forms)]
        return [
            Word(first, after - 1, form)
            for first, after, form in zip(firsts, afters, self.word_forms, strict=True)
        ]

    @property
    def word_forms(self) -> list[str]:
        """The form of each word, in order: all that an index needs of the words."""
        if not self.forms:
            return []
        separators = ["_" if joined else " " for joined in self.joined]
        return "".join(map(str.__add__, separators, self.forms))[1:].split(" ")


def form_of(token: str) -> str:
    """The form of one token of a text in normal form."""
    if token[0].isdecimal() and ("." in token or "," in token):
        return _number_form(token)
    form = unicodedata.normalize("NFC", token.lower())
    if "ð" in form or "ɖ" in form:
        repaired = form.translate(_TO_D_WITH_STROKE)
        if is_syllable(repaired):
            form = repaired
    return canonical(form)


def _number_form(token: str) -> str:
    """`1.234.567` -> `1234567`; `1.234,5` -> `1234.5`; `3,5` -> `3.5`."""
    separators = [character for character in token if character in ".,"]
    if _GROUPED.fullmatch(token) and separators[0] == separators[-1]:
        return token.replace(".", "").replace(",", "")
    whole, decimals = token.rsplit(separators[-1], 1)
    return whole.replace(".", "").replace(",", "") + "." + decimals


class _TokenCache(FeatureCache):
    """Token of a text in normal form -> the features of its form."""

    def compute(self, token: str) -> Features:
        return features(form_of(token))


class _SeparatorCache(dict[str, tuple[Features, ...]]):
    """What stands between two tokens -> the features of its symbols, all of them barriers.

    A blank is nothing. So is the empty string, between ideographs or the pieces of a long token; but no word reaches
    over it.
    """

    def __missing__(self, separator: str) -> tuple[Features, ...]:
        if separator:
            known = (features(symbol) for symbol in _SYMBOLS.findall(separator))
            found = tuple(symbol._replace(token="", barrier=True) for symbol in known)
        else:
            found = (Features("", 0.0, 0.0, 0.0, "", frozenset(), frozenset(), True, False),)
        if len(separator) <= 8 and len(self) < 4096:
            self[separator] = found
        return found


_tokens = _TokenCache()
_separators = _SeparatorCache()


def analyze(text: str) -> Analysis:
    """The syllable tokens of `text`, their forms and their words. Any string will do; time is linear in its length."""
    normal = normalize(text)
    pattern = _PLAIN if normal.starts is None else _MARKED
    # Split by a pattern with one group: separator, token, separator, token ... separator.
    pieces = pattern.split(normal.text)
    ends = list(accumulate(map(len, pieces)))
    starts, ends = normal.source_spans(ends[:-1:2], ends[1::2])
    known = [_tokens[token] for token in pieces[1::2]]
    line: list[Features] = []
    for token, separator in zip(known, pieces[2::2], strict=True):
        line.append(token)
        if separator != " ":
            line += _separators[separator]
    joined: list[bool] = []
    barrier = True
    for inside, token in zip(decode(line), line, strict=True):
        if token.barrier:
            barrier = True
            if token.token:
                joined.append(False)
        else:
            joined.append(inside and not barrier)
            barrier = False
    return Analysis(starts, ends, [token.token for token in known], joined)


def forms(text: str) -> list[str]:
    """The forms of the syllable tokens of `text`, without segmenting it into words."""
    normal = normalize(text)
    pattern = _PLAIN if normal.starts is None else _MARKED
    return [_tokens[match[0]].token for match in pattern.finditer(normal.text)]
