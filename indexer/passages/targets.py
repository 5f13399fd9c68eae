"""What of a query is to be marked in a passage, as plain values: made by `plan`, used by `snippets`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Meets(Enum):
    """Which tokens of a text a token of the query meets."""

    EXACT = "exact"
    """Those of the same form."""

    RUN = "run"
    """Those of the same form, and in a run of two or more also those with other diacritics. So an unmarked syllable of
    a marked query (`nam` in `Việt Nam`) does not mark `năm`, but `ban` in `uy ban` marks `ủy ban`."""

    UNMARKED = "unmarked"
    """Those that have its form without diacritics."""

    PREFIX = "prefix"
    """Those whose form begins with its form."""

    UNMARKED_PREFIX = "unmarked prefix"
    """Those whose form without diacritics begins with its form."""


@dataclass(frozen=True, slots=True)
class TargetToken:
    """One syllable of the query. `form` has no diacritics where it is met without them."""

    form: str
    meets: Meets = Meets.EXACT


@dataclass(frozen=True, slots=True)
class Target:
    """A stretch of the query.

    `tokens` are its syllables in order; None stands for one that is not looked for. `words` are the [first, last]
    tokens of its words, which cover all tokens in order. With `whole`, only the whole sequence counts (a phrase);
    otherwise any part of it may be found.
    """

    tokens: tuple[TargetToken | None, ...]
    words: tuple[tuple[int, int], ...]
    whole: bool = False


def whole_target(forms: tuple[str, ...], meets: Meets = Meets.EXACT) -> Target:
    """The target of a phrase, or of a single syllable."""
    return Target(tuple(TargetToken(form, meets) for form in forms), ((0, len(forms) - 1),), whole=True)
