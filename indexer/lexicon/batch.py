"""What is counted of a batch of text, in numbers of its own: several processes may count, and `Learner` adds it up.

Where batches end depends on the texts alone, so that whoever divides an archive into batches before anything of it is
analysed divides it as a `Learner` does, and comes to the same lexicon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.counting import Counts, Keys, counted
from indexer.lexicon.inputs import BREAK, LexiconInput, TokenBuffer
from indexer.lexicon.phrases import Flags, Ids, phrases_of
from indexer.vietnamese import NOT_AT_PHRASE_EDGE

BATCH_CHARACTERS = 4_500_000
"""A batch ends with the paragraphs that bring it to so many characters: some million syllables."""

_CONSONANTS = frozenset("bcdđfghjklmnpqrstvwxz")
# Headlines of newspapers have up to some twenty syllables.
_LONGEST_TITLE = 24

Lesson: TypeAlias = tuple[LexiconInput, Sequence[str], Sequence[int]]
"""Several paragraphs: what is learned of them, the id of each one's article, and which are titles."""


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """What a batch has: `forms[i]` was counted `counts[i]` times, `capitals[i]` times with a capital; forms[0] is "".

    A key of `pairs` is (number of the first form << 32) | number of the second; keys ascend. `capital_pairs` are those
    of which both begin with a capital and nothing but a blank stands between. `rows` are the phrases, as `phrases_of`
    gives them.
    """

    forms: list[str]
    counts: NDArray[np.int64]
    capitals: NDArray[np.int64]
    pairs: Keys
    pair_counts: Counts
    capital_pairs: Keys
    capital_pair_counts: Counts
    rows: Ids
    row_counts: Counts


@dataclass(frozen=True, slots=True)
class LexiconPart:
    """All that is learned of a batch: `titles` with how often each occurs, and each definition with its article's id,
    both in the order of the text."""

    paragraphs: int
    counted: BatchCounts
    titles: dict[str, int]
    definitions: list[tuple[str, tuple[str, ...], str]]


class Batch:
    """Collects inputs until they are counted together."""

    def __init__(self) -> None:
        self._numbers = {"": BREAK}
        self._buffer = TokenBuffer()
        self._characters = 0

    def __len__(self) -> int:
        """How many tokens it holds."""
        return len(self._buffer)

    @property
    def is_full(self) -> bool:
        """Whether it has all that is counted together."""
        return self._characters >= BATCH_CHARACTERS

    def add(self, given: LexiconInput) -> None:
        """Add an input."""
        numbers = self._numbers
        own = np.fromiter((numbers.setdefault(form, len(numbers)) for form in given.forms), np.int32, len(given.forms))
        self._buffer.add(own[given.numbers], given)
        self._characters += given.characters

    def counted(self, *, is_full: bool) -> BatchCounts:
        """Count what it holds. Of a full batch, phrases that occur once are dropped."""
        forms = list(self._numbers)
        tokens = self._buffer.tokens(barred(forms))
        stream = tokens.stream.astype(np.uint64)
        pairs, pair_counts = counted(stream[:-1] << np.uint64(32) | stream[1:])
        capital_pairs, capital_pair_counts = tokens.capital_pairs()
        rows, row_counts = phrases_of(tokens.ids, tokens.flags, least=2 if is_full else 1)
        return BatchCounts(
            forms=forms,
            counts=np.bincount(tokens.stream[:-1], minlength=len(forms)),
            capitals=np.bincount(tokens.ids[tokens.flags.capital], minlength=len(forms)),
            pairs=pairs,
            pair_counts=pair_counts,
            capital_pairs=capital_pairs,
            capital_pair_counts=capital_pair_counts,
            rows=rows,
            row_counts=row_counts,
        )


def part_of(lessons: Iterable[Lesson], *, is_full: bool) -> LexiconPart:
    """What is learned of the lessons of a batch, for `Learner.merge`; `is_full` is false of the last one of a text."""
    batch, titles, definitions, paragraphs = Batch(), Counter[str](), [], 0
    for given, articles, which in lessons:
        batch.add(given)
        titles.update(titles_of(given, which))
        definitions += [(short, long, articles[paragraph]) for paragraph, short, long in given.definitions]
        paragraphs += len(given.counts)
    return LexiconPart(paragraphs, batch.counted(is_full=is_full), dict(titles), definitions)


def titles_of(given: LexiconInput, which: Iterable[int]) -> Iterator[str]:
    """The titles that are kept, among the paragraphs that are titles: their syllables, joined by spaces."""
    lasts = np.cumsum(given.counts)
    for paragraph in which:
        count = int(given.counts[paragraph])
        if 2 <= count <= _LONGEST_TITLE:
            last = int(lasts[paragraph])
            yield " ".join([given.forms[number] for number in given.numbers[last - count : last].tolist()])


def barred(forms: Iterable[str]) -> Flags:
    """Of each form, whether no phrase begins or ends with it."""
    return np.array(
        [form in NOT_AT_PHRASE_EDGE or form[:1].isdigit() or form in _CONSONANTS for form in forms], np.bool_
    )
