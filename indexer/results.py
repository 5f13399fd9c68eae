"""Requests and results: plain frozen values.

How they are made lives in `indexer.search.index`; how they are shown, in `webapp` and `indexer.cli.main`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from indexer.articles.model import ArticleInfo, Paragraph
from indexer.engine.base import FacetCounts

Span = tuple[int, int]
"""[start, end) in code points."""


class Filters(Mapping[str, tuple[str, ...]]):
    """The values that a search is restricted to, by metadata field: one of each field's. Never changed; hashable."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Iterable[str]] | None = None) -> None:
        listed = {name: tuple(dict.fromkeys(given)) for name, given in (values or {}).items()}
        self._values = {name: given for name, given in listed.items() if given}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return f"Filters({self._values})"

    def of(self, name: str) -> tuple[str, ...]:
        """The values of a field; none where it is not restricted."""
        return self._values.get(name, ())

    def changed(self, name: str, values: Iterable[str]) -> Filters:
        """These filters with other values for one field."""
        return Filters({**self._values, name: values})


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question to `Index.search`.

    `text` is what the user typed (see `indexer.query.parse` for the language). `page` counts from 1. `sort` is one of
    `Schema.sorts`. `group` "article" pages through articles, each with its best passages; "none" pages through
    passages. `filters` keeps passages that have, of each metadata field named, one of the values given, as in
    `{"source": ["Báo Mẫu"]}`: keywords with case and diacritics apart, spans of numbers and days as
    `indexer.query.field_values` reads them. `after` and `before` are the first and the last day. `facets` names what to
    count (see `Schema.facets`), of each at most `facet_values` values. `literal` searches the letters as typed: no slip
    is repaired, no abbreviation read. `explain` asks for what each score is made of. `near_duplicates` "group" makes
    one result of those whose articles have nearly the same text (see `indexer.search.near_duplicates`), "show" leaves
    each where it is, None does what the setting says.
    """

    text: str
    page: int = 1
    per_page: int = 10
    sort: str = "relevance"
    group: Literal["none", "article"] = "none"
    filters: Filters = field(default_factory=Filters)
    after: datetime.date | None = None
    before: datetime.date | None = None
    facets: tuple[str, ...] = ()
    literal: bool = False
    facet_values: int = 100
    explain: bool = False
    near_duplicates: Literal["show", "group"] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.filters, Filters):
            object.__setattr__(self, "filters", Filters(self.filters))


@dataclass(frozen=True, slots=True)
class QueryWarning:
    """Something of the query that was not followed. `code` is stable, `subject` the part of the query meant."""

    code: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Expanded:
    """A part of the query that was also searched as something else: an abbreviation spelled out, or a phrase shortened.

    `span` counts within the query; `source` is "text" where the indexed articles define it, "reviewed" where the
    reviewed list has it, "synonyms" where the owner's file has it, and empty for a shortened phrase.
    """

    span: Span
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a query may mean besides what it says; both were searched.

    `original` is the query as it was read, `repaired` the whole of it with typing errors corrected (the same where
    there were none); `changes` are the spans of `repaired` that differ, `confidence` (.5 to 1) how surely something
    else than the letters typed was meant. `sure` says that the indexed text itself supports every change, so that it
    can be put to the user.
    """

    original: str
    repaired: str
    changes: tuple[Span, ...]
    confidence: float
    sure: bool
    expanded: tuple[Expanded, ...]


