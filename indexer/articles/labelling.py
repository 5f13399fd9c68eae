"""The kinds of an article's paragraphs: the order in which the rules for bylines, captions and the lead are applied."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from indexer.articles.bylines import bylines
from indexer.articles.captions import captions
from indexer.articles.model import Kind


def kinds(texts: Sequence[str], given: Sequence[Kind | None] | None = None) -> list[Kind]:
    """The kind of each of an article's distinct paragraphs, in order.

    `given` has the known kinds (at least which one is the title); they are kept. Rules find the rest: bylines, then
    captions, then the lead, which is the first remaining paragraph unless a lead was given. All others are body.
    """
    known: list[Kind | None] = list(given) if given is not None else [None] * len(texts)
    free = [index for index, kind in enumerate(known) if kind is None]
    title = next((text for text, kind in zip(texts, known, strict=True) if kind is Kind.TITLE), "")
    # The rules are applied to paragraphs without a given kind only.
    # The rules are written in NFC, so the text is normalized for them.
    prose = [unicodedata.normalize("NFC", texts[index]) for index in free]
    by = bylines(prose, unicodedata.normalize("NFC", title))
    rest = [index for index in range(len(prose)) if index not in by]
    shown = {rest[index] for index in captions([prose[index] for index in rest])}
    for index, place in enumerate(free):
        known[place] = Kind.BYLINE if index in by else Kind.CAPTION if index in shown else None
    if Kind.LEAD not in known and None in known:
        known[known.index(None)] = Kind.LEAD
    return [kind or Kind.BODY for kind in known]
