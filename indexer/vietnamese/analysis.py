"""The analyzer: a text becomes syllable tokens, each with one normalized form, and the words they make.

Documents and queries go through the same function, so their forms agree. The normal form of a text is made in
`unicode`; the model that finds words is used through `segmenter`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from operator import itemgetter
from typing import NamedTuple

from indexer.loops import made_once

from .segmenter import NOTHING, Features, TokenCache, decode, features, known_words, word_bounds
from .tones import is_syllable, with_one_letter, with_placed_tone
from .unicode import NormalText, diacritics, has_marks, normalize

LONGEST_TOKEN = 64
"""A run of letters, digits and diacritics longer than this many code points is cut into several tokens."""

LONGEST_WORD = 3
"""A word of more syllables is cut at the borders of known words.

The model joins too much: most of its four-syllable words in Wikipedia are two words (`giao thông quan trọng`), and
repeated words run on without end (`học sinh học sinh học`). On hand-segmented text the cut changes F1 by -.04 to +.08;
in search it lets a part of `dân tộc thiểu số` find the whole.
"""


class Word(NamedTuple):
    """A word: the tokens `first` to `last`, both included, and their forms joined by `_`."""

    first: int
    last: int
    form: str


class Tokens(NamedTuple):
    """The syllable tokens of a text, in order; the members are those of `Analysis`."""

    starts: Sequence[int]
    ends: Sequence[int]
    forms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The syllable tokens of a text, in order.

    Token i is at `text[starts[i]:ends[i]]` of the text as given, whatever its Unicode form; `forms[i]` is what is
    indexed and searched; `joined[i]` is true where it continues the word of token i - 1.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    forms: Sequence[str]
    joined: Sequence[bool]

    @property
    def words(self) -> list[Word]:
        """The words, in order; every token is in exactly one."""
        bounds = word_bounds(self.joined)
        return [Word(first, last, form) for (first, last), form in zip(bounds, self.word_forms, strict=True)]

    @property
    def word_forms(self) -> list[str]:
        """The form of each word, in order: all that an index needs of the words."""
        words: list[str] = []
        for form, continues in zip(self.forms, self.joined, strict=True):
            if continues:
                words[-1] += f"_{form}"
            else:
                words.append(form)
        return words


def analyze(text: str) -> Analysis:
    """The syllable tokens of `text`, their forms and their words; raises `ModelMissing`.

    Accepts any string, lone surrogates included. Time is linear in its length.
    """
    starts, ends, pieces = _pieces(text)
    tokens = list(map(_features.__getitem__, pieces[1::2]))
    forms = list(map(_TOKEN, tokens))
    separators = pieces[2::2]
    if separators and not separators[-1]:
        separators[-1] = " "  # The end of the text: no symbol, and no token follows that a word could extend to.
    line: list[Features] = []
    done = 0
    for at in [at for at, separator in enumerate(separators) if separator != " "]:
        line += tokens[done : at + 1]
        line += _symbols[separators[at]]
        done = at + 1
    line += tokens[done:]
    joined = list(compress(decode(line), map(_TOKEN, line)))
    if LONGEST_WORD * b"\1" in bytes(joined):
        _cut_long_words(forms, joined)
    return Analysis(starts, ends, forms, joined)


def forms(text: str) -> list[str]:
    """The forms of the syllable tokens of `text`: `analyze(text).forms` without the work of finding words."""
    normal = normalize(text)
    return [_forms[match[0]] for match in _token_pattern(normal).finditer(normal.text)]


def begun_forms(text: str) -> list[str]:
    """The forms of a text whose last syllable may go on: there i and y stay as typed, as `ti` may become `tin`."""
    normal = normalize(text)
    typed = [match[0] for match in _token_pattern(normal).finditer(normal.text)]
    return [*(_forms[token] for token in typed[:-1]), *map(_typed_form, typed[-1:])]


def tokens(text: str) -> Tokens:
    """The syllable tokens of `text`: as `analyze`, without the work of finding words."""
    syllable = _USUAL_CHUNK.fullmatch(text)
    if syllable is not None:
        start, end = syllable.span(1)
        return Tokens([start], [end], [_forms[syllable[1]]])
    starts, ends, pieces = _pieces(text)
    return Tokens(starts, ends, list(map(_forms.__getitem__, pieces[1::2])))


def is_plain(text: str) -> bool:
    """Whether `text` is already in normal form. Then the tokens of its parts between blanks are its tokens."""
    return normalize.is_normal(text)


def _pieces(text: str) -> tuple[list[int], list[int], list[str]]:
    """Where the tokens stand in `text`, and its normal form as separator, token, separator, token ... separator."""
    normal = normalize(text)
    pieces = _token_pattern(normal).split(normal.text)
    bounds = list(accumulate(map(len, pieces)))
    starts, ends = normal.source_spans(bounds[:-1:2], bounds[1::2])
    return starts, ends, pieces


# Scripts written without spaces (Han, kana) are indexed by the character. The first range takes in a little more.
_LETTER = r"[^\W_\u3005-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_IDEOGRAPH = r"[^\W_]"
# 1.234.567 and 1,234,567, perhaps with decimals; 3,5 and 3.5; but not 26.12.2023 or 192.168.1.1. Everything is
# bounded, so that a long chain of digits and dots costs no more than its length.
_NUMBER = (
    r"[0-9](?<![0-9][.,][0-9])"
    r"(?:(?<!0)[0-9]{0,2}(?:(?:\.[0-9]{3}){1,6}(?:,[0-9]{1,9})?|(?:,[0-9]{3}){1,6}(?:\.[0-9]{1,9})?)"
    r"|[0-9]{0,17}[.,][0-9]{1,18})(?![.,]?[0-9])"
)
_GROUPED_NUMBER = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+(?:,[0-9]+)?|(?:,[0-9]{3})+(?:\.[0-9]+)?)")
_PROGRAMMING_LANGUAGE = r"[A-Za-z](?:\+\+|#(?!\w))"
# A token without separate combining marks: nearly every token, once the text is composed.
_UNMARKED_TOKEN = re.compile(f"({_NUMBER}|{_PROGRAMMING_LANGUAGE}|{_LETTER}{{1,{LONGEST_TOKEN}}}|{_IDEOGRAPH})")
# What mostly stands between two blanks of a text: one token of letters that are in normal form, and punctuation.
_USUAL_LETTERS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9"
)
_USUAL_CHUNK = re.compile(f"[\"'(\\[“]*([{_USUAL_LETTERS}]{{1,{LONGEST_TOKEN}}})[\"')\\].,;:!?”]*")


@made_once
def _marked_token() -> re.Pattern[str]:
    mark = f"[{diacritics()}]"
    # No token begins with a combining mark, so a long one is never cut between a letter and its diacritics.
    letters = f"{_LETTER}(?:{_LETTER}|{mark}){{0,{LONGEST_TOKEN - 1}}}(?!{mark})"
    return re.compile(f"({_NUMBER}|{_PROGRAMMING_LANGUAGE}|{letters}|{_IDEOGRAPH}{mark}*)")


def _token_pattern(normal: NormalText) -> re.Pattern[str]:
    # A text with combining marks never counts as already in normal form, so such a text need not be searched for them.
    return _UNMARKED_TOKEN if normal.starts is None or not has_marks(normal.text) else _marked_token()


def form_of(token: str) -> str:
    """The form of one token of a text in normal form."""
    return with_one_letter(_typed_form(token))


def _featured(token: str) -> Features:
    """The features of a token, whose form has one spelling; the model was taught syllables with either i or y."""
    typed = _typed_form(token)
    return features(typed)._replace(token=with_one_letter(typed))


def _typed_form(token: str) -> str:
    """The form of a token, with i and y as they were typed."""
    if "0" <= token[0] <= "9" and ("." in token or "," in token):
        return _number(token)
    form = unicodedata.normalize("NFC", token.lower())
    if "ð" in form or "ɖ" in form:
        # As capitals, eth and African d (Ð, Ɖ) look like Đ and are typed for it by mistake.
        with_stroke = form.replace("ð", "đ").replace("ɖ", "đ")
        if is_syllable(with_stroke):
            form = with_stroke
    return with_placed_tone(form)


def _number(token: str) -> str:
    """`1.234.567` -> `1234567`; `1.234,5` -> `1234.5`; `3,5` -> `3.5`."""
    separators = [character for character in token if character in ".,"]
    if _GROUPED_NUMBER.fullmatch(token) and separators[0] == separators[-1]:
        return token.replace(separators[0], "")
    whole, decimals = token.rsplit(separators[-1], 1)
    return f"{whole.replace(separators[0], '')}.{decimals}"


_SYMBOL_KEY = "\0"
"""The prefix of symbol keys; no token begins with it."""


def chunk_parts(chunk: str) -> Iterator[tuple[str, int, int]]:
    """The tokens and symbols of one chunk (the text between two blanks, in normal form), as (key, start, end).

    `chunk_features` gives the features of a key.
    """
    pieces = (_marked_token() if has_marks(chunk) else _UNMARKED_TOKEN).split(chunk)
    at = 0
    for place, piece in enumerate(pieces):
        if place % 2:
            yield piece, at, at + len(piece)
        elif piece:
            for symbol in _symbols[piece]:
                yield _SYMBOL_KEY + symbol.lower, at, at
        elif 0 < place < len(pieces) - 1:
            yield _SYMBOL_KEY, at, at
        at += len(piece)


def chunk_features(key: str) -> Features:
    """The features of a key of `chunk_parts`; symbols have an empty token."""
    if not key.startswith(_SYMBOL_KEY):
        return _featured(key)
    return _symbol(key[1:]) if len(key) > 1 else NOTHING


def _symbol(text: str) -> Features:
    return features(text)._replace(token="", is_barrier=True)


_TOKEN = itemgetter(Features._fields.index("token"))
_features = TokenCache(_featured)
_forms = TokenCache(form_of)


class _SymbolCache(dict[str, tuple[Features, ...]]):
    """The text between two tokens -> the features of its symbols, all of them barriers.

    A blank has no symbols. Nor has the empty string, between ideographs or the pieces of a long token; but no word
    extends over it.
    """

    _SYMBOL = re.compile(r"==>|->|\.\.\.|>>|\n|[^\w\s]|_")

    def __missing__(self, separator: str) -> tuple[Features, ...]:
        found = tuple(map(_symbol, self._SYMBOL.findall(separator))) if separator else (NOTHING,)
        if len(separator) <= 8 and len(self) < 1 << 12:
            self[separator] = found
        return found


_symbols = _SymbolCache()


def _cut_long_words(forms: list[str], joined: list[bool]) -> None:
    """Cut the words of more than `LONGEST_WORD` syllables, in place."""
    for first, last in word_bounds(joined):
        if last - first >= LONGEST_WORD:
            for size in known_words(forms[first : last + 1]):
                joined[first] = False
                first += size
