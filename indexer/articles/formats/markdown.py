"""Markdown (CommonMark with tables): what is searched and shown is the text without its markup.

Front matter gives metadata. The title is that of the front matter, else the heading the text begins with, else its only
heading of the first level, else its first line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.decoding import decode
from indexer.articles.formats.front_matter import split_front_matter
from indexer.articles.limits import Limits
from indexer.articles.model import Kind
from indexer.articles.splitting import split_paragraphs, split_title, trim

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

CELLS = " | "
"""What stands between the cells of a table's row."""

_DEEPEST = 60
_TOO_DEEP = re.compile(rf"^(?:[ \t]*(?:>|[-*+][ \t]|\d{{1,9}}[.)][ \t])){{{_DEEPEST // 2 + 1}}}", re.MULTILINE)
_TAG = re.compile(r"<[^<>]*+>")


class _Block(NamedTuple):
    text: str
    kind: Kind | None = None
    level: int = 0
    """Of a heading."""


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a Markdown file; raises `Unfit`."""
    text, notes = decode(data)
    front = split_front_matter(text)
    if _TOO_DEEP.search(front.text):
        raise Unfit("is nested too deeply")
    attributes = dict(front.attributes)
    given = attributes.pop("title", None)
    blocks = [block for block in _blocks(_parser().parse(front.text)) if block.text]
    title = trim(given) if isinstance(given, str) else ""
    title, blocks = (title, _without(title, blocks)) if title else _titled(blocks)
    paragraphs = [(block.text, block.kind) for block in blocks]
    return Draft(id, title, paragraphs, attributes, notes=(*notes, *front.notes))


@lru_cache(1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": 4 * _DEEPEST}).enable("table")


def _without(title: str, blocks: list[_Block]) -> list[_Block]:
    """The blocks without the title, where the text repeats it as its first heading."""
    return blocks[1:] if blocks and blocks[0].level and blocks[0].text == title else blocks


def _titled(blocks: list[_Block]) -> tuple[str, list[_Block]]:
    first = [at for at, block in enumerate(blocks) if block.level == 1]
    if blocks and not blocks[0].level and len(first) != 1:
        title, rest = split_title(blocks[0].text)
        left = trim(rest)
        return title, [*([blocks[0]._replace(text=left)] if left else []), *blocks[1:]]
    at = 0 if blocks and blocks[0].level else first[0] if first else None
    if at is None:
        return "", blocks
    return blocks[at].text, [*blocks[:at], *blocks[at + 1 :]]


def _blocks(tokens: Sequence[Token]) -> Iterator[_Block]:
    lists = level = 0
    cells: list[str] | None = None
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists -= 1
        elif token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield _Block(CELLS.join(cells).strip(CELLS), Kind.TABLE)
            cells = None
        elif token.type == "inline":
            text, only_pictures = _plain(token.children or [])
            if cells is not None:
                cells.append(text)
                continue
            kind = Kind.HEADING if level else Kind.CAPTION if only_pictures else Kind.LIST if lists else None
            yield _Block(text, kind, level)
            level = 0
        elif token.type in ("fence", "code_block"):
            yield from map(_Block, split_paragraphs(token.content))
        elif token.type == "html_block":
            yield from map(_Block, split_paragraphs(html.unescape(_TAG.sub("", _without_comments(token.content)))))


def _without_comments(text: str) -> str:
    """HTML without its comments; one that is not closed stays."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join(kept) + text[at:]


def _plain(tokens: Sequence[Token]) -> tuple[str, bool]:
    """The text of an inline, and whether it is nothing but the descriptions of pictures."""
    pieces = []
    pictures, others = 0, False
    for token in tokens:
        if token.type == "image":
            pieces.append(token.content)
            pictures += 1
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif token.type in ("text", "text_special", "code_inline"):
            pieces.append(token.content)
            others = others or not token.content.isspace()
    return trim("".join(pieces)), pictures > 0 and not others
