"""A lexicon on disk: its layout and look-ups.

The file has sorted tables and is memory-mapped: opening reads no table, whatever its size, and a look-up is a binary
search. Syllables are sorted by (form without diacritics, form), so that forms with the same letters are adjacent.
Number 0 is not a syllable but the start and end of a sentence.

`saving` writes it, `container` is the file format, `learn` counts. `changed` adds what has changed since it was
written; `opening` opens both.
"""

from __future__ import annotations

import functools
import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.container import Sections
from indexer.lexicon.definitions import Definition
from indexer.lexicon.saving import Learned, less_one_letter
from indexer.lexicon.strings import Place, StringPool, view
from indexer.vietnamese import fold, has_diacritics

FILE = "lexicon.bin"
"""The name of the file in its directory."""
ATTACHMENT = "lexicon"
"""The name under which a lexicon is attached to its generation: a folder with FILE."""
JOINED = 10
"""Two forms are associated by the text when they are adjacent more than so many times as often as by chance."""
STALE_SHARE = 0.1
"""A lexicon of which more than this share of paragraphs has been removed should be learned again."""

_CACHED = 1 << 14
_NO_COUNTS: NDArray[np.uint32] = np.frombuffer(b"", np.uint32)


@dataclass(frozen=True, slots=True)
class LexiconStats:
    """What a lexicon holds."""

    paragraphs: int
    removed: int
    syllables: int
    forms: int
    pairs: int
    phrases: int
    abbreviations: int
    bytes: int


Numbers: TypeAlias = NDArray[np.int64]


class Phrases(NamedTuple):
    """Some phrases: how often each occurs, and the phrase at a place among them."""

    counts: Numbers
    at: Callable[[int], str]


