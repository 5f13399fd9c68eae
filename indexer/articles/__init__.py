"""What is read: files become articles, articles become paragraphs with their kinds.

`read` is the door. Encodings, formats, limits and the rules for kinds each have a file of their own. Reading is
imported when first used: whoever only searches needs no more than the model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from indexer.articles.limits import Limits
from indexer.articles.model import Article, ArticleInfo, Kind, Paragraph, Rejection

if TYPE_CHECKING:
    from indexer.articles.labelling import kinds
    from indexer.articles.reading import read
    from indexer.articles.splitting import split

_HOMES = {
    "kinds": "indexer.articles.labelling",
    "read": "indexer.articles.reading",
    "split": "indexer.articles.splitting",
}

__all__ = ["Article", "ArticleInfo", "Kind", "Limits", "Paragraph", "Rejection", "kinds", "read", "split"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
