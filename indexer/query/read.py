"""Reading clauses: text analysed once, plain words interpreted by the lexicon, terms to look up collected.

What comes out is all that planning needs beside the document frequencies of `Read.names`.
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from indexer.query.clauses import (
    AndClause,
    Chunk,
    Clause,
    DateClause,
    FacetClause,
    NotClause,
    OrClause,
    PhraseClause,
    PrefixClause,
    TitleClause,
    WordsClause,
    texts_in,
)
from indexer.query.excluding import with_whole_words
from indexer.query.found import names_of_units, shares
from indexer.query.frequencies import Name, names_of
from indexer.query.parse import Parsed
from indexer.query.questions import Sought, framed, sought
from indexer.query.reading import QueryReader, Reading, literal
from indexer.query.unit import Unit, UnitReading, quoted_unit, readings_of
from indexer.query.units import units_of
from indexer.query.words import WordRun, analyze_run, is_shouted
from indexer.schema import LONGEST_WHOLE_TITLE, Field, bigram, whole_title_key
from indexer.settings import Settings
from indexer.vietnamese import begun_forms, fold, forms, has_diacritics


@dataclass(frozen=True, slots=True)
class Words:
    """A run of plain words and what it may mean; the tokens that only ask are `dropped`."""

    run: WordRun
    reading: Reading
    dropped: Sequence[bool]

    @property
    def reread(self) -> frozenset[int]:
        """The tokens that the reading judges: of words and bigrams, those of the repaired run take their place."""
        if self.reading.judges_all(self.run):
            return frozenset(range(len(self.run.forms)))
        return frozenset([at for repair in self.reading.repairs for at in range(repair.start, repair.end)])

    @property
    def lost(self) -> frozenset[int]:
        """The tokens of the repaired run that stand in the place of dropped ones."""
        return frozenset([place for at, drop in enumerate(self.dropped) if drop for place in self.reading.places[at]])


@dataclass(frozen=True, slots=True)
class Beside:
    """Syllables side by side in a field."""

    forms: tuple[str, ...]
    field: Field = Field.SYLLABLES


@dataclass(frozen=True, slots=True)
class AllOf:
    """What a minus excludes: passages that have all of these, each one syllable or several side by side."""

    chunks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands together: plain words and quoted phrases, with their units; what else is demanded or excluded.

    `ranked` is what passages are ranked by: the plain words and, where there are both, the quoted ones with them, as if
    there were no quotes.
    """

    words: tuple[Words, ...]
    ranked: tuple[Words, ...]
    units: tuple[Unit, ...]
    demanded: tuple[Asked, ...]
    excluded: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Alternatives."""

    groups: tuple[Group, ...]


Asked: TypeAlias = Beside | AllOf | PrefixClause | FacetClause | DateClause | Group | Either


_Run: TypeAlias = tuple[WordRun, Reading, list[bool]]
"""A run of plain words, what it may mean, and which of its tokens belong to a question frame."""


class Read:
    """A query that was read; without a reader, plain words mean what they say.

    `asked` is what it asks, `words` are all its runs of plain words, `units` what it is about: all units but those
    of `alternatives` and of what is excluded; `shares` says that a share of them is enough. `names` are the terms that
    planning may look up (some twice), `seeks` says what a question asks for. `exact` says that syllables without
    diacritics have the level tone: the query is `literal`, or others carry diacritics. Of more than `query_clauses`
    syllables (one chunk, a URL, may have many), `left_out` is the first that did not count any more.
    `excluded_whole` has what was excluded with what stands behind it.
    """

    def __init__(self, parsed: Parsed, settings: Settings, reader: QueryReader | None, *, literal: bool) -> None:
        self._reader, self._settings, self._text = reader, settings, parsed.text
        self._keeps_frames = not settings.question_frames
        self._shouted = is_shouted(parsed.text)
        self._left = settings.query_clauses
        self.exact = literal or any(map(has_diacritics, texts_in(parsed.clauses)))
        self.words: list[Words] = []
        self.units: list[Unit] = []
        self.shares = False
        self.alternatives: list[Unit] = []
        self._noted = self.units
        self.names: list[Name] = []
        self.seeks: Sought | None = None
        self.left_out = ""
        self.excluded_whole: list[str] = []
        self.asked = self._group(parsed.clauses)

    def _group(self, clauses: Sequence[Clause]) -> Group:
        """What clauses ask together."""
        if self._reader is not None:
            clauses, whole = with_whole_words(clauses, self._reader.lexicon)
            self.excluded_whole += whole
        runs: list[_Run] = []
        parts: list[str] = []
        phrases, demanded, excluded = [], [], []
        for clause in clauses:
            match clause:
                case WordsClause(words=chunks):
                    parts += [chunk.text for chunk in chunks]
                    run, left_out = analyze_run(chunks, self._left, shouted=self._shouted)
                    self._count(len(run.forms), left_out)
                    respelled = run.respelled if self._reader else ()
                    run = replace(run, respelled=respelled, marked=run.marked or self.exact)
                    reading = self._read(run)
                    runs.append((run, reading, _framed(run, reading)))
                case NotClause(clause=inner):
                    excluded.append(self._excluded(inner))
                case PhraseClause(text=text):
                    if (phrase := self._adjacent(text)).forms:
                        spelled, alone = self._spelled_otherwise(text, len(phrase.forms))
                        phrases.append(quoted_unit(text, phrase.forms, spelled, alone=alone, exact=self.exact))
                        parts += text.split()
                case _:
                    demanded.append(self._one(clause))
        words = tuple(self._words(runs, clauses))
        self.words += words
        others = phrases or any(not isinstance(each, FacetClause | DateClause) for each in demanded)
        units = (*self._units(words, keep=not others), *phrases)
        self.names += names_of_units(units)
        self._noted += units
        if self._noted is self.units:
            self.shares = self.shares or shares(units, self._settings)
        ranked = (self._plain(parts),) if phrases and words else words
        return Group(words, ranked, units, tuple(demanded), tuple(excluded))

    def _units(self, words: Sequence[Words], *, keep: bool) -> list[Unit]:
        """The units of runs; those that say nothing only where there is nothing else, and `keep` says so."""
        lexicon = self._reader.lexicon if self._reader else None
        units = [
            found
            for each in words
            for found in units_of(self._text, each.run, each.reading, each.dropped, lexicon, exact=self.exact)
        ]
        saying = [unit for unit, says in units if says]
        return saying if saying or not keep else [unit for unit, _ in units]

    def _spelled_otherwise(self, text: str, size: int) -> tuple[list[UnitReading], bool]:
        """The other spellings of a quoted text of so many tokens that is one thing: a date, a code, `AI`.

        And whether these alone say all of it.
        """
        # What has neither digits nor capitals alone is letters, and may be a name: `"QP-AN"` is not QPAN.
        if self._reader is None or not (text.isupper() or any(map(str.isdigit, unicodedata.normalize("NFKC", text)))):
            return [], False
        run, _ = analyze_run([Chunk(part, 0, 0) for part in text.split()], size, shouted=self._shouted)
        digits = any(form[0].isdigit() or form[-1].isdigit() for form in run.forms)
        things = [each for each in run.respelled if each.whole and (each.first, each.last) == (0, size - 1)]
        things = [each for each in things if digits or each.signs]
        return [reading for each in things for reading in readings_of(each)], any(each.signs for each in things)

    def _plain(self, parts: Sequence[str]) -> Words:
        """Plain words and quoted ones as one run; how it is read is not shown."""
        chunks = [Chunk(part, 0, 0) for part in parts]
        run, _ = analyze_run(chunks, self._settings.query_clauses, shouted=self._shouted)
        reading = self._read(run)
        frame = _framed(run, reading)
        words = Words(run, reading, [False] * len(frame) if self._keeps_frames or all(frame) else frame)
        self.names += names_of_words(words)
        return words

    def _read(self, run: WordRun) -> Reading:
        return self._reader.read(run) if self._reader else literal(run)

    def _one(self, clause: Clause) -> Asked:
        match clause:
            case TitleClause(text=text):
                return self._adjacent(text, Field.TITLE)
            case PrefixClause(stem=stem):
                found = begun_forms(stem)
                return PrefixClause(found[0]) if len(found) == 1 else self._adjacent(stem)
            case FacetClause() | DateClause():
                return clause
            case OrClause(clauses=clauses):
                with self._noting(self.alternatives if self._noted is self.units else self._noted):
                    return Either(tuple([self._group((inner,)) for inner in clauses]))
            case AndClause(clauses=clauses):
                return self._group(clauses)
            case WordsClause() | PhraseClause() | NotClause():
                return self._group((clause,))

    def _excluded(self, clause: Clause) -> Asked:
        match clause:
            case WordsClause(words=words):
                return AllOf(tuple([self._adjacent(word.text).forms for word in words]))
            case PhraseClause(text=text):
                return AllOf((self._adjacent(text).forms,))
            case _:
                # What is excluded says nothing of what is asked.
                known, seeks = len(self.words), self.seeks
                with self._noting([]):
                    found = self._one(clause)
                del self.words[known:]
                self.seeks = seeks
                return found

    @contextlib.contextmanager
    def _noting(self, units: list[Unit]) -> Iterator[None]:
        """Meanwhile the units of what is read are noted there, not as units of the query: a passage may do without."""
        outer, self._noted = self._noted, units
        yield
        self._noted = outer

    def _adjacent(self, text: str, field: Field = Field.SYLLABLES) -> Beside:
        found = tuple(forms(text))
        kept = found[: self._left]
        self._count(len(kept), found[len(kept)] if len(kept) < len(found) else "")
        self.names += names_of(kept, field)
        return Beside(kept, field)

    def _count(self, syllables: int, left_out: str) -> None:
        self._left -= syllables
        self.left_out = self.left_out or left_out

    def _words(self, runs: Sequence[_Run], clauses: Sequence[Clause]) -> Iterator[Words]:
        """The runs of plain words among clauses, without their question frames unless nothing else remains."""
        # Restrictions say where to look, not for what.
        others = any(not isinstance(each, WordsClause | NotClause | FacetClause | DateClause) for each in clauses)
        keep = self._keeps_frames or (not others and all(all(frame) for _, _, frame in runs))
        for run, reading, frame in runs:
            words = Words(run, reading, [False] * len(frame) if keep else frame)
            self.seeks = self.seeks or sought(reading.repaired)
            self.names += names_of_words(words)
            yield words


def _framed(run: WordRun, reading: Reading) -> list[bool]:
    """Which tokens belong to a question frame, as typed or as repaired (`laf gif` is `là gì`)."""
    if not reading.repairs:
        return list(run.framed)
    repaired = framed(reading.repaired)
    # What is in capitals is a word of its own: `AI có làm mất việc không`.
    return [
        flag or (not run.capitals[at] and all(repaired[place] for place in reading.places[at]))
        for at, flag in enumerate(run.framed)
    ]


def whole_title_names(run: WordRun, reading: Reading) -> list[Name]:
    """The terms for a title that is a short run and nothing else: as typed, and as repaired."""
    if len(run.forms) > LONGEST_WHOLE_TITLE:
        return []
    names = [(Field.KEYS, whole_title_key(run.forms, unmarked=not run.marked))]
    if reading.repairs:
        names.append((Field.KEYS, whole_title_key(reading.repaired)))
    return names


def names_of_words(words: Words) -> list[Name]:
    """The terms that a run of plain words may be ranked by."""
    run, reading, reread, repaired = words.run, words.reading, words.reread, words.reading.repaired_run
    meant = [form for meaning in reading.meanings for form in meaning.forms]
    names = whole_title_names(run, reading)
    for form in dict.fromkeys((*run.forms, *meant, *map(fold, meant), *(repaired.forms if repaired else ()))):
        plain = fold(form)
        names += (Field.SYLLABLES, form), (Field.UNMARKED, plain), (Field.TITLE, form), (Field.TITLE_UNMARKED, plain)
    kept = [word.form for word in run.words if reread.isdisjoint(range(word.first, word.last + 1))]
    for each in run.respelled:
        names += *each.names, *each.title_names
        for sequence in each.sequences:
            names += names_of(sequence)
    compounds = {first for first, last in run.compounds if last > first}
    typed = enumerate(pairwise(run.forms))
    pairs = [pair for at, pair in typed if at in compounds or reread.isdisjoint((at, at + 1))]
    pairs += [(meaning.forms[0], meaning.forms[1]) for meaning in reading.meanings if len(meaning.forms) == 2]
    if repaired:
        kept += [word.form for word in repaired.words]
        pairs += pairwise(repaired.forms)
    return names + [(Field.WORDS, word) for word in kept] + [(Field.BIGRAMS, bigram(*pair)) for pair in pairs]