class Lexicon:
    """An open lexicon: immutable, safe to share between threads. Counts are of occurrences, not of paragraphs."""

    def __init__(self, sections: Sections) -> None:
        self._forms = StringPool(sections["forms"], sections["forms_at"])
        self._folds = StringPool(sections["folds"], sections["folds_at"])
        self._fold_starts = view(sections["fold_starts"])
        self._capitals = sections["capitals"]
        self.counts: NDArray[np.uint32] = sections["counts"]
        """How often each form occurs, by number."""
        self._counts = view(self.counts)
        self.row_starts: NDArray[np.uint32] = sections["pair_rows"]
        self.rows = view(self.row_starts)
        """`seconds[rows[n]:rows[n + 1]]` are the numbers of the forms that follow form n, ascending."""
        self.seconds: NDArray[np.uint32] = sections["pair_seconds"]
        self.pair_counts: NDArray[np.uint32] = sections["pair_counts"]
        """How often each of `seconds` follows."""
        self.word_pairs: NDArray[np.uint64] = sections.get("word_pairs", np.frombuffer(b"", np.uint64))
        """(first number << 32) | second number of the pairs that a dictionary's words have, ascending."""
        self._capital_pairs: NDArray[np.uint64] | None = sections.get("capital_pairs")
        """Such keys of the pairs that stand side by side in capitals, ascending; earlier versions do not say them."""
        self._capital_pair_counts: NDArray[np.uint32] = sections.get("capital_pair_counts", _NO_COUNTS)
        # Of what has changed since; see `bigrams.Tables`.
        self.more_pairs: NDArray[np.uint64] = np.frombuffer(b"", np.uint64)
        self.more_counts: NDArray[np.uint32] = _NO_COUNTS
        self.follower_counts: NDArray[np.uint32] = _NO_COUNTS
        self._deletion_hashes = view(sections["deletion_hashes"])
        self._deletion_folds = view(sections["deletion_folds"])
        # The phrases without diacritics, in code point order, and themselves, in the same order.
        self._phrase_keys = StringPool(sections["phrase_keys"], sections["phrase_keys_at"])
        self._phrases = StringPool(sections["phrases"], sections["phrases_at"])
        self._phrase_counts: NDArray[np.uint32] = sections["phrase_counts"]
        self._phrase_titles: NDArray[np.uint32] = sections["phrase_titles"]
        # How often each occurs other than as a title; lexicons of earlier versions do not say it.
        self._phrase_own: NDArray[np.uint32] | None = sections.get("phrase_own")
        about = json.loads(sections["about"].tobytes())
        self.paragraphs: int = about["paragraphs"]
        self.removed: int = about["removed"]
        self.syllables: int = about["syllables"]
        """Syllables learned in all."""
        self._definitions: list[list[Any]] = about["definitions"]
        self._bytes = sum(section.nbytes for section in sections.values())
        forms, phrases = len(self._forms), len(self._phrases)
        sizes = (len(self.counts), len(self._capitals), len(self.rows) - 1, self._fold_starts[-1])
        if any(size != forms for size in sizes) or self.rows[-1] != len(self.seconds):
            raise ValueError("the tables do not fit each other")
        if len(self._fold_starts) != len(self._folds) + 1 or len(self.pair_counts) != len(self.seconds):
            raise ValueError("the tables do not fit each other")
        capital_pairs = None if self._capital_pairs is None else len(self._capital_pairs)
        if (len(self.word_pairs), capital_pairs) != (about.get("word_pairs", 0), about.get("capital_pairs")):
            raise ValueError("the tables do not fit each other")
        if len(self._capital_pair_counts) != (capital_pairs or 0):
            raise ValueError("the tables do not fit each other")
        if len(self._deletion_hashes) != len(self._deletion_folds):
            raise ValueError("the tables do not fit each other")
        own = self._phrase_titles if self._phrase_own is None else self._phrase_own
        if any(len(table) != phrases for table in (self._phrase_keys, self._phrase_counts, self._phrase_titles, own)):
            raise ValueError("the tables do not fit each other")
        # Caches are the instance's own, so that they go when it goes.
        self.form = functools.lru_cache(_CACHED)(self._form)
        """The form with a number."""
        self.number = functools.lru_cache(_CACHED)(self._number)
        self.same_letters = functools.lru_cache(_CACHED)(self._same_letters)

    @property
    def stale(self) -> bool:
        """Whether so many of the paragraphs it was learned from were removed that it should be learned again."""
        return self.removed > STALE_SHARE * self.paragraphs

    @functools.cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The abbreviations the text defines, most frequent first."""
        return tuple(
            Definition(short, tuple(long.split(" ")), count, article)
            for short, long, count, article in self._definitions
        )

    def stats(self) -> LexiconStats:
        """What it holds."""
        return LexiconStats(
            self.paragraphs,
            self.removed,
            self.syllables,
            len(self._forms) - 1,
            len(self.seconds),
            len(self._phrases),
            len(self.definitions),
            self._bytes,
        )

    @property
    def size(self) -> int:
        """How many forms there are, with number 0."""
        return len(self._forms)

    def count(self, form: str) -> int:
        """How often `form` occurs."""
        return self.count_of(self.number(form))

    def count_of(self, number: int) -> int:
        """How often the form with a number (or -1) occurs."""
        return self._counts[number] if number > 0 else 0

    def capital_share(self, form: str) -> float:
        """The share of the occurrences of `form` that begin with a capital; 0 when it does not occur."""
        number = self.number(form)
        count = self.count_of(number)
        return self.capitals_of(number) / count if count else 0.0

    def capitals_of(self, number: int) -> int:
        """How often the form with a number begins with a capital."""
        return int(self._capitals[number])

    def pair_count(self, first: str, second: str) -> int:
        """How often `second` directly follows `first` in a sentence; "" is the sentence's start or end."""
        return self.pair_count_of(self.number(first), self.number(second))

    def pair_count_of(self, first: int, second: int) -> int:
        """The same for the numbers of two forms, or -1."""
        if first < 0 or second < 0:
            return 0
        start, stop = self.rows[first], self.rows[first + 1]
        at = start + int(self.seconds[start:stop].searchsorted(np.uint32(second)))
        return int(self.pair_counts[at]) if at < stop and self.seconds[at] == second else 0

    def capital_pair_count(self, first: str, second: str) -> int:
        """How often they stand side by side as a name does: both begin with a capital, with only a blank between.

        A lexicon of an earlier version does not say it: then it is what the capitals of each let expect.
        """
        if self._capital_pairs is None:
            return round(self.pair_count(first, second) * self.capital_share(first) * self.capital_share(second))
        return self.capital_pair_count_of(self.number(first), self.number(second))

    def capital_pair_count_of(self, first: int, second: int) -> int:
        """The same for the numbers of two forms, or -1, where the lexicon says it."""
        if self._capital_pairs is None or first <= 0 or second <= 0:
            return 0
        key = np.uint64(first << 32 | second)
        at = int(self._capital_pairs.searchsorted(key))
        there = at < len(self._capital_pairs) and bool(self._capital_pairs[at] == key)
        return int(self._capital_pair_counts[at]) if there else 0

    def pair_readings(self, first: str, second: str) -> list[tuple[int, tuple[str, str]]]:
        """What stands side by side in the text with the letters of two syllables without diacritics.

        Each with how often it does, the most frequent first (then what was asked, then by form).
        """
        found: list[tuple[int, tuple[str, str]]] = []
        wanted = self.same_letters(second)
        for number in self.same_letters(first) if wanted else ():
            before = self.form(number)
            found += [(count, (before, self.form(each))) for each, count in self._met(number, wanted)]
        return sorted(found, key=lambda each: (-each[0], each[1] != (first, second), each[1]))

    def stand_beside(self, first: str, second: str) -> bool:
        """Whether two forms stand side by side in the text; one without diacritics is met by any with its letters."""
        wanted = self._meant_by(second)
        return bool(wanted) and any(any(self._met(number, wanted)) for number in self._meant_by(first))

    def _meant_by(self, form: str) -> Sequence[int]:
        """The numbers of a form and, where it has no diacritics, of all forms with its letters."""
        if not has_diacritics(form):
            return self.same_letters(form)
        number = self.number(form)
        return range(number, number + 1) if number > 0 else range(0)

    def _met(self, number: int, wanted: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Those of some forms with the same letters that follow a form, and how often each does."""
        start, stop = self.rows[number], self.rows[number + 1]
        bounds = np.array([wanted[0], wanted[-1] + 1], np.uint32)
        low, high = (self.seconds[start:stop].searchsorted(bounds) + start).tolist()
        return zip(self.seconds[low:high].tolist(), self.pair_counts[low:high].tolist(), strict=True)

    def followers(self, number: int) -> tuple[Numbers, Numbers]:
        """The numbers of what follows a form, in the order of the forms, and how often each does."""
        row = slice(self.rows[number], self.rows[number + 1])
        return self.seconds[row].astype(np.int64), self.pair_counts[row].astype(np.int64)

    def attraction(self, first: str, second: str) -> float:
        """How many times as often as by chance `second` directly follows `first`; 0 where it never does."""
        together = self.pair_count(first, second) * self.syllables
        return together / (self.count(first) * self.count(second)) if together else 0.0

    def are_joined(self, first: str, second: str) -> bool:
        """Whether the text associates two forms: `second` directly follows `first` much more often than by chance."""
        return self.attraction(first, second) > JOINED

    def is_word_pair(self, first: int, second: int) -> bool:
        """Whether the forms with two numbers (or -1) are adjacent in a word of the dictionary."""
        if first <= 0 or second <= 0:
            return False
        key = np.uint64(first << 32 | second)
        at = int(self.word_pairs.searchsorted(key))
        return at < len(self.word_pairs) and bool(self.word_pairs[at] == key)

    def is_word_of_two(self, first: str, second: str) -> bool:
        """Whether two forms are adjacent in a word of the dictionary."""
        return self.is_word_pair(self.number(first), self.number(second))

    def letters_prefixed(self, prefix: str) -> Numbers:
        """The numbers of the forms that begin with `prefix` when written without diacritics (as `prefix` must be)."""
        return np.arange(*self._prefixed(prefix), dtype=np.int64)

    def begin(self, numbers: Numbers, prefix: str) -> NDArray[np.bool_]:
        """Of each number, whether its form begins so when written without diacritics."""
        start, stop = self._prefixed(prefix)
        return (numbers >= start) & (numbers < stop)

    def _prefixed(self, prefix: str) -> tuple[int, int]:
        """From which number to which forms begin so (the second one is excluded)."""
        folds = self._folds.prefixed(prefix)
        return self._fold_starts[folds.start], self._fold_starts[folds.stop]

    def phrases_prefixed(self, prefix: str) -> Phrases:
        """The phrases that begin with `prefix` when written without diacritics, in their order."""
        places = self._phrase_keys.prefixed(prefix)
        counts = self._phrase_counts[places.start : places.stop]
        return Phrases(counts.astype(np.int64), lambda place: self._phrases[places.start + place])

    def phrase_count(self, phrase: str) -> int | None:
        """How often a phrase occurs (forms with spaces between them); None where the lexicon does not keep it."""
        place, known = self.phrase_place(phrase)
        return int(self._phrase_counts[place]) if known else None

    def phrase_place(self, phrase: str) -> tuple[int, bool]:
        """The place of a phrase, and that it is there; or before which one it would stand."""
        key = fold(phrase)
        place, found = self._phrase_keys.place(key)
        while found and place < len(self._phrase_keys) and self._phrase_keys[place] == key:
            if (known := self._phrases[place]) >= phrase:
                return place, known == phrase
            place += 1
        return place, False

    def _form(self, number: int) -> str:
        """The form with a number."""
        return self._forms[number]

    def place(self, form: str) -> Place:
        """The number of a form, and that it is there; or before which one it would stand."""
        letters = fold(form)
        at, found = self._folds.place(letters)
        for number in range(self._fold_starts[at], self._fold_starts[at + 1]) if found else ():
            if (known := self._forms[number]) >= form:
                return number, known == form
        return self._fold_starts[at + found], False

    def _number(self, form: str) -> int:
        """The number of a form, or -1."""
        number, found = self.place(form)
        return number if found else -1

    def _same_letters(self, letters: str) -> Sequence[int]:
        """The numbers of the forms that are `letters` when written without diacritics, in their order."""
        at, found = self._folds.place(letters)
        return range(self._fold_starts[at], self._fold_starts[at + 1]) if found else range(0)

    def neighbours(self, letters: str) -> dict[str, Sequence[int]]:
        """The forms without diacritics that are probably one edit from `letters`, with the numbers of their forms.

        They share a hash with it, less one letter on each side. Two edits may do that too (`abc`, `bcd`), and hashes
        may collide, so the caller compares.
        """
        found = self._neighbouring(letters)
        starts = self._fold_starts
        return {self._folds[at]: range(starts[at], starts[at + 1]) for at in sorted(found)}

    def _neighbouring(self, letters: str) -> set[int]:
        """The numbers of the forms without diacritics that share a hash."""
        found: set[int] = set()
        for sought in less_one_letter(letters):
            at = bisect_left(self._deletion_hashes, sought)
            while at < len(self._deletion_hashes) and self._deletion_hashes[at] == sought:
                found.add(self._deletion_folds[at])
                at += 1
        return found

    def learned(self) -> Learned:
        """The whole content as plain values, to continue learning from (reads everything)."""
        forms = [self._forms[number] for number in range(len(self._forms))]
        rows = np.asarray(self.rows, np.int64)
        firsts = np.repeat(np.arange(len(forms), dtype=np.uint64), rows[1:] - rows[:-1])
        phrases = [self._phrases[number] for number in range(len(self._phrases))]
        titles = self._phrase_titles.astype(np.int64)
        if self._phrase_own is None:
            # As often as it is a title it may be nothing else: rather too few than text that only removed titles had.
            own = np.where(self._phrase_counts > titles, self._phrase_counts, 0)
        else:
            own = self._phrase_own.astype(np.int64)
        return Learned(
            paragraphs=self.paragraphs,
            removed=self.removed,
            forms=forms,
            counts=self.counts.astype(np.int64),
            capitals=self._capitals.astype(np.int64),
            pairs=firsts << np.uint64(32) | self.seconds,
            pair_counts=self.pair_counts.copy(),
            capital_pairs=(
                None if self._capital_pairs is None else (self._capital_pairs.copy(), self._capital_pair_counts.copy())
            ),
            phrases=dict(zip(phrases, own.tolist(), strict=True)),
            titles={phrase: count for phrase, count in zip(phrases, titles.tolist(), strict=True) if count},
            definitions=list(self.definitions),
        )
