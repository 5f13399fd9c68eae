"""The contract of an engine, which stores paragraphs and answers Query trees.

An engine takes analysed tokens and a Query tree and gives back plain values. It knows nothing of how text is
analysed, of pyvi, HTML or HTTP, and no type of its backend leaves its folder. `tests/contract` runs every engine
and a brute-force reference through the same cases.

How a paragraph is scored. The score of a `Term` leaf in a paragraph that holds it is

    weight * idf(df)^idf_power * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average))

with idf(df) = ln(1 + (N - df + 0.5) / (df + 0.5)) (Robertson and Zaragoza 2009, with Lucene's +1), N the number of
paragraphs in the whole index, df those holding the term, tf how often it stands in the paragraph, length the tokens
of that field in the paragraph and average the mean of length over all N paragraphs (deleted ones count in none of
these). A `Phrase` is scored alike with tf the number of its occurrences and, for idf^idf_power, the sum of its forms'
own idf^idf_power. The other leaves score as `indexer.engine.query` says. Scores add up.

Order: by descending score (or date, then score), ties by document order, that is the order in which paragraphs were
added. Engines may differ in the last bits of a score: scores within 1e-4 of each other count as equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from indexer.articles.model import Article, ArticleInfo, Paragraph
from indexer.engine.query import Node, Phrase, Prefix, Term
from indexer.engine.scoring import DEFAULT, Scoring
from indexer.engine.value_counts import ValueCounts
from indexer.schema import Columns, Field


@dataclass(frozen=True, slots=True)
class Document:
    """A paragraph to be indexed: its article, itself, and the tokens of each field in order."""

    info: ArticleInfo
    paragraph: Paragraph
    tokens: Mapping[Field, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Several paragraphs to be indexed, with their articles; in `columns` their tokens."""

    paragraphs: Sequence[tuple[ArticleInfo, Paragraph]]
    columns: Columns

    def documents(self) -> Iterator[Document]:
        """The paragraphs one by one."""
        tokens: dict[Field, list[Any]] = {name: list(column.tokens()) for name, column in self.columns.items()}
        for i, (info, paragraph) in enumerate(self.paragraphs):
            yield Document(info, paragraph, {name: rows[i] for name, rows in tokens.items()})


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """One question to an engine.

    With `per_article` None, `offset` and `limit` count paragraphs. With a number n they count articles, ordered by
    their best paragraph (under `sort`), and each article brings up to its n best paragraphs, one article after another.
    `sort` says what comes first: "relevance"; "date", the newest article; FRESH, the highest score * 2^(-age /
    `half_life`), with the article's age in days (from whatever day: the order is the same); or a metadata field of
    single values, the smallest (of keywords by `facet_key`, then as written), with `-` before it the largest. Articles
    without a value come last; then by score.
    `facets` names what to count over all matching paragraphs, whatever `limit` (0 asks for the counts alone): a keyword
    or number field, "kind", the years of a date field, or, by the article's date, "year" ("2023"), "month"
    ("2023-05") and "date" ("2023-05-31"). Values of one `facet_key` are counted together, under the most frequent
    writing (ties by value); paragraphs without a value count nowhere, and those of an article with several values at
    each. At most `facet_values` values of each facet come.
    With `counted`, hits are still those of `query`, but what is counted (`total`, `articles`, `matched`, facets) are
    the paragraphs that match `counted`.
    Of each of the nodes `named`, a hit says whether it matches it (`Hit.matches`).
    `seconds` (None: no limit) is how long the engine may take; when they have run out it answers with what it has so
    far. They are looked at between steps, each of which is short.
    """

    query: Node
    offset: int = 0
    limit: int = 10
    per_article: int | None = None
    sort: str = "relevance"
    facets: tuple[str, ...] = ()
    facet_values: int = 100
    scoring: Scoring = DEFAULT
    half_life: float = 30.0
    counted: Node | None = None
    named: tuple[Node, ...] = ()
    seconds: float | None = None


FRESH = "fresh"
"""The order by score and age together (`EngineRequest.sort`)."""


def ordering(sort: str) -> tuple[str, bool] | None:
    """The metadata field that `EngineRequest.sort` orders by, and whether the largest comes first; None: relevance."""
    if sort == "relevance":
        return None
    return sort.removeprefix("-"), sort == "date" or sort.startswith("-")


