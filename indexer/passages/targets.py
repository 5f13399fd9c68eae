"""Highlight targets: the parts of a query to highlight in passages, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class MatchMode(Enum):
    """Which tokens of a text a token of the query matches."""

    EXACT = "exact"
    """Those of the same form."""

    RUN = "run"
    """Those of the same form, and in a run of two or more also those with other diacritics. So a plain syllable of a
    query with diacritics (`nam` in `Việt Nam`) does not highlight `năm`, but `ban` in `uy ban` highlights `ủy ban`.
    """

    UNMARKED = "unmarked"
    """Those that have its form without diacritics."""

    PREFIX = "prefix"
    """Those whose form begins with its form."""

    UNMARKED_PREFIX = "unmarked prefix"
    """Those whose form without diacritics begins with its form."""


@dataclass(frozen=True, slots=True)
class TargetToken:
    """One syllable of the query. `form` has no diacritics where it is matched without them."""

    form: str
    mode: MatchMode = MatchMode.EXACT


@dataclass(frozen=True, slots=True)
class Target:
    """A stretch of the query.

    `tokens` are its syllables in order; None stands for one that is not looked for. `words` are the [first, last]
    tokens of its words, which cover all tokens in order; `names` says which tokens are parts of a name (empty: none).
    With `whole`, only the whole sequence counts (a phrase); otherwise any part of it may be found. With `keys` it has
    no tokens: what has one of these keys is found (`indexer.vietnamese.keys`).
    """

    tokens: tuple[TargetToken | None, ...]
    words: tuple[tuple[int, int], ...]
    whole: bool = False
    names: tuple[bool, ...] = ()
    keys: tuple[str, ...] = ()


def whole_target(forms: tuple[str, ...], mode: MatchMode = MatchMode.EXACT) -> Target:
    """The target of a phrase, or of a single syllable."""
    return Target(tuple(TargetToken(form, mode) for form in forms), ((0, len(forms) - 1),), whole=True)
