"""Assembling an `Article` from the draft of any format: limits, positions, repeated paragraphs, kinds."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indexer.articles.labelling import kinds
from indexer.articles.limits import Limits
from indexer.articles.metadata import read_metadata
from indexer.articles.model import Article, ArticleInfo, FieldWarning, Kind, Paragraph
from indexer.articles.splitting import cut
from indexer.schema import Schema

MOST_MARKS = 1_000
"""Most combining marks in a row; no script needs more than a few."""

_TOO_MANY_MARKS = re.compile(
    f"[{''.join(chr(c) for c in range(0x300, 0x20000) if unicodedata.combining(chr(c)))}]{{{MOST_MARKS + 1}}}"
)


class Unfit(ValueError):
    """Input that cannot become an article; the message is the reason of its `Rejection`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The result of a format reader: trimmed, non-empty paragraphs without the title, each with its kind if given.

    `attributes` is the raw metadata by name: strings, numbers, lists or other JSON values. `indexer.articles.metadata`
    decides what of it is kept, and in which field. `pages`, unless empty, has the page of each paragraph, from 1.
    `notes` are sentences that go on from the name of the file: how the text differs from what it holds.
    """

    id: str
    title: str
    paragraphs: Sequence[tuple[str, Kind | None]]
    attributes: Mapping[str, object] = field(default_factory=dict)
    pages: Sequence[int | None] = ()
    notes: Sequence[str] = ()


def check_length(what: str, value: str, limit: int) -> None:
    """Raise `Unfit` when `value` has more than `limit` characters."""
    if len(value) > limit:
        raise Unfit(f"{what} has {len(value):,} characters; the limit is {limit:,}")


def check_id(value: str, limits: Limits) -> None:
    """Raise `Unfit` for an id that is empty, too long, or could not stand on one line or in an address."""
    if not value:
        raise Unfit("the id is empty")
    check_length("the id", value, limits.id_characters)
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value):
        raise Unfit(f"the id {value!r} holds a control character")
    # Browsers remove such parts from a URL, even escaped ones, and would request another page.
    if any(part in (".", "..") for part in value.replace("\\", "/").split("/")):
        raise Unfit(f"the id {value!r} has '.' or '..' for a part between slashes, which no address can hold")


def assemble(draft: Draft, limits: Limits, schema: Schema | None = None) -> Article:
    """The article of a draft; raises `Unfit` when it is empty or beyond a limit.

    `schema` says which metadata fields there are; none: the built-in ones.

    The title is paragraph 0; the others count from 1, with or without a title. Of paragraphs with the same
    text (after NFC, runs of white space as one space, case kept) the first is kept and the later positions
    are its `repeats`.
    """
    title = draft.title
    check_id(draft.id, limits)
    check_length("the title", title, limits.title_characters)
    if not title and not draft.paragraphs:
        raise Unfit("holds no text")
    characters = len(title) + sum(len(text) for text, _ in draft.paragraphs)
    if characters > limits.article_characters:
        raise Unfit(f"the article has {characters:,} characters; the limit is {limits.article_characters:,}")
    # Normalising puts marks in order one by one: the time grows with the square of their number. Most paragraphs are
    # too short for that, and are not searched.
    if any(len(text) > MOST_MARKS and _TOO_MANY_MARKS.search(text) for text, _ in draft.paragraphs):
        raise Unfit(f"holds more than {MOST_MARKS:,} combining marks in a row; take out what is no text")

    written: list[tuple[int, str, Kind | None, int | None]] = []
    if title:
        written.append((0, title, Kind.TITLE, None))
    position = 0
    for (text, kind), page in zip(draft.paragraphs, draft.pages or itertools.repeat(None), strict=False):
        for piece in cut(text, limits.paragraph_characters) if len(text) > limits.paragraph_characters else (text,):
            position += 1
            written.append((position, piece, kind, page))
    if len(written) > limits.article_paragraphs:
        raise Unfit(f"the article has {len(written):,} paragraphs; the limit is {limits.article_paragraphs:,}")

    places: dict[str, list[int]] = {}
    distinct = []
    for position, text, kind, page in written:
        key = " ".join(unicodedata.normalize("NFC", text).split())
        if key in places:
            places[key].append(position)
        else:
            places[key] = [position]
            distinct.append((text, kind, page))
    found = kinds([text for text, _, _ in distinct], [kind for _, kind, _ in distinct])
    metadata = read_metadata(draft.attributes, schema or Schema(), limits)
    return Article(
        ArticleInfo(draft.id, title, metadata.values, metadata.undeclared),
        tuple(
            Paragraph(at[0], kind, text, tuple(at[1:]), page)
            for (text, _, page), kind, at in zip(distinct, found, places.values(), strict=True)
        ),
        (*(FieldWarning("", note) for note in draft.notes), *metadata.warnings),
    )
