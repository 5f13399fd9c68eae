"""Reading one file of any format in a test."""

from __future__ import annotations

import io

from indexer.articles import Limits
from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats import format_of, read


def outcomes(suffix: str, data: bytes, limits: Limits | None = None, id: str = "tin") -> list[Draft | Unfit]:
    """What a file with this suffix holds."""
    found = format_of(f"x{suffix}")
    assert found is not None
    return [draft for _, draft in read(io.BytesIO(data), found, id, limits or Limits())]


def draft_of(suffix: str, data: bytes, limits: Limits | None = None) -> Draft:
    """The one article of a file; a test fails where there is none."""
    (draft,) = outcomes(suffix, data, limits)
    assert isinstance(draft, Draft), draft
    return draft


def reason_of(suffix: str, data: bytes, limits: Limits | None = None) -> str:
    """Why there is no article in a file; a test fails where there is one."""
    (draft,) = outcomes(suffix, data, limits)
    assert isinstance(draft, Unfit), draft
    return str(draft)


def texts(draft: Draft) -> list[str]:
    """The title and the paragraphs."""
    return [draft.title, *(text for text, _ in draft.paragraphs)]
