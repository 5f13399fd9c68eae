"""Which tokens make a word: the decoder of pyvi's conditional random field, and pyvi's own tokens.

`decode` is the model's answer for any tokens; `segment` is pyvi's `ViTokenizer` with source offsets. What a token
of a search index is lives in `analysis`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .model import load_model
from .unicode import compose

_CACHED_TOKENS = 1 << 16
_LONGEST_CACHED = 64

_NO_SECONDS: frozenset[str] = frozenset()
_NO_THIRDS: frozenset[tuple[str, str]] = frozenset()


class Features(NamedTuple):
    """All the model can use of one token. Each weight is the one for I minus the one for B (see `Model`)."""

    token: str
    own: float
    to_next: float
    """What the token adds to the weight of the one after it."""
    to_previous: float
    """What the token adds to the weight of the one before it."""
    lower: str
    seconds: frozenset[str] = _NO_SECONDS
    thirds: frozenset[tuple[str, str]] = _NO_THIRDS
    is_barrier: bool = False
    """No word reaches into or over this token."""


NOTHING = Features("", 0.0, 0.0, 0.0, "", is_barrier=True)
"""A barrier that is no token and that the model does not know."""


def features(token: str) -> Features:
    """The features of a token as pyvi computes them. A punctuation mark or a token with a leading digit is a barrier."""
    model = load_model()
    weight = model.weights.get
    lower, is_upper, is_title = token.lower(), token.isupper(), token.istitle()

    def seen_from(place: str) -> float:
        return (
            weight(f"{place}word.lower():{lower}", 0.0)
            + is_upper * weight(f"{place}word.isupper()", 0.0)
            + is_title * weight(f"{place}word.istitle()", 0.0)
        )

    return Features(
        token,
        own=seen_from("") + weight("bias", 0.0) + token.isdigit() * weight("word.isdigit()", 0.0),
        to_next=seen_from("-1:"),
        to_previous=seen_from("+1:"),
        lower=lower,
        seconds=model.seconds.get(lower, _NO_SECONDS),
        thirds=model.thirds.get(lower, _NO_THIRDS),
        is_barrier=token in string.punctuation or token[0].isdigit(),
    )


class FeatureCache(dict[str, Features]):
    """Token -> its features by `compute`. Forgets everything when full: most of any text is a few thousand tokens."""

    def __init__(self, compute: Callable[[str], Features]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, token: str) -> Features:
        found = self._compute(token)
        if len(token) <= _LONGEST_CACHED:
            if len(self) >= _CACHED_TOKENS:
                self.clear()
            self[token] = found
        return found


def decode(line: Sequence[Features]) -> list[bool]:
    """For each token of a text, whether the model's best labelling says that it continues a word (I, not B).

    This is Viterbi's algorithm (1967). With two labels it need not keep two scores: all that matters is the lead,
    how much better the best labelling up to a token is if the token is I than if it is B.
    """
    if not line:
        return []
    model = load_model()
    second, first, third, first_of_three = model.second, model.first, model.third, model.first_of_three

    # The weight of each token by itself, its neighbours and the known words it is part of.
    weights: list[float] = []
    from_previous, seconds, thirds, thirds_before, lower_before = 0.0, _NO_SECONDS, _NO_THIRDS, _NO_THIRDS, ""
    for _, weight, to_next, to_previous, lower, next_seconds, next_thirds, _ in line:
        if weights:
            weights[-1] += to_previous
        weight += from_previous
        if lower in seconds:
            weight += second
            weights[-1] += first
        if thirds_before and (lower_before, lower) in thirds_before:
            weight += third
            weights[-2] += first_of_three
        weights.append(weight)
        from_previous, seconds, lower_before = to_next, next_seconds, lower
        thirds_before, thirds = thirds, next_thirds

    begin_begin, begin_inside = model.begin_begin, model.begin_inside
    inside_begin, inside_inside = model.inside_begin, model.inside_inside
    lead = weights[0]
    leads = [lead]
    for weight in weights[1:]:
        to_begin, to_inside = lead + inside_begin, lead + inside_inside
        if to_begin < begin_begin:
            to_begin = begin_begin
        if to_inside < begin_inside:
            to_inside = begin_inside
        lead = to_inside - to_begin + weight
        leads.append(lead)

    # From the end back: before a B stands an I if the lead there is above one bound, before an I if above another.
    bound_before_begin, bound_before_inside = begin_begin - inside_begin, begin_inside - inside_inside
    labels: list[bool] = []
    bound = 0.0
    for lead in reversed(leads):
        inside = lead > bound
        labels.append(inside)
        bound = bound_before_inside if inside else bound_before_begin
    labels.reverse()
    return labels


def known_words(syllables: Sequence[str]) -> list[int]:
    """The sizes of the words of pyvi's list that cover `syllables`, longest first from the left; unknown ones are 1."""
    model = load_model()
    sizes: list[int] = []
    at = 0
    while at < len(syllables):
        first, rest = syllables[at], tuple(syllables[at + 1 : at + 3])
        if len(rest) == 2 and rest in model.thirds.get(first, _NO_THIRDS):
            size = 3
        elif rest and rest[0] in model.seconds.get(first, _NO_SECONDS):
            size = 2
        else:
            size = 1
        sizes.append(size)
        at += size
    return sizes


