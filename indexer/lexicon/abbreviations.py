"""Abbreviations and their long forms, looked up in both directions.

There are two sources: definitions in the indexed text (`definitions`), and a reviewed list of abbreviations that
newspapers use without defining them (`abbreviations.tsv`, written for this project: one reading per line, with the
domain in which it is used). Whether and how a query is expanded is decided in `indexer.query`.
"""

from __future__ import annotations

import dataclasses
import importlib.resources
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from indexer.lexicon.bigrams import UNKNOWN, BigramModel
from indexer.lexicon.definitions import abbreviation_key
from indexer.lexicon.store import Lexicon
from indexer.loops import made_once
from indexer.vietnamese import fold, forms, is_syllable

LONGEST_SHORT = 5
"""Most tokens in an abbreviation: `PCTT & TKCN`."""
LONGEST_LONG = 14
"""Most syllables in a long form."""

Source = Literal["reviewed", "text"]

_FILE = "abbreviations.tsv"
_PARTS = re.compile(r"[^\W_]+")
# A definition in the indexed text is stronger evidence than any number of mere occurrences of the phrase.
_DEFINITION = 20
# The weight of a form elsewhere in the query, relative to an adjacent one.
_KINSHIP = 0.3
DECIDED = 3.0
"""How much better, in nats, the likeliest reading must fit its neighbours than another that is left out."""
TYPED = "typed"
"""What the note of an abbreviation begins with that people type, but that texts have for something else."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """One reading of an abbreviation.

    `short` is the abbreviation as written, `forms` its long form, `count` how often the text defines it so (0: never),
    `article` an article that does, and `note` the domain given in the reviewed list.
    """

    short: str
    forms: tuple[str, ...]
    count: int
    source: Source
    article: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Abbreviated:
    """An abbreviation in a query: its forms `start` to `end` (exclusive), and its expansions, likeliest first."""

    start: int
    end: int
    expansions: tuple[Expansion, ...]


@dataclass(frozen=True, slots=True)
class Spelled:
    """A phrase of a query that has an abbreviation: its forms `start` to `end` (exclusive), and the abbreviation's."""

    start: int
    end: int
    short: str
    spellings: tuple[tuple[str, ...], ...]


def spellings(short: str) -> tuple[tuple[str, ...], ...]:
    """The forms of every spelling of an abbreviation: `QP-AN` gives (qp, an) and (qpan).

    An ampersand may be `và` too: `GD&ĐT` gives (gd, đt), (gdđt) and (gd, và, đt).
    """
    parts = [part.lower() for part in _PARTS.findall(short)]
    found = [tuple(parts), ("".join(parts),)]
    if "&" in short:
        with_and = short.replace("&", " và ")
        found.append(tuple(part.lower() for part in _PARTS.findall(with_and)))
    return tuple(dict.fromkeys(found))


_Listed = tuple[Expansion, tuple[str, tuple[str, ...]], dict[tuple[str, ...], tuple[str, ...]]]
"""An expansion, what is the same for all spellings of it, and each spelling with its key."""


def _listed(entry: Expansion) -> _Listed:
    spelled = {spelling: _key(spelling) for spelling in spellings(entry.short)}
    return entry, (abbreviation_key(entry.short), entry.forms), spelled


@made_once
def _reviewed() -> tuple[_Listed, ...]:
    """The reviewed list with its keys, which every lexicon that is opened needs."""
    return tuple(map(_listed, reviewed()))


@made_once
def reviewed() -> tuple[Expansion, ...]:
    """The reviewed list, in the order of the file."""
    text = importlib.resources.files("indexer.lexicon").joinpath(_FILE).read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines()[1:] if line)
    return tuple(
        Expansion(short, tuple(forms(expansion)), 0, "reviewed", note=note) for short, expansion, note in lines
    )


