"""Markdown: read as plain text, but for a `# ` before the title."""

from __future__ import annotations

import re

from indexer.articles.assembly import Draft
from indexer.articles.decoding import decode_text
from indexer.articles.formats.text import titled
from indexer.articles.limits import Limits
from indexer.articles.splitting import split_title

_HEADING = re.compile(r"#\s+")


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a Markdown file; raises `Unfit`."""
    title, body = split_title(decode_text(data))
    return titled(_HEADING.sub("", title), body, id, limits)
