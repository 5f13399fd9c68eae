"""Every kind of search there is, for tests of what searching leaves to be compiled or made."""

from __future__ import annotations

from collections.abc import Sequence

from indexer import Index, SearchRequest


def ask_every_way(index: Index, texts: Sequence[str], source: str) -> None:
    """Search for texts in every way, restricted to a `source` too; highlight and compare what is found."""
    for text in texts:
        for request in (
            SearchRequest(text),
            SearchRequest(text, group="article", facets=("source", "year")),
            SearchRequest(text, sort="date", literal=True, explain=True),
            SearchRequest(text, sort="fresh", filters={"source": [source]}, page=2),
            SearchRequest(text, filters={"source": [source]}, page=2),
        ):
            for passage in index.search(request).passages[:1]:
                article = index.article(passage.article.id)
                assert article is not None
                index.highlight(text, [paragraph.text for paragraph in article.paragraphs])
                index.similar(passage.article.id, passage.paragraph.position)
        index.suggest(text)
        index.direct_hits(text)
