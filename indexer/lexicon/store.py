"""A lexicon on disk: its layout and look-ups.

The file has sorted tables and is memory-mapped: opening reads no table, whatever its size, and a look-up is a binary
search. Syllables are sorted by (form without diacritics, form), so that forms with the same letters are adjacent.
Number 0 is not a syllable but the start and end of a sentence.

`saving` writes it, `container` is the file format, `learn` counts.
"""

from __future__ import annotations

import functools
import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from indexer.errors import LexiconUnusable
from indexer.lexicon.container import read_sections
from indexer.lexicon.definitions import Definition
from indexer.lexicon.saving import Learned, less_one_letter
from indexer.vietnamese import fold, has_diacritics

FILE = "lexicon.bin"
ATTACHMENT = "lexicon"
"""The name under which a lexicon is attached to its generation: a folder with FILE."""
"""The name of the file in its directory."""
JOINED = 10
"""Two forms are associated by the text when they are adjacent more than so many times as often as by chance."""
STALE_SHARE = 0.1
"""A lexicon of which more than this share of paragraphs has been removed should be learned again."""

_CACHED = 1 << 14


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


def _view(table: NDArray[Any]) -> memoryview:
    """A memory view of a table: it reads single entries faster than numpy."""
    return memoryview(cast(Any, table))


class _StringPool:
    """The strings of a blob by number; in code point order if written so."""

    def __init__(self, blob: NDArray[Any], at: NDArray[Any]) -> None:
        if not len(at) or at[0] != 0 or at[-1] != len(blob):
            raise ValueError("the strings do not fit their table")
        self._blob = _view(blob)
        self._at = _view(at)
        self.bytes = blob.nbytes + at.nbytes

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, number: int) -> str:
        return str(self._raw(number), "utf-8", "replace")

    def find(self, string: str) -> int:
        """The number of a string, or -1. The strings must ascend."""
        sought = string.encode("utf-8", "replace")
        at = bisect_left(range(len(self)), sought, key=self._raw)
        return at if at < len(self) and self._raw(at) == sought else -1

    def prefixed(self, prefix: str) -> range:
        """The numbers of the strings that begin with `prefix`. The strings must ascend."""
        sought = prefix.encode("utf-8", "replace")
        size = len(sought)
        start = bisect_left(range(len(self)), sought, key=self._raw)
        stop = bisect_right(range(len(self)), sought, start, key=lambda number: self._raw(number)[:size])
        return range(start, stop)

    def _raw(self, number: int) -> bytes:
        return bytes(self._blob[self._at[number] : self._at[number + 1]])


