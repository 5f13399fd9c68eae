"""The metadata fields of articles: one table, from whose rows reading, storing, filters, facets and JSON follow.

A row says how a value of a record is read (`indexer.articles.metadata`), stored and counted (the engine), restricted to
(`indexer.query`), and shown (`indexer.json_shape`, `webapp`). Users add rows in the settings file (`indexer.settings`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from indexer.schema.spans import Days, Numbers, day_span, number_span
from indexer.vietnamese import analyze, fold

Value: TypeAlias = str | int | float | datetime.date
"""One value of a metadata field: a string, a finite number, or a day."""


LARGEST = 1 << 53
"""Beyond it whole numbers cannot be told apart once they are stored (f8)."""


class FieldType(StrEnum):
    """What the values of a metadata field are."""

    KEYWORD = "keyword"
    """A string that is compared as a whole, case and diacritics apart (`facet_key`)."""

    TEXT = "text"
    """A string whose syllables are searched, as those of a title are."""

    NUMBER = "number"
    DATE = "date"

    ADDRESS = "address"
    """An http or https address: kept and linked, never searched. Of built-in fields only."""


class Label(NamedTuple):
    """What a field is called on the page, in Vietnamese and in English."""

    vi: str
    en: str


WANTED = {
    FieldType.NUMBER: "a number such as 12 or 1.5, or a span such as 10..20",
    FieldType.DATE: "a date such as 2023, 2023-01, 2023-01-31, 01/2023 or 31/01/2023, or a span such as 2023..2024-06",
}
"""What a field of a type can be restricted to, where that is not any text."""


@dataclass(frozen=True, slots=True)
class MetadataField:
    """A row of the table.

    `many` allows several values; `facet` counts passages by value; `sort` lets results be ordered by it; `filter` lets
    queries (`name:value`) and requests (`name=value`) be restricted to values. `per_paragraph` is a value of the
    paragraph, not of its article. Of `people`, a string may name several, as newspapers write them.
    """

    name: str
    type: FieldType
    label: Label
    many: bool = False
    facet: bool = False
    sort: bool = False
    filter: bool = True
    per_paragraph: bool = False
    people: bool = False

    def __hash__(self) -> int:
        # Settings are looked up by their value at each request, and these are parts of it.
        return hash(self.name)

    @property
    def declared(self) -> bool:
        """Whether it is none of the built-in fields."""
        return self not in BUILT_IN

    def span(self, text: str) -> Days | Numbers:
        """The days or numbers that `text` asks for; raises `ValueError` for what is no span of such."""
        return day_span(text) if self.type is FieldType.DATE else number_span(text)

    def accepts(self, text: str) -> bool:
        """Whether the field can be restricted to `text`."""
        if self.type in WANTED:
            try:
                self.span(text)
            except ValueError:
                return False
        return True

    @property
    def wanted(self) -> str:
        """What a field is restricted to."""
        return WANTED.get(self.type, "a text")


BUILT_IN = (
    # Narrowed by `after` and `before`, counted by its parts.
    MetadataField("date", FieldType.DATE, Label("Thời gian", "Time"), facet=True, sort=True, filter=False),
    MetadataField("source", FieldType.KEYWORD, Label("Nguồn", "Source"), facet=True),
    MetadataField("author", FieldType.KEYWORD, Label("Tác giả", "Author"), many=True, facet=True, people=True),
    MetadataField("kind", FieldType.KEYWORD, Label("Loại đoạn", "Kind"), facet=True, per_paragraph=True),
    MetadataField("url", FieldType.ADDRESS, Label("Bài gốc", "Original article"), filter=False),
)

DATE_PARTS: Mapping[str, tuple[str, str]] = {"year": ("date", "Y"), "month": ("date", "M")}
"""Facets that are parts of a built-in date: the field, and numpy's unit of the part. Written YYYY and YYYY-MM."""

COUNTED_PARTS: Mapping[str, tuple[str, str]] = {**DATE_PARTS, "date": ("date", "D")}
"""The same with the days themselves, YYYY-MM-DD, which engines count too; many years have too many for a facet."""

