"""Interpretations of plain words: corrections of typing errors, and expansions of abbreviations.

What the index taught us lives in `indexer.lexicon`; here its answers about one run of plain words are gathered as
values. How they change what is asked lives in `rank`: a reading is searched together with what was typed.
"""

from __future__ import annotations

import copy
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from indexer.lexicon import Abbreviations, Change, Lexicon, Repair, Repairer
from indexer.lexicon.abbreviations import spellings
from indexer.lexicon.repair import LONGEST_QUERY
from indexer.lexicon.synonyms import SynonymFile
from indexer.query.clauses import Chunk
from indexer.query.leeway import leeway
from indexer.query.respelling import Respelled, is_word_and_number
from indexer.query.shorthand import InFull, shorthand_in
from indexer.query.unmarked_names import likeliest_name, named_ranges, pair_in_text
from indexer.query.words import WordRun, analyze_run
from indexer.results import Expanded, Interpretation, Span
from indexer.vietnamese import fold, has_diacritics, is_spelled_like_a_syllable, is_syllable

Kind = Literal["repair", "expansion", "abbreviation"]

MOST_EXPANSIONS = 3
"""Readings of one ambiguous abbreviation that are searched, the likeliest ones."""

MOST_SYNONYMS = 8
"""Synonyms of one phrase that are searched, those first that stand first in the file."""

CERTAIN = 0.99
"""The least confidence of a repair that decides what is found, not only how it ranks."""

_IN_CAPITALS = 0.5
"""Of what a form that may be an abbreviation stands for, the share in capitals from which it is taken for one."""

SHORTHAND = "shorthand"
"""The source of a repair that is no slip."""

