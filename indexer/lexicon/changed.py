"""A lexicon with what has changed since it was written: counts are added up when they are looked up.

Its answers are those of a lexicon learned from all the text at once. What was not in the file has numbers behind those
that are; so order is by place, not by number. What occurs no more keeps its number and is not found any more.
"""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.changed_phrases import ChangedPhrases
from indexer.lexicon.container import Sections
from indexer.lexicon.definitions import MOST_DEFINITIONS, Definition
from indexer.lexicon.delta import Delta, added_up, definition_hash, split_pairs, text_hash
from indexer.lexicon.saving import Learned, least_neighbour, less_one_letter, may_be_neighbour
from indexer.lexicon.store import Lexicon, LexiconStats, Numbers, Phrases
from indexer.lexicon.strings import view
from indexer.vietnamese import fold, word_pairs


class ChangedLexicon(Lexicon):
    """An open lexicon and what changed; immutable, safe to share between threads."""

    def __init__(self, sections: Sections, delta: Delta) -> None:
        super().__init__(sections)
        if delta.size != len(self._forms):
            raise ValueError("the changes do not fit the tables")
        self.delta = delta
        self._base_counts = self.counts
        self.counts = _frozen(_with(self.counts, len(delta.forms), delta.numbers, delta.counts))
        self._counts = view(self.counts)
        self.syllables = int(self.counts[1:].sum(dtype=np.int64))
        self.paragraphs += delta.paragraphs
        self.removed += delta.removed
        self.more_pairs = _frozen(delta.pairs)
        totals = np.maximum(delta.pair_bases + delta.pair_counts, 0)
        self.more_counts = _frozen(totals.astype(np.uint32))
        self._more_pairs, self._more_counts = view(self.more_pairs), view(self.more_counts)
        come = (totals > 0).astype(np.int64) - (delta.pair_bases > 0)
        follow = np.zeros(len(self.counts), np.int64)
        follow[: delta.size] = np.diff(self.row_starts)
        np.add.at(follow, split_pairs(delta.pairs)[0], come)
        self.follower_counts = _frozen(follow.astype(np.uint32))
        self._pairs = len(self.seconds) + int(come.sum())
        self._new_letters = list(map(fold, delta.forms))
        stored = delta.numbers[(delta.numbers > 0) & (delta.numbers < delta.size)]
        self._gone = frozenset(stored[self.counts[stored] == 0].tolist())
        self._touched = np.unique(np.searchsorted(np.asarray(self._fold_starts), stored, "right") - 1)
        own = self._phrase_titles if self._phrase_own is None else self._phrase_own
        self._changed_phrases = ChangedPhrases(delta, own, self._phrase_titles)
        self.word_pairs = self._dictionary_pairs()

    @property
    def size(self) -> int:
        """How many forms there are, with number 0."""
        return max(int(np.count_nonzero(self.counts[1:])), 0) + 1

    def stats(self) -> LexiconStats:
        """What it holds."""
        phrases = len(self._phrases) + self._changed_phrases.more
        return replace(super().stats(), forms=self.size - 1, pairs=self._pairs, phrases=phrases)

    # Forms.

    def _form(self, number: int) -> str:
        return self._forms[number] if number < self.delta.size else self.delta.forms[number - self.delta.size]

    def _number(self, form: str) -> int:
        for number in self.same_letters(fold(form)):
            if self._form(number) == form:
                return number
        return -1

    def capitals_of(self, number: int) -> int:
        of = self.delta
        stored = super().capitals_of(number) if number < of.size else 0
        at = int(of.numbers.searchsorted(number))
        more = int(of.capitals[at]) if at < len(of.numbers) and of.numbers[at] == number else 0
        return max(stored + more, 0)

    def _same_letters(self, letters: str) -> Sequence[int]:
        stored = super()._same_letters(letters)
        new = self._new(bisect_left(self._new_letters, letters), bisect_right(self._new_letters, letters))
        if not new and self._gone.isdisjoint(stored):
            return stored
        return sorted([number for number in stored if number not in self._gone] + new, key=self._form)

    def _new(self, start: int, stop: int) -> list[int]:
        """The numbers of those of the new forms, from one to another, that occur."""
        size = self.delta.size
        return [number for number in range(size + start, size + stop) if self._counts[number]]

    def _new_prefixed(self, prefix: str) -> tuple[int, int]:
        """From which to which of the new forms begin so when written without diacritics (the second is excluded)."""
        start = bisect_left(self._new_letters, prefix)
        return start, bisect_right(self._new_letters, prefix, start, key=lambda letters: letters[: len(prefix)])

    def letters_prefixed(self, prefix: str) -> Numbers:
        """The numbers of the forms that begin with `prefix` when written without diacritics (as `prefix` must be)."""
        stored = super().letters_prefixed(prefix)
        new = self._new(*self._new_prefixed(prefix))
        return self._in_order(stored[(self.counts[stored] > 0) | (stored == 0)], np.array(new, np.int64))

    def begin(self, numbers: Numbers, prefix: str) -> NDArray[np.bool_]:
        """Of each number, whether its form begins so when written without diacritics."""
        start, stop = self._new_prefixed(prefix)
        size = self.delta.size
        return super().begin(numbers, prefix) | ((numbers >= size + start) & (numbers < size + stop))

    def _in_order(self, stored: Numbers, new: Numbers) -> Numbers:
        """Ascending numbers of stored and of new forms together, in the order of the forms."""
        places = self.delta.form_places[new - self.delta.size]
        return np.insert(stored, np.searchsorted(stored, places), new)

    # Pairs.

    def pair_count_of(self, first: int, second: int) -> int:
        """How often the form with a number (or -1) directly follows that with another."""
        if first < 0 or second < 0:
            return 0
        key = first << 32 | second
        at = bisect_left(self._more_pairs, key)
        if at < len(self._more_pairs) and self._more_pairs[at] == key:
            return self._more_counts[at]
        return self.stored_pair_count(first, second)

    def capital_pair_count_of(self, first: int, second: int) -> int:
        """How often two forms, by their numbers, stand side by side in capitals."""
        if first <= 0 or second <= 0:
            return 0
        of = self.delta
        stored = super().capital_pair_count_of(first, second) if first < of.size and second < of.size else 0
        key = np.uint64(first << 32 | second)
        at = int(of.capital_pairs.searchsorted(key))
        there = at < len(of.capital_pairs) and of.capital_pairs[at] == key
        return max(stored + int(of.capital_pair_counts[at]), 0) if there else stored

    def stored_pair_count(self, first: int, second: int) -> int:
        """How often the file says that."""
        size = self.delta.size
        return super().pair_count_of(first, second) if first < size and second < size else 0

    def _met(self, number: int, wanted: Sequence[int]) -> Iterator[tuple[int, int]]:
        size = self.delta.size
        found: dict[int, int] = {}
        low, high = self._more(number, 0, 1 << 32)
        for own in ([each for each in wanted if each < size], [each for each in wanted if each >= size]):
            if not own:
                continue
            start, stop = min(own), max(own)
            if stop < size and number < size:
                found.update(super()._met(number, range(start, stop + 1)))
            if low < high:
                for at in range(*self._more(number, start, stop + 1, low, high)):
                    found[self._more_pairs[at] & 0xFFFFFFFF] = self._more_counts[at]
        return ((second, count) for second, count in found.items() if count)

    def _more(self, first: int, start: int, stop: int, low: int = 0, high: int | None = None) -> tuple[int, int]:
        """From which to which of the changed pairs the first form is that, the second one from `start` to `stop`."""
        low = bisect_left(self._more_pairs, first << 32 | start, low, high)
        return low, bisect_left(self._more_pairs, (first << 32) + stop, low, high)

    def followers(self, number: int) -> tuple[Numbers, Numbers]:
        """The numbers of what follows a form, in the order of the forms, and how often each does."""
        stored, counts = super().followers(number) if number < self.delta.size else (_NONE, _NONE)
        low, high = self._more(number, 0, 1 << 32)
        if low == high:
            return stored, counts
        more, totals = split_pairs(self.more_pairs[low:high])[1], self.more_counts[low:high].astype(np.int64)
        as_stored = ~np.isin(stored, more, assume_unique=True)
        seconds = np.concatenate((stored[as_stored], more))
        counts = np.concatenate((counts[as_stored], totals))
        seconds, counts = seconds[counts > 0], counts[counts > 0]
        order = np.argsort(seconds)
        seconds, counts = seconds[order], counts[order]
        new = int(np.searchsorted(seconds, self.delta.size))
        places = np.searchsorted(seconds[:new], self.delta.form_places[seconds[new:] - self.delta.size])
        return np.insert(seconds[:new], places, seconds[new:]), np.insert(counts[:new], places, counts[new:])

    def _dictionary_pairs(self) -> NDArray[np.uint64]:
        """The pairs of a dictionary's words of which the text has both forms, ascending."""
        kept = self.word_pairs
        if self._gone:
            firsts, seconds = split_pairs(kept)
            kept = kept[(self.counts[firsts] > 0) & (self.counts[seconds] > 0)]
        size = self.delta.size
        new = {self.delta.forms[number - size]: number for number in self._new(0, len(self.delta.forms))}
        added = []
        for first, behind in word_pairs().items() if new else ():
            for second in behind if first in new else new.keys() & behind:
                numbers = self._number(first), self._number(second)
                if -1 not in numbers:
                    added.append(numbers[0] << 32 | numbers[1])
        return _frozen(np.sort(np.concatenate((kept, np.array(added, np.uint64)))) if added else kept)

    # Forms to propose.

    def neighbours(self, letters: str) -> dict[str, Sequence[int]]:
        """See `Lexicon.neighbours`."""
        more, least = self._more_neighbours
        found: dict[str, Sequence[int]] = {}
        for at in self._neighbouring(letters):
            other = self._folds[at]
            numbers = self.same_letters(other)
            if sum(map(self.count_of, numbers)) >= least:
                found[other] = numbers
        for sought in less_one_letter(letters):
            for other in more.get(sought, ()):
                found[other] = self.same_letters(other)
        return dict(sorted(found.items()))

    @functools.cached_property
    def _more_neighbours(self) -> tuple[dict[int, list[str]], int]:
        """Hash -> forms without diacritics that are frequent enough only since it was written; how often that is."""
        least = least_neighbour(self.syllables + self._counts[0])
        starts = np.asarray(self._fold_starts)
        touched = self._touched[np.add.reduceat(self._base_counts, starts[:-1], dtype=np.int64)[self._touched] < least]
        found: dict[int, list[str]] = {}
        for letters in {*map(self._folds.__getitem__, touched.tolist()), *self._new_letters}:
            if may_be_neighbour(letters) and sum(map(self.count_of, self.same_letters(letters))) >= least:
                for sought in less_one_letter(letters):
                    found.setdefault(sought, []).append(letters)
        return found, least

    # Phrases.

    def phrases_prefixed(self, prefix: str) -> Phrases:
        """The phrases that begin with `prefix` when written without diacritics, in their order."""
        stored = super().phrases_prefixed(prefix)
        return self._changed_phrases.among(stored, self._phrase_keys.prefixed(prefix), prefix)

    def phrase_count(self, phrase: str) -> int | None:
        """How often a phrase occurs (forms with spaces between them); None where the lexicon does not keep it."""
        place, found = self.phrase_place(phrase)
        return self._changed_phrases.count(phrase, place if found else None, super().phrase_count(phrase))

    # Abbreviations.

    @functools.cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The abbreviations the text defines, most frequent first."""
        found = {
            definition_hash(short, long): (count, short, long, "" if text_hash(article) in self.delta.gone else article)
            for short, long, count, article in self._definitions
        }
        for key, (count, short, long, article) in self.delta.definitions.items():
            before = found.get(key, (0, short, long, ""))
            found[key] = before[0] + count, before[1], before[2], before[3] or article
        ordered = sorted(
            (-count, short, tuple(long.split(" ")), article) for count, short, long, article in found.values()
        )
        return tuple(
            Definition(short, long, -count, article)
            for count, short, long, article in ordered[:MOST_DEFINITIONS]
            if count < 0
        )

    def learned(self) -> Learned:
        """The whole content as plain values, to continue learning from (reads everything)."""
        of, stored = self.delta, super().learned()
        capitals = _with(self._capitals, len(of.forms), of.numbers, of.capitals).astype(np.int64)
        places = np.searchsorted(stored.pairs, self.more_pairs)
        same = places < len(stored.pairs)
        same[same] = stored.pairs[places[same]] == self.more_pairs[same]
        stored.pair_counts[places[same]] = self.more_counts[same]
        pairs = np.insert(stored.pairs, places[~same], self.more_pairs[~same])
        pair_counts = np.insert(stored.pair_counts, places[~same], self.more_counts[~same])
        capital_pairs = None
        if stored.capital_pairs is not None:
            keys, counts = added_up(
                [
                    (stored.capital_pairs[0], stored.capital_pairs[1].astype(np.int64)),
                    (of.capital_pairs, of.capital_pair_counts),
                ],
                1,
            )
            capital_pairs = keys[counts > 0], counts[counts > 0].astype(np.uint32)
        self._changed_phrases.put_into(stored, self._phrases)
        learned = Learned(
            paragraphs=self.paragraphs,
            removed=self.removed,
            forms=[*stored.forms, *of.forms],
            counts=self.counts.astype(np.int64),
            capitals=capitals,
            pairs=pairs[pair_counts > 0],
            pair_counts=pair_counts[pair_counts > 0],
            capital_pairs=capital_pairs,
            phrases=stored.phrases,
            titles=stored.titles,
            definitions=list(self.definitions),
        )
        return learned.without_unused()

    # For the next change.

    @property
    def can_be_changed(self) -> bool:
        """Whether the file says all that changes need; earlier versions do not."""
        return self._phrase_own is not None

    @property
    def stored_total(self) -> int:
        """The sum of the counts of the file."""
        return int(self._base_counts.sum(dtype=np.int64))

    def count_at(self, number: int) -> int:
        """How often the form with a number (0 too; -1: unknown) occurs."""
        return self._counts[number] if number >= 0 else 0

    def capitals_at(self, number: int) -> int:
        """How often it begins with a capital."""
        return self.capitals_of(number) if number >= 0 else 0

    def held_phrase(self, phrase: str, place: int | None) -> tuple[int, int]:
        """How often a phrase at a place of the file (None: not in it) occurs, and as a title."""
        return self._changed_phrases.held(phrase, place)


_NONE: Numbers = np.zeros(0, np.int64)


def _with(counts: NDArray[np.uint32], more: int, numbers: Numbers, added: Numbers) -> NDArray[np.uint32]:
    """Counts with room for so many more, and to those with `numbers` something added."""
    found = np.zeros(len(counts) + more, np.int64)
    found[: len(counts)] = counts
    found[numbers] += added
    return np.clip(found, 0, np.iinfo(np.uint32).max).astype(np.uint32)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    """An array that compiled loops take for one of a file: its type says that it is not written to."""
    array.flags.writeable = False
    return array