RESERVED = frozenset(
    {
        *(row.name for row in BUILT_IN),
        # Keys of a record or of the JSON of an article.
        *("id", "title", "text", "paragraphs", "authors", "values", "undeclared", "article", "position"),
        # Restrictions of the query language, and what begins an address typed into the box.
        *("after", "before", "from", "until", "http", "https"),
        # Parameters of the endpoint and of the page.
        *("q", "page", "per_page", "sort", "group", "literal", "explain", "facets", "facet_values"),
        "near_duplicates",
        *("fields", "highlight", "limit", "lang", "to", "theme", "accent"),
        # What the addresses of pages are made of beside them.
        *("article_id", "endpoint"),
        # What results can be ordered and counted by.
        *("relevance", "fresh", *DATE_PARTS),
    }
)
"""Names that a declared field cannot have."""

_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_DECLARABLE = tuple(kind.value for kind in FieldType if kind is not FieldType.ADDRESS)
_KEYS = ("type", "many", "facet", "sort", "label")
_LABEL_CHARACTERS = 80


class FieldInvalid(ValueError):
    """A declaration that cannot be followed; the message says what is wrong with it, `hint` what is allowed."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def declared_field(name: str, table: object) -> MetadataField:
    """The field that a table of the settings file declares; raises `FieldInvalid`."""
    if not _NAME.fullmatch(name):
        raise FieldInvalid(
            f"field {name!r:.60} has no name that can be used",
            "A name has at most 40 characters: small letters without diacritics, digits and _, a letter first.",
        )
    if name in RESERVED:
        raise FieldInvalid(f"field {name} has the name of something else", "Choose another name.")
    if not isinstance(table, Mapping):
        raise FieldInvalid(f"field {name} is {table!r:.60}, which is not a table", f"Write it as [fields.{name}].")
    for key in table:
        if key not in _KEYS:
            raise FieldInvalid(f"field {name} has {key!r:.60}, which means nothing", f"Known are {', '.join(_KEYS)}.")
    given = table.get("type")
    if given not in _DECLARABLE:
        what = "no type" if given is None else f"type {given!r:.60}"
        raise FieldInvalid(f"field {name} has {what}", f"Give one of {', '.join(_DECLARABLE)}.")
    flags = {flag: table.get(flag, False) for flag in ("many", "facet", "sort")}
    for flag, value in flags.items():
        if not isinstance(value, bool):
            raise FieldInvalid(f"{flag} of field {name} is {value!r:.60}, which is not true or false", "Correct it.")
    kind = FieldType(given)
    if kind is FieldType.TEXT and (flags["facet"] or flags["sort"]):
        raise FieldInvalid(f"field {name} is text, which is neither counted nor sorted by", "Make it a keyword.")
    if flags["many"] and flags["sort"]:
        raise FieldInvalid(f"field {name} has several values and cannot be sorted by", "Leave out many or sort.")
    return MetadataField(name, kind, _label(name, table.get("label", name)), **flags)


def _label(name: str, given: object) -> Label:
    texts = {"vi": given, "en": given} if isinstance(given, str) else given
    if (
        not isinstance(texts, Mapping)
        or set(texts) != {"vi", "en"}
        or not all(isinstance(each, str) and 0 < len(each.strip()) <= _LABEL_CHARACTERS for each in texts.values())
        or not all(each.isprintable() for each in texts.values())
    ):
        raise FieldInvalid(
            f"label of field {name} is {given!r:.60}",
            f'Give a text, or {{ vi = "...", en = "..." }}, of up to {_LABEL_CHARACTERS} characters each.',
        )
    return Label(texts["vi"].strip(), texts["en"].strip())


@dataclass(frozen=True)
class Schema:
    """The metadata fields of an index: those that every index has, then those `declared` by its owner."""

    declared: tuple[MetadataField, ...] = ()

    @cached_property
    def rows(self) -> Mapping[str, MetadataField]:
        """Every field by its name."""
        return {row.name: row for row in (*BUILT_IN, *self.declared)}

    @cached_property
    def of_articles(self) -> tuple[MetadataField, ...]:
        """The fields that an article has, not each paragraph."""
        return tuple(row for row in self.rows.values() if not row.per_paragraph)

    @cached_property
    def filters(self) -> tuple[MetadataField, ...]:
        """The fields that can be restricted to values by their name."""
        return tuple(row for row in self.rows.values() if row.filter)

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """What can be counted: fields, and the parts of the date."""
        named = [row.name for row in BUILT_IN if row.facet and row.name not in {of for of, _ in DATE_PARTS.values()}]
        return (*named, *DATE_PARTS, *(row.name for row in self.declared if row.facet))

    @cached_property
    def sorts(self) -> tuple[str, ...]:
        """What results can be ordered by: "relevance", "fresh" (score and age together), "date" (newest
        first), other fields up, and down after `-`."""
        own = [row.name for row in self.rows.values() if row.sort and row.name != "date"]
        return ("relevance", "fresh", "date", *(sign + name for name in own for sign in ("", "-")))

    def names(self, *types: FieldType) -> tuple[str, ...]:
        """The names of the articles' fields of some types."""
        return tuple(row.name for row in self.of_articles if row.type in types)

    def __iter__(self) -> Iterator[MetadataField]:
        return iter(self.rows.values())

    def as_json(self) -> list[dict[str, Any]]:
        """The declared fields as an index records them."""
        return [
            {
                "name": row.name,
                "type": row.type.value,
                "many": row.many,
                "facet": row.facet,
                "sort": row.sort,
                "label": row.label._asdict(),
            }
            for row in self.declared
        ]

    @classmethod
    def from_json(cls, rows: Sequence[Mapping[str, Any]]) -> Schema:
        """The schema that an index recorded; raises `FieldInvalid`, `KeyError` or `TypeError` for anything else."""
        return cls(
            tuple(
                declared_field(row["name"], {key: value for key, value in row.items() if key != "name"}) for row in rows
            )
        )

    def shown_as(self, settings: Schema) -> Schema:
        """This schema of an index, counted, sorted and labelled as the settings of a reader declare.

        With what only the settings declare: in such an index, no article has a value of it.
        """
        own = [row for row in self.declared if row.name not in settings.rows]
        return Schema((*settings.declared, *own))

    def lacking(self, settings: Schema) -> frozenset[str]:
        """The fields that the settings declare and an index with this schema cannot answer for."""
        known = {(row.name, row.type) for row in self.declared}
        return frozenset(row.name for row in settings.declared if (row.name, row.type) not in known)

    def differences(self, settings: Schema) -> list[str]:
        """What an index with this schema lacks of what the settings declare; a sentence for each field."""
        told = []
        for wanted in settings.declared:
            held = self.rows.get(wanted.name)
            if held is None:
                told.append(f"field {wanted.name} is declared, but the index was built without it")
            elif (held.type, held.many) != (wanted.type, wanted.many):
                was = f"{held.type}{', several values' if held.many else ''}"
                told.append(f"field {wanted.name} is declared otherwise than when the index was built ({was})")
        return [f"{each}: build it again with indexer build PATH..." for each in told]


def facet_key(value: str) -> str:
    """The form in which keywords are compared: syllables without diacritics joined by spaces.

    `Báo Hà Tĩnh`, `bao ha tinh` and `BÁO  HÀ TĨNH` have one key. What has no syllable is its own.
    """
    return " ".join(fold(form) for form in analyze(value).forms) or value


def value_text(value: Value) -> str:
    """A value as text, by which its field can be restricted: a day as ISO 8601 has it, a number as `exact` has it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(exact(value) if isinstance(value, float) else value)


def exact(number: float) -> int | float:
    """A whole number as an int, where ints are exact."""
    return int(number) if float(number).is_integer() and abs(number) <= LARGEST else number
