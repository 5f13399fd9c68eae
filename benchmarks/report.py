"""The results of a run as tables in docs/performance.md, between two marks; the prose around them is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.aims import Aim, aims
from benchmarks.figures import middle

START = "<!-- The tables up to the next marker are written by `python -m benchmarks`. -->"
END = "<!-- End of the tables. -->"

NAMES = {
    "ours": "this engine",
    "ours-search": "this library, whole `Index.search`",
    "tantivy": "tantivy, ten best and count",
    "tantivy-top": "tantivy, ten best",
    "xapian": "Xapian",
    "bm25s": "bm25s, in memory",
    "fts5": "SQLite FTS5",
    "whoosh": "stock Whoosh",
}
SETS = {
    "question_any": "Questions, any syllable",
    "short_any": "1 to 3 words, any syllable",
    "short_all": "1 to 3 words, all syllables",
    "phrase": "Phrases of 2 to 4 syllables",
    "question_planned": "Questions, the product's weighted query",
    "question_search": "Questions, whole `Index.search` with ten snippets",
}


def write(result: dict[str, Any], folder: Path) -> None:
    """Write performance.md and its plot into a folder."""
    path = folder / "performance.md"
    text = path.read_text("utf-8") if path.is_file() else f"# Performance\n\n{START}\n{END}\n"
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    tables = "\n".join(report(result))
    path.write_text(f"{before}{START}\n\n{tables}\n{END}{after}", "utf-8")
    try:
        from benchmarks.plot import draw
    except ImportError:
        return
    draw(result, folder / "performance.svg")


def report(result: dict[str, Any]) -> Iterator[str]:
    """The lines of all tables."""
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    yield f"Measured {result['date']} on {result['cores']} cores with `{result['command']}`; medians of"
    yield f"{result['rounds']} rounds. {versions}."
    if result["missing"]:
        yield f"Not installed, so not measured: {', '.join(result['missing'])}."
    yield ""
    yield "## Aims"
    yield ""
    yield from _table(["measure", "aim", "reached", "by processor time", "met"], map(_aim_row, aims(result)))
    for size, found in sorted(result.get("searching", {}).items(), key=lambda item: int(item[0])):
        yield from _searching(int(size), found, result["corpora"][size])
    yield from _indexing(result)


def _aim_row(aim: Aim) -> list[str]:
    sign = "at most" if aim.most else "at least"
    kept = {True: "yes", False: "**no**", None: "not measured"}[aim.met]
    if aim.met is False and aim.holds(aim.processor):
        kept = "by processor time"
    unit = aim.unit or "x"
    return [
        aim.measure,
        f"{sign} {aim.limit:g}{unit}",
        _figure(aim.reached, unit),
        _figure(aim.processor, unit),
        kept,
    ]


def _figure(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:,.0f}{unit}" if value >= 1000 else f"{value:.3g}{unit}"


def _searching(size: int, found: dict[str, Any], paragraphs: int) -> Iterator[str]:
    yield f"## {size:,} paragraphs"
    yield ""
    yield f"{paragraphs:,} paragraphs in whole articles. Milliseconds a query by the clock; in brackets the processor"
    yield f"time of the asking thread. Medians of {len(found['open'].get('ours', []))} rounds."
    if found.get("left_out"):
        left_out = ", ".join(NAMES[name] for name in found["left_out"])
        yield f"Too slow to build or to ask at this size, so left out: {left_out}."
    yield ""
    for name, title in SETS.items():
        engines = found["queries"].get(name)
        if not engines:
            continue
        yield f"### {title}"
        yield ""
        rows = []
        for engine, kept in engines.items():
            points = [
                f"{_at(kept['wall'], point)} ({_at(kept['processor'], point)})" for point in ("p50", "p95", "p99")
            ]
            matches = "" if kept["matches"] is None else f"{kept['matches']:,}"
            rows.append([NAMES[engine], str(kept["asked"]), *points, matches])
        yield from _table(["engine", "queries", "p50", "p95", "p99", "matches in all"], rows)
    threads = [
        [SETS[name], NAMES[engine], *(f"{middle([pair[i] for pair in pairs]):,.0f}" for i in (0, 1))]
        for name, engines in found["throughput"].items()
        for engine, pairs in engines.items()
    ]
    if threads:
        yield "### Queries a second"
        yield ""
        yield from _table(["queries", "engine", "one thread", "two threads"], threads)
    yield "### Opening, memory, size"
    yield ""
    yield "Private memory is that of no file, imports included; mapped pages are the kernel's to drop. Engines of one"
    yield "field (all but ours and tantivy) have smaller indexes for that reason."
    yield ""
    rows = [
        [
            NAMES[engine],
            f"{middle(found['open'][engine]) * 1e3:.1f} ms",
            f"{memory['private'] / 1e6:.0f} MB",
            f"{memory['mapped'] / 1e6:.0f} MB",
            f"{found['size'][engine] / 1e6:.0f} MB",
            f"{found['built'].get(engine, {}).get('peak', 0) / 2**20:.0f} MiB" if engine in found["built"] else "",
        ]
        for engine, memory in found["memory"].items()
    ]
    yield from _table(["engine", "open", "private", "mapped", "index", "peak while built"], rows)


def _indexing(result: dict[str, Any]) -> Iterator[str]:
    if "indexing" in result:
        yield "## Indexing from tokens"
        yield ""
        rows = []
        for engine, found in result["indexing"].items():
            speeds = [found["paragraphs"] / row["seconds"] for row in found["rounds"]]
            processor = [found["paragraphs"] / row["cpu"] for row in found["rounds"]]
            rows.append(
                [
                    NAMES[engine], f"{found['paragraphs']:,}", str(len(found["fields"])), f"{middle(speeds):,.0f}",
                    f"{middle(processor):,.0f}", f"{found['rounds'][0]['bytes'] / 1e6:.0f} MB",
                ]
            )  # fmt: skip
        yield from _table(["engine", "paragraphs", "fields", "a second", "a second of processor time", "index"], rows)
    if "pipeline" in result:
        yield "## The whole pipeline, from articles to an index"
        yield ""
        count, rounds = result["pipeline"]["paragraphs"], result["pipeline"]["rounds"]
        rows = [
            [
                way, f"{count:,}", f"{count / middle([row[way]['seconds'] for row in rounds]):,.0f}",
                f"{count / middle([row[way]['cpu'] for row in rounds]):,.0f}",
                f"{middle([row[way]['peak'] for row in rounds]) / 2**20:.0f} MiB",
            ]
            for way in rounds[0]
        ]  # fmt: skip
        yield from _table(["way", "paragraphs", "a second", "a second of processor time", "peak"], rows)
    if "segmenter" in result:
        found = result["segmenter"]
        yield "## Segmenter"
        yield ""
        yield f"{found['texts']:,} paragraphs of {found['syllables'] / found['texts']:.0f} syllables on average."
        yield ""
        rows = [[name, f"{middle(values):,.0f}"] for name, values in result["segmenter"]["a_second"].items()]
        yield from _table(["function", "paragraphs a second of processor time"], rows)
    if "http" in result:
        yield "## HTTP"
        yield ""
        rows = [[name, f"{middle(result['http'][name]):,.0f}"] for name in ("search", "constant")]
        yield from _table(["address", "requests a second"], rows)


def _at(rounds: Sequence[dict[str, float]], point: str) -> str:
    return f"{middle([row[point] for row in rounds]):.3g}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""
