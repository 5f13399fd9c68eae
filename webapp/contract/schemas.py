"""JSON Schemas (2020-12) of all JSON answers: the components of the OpenAPI document.

The values are made by `indexer.to_json`, `webapp.api` and `webapp.responses`; tests validate them. Keys may be added to
an object within one version of the contract, so no schema forbids additional ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from indexer import Kind
from webapp.contract.declared import Parameter

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}


def ref(name: str) -> Schema:
    """A reference to the component `name`."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(meaning: str, properties: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object; all properties are required but those named as `optional`."""
    required = [name for name in properties if name not in set(optional)]
    return {"type": "object", "description": meaning, "properties": dict(properties), "required": required}


def many(items: Schema, meaning: str = "") -> Schema:
    """An array of `items`."""
    return {"type": "array", **({"description": meaning} if meaning else {}), "items": items}


def described(schema: Schema, meaning: str) -> Schema:
    """The schema with a description."""
    return {**schema, "description": meaning}


def maybe(schema: Schema, meaning: str = "") -> Schema:
    """The schema, or null."""
    return (
        described({**schema, "type": [schema["type"], "null"]}, meaning)
        if meaning
        else {**schema, "type": [schema["type"], "null"]}
    )


_HTML = described(TEXT, "The text as escaped HTML with the matches in `<mark>`; only with `highlight=html`.")
_TOOK = described({"type": "number", "minimum": 0}, "How long the search took, in milliseconds.")
_GENERATION = described(TEXT, "The generation of the index that answered; it changes with every publication.")
_HIGHLIGHTS = many(ref("Span"), "The matches to highlight in the text, in ascending order.")

