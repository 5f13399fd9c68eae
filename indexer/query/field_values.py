"""Query nodes for the values of metadata fields: a keyword, a phrase, or a range of numbers or dates."""

from __future__ import annotations

from indexer.engine.query import Facet, Node, Phrase, Range, Term
from indexer.schema import Field, FieldType, MetadataField, attribute_forms, facet_key
from indexer.vietnamese import forms, has_diacritics


def node_of(row: MetadataField, text: str, *, whole: bool) -> Node | None:
    """What `text` asks of the field; None when it asks for nothing.

    With `whole` false, a keyword need only stand inside a value. Raises `ValueError` where `MetadataField.span` does.
    """
    match row.type:
        case FieldType.NUMBER | FieldType.DATE:
            return Range(row.name, *row.span(text))
        case FieldType.TEXT:
            syllables = forms(text)
            # Diacritics that are typed must match.
            tokens = attribute_forms(row.name, syllables, unmarked=not any(map(has_diacritics, syllables)))
            if len(tokens) > 1:
                return Phrase(Field.ATTRIBUTES, tuple(tokens), 0.0)
            return Term(Field.ATTRIBUTES, tokens[0], 0.0) if tokens else None
        case _:
            key = facet_key(text)
            return Facet(row.name, key, whole) if key else None
