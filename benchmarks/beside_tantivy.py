"""New queries beside tantivy: `python -m benchmarks.beside_tantivy --paragraphs 150000`.

Whole searches of this library (`Index.search`: reading, repair, ranking, ten snippets) beside tantivy's engine alone,
over the same paragraphs with the same six fields (as `python -m benchmarks`). tantivy is given the product's leaves,
planned beforehand, and asked for the twenty best with their texts and for its count. The queries are those of
`new_queries`, each asked once, by both one after the other, after others that warm them. Printed are milliseconds of
processor time and the ratios.

With --http both are also asked over loopback, in turn, every query new: one server, its workers and threads the same,
the product's JSON search, with snippets, repair and interpretation, and a plain Flask application over tantivy
(`serving`). Printed are requests a second.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import click

from benchmarks.corpus import Corpus, prepare
from benchmarks.drawing import Query
from benchmarks.engines.ours import Ours
from benchmarks.engines.tantivy import Counting
from benchmarks.figures import percentiles
from benchmarks.fleet import ROOT, running
from benchmarks.headlines import read
from benchmarks.loading import load, served
from benchmarks.new_queries import KINDS, drawn
from indexer import Index, SearchRequest, open_index, warm
from indexer.loops import look_for_garbage_less

CONNECTIONS = 4


class Twenty(Counting):
    """Asked for the twenty best, as many as were re-ranked when the ratios were set, and for the count."""

    best: ClassVar[int] = 20


def built(corpus: Corpus, name: str) -> Path:
    """The index of an engine, built unless it is there, by a process of its own."""
    folder = corpus.folder / f"index-{name}"
    done = folder.with_suffix(".done")
    if not done.is_file():
        with running(name) as [remote]:
            tokens = str(corpus.folder / "tokens.jsonl")
            made = remote.call("build", folder=str(folder), articles=str(corpus.articles), tokens=tokens)
        done.write_text(json.dumps(made), "utf-8")
    return folder


def asked(
    index: Index, ours: Ours, tantivy: Counting, queries: list[tuple[str, str]]
) -> dict[str, list[tuple[float, float]]]:
    """By kind, the milliseconds of processor time of each query: the whole search, and tantivy's of the same leaves."""
    found: dict[str, list[tuple[float, float]]] = {}
    for kind, text in queries:
        request = SearchRequest(text)
        search = timed(lambda request=request: index.search(request))
        query = Query(text, ())
        ask = tantivy.prepare("planned", query, ours.planned(query))
        found.setdefault(kind, []).append((search, timed(ask)))
    return found


def timed(call: Callable[[], Any]) -> float:
    """Milliseconds of processor time of this thread."""
    begun = time.thread_time_ns()
    call()
    return (time.thread_time_ns() - begun) / 1e6


def requests_a_second(index: Path, tantivy: Path, rounds: list[list[str]]) -> list[tuple[float, float]]:
    """Of each round of queries, after one that is not counted: the product's requests a second, and tantivy's."""
    with served(index, tantivy) as address:
        return [
            (
                load(address, [f"/api/v1/search?q={quote(text)}" for text in texts], len(texts), CONNECTIONS),
                load(address, [f"/tantivy/search?q={quote(text)}" for text in texts], len(texts), CONNECTIONS),
            )
            for texts in rounds
        ][1:]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--paragraphs", default=150_000, show_default=True, type=click.IntRange(1_000))
@click.option("--work", default=ROOT / "data" / "benchmarks", type=click.Path(path_type=Path), help="Corpora, indexes.")
@click.option("--each", default=60, show_default=True, type=click.IntRange(2), help="Queries of each kind.")
@click.option("--http", "rounds", default=0, show_default=True, type=click.IntRange(0), help="Rounds over HTTP.")
def main(paragraphs: int, work: Path, each: int, rounds: int) -> None:
    """Time new queries beside tantivy.

    Example: python -m benchmarks.beside_tantivy --paragraphs 150000 --http 3
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    corpus = prepare(work, shared / "viwiki" / "articles.jsonl.gz", paragraphs)
    own, peer = built(corpus, "ours"), built(corpus, "tantivy")
    queries = drawn([article["title"] for article in read(shared)], (2 + rounds + (rounds > 0)) * each)
    by_kind = {kind: [query for query in queries if query[0] == kind] for kind in KINDS}
    parts = [
        [query for some in by_kind.values() for query in some[at : at + each]]
        for at in range(0, len(queries) // len(KINDS), each)
    ]
    warm()
    look_for_garbage_less()
    ours, tantivy = Ours(), Twenty()
    ours.open(own)
    tantivy.open(peer)
    with open_index(own) as index:
        asked(index, ours, tantivy, parts[0])
        for kind, pairs in asked(index, ours, tantivy, parts[1]).items():
            search, engine = (percentiles(list(times)) for times in zip(*pairs, strict=True))
            figures = "   ".join(
                f"{name} {search[name]:6.2f} and {engine[name]:6.2f}, x {search[name] / engine[name]:.2f}"
                for name in ("p50", "p95")
            )
            click.echo(f"{kind:18} {figures}")
    if rounds:
        pairs = requests_a_second(own, peer, [[text for _, text in part] for part in parts[2:]])
        search, engine = (statistics.median(values) for values in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        click.echo(f"requests a second: {search:.0f} and {engine:.0f}, x {ratio:.2f}")


if __name__ == "__main__":
    main()
