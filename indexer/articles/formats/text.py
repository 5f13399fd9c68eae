"""Plain text: the first line that is not blank is the title, blank lines separate paragraphs."""

from __future__ import annotations

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.decoding import decode
from indexer.articles.limits import Limits
from indexer.articles.splitting import split_paragraphs, split_title


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a text file; raises `Unfit`, also when its first line is too long to be a title."""
    text, notes = decode(data)
    title, body = split_title(text)
    if len(title) > limits.title_characters:
        raise Unfit(
            f"the first line, which is the title, has {len(title):,} characters; "
            f"the limit is {limits.title_characters:,}"
        )
    return Draft(id, title, [(text, None) for text in split_paragraphs(body)], notes=notes)
