"""Word segmentation: the decoder of pyvi's conditional random field.

It is applied to any tokens. Those of the search index are made in `analysis`.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple, TypeVar

from .model import Followers, Weights, load_model

_CACHED_TOKENS = 1 << 16
_LONGEST_CACHED = 64

_NONE: frozenset[str] = frozenset()
_NO_FOLLOWERS: Followers = {}
_UNKNOWN = Weights()


class Features(NamedTuple):
    """Everything the model uses of one token, its weights as in `Weights`."""

    token: str
    own: float
    to_next: float
    to_previous: float
    lower: str
    followers: Followers = _NO_FOLLOWERS
    is_barrier: bool = False
    """No word includes or extends over this token."""


NOTHING = Features("", 0.0, 0.0, 0.0, "", is_barrier=True)
"""A barrier that is no token and that the model does not know."""


def features(token: str) -> Features:
    """The features of a token as pyvi computes them; punctuation and what begins with a digit are barriers."""
    model = load_model()
    lower = token.lower()
    # CRFsuite's strings end at a NUL.
    own, to_next, to_previous = model.tokens.get(lower.partition("\0")[0], _UNKNOWN)
    own += model.bias
    for has_property, weights in (
        (token.isupper(), model.upper),
        (token.istitle(), model.title),
        (token.isdigit(), model.digits),
    ):
        if has_property:
            own += weights.own
            to_next += weights.to_next
            to_previous += weights.to_previous
    followers = model.followers.get(lower, _NO_FOLLOWERS)
    is_barrier = token in string.punctuation or token[0].isdigit()
    return Features(token, own, to_next, to_previous, lower, followers, is_barrier)


T = TypeVar("T")


class TokenCache(dict[str, T]):
    """Cache: token -> what `compute` gives. Cleared when full: most of any text is a few thousand tokens."""

    def __init__(self, compute: Callable[[str], T]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, token: str) -> T:
        found = self._compute(token)
        if len(token) <= _LONGEST_CACHED:
            if len(self) >= _CACHED_TOKENS:
                self.clear()
            self[token] = found
        return found


def decode(line: Sequence[Features]) -> list[bool]:
    """For each token of a text, whether it continues a word: the model labels it I, and no barrier forbids it.

    The labelling is the best one by Viterbi's algorithm (1967). With two labels it need not keep two scores: all that
    matters is the lead, how much better the best labelling up to a token is if the token is I than if it is B. A lead
    that is large enough decides the label whatever follows, so hardly any label is left to be traced back.
    """
    model = load_model()
    second, first, third, first_of_three = model.second, model.first, model.third, model.first_of_three
    # The label before a B is I if the lead there is above one bound; before an I, if it is above the other.
    before_begin = model.begin_begin - model.inside_begin
    before_inside = model.begin_inside - model.inside_inside
    below, above = min(before_begin, before_inside), max(before_begin, before_inside)
    gain_below = model.begin_inside - model.begin_begin
    gain_above = model.inside_inside - model.inside_begin

    labels: list[bool] = []
    settle = labels.append
    unsettled: list[tuple[int, float]] = []
    barriers: list[int] = []
    followers, thirds = NOTHING.followers, _NONE
    # The first token has no token before it that could add to its weight.
    lead = weight_before = weight = float("-inf")
    from_previous = -gain_below
    # A token's weight is complete two tokens later, when it is known whether it begins a word of three.
    for _, own, to_next, to_previous, lower, next_followers, is_barrier in chain(line, (NOTHING, NOTHING)):
        weight += to_previous
        if lower in thirds:
            weight_before += first_of_three
            own += third
        if lower in followers:
            is_word, thirds = followers[lower]
            if is_word:
                weight += first
                own += second
        else:
            thirds = _NONE
        if is_barrier:
            barriers.append(len(labels))
        if lead <= below:
            settle(False)
            lead = weight_before + gain_below
        elif lead > above:
            settle(True)
            lead = weight_before + gain_above
        else:
            unsettled.append((len(labels), lead))
            settle(False)
            to_inside = max(lead + model.inside_inside, model.begin_inside)
            to_begin = max(lead + model.inside_begin, model.begin_begin)
            lead = weight_before + (to_inside - to_begin)
        weight_before, weight = weight, own + from_previous
        from_previous, followers = to_next, next_followers
    settle(lead > 0)
    for at, lead in reversed(unsettled):
        labels[at] = lead > (before_inside if labels[at + 1] else before_begin)

    # The first three labels belong to no token: they were decided before the first weight was complete. The three added
    # are for the barriers at the end.
    del labels[:3]
    labels += (False, False, False)
    labels[0] = False
    for at in barriers:
        labels[at] = labels[at + 1] = False
    return labels[: len(line)]


def word_bounds(joined: Sequence[bool]) -> list[tuple[int, int]]:
    """The first and the last token of each word."""
    firsts = [i for i, continues in enumerate(joined) if not continues]
    return [(first, after - 1) for first, after in pairwise([*firsts, len(joined)])]


def known_words(syllables: Sequence[str]) -> list[int]:
    """The sizes of the listed words that cover `syllables`, longest match from the left; unknown syllables count 1."""
    followers = load_model().followers
    sizes: list[int] = []
    at = 0
    while at < len(syllables):
        first, *rest = syllables[at : at + 3]
        is_word, thirds = followers.get(first, _NO_FOLLOWERS).get(rest[0], (False, _NONE)) if rest else (False, _NONE)
        size = 3 if rest[1:] and rest[1] in thirds else 2 if is_word else 1
        sizes.append(size)
        at += size
    return sizes
