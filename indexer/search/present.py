"""Hits as passages: highlights, snippets, explanations, and grouping by article.

And the warnings that may stand beside them, whatever was asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from indexer.articles.model import Article, Kind
from indexer.engine.base import Hit
from indexer.passages.batches import batches
from indexer.passages.highlight import Highlighter
from indexer.passages.snippets import snippets
from indexer.query.clauses import Clause, fields_in
from indexer.query.plan import Plan, not_in_index
from indexer.query.unit import Unit
from indexer.results import (
    ArticleGroup,
    NearDuplicate,
    Passage,
    QueryUnit,
    QueryWarning,
    ScorePart,
    SearchRequest,
    Snippet,
    Span,
)
from indexer.search.finding import ResultName, name_of

SHARE_OF_BEST = 0.4
"""Under an article, passages are shown that score at least this share of its best one."""

OUT_OF_TIME = QueryWarning(
    "out_of_time",
    "",
    "The time for one search ran out: better passages or explanations may be missing, and counts are lower bounds.",
)
NO_LEXICON = QueryWarning(
    "lexicon_unusable",
    "",
    "The lexicon of this index cannot be read: slips are not repaired and abbreviations are not read. "
    "Build the index again to have them.",
)

Explain = Callable[[Hit], tuple[ScorePart, ...] | None]


def unexplained(_: Hit) -> None:
    """Explains nothing."""


_LATE_WINDOWS = 4
"""Of a passage that the time did not suffice for, so many snippets' worth of text is looked at."""


class Presented(NamedTuple):
    """The passages of hits; `late` says that the time ran out before all of them were highlighted."""

    passages: tuple[Passage, ...]
    late: bool


def passages(
    hits: Sequence[Hit],
    highlighter: Highlighter,
    characters: int,
    missing: Sequence[tuple[Unit, ...]] = (),
    explain: Explain = unexplained,
    ends: float = math.inf,
) -> Presented:
    """The passages of hits, in snippets of about so many characters; `missing` is what each lacks.

    Those that are left when the performance counter has reached `ends` have no highlights, and show their beginning.
    """
    texts = [hit.paragraph.text for hit in hits]
    highlights_of: list[tuple[Span, ...]] = []
    shown: list[Snippet] = []
    for batch in batches(texts, ends):
        found = highlighter.highlight_each(texts[batch])
        highlights_of += found
        shown += snippets(texts[batch], found, characters)
    late = texts[len(shown) :]
    highlights_of += [()] * len(late)
    shown += snippets([text[: _LATE_WINDOWS * characters] for text in late], [()] * len(late), characters)
    found_passages = tuple(
        Passage(
            article=hit.info,
            paragraph=hit.paragraph,
            score=hit.score,
            snippet=snippet,
            highlights=highlights,
            explanation=explain(hit),
            missing=tuple([unit.text for unit in lacks]),
        )
        for hit, highlights, snippet, lacks in zip(hits, highlights_of, shown, missing or [()] * len(hits), strict=True)
    )
    return Presented(found_passages, bool(late))


def without_weak(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Hits without those far below the best of their article: a chance match beside a good one is noise."""
    best: dict[str, float] = {}
    for hit in hits:
        if hit.score >= SHARE_OF_BEST * best.setdefault(hit.info.id, hit.score):
            yield hit


def without_titles(hits: Sequence[Hit], article_of: Callable[[str], Article | None]) -> Iterator[Hit]:
    """Hits of articles without their titles, which stand above them in any case.

    Of an article of which only the title was found, its lead or else its first paragraph, with a score of 0.
    """
    for _, each in groupby(hits, key=lambda hit: hit.info.id):
        members = list(each)
        others = [hit for hit in members if hit.paragraph.kind is not Kind.TITLE]
        if others:
            yield from others
            continue
        article = article_of(members[0].info.id)
        texts = [one for one in article.paragraphs if one.kind is not Kind.TITLE] if article else []
        lead = next((one for one in texts if one.kind is Kind.LEAD), texts[0] if texts else None)
        yield members[0] if lead is None else replace(members[0], paragraph=lead, score=0.0)


def with_near_duplicates(
    found: Sequence[Passage], others: Mapping[ResultName, Sequence[Hit]], by_article: bool
) -> tuple[Passage, ...]:
    """Passages with those that were put under them, which are given by the names of results."""
    left = dict(others)
    if not left:
        return tuple(found)
    shown = []
    for passage in found:
        # Taken out, so that those of an article are under its first passage alone.
        hits = left.pop(name_of(passage.article, passage.paragraph, by_article), ())
        near = tuple(NearDuplicate(hit.info, hit.paragraph) for hit in hits)
        shown.append(replace(passage, near_duplicates=near) if near else passage)
    return tuple(shown)


def unmet(units: Sequence[QueryUnit], total: int, planned: Plan) -> Iterator[QueryWarning]:
    """A warning for each unit that no passage has, and for quoted phrases that keep anything from being found."""
    quoted = [each.unit.text for each in planned.units if each.unit.quoted]
    for unit in units:
        # What could not be counted in time may be there.
        if not unit.count and unit.exact and (unit.text not in quoted or planned.nearest is None):
            yield not_in_index(unit.text)
    if quoted and not total and planned.nearest is not None:
        subject = " ".join(f'"{text}"' for text in quoted)
        message = f"No passage has exactly {subject} and the rest of the query; the nearest ones are shown."
        yield QueryWarning("phrase_not_found", subject, message)


def lacking(clauses: Sequence[Clause], request: SearchRequest, names: Set[str]) -> Iterator[QueryWarning]:
    """A warning for each of the fields `names`, which the index lacks, that is asked about."""
    if names:
        asked = [*fields_in(clauses), *request.filters, request.sort.removeprefix("-")]
        for name in dict.fromkeys(each for each in asked if each in names):
            yield QueryWarning(
                "field_not_indexed",
                name,
                f'The index was built before the field "{name}" was declared: no article has a value of it yet.',
            )


def by_article(
    found: Sequence[Passage], matched: Mapping[str, int], titles: Set[str] = frozenset()
) -> tuple[ArticleGroup, ...]:
    """Passages that follow each other article by article, in groups.

    `matched`: how many of each article there are; `titles`: the articles whose title is one of them.
    """
    return tuple(
        ArticleGroup(article, members, max(matched[article.id], len(members)), article.id in titles)
        for article, each in groupby(found, key=lambda passage: passage.article)
        for members in [tuple(each)]
    )
