"""The text of a query, parsed as one index understands it."""

from __future__ import annotations

from functools import partial

from indexer.engine.base import Engine, EngineRequest
from indexer.query.field_values import node_of
from indexer.query.parse import Parsed, parse
from indexer.query.whole_values import with_whole_values
from indexer.schema import FieldType, Schema
from indexer.settings import Settings


def parsed_for(engine: Engine, settings: Settings, text: str) -> Parsed:
    """The clauses of a query; values of restrictions are those that articles have."""
    return with_whole_values(parse(text, settings), partial(_has_value, engine, settings.schema))


def _has_value(engine: Engine, schema: Schema, name: str, value: str) -> bool:
    """Whether an article has a value of a field of keywords."""
    row = schema.rows[name]
    node = node_of(row, value, whole=False) if row.type is FieldType.KEYWORD and not row.per_paragraph else None
    return node is not None and engine.search(EngineRequest(node, limit=0)).total > 0