class Lexicon:
    """An open lexicon: immutable, safe to share between threads. Counts are of occurrences, not of paragraphs."""

    def __init__(self, sections: dict[str, NDArray[Any]]) -> None:
        self._forms = _StringPool(sections["forms"], sections["forms_at"])
        self._folds = _StringPool(sections["folds"], sections["folds_at"])
        self._fold_starts = _view(sections["fold_starts"])
        self._capitals = sections["capitals"]
        self.counts: NDArray[np.uint32] = sections["counts"]
        """How often each form occurs, by number."""
        self._counts = _view(self.counts)
        self.row_starts: NDArray[np.uint32] = sections["pair_rows"]
        self.rows = _view(self.row_starts)
        """`seconds[rows[n]:rows[n + 1]]` are the numbers of the forms that follow form n, ascending."""
        self.seconds: NDArray[np.uint32] = sections["pair_seconds"]
        self.pair_counts: NDArray[np.uint32] = sections["pair_counts"]
        """How often each of `seconds` follows."""
        self.word_pairs: NDArray[np.uint64] = sections.get("word_pairs", np.frombuffer(b"", np.uint64))
        """(first number << 32) | second number of the pairs that a dictionary's words have, ascending."""
        self._deletion_hashes = _view(sections["deletion_hashes"])
        self._deletion_folds = _view(sections["deletion_folds"])
        self.phrase_keys = _StringPool(sections["phrase_keys"], sections["phrase_keys_at"])
        """The phrases without diacritics, in code point order."""
        self.phrases = _StringPool(sections["phrases"], sections["phrases_at"])
        """The phrases themselves, in the order of `phrase_keys`."""
        self.phrase_counts: NDArray[np.uint32] = sections["phrase_counts"]
        self._phrase_titles = sections["phrase_titles"]
        about = json.loads(sections["about"].tobytes())
        self.paragraphs: int = about["paragraphs"]
        self.removed: int = about["removed"]
        self.syllables: int = about["syllables"]
        """Syllables learned in all."""
        self._definitions: list[list[Any]] = about["definitions"]
        self._bytes = sum(section.nbytes for section in sections.values())
        forms, phrases = len(self._forms), len(self.phrases)
        sizes = (len(self.counts), len(self._capitals), len(self.rows) - 1, self._fold_starts[-1])
        if any(size != forms for size in sizes) or self.rows[-1] != len(self.seconds):
            raise ValueError("the tables do not fit each other")
        if len(self._fold_starts) != len(self._folds) + 1 or len(self.pair_counts) != len(self.seconds):
            raise ValueError("the tables do not fit each other")
        if len(self.word_pairs) != about.get("word_pairs", 0):
            raise ValueError("the tables do not fit each other")
        if len(self._deletion_hashes) != len(self._deletion_folds):
            raise ValueError("the tables do not fit each other")
        if any(len(table) != phrases for table in (self.phrase_keys, self.phrase_counts, self._phrase_titles)):
            raise ValueError("the tables do not fit each other")
        # Caches are the instance's own, so that they go when it goes.
        self.form = functools.lru_cache(_CACHED)(self._forms.__getitem__)
        """The form with a number."""
        self.number = functools.lru_cache(_CACHED)(self._number)
        self.same_letters = functools.lru_cache(_CACHED)(self._same_letters)

    @classmethod
    def open(cls, directory: Path | str, *, check: bool | None = None) -> Lexicon:
        """Open the lexicon of a directory; raises `LexiconUnusable` (see `container.read_sections` for `check`)."""
        path = Path(directory) / FILE
        try:
            return cls(read_sections(path, check=check))
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise LexiconUnusable(
                f"the lexicon {path} is damaged: {error}",
                "Search goes on without repair and suggestions. Build the index again to have them.",
            ) from error

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
            len(self.phrases),
            len(self._definitions),
            self._bytes,
        )

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
        return int(self._capitals[number]) / count if count else 0.0

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

    def pair_readings(self, first: str, second: str) -> list[tuple[int, tuple[str, str]]]:
        """What stands side by side in the text with the letters of two syllables without diacritics.

        Each with how often it does, the most frequent first (then what was asked, then by form).
        """
        found: list[tuple[int, tuple[str, str]]] = []
        wanted = self.same_letters(second)
        for number in self.same_letters(first) if wanted else ():
            start, stop = self.rows[number], self.rows[number + 1]
            low, high = self.seconds[start:stop].searchsorted(np.array([wanted.start, wanted.stop], np.uint32)) + start
            for at in range(int(low), int(high)):
                pair = self.form(number), self.form(int(self.seconds[at]))
                found.append((int(self.pair_counts[at]), pair))
        return sorted(found, key=lambda each: (-each[0], each[1] != (first, second), each[1]))

    def stand_beside(self, first: str, second: str) -> bool:
        """Whether two forms stand side by side in the text; one without diacritics is met by any with its letters."""
        wanted = self._meant_by(second)
        if not wanted:
            return False
        low, high = np.uint32(wanted[0]), np.uint32(wanted[-1])
        for number in self._meant_by(first):
            row = self.seconds[self.rows[number] : self.rows[number + 1]]
            at = int(row.searchsorted(low))
            if at < len(row) and row[at] <= high:
                return True
        return False

    def _meant_by(self, form: str) -> range:
        """The numbers of a form and, where it has no diacritics, of all forms with its letters."""
        if not has_diacritics(form):
            return self.same_letters(form)
        number = self.number(form)
        return range(number, number + 1) if number > 0 else range(0)

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

    def letters_prefixed(self, prefix: str) -> range:
        """The numbers of the forms that begin with `prefix` when written without diacritics (as `prefix` must be)."""
        folds = self._folds.prefixed(prefix)
        return range(self._fold_starts[folds.start], self._fold_starts[folds.stop])

    def _number(self, form: str) -> int:
        """The number of a form, or -1."""
        for number in self.same_letters(fold(form)):
            if self._forms[number] == form:
                return number
        return -1

    def _same_letters(self, letters: str) -> range:
        """The numbers of the forms that are `letters` when written without diacritics."""
        at = self._folds.find(letters)
        return range(0) if at < 0 else range(self._fold_starts[at], self._fold_starts[at + 1])

    def neighbours(self, letters: str) -> dict[str, range]:
        """The forms without diacritics that are probably one edit from `letters`, with the numbers of their forms.

        They share a hash with it, less one letter on each side. Two edits may do that too (`abc`, `bcd`), and hashes
        may collide, so the caller compares.
        """
        found: set[int] = set()
        for sought in less_one_letter(letters):
            at = bisect_left(self._deletion_hashes, sought)
            while at < len(self._deletion_hashes) and self._deletion_hashes[at] == sought:
                found.add(self._deletion_folds[at])
                at += 1
        starts = self._fold_starts
        return {self._folds[at]: range(starts[at], starts[at + 1]) for at in sorted(found)}

    def learned(self) -> Learned:
        """The whole content as plain values, to continue learning from (reads everything)."""
        forms = [self._forms[number] for number in range(len(self._forms))]
        rows = np.asarray(self.rows, np.int64)
        firsts = np.repeat(np.arange(len(forms), dtype=np.uint64), rows[1:] - rows[:-1])
        phrases = [self.phrases[number] for number in range(len(self.phrases))]
        return Learned(
            paragraphs=self.paragraphs,
            removed=self.removed,
            forms=forms,
            counts=self.counts.astype(np.int64),
            capitals=self._capitals.astype(np.int64),
            pairs=firsts << np.uint64(32) | self.seconds,
            pair_counts=self.pair_counts.copy(),
            phrases=dict(zip(phrases, self.phrase_counts.tolist(), strict=True)),
            titles={
                phrase: count for phrase, count in zip(phrases, self._phrase_titles.tolist(), strict=True) if count
            },
            definitions=list(self.definitions),
        )
