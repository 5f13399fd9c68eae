"""HTML pages: fields from JSON-LD, Open Graph and the page's own markup, the text from the element that holds it.

Where no markup tells which element holds the text, trafilatura is asked, if it is installed; where that finds nothing,
all text of the page but its frame is read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.encodings import repair
from indexer.articles.formats.building import Blocks, one_line
from indexer.articles.formats.html.blocks import Block, blocks_of
from indexer.articles.formats.html.body import body_of
from indexer.articles.formats.html.fields import Fields, fields_of
from indexer.articles.formats.html.parsing import parse
from indexer.articles.limits import Limits
from indexer.articles.model import Kind
from indexer.articles.splitting import trim

_SHORTEST_LEAD = 40
_ENDS = ".…‥ "


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a page; raises `Unfit`."""
    page = parse(data)
    fields = fields_of(page.root)
    blocks = body_of(page.root)
    draft = _draft(fields, blocks, id, limits, page.notes)
    if not draft.paragraphs and not draft.title:
        raise Unfit("holds no text")
    return draft


def text_of_fragment(markup: str) -> tuple[list[tuple[str, Kind | None]], tuple[str, ...]]:
    """The paragraphs of a piece of HTML, as feeds and exports have them, and notes; raises `Unfit`."""
    page = parse(markup.encode("utf-8", "replace"), "utf-8")
    found = blocks_of(page.root, plain=True)
    repaired = repair([block.runs for block in found])
    texts = [(trim(text), block.kind) for text, block in zip(repaired.texts, found, strict=True)]
    return [(text, kind) for text, kind in texts if text], repaired.notes


def _draft(fields: Fields, found: Sequence[Block], id: str, limits: Limits, notes: Sequence[str]) -> Draft:
    blocks = Blocks(limits)
    title = one_line(fields.title)
    lead = fields.lead
    texts = [block.text for block in found]
    in_body = next((at for at, text in enumerate(texts) if lead and _same(lead, text)), None)
    if in_body is None and lead and (fields.lead_shown or _is_lead(lead, title, texts)):
        blocks.add([(lead, None)], Kind.LEAD)
    for at, block in enumerate(found):
        if title and at < 3 and _plain(block.text) == _plain(title):
            continue
        blocks.add(block.runs, Kind.LEAD if at == in_body and block.kind in (None, Kind.HEADING) else block.kind)
    authors = list(fields.authors)
    if not authors:
        authors = [_name(block.text) for block in found if block.kind is Kind.BYLINE][:1]
    attributes: dict[str, object] = {
        "date": fields.date,
        "url": fields.url,
        "source": fields.source,
        "author": authors,
        "section": fields.section,
        "tags": list(fields.tags),
    }
    attributes = {name: value for name, value in attributes.items() if value}
    if not blocks.runs:
        if not title:
            raise Unfit("holds no text")
        return Draft(id, title, [], attributes, notes=tuple(notes))
    return blocks.draft(id, limits, title, attributes, notes)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).lower()


def _same(description: str, text: str) -> bool:
    """Whether a description is a paragraph of the text, or how it begins; a prefix such as `TPO -` apart."""
    short, whole = _plain(description).rstrip(_ENDS), _plain(text)
    if len(short) < _SHORTEST_LEAD:
        return short == whole.rstrip(_ENDS)
    return short in whole[: len(short) + 40] or whole.rstrip(_ENDS) in short[: len(whole) + 40]


def _is_lead(description: str, title: str, texts: Sequence[str]) -> bool:
    """Whether what metadata tell of the article is a lead that its text does not have."""
    plain = _plain(description).rstrip(_ENDS)
    if len(plain) < _SHORTEST_LEAD or plain == _plain(title):
        return False
    return bool(texts) and not any(plain in _plain(text) for text in texts)


def _name(text: str) -> str:
    return one_line(text).strip("()[]*_ ")
