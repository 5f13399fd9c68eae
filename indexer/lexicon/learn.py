"""Learning a lexicon while indexing: counts of syllables, bigrams and phrases, and abbreviations.

`store` lays the counts out on disk and looks them up; `repair`, `abbreviations` and `suggest` use them.

All counting is done on arrays, one batch at a time, in bounded memory whatever the size of the text. Learning can go on
from an existing lexicon: its counts are loaded, more text is added, and that of removed articles is taken off, so that
no form, phrase, title or abbreviation remains that only they had. Counts that were too low from the beginning may end
too low, so the number of removed paragraphs is kept, and `Lexicon.stale` is true when there are so many that everything
should be learned again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.batch import BATCH_CHARACTERS, Batch, BatchCounts, LexiconPart, barred, titles_of
from indexer.lexicon.counting import KeyCounter, counted, renumbered
from indexer.lexicon.definitions import Definitions
from indexer.lexicon.inputs import BREAK, LexiconInput, TokenBuffer, lexicon_input
from indexer.lexicon.phrases import LONGEST, PhraseCounter
from indexer.lexicon.saving import Learned, save
from indexer.lexicon.store import FILE, Lexicon
from indexer.vietnamese import Analyses, Analysis

MOST_FORMS = 2_000_000
"""Most distinct forms; a new form beyond them is counted as the end of a sentence, like anything unknown."""
MOST_PAIRS = 16_000_000
"""Most distinct bigrams of syllables counted at one time (see `KeyCounter`)."""
MOST_TITLES = 500_000
"""Most distinct titles kept; later ones are left out."""

_LEAST_PHRASES = 20_000
_MOST_PHRASES = 500_000
_TOKENS_PER_PHRASE = 80


class _SyllableNumbers(dict[str, int]):
    """Form -> its number, in order of first occurrence; 0 is `BREAK`."""

    def __missing__(self, form: str) -> int:
        if len(self) >= MOST_FORMS:
            return BREAK
        number = self[form] = len(self)
        return number

    def of(self, forms: Sequence[str]) -> NDArray[np.int32]:
        """The numbers of several forms."""
        return np.fromiter(map(self.__getitem__, forms), np.int32, len(forms))


class Learner:
    """Learns from paragraphs as they are indexed. With `base`, it continues from that lexicon."""

    def __init__(self, base: Lexicon | None = None) -> None:
        self.paragraphs = 0
        self.removed = 0
        self._numbers = _SyllableNumbers({"": BREAK})
        self._counts: NDArray[np.int64] = np.zeros(1, np.int64)
        self._capitals: NDArray[np.int64] = np.zeros(1, np.int64)
        self._pairs = KeyCounter(MOST_PAIRS)
        # Of a lexicon of an earlier version they are not known.
        self._capital_pairs: KeyCounter | None = KeyCounter(MOST_PAIRS)
        self._phrases = PhraseCounter()
        self._titles: dict[str, int] = {}
        self._definitions = Definitions()
        self._batch = Batch()
        self._removed = TokenBuffer()
        self._barred: NDArray[np.bool_] = np.zeros(0, np.bool_)
        if base is not None:
            self._continue(base)

    def add(self, analysis: Analysis, text: str, *, title: bool = False, article: str = "") -> None:
        """Learn one paragraph: its text as written and the analysis of it.

        `title` is true for the title of an article; `article` is the article's id, kept as the example of an
        abbreviation defined in it.
        """
        self.learn(lexicon_input([text], Analyses.gathered([analysis])), [article], [0] if title else [])

    def learn(self, given: LexiconInput, articles: Sequence[str], titles: Iterable[int] = ()) -> None:
        """Learn several paragraphs: `articles` has the id of each one's article, `titles` the indices of titles."""
        self.paragraphs += len(given.counts)
        # What is taken off before the batch is counted has them already.
        self._numbers.of(given.forms)
        self._batch.add(given)
        for title in titles_of(given, titles):
            self._add_title(title)
        for paragraph, short, long in given.definitions:
            self._definitions.add(short, long, articles[paragraph])
        if self._batch.is_full:
            self._count()

    def merge(self, part: LexiconPart) -> None:
        """Learn what a batch of paragraphs has, as if it had been learned here: where that is full, or nothing follows.

        Raises `ValueError` where a batch that was begun here is not full yet.
        """
        if len(self._batch):
            raise ValueError("paragraphs are still to be counted with others")
        self.paragraphs += part.paragraphs
        self._add(part.counted)
        for title, count in part.titles.items():
            self._add_title(title, count)
        for definition in part.definitions:
            self._definitions.add(*definition)

    def unlearn(self, given: LexiconInput, articles: Sequence[str], titles: Iterable[int] = ()) -> None:
        """Take off what `learn` learned of the same paragraphs, which are no longer in the index."""
        self.removed += len(given.counts)
        numbers = np.array([self._numbers.get(form, BREAK) for form in given.forms], np.int32)
        self._removed.add(numbers[given.numbers], given)
        lasts = np.cumsum(given.counts)
        for paragraph in titles:
            last = int(lasts[paragraph])
            title = given.numbers[last - int(given.counts[paragraph]) : last].tolist()
            known = " ".join([given.forms[number] for number in title])
            if known in self._titles:
                self._titles[known] -= 1
                if not self._titles[known]:
                    del self._titles[known]
        for paragraph, short, long in given.definitions:
            self._definitions.take_off(short, long, articles[paragraph])
        if len(self._removed) >= BATCH_CHARACTERS:
            self._take_off()

    def write(self, directory: Path | str) -> None:
        """Write all that was learned to a new file in an existing directory, durably."""
        save(Path(directory) / FILE, self.learned())

    def _count(self) -> None:
        batch, self._batch = self._batch, Batch()
        self._add(batch.counted(is_full=batch.is_full))

    def _add(self, batch: BatchCounts) -> None:
        numbers = self._numbers.of(batch.forms)
        self._widen()
        np.add.at(self._counts, numbers, batch.counts)
        np.add.at(self._capitals, numbers, batch.capitals)
        self._pairs.add(*renumbered(batch.pairs, batch.pair_counts, numbers))
        if self._capital_pairs is not None:
            self._capital_pairs.add(*renumbered(batch.capital_pairs, batch.capital_pair_counts, numbers))
        rows = np.where(batch.rows >= 0, numbers[batch.rows], np.int32(-1))
        # Forms beyond the most have no numbers, and phrases of them are none.
        known = np.all(rows != BREAK, axis=1)
        self._phrases.add(rows[known], batch.row_counts[known])

    def _add_title(self, title: str, count: int = 1) -> None:
        if title in self._titles or len(self._titles) < MOST_TITLES:
            self._titles[title] = self._titles.get(title, 0) + count

    def _take_off(self) -> None:
        """Take off what was removed; all of it has been counted before."""
        if len(self._batch):
            self._count()
        self._widen()
        tokens = self._removed.tokens(self._barred)
        self._removed = TokenBuffer()
        size = len(self._counts)
        self._counts = np.maximum(self._counts - np.bincount(tokens.stream[:-1], minlength=size), 0)
        self._capitals = np.maximum(self._capitals - np.bincount(tokens.ids[tokens.flags.capital], minlength=size), 0)
        stream = tokens.stream.astype(np.uint64)
        self._pairs.subtract(*counted(stream[:-1] << np.uint64(32) | stream[1:]))
        if self._capital_pairs is not None:
            self._capital_pairs.subtract(*tokens.capital_pairs())
        self._phrases.subtract(tokens.ids, tokens.flags)

    def _widen(self) -> None:
        """Make room for the forms met since the last batch."""
        old, new = len(self._counts), len(self._numbers)
        if new > len(self._barred):
            fresh = itertools.islice(self._numbers, len(self._barred), None)
            self._barred = np.concatenate((self._barred, barred(fresh)))
        if new > old:
            self._counts = np.pad(self._counts, (0, new - old))
            self._capitals = np.pad(self._capitals, (0, new - old))

    def learned(self, least: int = 2, most: int | None = _MOST_PHRASES) -> Learned:
        """All that was learned; of phrases those that occur `least` times or are titles, up to `most` (None: all)."""
        if len(self._batch):
            self._count()
        if len(self._removed):
            self._take_off()
        self._widen()
        forms = list(self._numbers)
        pairs, pair_counts = self._pairs.total()
        if most is not None:
            most = min(most, _LEAST_PHRASES + int(self._counts.sum()) // _TOKENS_PER_PHRASE)
        rows, row_counts = self._phrases.total(most, least)
        phrases = {}
        for row, count in zip(rows.tolist(), row_counts.tolist(), strict=True):
            if BREAK not in row:
                phrases[" ".join([forms[number] for number in row if number >= 0])] = count
        phrases |= self._counts_of_titles([title for title in self._titles if title not in phrases])
        learned = Learned(
            paragraphs=self.paragraphs,
            removed=self.removed,
            forms=forms,
            counts=self._counts,
            capitals=self._capitals,
            pairs=pairs,
            pair_counts=pair_counts,
            capital_pairs=self._capital_pairs.total() if self._capital_pairs is not None else None,
            phrases=phrases,
            titles=self._titles,
            definitions=self._definitions.all(),
        )
        return learned.without_unused()

    def _counts_of_titles(self, titles: Sequence[str]) -> dict[str, int]:
        """How often titles were counted as phrases, which are few enough not to be among those in any case."""
        found = dict.fromkeys(titles, 0)
        numbers = {title: [self._numbers[form] for form in title.split(" ")] for title in titles}
        short = [title for title in titles if len(numbers[title]) <= LONGEST]
        rows = np.array([_row(numbers[title]) for title in short], np.int32).reshape(-1, LONGEST)
        found.update(zip(short, self._phrases.counts_of(rows).tolist(), strict=True))
        return found

    def _continue(self, base: Lexicon) -> None:
        known = base.learned()
        self.paragraphs, self.removed = known.paragraphs, known.removed
        self._numbers = _SyllableNumbers({form: number for number, form in enumerate(known.forms)})
        self._counts = known.counts
        self._capitals = known.capitals
        self._pairs.add(known.pairs, known.pair_counts)
        if known.capital_pairs is None:
            self._capital_pairs = None
        elif self._capital_pairs is not None:
            self._capital_pairs.add(*known.capital_pairs)
        self._titles = dict(known.titles)
        self._definitions = Definitions(known.definitions)
        rows, counts = [], []
        for phrase, count in known.phrases.items():
            numbers = [self._numbers[form] for form in phrase.split(" ")]
            if count and len(numbers) <= LONGEST:
                rows.append(_row(numbers))
                counts.append(count)
        if rows:
            self._phrases.add(np.array(rows, np.int32), np.array(counts, np.uint32))


def _row(numbers: list[int]) -> list[int]:
    """The numbers of a phrase, padded."""
    return numbers + [-1] * (LONGEST - len(numbers))