class Abbreviations:
    """The abbreviations of a lexicon and the reviewed list; without a lexicon, of the list alone."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon
        self._model = BigramModel(lexicon) if lexicon is not None else None
        self._by_short: defaultdict[tuple[str, ...], list[Expansion]] = defaultdict(list)
        self._by_long: defaultdict[tuple[str, ...], list[Expansion]] = defaultdict(list)
        for expansion, spelled in self._merged():
            if not expansion.note.startswith(TYPED):
                self._by_long[expansion.forms].append(expansion)
            for key in spelled.values():
                self._by_short[key].append(expansion)
        # First form -> how many forms may follow each other from there, most first: hardly any form begins something.
        self._short_sizes = _sizes(self._by_short, range(1, LONGEST_SHORT + 1))
        self._long_sizes = _sizes(self._by_long, range(2, LONGEST_LONG + 1))

    def expansions(
        self, short: Sequence[str], before: str = "", after: str = "", others: Sequence[str] = ()
    ) -> list[Expansion]:
        """The expansions of an abbreviation, whatever its case and hyphens, with its diacritics or without any.

        The likeliest comes first: exactly the letters typed before others (`dh` is duyên hải rather than đại học), then
        by frequency in the text, fit between the forms `before` and `after`, and association with the `others` of the
        query.
        """
        found = [entry for entry in self._by_short.get(_key(short), ()) if _may_be(short, entry.short)]
        typed = "".join(short)

        def likelihood(entry: Expansion) -> float:
            fit = self._fit(entry, before, after)
            return self._likelihood(entry, typed) + fit + self._kinship(entry.forms, others)

        return sorted(found, key=lambda entry: (-likelihood(entry), entry.short, entry.forms))

    def abbreviations(self, long: Sequence[str]) -> list[Expansion]:
        """The abbreviations of exactly these forms, most often defined first."""
        return sorted(
            self._by_long.get(tuple(long), []), key=lambda entry: (-entry.count, len(entry.short), entry.short)
        )

    def find(self, query: Sequence[str], capital: Sequence[bool] = ()) -> list[Abbreviated]:
        """The abbreviations in the forms of a query, from left to right, longest first, without overlap.

        A single form that is spelled like a syllable (`ca`, `an`, `tu`) is one only if `capital` says it was typed in
        capitals.
        """
        places = list(self._places(query, capital))
        # Beside another abbreviation its long form counts: before `ubnd`, `ct` is the one of an uỷ ban.
        long = {place: self.expansions(query[slice(*place)])[0].forms for place in places} if len(places) > 1 else {}
        found = []
        for start, end in places:
            before, after = query[start - 1] if start else "", query[end] if end < len(query) else ""
            before = next((forms[-1] for place, forms in long.items() if place[1] == start), before)
            after = next((forms[0] for place, forms in long.items() if place[0] == end), after)
            others = (*query[: max(start - 1, 0)], *query[end + 1 :])
            readings = self.expansions(query[start:end], before, after, others)
            fit = [self._fit(entry, before, after) for entry in readings]
            # Where what is around fits one so much better than others, these are not meant.
            kept = [entry for entry, own in zip(readings, fit, strict=True) if own > fit[0] - DECIDED]
            found.append(Abbreviated(start, end, tuple(kept)))
        return found

    def _places(self, query: Sequence[str], capital: Sequence[bool]) -> Iterator[tuple[int, int]]:
        """Where abbreviations may stand in a query, [start, end)."""
        at = 0
        letters = _key(query)
        while at < len(query):
            for size in self._short_sizes.get(letters[at], ()):
                end = at + size
                short = query[at:end]
                if end > len(query) or letters[at:end] not in self._by_short:
                    continue
                if size == 1 and is_syllable(short[0]) and not any(capital[at:end]):
                    continue
                if all(map(is_syllable, short)) and not all(capital[at:end] or [False]):
                    continue
                if any(_may_be(short, entry.short) for entry in self._by_short[letters[at:end]]):
                    yield at, end
                    at = end - 1
                    break
            at += 1

    def says_more(self, entry: Expansion) -> bool:
        """Whether a reading stands elsewhere than where the text defines it: there the abbreviation finds it too.

        `ADN`, which one article has for a party, is no party elsewhere.
        """
        if self._lexicon is None or entry.source == "reviewed" or entry.note:
            return True
        return min(itertools.starmap(self._lexicon.pair_count, itertools.pairwise(entry.forms))) > entry.count

    def find_long(self, query: Sequence[str]) -> list[Spelled]:
        """The phrases of a query that have abbreviations, from left to right, longest first.

        They do not overlap, but each is followed by those within it: `giáo dục và đào tạo` in the name of a ministry.
        """
        return list(self._long(query, 0, len(query), len(query)))

    def _long(self, query: Sequence[str], first: int, last: int, most: int) -> Iterator[Spelled]:
        """Those of at most so many forms from `first` to `last`."""
        at = first
        while at < last:
            for size in self._long_sizes.get(query[at], ()):
                end = at + size
                if size <= most and end <= last and (entries := self.abbreviations(query[at:end])):
                    yield from [Spelled(at, end, entry.short, spellings(entry.short)) for entry in entries]
                    yield from self._long(query, at, end, size - 1)
                    at = end - 1
                    break
            at += 1

    def _merged(self) -> Iterator[tuple[Expansion, dict[tuple[str, ...], tuple[str, ...]]]]:
        """Every expansion once, from the text or else from the list; and how its letters are split, with the keys."""
        found: dict[tuple[str, tuple[str, ...]], Expansion] = {}
        spelled: defaultdict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], tuple[str, ...]]] = defaultdict(dict)
        definitions = self._lexicon.definitions if self._lexicon is not None else ()
        defined = (Expansion(entry.short, entry.long, entry.count, "text", entry.article) for entry in definitions)
        for entry, key, keys in (*map(_listed, defined), *_reviewed()):
            spelled[key].update(keys)
            first = found.setdefault(key, entry)
            if entry.note and not first.note:
                found[key] = dataclasses.replace(first, note=entry.note)
        for key, entry in found.items():
            yield entry, spelled[key]

    def _likelihood(self, entry: Expansion, typed: str) -> float:
        """A score of one reading by itself; comparable between readings of the same letters."""
        exact = 3.0 if "".join(spellings(entry.short)[0]) == typed else 0.0
        if self._lexicon is None or self._model is None:
            return exact
        lexicon = self._lexicon
        # The rarest pair of its syllables bounds how often the phrase itself occurs.
        pairs = [lexicon.pair_count(first, second) for first, second in itertools.pairwise(entry.forms)]
        return exact + math.log1p(min(pairs, default=0)) + math.log1p(_DEFINITION * entry.count)

    def _fit(self, entry: Expansion, before: str, after: str) -> float:
        """How much likelier than by chance a reading stands between two forms, in nats."""
        lexicon, score = self._lexicon, 0.0
        if lexicon is None or self._model is None:
            return score
        for first, second in ((before, entry.forms[0]), (entry.forms[-1], after)):
            numbers = lexicon.number(first), lexicon.number(second)
            if first and second and UNKNOWN not in numbers and lexicon.pair_count_of(*numbers):
                alone = lexicon.count_of(numbers[1]) / max(lexicon.syllables, 1)
                score += max(0.0, float(self._model.log(*numbers)) - float(np.log(alone)))
        return score

    def _kinship(self, long: Sequence[str], others: Sequence[str]) -> float:
        """How strongly the text associates the other forms of a query with an expansion: `viện` with `bệnh`, hence BN.

        For each form its strongest association with a syllable of the expansion, as the logarithm of the attraction of
        the two in either order. A form that is itself a syllable of the expansion does not count.
        """
        lexicon = self._lexicon
        if lexicon is None:
            return 0.0
        found = 0.0
        for form in set(others) - set(long):
            ties = (max(lexicon.attraction(form, each), lexicon.attraction(each, form)) for each in long)
            found += math.log(max(1.0, *ties))
        return _KINSHIP * found


def _sizes(keys: Iterable[tuple[str, ...]], allowed: range) -> dict[str, list[int]]:
    """The first form of keys -> the lengths of those keys, up to the limit, longest first."""
    sizes: defaultdict[str, set[int]] = defaultdict(set)
    for key in keys:
        if len(key) in allowed:
            sizes[key[0]].add(len(key))
    return {first: sorted(each, reverse=True) for first, each in sizes.items()}


def _may_be(typed: Sequence[str], short: str) -> bool:
    """Whether typed forms are the letters of an abbreviation; diacritics that were typed must match.

    So `TU` may be TƯ, but `TỰ` is not; `SSCDD` is SSCĐ by the keys of Telex.
    """
    letters = "".join(typed)
    return any(
        len(each) == len(meant) and all(map(_is_letter, each, meant))
        for each in dict.fromkeys((letters, letters.replace("dd", "đ")))
        for meant in map("".join, spellings(short))
    )


def _is_letter(typed: str, meant: str) -> bool:
    return typed in (meant, fold(meant))


def _key(short: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(part.lower()).replace("dd", "d") for part in short)
