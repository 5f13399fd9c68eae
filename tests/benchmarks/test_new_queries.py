"""Queries of each kind come from different titles, the same at each run."""

from __future__ import annotations

from benchmarks.new_queries import KINDS, drawn
from indexer.vietnamese import fold

TITLES = [f"Chuyện thứ {n} của người thợ ở làng bên" for n in range(30)]


def test_each_kind_has_its_queries() -> None:
    queries = drawn(TITLES, 3)
    assert queries == drawn(TITLES, 3)
    by_kind = {kind: [query for name, query in queries if name == kind] for kind in KINDS}
    assert {kind: len(own) for kind, own in by_kind.items()} == dict.fromkeys(KINDS, 3)
    assert all(query in TITLES for query in by_kind["a title"])
    assert all(len(query.split()) == 1 for query in by_kind["one word"])
    assert all(2 <= len(query.split()) <= 4 and query in "\n".join(TITLES) for query in by_kind["2-4 words"])
    assert all(query == fold(query) for query in by_kind["without diacritics"])
    assert all(query[0] == query[-1] == '"' for query in by_kind["in quotes"])


def test_titles_that_are_short_are_not_drawn_from() -> None:
    assert all("ngắn" not in query for _, query in drawn([*TITLES, "Một tin ngắn"], 6))
