"""Building the weighted Query tree of a query, and its highlight targets.

A pipeline: `parse` gives clauses, `read` analyses them and asks the lexicon, the index is asked for the document
frequencies of all terms at once, and from these values alone the tree is made (`tree`; of plain words in `rank`).

Plain words are ranked, not demanded: a passage is found when it holds a share of them (`settings.minimum_match`).
Everything else (phrases, prefixes, restrictions) is demanded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from indexer.engine.base import Vocabulary
from indexer.engine.query import All, Any, Everything, Exclude, Node, Prefix, Range
from indexer.passages.targets import MatchMode, Target, TargetToken, whole_target
from indexer.query.clauses import DateClause, FacetClause, PrefixClause
from indexer.query.field_values import node_of
from indexer.query.filters import restricted
from indexer.query.frequencies import Frequencies
from indexer.query.parse import Parsed
from indexer.query.questions import Sought
from indexer.query.rank import rank
from indexer.query.read import Adjacent, AllOf, Asked, Either, Group, Read, Words
from indexer.query.reading import QueryReader, interpret
from indexer.query.respelling import Respelled
from indexer.query.weighing import CapitalWeights
from indexer.query.words import WordRun
from indexer.results import Interpretation, QueryWarning, SearchRequest
from indexer.schema import Field
from indexer.settings import Settings
from indexer.vietnamese import fold, has_diacritics

_EVEN = CapitalWeights(None, 0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask and what to highlight. `node` is None when neither the query nor the request asks for anything.

    `asked` is the same without the restrictions of the request; None when the query asks for nothing. `warnings` are
    those of parsing and of planning. `seeks` says what a question asks for (`questions.sought`), `frequencies` in how
    many paragraphs each term of the tree stands.
    """

    node: Node | None
    targets: tuple[Target, ...]
    warnings: tuple[QueryWarning, ...]
    interpretation: Interpretation | None = None
    asked: Node | None = None
    seeks: Sought | None = None
    frequencies: Frequencies = field(default_factory=lambda: Frequencies({}), compare=False)


def plan(
    parsed: Parsed,
    request: SearchRequest,
    vocabulary: Vocabulary,
    settings: Settings,
    reader: QueryReader | None = None,
    weights: CapitalWeights = _EVEN,
) -> Plan:
    """The Query tree of a query, restricted as the request says; raises `ValueError` as `restricted` does.

    `vocabulary` is that of the index that is searched, asked once. With a `reader`, plain words are also searched as
    what they may mean; `interpretation` says what that is. `weights` says how much each of them counts.
    """
    if request.sort != "relevance":
        # What holds one word of many would otherwise come first because it is new.
        settings = replace(settings, minimum_match=max(settings.minimum_match, settings.minimum_match_by_date))
    found = Read(parsed, settings, reader)
    frequencies = Frequencies.ask(vocabulary, found.names)
    asked, targets = tree(found.asked, frequencies, settings, weights, among_diacritics=has_diacritics(parsed.text))
    warnings = parsed.warnings
    if found.left_out:
        message = f"A query may have {settings.query_clauses} syllables and other clauses; the rest was left out."
        warnings += (QueryWarning("too_many_clauses", found.left_out, message),)
    read_into = interpret(parsed.text, [(words.run, words.reading) for words in found.words])
    node = restricted(asked, request, settings.schema)
    return Plan(node, targets, warnings, read_into, asked, found.seeks, frequencies)


def tree(
    group: Group, frequencies: Frequencies, settings: Settings, weights: CapitalWeights, *, among_diacritics: bool
) -> tuple[Node | None, tuple[Target, ...]]:
    """The Query tree of a query that was read, None when it asks for nothing, and what to highlight.

    `among_diacritics` says whether diacritics were typed anywhere.
    """
    planner = _Planner(frequencies, settings, weights, among_diacritics)
    return planner.group(group), tuple(dict.fromkeys(planner.targets))


