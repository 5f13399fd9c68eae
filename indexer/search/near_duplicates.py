"""Near-duplicates among the results: the same story in several papers is one result, which names the others.

Of the first results of a query (`AMONG`) those that have the same content as a better one are put under it; what
follows is left as it is. The first ones are the same whatever page is asked for, so that pages have every hit once, as
a result or under one; no number of the found set changes. Compared are the signatures that articles are indexed with
(`indexer.articles.signatures`).

Compared on paper with groups that are made while indexing: these take a look-up of all near texts for each article that
is added, a new representative where one is removed, and groups that grow into each other from article to article; and
they would name articles that a query with filters does not find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from indexer.articles.signatures import same_content
from indexer.engine.base import Hit
from indexer.query.plan import Plan
from indexer.results import SearchRequest
from indexer.search.finding import Finder, Finding, ResultName, name_of
from indexer.settings import Settings

AMONG, AMONG_ARTICLES = 30, 20
"""How many passages, or articles, are compared: no more than re-ranking and a first page take anyway."""

ALIKE = 0.8
"""The least share of syllables in common of two passages of articles with the same content that are one result."""

Find = Callable[[int, int], Finding]
"""So many results from an offset on, in order."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A result: a passage or, by article, those of one, each with whether it is found; and the best of each other
    article that has the same content."""

    hits: tuple[tuple[Hit, bool], ...]
    others: tuple[Hit, ...] = ()

    def name(self, by_article: bool) -> ResultName:
        """What it is called in `Finding.others`."""
        return name_of(self.hits[0][0].info, self.hits[0][0].paragraph, by_article)


def find_page(finder: Finder, plan: Plan, request: SearchRequest, settings: Settings, ends: float) -> Finding:
    """The page of a request, near-duplicates put under others where the request or the settings ask for that."""
    if (request.near_duplicates or settings.near_duplicates) == "show":
        return finder.find(plan, request, ends)

    def find(offset: int, limit: int) -> Finding:
        asked = replace(request, facets=()) if offset else request
        return finder.find(plan, asked, ends, (offset, limit))

    offset = (request.page - 1) * request.per_page
    return find_grouped(find, offset, request.per_page, by_article=request.group == "article")


def find_grouped(find: Find, offset: int, limit: int, *, by_article: bool) -> Finding:
    """The results from `offset` on, near-duplicates put under the best of them; passages, or articles."""
    first = find(0, AMONG_ARTICLES if by_article else AMONG)
    plain = list(_entries(first, by_article=by_article))
    grouped = put_together(plain, by_article=by_article)
    entries, matched, degraded = grouped[offset : offset + limit], dict(first.matched), first.degraded
    titles = first.titles
    missing = offset + limit - max(len(grouped), offset)
    if missing > 0 and len(plain) < first.length:
        rest = find(len(plain) + max(0, offset - len(grouped)), missing)
        entries += _entries(rest, by_article=by_article)
        matched |= rest.matched
        degraded |= rest.degraded
        titles |= rest.titles
    hits = [pair for entry in entries for pair in entry.hits]
    shown = {hit.info.id for hit, _ in hits}
    return replace(
        first,
        hits=tuple(hits),
        matched={id: count for id, count in matched.items() if id in shown},
        length=first.length - len(plain) + len(grouped),
        degraded=degraded,
        others={entry.name(by_article): entry.others for entry in entries if entry.others},
        titles=titles,
    )


def _entries(finding: Finding, *, by_article: bool) -> Iterator[Entry]:
    """The results that hits are: each of them or, `by_article`, those of an article together."""
    if not by_article:
        yield from (Entry((pair,)) for pair in finding.hits)
        return
    for _, pairs in groupby(finding.hits, key=lambda pair: pair[0].info.id):
        yield Entry(tuple(pairs))


def put_together(entries: Sequence[Entry], *, by_article: bool) -> list[Entry]:
    """The results in order, without those that have the same content as one before, which has them under it."""
    places: dict[str, int] = {}
    heads = [entry.hits[0][0] for entry in entries]
    for hit in heads:
        places.setdefault(hit.info.id, len(places))
    known = {hit.info.id: hit.info.signature for hit in heads}
    same = same_content(list(known.values()))
    if np.count_nonzero(same) == np.count_nonzero(same.diagonal()):
        return list(entries)  # As nearly always.
    kept: list[Entry] = []
    for entry, head in zip(entries, heads, strict=True):
        near = same[places[head.info.id]]
        for i, other in enumerate(kept):
            best = other.hits[0][0]
            if best.info.id == head.info.id or not near[places[best.info.id]]:
                continue
            if by_article or _alike(best.paragraph.text, head.paragraph.text):
                kept[i] = replace(other, others=(*other.others, head))
                break
        else:
            kept.append(entry)
    return kept


def _alike(one: str, other: str) -> bool:
    """Whether two passages are nearly the same; what differs must not be a number."""
    words, others = frozenset(one.lower().split()), frozenset(other.lower().split())
    differing = words ^ others
    alike = len(words & others) >= ALIKE * len(words | others)
    return alike and not any(map(str.isdigit, "".join(differing)))
