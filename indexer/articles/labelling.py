"""Paragraphs become kinds: the order of the rules. Bylines and captions have files of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from indexer.articles.bylines import bylines
from indexer.articles.captions import captions
from indexer.articles.model import Kind


def kinds(texts: Sequence[str], given: Sequence[Kind | None] | None = None) -> list[Kind]:
    """The kind of each of an article's distinct paragraphs, in order.

    `given` holds what is known already (at least which one is the title); it is kept. The rest are found by
    rules, and are body when in doubt: bylines, then captions, then the lead, which is the first paragraph
    that is left if nothing was given as the lead.
    """
    known: list[Kind | None] = list(given) if given is not None else [None] * len(texts)
    free = [index for index, kind in enumerate(known) if kind is None]
    title = next((text for text, kind in zip(texts, known, strict=True) if kind is Kind.TITLE), "")
    # Paragraphs of given kinds take no part: the rules are for those nobody has judged.
    # The rules are written in NFC; text in another form is as good.
    prose = [unicodedata.normalize("NFC", texts[index]) for index in free]
    by = bylines(prose, unicodedata.normalize("NFC", title))
    rest = [index for index in range(len(prose)) if index not in by]
    shown = {rest[index] for index in captions([prose[index] for index in rest])}
    for index, place in enumerate(free):
        known[place] = Kind.BYLINE if index in by else Kind.CAPTION if index in shown else None
    if Kind.LEAD not in known and None in known:
        known[known.index(None)] = Kind.LEAD
    return [kind or Kind.BODY for kind in known]
