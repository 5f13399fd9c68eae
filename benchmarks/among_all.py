"""XQuAD's questions among all of viwiki: `python -m benchmarks.among_all` writes its table in docs/relevance.md.

The largest set here: some 160,000 paragraphs, titles included. The questions are asked as written, without repair, and
typed in every other way (there, every fourth, to spare a shared machine); plain BM25 over lower-case syllables stands
beside it. Retention compares the same questions. Results are kept in benchmarks/results/among_all.json.
"""

from __future__ import annotations

import datetime
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import click

from benchmarks.ranked_by import syllable_bm25
from benchmarks.relevance import ROOT, _paragraphs, _ranking
from indexer import Settings, build, open_index
from indexer.evaluation.comparison import MEASURE, randomisation_test
from indexer.evaluation.judged import read_judged_set
from indexer.evaluation.measures import measure_each
from indexer.evaluation.run import ask, typed_as
from indexer.evaluation.variants import VARIANTS
from indexer.index import warm

RESULTS = Path(__file__).parent / "results" / "among_all.json"
START = "<!-- The table up to the next mark is written by `python -m benchmarks.among_all`. -->"
END = "<!-- End of the table. -->"
WRITTEN, LITERAL, PLAIN = (
    "as written",
    "as written, without repair and abbreviations",
    "plain syllable BM25 (k1 1.2, b .75)",
)
EVERY_VARIANT = 4
_DEPTH = 20

PerQuery = dict[str, float]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", type=click.Path(path_type=Path, file_okay=False), help="An index of these articles, if built.")
def main(index: Path | None) -> None:
    """Measure on XQuAD among all of viwiki, read from the folder that TIMDOAN_SHARED names, else ../shared/data.

    Example: python -m benchmarks.among_all
    """
    warm()
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    with ExitStack() as stack:
        if index is None:
            index = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="timdoan-among-all-")))
            build([shared / "xquad-vi" / "corpus.jsonl", shared / "viwiki" / "articles.jsonl.gz"], index)
        found, paragraphs = _measured(shared, index)
    RESULTS.write_text(json.dumps(summary(found, paragraphs), ensure_ascii=False, indent=1) + "\n", "utf-8")
    write_table()


def _measured(shared: Path, folder: Path) -> tuple[dict[str, PerQuery], int]:
    judged = read_judged_set(shared / "xquad-vi")
    some = replace(judged, queries=dict(islice(judged.queries.items(), 0, None, EVERY_VARIANT)))
    found: dict[str, PerQuery] = {}

    def keep(name: str, values: Mapping[str, Mapping[str, float]]) -> None:
        found[name] = {query: measures[MEASURE] for query, measures in values.items()}
        click.echo(f"{name}: {sum(found[name].values()) / len(found[name]):.4f}", err=True)

    with open_index(folder, Settings(page_size_limit=100, depth_limit=10_000)) as index:
        keep(WRITTEN, ask(index, judged, depth=_DEPTH).per_query)
        for name in VARIANTS:
            keep(name, ask(index, typed_as(some, name), depth=_DEPTH).per_query)
        keep(LITERAL, ask(index, judged, depth=_DEPTH, literal=True).per_query)
        names, texts = _paragraphs(index)
    peer = syllable_bm25(texts)
    rankings = {query: _ranking(peer, text, names, True) for query, text in judged.queries.items()}
    keep(PLAIN, measure_each(judged.judgements, rankings))
    return found, len(texts)


def summary(found: Mapping[str, PerQuery], paragraphs: int) -> dict[str, Any]:
    """The figures of each way, beside those of the same questions as written."""
    rows = {}
    for name, values in found.items():
        written = [found[WRITTEN][query] for query in values]
        rows[name] = {
            "queries": len(values),
            "value": round(sum(values.values()) / len(values), 4),
            "as written": round(sum(written) / len(written), 4),
            "p": round(randomisation_test(written, list(values.values())), 4),
        }
    return {"date": str(datetime.date.today()), "paragraphs": paragraphs, "rows": rows}


def write_table() -> None:
    """Write the table of the results kept into docs/relevance.md."""
    path = ROOT / "docs" / "relevance.md"
    before, _, rest = path.read_text("utf-8").partition(START)
    _, _, after = rest.partition(END)
    table = "\n".join(_table(json.loads(RESULTS.read_text("utf-8"))))
    path.write_text(f"{before}{START}\n\n{table}\n\n{END}{after}", "utf-8")


def _table(result: Mapping[str, Any]) -> Iterator[str]:
    yield f"{result['paragraphs']:,} paragraphs; {result['date']}. nDCG@10."
    yield ""
    yield "| asked | questions | nDCG@10 | the same as written | difference | share | p |"
    yield "|---|---|---|---|---|---|---|"
    for name, row in result["rows"].items():
        value, written = row["value"], row["as written"]
        compared = (
            "| | | | "
            if name == WRITTEN
            else (f"| {written:.4f} | {value - written:+.4f} | {value / written:.4f} | {row['p']:.4f} ")
        )
        yield f"| {name} | {row['queries']:,} | {value:.4f} {compared}|"


if __name__ == "__main__":
    main()
