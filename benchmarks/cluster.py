"""An index in a cluster beside the same one in files, and beside OpenSearch as it comes: answers and times.

    python -m benchmarks.cluster FILES CLUSTER --questions 400      the same ten best? totals? nDCG@10?
    python -m benchmarks.cluster FILES CLUSTER --times 120          each question asked in one way after another

FILES and CLUSTER are index directories of the same articles, those of XQuAD among them with ids `xquad-...`.
For the times, an index of OpenSearch as its manual begins (a standard analyzer, `multi_match` on text and title, its
highlighter) is made of the same paragraphs, and kept. Where nodes run on this machine, their processor time is read.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from indexer import Index, SearchRequest, Settings, open_index
from indexer.engine.base import Engine, EngineRequest
from indexer.engine.opensearch.backend import OpenSearchBackend
from indexer.engine.opensearch.connection import Connection
from indexer.engine.query import All, Exclude, Node, Prefer
from indexer.engine.query import Any as AnyOf
from indexer.query.parse import parse
from indexer.search.index import warm
from indexer.storage.registry import open_backend
from indexer.vietnamese import fold

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
PLAIN = "plain-opensearch"
TOP = 10


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", type=click.Path(path_type=Path, exists=True))
@click.argument("cluster", type=click.Path(path_type=Path))
@click.option(
    "--questions", type=int, default=0, help="Compare the answers to so many questions, as written and folded."
)
@click.option("--times", type=int, default=0, help="Measure the times of so many questions.")
@click.option("--window", type=int, multiple=True, default=(200,), help="Windows of the fast mode to try.")
def main(files: Path, cluster: Path, questions: int, times: int, window: tuple[int, ...]) -> None:
    """Compare two indexes of the same articles. The settings (TIMDOAN_...) say where the cluster is.

    Example: TIMDOAN_OPENSEARCH_HOSTS=http://127.0.0.1:9301 python -m benchmarks.cluster data/a data/b --times 120
    """
    warm()
    given = Settings.from_environment().changed({"engine": "opensearch", "opensearch_notice_seconds": 60.0})
    index = open_index(files, Settings())
    ours = index._engine
    modes: dict[str, Engine] = {"exact": opened(cluster, given.changed({"opensearch_mode": "exact"}))}
    for size in window:
        modes[f"fast, window {size}"] = opened(
            cluster, given.changed({"opensearch_mode": "fast", "opensearch_window": size})
        )
    if questions:
        for name, engine in modes.items():
            for how in ("as written", "without diacritics"):
                click.echo(f"{name}, {how}: {compared(index, ours, engine, asked(questions, how))}")
    if times:
        plain = plain_index(Connection(given), ours)
        measured(index, ours, modes, plain, asked(times, "as written"), Connection(given))


def opened(directory: Path, settings: Settings) -> Engine:
    """The engine of the live generation."""
    backend = open_backend(directory, settings)
    assert isinstance(backend, OpenSearchBackend)
    return backend.open().engine


def asked(count: int, how: str) -> list[tuple[str, str]]:
    """(name, text) of some of XQuAD's questions, the same at each run."""
    lines = (SHARED / "xquad-vi" / "queries.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    random.Random(1).shuffle(rows)
    return [(row["_id"], row["text"] if how == "as written" else fold(row["text"])) for row in rows[:count]]


def request_of(index: Index, text: str, limit: int) -> EngineRequest | None:
    """What the product asks its engine for a question."""
    request = SearchRequest(text)
    node = index._planned(parse(text, index._settings), request).node
    return None if node is None else EngineRequest(node, limit=limit)


def compared(index: Index, ours: Engine, engine: Engine, questions: Sequence[tuple[str, str]]) -> str:
    """How many of the questions have the same answer."""
    relevant = judgements()
    same = the_set = totals = count = 0
    gains: tuple[list[float], list[float]] = ([], [])
    worst = 0.0
    for name, text in questions:
        request = request_of(index, text, TOP)
        if request is None:
            continue
        count += 1
        pages = ours.search(request), engine.search(request)
        places = [[(hit.info.id, hit.paragraph.position) for hit in page.hits] for page in pages]
        same += places[0] == places[1]
        the_set += set(places[0]) == set(places[1])
        totals += pages[0].total == pages[1].total
        scores = {(hit.info.id, hit.paragraph.position): hit.score for hit in pages[0].hits}
        for hit in pages[1].hits:
            if (known := scores.get((hit.info.id, hit.paragraph.position))) is not None:
                worst = max(worst, abs(known - hit.score) / max(known, 1e-9))
        for at in (0, 1):
            ids = list(dict.fromkeys(article for article, _ in places[at]))
            gains[at].append(gain(ids, relevant.get(name, set())))
    means = [statistics.mean(each) for each in gains]
    return (
        f"{count} questions; ten best in the same order {same}, the same set {the_set}, totals {totals}; "
        f"scores differ by at most {worst:.1e} of themselves; nDCG@10 {means[0]:.4f} and {means[1]:.4f}"
    )


def judgements() -> dict[str, set[str]]:
    """The relevant articles by question."""
    rows = [line.split("\t") for line in (SHARED / "xquad-vi" / "qrels.tsv").read_text("utf-8").splitlines()[1:]]
    found: dict[str, set[str]] = {}
    for question, article, _ in rows:
        found.setdefault(question, set()).add(f"xquad-{article}")
    return found


def gain(ranked: Sequence[str], relevant: set[str]) -> float:
    """nDCG@10 with one relevant article."""
    import math

    return max((1 / math.log2(at + 2) for at, article in enumerate(ranked[:TOP]) if article in relevant), default=0.0)


def plain_index(connection: Connection, ours: Engine) -> str:
    """The index of OpenSearch as it comes, made if it is not there; with a folded field as its manual advises."""
    from indexer.engine.opensearch.connection import Refused

    try:
        if connection.get(f"/{PLAIN}/_count")["count"] == ours.paragraphs:
            return PLAIN
        connection.ask("DELETE", f"/{PLAIN}")
    except Refused:
        pass
    folding = {"filter": ["lowercase", "asciifolding"], "tokenizer": "standard", "type": "custom"}
    text = {"type": "text", "fields": {"folded": {"type": "text", "analyzer": "folding"}}}
    body = {
        "settings": {"index": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"},
                     "analysis": {"analyzer": {"folding": folding}}},
        "mappings": {"properties": {"text": text, "title": {"type": "text"}}},
    }  # fmt: skip
    connection.ask("PUT", f"/{PLAIN}", body)
    start, lines = time.perf_counter(), []
    for info in ours.articles():
        article = ours.article(info.id)
        assert article is not None
        for paragraph in article.paragraphs:
            lines += [{"index": {}}, {"text": paragraph.text, "title": info.title}]
            if len(lines) >= 2_000:
                connection.ask("POST", f"/{PLAIN}/_bulk", lines, None, 120)
                lines = []
    connection.ask("POST", f"/{PLAIN}/_bulk", lines, None, 120)
    click.echo(f"plain index: {ours.paragraphs / (time.perf_counter() - start):,.0f} paragraphs a second")
    connection.work(f"/{PLAIN}/_forcemerge", None, {"max_num_segments": 1})
    connection.ask("POST", f"/{PLAIN}/_flush")
    connection.ask("POST", f"/{PLAIN}/_refresh")
    return PLAIN


def measured(
    index: Index,
    ours: Engine,
    modes: Mapping[str, Engine],
    plain: str,
    questions: Sequence[tuple[str, str]],
    connection: Connection,
) -> None:
    """Ask each question in each way, and print a table."""

    def search(fields: list[str], total: object) -> Callable[[str, EngineRequest], object]:
        def ask(text: str, _: EngineRequest) -> object:
            query = {"multi_match": {"query": text, "fields": fields, "type": "most_fields"}}
            body = {"query": query, "size": TOP, "track_total_hits": total, "highlight": {"fields": {"text": {}}}}
            return connection.ask("POST", f"/{plain}/_search", body, {"request_cache": "false"})

        return ask

    def engine(engine: Engine) -> Callable[[str, EngineRequest], object]:
        return lambda _, request: engine.search(request)

    ways: dict[str, Callable[[str, EngineRequest], object]] = {
        "files": engine(ours),
        "plain OpenSearch": search(["text", "title^.2"], 10_000),
        "plain OpenSearch, folded, exact total": search(["text", "text.folded^.2", "title^.2"], True),
        **{name: engine(each) for name, each in modes.items()},
    }
    planned = [(text, request) for _, text in questions if (request := request_of(index, text, 20))]
    required = statistics.median(leaves(demanded(request.query)) for _, request in planned)
    click.echo(f"{len(planned)} questions, leaves p50 {statistics.median(leaves(r.query) for _, r in planned)}, "
               f"of which must match {required}")  # fmt: skip
    processes = list(node_processes())
    times: dict[str, list[float]] = {way: [] for way in ways}
    here, there = dict.fromkeys(ways, 0.0), dict.fromkeys(ways, 0.0)
    for text, request in planned[:20]:
        for ask in ways.values():
            ask(text, request)
    for text, request in planned:
        for way, ask in ways.items():
            before = time.perf_counter(), time.process_time(), sum(map(processor_seconds, processes))
            ask(text, request)
            after = time.perf_counter(), time.process_time(), sum(map(processor_seconds, processes))
            times[way].append((after[0] - before[0]) * 1000)
            here[way] += after[1] - before[1]
            there[way] += after[2] - before[2]
    click.echo("| way | p50 ms | p95 ms | processor ms a query, here | on the nodes |\n|---|---|---|---|---|")
    for way, own in times.items():
        own.sort()
        count = len(own)
        click.echo(
            f"| {way} | {own[count // 2]:.1f} | {own[int(0.95 * (count - 1))]:.1f} "
            f"| {here[way] / count * 1000:.1f} | {there[way] / count * 1000:.1f} |"
        )
    click.echo(f"load average {os.getloadavg()[0]:.1f}")


def leaves(node: Node) -> int:
    """How many leaves a tree has."""
    return sum(map(leaves, children)) if (children := children_of(node)) else 1


def children_of(node: Node) -> Sequence[Node]:
    """The children of a node."""
    match node:
        case All(children) | AnyOf(children):
            return children
        case Prefer(required, optional):
            return (required, optional)
        case Exclude(include, exclude):
            return (include, exclude)
    return ()


def demanded(node: Node) -> Node:
    """What of a query must match."""
    return demanded(node.required) if isinstance(node, Prefer) else node


def node_processes() -> Iterator[int]:
    """The nodes that `script/cluster` runs on this machine."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"LocalNode" in command and command[0].endswith(b"java"):
            yield int(folder.name)


def processor_seconds(process: int) -> float:
    """The processor time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
