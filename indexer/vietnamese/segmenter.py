"""Which tokens make a word: the decoder of pyvi's conditional random field, and pyvi's own tokens.

`decode` is the model's answer for any tokens; `segment` is pyvi's `ViTokenizer` with source offsets. What a token of
a search index is lives in `analysis`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .model import load_model
from .unicode import compose

_CACHED_TOKENS = 1 << 16
_LONGEST_CACHED = 64


class Features(NamedTuple):
    """What the model knows of one token, as weights for I minus weights for B."""

    token: str
    own: float
    before: float
    """What the token adds to the one after it."""
    after: float
    """What the token adds to the one before it."""
    lower: str
    seconds: frozenset[str]
    thirds: frozenset[tuple[str, str]]
    barrier: bool
    """No word reaches into or over this token."""
    titled: bool


_NOTHING: frozenset[str] = frozenset()
_NO_PAIRS: frozenset[tuple[str, str]] = frozenset()


def features(token: str) -> Features:
    """The features of a token as pyvi computes them."""
    model = load_model()
    weight = model.weights.get
    lower, upper, title = token.lower(), token.isupper(), token.istitle()

    def of(place: str) -> float:
        total = weight(f"{place}word.lower():{lower}", 0.0)
        if upper:
            total += weight(f"{place}word.isupper()", 0.0)
        if title:
            total += weight(f"{place}word.istitle()", 0.0)
        return total

    own = of("") + weight("bias", 0.0)
    if token.isdigit():
        own += weight("word.isdigit()", 0.0)
    return Features(
        token,
        own,
        of("-1:"),
        of("+1:"),
        lower,
        model.seconds.get(lower, _NOTHING),
        model.thirds.get(lower, _NO_PAIRS),
        token in string.punctuation or token[0].isdigit(),
        token[0].istitle(),
    )


class FeatureCache(dict[str, Features]):
    """Token -> its features; forgets everything when full, as most of a text is few tokens."""

    def __missing__(self, token: str) -> Features:
        found = self.compute(token)
        if len(token) <= _LONGEST_CACHED:
            if len(self) >= _CACHED_TOKENS:
                self.clear()
            self[token] = found
        return found

    def compute(self, token: str) -> Features:
        return features(token)


def decode(line: Sequence[Features]) -> list[bool]:
    """For each token of a text whether the model's best labelling says that it continues a word.

    This is Viterbi's algorithm. With two labels it need not keep two scores: all that matters is how much better the
    best labelling so far is if it ends in I than if it ends in B, which is `lead` here.
    """
    model = load_model()
    weight = model.weights.get
    second_here, second_there = weight("-1:word.bi_gram()", 0.0), weight("+1:word.bi_gram()", 0.0)
    third_here, third_there = weight("-2:word.tri_gram()", 0.0), weight("+2:word.tri_gram()", 0.0)

    scores: list[float] = []
    add = scores.append
    before = 0.0
    seconds = _NOTHING
    thirds = last_thirds = _NO_PAIRS
    last_lower = ""
    for _, own, next_before, after, lower, next_seconds, next_thirds, _, _ in line:
        if scores:
            scores[-1] += after
        own += before
        if lower in seconds:
            own += second_here
            scores[-1] += second_there
        if last_thirds and (last_lower, lower) in last_thirds:
            own += third_here
            scores[-2] += third_there
        add(own)
        before, seconds, last_lower = next_before, next_seconds, lower
        last_thirds, thirds = thirds, next_thirds

    begin_begin, begin_inside = model.begin_begin, model.begin_inside
    inside_begin, inside_inside = model.inside_begin, model.inside_inside
    # A token labelled B follows an I if the lead there is above the first bound, one labelled I if above the second.
    leads: list[float] = []
    lead = 0.0
    first = True
    for score in scores:
        if first:
            lead = score
            first = False
        else:
            to_begin, to_inside = lead + inside_begin, lead + inside_inside
            if to_begin < begin_begin:
                to_begin = begin_begin
            if to_inside < begin_inside:
                to_inside = begin_inside
            lead = to_inside - to_begin + score
        leads.append(lead)

    inside_before_begin = begin_begin - inside_begin
    inside_before_inside = begin_inside - inside_inside
    labels: list[bool] = []
    bound = 0.0
    for lead in reversed(leads):
        inside = lead > bound
        labels.append(inside)
        bound = inside_before_inside if inside else inside_before_begin
    labels.reverse()
    return labels


# pyvi's pattern without its groups. Its e-mail pattern takes the square of the text's length; here the part before
# the @ is bounded by what RFC 5321 allows, and where there is no @ it is not tried.
_PYVI_EMAIL = r"[a-zA-Z0-9_.+-]{1,64}@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+|"
_PYVI_TOKENS = (
    r"[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|==>|->|\.\.\.|>>|\n|\w+://[^\s]+|"
    r"%s\d+(?:[\.,_]\d+)+|[^\w\s]|\w+"
)
_TOKENS = re.compile(_PYVI_TOKENS % "")
_TOKENS_AND_EMAILS = re.compile(_PYVI_TOKENS % _PYVI_EMAIL)
_cache = FeatureCache()


@dataclass(frozen=True, slots=True)
class Segmentation:
    """pyvi's tokens of a text: `text[starts[i]:ends[i]]` in the source, `tokens[i]` in NFC.

    `joined[i]`: token i continues the word of token i - 1.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    tokens: Sequence[str]
    joined: Sequence[bool]

    @property
    def words(self) -> list[tuple[int, int]]:
        """The start and end of each word in the source."""
        firsts = [i for i, joined in enumerate(self.joined) if not joined]
        lasts = [i - 1 for i in firsts[1:]] + [len(self.tokens) - 1]
        return [(self.starts[a], self.ends[b]) for a, b in zip(firsts, lasts, strict=False)]

    def __str__(self) -> str:
        """The tokens as `pyvi.ViTokenizer.tokenize` writes them: `học_sinh giỏi`."""
        pieces: Iterable[str] = (
            ("_" if j else " ") + t for t, j in zip(self.tokens, self.joined, strict=True)
        )
        return "".join(pieces)[1:]


def segment(text: str) -> Segmentation:
    """The tokens and words that pyvi 0.1.1 finds in `text`, which is only composed (NFC), not changed otherwise.

    Differs from pyvi where pyvi takes the square of the text's length: in an e-mail address whose local part is
    longer than 64 characters, and in more than `unicode.MARKS_KEPT` marks on one letter.
    """
    normal = compose(text)
    pattern = _TOKENS_AND_EMAILS if "@" in normal.text else _TOKENS
    spans = [match.span() for match in pattern.finditer(normal.text)]
    line = [_cache[normal.text[start:end]] for start, end in spans]
    joined = [False] * len(line)
    for i, inside in enumerate(decode(line)):
        if inside and i:
            here, previous = line[i], line[i - 1]
            joined[i] = not (here.barrier or previous.barrier or (here.titled and not previous.titled))
    starts, ends = normal.source_spans([start for start, _ in spans], [end for _, end in spans])
    return Segmentation(starts, ends, [known.token for known in line], joined)
