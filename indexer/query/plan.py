"""What a parsed query asks of an engine: the weighted Query tree, and what to mark in what is found.

Here clauses become nodes. How plain words are ranked lives in `ranking`, in which field a form is looked for in
`lookup`, how a leaf is scored in `indexer.engine.base`.

Plain words are ranked, not demanded: a passage is found when it holds a share of them (`settings.minimum_match`).
Everything else (phrases, prefixes, restrictions) is demanded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.engine.query import All, Any, Dated, Everything, Exclude, Facet, Node, Prefix
from indexer.passages.targets import MatchMode, Target, TargetToken, whole_target
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
from indexer.query.filters import restricted
from indexer.query.interpretation import interpret
from indexer.query.lookup import Lookup
from indexer.query.parse import Parsed
from indexer.query.questions import Sought, framed, sought
from indexer.query.ranking import Ranking
from indexer.query.reading import Reader, Reading
from indexer.query.segments import Segment, forms_of, is_shouted, segment
from indexer.query.weighing import CapitalWeights
from indexer.results import Interpretation, QueryWarning, SearchRequest
from indexer.schema import Field, facet_key
from indexer.settings import Settings
from indexer.vietnamese import fold, has_diacritics

_EVEN = CapitalWeights(None, 0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask and what to mark. `node` is None when neither the query nor the request asks for anything.

    `asked` is the same without the restrictions of the request; None when the query asks for nothing. `warnings` are
    those of parsing and of planning. `seeks` says what a question asks for (`questions.sought`).
    """

    node: Node | None
    targets: tuple[Target, ...]
    warnings: tuple[QueryWarning, ...]
    interpretation: Interpretation | None = None
    asked: Node | None = None
    seeks: Sought | None = None


def plan(
    parsed: Parsed,
    request: SearchRequest,
    lookup: Lookup,
    settings: Settings,
    reader: Reader | None = None,
    weights: CapitalWeights = _EVEN,
) -> Plan:
    """The Query tree of a query, restricted as the request says. Never raises.

    `lookup` asks the index that is searched. With a `reader`, plain words are also searched as what they may mean;
    `interpretation` says what that is. `weights` says how much each of them counts.
    """
    if request.sort == "date":
        # What holds one word of many would otherwise come first because it is new.
        settings = replace(settings, minimum_match=max(settings.minimum_match, settings.minimum_match_by_date))
    planner = _Planner(lookup, settings, parsed.text, reader, weights)
    asked = planner.all_of(parsed.clauses)
    warnings = parsed.warnings
    if planner.left_out:
        message = f"A query may have {settings.query_clauses} syllables and other clauses; the rest was left out."
        warnings += (QueryWarning("too_many_clauses", planner.left_out, message),)
    interpretation = interpret(parsed.text, planner.readings)
    targets = tuple(dict.fromkeys(planner.targets))
    return Plan(restricted(asked, request), targets, warnings, interpretation, asked, planner.seeks)


