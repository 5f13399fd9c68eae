"""Planning queries over a vocabulary made of a few sentences, and looking at the trees."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Iterator

from indexer.engine.query import (
    All,
    Any,
    Exclude,
    Node,
    Phrase,
    Prefer,
    Term,
)
from indexer.query.parse import parse
from indexer.query.plan import Plan, plan
from indexer.results import SearchRequest
from indexer.schema import Field
from indexer.settings import Settings
from tests.query.vocabulary import TextVocabulary

VOCABULARY = TextVocabulary(
    "Chiều 26/12, hội nghị tổng kết công tác QP – AN và SSCĐ; đi đường dài.",
    "Lực lượng vũ trang nhận cờ thi đua xuất sắc của Chính phủ; dương lịch năm nay ở Việt Nam.",
    "Panthers là gì, ai thua bao nhiêu điểm? Cổ vật, đưa ra ngoài, thị xã, UBND, cái duong.",
    title="Hội nghị thi đua",
)
SETTINGS = Settings()


def planned(text: str, settings: Settings = SETTINGS, **filters: typing.Any) -> Plan:
    return plan(parse(text, settings), SearchRequest(text, **filters), VOCABULARY, settings)


def tree(text: str, **filters: typing.Any) -> Node:
    node = planned(text, **filters).node
    assert node is not None
    return node


def required(text: str) -> Node:
    """What decides whether a passage is found."""
    node = tree(text)
    return node.required if isinstance(node, Prefer) else node


def ranked(text: str) -> Node:
    """What ranks the nearest passages, without what they must have one of."""
    node = planned(text).nearest or tree(text)
    return node.children[-1] if isinstance(node, All) else node


def syllables(text: str) -> tuple[Node, ...]:
    """What decides whether a passage is among the nearest: each syllable or compound."""
    node = ranked(text)
    required = node.required if isinstance(node, Prefer) else node
    return required.children if isinstance(required, Any) else (required,)


def optional(text: str) -> tuple[Node, ...]:
    """What only adds to the score of the nearest."""
    node = ranked(text)
    assert isinstance(node, Prefer)
    return node.optional.children if isinstance(node.optional, Any) else (node.optional,)


def weights(node: Node) -> Counter[tuple[Field, object]]:
    """The weights of all leaves that score."""
    found: Counter[tuple[Field, object]] = Counter()
    for each in walk(node):
        if isinstance(each, Term | Phrase) and each.weight:
            found[each.field, each.form if isinstance(each, Term) else each.forms] += each.weight
    return found


def syllable(form: str, weight: float = 1.0) -> Term:
    return Term(Field.SYLLABLES, form, weight)


def walk(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case All(children=children) | Any(children=children):
            for child in children:
                yield from walk(child)
        case Prefer(required=first, optional=second) | Exclude(include=first, exclude=second):
            yield from walk(first)
            yield from walk(second)