@dataclass(frozen=True, slots=True)
class QueryUnit:
    """A word, name, number or quoted phrase of a query: what a passage must hold to be found.

    `text` is how it was read, `span` where it stands in the query (None where its letters are not those of the query),
    `count` in how many passages of the whole index it stands, at least where that is not `exact`; `query` finds just
    these. `others` is what its letters, typed without diacritics, may be with some, and was not searched.
    """

    text: str
    span: Span | None
    count: int
    query: str
    exact: bool = True
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a paragraph: `text` is `paragraph.text[start:start + len(text)]`; `highlights` count within `text`."""

    text: str
    start: int
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What one leaf of the query, or a stage of ranking, added to a score.

    A "term", "phrase" or "prefix" tells `field`, `form`, how often it stands in the passage (`frequency`), and in how
    many passages of the index each of its forms does (`document_frequencies`). The parts of stages have none of these:
    "sentence" is the passage's best sentence, "first" how early it holds something of the query; there may be others.
    """

    kind: str
    weight: float
    score: float
    field: str = ""
    form: str = ""
    frequency: int = 0
    document_frequencies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """A passage that was found too, and is put under another: its article has nearly the same text as that one's."""

    article: ArticleInfo
    paragraph: Paragraph


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that was found. `highlights` count within the whole paragraph, `snippet.highlights` within the
    snippet.

    The parts of `explanation` add up to `score`; None where it was not asked for, or the time did not suffice.
    `missing` are the units of the query that neither it nor its article's title holds. `near_duplicates` are those put
    under it (by article: under the first passage of its article), best first.
    """

    article: ArticleInfo
    paragraph: Paragraph
    score: float
    snippet: Snippet
    highlights: tuple[Span, ...]
    explanation: tuple[ScorePart, ...] | None = None
    missing: tuple[str, ...] = ()
    near_duplicates: tuple[NearDuplicate, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleGroup:
    """An article with its best passages, best first; `matched` counts all its passages that match.

    `has_title` says that its title is known to be one of them; titles are not among `passages`.
    """

    article: ArticleInfo
    passages: tuple[Passage, ...]
    matched: int
    has_title: bool = False

    @property
    def near_duplicates(self) -> tuple[NearDuplicate, ...]:
        """Articles with nearly the same text, each with its best passage, best first."""
        return self.passages[0].near_duplicates


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A whole query to propose while one is typed; `completed` are the spans of `text` that were not typed yet."""

    text: str
    completed: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a `SearchRequest`.

    `understood` is the query as it was read, in the query language; `interpretation` what else it may mean, None
    where it means what it says; `units` what a passage must hold. `total` counts the passages of the found set,
    `articles` their articles (lower bounds where `exact` is false); `degraded` says that the time ran out, so that
    better ones may be missing. `have_all` says that the passages found have all units; of many units most are enough.
    Where the found set is nothing or almost nothing, `partial` more passages are ranked behind it, the nearest first.
    `passages` is the page, in rank order; where it was grouped, `groups` holds the same passages under their articles.
    `length` counts the passages (grouped: articles) of all pages but for the
    near-duplicates that are under others, `more` says whether a next page has something. `facets` has the counts of the
    facets asked for, of the found set, in the order asked; a facet's own restriction is left out of its counts (see
    `search.facets`). `days` are the first and the last day that dates within the query allow. `highlighter` is
    for `Index.highlight` alone, `asked` for `Index.counts_by_day`.
    """

    query: str
    understood: str
    interpretation: Interpretation | None
    warnings: tuple[QueryWarning, ...]
    total: int
    articles: int
    exact: bool
    page: int
    per_page: int
    more: bool
    took_ms: float
    generation: str
    passages: tuple[Passage, ...]
    groups: tuple[ArticleGroup, ...] = ()
    facets: Mapping[str, FacetCounts] = field(default_factory=dict)
    degraded: bool = False
    partial: int = 0
    have_all: bool = True
    length: int = 0
    units: tuple[QueryUnit, ...] = ()
    days: tuple[datetime.date | None, datetime.date | None] = (None, None)
    highlighter: Any = field(default=None, repr=False, compare=False)
    asked: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Similar:
    """The passages like one passage, best first.

    `article` and `paragraph` are the one asked about, `words` what it was compared by, the most distinctive first.
    `degraded` says that the time ran out: likelier ones may be missing.
    """

    article: ArticleInfo
    paragraph: Paragraph
    words: tuple[str, ...]
    passages: tuple[Passage, ...]
    degraded: bool
    took_ms: float
    generation: str
