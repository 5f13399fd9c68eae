"""What the plain words of a query may mean besides what they say: slips repaired, abbreviations read.

What the index taught us lives in `indexer.lexicon`; here its answers about one run of plain words are gathered as
values. How they change what is asked lives in `ranking`: a reading is searched together with what was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indexer.lexicon import Abbreviations, Change, Lexicon, Repairer
from indexer.lexicon.abbreviations import spellings
from indexer.query.segments import Segment
from indexer.vietnamese import fold

Kind = Literal["repair", "expansion", "abbreviation"]

MOST_EXPANSIONS = 3
"""Readings of one ambiguous abbreviation that are searched, the likeliest ones."""

CERTAIN = 0.99
"""The least confidence of a repair that decides what is found, not only how it ranks."""

NEXT_READING = 0.7
"""The weight of each further reading of an abbreviation, as a share of the one before."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Tokens `start` to `end` (exclusive) of a run may mean `forms`, side by side; `share` (0 to 1) says how surely.

    `sure` says of a repair that the text itself joins it to a neighbour. `source` is "text" where an indexed text
    defines the abbreviation, "reviewed" where the reviewed list has it.
    """

    start: int
    end: int
    forms: tuple[str, ...]
    share: float
    kind: Kind
    source: str = ""
    sure: bool = False
    written: str = ""
    """An abbreviation as it is written: `KT-XH` for (kt, xh)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All meanings of one run, and the whole run repaired (its forms as typed where nothing was changed)."""

    meanings: tuple[Meaning, ...]
    repaired: tuple[str, ...]
    confidence: float

    @property
    def repairs(self) -> tuple[Meaning, ...]:
        """The meanings that repair a slip, from left to right."""
        return tuple(meaning for meaning in self.meanings if meaning.kind == "repair")

    @property
    def is_certain(self) -> bool:
        """Whether the repair decides what is found: likely enough, and each change joined by the text to a neighbour.

        Then what has nothing but the same letters (`có`, `thị`, `đưa` for `co thi dua`) is left out; the rank of what
        is found stays the same.
        """
        return self.confidence >= CERTAIN and bool(self.repairs) and all(repair.sure for repair in self.repairs)

    def judges_all(self, found: Segment) -> bool:
        """Whether the repair speaks of every token: in a text without diacritics, what it leaves alone is a choice
        too."""
        return bool(self.repairs) and not found.marked

    def places(self, size: int) -> list[range]:
        """For each of the `size` tokens typed, the tokens of `repaired` that stand in its place."""
        places: list[range] = []
        at = 0
        repairs = {repair.start: repair for repair in self.repairs}
        while len(places) < size:
            repair = repairs.get(len(places))
            width, tokens = (len(repair.forms), repair.end - repair.start) if repair else (1, 1)
            places += [range(at, at + width)] * tokens
            at += width
        return places


class Reader:
    """Reads runs of plain words by one lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon | None) -> None:
        self._lexicon = lexicon
        self._repairer = Repairer(lexicon) if lexicon is not None else None
        self._abbreviations = Abbreviations(lexicon)

    def read(self, found: Segment) -> Reading:
        """What a run of plain words may mean."""
        expansions = tuple(self._abbreviated(found))
        repairs: tuple[Meaning, ...] = ()
        confidence = 0.5
        if self._repairer is not None:
            repair = self._repairer.repair(found.forms)
            confidence = repair.confidence
            # An abbreviation looks like a slip, but is none.
            short = {at for meaning in expansions for at in range(meaning.start, meaning.end)}
            repairs = tuple(
                Meaning(change.start, change.end, change.forms, self._share(found, change, confidence), "repair")
                for change in repair.changes
                if short.isdisjoint(range(change.start, change.end))
            )
        repaired = _repaired(found.forms, repairs)
        reading = Reading(tuple(self._judged(repairs, repaired)), repaired, confidence)
        return replace(reading, meanings=(*reading.meanings, *expansions, *self._spelled(found, reading)))

    def _share(self, found: Segment, change: Change, confidence: float) -> float:
        """How surely a repair is searched: wholly, where what was typed would find nothing."""
        lexicon = self._lexicon
        typed = found.forms[change.start : change.end]
        if lexicon is not None and not any(lexicon.same_letters(fold(form)) for form in typed):
            return 1.0
        return confidence

    def _judged(self, repairs: Sequence[Meaning], repaired: Sequence[str]) -> Iterator[Meaning]:
        """The repairs with `sure` set: of two readings of unmarked letters, the lexicon may know too little to tell."""
        shift = 0
        for repair in repairs:
            first = repair.start + shift
            last = first + len(repair.forms) - 1
            pairs = [(at, at + 1) for at in range(max(first - 1, 0), min(last + 1, len(repaired) - 1))]
            yield replace(repair, sure=any(self._joined(repaired[a], repaired[b]) for a, b in pairs))
            shift += len(repair.forms) - (repair.end - repair.start)

    def _joined(self, first: str, second: str) -> bool:
        return self._lexicon is not None and self._lexicon.are_joined(first, second)

    def _abbreviated(self, found: Segment) -> Iterator[Meaning]:
        for place in self._abbreviations.find(found.forms, found.capitals):
            typed = tuple(found.forms[place.start : place.end])
            share = 1.0
            for expansion in place.expansions[:MOST_EXPANSIONS]:
                yield Meaning(place.start, place.end, expansion.forms, share, "expansion", expansion.source)
                others = [entry.short for entry in self._abbreviations.abbreviations(expansion.forms)]
                for short in dict.fromkeys([expansion.short, *others]):
                    for spelling in spellings(short):
                        if spelling != typed:
                            yield Meaning(place.start, place.end, spelling, share, "abbreviation", written=short)
                share *= NEXT_READING

    def _spelled(self, found: Segment, reading: Reading) -> Iterator[Meaning]:
        """The abbreviations of phrases in the run as repaired, each in place of the tokens that were typed."""
        places = reading.places(len(found.forms))
        for place in self._abbreviations.find_long(reading.repaired):
            over = [at for at, each in enumerate(places) if each.start < place.end and place.start < each.stop]
            for spelling in place.spellings:
                yield Meaning(over[0], over[-1] + 1, spelling, 1.0, "abbreviation", written=place.short)


def _repaired(forms: Sequence[str], repairs: Sequence[Meaning]) -> tuple[str, ...]:
    repaired: list[str] = []
    at = 0
    for repair in repairs:
        repaired += [*forms[at : repair.start], *repair.forms]
        at = repair.end
    return (*repaired, *forms[at:])
