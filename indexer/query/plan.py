"""Building the weighted Query trees of a query, and its highlight targets.

A pipeline: `parse` gives clauses, `read` analyses them and asks the lexicon, the index is asked for the document
frequencies of all terms at once, and from these values alone the trees are made: of what is found, by the rule of
`found`, and of what is nearest where that is too little; both are scored by the leaves of `rank`. What else is asked
(prefixes, restrictions) is demanded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from indexer.engine.base import Vocabulary
from indexer.engine.query import Everything, Exclude, Node, Phrase, Prefix, Range, Term, all_of, any_of
from indexer.passages.highlight import Highlighter
from indexer.passages.targets import MatchMode, Target, TargetToken, whole_target
from indexer.query.clauses import DateClause, FacetClause, PrefixClause
from indexer.query.field_values import node_of
from indexer.query.filters import restricted
from indexer.query.found import KnownUnit, distinct, found, known_unit, scored, shares
from indexer.query.frequencies import Frequencies, leaf
from indexer.query.parse import Parsed
from indexer.query.questions import Sought
from indexer.query.rank import nearest, rank
from indexer.query.read import AllOf, Asked, Beside, Either, Group, Read, Words
from indexer.query.reading import QueryReader, interpret
from indexer.query.respelling import Respelled
from indexer.query.unit import Unit
from indexer.query.weighing import CapitalWeights
from indexer.query.words import WordRun
from indexer.results import Interpretation, QueryWarning, SearchRequest
from indexer.schema import Field, bigram, title_key
from indexer.settings import Settings
from indexer.vietnamese import fold, has_diacritics

_EVEN = CapitalWeights(None, 0.0)

OTHER_READING = 1.0
"""The weight of what two syllables without diacritics mean besides what the query was read as, as a share of that of a
pair: so rare words are among the first that are found."""

BROWSING = "*"
"""The query that finds everything: the archive, newest first."""


@dataclass(frozen=True)
class Plan:
    """What to ask and what to highlight.

    `node` asks for the found set, None when neither the query nor the request asks for anything; `nearest` for what
    comes nearest besides, None where that can be nothing else. `asked` is `node` without the restrictions of the
    request; None when the query asks for nothing. `units` are those of the query, `targets` what to highlight in what
    is found, `nearest_targets` in what is nearest. `is_one_unit` says that what is found is what has the only unit,
    `is_met_by_all` that it has all of the units, `by_relevance` that the score decides before it: the query is a
    question, or long. `warnings` are those of parsing and of planning. `seeks` says what a question asks for
    (`questions.sought`), `frequencies` in how many paragraphs each term of the trees stands.
    """

    node: Node | None
    targets: tuple[Target, ...]
    warnings: tuple[QueryWarning, ...]
    interpretation: Interpretation | None = None
    asked: Node | None = None
    nearest: Node | None = None
    nearest_targets: tuple[Target, ...] = ()
    units: tuple[KnownUnit, ...] = ()
    is_one_unit: bool = False
    is_met_by_all: bool = True
    by_relevance: bool = False
    seeks: Sought | None = None
    frequencies: Frequencies = field(default_factory=lambda: Frequencies({}), compare=False)

    @cached_property
    def highlighter(self) -> Highlighter:
        """Highlights what is found."""
        return Highlighter(self.targets)

    @cached_property
    def nearest_highlighter(self) -> Highlighter:
        """Highlights what is nearest."""
        return self.highlighter if self.nearest_targets == self.targets else Highlighter(self.nearest_targets)


def plan(
    parsed: Parsed,
    request: SearchRequest,
    vocabulary: Vocabulary,
    settings: Settings,
    reader: QueryReader | None = None,
    weights: CapitalWeights = _EVEN,
) -> Plan:
    """The Query trees of a query, restricted as the request says; raises `ValueError` as `restricted` does.

    `vocabulary` is that of the index that is searched, asked once. With a `reader`, plain words are also searched as
    what they may mean; `interpretation` says what that is. `weights` says how much each of them counts.
    """
    return plan_of(plan_inputs(parsed, request, vocabulary, settings, reader), request, settings, weights)


class PlanInputs(NamedTuple):
    """A query that was read, and in how many paragraphs its terms stand: what planning needs besides weights."""

    parsed: Parsed
    query: Read
    frequencies: Frequencies


def plan_inputs(
    parsed: Parsed, request: SearchRequest, vocabulary: Vocabulary, settings: Settings, reader: QueryReader | None
) -> PlanInputs:
    """Read a query and ask the index for its terms; of the weights, only the `reader` may have one."""
    query = Read(parsed, settings, reader, literal=request.literal)
    return PlanInputs(parsed, query, Frequencies.ask(vocabulary, query.names, literal=request.literal))


def plan_of(inputs: PlanInputs, request: SearchRequest, settings: Settings, weights: CapitalWeights = _EVEN) -> Plan:
    """The Query trees of a query that was read."""
    parsed, query, frequencies = inputs
    planner = _Planner(frequencies, settings, weights, query.exact)
    asked = planner.group(query.asked)
    units = tuple(map(planner.known, dict.fromkeys(query.units)))
    warnings = (
        *parsed.warnings,
        *_ignoring_diacritics(units),
        *_standing_nowhere(map(planner.known, dict.fromkeys(query.alternatives))),
        *map(_excluding_nothing, planner.needless),
        *map(_excluding_whole, query.excluded_whole),
    )
    if query.left_out:
        message = f"A query may have {settings.query_clauses} syllables and other clauses; the rest was left out."
        warnings += (QueryWarning("too_many_clauses", query.left_out, message),)
    targets = dict.fromkeys(planner.targets)
    node = restricted(asked.found, request, settings.schema)
    if node is None and parsed.text.strip() == BROWSING:
        node = Everything()
    return Plan(
        node=node,
        targets=tuple(targets),
        warnings=warnings,
        interpretation=interpret(parsed.text, [(words.run, words.reading) for words in query.words]),
        asked=asked.found,
        nearest=restricted(asked.nearest, request, settings.schema) if asked.nearest else None,
        nearest_targets=tuple(targets | dict.fromkeys(planner.nearest_targets)),
        units=units,
        is_one_unit=node is asked.found and len(units) == 1 and not (query.asked.demanded or query.asked.excluded),
        is_met_by_all=not query.shares,
        by_relevance=query.shares or any(any(words.dropped) for words in query.words),
        seeks=query.seeks,
        frequencies=frequencies,
    )


def _ignoring_diacritics(units: Sequence[KnownUnit]) -> Iterator[QueryWarning]:
    """A warning for each quoted phrase that is met without regard to diacritics."""
    for each in units:
        instead = each.unit.instead
        if instead and each.unit.quoted and instead.field is Field.UNMARKED and instead in each.met:
            message = "The index does not have this phrase without diacritics: it was searched with any."
            yield QueryWarning("diacritics_ignored", each.unit.text, message)


def _standing_nowhere(alternatives: Iterable[KnownUnit]) -> Iterator[QueryWarning]:
    """A warning for each unit of an alternative that the index does not have."""
    for each in alternatives:
        if not each.stands:
            yield not_in_index(each.unit.text)


def not_in_index(text: str) -> QueryWarning:
    """The warning for a unit that no passage has."""
    return QueryWarning("not_in_index", text, "No passage of the index has this.")


def _excluding_nothing(form: str) -> QueryWarning:
    return QueryWarning("excluded_nowhere", form, "No passage of the index has what is to be excluded.")


def _excluding_whole(words: str) -> QueryWarning:
    return QueryWarning("excluded_whole", words, "The whole of it was excluded; quotes say so for sure.")


class Trees(NamedTuple):
    """What is found, and what is nearest besides: None where it asks for nothing, or there is nothing of that kind."""

    found: Node | None
    nearest: Node | None = None


@dataclass(frozen=True, slots=True)
class _Planner:
    """Turns what was read into nodes, and notes on the way what to highlight."""

    frequencies: Frequencies
    settings: Settings
    weights: CapitalWeights
    exact: bool
    targets: list[Target] = field(default_factory=list)
    nearest_targets: list[Target] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    """What is to be excluded, but stands nowhere."""
    _known: dict[Unit, KnownUnit] = field(default_factory=dict)

    def known(self, unit: Unit) -> KnownUnit:
        """A unit, and what the index has of it."""
        if unit not in self._known:
            self._known[unit] = known_unit(unit, self.frequencies)
        return self._known[unit]

    def group(self, group: Group) -> Trees:
        """What stands together."""
        demanded = map(self._one, group.demanded)
        parts = [part for part in (self._words(group), *dict.fromkeys(demanded)) if part.found]
        highlighted, highlighted_nearest = len(self.targets), len(self.nearest_targets)
        excluded = list(dict.fromkeys([each.found for each in map(self._one, group.excluded) if each.found]))
        self.needless.extend(
            [each.form for each in excluded if isinstance(each, Term) and self.frequencies.lacks(each.field, each.form)]
        )
        # Nothing of what is excluded is highlighted.
        del self.targets[highlighted:]
        del self.nearest_targets[highlighted_nearest:]
        required = all_of([part.found for part in parts if part.found]) if parts else None
        nearest = None
        if any(part.nearest for part in parts):
            nearest = all_of([node for part in parts if (node := part.nearest or part.found)])
        if not excluded:
            return Trees(required, nearest)
        exclude = any_of(excluded)
        return Trees(Exclude(required or Everything(), exclude), Exclude(nearest, exclude) if nearest else None)

    def _words(self, group: Group) -> Trees:
        """What plain words and quoted phrases that stand together ask for."""
        for words in group.words:
            self.targets.extend(_targets(words, self.frequencies))
        for words in group.ranked:
            self.nearest_targets.extend(_targets(words, self.frequencies))
        # Whoever asks for nothing but a phrase wants the letters.
        has_words = any(not all(words.dropped) for words in group.words)
        leaves = rank(group.ranked if has_words else group.words, self.frequencies, self.settings, self.weights)
        phrases: list[Term | Phrase] = []
        units = distinct([self.known(each) for each in group.units])
        for each in units:
            for reading in each.met if each.unit.quoted else ():
                if reading.field is Field.KEYS:
                    self.targets.append(Target((), (), whole=True, keys=reading.forms))
                else:
                    mode = MatchMode.UNMARKED if reading.field is Field.UNMARKED else MatchMode.EXACT
                    self.targets.append(whole_target(reading.forms, mode))
                if len(reading.forms) > 1 or not has_words:
                    phrases.append(leaf(reading.field, reading.forms, self.settings.weight_syllables))
        phrases += self._read_otherwise(group.units, leaves.all)
        around = nearest(leaves, phrases)
        node = found(units, self.settings)
        if node is None:
            return Trees(around)
        node = scored(node, (*leaves.all, *phrases))
        asks = shares(group.units, self.settings) or any(any(words.dropped) for words in group.words)
        if around is not None and len(units) > 1 and not asks:
            # What has none of a few units is not near; a question is answered in other words too.
            around = all_of([any_of([each.held for each in units]), around])
        return Trees(node, around if has_words and around != node else None)

    def _read_otherwise(self, units: Sequence[Unit], leaves: Sequence[Term | Phrase]) -> Iterator[Term | Phrase]:
        """What else two syllables without diacritics mean side by side, than what the query was read as."""
        weight = OTHER_READING * self.settings.weight_bigrams
        known = {each.form for each in leaves if isinstance(each, Term) and each.field is Field.BIGRAMS}
        for unit in units:
            for pair in unit.pairs:
                if bigram(*pair) not in known and self.frequencies.knows(Field.BIGRAMS, bigram(*pair)):
                    yield leaf(Field.SYLLABLES, pair, weight)

    def _one(self, asked: Asked) -> Trees:
        settings = self.settings
        match asked:
            case Beside(forms, field) if forms:
                weight = settings.weight_title if field is Field.TITLE else settings.weight_syllables
                leaf, plain = self.frequencies.demanded(forms, weight, field, exact=self.exact)
                mode = MatchMode.UNMARKED if plain else MatchMode.EXACT
                self.targets.append(whole_target(tuple(map(fold, forms)) if plain else forms, mode))
                return Trees(leaf)
            case PrefixClause(form):
                marked = self.exact or has_diacritics(form)
                self.targets.append(whole_target((form,), MatchMode.PREFIX if marked else MatchMode.UNMARKED_PREFIX))
                field = Field.SYLLABLES if marked else Field.UNMARKED
                return Trees(Prefix(field, form, settings.weight_syllables, settings.query_expansions))
            case FacetClause(name, value):
                row = settings.schema.rows[name]
                return Trees(node_of(row, value, whole=row.per_paragraph))
            case DateClause(first, last):
                return Trees(Range("date", first, last))
            case AllOf(chunks):
                demanded = [self.frequencies.demanded(each, 0.0, exact=self.exact)[0] for each in chunks if each]
                return Trees(all_of(demanded) if demanded else None)
            case Group():
                return self.group(asked)
            case Either(groups):
                # Nothing is near to alternatives: which of their words it lacks could not be said.
                trees = [found for group in groups if (found := self.group(group).found)]
                return Trees(any_of(trees) if trees else None)
        return Trees(None)


def _targets(words: Words, frequencies: Frequencies) -> list[Target]:
    """What to highlight of a run of plain words, of the run repaired, and of its other meanings."""
    reading, dropped = words.reading, words.dropped
    found = [_target(words.run, dropped, frequencies)]
    if reading.repaired_run is not None:
        lost = words.lost
        found.append(_target(reading.repaired_run, [at in lost for at in range(len(reading.repaired))], frequencies))
    for each in words.run.respelled:
        if not all(dropped[each.first : each.last + 1]):
            found += _respelled_targets(each, frequencies)
    for meaning in reading.meanings:
        if meaning.kind != "repair" and not all(dropped[meaning.start : meaning.end]):
            found.append(whole_target(meaning.forms))
    return [target for target in found if any(target.tokens) or target.keys]


def _respelled_targets(other: Respelled, frequencies: Frequencies) -> Iterator[Target]:
    """What to highlight of other spellings: those that the index has."""
    keys = [
        key for key in other.keys if frequencies.knows(Field.KEYS, key) or frequencies.knows(Field.KEYS, title_key(key))
    ]
    if keys:
        yield Target((), (), whole=True, keys=tuple(keys))
    for form in other.joined:
        if frequencies.knows(Field.UNMARKED, form) or frequencies.knows(Field.TITLE_UNMARKED, form):
            yield whole_target((form,), MatchMode.UNMARKED)
    yield from map(whole_target, other.sequences)


def _target(run: WordRun, dropped: Sequence[bool], frequencies: Frequencies) -> Target:
    tokens: list[TargetToken | None] = []
    for form, drop in zip(run.forms, dropped, strict=True):
        mode = frequencies.match_mode(form, run.marked) or MatchMode.EXACT
        tokens.append(None if drop else TargetToken(fold(form) if mode is MatchMode.UNMARKED else form, mode))
    # A name is what begins with a capital, and what follows such a one.
    names = [one or other for one, other in pairwise((*run.named, False))]
    return Target(tuple(tokens), run.units, names=tuple(names) if any(names) else ())
