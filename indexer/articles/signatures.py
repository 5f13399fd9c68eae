"""Signatures of texts: few bytes by which texts that are nearly the same are known, without the text.

MinHash over runs of three syllables (Broder 1997): of each of 128 orders of all runs the signature has the last byte of
the first one that the text holds (Li and König 2010). The share of bytes that two signatures have in common, less what
chance gives, estimates how many of the runs of both texts together both have (Jaccard similarity), with a standard
error of at most .045.

Forms that are filled in differ in little else than their numbers: two decrees, the prices of two days. So a signature
also has the numbers of its text, and `same_content` asks that those of one text be among those of the other.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import math
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.articles.model import Article, Kind
from indexer.loops import loop, on_warm
from indexer.vietnamese import forms

TITLED_CHARACTERS = 100
"""Articles with less text beside the title are compared with it."""

BYTES = 128
"""Bytes of the MinHash; what follows them are the numbers."""

RUN = 3
SHORT = 20
"""Texts of fewer syllables are compared as wholes: two of their runs more or less say nothing."""

FEWEST = 8
"""Texts of fewer syllables are never shown as one: two pictures have the same line below them. They have FEW_BYTES."""

FEW_BYTES = 16

NEARLY_THE_SAME = 0.75
"""From this likeness on, a text is taken for one that was withdrawn."""

SAME_CONTENT = 0.8
"""From this likeness on, texts are shown as one, if they agree in their numbers."""

MOST_NUMBERS = 32
"""Numbers of a text that are kept one by one, two bytes each; of more there is a digest of all."""

Signature = bytes

_Hashes = npt.NDArray[np.uint64]

_CHANCE = 1 / 256
_MOST_DIFFERENT = math.floor(BYTES * (1 - SAME_CONTENT) * (1 - _CHANCE))
"""Bytes in which two texts that are shown as one may differ."""
_FACTOR = np.uint64(0x100000001B3)
_AT_ONCE = 2_048

# Parts of what `_packed` gives.
_CODE, _SPOKEN, _DIGITS = np.uint64((1 << 32) - 1), np.uint64(1 << 32), np.uint64(1 << 33)


def _mixed(values: _Hashes) -> _Hashes:
    """Values that look random, each from one (the finalizer of splitmix64); overflow is meant."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_SEEDS = _mixed(np.arange(1, 2 * BYTES + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)).astype(np.uint32)
_FACTORS, _SHIFTS = (_SEEDS[:BYTES] | np.uint32(1))[:, None], _SEEDS[BYTES:, None]


def signatures(
    forms: Sequence[str], numbers: npt.NDArray[np.int32], sizes: Sequence[int], *, compiled: bool = False
) -> list[Signature]:
    """The signatures of texts: token i of all of them, one after another, has the form `forms[numbers[i]]`.

    `sizes` says how many tokens each text has. One without syllables has an empty signature, which is like no other.
    `compiled` pays for much text; the result is the same.
    """
    packed = np.fromiter(map(_packed, forms), np.uint64, len(forms))[numbers]
    spoken = packed & _SPOKEN != 0
    # Where texts end among the tokens that count.
    ends = np.concatenate(([0], np.cumsum(spoken)))[np.cumsum(sizes, dtype=np.int64)]
    numbers, packed = numbers[spoken], packed[spoken]
    coded = packed & _CODE
    runs = coded[: max(len(coded) - RUN + 1, 0)]
    for place in range(1, RUN):
        runs = runs * _FACTOR + coded[place : len(runs) + place]
    orders = _first_of_compiled if compiled else _first_of
    starts = np.concatenate(([0], ends))[:-1]
    known = orders((_mixed(runs) >> np.uint64(32)).astype(np.uint32), starts, np.maximum(starts, ends - RUN + 1))
    said = _numbers_said(coded, packed & _DIGITS != 0, ends)
    found = []
    for i, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if end - start >= SHORT:
            found.append(known[i].tobytes() + said[i])
        elif end > start:
            text = " ".join([forms[number] for number in numbers[start:end].tolist()]).encode("utf-8", "surrogatepass")
            few = end - start < FEWEST
            found.append(hashlib.shake_128(text).digest(FEW_BYTES if few else BYTES) + (b"" if few else said[i]))
        else:
            found.append(b"")
    return found


@functools.lru_cache(maxsize=1 << 16)
def _packed(form: str) -> int:
    """A form's code, whether it counts, and whether it has digits, in one number."""
    code = zlib.crc32(form.encode("utf-8", "surrogatepass"))
    return code | form[:1].isalnum() << 32 | (not form.isalpha() and any(map(str.isdigit, form))) << 33


