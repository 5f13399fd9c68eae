"""The fields of an index, one table of each kind: text fields (`text`) and metadata fields (`metadata`).

Documents and queries use the same fields. `indexer.vietnamese` has syllables and words, `indexer.engine` the postings.
"""

from indexer.schema.metadata import (
    BUILT_IN,
    DATE_PARTS,
    LARGEST,
    RESERVED,
    FieldInvalid,
    FieldType,
    Label,
    MetadataField,
    Schema,
    Value,
    declared_field,
    exact,
    facet_key,
    value_text,
)
from indexer.schema.spans import days_of
from indexer.schema.text import (
    PAIR_SEPARATOR,
    Column,
    Columns,
    Field,
    PairColumn,
    Pairs,
    attribute_forms,
    attribute_tokens,
    bigram,
    fields_of_many,
    paragraph_fields,
    text_fields,
)

__all__ = [
    "BUILT_IN",
    "DATE_PARTS",
    "LARGEST",
    "PAIR_SEPARATOR",
    "RESERVED",
    "Column",
    "Columns",
    "Field",
    "FieldInvalid",
    "FieldType",
    "Label",
    "MetadataField",
    "PairColumn",
    "Pairs",
    "Schema",
    "Value",
    "attribute_forms",
    "attribute_tokens",
    "bigram",
    "days_of",
    "declared_field",
    "exact",
    "facet_key",
    "fields_of_many",
    "paragraph_fields",
    "text_fields",
    "value_text",
]
