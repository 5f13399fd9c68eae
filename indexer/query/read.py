"""Reading clauses: text analysed once, plain words interpreted by the lexicon, terms to look up collected.

What comes out is all that planning needs beside the document frequencies of `Read.names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from indexer.query.clauses import (
    AndClause,
    Clause,
    DateClause,
    FacetClause,
    NotClause,
    OrClause,
    PhraseClause,
    PrefixClause,
    TitleClause,
    WordsClause,
)
from indexer.query.frequencies import Name, names_of
from indexer.query.parse import Parsed
from indexer.query.questions import Sought, framed, sought
from indexer.query.reading import QueryReader, Reading, literal
from indexer.query.words import WordRun, analyze_run, is_shouted
from indexer.schema import Field, bigram
from indexer.settings import Settings
from indexer.vietnamese import begun_forms, fold, forms


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
class Adjacent:
    """Syllables side by side in a field."""

    forms: tuple[str, ...]
    field: Field = Field.SYLLABLES


@dataclass(frozen=True, slots=True)
class AllOf:
    """What a minus excludes: passages that have all of these, each one syllable or several side by side."""

    chunks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands side by side: plain words, what else is demanded, what is excluded."""

    words: tuple[Words, ...]
    demanded: tuple[Asked, ...]
    excluded: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Alternatives."""

    groups: tuple[Group, ...]


Asked: TypeAlias = Adjacent | AllOf | PrefixClause | FacetClause | DateClause | Group | Either


class Read:
    """A query that was read; without a reader, plain words mean what they say.

    `asked` is what it asks, `words` are all its runs of plain words, `names` the terms that planning may look up (some
    twice), `seeks` says what a question asks for. Of more than `query_clauses` syllables (one chunk, a URL, may have
    many), `left_out` is the first that did not count any more.
    """

    def __init__(self, parsed: Parsed, settings: Settings, reader: QueryReader | None) -> None:
        self._read = reader.read if reader else literal
        self._keeps_frames = not settings.question_frames
        self._shouted = is_shouted(parsed.text)
        self._left = settings.query_clauses
        self.words: list[Words] = []
        self.names: list[Name] = []
        self.seeks: Sought | None = None
        self.left_out = ""
        self.asked = self._group(parsed.clauses)

    def _group(self, clauses: Sequence[Clause]) -> Group:
        """What clauses ask together."""
        words = tuple(self._words(clauses))
        demanded, excluded = [], []
        for clause in clauses:
            if isinstance(clause, NotClause):
                excluded.append(self._excluded(clause.clause))
            elif not isinstance(clause, WordsClause):
                demanded.append(self._one(clause))
        return Group(words, tuple(demanded), tuple(excluded))

    def _one(self, clause: Clause) -> Asked:
        match clause:
            case PhraseClause(text=text):
                return self._adjacent(text)
            case TitleClause(text=text):
                return self._adjacent(text, Field.TITLE)
            case PrefixClause(stem=stem):
                found = begun_forms(stem)
                return PrefixClause(found[0]) if len(found) == 1 else self._adjacent(stem)
            case FacetClause() | DateClause():
                return clause
            case OrClause(clauses=clauses):
                return Either(tuple([self._group((inner,)) for inner in clauses]))
            case AndClause(clauses=clauses):
                return self._group(clauses)
            case WordsClause() | NotClause():
                return self._group((clause,))

    def _excluded(self, clause: Clause) -> Asked:
        match clause:
            case WordsClause(words=words):
                return AllOf(tuple([self._adjacent(word.text).forms for word in words]))
            case PhraseClause(text=text):
                return AllOf((self._adjacent(text).forms,))
            case _:
                return self._one(clause)

    def _adjacent(self, text: str, field: Field = Field.SYLLABLES) -> Adjacent:
        found = tuple(forms(text))
        kept = found[: self._left]
        self._count(len(kept), found[len(kept)] if len(kept) < len(found) else "")
        self.names += names_of(kept, field)
        return Adjacent(kept, field)

    def _count(self, syllables: int, left_out: str) -> None:
        self._left -= syllables
        self.left_out = self.left_out or left_out

    def _words(self, clauses: Sequence[Clause]) -> Iterator[Words]:
        """The runs of plain words among clauses, without their question frames unless nothing else remains."""
        read: list[tuple[WordRun, Reading, list[bool]]] = []
        for clause in clauses:
            if isinstance(clause, WordsClause):
                run, left_out = analyze_run(clause.words, self._left, shouted=self._shouted)
                self._count(len(run.forms), left_out)
                if self._read is literal:
                    run = replace(run, respelled=())
                reading = self._read(run)
                read.append((run, reading, _framed(run, reading)))
        # Restrictions say where to look, not for what.
        others = any(not isinstance(each, WordsClause | NotClause | FacetClause | DateClause) for each in clauses)
        keep = self._keeps_frames or (not others and all(all(frame) for _, _, frame in read))
        for run, reading, frame in read:
            words = Words(run, reading, [False] * len(frame) if keep else frame)
            self.words.append(words)
            self.seeks = self.seeks or sought(reading.repaired)
            self.names += names_of_words(words)
            yield words


def _framed(run: WordRun, reading: Reading) -> list[bool]:
    """Which tokens belong to a question frame, as typed or as repaired (`laf gif` is `là gì`)."""
    if not reading.repairs:
        return list(run.framed)
    repaired = framed(reading.repaired)
    return [flag or all(repaired[place] for place in reading.places[at]) for at, flag in enumerate(run.framed)]


def names_of_words(words: Words) -> list[Name]:
    """The terms that a run of plain words may be ranked by."""
    run, reading, reread, repaired = words.run, words.reading, words.reread, words.reading.repaired_run
    meant = [form for meaning in reading.meanings for form in meaning.forms]
    names: list[Name] = []
    for form in dict.fromkeys((*run.forms, *meant, *map(fold, meant), *(repaired.forms if repaired else ()))):
        plain = fold(form)
        names += (Field.SYLLABLES, form), (Field.UNMARKED, plain), (Field.TITLE, form), (Field.TITLE_UNMARKED, plain)
    kept = [word.form for word in run.words if reread.isdisjoint(range(word.first, word.last + 1))]
    for each in run.respelled:
        names += each.names
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
