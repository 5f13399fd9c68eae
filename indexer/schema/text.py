"""The text fields of a paragraph, and how the tokens of each are made from the analysis of its text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from indexer.vietnamese import LONGEST_WORD, Analyses, Analysis, NormalText, analyze, fold, forms
from indexer.vietnamese.keys import keys_of_all

Numbers: TypeAlias = NDArray[np.int32]


class Field(StrEnum):
    """A field of the index. Positions count the tokens of one field of one paragraph from 0."""

    # That of `enum` is no method in C; a query looks up some hundred names that have a field in them.
    __hash__ = str.__hash__

    SYLLABLES = "syllables"
    """Each syllable's form: `quốc`, `phòng`, `ubnd`, `2023`."""

    WORDS = "words"
    """Each word of the segmentation, its syllables joined by `_`: `quốc_phòng`, `của`."""

    BIGRAMS = "bigrams"
    """Each pair of neighbouring syllables, joined by a space: `quốc phòng`, `phòng an`."""

    UNMARKED = "unmarked"
    """Each syllable's form without diacritics: `quoc`, `phong`."""

    TITLE = "title"
    """The syllables of the article's title, for every paragraph of the article."""

    TITLE_UNMARKED = "title_unmarked"
    """The same without diacritics."""

    ATTRIBUTES = "attributes"
    """The syllables of the article's text attributes, for every paragraph of the article; see `attribute_tokens`."""

    KEYS = "keys"
    """What has several spellings, in one: dates, quantities, codes (`indexer.vietnamese.keys`); and the whole title of
    the article, where it is short. See `key_tokens`."""


LONGEST_WHOLE_TITLE = 6
"""Syllables of a title that is what an article is called (`chiến tranh thế giới thứ hai`). Longer ones say enough."""

PAIR_SEPARATOR = " "
"""What parts the syllables of a pair; no syllable holds it."""


def bigram(first: str, second: str) -> str:
    """The one token of `Field.BIGRAMS` for two neighbouring syllables."""
    return f"{first}{PAIR_SEPARATOR}{second}"


@dataclass(frozen=True, slots=True)
class Pairs(Sequence[str]):
    """The tokens of `Field.BIGRAMS` for a paragraph's syllables `forms`, in order, each made when it is asked for.

    An engine that has the syllables need not ask: this says what the tokens are.
    """

    forms: Sequence[str]

    def __len__(self) -> int:
        return max(len(self.forms) - 1, 0)

    def __iter__(self) -> Iterator[str]:
        return map(PAIR_SEPARATOR.join, itertools.pairwise(self.forms))

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return list(self)[at]
        first = range(len(self))[at]
        return bigram(self.forms[first], self.forms[first + 1])


def attribute_forms(name: str, forms: Sequence[str], *, unmarked: bool = False) -> list[str]:
    """The tokens of `Field.ATTRIBUTES` for the syllables `forms` of the attribute `name`: `abstract:quốc`.

    Those without diacritics have another separator: `abstract~quoc`.
    """
    return [f"{name}~{fold(form)}" for form in forms] if unmarked else [f"{name}:{form}" for form in forms]


def attribute_tokens(attributes: Iterable[tuple[str, str]]) -> list[str]:
    """The tokens of `Field.ATTRIBUTES` for some (name, text) of an article, in order.

    After the syllables of each text stand the same without diacritics, so that no phrase runs from one into another.
    """
    tokens: list[str] = []
    for name, text in attributes:
        forms = analyze(text).forms
        tokens += attribute_forms(name, forms) + attribute_forms(name, forms, unmarked=True)
    return tokens


