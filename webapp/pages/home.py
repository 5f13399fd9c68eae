"""What the home page shows of the archive: the latest articles, what there is by source and year, examples to try.

It is made once for each generation of the index.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice

from indexer import ArticleGroup, Index, SearchRequest, without_diacritics

LATEST = 8
"""How many of the newest articles are listed."""

VALUES = 8
"""How many sources, and values of each declared field, are listed, the most frequent ones."""

NAMES_TRIED = OTHERS_TRIED = 5
"""Names that something is excluded from, and that are excluded, until an example is found."""

_READ_FOR_NAMES = 20

_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Example:
    """A query that finds something in this archive; `kind` says what of the query language it shows."""

    kind: str
    query: str


@dataclass(frozen=True, slots=True)
class Home:
    """`counts` has the facets to list, by name: the values with the passages of each. `years` are in order of time.

    `undated` counts the passages without a date.
    """

    latest: tuple[ArticleGroup, ...]
    counts: dict[str, tuple[tuple[str, int], ...]]
    years: tuple[tuple[str, int], ...]
    examples: tuple[Example, ...]
    advanced: tuple[Example, ...]
    undated: int = 0
    whole: bool = True
    """Whether there was time for all of it."""


NOTHING = Home((), {}, (), (), ())
"""What is shown where there is no time to look into the archive."""


class Homes:
    """The home of the live generation, made when first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, Home] | None = None

    def kept(self, index: Index) -> Home | None:
        """What to show of `index`, if it was asked for before."""
        kept = self._kept
        return kept[1] if kept is not None and kept[0] == index.generation else None

    def of(self, index: Index) -> Home:
        """What to show of `index`."""
        with self._lock:
            home = self.kept(index)
            if home is None:
                home = home_of(index)
                if home.whole:
                    self._kept = index.generation, home
            return home


def home_of(index: Index) -> Home:
    """What the home page shows of an index. Every example finds something in it."""
    facets = tuple(name for name in index.schema.facets if name not in ("author", "kind", "month"))
    asked = SearchRequest(
        "*",
        sort="date",
        group="article",
        per_page=_READ_FOR_NAMES,
        facets=facets,
        facet_values=500,
        near_duplicates="show",
    )
    results = index.search(asked, observed=False)
    counts = {name: facet.values[:VALUES] for name, facet in results.facets.items() if name != "year" and facet.values}
    years = tuple(sorted(results.facets["year"].values))
    titles = [group.article.title for group in results.groups]
    names = list(dict.fromkeys([*_names(titles), *_beginnings(titles)]))
    sources = [value for value, _ in counts.get("source", ())]

    def less(name: str) -> Iterator[Example]:
        """A name that leaves something of what another finds, and not all, when it is excluded."""
        found = index.search(SearchRequest(name, per_page=OTHERS_TRIED), observed=False)
        texts = [passage.paragraph.text for passage in found.passages]
        others = [other for other in dict.fromkeys(_names(texts)) if other not in name and name not in other]
        for query in [f'{name} -"{other}"' for other in others[:OTHERS_TRIED]]:
            if 0 < index.search(SearchRequest(query, per_page=1), observed=False).total < found.total:
                yield Example("without", query)

    def found(examples: Iterable[Example]) -> tuple[Example, ...]:
        # Not by a search, which would be logged as somebody's.
        return tuple(each for each in examples if index.rank(SearchRequest(each.query, per_page=1)))

    return Home(
        latest=results.groups[:LATEST],
        counts=counts,
        years=years,
        undated=results.facets["year"].without,
        examples=found(_examples(names, sources)),
        advanced=found(_advanced(names, sources, [year for year, _ in years], less)),
        whole=not results.degraded,
    )


def _names(titles: Iterable[str]) -> Iterator[str]:
    """Two or three syllables with a capital each, not at the beginning of the title."""
    for title in titles:
        for run in _WORDS.finditer(title):
            for capitals, words in groupby(run[0].split(), str.istitle):
                name = list(words)
                first = title.startswith(name[0]) and run.start() == 0
                if capitals and 2 <= len(name) <= 3 and not first:
                    yield " ".join(name)


def _beginnings(titles: Iterable[str]) -> Iterator[str]:
    """The first two syllables of each title that begins with such."""
    for title in titles:
        run = _WORDS.match(title)
        if run and " " in run[0]:
            yield " ".join(run[0].split()[:2])


def _examples(names: list[str], sources: list[str]) -> Iterator[Example]:
    """Up to three queries, drawn from the newest titles."""
    if names:
        yield Example("unmarked", without_diacritics(names[0]).lower())
    if len(names) > 1:
        yield Example("phrase", f'"{names[1]}"')
    if sources:
        yield Example("source", f'nguồn:"{sources[0]}"')


def _advanced(
    names: list[str], sources: list[str], years: list[str], less: Callable[[str], Iterator[Example]]
) -> Iterator[Example]:
    """An example of each thing the query language has; `less` has those that leave something of a name out."""
    if not names:
        return
    first, second, third = (names * 3)[:3]
    yield Example("unmarked", without_diacritics(first).lower())
    yield Example("phrase", f'"{first}"')
    yield from islice(chain.from_iterable(map(less, names[:NAMES_TRIED])), 1)
    yield Example("either", f"{first} HOẶC {second}")
    if stem := max(third.split(), key=len)[:4].lower():
        yield Example("prefix", f"{stem}*")
    yield Example("title", f'tiêu đề:"{second}"')
    yield Example("kind", f"{first} loại:sapô")
    if sources:
        yield Example("source", f'nguồn:"{sources[0]}"')
    if years:
        yield Example("span", f"{third} từ:{years[-1]} đến:{years[-1]}")
        yield Example("day", f"ngày:{years[-1]}")