_INFO: Mapping[str, Schema] = {
    "id": described(TEXT, "Stable across rebuilds."),
    "title": TEXT,
    "url": maybe({"type": "string", "pattern": "^[hH][tT][tT][pP][sS]?://"}, "Always an http or https address."),
    "date": maybe({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, "The day, ISO 8601."),
    "source": maybe(TEXT),
    "author": maybe(TEXT, "All authors, separated by commas."),
    "authors": many(TEXT),
    "values": {
        "type": "object",
        "description": "By declared field of which it has any: its values. Days are ISO 8601.",
        "additionalProperties": many({"type": ["string", "number"]}),
    },
}

_PARAGRAPH: Mapping[str, Schema] = {
    "id": described({"type": "string", "pattern": "#[0-9]+$"}, "`<article id>#<position>`."),
    "position": described(COUNT, "Its position in the article; the title is 0."),
    "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
    "page": maybe({"type": "integer", "minimum": 1}, "The page it begins on, in a document with pages."),
}

SCHEMAS: Mapping[str, Schema] = {
    "Span": {
        "type": "array",
        "description": "[start, end) in code points (not in UTF-16 units, as JavaScript counts).",
        "prefixItems": [COUNT, COUNT],
        "minItems": 2,
        "maxItems": 2,
    },
    "ArticleInfo": record("The metadata of an article.", _INFO),
    "ParagraphName": record("Identifies the paragraph.", _PARAGRAPH),
    "Paragraph": record("A paragraph, exactly as written.", {**_PARAGRAPH, "text": TEXT}),
    "Article": record(
        "A whole article, its paragraphs in order.",
        {
            **_INFO,
            "undeclared": {"type": "object", "description": "What else its record held."},
            "paragraphs": many(ref("Paragraph")),
        },
    ),
    "Snippet": record(
        "The excerpt of the paragraph that shows the matches best.",
        {
            "text": TEXT,
            "start": described(COUNT, "Its offset in the paragraph, in code points."),
            "highlights": _HIGHLIGHTS,
            "html": _HTML,
        },
        ["html"],
    ),
    "WholeText": record("The whole paragraph.", {"text": TEXT, "highlights": _HIGHLIGHTS, "html": _HTML}, ["html"]),
    "Result": record(
        "A passage found. The parameter `fields` selects its parts.",
        {
            "article": ref("ArticleInfo"),
            "paragraph": ref("ParagraphName"),
            "score": described({"type": "number"}, "Comparable within one answer only."),
            "snippet": ref("Snippet"),
            "text": ref("WholeText"),
            "explanation": many(
                ref("ScorePart"), "Only with `explain`, and if time allowed; the parts add up to the score."
            ),
            "missing": many(TEXT, "Only in searches: the units of the query that neither it nor its title has."),
            "near_duplicates": many(
                ref("NearDuplicate"),
                "Only in searches: what was found too and is shown under it, as its article has nearly the same text; "
                "by article under the first passage of an article.",
            ),
        },
        ["article", "paragraph", "score", "snippet", "text", "explanation", "missing", "near_duplicates"],
    ),
    "NearDuplicate": record(
        "A passage whose article has nearly the same text as another.",
        {"article": ref("ArticleInfo"), "paragraph": ref("ParagraphName")},
    ),
    "ScorePart": record(
        "What a clause of the query or a stage of ranking added to a score.",
        {
            "kind": described(
                TEXT,
                "`term`, `phrase`, `prefix`, `sentence`, `first`, `coverage`, `title` or `typed`; others may be added.",
            ),
            "field": described(
                TEXT, "The index field; only `term`, `phrase` and `prefix` have this and the next three."
            ),
            "form": described(TEXT, "The term or phrase searched in it."),
            "frequency": described(COUNT, "Its frequency in the passage."),
            "document_frequencies": many(COUNT, "The document frequency of each of its terms."),
            "weight": {"type": "number"},
            "score": {"type": "number"},
        },
        ["field", "form", "frequency", "document_frequencies"],
    ),
    "Interpretation": record(
        "What the query may mean; the query as typed was searched as well.",
        {
            "original": described(TEXT, "The query as parsed; the spans of `expanded` refer to it."),
            "repaired": described(TEXT, "The whole query with typing errors corrected."),
            "changes": many(ref("Span"), "The spans of `repaired` that were changed."),
            "confidence": described(
                {"type": "number", "minimum": 0.5, "maximum": 1},
                "The confidence that this, rather than the letters as typed, was meant.",
            ),
            "sure": described(
                {"type": "boolean"},
                "Whether the indexed text supports every change, so that it can be offered to a user.",
            ),
            "expanded": many(
                record(
                    "A part of the query that was also searched in another form.",
                    {
                        "span": ref("Span"),
                        "meaning": TEXT,
                        "source": described(
                            {"type": "string", "enum": ["text", "reviewed", "synonyms", ""]}, "The source of that form."
                        ),
                    },
                )
            ),
            "units": many(
                record(
                    "A word, name, number or quoted phrase that a passage must have to be found.",
                    {
                        "text": described(TEXT, "As it was read."),
                        "span": {"anyOf": [ref("Span"), {"type": "null"}]},
                        "count": described(COUNT, "Passages of the whole index that have it."),
                        "query": described(TEXT, "A query that finds just these."),
                        "others": many(TEXT, "What its letters may be with diacritics; not searched."),
                    },
                ),
                "What the query is about.",
            ),
        },
    ),
    "Warning": record(
        "A part of the query that was ignored or read differently.",
        {
            "code": described(TEXT, "Stable."),
            "subject": described(TEXT, "The part of the query concerned."),
            "message": TEXT,
        },
    ),
    "FacetValue": record("A value and how many of the passages found have it.", {"value": TEXT, "count": COUNT}),
    "FacetRest": record(
        "The values that `facet_values` cut off, and the passages without a value.",
        {"values": COUNT, "passages": COUNT, "without": described(COUNT, "Passages of articles without a value.")},
    ),
    "Group": record(
        "An article on a page grouped by article; its passages are adjacent in `results`.",
        {
            "article": described(TEXT, "Its id."),
            "matched": described(COUNT, "How many of its passages match."),
            "shown": described(COUNT, "How many of them are in `results`."),
        },
    ),
    "SearchAnswer": record(
        "The answer to a search.",
        {
            "query": record(
                "The query.",
                {"text": TEXT, "understood": described(TEXT, "The query as understood, in the query language.")},
            ),
            "interpretation": {"anyOf": [ref("Interpretation"), {"type": "null"}]},
            "warnings": many(ref("Warning")),
            "total": described(COUNT, "Passages found: those that have enough of the query's units."),
            "articles": described(COUNT, "Articles they are from."),
            "exact": described({"type": "boolean"}, "If false, both counts are lower bounds."),
            "partial": described(COUNT, "Further passages that are ranked though they lack too much to be found."),
            "degraded": described(
                {"type": "boolean"},
                "Whether the time limit was reached: every result matches, but better ones may be missing.",
            ),
            "page": {"type": "integer", "minimum": 1},
            "per_page": {"type": "integer", "minimum": 1},
            "more": described({"type": "boolean"}, "Whether there is a next page."),
            "took_ms": _TOOK,
            "generation": _GENERATION,
            "results": many(ref("Result"), "The results of the page, best (or newest) first."),
            "facets": {
                "type": "object",
                "description": "For each facet, only with `facets`: the values in descending order of count.",
                "additionalProperties": many(ref("FacetValue")),
            },
            "facets_left_out": {"type": "object", "additionalProperties": ref("FacetRest")},
            "groups": many(ref("Group"), "Only with `group=article`."),
        },
        ["facets", "facets_left_out", "groups"],
    ),
    "BatchAnswer": record(
        "The answers to a batch, in the order of its queries.",
        {
            "answers": many(
                {"anyOf": [ref("SearchAnswer"), ref("Problem")]},
                "An answer, or the problem (it has a `type`) of a query that could not be read.",
            ),
            "generation": _GENERATION,
        },
    ),
    "SuggestAnswer": record(
        "Completions of a partly typed query, each of which finds something, and articles whose titles hold it.",
        {
            "query": record("The query.", {"text": TEXT}),
            "suggestions": many(
                record(
                    "A complete query to suggest.",
                    {"text": TEXT, "highlights": many(ref("Span"), "The parts not typed yet.")},
                )
            ),
            "articles": many(ref("ArticleInfo"), "Articles whose titles hold what was typed, side by side."),
            "took_ms": _TOOK,
            "generation": _GENERATION,
        },
    ),
    "SimilarAnswer": record(
        "The passages of other articles most similar to one passage.",
        {
            "article": ref("ArticleInfo"),
            "paragraph": ref("ParagraphName"),
            "words": many(TEXT, "The words compared."),
            "degraded": described(
                {"type": "boolean"}, "Whether the time limit was reached: more similar passages may be missing."
            ),
            "took_ms": _TOOK,
            "generation": _GENERATION,
            "results": many(ref("Result"), "Most similar first."),
        },
    ),
    "Problem": record(
        "Problem details (RFC 9457).",
        {
            "type": described(TEXT, "The problem type: a stable URL that explains it."),
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "instance": described(TEXT, "This occurrence: the request id, as in the server's log."),
            "hint": described(TEXT, "What the operator of the server can do."),
            "errors": many(
                record(
                    "A parameter that could not be read.",
                    {
                        "parameter": TEXT,
                        "detail": TEXT,
                        "pointer": described(TEXT, "Its place in the JSON body (JSON Pointer, RFC 6901)."),
                    },
                    ["pointer"],
                )
            ),
        },
        ["hint", "errors"],
    ),
}
"""The components by name."""


def body_schema(meaning: str, parameters: Mapping[str, Parameter]) -> Schema:
    """A JSON body with the parameters; no other names."""
    properties = {
        name: {**described(parameter.schema(), parameter.meaning), "examples": [parameter.example]}
        for name, parameter in parameters.items()
    }
    return {"type": "object", "description": meaning, "properties": properties, "additionalProperties": False}
