"""The settings and fields of an index that holds paragraphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer.engine.opensearch.records import STORED
from indexer.schema import Field, FieldType, Schema

LONGEST_TOKEN = 8_191
"""In characters: of four bytes each, they are as long as a term of Lucene may be."""

RAW = 1.0e6
"""With script scoring, a boost from here on asks for the bare frequency, times boost / RAW."""

MOST_PARAGRAPHS = 1_000_000
"""How deep a page can be."""

_ARTICLES_EXACTLY = "none"
"""Slices of a shard searched beside each other would count an article once each."""


def path(field: Field) -> str:
    """Where the tokens of a text field are."""
    return "syllables.bigrams" if field is Field.BIGRAMS else field.value


def index_body(
    schema: Schema, scoring: str, shards: int, replicas: int, averages: Mapping[Field, float]
) -> dict[str, Any]:
    """The body that creates an index. `averages` are of those lengths that script scoring begins its search with."""
    plugin = scoring == "plugin"
    similarity = {
        f"of_{field.value}": {"type": "timdoan_lengths"} if plugin else _approximate(averages.get(field, 1.0))
        for field in Field
    }
    analysis = {
        "tokenizer": {"lines": _split_at("\n"), "spaces": _split_at(" ")},
        "filter": {
            "pairs": {"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 2, "output_unigrams": False}
        },
        "analyzer": {
            "lines": {"type": "custom", "tokenizer": "lines"},
            "pairs": {"type": "custom", "tokenizer": "lines", "filter": ["pairs"]},
            "spaces": {"type": "custom", "tokenizer": "spaces"},
        },
    }
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": "-1",
                "codec": "best_compression",
                "analysis": analysis,
                "similarity": similarity,
                "max_result_window": MOST_PARAGRAPHS,
                "max_rescore_window": MOST_PARAGRAPHS,
                "search.concurrent_segment_search.mode": _ARTICLES_EXACTLY,
            }
        },
        "mappings": {"dynamic": False, "properties": _properties(schema, plugin)},
    }


def _split_at(character: str) -> dict[str, Any]:
    return {"type": "char_group", "tokenize_on_chars": [character], "max_token_length": LONGEST_TOKEN}


def _approximate(average: float) -> dict[str, Any]:
    """Without the plugin: the formula with the usual numbers, and lengths that Lucene rounds to one byte."""
    source = (
        f"if (query.boost >= {RAW}) return query.boost / {RAW} * doc.freq; "
        f"return query.boost * 1.5 * doc.freq / (doc.freq + 0.2 + {0.3 / max(average, 1.0)} * doc.length);"
    )
    return {"type": "scripted", "script": {"source": source}}


def _properties(schema: Schema, plugin: bool) -> dict[str, Any]:
    kept = {"type": "keyword", "index": False, "doc_values": False}
    properties: dict[str, Any] = {
        "seq": {"type": "long"},
        "number": {"type": "long"},
        "article": {"type": "keyword"},
        "position": {"type": "integer"},
        "first": {"type": "boolean", "doc_values": False},
        **{name: kept for name in ("kind", "text", "info")},
        "repeats": {"type": "object", "enabled": False},
        "page": {"type": "object", "enabled": False},
        **{field.value: _text(field) for field in STORED},
    }
    properties["syllables"]["fields"] = {"bigrams": _text(Field.BIGRAMS, analyzer="pairs", search_analyzer="lines")}
    if not plugin:
        properties |= {f"len_{field.value}": {"type": "integer", "index": False} for field in Field}
    for row in schema:
        if row.type is FieldType.KEYWORD:
            within = {"type": "text", "analyzer": "spaces", "norms": False}
            properties[f"k_{row.name}"] = {"type": "keyword", "doc_values": False, "fields": {"in": within}}
        if row.type in (FieldType.NUMBER, FieldType.DATE):
            properties[f"n_{row.name}"] = {"type": "double" if row.type is FieldType.NUMBER else "integer"}
        if row.type in (FieldType.KEYWORD, FieldType.NUMBER, FieldType.DATE):
            properties[f"v_{row.name}"] = {"type": "keyword", "index": False}
        if row.type is FieldType.DATE:
            properties[f"m_{row.name}"] = {"type": "keyword", "index": False}
    return properties


def _text(field: Field, **more: str) -> dict[str, Any]:
    """A field of tokens; positions are for phrases."""
    how = {"type": "text", "analyzer": "lines", "index_options": "positions", "similarity": f"of_{field.value}"}
    return how | more
