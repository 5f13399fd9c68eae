"""The JSON shape of results, shared by the HTTP endpoint and `indexer search --format json`.

Keys may be added; none is renamed, removed or given another meaning within `/api/v1`. Offsets count code points.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Sequence
from typing import Any

from indexer.articles.model import Article, ArticleInfo, Paragraph
from indexer.results import Interpretation, NearDuplicate, Passage, Results, ScorePart, Similar, Span, Suggestion
from indexer.schema import Value

_BESIDE = frozenset(("url", "date", "source", "author"))
"""Fields that have a key of their own in an article's JSON; all others stand in `values`."""

USUAL_RESULT_PARTS = ("article", "paragraph", "score", "snippet")
RESULT_PARTS = (*USUAL_RESULT_PARTS, "text")
"""What a result may consist of; "text" is the whole paragraph."""


def to_json(value: Results | Similar | Article, parts: Collection[str] = USUAL_RESULT_PARTS) -> dict[str, Any]:
    """The JSON shape of an answer or an article; of each result of a search its `parts`, some of `RESULT_PARTS`."""
    if isinstance(value, Results):
        return _results(value, parts)
    return _similar(value) if isinstance(value, Similar) else _article(value)


def _results(value: Results, parts: Collection[str] = USUAL_RESULT_PARTS) -> dict[str, Any]:
    """The answer to a search, of each result its `parts`; facets only where they were asked for."""
    body = {
        "query": {"text": value.query, "understood": value.understood},
        "interpretation": _interpretation(value),
        "warnings": [
            {"code": warning.code, "subject": warning.subject, "message": warning.message} for warning in value.warnings
        ],
        "total": value.total,
        "articles": value.articles,
        "exact": value.exact,
        "partial": value.partial,
        "degraded": value.degraded,
        "page": value.page,
        "per_page": value.per_page,
        "more": value.more,
        "took_ms": value.took_ms,
        "generation": value.generation,
        "results": [
            {
                **_passage(found, parts),
                "missing": list(found.missing),
                "near_duplicates": list(map(_near_duplicate, found.near_duplicates)),
            }
            for found in value.passages
        ],
    }
    if value.facets:
        body["facets"] = {
            name: [{"value": each, "count": count} for each, count in counts.values]
            for name, counts in value.facets.items()
        }
        body["facets_left_out"] = {
            name: {"values": counts.more_values, "passages": counts.more_passages, "without": counts.without}
            for name, counts in value.facets.items()
        }
    return body


def _interpretation(results: Results) -> dict[str, Any] | None:
    """How a query was read: its units, and what it may mean besides what it says."""
    value = results.interpretation
    if value is None and not results.units:
        return None
    if value is None:
        value = Interpretation(results.query, results.query, (), 0.5, False, ())
    return {
        "original": value.original,
        "repaired": value.repaired,
        "changes": _spans(value.changes),
        "confidence": round(value.confidence, 4),
        "sure": value.sure,
        "expanded": [
            {"span": list(each.span), "meaning": each.meaning, "source": each.source} for each in value.expanded
        ],
        "units": [
            {
                "text": unit.text,
                "span": list(unit.span) if unit.span else None,
                "count": unit.count,
                "query": unit.query,
                "others": list(unit.others),
            }
            for unit in results.units
        ],
    }


def suggestions_to_json(
    text: str, values: Sequence[Suggestion], took_ms: float, generation: str, articles: Sequence[ArticleInfo] = ()
) -> dict[str, Any]:
    """The answer to `text`, half typed; the highlights are what was not typed yet, `articles` the direct hits."""
    return {
        "query": {"text": text},
        "suggestions": [{"text": value.text, "highlights": _spans(value.completed)} for value in values],
        "articles": [info_to_json(info) for info in articles],
        "took_ms": took_ms,
        "generation": generation,
    }


def _similar(value: Similar) -> dict[str, Any]:
    """The passages like one passage; `words` is what it was compared by."""
    return {
        "article": info_to_json(value.article),
        "paragraph": _paragraph_name(value.article.id, value.paragraph),
        "words": list(value.words),
        "degraded": value.degraded,
        "took_ms": value.took_ms,
        "generation": value.generation,
        "results": [_passage(found) for found in value.passages],
    }


def _passage(value: Passage, parts: Collection[str] = USUAL_RESULT_PARTS) -> dict[str, Any]:
    """One passage found: those of its `RESULT_PARTS` that are wanted."""
    body: dict[str, Any] = {}
    if "article" in parts:
        body["article"] = info_to_json(value.article)
    if "paragraph" in parts:
        body["paragraph"] = _paragraph_name(value.article.id, value.paragraph)
    if "score" in parts:
        body["score"] = round(value.score, 6)
    if "snippet" in parts:
        snippet = value.snippet
        body["snippet"] = {"text": snippet.text, "start": snippet.start, "highlights": _spans(snippet.highlights)}
    if "text" in parts:
        body["text"] = {"text": value.paragraph.text, "highlights": _spans(value.highlights)}
    if value.explanation is not None:
        body["explanation"] = [_score_part(part) for part in value.explanation]
    return body


def _near_duplicate(value: NearDuplicate) -> dict[str, Any]:
    return {"article": info_to_json(value.article), "paragraph": _paragraph_name(value.article.id, value.paragraph)}


def _score_part(value: ScorePart) -> dict[str, Any]:
    leaf = {
        "field": value.field,
        "form": value.form,
        "frequency": value.frequency,
        "document_frequencies": list(value.document_frequencies),
    }
    return {
        "kind": value.kind,
        **(leaf if value.field else {}),
        "weight": round(value.weight, 6),
        "score": round(value.score, 6),
    }


def _spans(spans: Sequence[Span]) -> list[list[int]]:
    return [list(span) for span in spans]


def info_to_json(value: ArticleInfo) -> dict[str, Any]:
    """What is known of an article besides its text; `values` of each further field of which it has any."""
    return {
        "id": value.id,
        "title": value.title,
        "url": value.url,
        "date": value.date.isoformat() if value.date else None,
        "source": value.source,
        "author": ", ".join(value.authors) or None,
        "authors": list(value.authors),
        "values": {
            name: [_plain(each) for each in values] for name, values in value.values.items() if name not in _BESIDE
        },
    }


def _plain(value: Value) -> str | int | float:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _article(value: Article) -> dict[str, Any]:
    """A whole article, its paragraphs where they stand: one that is repeated appears at each of its positions.

    `undeclared` is what else its record held.
    """
    places = sorted(
        (
            (position, paragraph)
            for paragraph in value.paragraphs
            for position in (paragraph.position, *paragraph.repeats)
        ),
        key=lambda place: place[0],
    )
    return {
        **info_to_json(value.info),
        "undeclared": json.loads(value.info.undeclared or "{}"),
        "paragraphs": [
            {
                "id": f"{value.info.id}#{position}",
                "position": position,
                "kind": paragraph.kind.value,
                "page": paragraph.page,
                "text": paragraph.text,
            }
            for position, paragraph in places
        ],
    }


def _paragraph_name(article_id: str, value: Paragraph) -> dict[str, Any]:
    return {
        "id": f"{article_id}#{value.position}",
        "position": value.position,
        "kind": value.kind.value,
        "page": value.page,
    }
