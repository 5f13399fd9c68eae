"""Signatures of texts: few numbers by which texts that are nearly the same are known, without the text.

MinHash over runs of three syllables (Broder 1997): of each of 128 orders of all runs the signature has the first one
that the text holds. The share of numbers that two signatures have in common estimates how many of the runs of both
texts together both have (Jaccard similarity), with a standard error of at most .045.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from indexer.articles.model import Article, Kind
from indexer.vietnamese import forms

NUMBERS = 128
RUN = 3
SHORT = 20
"""Texts of fewer syllables are compared as wholes: two of their runs more or less say nothing."""

NEARLY_THE_SAME = 0.75

Signature = npt.NDArray[np.uint64]

_SEEDS = (np.arange(1, NUMBERS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))[:, None]
_AT_ONCE = 4_096


def signature(texts: Iterable[str]) -> Signature:
    """The signature of texts that follow each other; case, punctuation and the way tones are placed do not count."""
    syllables = [form for text in texts for form in forms(text) if form[:1].isalnum()]
    coded = np.array([zlib.crc32(form.encode()) for form in syllables], dtype=np.uint64)
    if len(coded) < SHORT:
        return _mixed(np.uint64(zlib.crc32(" ".join(syllables).encode())) + _SEEDS[:, 0])
    count = len(coded) - RUN + 1
    runs = np.zeros(count, dtype=np.uint64)
    for place in range(RUN):
        runs = runs * np.uint64(0x100000001B3) + coded[place : place + count]
    runs = np.unique(runs)
    first = np.full(NUMBERS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(runs), _AT_ONCE):
        np.minimum(first, _mixed(runs[None, start : start + _AT_ONCE] + _SEEDS).min(axis=1), out=first)
    return first


def signature_of(article: Article) -> Signature:
    """The signature of an article: of its text, or of its title where it has no other text."""
    texts = [paragraph.text for paragraph in article.paragraphs if paragraph.kind is not Kind.TITLE]
    return signature(texts or [article.info.title])


def likeness(one: Signature, others: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """How much of a text each of several others has, estimated: from 0 to 1."""
    return np.asarray((others == one).mean(axis=1), np.float64)


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Values that look random, each from one (the finalizer of splitmix64); overflow is meant."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