class _Planner:
    """Turns clauses into nodes, and notes on the way what to mark."""

    def __init__(
        self, lookup: Lookup, settings: Settings, text: str, reader: Reader | None, weights: CapitalWeights
    ) -> None:
        self._lookup = lookup
        self._reader = reader
        self._settings = settings
        self._weights = weights
        self._among_diacritics = has_diacritics(text)
        self._shouted = is_shouted(text)
        self._tokens_left = settings.query_clauses
        self.targets: list[Target] = []
        self.readings: list[tuple[WordsClause, Segment, Reading]] = []
        """What was read into runs of plain words that stand in the query as they were analysed."""
        self.seeks: Sought | None = None
        self.left_out = ""
        """The first syllable that did not count any more."""

    def all_of(self, clauses: Sequence[Clause]) -> Node | None:
        """What all of the clauses ask together; None when they ask for nothing."""
        required: list[Node] = []
        excluded: list[Node] = []
        if node := self._words(clauses):
            required.append(node)
        for clause in clauses:
            if isinstance(clause, NotClause):
                if node := self._excluded(clause.clause):
                    excluded.append(node)
            elif not isinstance(clause, WordsClause) and (node := self._one(clause)):
                required.append(node)
        if not excluded:
            return _all(required) if required else None
        return Exclude(_all(required) if required else Everything(), _any(excluded))

    def _one(self, clause: Clause) -> Node | None:
        """What one clause asks; None when it asks for nothing."""
        match clause:
            case PhraseClause(text=text):
                return self._phrase(text, Field.SYLLABLES, self._settings.weight_syllables)
            case TitleClause(text=text):
                return self._phrase(text, Field.TITLE, self._settings.weight_title)
            case PrefixClause(stem=stem):
                return self._prefix(stem)
            case FacetClause(name=name, value=value):
                key = facet_key(value)
                return Facet(name, key, whole=name == "kind") if key else None
            case DateClause(first=first, last=last):
                return Dated(first, last)
            case OrClause(clauses=clauses):
                nodes = [node for inner in clauses if (node := self.all_of((inner,)))]
                return _any(nodes) if nodes else None
            case AndClause(clauses=clauses):
                return self.all_of(clauses)
            case WordsClause() | NotClause():
                return self.all_of((clause,))

    def _words(self, clauses: Sequence[Clause]) -> Node | None:
        """What the plain words among the clauses ask; pairs of neighbours do not reach over other clauses."""
        runs = [(clause, self._segment(clause)) for clause in clauses if isinstance(clause, WordsClause)]
        readings = [self._reader.read(found) if self._reader else None for _, found in runs]
        frames = [_framed(found, reading) for (_, found), reading in zip(runs, readings, strict=True)]
        # Restrictions say where to look, not for what.
        others = any(not isinstance(each, WordsClause | NotClause | FacetClause | DateClause) for each in clauses)
        keep_frames = not self._settings.question_frames or (not others and all(all(frame) for frame in frames))
        ranking = Ranking(self._lookup, self._settings, self._weights)
        for (clause, found), reading, frame in zip(runs, readings, frames, strict=True):
            dropped = [flag and not keep_frames for flag in frame]
            ranking.add(found, dropped, reading)
            self._mark_segment(found, dropped)
            self.seeks = self.seeks or sought(reading.repaired if reading else found.forms)
            if reading is not None and reading.meanings:
                self.readings.append((clause, found, reading))
                self._add_reading(ranking, found, dropped, reading)
        return ranking.node()

    def _add_reading(self, ranking: Ranking, found: Segment, dropped: Sequence[bool], reading: Reading) -> None:
        """Let the repaired run and the other meanings add to the score, and note that they are to be marked."""
        if reading.repairs:
            places = reading.places(len(found.forms))
            meant = segment(" ".join(reading.repaired), len(reading.repaired))
            lost = {place for at, drop in enumerate(dropped) if drop for place in places[at]}
            shares = {place: repair.share for repair in reading.repairs for place in places[repair.start]}
            if len(meant.forms) == len(reading.repaired):
                rest = reading.confidence if reading.judges_all(found) else 0.0
                fresh = [0.0 if place in lost else shares.get(place, rest) for place in range(len(meant.forms))]
                ranking.add_repaired(meant, fresh)
                self._mark_segment(meant, [place in lost for place in range(len(meant.forms))])
        for meaning in reading.meanings:
            if meaning.kind != "repair" and not all(dropped[meaning.start : meaning.end]):
                self.targets.append(whole_target(meaning.forms))

    def _segment(self, clause: WordsClause) -> Segment:
        """The analysis of a run of plain words, as far as the query may go."""
        text = " ".join(word.text for word in clause.words)
        forms = self._counted(forms_of(text))
        return segment(text, len(forms), shouted=self._shouted)

    def _counted(self, forms: tuple[str, ...]) -> tuple[str, ...]:
        """The forms that still count: one chunk (a URL, a phrase) may have more syllables than a query may."""
        kept = forms[: self._tokens_left]
        self._tokens_left -= len(kept)
        if len(kept) < len(forms):
            self.left_out = self.left_out or forms[len(kept)]
        return kept

    def _mark_segment(self, found: Segment, dropped: Sequence[bool]) -> None:
        """Note that words of a run of plain text are to be marked."""
        if all(dropped):
            return
        tokens: list[TargetToken | None] = []
        for form, drop in zip(found.forms, dropped, strict=True):
            mode = self._lookup.match_mode(form, found.marked) or MatchMode.EXACT
            tokens.append(None if drop else TargetToken(fold(form) if mode is MatchMode.UNMARKED else form, mode))
        self.targets.append(Target(tuple(tokens), found.units))

    def _phrase(self, text: str, field: Field, weight: float) -> Node | None:
        forms = self._counted(forms_of(text))
        if not forms:
            return None
        leaf, plain = self._lookup.sequence(forms, weight, field)
        if plain:
            self.targets.append(whole_target(tuple(map(fold, forms)), MatchMode.UNMARKED))
        else:
            self.targets.append(whole_target(forms))
        return leaf

    def _prefix(self, stem: str) -> Node | None:
        forms = forms_of(stem)
        if len(forms) != 1:
            return self._phrase(stem, Field.SYLLABLES, self._settings.weight_syllables)
        form, marked = forms[0], has_diacritics(forms[0])
        self.targets.append(whole_target((form,), MatchMode.PREFIX if marked else MatchMode.UNMARKED_PREFIX))
        field = Field.SYLLABLES if marked else Field.UNMARKED
        return Prefix(field, form, self._settings.weight_syllables, self._settings.query_expansions)

    def _excluded(self, clause: Clause) -> Node | None:
        """What the clause after a minus asks. Nothing of it is marked.

        Without diacritics, it excludes whatever its diacritics, unless diacritics were typed in the rest of the query.
        """
        match clause:
            case WordsClause(words=words):
                texts = [word.text for word in words]
            case PhraseClause(text=text):
                texts = [text]
            case _:
                marked = len(self.targets)
                node = self._one(clause)
                del self.targets[marked:]
                return node
        chunks = [self._counted(forms_of(text)) for text in texts]
        leaves = [
            self._lookup.sequence(forms, 0.0, among_diacritics=self._among_diacritics)[0] for forms in chunks if forms
        ]
        return _all(leaves) if leaves else None


def _framed(found: Segment, reading: Reading | None) -> list[bool]:
    """Which tokens belong to a question frame, as typed or as repaired (`laf gif` is `là gì`)."""
    if reading is None or not reading.repairs:
        return list(found.framed)
    repaired = framed(reading.repaired)
    places = reading.places(len(found.forms))
    return [flag or all(repaired[place] for place in places[at]) for at, flag in enumerate(found.framed)]


def _all(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def _any(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Any(tuple(nodes))