NEXT_READING = 0.7
"""The weight of each further reading of an abbreviation, as a share of the one before."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Tokens `start` to `end` (exclusive) of a run may mean `forms`, side by side; `share` (0 to 1) says how surely.

    `sure` says of a repair that the text itself joins it to a neighbour. `source` is "text" where an indexed text
    defines the abbreviation, "reviewed" where the reviewed list has it; of a repair, "shorthand" where it is no slip.
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
    over: range | None = None
    """Of an abbreviation of a phrase in the run as repaired: the tokens of that."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All meanings of one run, and the whole run repaired (its forms as typed where nothing was changed).

    `repairs` are the meanings that repair a slip, from left to right; `places` are, for each token typed, the tokens of
    `repaired` that stand in its place. `repaired_run` is the repaired run analysed, where there is a repair.
    """

    meanings: tuple[Meaning, ...]
    repaired: tuple[str, ...]
    confidence: float
    repairs: tuple[Meaning, ...] = ()
    places: tuple[range, ...] = ()
    repaired_run: WordRun | None = None

    @property
    def is_certain(self) -> bool:
        """Whether the repair decides what is found: likely enough, and each change joined by the text to a neighbour.

        Then what has nothing but the same letters (`có`, `thị`, `đưa` for `co thi dua`) is left out; the rank of what
        is found stays the same.
        """
        return self.confidence >= CERTAIN and bool(self.repairs) and all(repair.sure for repair in self.repairs)

    def judges_all(self, run: WordRun) -> bool:
        """Whether the repair speaks of every token: in a text without diacritics, what it leaves alone is a choice
        too."""
        return bool(self.repairs) and not run.marked


def literal(run: WordRun) -> Reading:
    """The reading of a run that means what it says."""
    return Reading((), run.forms, 0.5)


class QueryReader:
    """Reads runs of plain words by one lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon, synonyms: SynonymFile | None = None, weight: float = 0.0) -> None:
        """`synonyms` is the owner's file; its members have the `weight` of a share of what was typed."""
        self.lexicon = lexicon
        self._repairer = Repairer(lexicon)
        self._abbreviations = Abbreviations(lexicon)
        self._synonyms = synonyms
        self._weight = weight

    @property
    def has_synonyms(self) -> bool:
        """Whether the owner's file has any."""
        return self._synonyms is not None and any(self._synonyms.current().members())

    def weighing_synonyms(self, weight: float) -> QueryReader:
        """The same with another weight of synonyms."""
        other = copy.copy(self)
        other._weight = weight
        return other

    def read(self, run: WordRun) -> Reading:
        """What a run of plain words may mean."""
        expansions = (*self._abbreviated(run), *self._numbered(run))
        in_full = shorthand_in(run, self.lexicon)
        found = self._repaired(run, in_full)
        if not run.marked and tuple(map(fold, found.forms)) == run.forms:
            found = _with_forms(found, self._as_in_text(run, found.forms), run.forms)
        # An abbreviation looks like a slip, but is none.
        short = {at for meaning in expansions for at in range(meaning.start, meaning.end)}
        things = (each for each in run.respelled if self._is_one_thing(each, run))
        short |= {at for each in things for at in range(each.first, each.last + 1)}
        changes = [change for change in found.changes if short.isdisjoint(range(change.start, change.end))]
        repaired, places = _replaced(run.forms, changes)
        meant = [self._repair(run, change, found.confidence, repaired, places) for change in changes]
        repairs = tuple([_as_shorthand(each) if each.start in in_full else each for each in meant])
        meanings = (*repairs, *expansions, *self._spelled(repaired, places), *self._synonymous(repaired, places))
        return Reading(meanings, repaired, found.confidence, repairs, places, _analyzed(repaired) if repairs else None)

    def _repaired(self, run: WordRun, in_full: Mapping[int, tuple[str, ...]]) -> Repair:
        """The likeliest reading of the tokens of a run, of which some are shorthand."""
        may = leeway(run, self.lexicon)
        if not in_full:
            return self._repairer.repair(run.forms, may)
        expanded = InFull(run, in_full)
        return expanded.of_typed(self._repairer.repair(expanded.forms, expanded.leeway(may)))

    def _is_one_thing(self, each: Respelled, run: WordRun) -> bool:
        """Whether tokens are a date, a code or the like for sure.

        Letters with digits may be keys of VNI (`quo61c`). A word before a number is a code only where the text has both
        together: `MH 370`, not `seagames 33`.
        """
        typed = run.forms[each.first : each.last + 1]
        if each.whole and is_word_and_number(each, run.forms):
            return self.lexicon.count("".join(typed)) > 0 or self.lexicon.pair_count(typed[0], typed[1]) > 0
        return each.whole and (each.last > each.first or typed[0][0].isdigit())

    def _as_in_text(self, run: WordRun, read: tuple[str, ...]) -> tuple[str, ...]:
        """A run without diacritics, not as each syllable was `read` but as the text has them side by side.

        What was typed like a name is the likeliest one. Two syllables that never stand so are the pair that is most
        frequent.
        """
        forms = [*read]
        for first, after in named_ranges(run.initials[:LONGEST_QUERY]):
            forms[first:after] = likeliest_name(forms[first:after], self.lexicon)
        if len(forms) == 2 and not any(run.capitals):
            return pair_in_text(run, (forms[0], forms[1]), self.lexicon)
        return tuple(forms)

    def _repair(
        self, run: WordRun, change: Change, confidence: float, repaired: Sequence[str], places: Sequence[range]
    ) -> Meaning:
        """The meaning that a change gives; of two readings of letters, the lexicon may know too little to be `sure`."""
        lexicon, place = self.lexicon, places[change.start]
        # Where what was typed would find nothing, the repair is searched wholly.
        known = any(lexicon.same_letters(fold(form)) for form in run.forms[change.start : change.end])
        pairs = pairwise(repaired[max(place.start - 1, 0) : place.stop + 1])
        typed = run.forms[change.start : change.end]
        # Nor is another spelling of a foreign word a slip: `ôxy`, `oxi`.
        sure = any(lexicon.are_joined(first, second) for first, second in pairs) and not _are_one(typed, change.forms)
        return Meaning(change.start, change.end, change.forms, confidence if known else 1.0, "repair", sure=sure)

    def _synonymous(self, repaired: Sequence[str], places: Sequence[range]) -> Iterator[Meaning]:
        """What the owner's synonyms have for the run as repaired, each in place of the tokens that were typed."""
        for found in self._synonyms.current().find(repaired) if self._synonyms and self._weight else ():
            over = [at for at, each in enumerate(places) if each.start < found.end and found.start < each.stop]
            for forms in found.others[:MOST_SYNONYMS]:
                yield Meaning(over[0], over[-1] + 1, forms, self._weight, "expansion", "synonyms")

    def _abbreviated(self, run: WordRun) -> Iterator[Meaning]:
        found = self._abbreviations.find(run.forms, run.capitals)
        covered = {at for place in found for at in range(place.start, place.end)}
        for place in found:
            if _is_in_name(range(place.start, place.end), run, covered):
                continue
            typed = run.forms[place.start : place.end]
            share = 1.0
            meant = [each for each in place.expansions if not self._means_itself(typed, each.short)]
            if meant and not self._abbreviations.says_more(meant[0]):
                continue  # What is likeliest finds no more, and the others are not meant.
            meant = list(filter(self._abbreviations.says_more, meant))
            for expansion in meant[:MOST_EXPANSIONS]:
                yield Meaning(place.start, place.end, expansion.forms, share, "expansion", expansion.source)
                others = [entry.short for entry in self._abbreviations.abbreviations(expansion.forms)]
                for short in dict.fromkeys([expansion.short, *others]):
                    for spelling in spellings(short):
                        if spelling != typed and not self._is_word(spelling):
                            yield Meaning(place.start, place.end, spelling, share, "abbreviation", written=short)
                share *= NEXT_READING

    def _numbered(self, run: WordRun) -> Iterator[Meaning]:
        """What abbreviations stand for that have a number stuck to them, where the text has that: `NĐ168`."""
        for at, form in enumerate(run.forms):
            letters = form.rstrip("0123456789")
            if not letters.isalpha() or letters == form:
                continue
            number = form.removeprefix(letters)
            for place in self._abbreviations.find((letters,), (run.capitals[at],)):
                for each in place.expansions:
                    if self.lexicon.pair_count(each.forms[-1], number):
                        yield Meaning(at, at + 1, (*each.forms, number), 1.0, "expansion", each.source)

    def _means_itself(self, typed: Sequence[str], short: str) -> bool:
        """Whether the text has what was typed at least as often as an abbreviation with other letters: `DNA`, `ĐNA`."""
        own = spellings(short)
        if len(typed) > 1 or tuple(typed) in own:
            return False
        counts = [self.lexicon.count(each[0]) for each in own if len(each) == 1]
        return self.lexicon.count(typed[0]) >= max(1, *counts)

    def _is_word(self, spelling: Sequence[str]) -> bool:
        """Whether an abbreviation is spelled like a syllable that the text mostly has in small letters: `TƯ`, `CA`.

        What has the syllable would be found for the long form.
        """
        return (
            len(spelling) == 1
            and is_syllable(spelling[0])
            and self.lexicon.count(spelling[0]) > 0
            and self.lexicon.capital_share(spelling[0]) < _IN_CAPITALS
        )

    def _spelled(self, repaired: Sequence[str], places: Sequence[range]) -> Iterator[Meaning]:
        """The abbreviations of phrases in the run as repaired, each in place of the tokens that were typed."""
        for place in self._abbreviations.find_long(repaired):
            over = [at for at, each in enumerate(places) if each.start < place.end and place.start < each.stop]
            for spelling in place.spellings:
                if self._is_word(spelling):
                    continue
                yield Meaning(
                    over[0],
                    over[-1] + 1,
                    spelling,
                    1.0,
                    "abbreviation",
                    written=place.short,
                    over=range(place.start, place.end),
                )


