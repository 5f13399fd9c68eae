"""A paragraph as a document of OpenSearch, and back.

The source of a document has all that was given, the tokens too, so that documents can be explained, copied to another
index, and taken back from the vocabulary. What is searched follows from it:

    seq, number            the paragraph's and its article's place in document order, over all indexes of a generation
    article, position      the id; `first` is true of the article's first paragraph
    syllables, words, ...  tokens of a text field, one on each line
    k_NAME, v_NAME         of a keyword: its keys (`indexer.schema.facet_key`), and each with the value as written
    n_NAME, v_NAME         of a number: the numbers, and as text; of a date: days since 0001-01-01, and years
    m_NAME                 of a date: months
    text, info, repeats    only kept
"""

from __future__ import annotations

import datetime
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import Hit
from indexer.schema import Field, FieldType, MetadataField, Schema, Value, exact, facet_key, value_text

Source: TypeAlias = Mapping[str, Any]

STORED = tuple(field for field in Field if field is not Field.BIGRAMS)
"""The fields whose tokens are sent. Pairs are made of the syllables by the cluster."""

SHOWN = ("article", "position", "kind", "text", "info", "repeats", "page")
"""What a hit is made of."""

BETWEEN = "\x00"
"""What stands between a key and the value as written. No key of syllables has it."""

_ESCAPED = "\x1b"


def safe(text: str) -> str:
    """Text that UTF-8 can have: half a surrogate pair, which a Python string can hold, is escaped."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _ESCAPED + text.encode("unicode_escape").decode("ascii")
    return _ESCAPED + text if text.startswith(_ESCAPED) else text


def unsafe(text: str) -> str:
    """The text that `safe` was given."""
    if not text.startswith(_ESCAPED):
        return text
    rest = text[1:]
    return rest if rest.startswith(_ESCAPED) else rest.encode("ascii").decode("unicode_escape")


def encoded_info(info: ArticleInfo) -> str:
    """What is known of an article, as text."""
    values = {
        name: [value.isoformat() if isinstance(value, datetime.date) else value for value in own]
        for name, own in info.values.items()
    }
    signature = b64encode(info.signature).decode()
    return safe(json.dumps([info.id, info.title, values, info.undeclared, signature], ensure_ascii=False))


def metadata(values: Mapping[str, Sequence[Value]], schema: Schema) -> dict[str, list[Any]]:
    """The fields of a document that filters, facets and orders use."""
    found: dict[str, list[Any]] = {}
    for name, own in values.items():
        row = schema.rows.get(name)
        if row is None:
            continue
        if row.type is FieldType.KEYWORD:
            keys = [safe(_key(str(value))) for value in own]
            found[f"k_{name}"] = keys
            found[f"v_{name}"] = [key + BETWEEN + safe(str(value)) for key, value in zip(keys, own, strict=True)]
        elif row.type is FieldType.NUMBER:
            found[f"n_{name}"] = [float(value) for value in own if isinstance(value, int | float)]
            found[f"v_{name}"] = [value_text(value) for value in own]
        elif row.type is FieldType.DATE:
            found[f"n_{name}"] = [value.toordinal() for value in own if isinstance(value, datetime.date)]
            found[f"v_{name}"] = sorted({value_text(value)[:4] for value in own})
            found[f"m_{name}"] = sorted({value_text(value)[:7] for value in own})
    return found


_key = lru_cache(maxsize=4096)(facet_key)


class Encoder:
    """Makes documents of paragraphs; what is the same for all of an article is made once.

    With `lengths` the number of tokens of each field is a field of its own, for scripts.
    """

    def __init__(self, schema: Schema, lengths: bool) -> None:
        self._schema, self._lengths = schema, lengths
        self._info: ArticleInfo | None = None
        self._shared: dict[str, Any] = {}
        self._kinds = {kind: metadata({"kind": (kind.value,)}, schema) for kind in Kind}

    def document(
        self, info: ArticleInfo, paragraph: Paragraph, tokens: Mapping[Field, Sequence[str]], seq: int, number: int
    ) -> dict[str, Any]:
        """The source of a document."""
        if info != self._info:
            self._info = info
            self._shared = {
                "article": safe(info.id),
                "info": encoded_info(info),
                **metadata(info.values, self._schema),
            }
        source = {
            "seq": seq,
            "number": number,
            "position": paragraph.position,
            "kind": paragraph.kind.value,
            "text": safe(paragraph.text),
            **self._shared,
            **self._kinds[paragraph.kind],
        }
        if paragraph.repeats:
            source["repeats"] = list(paragraph.repeats)
        if paragraph.page:
            source["page"] = paragraph.page
        for field, own in tokens.items():
            if own and field is not Field.BIGRAMS:
                source[field.value] = "\n".join(own)
            if self._lengths:
                source[f"len_{field.value}"] = len(own)
        return source


def tokens_of(source: Source, field: Field) -> list[str]:
    """The tokens of a text field."""
    if field is Field.BIGRAMS:
        forms = tokens_of(source, Field.SYLLABLES)
        return [f"{first} {second}" for first, second in pairwise(forms)]
    text: str = source.get(field.value, "")
    return text.split("\n") if text else []


def info_of(source: Source, schema: Schema) -> ArticleInfo:
    """What is known of the article of a paragraph."""
    return _info(source["info"], schema)


@lru_cache(maxsize=4096)
def _info(text: str, schema: Schema) -> ArticleInfo:
    identifier, title, values, undeclared, *signature = json.loads(unsafe(text))
    typed = {name: tuple(map(_reader(schema.rows.get(name)), own)) for name, own in values.items()}
    # An index that is older has no signatures.
    return ArticleInfo(identifier, title, typed, undeclared, b64decode("".join(signature)))


def _reader(row: MetadataField | None) -> Callable[[Any], Value]:
    if row is not None and row.type is FieldType.DATE:
        return datetime.date.fromisoformat
    if row is not None and row.type is FieldType.NUMBER:
        return exact
    return str


def paragraph_of(source: Source) -> Paragraph:
    """The paragraph of a document."""
    repeats = tuple(source.get("repeats", ()))
    return Paragraph(source["position"], Kind(source["kind"]), unsafe(source["text"]), repeats, source.get("page"))


def hit_of(source: Source, score: float | None, schema: Schema) -> Hit:
    """A hit with this score (None: none was computed)."""
    return Hit(info_of(source, schema), paragraph_of(source), score or 0.0)


def written(value: str) -> tuple[str, str]:
    """The key and the value that a `v_NAME` of a keyword holds."""
    at = value.find(BETWEEN)
    while at != value.rfind(BETWEEN) and facet_key(unsafe(value[at + 1 :])) != unsafe(value[:at]):
        # A keyword may hold the character itself.
        at = value.find(BETWEEN, at + 1)
    return value[:at], unsafe(value[at + 1 :])


def article_ids(ids: Iterable[str]) -> list[str]:
    """Ids of articles as the index has them."""
    return list(map(safe, ids))
