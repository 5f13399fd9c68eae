"""The processor time of whole searches of queries never asked before: `python -m benchmarks.new_queries`.

The queries are drawn from titles of the news, each asked once: a word, two to four words, the same without diacritics,
the same in quotes, and whole titles. Before that the process is warmed and asked others of the same kinds, as a server
that has run for a while. Printed are the median and the 95th percentile of each kind, in milliseconds of processor
time, for plain searches and for those of a results page (by article, with facets). Compare two versions by runs in
turn on one machine.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from pathlib import Path

import click

from benchmarks.headlines import read
from indexer import Index, SearchRequest, build, open_index, warm
from indexer.loops import look_for_garbage_less
from indexer.vietnamese import fold

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("one word", "2-4 words", "without diacritics", "in quotes", "a title")
SEED = 11
SHORTEST = 8
"""Words of a title that is asked."""


def drawn(titles: list[str], each: int) -> list[tuple[str, str]]:
    """(kind, query) of so many queries of each kind, all from different titles, in a random order."""
    chosen = random.Random(SEED)
    words = [["".join(filter(str.isalnum, word)) for word in title.split()] for title in titles]
    long = [(title, own) for title, own in zip(titles, words, strict=True) if len(own) >= SHORTEST and all(own)]
    queries = [
        (kind, _query(kind, title, own, chosen))
        for (title, own), kind in zip(chosen.sample(long, each * len(KINDS)), KINDS * each, strict=True)
    ]
    chosen.shuffle(queries)
    return queries


def _query(kind: str, title: str, words: list[str], chosen: random.Random) -> str:
    if kind == "a title":
        return title
    if kind == "one word":
        return chosen.choice(words)
    size = chosen.randint(2, 4)
    first = chosen.randint(0, len(words) - size)
    query = " ".join(words[first : first + size])
    return {"without diacritics": fold(query), "in quotes": f'"{query}"'}.get(kind, query)


def timed(index: Index, queries: list[tuple[str, str]], *, page: bool) -> dict[str, list[float]]:
    """Milliseconds of processor time of each search, by kind."""
    found: dict[str, list[float]] = {}
    for kind, query in queries:
        request = SearchRequest(query, group="article", facets=("source", "year")) if page else SearchRequest(query)
        begun = time.process_time()
        index.search(request)
        found.setdefault(kind, []).append((time.process_time() - begun) * 1000)
    return found


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", "directory", type=click.Path(path_type=Path), help="An index; default: one of the news.")
@click.option("--each", default=60, show_default=True, type=click.IntRange(2), help="Queries of each kind.")
def main(directory: Path | None, each: int) -> None:
    """Time searches of new queries.

    Example: python -m benchmarks.new_queries --each 30
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    queries = drawn([article["title"] for article in read(shared)], 3 * each)
    by_kind = {kind: [query for query in queries if query[0] == kind] for kind in KINDS}
    asked_before, plain, paged = (
        [query for own in by_kind.values() for query in own[part * each : (part + 1) * each]] for part in range(3)
    )
    with tempfile.TemporaryDirectory() as folder:
        if directory is None:
            build([shared / "news" / "articles.jsonl.gz"], folder)
        warm()
        look_for_garbage_less()  # As a server does.
        with open_index(directory or folder) as index:
            timed(index, asked_before, page=False)
            for name, own in (("search", plain), ("results page", paged)):
                for kind, times in timed(index, own, page=name != "search").items():
                    p95 = sorted(times)[int(0.95 * len(times))]
                    click.echo(f"{name:12} {kind:18} p50 {statistics.median(times):6.2f}  p95 {p95:6.2f}")


if __name__ == "__main__":
    main()