def _as_shorthand(repair: Meaning) -> Meaning:
    """The meaning of shorthand: for sure what it stands for, and nothing to ask the user about."""
    return replace(repair, share=1.0, sure=True, source=SHORTHAND)


def _with_forms(found: Repair, forms: tuple[str, ...], typed: Sequence[str]) -> Repair:
    """A repair with other forms in the place of its own, one for each that was typed."""
    if forms == found.forms:
        return found
    changes = tuple([Change(at, at + 1, (form,)) for at, form in enumerate(forms) if form != typed[at]])
    return Repair(forms, changes, found.habit, found.margin if changes else 0.0)


def _are_one(typed: Sequence[str], meant: Sequence[str]) -> bool:
    """Whether two spellings are of one foreign word: `ôxy`, `oxi`; `merits`, `merit`; `misa`, `mi-sa`."""
    if [_sound(form) for form in typed] == [_sound(form) for form in meant]:
        return True
    return "".join(typed) == "".join(meant) and not any(map(has_diacritics, typed))


def _sound(form: str) -> str:
    """What spellings of a foreign word have in common; of a syllable, all that it is."""
    return form if is_syllable(form) else fold(form).replace("y", "i").removesuffix("s")


def _is_in_name(place: range, run: WordRun, short: Container[int]) -> bool:
    """Whether an abbreviation is a part of a chunk whose other parts are neither words nor abbreviations: `M-TP`."""
    parts = (at for first, last in run.compounds if first <= place.start <= last for at in range(first, last + 1))
    return any(
        at not in short and not (len(run.forms[at]) > 1 and is_spelled_like_a_syllable(run.forms[at])) for at in parts
    )


