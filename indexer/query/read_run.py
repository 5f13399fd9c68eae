"""A run of plain words as it was read, beside what the indexed text has of it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.lexicon import Lexicon
from indexer.query.reading import Reading
from indexer.query.unmarked_names import is_unmarked_name
from indexer.query.words import Range, WordRun
from indexer.vietnamese import fold


@dataclass(frozen=True)
class ReadRun:
    """A run and its reading; without a lexicon, nothing is known of the indexed text.

    Tokens are those of the run as repaired, or as typed where nothing was repaired. With `exact`, a syllable without
    diacritics has the level tone.
    """

    typed: WordRun
    reading: Reading
    lexicon: Lexicon | None
    exact: bool

    @functools.cached_property
    def read(self) -> WordRun:
        """The run as repaired."""
        return self.reading.repaired_run or self.typed

    @functools.cached_property
    def forms(self) -> tuple[str, ...]:
        """The forms of its tokens."""
        return self.read.forms

    @functools.cached_property
    def places(self) -> Sequence[range]:
        """For each token typed the tokens that stand in its place."""
        places = self.reading.places if self.reading.repaired_run else ()
        return places or [range(at, at + 1) for at in range(len(self.typed.forms))]

    @functools.cached_property
    def _typed_at(self) -> Sequence[range]:
        """For each token the tokens typed that it stands for."""
        typed = [range(0)] * len(self.forms)
        for at, places in enumerate(self.places):
            for place in places:
                typed[place] = range(typed[place].start if typed[place] else at, at + 1)
        return typed

    def place(self, first: int, last: int) -> range:
        return range(self.places[first].start, self.places[last].stop)

    def tokens(self, unit: Range) -> range:
        """The tokens typed of which a unit was made."""
        return range(self._typed_at[unit[0]].start, self._typed_at[unit[1]].stop)

    def of_places(self, typed: Sequence[bool]) -> list[bool]:
        """What holds for typed tokens, for the tokens in their places."""
        found = [False] * len(self.forms)
        for at, places in enumerate(self.places):
            found[places.start : places.stop] = [typed[at]] * len(places)
        return found

    def readings_beside(self, at: int) -> list[tuple[int, tuple[str, str]]]:
        """What a token and the one before mean side by side in the indexed text, and how often they stand there so."""
        found = self._known_beside.get(at)
        if found is None:
            assert self.lexicon is not None
            first, second = self.forms[at - 1 : at + 1]
            if self.exact:
                count = self.lexicon.pair_count(first, second)
                found = [(count, (first, second))] if count else []
            else:
                found = self.lexicon.pair_readings(fold(first), fold(second))
                if self.is_unmarked_name(at):
                    found.sort(key=lambda each: each[1] != (first, second))
            self._known_beside[at] = found
        return found

    @functools.cached_property
    def _known_beside(self) -> dict[int, list[tuple[int, tuple[str, str]]]]:
        return {}  # What `readings_beside` found: each way to join tokens asks it.

    def beside(self, at: int) -> bool:
        """Whether the indexed text has a token right after the one before; without a lexicon, it may."""
        return self.lexicon is None or bool(self.readings_beside(at))

    def is_pair(self, forms: Sequence[str]) -> bool:
        """Whether the indexed text has two tokens side by side."""
        return self.lexicon is not None and len(forms) == 2 and self.lexicon.pair_count(*forms) > 0

    def is_unmarked_name(self, at: int) -> bool:
        """Whether a token and the one before were typed, and stay, as a name without diacritics."""
        tokens = self.tokens((at - 1, at))
        stays = self.forms[at - 1 : at + 1] == self.typed.forms[tokens.start : tokens.stop]
        return stays and self.lexicon is not None and is_unmarked_name(self.typed, tokens.start + 1, self.lexicon)
