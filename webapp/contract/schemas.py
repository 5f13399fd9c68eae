"""The shape of every JSON answer, as JSON Schema (2020-12): the components of the contract that `openapi` writes out.

The values themselves are made in `indexer.json_shape`, `webapp.api` and `webapp.responses`; the tests compare. Keys may
be added to an object within one version of the contract, so no schema forbids them.
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
    """The component `name`."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(meaning: str, properties: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object; every property is there but those named as `optional`."""
    required = [name for name in properties if name not in set(optional)]
    return {"type": "object", "description": meaning, "properties": dict(properties), "required": required}


def many(items: Schema, meaning: str = "") -> Schema:
    """An array of `items`."""
    return {"type": "array", **({"description": meaning} if meaning else {}), "items": items}


def told(schema: Schema, meaning: str) -> Schema:
    """The schema with what it means."""
    return {**schema, "description": meaning}


def _maybe(schema: Schema, meaning: str = "") -> Schema:
    """The schema, or null."""
    return (
        told({**schema, "type": [schema["type"], "null"]}, meaning)
        if meaning
        else {**schema, "type": [schema["type"], "null"]}
    )


_HTML = told(TEXT, "The text as escaped HTML, with what was found in `<mark>`; only with `highlight=html`.")
_TOOK = told({"type": "number", "minimum": 0}, "How long the search took, in milliseconds.")
_GENERATION = told(TEXT, "The state of the index that answered; it changes with every publication.")
_HIGHLIGHTS = many(ref("Span"), "What was found in the text, ascending.")