def _replaced(forms: tuple[str, ...], changes: Sequence[Change]) -> tuple[tuple[str, ...], tuple[range, ...]]:
    """The forms with the changes made, and for each form the ones that stand in its place."""
    made: list[str] = []
    places: list[range] = []
    for change in (*changes, Change(len(forms), len(forms), ())):
        kept = forms[len(places) : change.start]
        places += [range(at, at + 1) for at in range(len(made), len(made) + len(kept))]
        made += kept
        places += [range(len(made), len(made) + len(change.forms))] * (change.end - change.start)
        made += change.forms
    return tuple(made), tuple(places)


def _analyzed(forms: Sequence[str]) -> WordRun | None:
    """Forms as a run of their own; None where that has other tokens."""
    run, _ = analyze_run((Chunk(" ".join(forms), 0, 0),), len(forms))
    return run if len(run.forms) == len(forms) else None


def interpret(query: str, runs: Sequence[tuple[WordRun, Reading]]) -> Interpretation | None:
    """What was read into `query`: typing errors corrected and abbreviations expanded; None when nothing was."""
    repairs: list[tuple[Span, str]] = []
    expanded: list[Expanded] = []
    confidence, sure, asks = 1.0, True, False
    for run, reading in runs:
        for meaning in reading.meanings:
            first, last = run.spans[meaning.start], run.spans[meaning.end - 1]
            if first is None or last is None:
                continue
            span = first[0], last[1]
            if meaning.kind == "repair":
                repairs.append((span, _cased(query[slice(*span)], meaning.forms)))
                confidence = min(confidence, reading.confidence)
                sure = sure and meaning.sure
                asks = asks or meaning.source != SHORTHAND
            elif meaning.forms != run.forms[meaning.start : meaning.end]:
                expanded.append(Expanded(span, meaning.written or " ".join(meaning.forms), meaning.source))
    if not repairs and not expanded:
        return None
    repaired, changes, at = "", [], 0
    for (start, end), text in sorted(repairs):
        repaired += query[at:start]
        changes.append((len(repaired), len(repaired) + len(text)))
        repaired += text
        at = end
    return Interpretation(
        original=query,
        repaired=repaired + query[at:],
        changes=tuple(changes),
        confidence=confidence,
        sure=sure and asks,
        expanded=tuple(dict.fromkeys(expanded)),
    )


def _cased(typed: str, forms: Sequence[str]) -> str:
    """The repaired forms in the case that was typed."""
    text = " ".join(forms)
    if typed.isupper() and len(typed) > 1:
        return text.upper()
    return text[:1].upper() + text[1:] if typed[:1].isupper() else text