@dataclass(slots=True)
class Hit:
    """A paragraph that matched. Not to be changed once it was given away; a frozen class takes three times as long.

    `counted` says whether it is one of those counted (`EngineRequest.counted`).
    `matches` says whether it matches each of the nodes named in the request; empty where the time ran out before that.
    """

    info: ArticleInfo
    paragraph: Paragraph
    score: float
    counted: bool = True
    matches: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The values of a facet among the paragraphs found, each with how many have it: most frequent first, ties by value.

    `more_values` says how many values are left out of `values`, `more_passages` the sum of their counts, `without` how
    many paragraphs have no value.
    """

    values: tuple[tuple[str, int], ...]
    more_values: int = 0
    more_passages: int = 0
    without: int = 0


@dataclass(frozen=True, slots=True)
class EnginePage:
    """One page of the answer.

    `total` counts the matching paragraphs and `articles` their articles; each is an estimate or a lower bound where
    `total_exact` or `articles_exact` is false. `matched` gives, for each article on a page grouped by article, how many
    of its paragraphs match. `facets` gives the counts per facet asked for. `besides` counts the paragraphs that match
    though they are not among those counted, `articles_besides` the articles that have such paragraphs and none of those
    counted, and `matched_besides` such paragraphs as `matched` counts them; they are exact where `total` is.
    `degraded` says that the time ran out: every hit does match, but better ones may be missing, scores may lack parts
    of what only adds to them, and what was counted is a lower bound unless it was counted before.
    """

    hits: tuple[Hit, ...]
    total: int
    articles: int
    total_exact: bool = True
    articles_exact: bool = True
    matched: Mapping[str, int] = field(default_factory=dict)
    facets: Mapping[str, FacetCounts] = field(default_factory=dict)
    besides: int = 0
    articles_besides: int = 0
    matched_besides: Mapping[str, int] = field(default_factory=dict)
    degraded: bool = False

    @property
    def exact(self) -> bool:
        """Whether both counts are exact."""
        return self.total_exact and self.articles_exact


@dataclass(frozen=True, slots=True)
class Explained:
    """What one leaf of the query adds to the score of one paragraph that it matches.

    For a `Term` and a `Phrase`, `score` is `leaf.weight * idf * saturation`:
    `frequency` is tf, `document_frequencies` the df of each form, `idf` the (sum of their) idf(df)^idf_power, `length`
    and `average_length` those of the field in tokens, and `saturation` the fraction of the formula, tf * (k1 + 1) / ...
    For a `Prefix`, `forms` are those of its expansions that stand in the paragraph (in the order of the expansions),
    `frequency` the sum of their tf, `idf` and `saturation` are 1, and `score` is its weight.
    """

    leaf: Term | Phrase | Prefix
    forms: tuple[str, ...]
    frequency: int
    document_frequencies: tuple[int, ...]
    idf: float
    length: int
    average_length: float
    saturation: float
    score: float


class Vocabulary(Protocol):
    """The terms of an index."""

    @property
    def paragraphs(self) -> int:
        """N of the formula."""
        ...

    def document_frequencies(self, names: Sequence[tuple[Field, str]]) -> Sequence[int]:
        """For each (field, form) how many paragraphs hold it; 0 when none does. One call costs little more than one."""
        ...

    def expand(self, field: Field, prefix: str, most: int) -> Sequence[tuple[str, int]]:
        """(form, document frequency) of the `most` most frequent terms that begin with `prefix`, ties by form."""
        ...


class Searcher(Protocol):
    """What answers questions."""

    @property
    def paragraphs(self) -> int:
        """N of the formula."""
        ...

    def search(self, request: EngineRequest) -> EnginePage:
        """Answer one question."""
        ...


class Engine(Searcher, Vocabulary, Protocol):
    """An open, immutable view of one committed state of an index. Safe to share between threads."""

    def search_many(self, requests: Sequence[EngineRequest]) -> list[EnginePage]:
        """Answer several questions that do not depend on each other: a page for each, in their order."""
        ...

    def explain(
        self, query: Node, article_id: str, position: int, scoring: Scoring, seconds: float | None = None
    ) -> tuple[Explained, ...] | None:
        """What the score of one paragraph is made of, or None when there is no such paragraph or it does not match.

        None too where that takes longer than `seconds`. One part for each scored leaf that adds to the score, in the
        order of the tree (leaves that only filter have none); the parts add up to the score of the hit.
        """
        ...

    def article(self, article_id: str) -> Article | None:
        """The whole article with its paragraphs in order of position, or None when there is no such article."""
        ...

    def articles(self) -> Iterator[ArticleInfo]:
        """Every article, in document order."""
        ...

    def value_counts(self, names: Sequence[str]) -> Mapping[str, ValueCounts]:
        """Of each of some metadata fields of articles, how many articles have it, and each of its values."""
        ...

    def paragraph_counts(self, article_ids: Sequence[str]) -> Sequence[int]:
        """How many paragraphs each of some articles has; 0 where there is no such article."""
        ...

    def close(self) -> None:
        """Close files; the engine must not be used afterwards. Closing twice does nothing."""
        ...


class Writer(Protocol):
    """Changes one index. Exactly one of `commit` and `cancel` ends it; afterwards it must not be used.

    Nothing it does is visible to an `Engine` opened before `commit` returned.
    """

    def add(self, document: Document) -> None:
        """Add a paragraph. The paragraphs of one article must follow each other."""
        ...

    def add_batch(self, batch: Batch) -> None:
        """Add its paragraphs as `add` adds each of `batch.documents()`, faster."""
        ...

    def delete_article(self, article_id: str) -> None:
        """Delete every paragraph of an article that was committed before; where there is none, nothing.

        How many those are is asked of the engine of what is changed (`Engine.paragraph_counts`).
        """
        ...

    def commit(self, threads: int = 1) -> None:
        """Make all changes durable (fsync) and visible to engines opened from now on; with up to so many threads."""
        ...

    def cancel(self) -> None:
        """Forget all changes and leave no file of them behind."""
        ...


class Sender(Protocol):
    """Adds paragraphs to what a `SharedWriter` writes, from another process or machine: it can be pickled."""

    def send(self, batches: Iterable[Batch], articles: int, paragraphs: int) -> object:
        """Add whole articles; of all that this writer adds, so many articles and paragraphs stand before them.

        Returns a receipt, which can be pickled, once they are kept. Whoever is not sure of that sends the same again:
        they are there once. Takes the batches one after another. Raises `EngineUnavailable`.
        """
        ...


class SharedWriter(Writer, Protocol):
    """A writer that several processes can add to, in any order (`Capabilities.shared`). It adds nothing itself then.

    What a process still sends when the writer has ended does not come into any generation.
    """

    def share(self, sample: Batch) -> Sender:
        """What the others add with. `sample`: some paragraphs, by which an engine may judge how long they are."""
        ...

    def take(self, receipt: object) -> None:
        """Count what was sent. Each receipt is taken once, of what was sent twice only one; all before `commit`."""
        ...