_INFO: Mapping[str, Schema] = {
    "id": told(TEXT, "Stable across rebuilds."),
    "title": TEXT,
    "url": _maybe({"type": "string", "pattern": "^[hH][tT][tT][pP][sS]?://"}, "Always an http or https address."),
    "date": _maybe({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, "The day, ISO 8601."),
    "source": _maybe(TEXT),
    "author": _maybe(TEXT),
}

_PARAGRAPH: Mapping[str, Schema] = {
    "id": told({"type": "string", "pattern": "#[0-9]+$"}, "`<article id>#<position>`."),
    "position": told(COUNT, "Where it stands in its article; the title is 0."),
    "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
}

SCHEMAS: Mapping[str, Schema] = {
    "Span": {
        "type": "array",
        "description": "[start, end) in code points (not in UTF-16 units, as JavaScript counts).",
        "prefixItems": [COUNT, COUNT],
        "minItems": 2,
        "maxItems": 2,
    },
    "ArticleInfo": record("What is known of an article besides its text.", _INFO),
    "ParagraphName": record("Which paragraph it is.", _PARAGRAPH),
    "Paragraph": record("A paragraph, exactly as written.", {**_PARAGRAPH, "text": TEXT}),
    "Article": record("A whole article, its paragraphs in order.", {**_INFO, "paragraphs": many(ref("Paragraph"))}),
    "Snippet": record(
        "The part of the paragraph that shows best what was found.",
        {
            "text": TEXT,
            "start": told(COUNT, "Where it begins in the paragraph, in code points."),
            "highlights": _HIGHLIGHTS,
            "html": _HTML,
        },
        ["html"],
    ),
    "WholeText": record("The whole paragraph.", {"text": TEXT, "highlights": _HIGHLIGHTS, "html": _HTML}, ["html"]),
    "Result": record(
        "A passage found. The parameter `fields` says which parts it has.",
        {
            "article": ref("ArticleInfo"),
            "paragraph": ref("ParagraphName"),
            "score": told({"type": "number"}, "Comparable within one answer only."),
            "snippet": ref("Snippet"),
            "text": ref("WholeText"),
            "explanation": many(
                ref("ScorePart"), "Only with `explain`, and where the time sufficed; the parts add up to the score."
            ),
        },
        ["article", "paragraph", "score", "snippet", "text", "explanation"],
    ),
    "ScorePart": record(
        "What a leaf of the query added to a score, or the best sentence, or how early the first match stands.",
        {
            "kind": {"type": "string", "enum": ["term", "phrase", "prefix", "sentence", "first"]},
            "field": told(TEXT, "The field of the index; `sentence` and `first` have none, as of the next three."),
            "form": told(TEXT, "What was looked for in it."),
            "frequency": told(COUNT, "How often the passage has it."),
            "document_frequencies": many(COUNT, "How many passages of the index have each of its forms."),
            "weight": {"type": "number"},
            "score": {"type": "number"},
        },
        ["field", "form", "frequency", "document_frequencies"],
    ),
    "Interpretation": record(
        "What a query may mean besides what it says; both were searched.",
        {
            "original": told(TEXT, "The query as it was read, of which the spans of `expanded` are parts."),
            "repaired": told(TEXT, "The whole query with its slips mended."),
            "changes": many(ref("Span"), "What of `repaired` differs."),
            "confidence": told(
                {"type": "number", "minimum": 0.5, "maximum": 1},
                "How surely something else than the letters was meant.",
            ),
            "sure": told(
                {"type": "boolean"}, "Whether the text itself supports every change: fit to be put to a user."
            ),
            "expanded": many(
                record(
                    "A part of the query that was also searched as something else.",
                    {
                        "span": ref("Span"),
                        "meaning": TEXT,
                        "source": told(
                            {"type": "string", "enum": ["text", "reviewed", ""]}, "Where that is known from."
                        ),
                    },
                )
            ),
        },
    ),
    "Warning": record(
        "Something of the query that was not followed.",
        {"code": told(TEXT, "Stable."), "subject": told(TEXT, "The part of the query meant."), "message": TEXT},
    ),
    "FacetValue": record("A value and how many of the passages found have it.", {"value": TEXT, "count": COUNT}),
    "FacetRest": record("What `facet_values` left out.", {"values": COUNT, "passages": COUNT}),
    "Group": record(
        "An article of a page that counts articles; its passages stand side by side in `results`.",
        {
            "article": told(TEXT, "Its id."),
            "matched": told(COUNT, "How many of its passages were found."),
            "shown": told(COUNT, "How many of them stand in `results`."),
        },
    ),
    "SearchAnswer": record(
        "The answer to a search.",
        {
            "query": record(
                "The query.", {"text": TEXT, "understood": told(TEXT, "As it was read, in the query language.")}
            ),
            "interpretation": {"anyOf": [ref("Interpretation"), {"type": "null"}]},
            "warnings": many(ref("Warning")),
            "total": told(COUNT, "Passages found."),
            "articles": told(COUNT, "Articles they are from."),
            "exact": told({"type": "boolean"}, "Where it is false, the two are lower bounds."),
            "degraded": told(
                {"type": "boolean"}, "Whether the time ran out: every result matches, but better ones may be missing."
            ),
            "page": {"type": "integer", "minimum": 1},
            "per_page": {"type": "integer", "minimum": 1},
            "more": told({"type": "boolean"}, "Whether there is a next page."),
            "took_ms": _TOOK,
            "generation": _GENERATION,
            "results": many(ref("Result"), "The page, best (or newest) first."),
            "facets": {
                "type": "object",
                "description": "By facet, only with `facets`: values by falling count.",
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
                "An answer, or (it has a `type`) the problem of a query that could not be read.",
            ),
            "generation": _GENERATION,
        },
    ),
    "SuggestAnswer": record(
        "How a half-typed query may go on; nothing is proposed that finds nothing.",
        {
            "query": record("The query.", {"text": TEXT}),
            "suggestions": many(
                record(
                    "A whole query to propose.",
                    {"text": TEXT, "highlights": many(ref("Span"), "What was not typed yet.")},
                )
            ),
            "took_ms": _TOOK,
            "generation": _GENERATION,
        },
    ),
    "SimilarAnswer": record(
        "The passages of other articles most like one passage.",
        {
            "article": ref("ArticleInfo"),
            "paragraph": ref("ParagraphName"),
            "words": many(TEXT, "What it was compared by."),
            "degraded": told({"type": "boolean"}, "Whether the time ran out: likelier passages may be missing."),
            "took_ms": _TOOK,
            "generation": _GENERATION,
            "results": many(ref("Result"), "The likest first."),
        },
    ),
    "Problem": record(
        "Problem details (RFC 9457).",
        {
            "type": told(TEXT, "Which problem it is: an address that explains it. Stable."),
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "instance": told(TEXT, "This one occurrence: the request id, which the log has too."),
            "hint": told(TEXT, "What whoever runs the server can do."),
            "errors": many(
                record(
                    "A parameter that could not be read.",
                    {
                        "parameter": TEXT,
                        "detail": TEXT,
                        "pointer": told(TEXT, "Where it stands in the JSON body (RFC 6901)."),
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
        name: {**told(parameter.schema(), parameter.meaning), "examples": [parameter.example]}
        for name, parameter in parameters.items()
    }
    return {"type": "object", "description": meaning, "properties": properties, "additionalProperties": False}
