"""Every parameter of the JSON endpoint, declared once: what it may be, what it means, what counts where it is absent.

`webapp.requests.parameters` reads by these declarations, and `openapi` documents them, so that the two cannot part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from indexer import RESULT_PARTS, USUAL_RESULT_PARTS, FieldType, Kind, MetadataField, Settings, export_fields
from webapp.contract.texts import Text

Group = Literal["none", "article"]
Highlight = Literal["spans", "html"]
NearDuplicates = Literal["show", "group"]

VALUES_LIMIT = 20
"""Most values of a parameter that may be given several times."""

FACET_VALUES = 100
FACET_VALUES_LIMIT = 1_000
"""How many values of each facet come by default, and at most."""

SUGGESTIONS = 8
SUGGESTIONS_LIMIT = 20
"""How many suggestions come by default, and at most."""

BATCH_LIMIT = 20
"""Most queries of one batch."""

DATE_PATTERN = "^[0-9]{4}(-[0-9]{1,2}(-[0-9]{1,2})?)?$"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    `kind` says how it is read: "text"; "number", whole, from `low` to `high`; "choice", one of `allowed`; "flag", yes
    or no; "date", a year, a month or a day; "values", any number of texts (of `allowed`, where given); "names",
    some of `allowed`, separated by commas in a URL. `default` is what counts where it is absent or empty; `field` the
    metadata field that it restricts, whose values its must be.
    """

    name: str
    kind: Literal["text", "number", "choice", "flag", "date", "values", "names"]
    meaning: str
    example: Any
    default: Any = None
    low: int = 1
    high: int | None = None
    allowed: tuple[str, ...] = ()
    required: bool = False
    field: MetadataField | None = None

    @property
    def many(self) -> bool:
        """Whether it has several values: in JSON an array."""
        return self.kind in ("values", "names")

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema in a JSON body."""
        text: dict[str, Any] = {"type": "string", "enum": list(self.allowed)} if self.allowed else {"type": "string"}
        match self.kind:
            case "number":
                schema: dict[str, Any] = {"type": "integer", "minimum": self.low}
                if self.high is not None:
                    schema["maximum"] = self.high
            case "flag":
                schema = {"type": "boolean"}
            case "date":
                schema = {"type": "string", "pattern": DATE_PATTERN}
            case "values":
                schema = {"type": "array", "items": text, "maxItems": VALUES_LIMIT}
            case "names":
                schema = {"type": "array", "items": text}
            case _:
                schema = text
        if self.default is not None:
            schema["default"] = list(self.default) if self.many else self.default
        return schema


def _table(*parameters: Parameter) -> Mapping[str, Parameter]:
    return {parameter.name: parameter for parameter in parameters}


_OF_TYPES: Mapping[FieldType, tuple[str, str]] = {
    FieldType.KEYWORD: ("Only articles with one of these values; diacritics and case are ignored.", "Tin Mẫu"),
    FieldType.TEXT: ("Only articles with one of these phrases in this field.", "thi đua"),
    FieldType.NUMBER: ("Only articles with one of these numbers, or a number within one of these ranges.", "10..20"),
    FieldType.DATE: ("Only articles with a date within one of these days, months, years or ranges.", "2023..2024-06"),
}
"""What a parameter of a field of each type means, and an example."""


def _of_field(row: MetadataField) -> Parameter:
    """The parameter that restricts a metadata field."""
    if row.per_paragraph:
        return Parameter(row.name, "values", "Only paragraphs of these kinds.", ["caption"], allowed=tuple(Kind))
    meaning, example = _OF_TYPES[row.type]
    return Parameter(row.name, "values", meaning, [example], field=row)


@lru_cache(maxsize=16)
def search_parameters(settings: Settings) -> Mapping[str, Parameter]:
    """The parameters of a search by name, in the order of the documentation."""
    deepest = settings.depth_limit
    return _table(
        Parameter(
            "q",
            "text",
            Text(
                "The query, in the query language of the search box. Only the first %(most)s characters of a longer "
                "one are used, with a warning.",
                most=settings.query_characters,
            ),
            "co thi dua",
            "",
        ),
        Parameter(
            "page",
            "number",
            Text("The page number, from 1. Paging ends at result %(deepest)s.", deepest=deepest),
            1,
            1,
            high=deepest,
        ),
        Parameter("per_page", "number", "Results on a page.", 10, settings.page_size, high=settings.page_size_limit),
        Parameter(
            "sort",
            "choice",
            "The sort order: `date` is newest first, `fresh` what is both new and relevant, another field ascending, "
            "with `-` descending.",
            "date",
            "relevance",
            allowed=settings.schema.sorts,
        ),
        Parameter(
            "group",
            "choice",
            "What a page has: single passages, or articles, each with its best passages.",
            "article",
            "none",
            allowed=get_args(Group),
        ),
        Parameter(
            "near_duplicates",
            "choice",
            "Results whose articles have nearly the same text: `group` makes them one, which lists the others; "
            "`show` leaves each on its own. `total` counts all of them either way.",
            "show",
            settings.near_duplicates,
            allowed=get_args(NearDuplicates),
        ),
        *map(_of_field, settings.schema.filters),
        Parameter("after", "date", "Only articles dated on or after the first day of this year, month or day.", "2023"),
        Parameter("before", "date", "Only articles dated before it; must be later than `after`.", "2024-06"),
        Parameter(
            "literal",
            "flag",
            "Search exactly what was typed, without correction or expansion of abbreviations.",
            True,
            False,
        ),
        Parameter("explain", "flag", "Explain the score of each result.", True, False),
        Parameter(
            "facets",
            "names",
            "The facets to count. The counts of a facet ignore the filter on the facet itself, so that several values "
            "can be selected; values that differ only in diacritics or case are counted together.",
            ["source", "kind"],
            allowed=settings.schema.facets,
        ),
        Parameter(
            "facet_values",
            "number",
            "Most values of each facet, the most frequent first.",
            10,
            FACET_VALUES,
            high=FACET_VALUES_LIMIT,
        ),
        Parameter(
            "fields",
            "names",
            "The parts of each result. `text` is the whole paragraph with its highlights.",
            ["article", "text"],
            USUAL_RESULT_PARTS,
            allowed=RESULT_PARTS,
        ),
        Parameter(
            "highlight",
            "choice",
            "How matches are highlighted: spans of code points, or also escaped HTML with `<mark>`.",
            "html",
            "spans",
            allowed=get_args(Highlight),
        ),
    )


EXPORT_TYPES: Mapping[str, str] = {"jsonl": "application/x-ndjson", "csv": "text/csv", "md": "text/markdown"}
"""The formats of an export, and their media types."""

EXPORT_SORTS = ("relevance", "date")


@lru_cache(maxsize=16)
def export_parameters(settings: Settings) -> Mapping[str, Parameter]:
    """The parameters of an export: those of a search that say what is found, the order, and the form."""
    kept = ("q", *(row.name for row in settings.schema.filters), "after", "before", "literal")
    searching = search_parameters(settings)
    return _table(
        *(searching[name] for name in kept),
        Parameter(
            "sort",
            "choice",
            "The order: by score, or `date`, the newest article first.",
            "date",
            "relevance",
            allowed=EXPORT_SORTS,
        ),
        Parameter("format", "choice", "The form of the file.", "csv", "jsonl", allowed=tuple(EXPORT_TYPES)),
        Parameter(
            "fields",
            "names",
            "What of each passage; by default everything but its score.",
            ["id", "title", "text"],
            allowed=export_fields(settings.schema),
        ),
    )


SUGGEST_PARAMETERS = _table(
    Parameter(
        "q",
        "text",
        "The text typed so far. White space at its end means that the last syllable is complete.",
        "co thi",
        "",
    ),
    Parameter("limit", "number", "Most suggestions.", 5, SUGGESTIONS, high=SUGGESTIONS_LIMIT),
)


ARTICLES_LIMIT = 10_000
"""Most records or files of one request."""

WAIT_LIMIT = 30
"""Most seconds that a request waits until its change is published."""

REASON_LIMIT = 500
"""Most characters of the reason why an article is removed for good."""

_WAIT = Parameter(
    "wait", "number", "Seconds to wait until nothing of the change is queued any more.", 5, 0, low=0, high=WAIT_LIMIT
)
WAIT_PARAMETERS = _table(_WAIT)
REMOVAL_PARAMETERS = _table(
    Parameter(
        "purge",
        "flag",
        "Remove it for good: its text leaves every file of the index, and it and texts like it stay out until they are "
        "taken back. Needs the role `admin`.",
        True,
        False,
    ),
    Parameter("reason", "text", "Why it is removed for good; kept with its id.", "theo yêu cầu của tác giả", ""),
    _WAIT,
)


@lru_cache(maxsize=16)
def similar_parameters(settings: Settings) -> Mapping[str, Parameter]:
    """The parameters of a request for similar passages."""
    return _table(
        Parameter("id", "text", "The id of the article.", "ho-ke-go", required=True),
        Parameter(
            "position", "number", "The position of the passage in it.", 1, low=0, high=999_999_999, required=True
        ),
        Parameter("limit", "number", "Most passages.", 5, settings.page_size, high=settings.page_size_limit),
    )
