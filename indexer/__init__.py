"""Full-text search for Vietnamese: articles in, ranked passages out. The public face of the library.

    from indexer import SearchRequest, build, open_index

    build(["corpus"], "data/index")
    with open_index("data/index") as index:
        for passage in index.search(SearchRequest("co thi dua")).passages:
            print(passage.article.title, passage.snippet.text)

Heavy parts are imported when first used, so that `indexer --help` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.articles.model import Article, ArticleInfo, Kind, Paragraph, Rejection
    from indexer.indexing.changes import Report, add, build, remove
    from indexer.results import (
        FACETS,
        ArticleGroup,
        FacetCounts,
        Interpretation,
        Passage,
        QueryWarning,
        Results,
        ScorePart,
        SearchRequest,
        Similar,
        Snippet,
        Span,
        Suggestion,
    )
    from indexer.search.index import Index, open_index, warm
    from indexer.settings import Settings

_HOMES = {
    "Article": "indexer.articles.model",
    "ArticleInfo": "indexer.articles.model",
    "Kind": "indexer.articles.model",
    "Paragraph": "indexer.articles.model",
    "Rejection": "indexer.articles.model",
    "Index": "indexer.search.index",
    "open_index": "indexer.search.index",
    "warm": "indexer.search.index",
    "Report": "indexer.indexing.changes",
    "add": "indexer.indexing.changes",
    "build": "indexer.indexing.changes",
    "remove": "indexer.indexing.changes",
    "ArticleGroup": "indexer.results",
    "FACETS": "indexer.results",
    "FacetCounts": "indexer.results",
    "Interpretation": "indexer.results",
    "Passage": "indexer.results",
    "QueryWarning": "indexer.results",
    "Results": "indexer.results",
    "ScorePart": "indexer.results",
    "SearchRequest": "indexer.results",
    "Snippet": "indexer.results",
    "Span": "indexer.results",
    "Suggestion": "indexer.results",
    "Similar": "indexer.results",
    "Settings": "indexer.settings",
}

__all__ = [
    "FACETS",
    "Article",
    "ArticleGroup",
    "ArticleInfo",
    "FacetCounts",
    "Index",
    "Interpretation",
    "Kind",
    "Paragraph",
    "Passage",
    "QueryWarning",
    "Rejection",
    "Report",
    "Results",
    "ScorePart",
    "SearchRequest",
    "Settings",
    "Similar",
    "Snippet",
    "Span",
    "Suggestion",
    "add",
    "build",
    "open_index",
    "remove",
    "warm",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
