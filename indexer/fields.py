"""The fields a paragraph is indexed under, and how each one's tokens come from the analysis of its text.

Documents and queries both come through here, which is what makes them meet. What a syllable or a word is lives in
`indexer.vietnamese`; where the postings live, in `indexer.engine`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from enum import StrEnum

from indexer.vietnamese import Analysis, analyze, fold


class Field(StrEnum):
    """A field of the index. Positions count the tokens of one field of one paragraph from 0."""

    SYLLABLES = "syllables"
    """Each syllable's form: `quốc`, `phòng`, `ubnd`, `2023`."""

    WORDS = "words"
    """Each word of the segmentation, its syllables joined by `_`: `quốc_phòng`, `của`."""

    BIGRAMS = "bigrams"
    """Each pair of neighbouring syllables, joined by a space: `quốc phòng`, `phòng an`."""

    UNMARKED = "unmarked"
    """Each syllable's form without marks: `quoc`, `phong`."""

    TITLE = "title"
    """The syllables of the article's title, for every paragraph of the article."""

    TITLE_UNMARKED = "title_unmarked"
    """The same without marks."""


def bigram(first: str, second: str) -> str:
    """The one token of `Field.BIGRAMS` for two neighbouring syllables."""
    return f"{first} {second}"


def bigrams(forms: Sequence[str]) -> list[str]:
    """The tokens of `Field.BIGRAMS` for a paragraph's syllables, in order."""
    return list(map(" ".join, itertools.pairwise(forms)))


def text_fields(analysis: Analysis) -> dict[Field, list[str]]:
    """The tokens of the fields that come from a paragraph's own text, in order."""
    forms = list(analysis.forms)
    return {
        Field.SYLLABLES: forms,
        Field.WORDS: analysis.word_forms,
        Field.BIGRAMS: bigrams(forms),
        Field.UNMARKED: list(map(fold, forms)),
    }


def title_fields(title: Sequence[str]) -> dict[Field, list[str]]:
    """The tokens of the fields that come from the title of the article, given its syllable forms."""
    return {Field.TITLE: list(title), Field.TITLE_UNMARKED: list(map(fold, title))}


def paragraph_fields(analysis: Analysis, title: Sequence[str]) -> dict[Field, list[str]]:
    """The tokens of every field of one paragraph, in order.

    `analysis` is the paragraph's own; `title` the syllable forms of its article's title.
    """
    return text_fields(analysis) | title_fields(title)


def facet_key(value: str) -> str:
    """The form in which values of a facet are compared: unmarked syllables joined by spaces.

    `Báo Hà Tĩnh`, `bao ha tinh` and `BÁO  HÀ TĨNH` have one key.
    """
    return " ".join(fold(form) for form in analyze(value).forms)