def key_tokens(texts: Sequence[NormalText], titles: Sequence[NormalText], sizes: Sequence[int]) -> list[list[str]]:
    """The tokens of `Field.KEYS` for each paragraph of several articles: of its text and of its article's title.

    Articles come one after another, each with a title and as many texts as `sizes` says. A short title as a whole is
    a token of what an article begins with: of the title itself, and of the first paragraph under it.
    """
    found: list[list[str]] = []
    of_texts, first = keys_of_all(texts), 0
    for title, keys, size in zip(titles, keys_of_all(titles), sizes, strict=True):
        own = [*of_texts[first : first + size]]
        of_title, whole = list(map(title_key, keys)), whole_title_keys(forms(title.text))
        under = sum(text.text == title.text for text in texts[first : first + min(size, 1)])
        found += [[*each, *of_title, *(whole if at <= under else ())] for at, each in enumerate(own)]
        first += size
    return found


def title_key(key: str) -> str:
    """The token of `Field.KEYS` for a key that the article's title has."""
    return f"title:{key}"


def whole_title_keys(syllables: Sequence[str]) -> list[str]:
    """The tokens of `Field.KEYS` for a title that is just these syllables, none for a longer one."""
    if not 0 < len(syllables) <= LONGEST_WHOLE_TITLE:
        return []
    return [whole_title_key(syllables), whole_title_key(syllables, unmarked=True)]


def whole_title_key(syllables: Sequence[str], *, unmarked: bool = False) -> str:
    """The token of `Field.KEYS` for a title that is just these syllables or, `unmarked`, has just their letters."""
    return f"whole~{fold(' '.join(syllables))}" if unmarked else f"whole:{' '.join(syllables)}"


def text_fields(analysis: Analysis) -> dict[Field, Sequence[str]]:
    """The tokens of the fields that come from a paragraph's own text, in order."""
    forms = list(analysis.forms)
    return {
        Field.SYLLABLES: forms,
        Field.WORDS: analysis.word_forms,
        Field.BIGRAMS: Pairs(forms),
        Field.UNMARKED: list(map(fold, forms)),
    }


def paragraph_fields(
    analysis: Analysis, title: Sequence[str], attributes: Sequence[str] = (), keys: Sequence[str] = ()
) -> dict[Field, Sequence[str]]:
    """The tokens of every field of one paragraph, in order.

    `analysis` is the paragraph's own; `title` the syllable forms of its article's title, `attributes` what
    `attribute_tokens` gives for it, `keys` what `key_tokens` does.
    """
    return text_fields(analysis) | {
        Field.TITLE: list(title),
        Field.TITLE_UNMARKED: list(map(fold, title)),
        Field.ATTRIBUTES: list(attributes),
        Field.KEYS: list(keys),
    }


@dataclass(frozen=True, slots=True)
class Column:
    """The tokens of one field of several paragraphs, one after another, as numbers: token i is term `numbers[i]`.

    Term k is `forms[k]`; or, with `parts`, the forms that row k of `parts` names, joined by `separator`: -1 fills a row
    up at its end, and no form holds the separator. `counts` says how many tokens each paragraph has.
    """

    forms: Sequence[str]
    numbers: Numbers
    counts: Numbers
    parts: Numbers | None = None
    separator: str = ""

    def terms(self) -> Sequence[str]:
        """Every term, by number."""
        if self.parts is None:
            return self.forms
        return [self.separator.join([self.forms[i] for i in row if i >= 0]) for row in self.parts.tolist()]

    def tokens(self) -> Iterator[list[str]]:
        """The tokens of each paragraph."""
        terms, lasts = self.terms(), np.cumsum(self.counts).tolist()
        tokens = [terms[number] for number in self.numbers.tolist()]
        for first, last in zip([0, *lasts], lasts, strict=False):
            yield tokens[first:last]


@dataclass(frozen=True, slots=True)
class PairColumn:
    """The tokens of `Field.BIGRAMS` of the paragraphs whose syllables are the column `of`."""

    of: Column

    def tokens(self) -> Iterator[Pairs]:
        """The tokens of each paragraph."""
        return map(Pairs, self.of.tokens())


Columns: TypeAlias = Mapping[Field, Column | PairColumn]


