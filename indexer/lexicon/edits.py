"""Edits of one syllable into another, by typing or by sound, and the probability of each kind.

They are of letters without diacritics; `channel` compares diacritics.
"""

from __future__ import annotations

import functools
import itertools

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

# Sounds that dialects or learners do not distinguish, by position in the syllable.
ONSETS_CONFUSED = (
    ("s", "x"),
    ("ch", "tr"),
    ("d", "gi"),
    ("d", "r"),
    ("gi", "r"),
    ("l", "n"),
    ("d", "v"),
    ("g", "gh"),
    ("ng", "ngh"),
    ("c", "k"),
    ("k", "q"),
    ("ph", "f"),
)
CODAS_CONFUSED = (("n", "ng"), ("c", "t"), ("nh", "n"), ("ch", "t"), ("i", "y"), ("o", "u"))
# No syllable ends in the first one alone: a letter before it was left out.
_CODAS_CUT = (("g", "ng"), ("h", "nh"), ("h", "ch"))
_BEFORE_CODAS = "aeiouy"

TYPICAL = -3.5
"""The log probability of a typical confusion, or of a doubled, dropped or swapped letter."""
NEIGHBOURING = -5.0
"""The same for a key beside the right one."""
ANY = -6.5
"""The same for any other letter added, left out or replaced."""


def _beside() -> frozenset[str]:
    pairs = set()
    for number, row in enumerate(_ROWS):
        pairs |= {a + b for a, b in itertools.pairwise(row)}
        if number + 1 < len(_ROWS):
            below = _ROWS[number + 1]
            pairs |= {a + b for a, b in zip(row, below, strict=False)}
            pairs |= {a + b for a, b in zip(row[1:], below, strict=False)}
    return frozenset(pairs | {pair[::-1] for pair in pairs})


BESIDE = _beside()


@functools.lru_cache(1 << 14)
def one_edit(typed: str, meant: str) -> float | None:
    """The log probability that `meant` is typed as `typed`; None when they are not exactly one edit apart.

    An edit is a letter added, left out or replaced, two neighbouring letters swapped (optimal string alignment), or a
    typical confusion of sounds (`tr` for `ch`).
    """
    if typed == meant:
        return None
    if meant in confusions(typed):
        return TYPICAL
    longer, shorter = (typed, meant) if len(typed) >= len(meant) else (meant, typed)
    if len(longer) - len(shorter) > 1:
        return None
    at = 0
    while at < len(shorter) and longer[at] == shorter[at]:
        at += 1
    if len(longer) > len(shorter):
        if longer[at + 1 :] != shorter[at:]:
            return None
        doubled = at > 0 and longer[at] == longer[at - 1]
        return TYPICAL if doubled else NEIGHBOURING - 0.5
    if longer[at + 1 :] == shorter[at + 1 :]:
        return NEIGHBOURING if longer[at] + shorter[at] in BESIDE else ANY
    if longer[at : at + 2] == shorter[at : at + 2][::-1] and longer[at + 2 :] == shorter[at + 2 :]:
        return TYPICAL
    return None


@functools.lru_cache(1 << 12)
def confusions(letters: str) -> tuple[str, ...]:
    """The results of each typical confusion of onset or coda in `letters`; some are not syllables."""
    found = []
    for first, second in ONSETS_CONFUSED:
        for one, other in ((first, second), (second, first)):
            if letters.startswith(one) and not (one in "dgknc" and letters.startswith(_longer_onsets(one))):
                found.append(other + letters[len(one) :])
    for first, second in CODAS_CONFUSED:
        for one, other in ((first, second), (second, first)):
            if letters.endswith(one) and len(letters) > len(one):
                found.append(letters[: -len(one)] + other)
    for cut, whole in _CODAS_CUT:
        if letters.endswith(cut) and len(letters) > 1 and letters[-2] in _BEFORE_CODAS:
            found.append(letters[:-1] + whole)
    return tuple(dict.fromkeys(other for other in found if other != letters))


def _longer_onsets(onset: str) -> tuple[str, ...]:
    return {"d": (), "g": ("gi", "gh"), "k": ("kh",), "n": ("ng", "nh"), "c": ("ch",), "ng": ("ngh",)}.get(onset, ())