def _first_of(
    runs: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """Of the runs of each text, which begin and end there, the last byte of the first one in each order."""
    found = np.zeros((len(starts), BYTES), np.uint8)
    for i, (low, high) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        first = np.full((BYTES, 1), np.iinfo(np.uint32).max, dtype=np.uint32)
        for start in range(low, high, _AT_ONCE):
            ordered = runs[None, start : min(start + _AT_ONCE, high)] * _FACTORS
            ordered += _SHIFTS
            np.minimum(first, ordered.min(axis=1, keepdims=True), out=first)
        found[i] = first[:, 0].astype(np.uint8)
    return found


def _first_of_compiled(
    runs: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    from indexer.articles.signature_loops import first_of

    found = np.zeros((len(starts), BYTES), np.uint8)
    first_of(runs, starts, ends, _FACTORS[:, 0].copy(), _SHIFTS[:, 0].copy(), found)
    return found


def _numbers_said(coded: _Hashes, digits: npt.NDArray[np.bool_], ends: npt.NDArray[np.int64]) -> list[bytes]:
    """The numbers of each text. Neighbouring tokens with digits are one: 5/3 is not 3/5."""
    places = np.flatnonzero(digits)
    if not len(places):
        return [b""] * len(ends)
    owners = np.searchsorted(ends, places, side="right")
    begins = np.flatnonzero((np.diff(places, prepend=-2) != 1) | (np.diff(owners, prepend=-1) != 0))
    within = np.arange(len(places)) - np.repeat(begins, np.diff(begins, append=len(places)))
    powers = np.full(len(places), _FACTOR) ** within.astype(np.uint64)
    said = (_mixed(np.add.reduceat(coded[places] * powers, begins)) >> np.uint64(48)).astype("<u2")
    bounds = np.searchsorted(owners[begins], np.arange(len(ends) + 1)).tolist()
    return [_kept(said[low:high]) if high > low else b"" for low, high in itertools.pairwise(bounds)]


def _kept(numbers: npt.NDArray[np.uint16]) -> bytes:
    """Distinct numbers, or, told by an odd number of bytes, a digest of all."""
    kept = np.array(sorted(set(numbers.tolist())), "<u2").tobytes()
    return kept if len(kept) <= 2 * MOST_NUMBERS else hashlib.shake_128(kept).digest(2 * MOST_NUMBERS + 1)


def signature(texts: Iterable[str]) -> Signature:
    """The signature of texts that follow each other; case, punctuation and the way tones are placed do not count."""
    known: dict[str, int] = {}
    numbers = [known.setdefault(form, len(known)) for text in texts for form in forms(text)]
    return signatures(list(known), np.array(numbers, np.int32), [len(numbers)])[0]


def signature_of(article: Article) -> Signature:
    """The signature of an article: of what `is_signed` says."""
    texts = [each.text for each, signed in zip(article.paragraphs, is_signed(article), strict=True) if signed]
    return signature(texts)


def is_signed(article: Article) -> list[bool]:
    """Which paragraphs a signature is of: all but the title, which each paper has its own of, where there is much else.

    Without their titles, two pictures of one photographer would be the same.
    """
    others = [paragraph.kind is not Kind.TITLE for paragraph in article.paragraphs]
    characters = sum(len(each.text) for each, other in zip(article.paragraphs, others, strict=True) if other)
    return others if characters >= TITLED_CHARACTERS else [True] * len(others)


def stacked(known: Iterable[Signature]) -> npt.NDArray[np.uint8]:
    """Signatures as rows, for `likeness`; those that are empty are like nothing but the empty one."""
    rows = b"".join([(each if len(each) >= BYTES else (each or b"\0") * BYTES)[:BYTES] for each in known])
    return np.frombuffer(rows, np.uint8).reshape(-1, BYTES)


def likeness(one: Signature, others: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """How much of a text each of several others (`stacked`) has, estimated: from 0 to 1."""
    if not one:
        return np.zeros(len(others))
    equal = (others == stacked([one])).mean(axis=1)
    return np.asarray(np.maximum(0.0, (equal - _CHANCE) / (1 - _CHANCE)), np.float64)


def same_content(known: Sequence[Signature]) -> npt.NDArray[np.bool_]:
    """For each two of some texts, whether they are nearly the same (a square matrix).

    That they are alike is not enough: of two texts one must have all numbers of the other. A story that a paper cut
    short lacks numbers, and has no others.
    """
    signed = np.array([len(each) >= BYTES for each in known], np.bool_)
    same = np.diag(signed)
    for pair in _alike(stacked(known), signed, _MOST_DIFFERENT).tolist():
        one, other = divmod(pair, len(known))
        same[one, other] = same[other, one] = _agree(known[one][BYTES:], known[other][BYTES:])
    return same


@loop
def _alike(rows: Any, signed: Any, most: Any) -> Any:
    """The pairs of `signed` rows that differ in no more than `most` places, each as first * rows + second."""
    pairs = np.empty(len(rows) * len(rows), np.int64)
    count = 0
    for one in range(len(rows)):
        for other in range(one + 1, len(rows)):
            if not (signed[one] and signed[other]):
                continue
            different = at = 0
            # Most pairs differ everywhere.
            while at < rows.shape[1] and different <= most:
                different += rows[one, at] != rows[other, at]
                at += 1
            if different <= most:
                pairs[count] = one * len(rows) + other
                count += 1
    return pairs[:count]


@on_warm
def _compile() -> None:
    same_content([b"\0" * BYTES] * 2)


def _agree(first: bytes, second: bytes) -> bool:
    if len(first) % 2 or len(second) % 2:
        return first == second
    few, many = sorted((set(np.frombuffer(each, "<u2").tolist()) for each in (first, second)), key=len)
    return few <= many