def fields_of_many(
    texts: Analyses,
    titles: Analyses,
    sizes: Sequence[int],
    attributes: Sequence[Sequence[str]] = (),
    keys: Sequence[Sequence[str]] = (),
) -> dict[Field, Column | PairColumn]:
    """The tokens of every field of the paragraphs `texts`: for each paragraph those of `paragraph_fields`.

    `titles` are those of the articles, of which each has as many paragraphs as `sizes` says, and `attributes` (for all
    of them, or none) what `attribute_tokens` gives for each. `keys` (for all paragraphs, or none) are those of
    `key_tokens`.
    """
    syllables = Column(texts.forms, texts.numbers, texts.counts)
    title = _for_each_paragraph(titles.forms, titles.numbers, titles.counts, sizes)
    return {
        Field.SYLLABLES: syllables,
        Field.WORDS: _words(texts),
        Field.BIGRAMS: PairColumn(syllables),
        Field.UNMARKED: _unmarked(texts.forms, texts.numbers, texts.counts),
        Field.TITLE: title,
        Field.TITLE_UNMARKED: _unmarked(title.forms, title.numbers, title.counts),
        Field.ATTRIBUTES: _for_each_paragraph(*_numbered(attributes or [()] * len(sizes)), sizes),
        Field.KEYS: Column(*_numbered(keys or [()] * len(texts.counts))),
    }


def _unmarked(forms: Sequence[str], numbers: Numbers, counts: Numbers) -> Column:
    folded: dict[str, int] = {}
    merged = np.fromiter((folded.setdefault(fold(form), len(folded)) for form in forms), np.int32, len(forms))
    return Column(list(folded), merged[numbers], counts)


def _words(texts: Analyses) -> Column:
    begins = np.flatnonzero(~texts.joined)
    sizes = np.diff(begins, append=len(texts.joined))
    rows = np.full((len(begins), LONGEST_WORD), -1, np.int32)
    rows[:, 0] = texts.numbers[begins]
    for part in range(1, LONGEST_WORD):
        longer = np.flatnonzero(sizes > part)
        rows[longer, part] = texts.numbers[begins[longer] + part]
    bounds = np.concatenate(([0], np.cumsum(texts.counts)))
    return _compound(texts.forms, rows, np.diff(np.searchsorted(begins, bounds)).astype(np.int32), "_")


def _compound(forms: Sequence[str], rows: Numbers, counts: Numbers, separator: str) -> Column:
    """Column that are made of the forms each row names."""
    base = np.uint64(len(forms) + 1)
    keys = np.zeros(len(rows), np.uint64)
    for part in rows.T:
        keys = keys * base + (part + 1).astype(np.uint64)
    _, firsts, numbers = np.unique(keys, return_index=True, return_inverse=True)
    return Column(forms, numbers.astype(np.int32), counts, rows[firsts], separator)


def _numbered(tokens: Sequence[Sequence[str]]) -> tuple[list[str], Numbers, Numbers]:
    """The distinct tokens, the number of each token, and how many each of the lists has."""
    forms: dict[str, int] = {}
    numbers = [forms.setdefault(token, len(forms)) for own in tokens for token in own]
    counts = np.fromiter(map(len, tokens), np.int32, len(tokens))
    return list(forms), np.array(numbers, np.int32), counts


def _for_each_paragraph(forms: Sequence[str], numbers: Numbers, counts: Numbers, sizes: Sequence[int]) -> Column:
    """The tokens of articles, for each of their paragraphs."""
    lasts = np.cumsum(counts).tolist()
    bounds = zip(lasts, counts.tolist(), sizes, strict=True)
    repeated = [np.tile(numbers[last - count : last], size) for last, count, size in bounds]
    return Column(
        forms,
        np.concatenate([np.zeros(0, np.int32), *repeated]),
        np.repeat(counts, np.array(sizes, np.int64)),
    )