@dataclass(frozen=True, slots=True)
class _Planner:
    """Turns what was read into nodes, and notes on the way what to highlight."""

    frequencies: Frequencies
    settings: Settings
    weights: CapitalWeights
    among_diacritics: bool
    targets: list[Target] = field(default_factory=list)

    def group(self, group: Group) -> Node | None:
        """What stands side by side, together; None when it asks for nothing."""
        words = rank(group.words, self.frequencies, self.settings, self.weights)
        for each in group.words:
            self.targets.extend(_targets(each, self.frequencies))
        required = [node for node in (words, *map(self._one, group.demanded)) if node]
        highlighted = len(self.targets)
        excluded = [node for node in map(self._one, group.excluded) if node]
        # Nothing of what is excluded is highlighted.
        del self.targets[highlighted:]
        if not excluded:
            return _all(required) if required else None
        return Exclude(_all(required) if required else Everything(), _any(excluded))

    def _one(self, asked: Asked) -> Node | None:
        settings = self.settings
        match asked:
            case Adjacent(forms, field) if forms:
                weight = settings.weight_title if field is Field.TITLE else settings.weight_syllables
                leaf, plain = self.frequencies.sequence(forms, weight, field)
                mode = MatchMode.UNMARKED if plain else MatchMode.EXACT
                self.targets.append(whole_target(tuple(map(fold, forms)) if plain else forms, mode))
                return leaf
            case PrefixClause(form):
                marked = has_diacritics(form)
                self.targets.append(whole_target((form,), MatchMode.PREFIX if marked else MatchMode.UNMARKED_PREFIX))
                field = Field.SYLLABLES if marked else Field.UNMARKED
                return Prefix(field, form, settings.weight_syllables, settings.query_expansions)
            case FacetClause(name, value):
                row = settings.schema.rows[name]
                return node_of(row, value, whole=row.per_paragraph)
            case DateClause(first, last):
                return Range("date", first, last)
            case AllOf(chunks):
                # Without diacritics, a chunk is excluded whatever its diacritics, unless the query has some.
                marked = self.among_diacritics
                found = [self.frequencies.sequence(each, 0.0, among_diacritics=marked)[0] for each in chunks if each]
                return _all(found) if found else None
            case Group():
                return self.group(asked)
            case Either(groups):
                nodes = [node for node in map(self.group, groups) if node]
                return _any(nodes) if nodes else None
        return None


def _targets(words: Words, frequencies: Frequencies) -> list[Target]:
    """What to highlight of a run of plain words, of the run repaired, and of its other meanings."""
    reading, dropped = words.reading, words.dropped
    found = [_target(words.run, dropped, frequencies)]
    if reading.repaired_run is not None:
        lost = words.lost
        found.append(_target(reading.repaired_run, [at in lost for at in range(len(reading.repaired))], frequencies))
    for each in words.run.respelled:
        if not all(dropped[each.first : each.last + 1]):
            found += _respelled_targets(each)
    for meaning in reading.meanings:
        if meaning.kind != "repair" and not all(dropped[meaning.start : meaning.end]):
            found.append(whole_target(meaning.forms))
    return [target for target in found if any(target.tokens) or target.keys]


def _respelled_targets(other: Respelled) -> Iterator[Target]:
    if other.keys:
        yield Target((), (), whole=True, keys=other.keys)
    for form in other.joined:
        yield whole_target((form,), MatchMode.UNMARKED)
    yield from map(whole_target, other.sequences)


def _target(run: WordRun, dropped: Sequence[bool], frequencies: Frequencies) -> Target:
    tokens: list[TargetToken | None] = []
    for form, drop in zip(run.forms, dropped, strict=True):
        mode = frequencies.match_mode(form, run.marked) or MatchMode.EXACT
        tokens.append(None if drop else TargetToken(fold(form) if mode is MatchMode.UNMARKED else form, mode))
    return Target(tuple(tokens), run.units)


def _all(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def _any(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Any(tuple(nodes))