# pyvi's pattern without its groups. Its e-mail pattern takes the square of the text's length; here the part before
# the @ is as long as RFC 5321 allows, and where there is no @ it is not tried.
_EMAIL = r"[a-zA-Z0-9_.+-]{1,64}@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+"
_BEFORE_EMAIL = r"[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|==>|->|\.\.\.|>>|\n|\w+://[^\s]+"
_AFTER_EMAIL = r"\d+(?:[\.,_]\d+)+|[^\w\s]|\w+"
_TOKENS = re.compile(f"{_BEFORE_EMAIL}|{_AFTER_EMAIL}")
_TOKENS_WITH_EMAIL = re.compile(f"{_BEFORE_EMAIL}|{_EMAIL}|{_AFTER_EMAIL}")

_features = FeatureCache(features)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """pyvi's tokens of a text: token i is `text[starts[i]:ends[i]]` in the source and `tokens[i]` in NFC.

    `joined[i]` says that it continues the word of token i - 1. `str()` gives the tokens as `ViTokenizer.tokenize`
    writes them: `học_sinh giỏi`.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    tokens: Sequence[str]
    joined: Sequence[bool]

    @property
    def words(self) -> list[tuple[int, int]]:
        """The start and end of each word in the source."""
        firsts = [i for i, joined in enumerate(self.joined) if not joined]
        afters = [*firsts[1:], len(self.tokens)]
        return [(self.starts[first], self.ends[after - 1]) for first, after in zip(firsts, afters, strict=True)]

    def __str__(self) -> str:
        separators = ["_" if joined else " " for joined in self.joined]
        return "".join(map(str.__add__, separators, self.tokens))[1:]


def segment(text: str) -> Segmentation:
    """The tokens and words that pyvi 0.1.1 finds in `text`; raises `ModelMissing`. Time is linear in the length.

    Differs from pyvi only where pyvi's time is not: in an e-mail address with more than 64 characters before the @,
    and on a letter with more than `unicode.LONGEST_CLUSTER` marks.
    """
    normal = compose(text)
    pattern = _TOKENS_WITH_EMAIL if "@" in normal.text else _TOKENS
    spans = [match.span() for match in pattern.finditer(normal.text)]
    line = [_features[normal.text[start:end]] for start, end in spans]
    joined = decode(line)
    previous = NOTHING
    for i, here in enumerate(line):
        if joined[i] and (here.is_barrier or previous.is_barrier or _begins_name(here.token, previous.token)):
            joined[i] = False
        previous = here
    starts, ends = normal.source_spans([start for start, _ in spans], [end for _, end in spans])
    return Segmentation(starts, ends, [token.token for token in line], joined)


def _begins_name(token: str, previous: str) -> bool:
    return token[0].istitle() and not previous[0].istitle()
