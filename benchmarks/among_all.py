"""XQuAD's questions among all of viwiki: `python -m benchmarks.among_all` writes its table in docs/relevance.md.

The largest set here: some 160,000 paragraphs, titles included. All of the questions are asked as written, without
repair, and with no sentence counting more for the number or the date that a question asks for; typed in every other
way they are every fourth, to spare a shared machine. Peers as they come (`ranked_by`) rank the same paragraphs for
every fourth question as written, plain BM25 over lower-case syllables for all. Each row is compared with the same
questions as written. Results are kept in benchmarks/results/among_all.json, value by value, so that a row can be
measured again alone (`--row`).
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

from benchmarks.ranked_by import PEERS
from benchmarks.relevance import ROOT, _ranking
from indexer import Settings, build, open_index
from indexer.articles import Article
from indexer.evaluation.comparison import MEASURE, randomisation_test
from indexer.evaluation.judged import JudgedSet, read_judged_set
from indexer.evaluation.measures import measure_each
from indexer.evaluation.run import ask, typed_as
from indexer.evaluation.variants import VARIANTS
from indexer.ingest.reading import read
from indexer.search.index import warm

RESULTS = Path(__file__).parent / "results" / "among_all.json"
START = "<!-- The table up to the next marker is written by `python -m benchmarks.among_all`. -->"
END = "<!-- End of the table. -->"
WRITTEN, LITERAL = "as written", "as written, without repair and abbreviations"
UNSOUGHT = "as written, number or date boost off"
PLAIN = "plain syllable BM25 (k1 1.2, b .75)"
ROWS = (WRITTEN, *VARIANTS, LITERAL, UNSOUGHT, *PEERS)
"""Of the table, in its order."""
ALL_ASKED = frozenset((WRITTEN, LITERAL, UNSOUGHT, PLAIN))
EVERY = 4
_DEPTH = 20
_SETTINGS = Settings(page_size_limit=100, depth_limit=10_000)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", type=click.Path(path_type=Path, file_okay=False), help="An index of these articles, if built.")
@click.option(
    "--row", "chosen", multiple=True, type=click.Choice(ROWS), help="Only this row; repeatable. Others keep theirs."
)
def main(index: Path | None, chosen: tuple[str, ...]) -> None:
    """Measure on XQuAD among all of viwiki, read from the folder that TIMDOAN_SHARED names, else ../shared/data.

    Example: python -m benchmarks.among_all --row nomarks --row telex
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    paths = [shared / "xquad-vi" / "corpus.jsonl", shared / "viwiki" / "articles.jsonl.gz"]
    judged = read_judged_set(shared / "xquad-vi")
    rows = chosen or ROWS
    with ExitStack() as stack:
        if index is None and set(rows) - set(PEERS):
            index = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="timdoan-among-all-")))
            build(paths, index)
        for row, values, paragraphs in _measured(rows, judged, index, paths):
            click.echo(f"{row}: {sum(values) / len(values):.4f}", err=True)
            # Read again each time: rows may be measured by several processes.
            found = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
            found[row] = {
                "date": str(datetime.date.today()),
                "paragraphs": paragraphs,
                "values": [round(value, 4) for value in values],
            }
            kept = {name: found[name] for name in ROWS if name in found}
            RESULTS.write_text(json.dumps(kept, ensure_ascii=False) + "\n", "utf-8")
            if WRITTEN in kept:
                write_table()


def _measured(
    rows: tuple[str, ...], judged: JudgedSet, folder: Path | None, paths: list[Path]
) -> Iterator[tuple[str, list[float], int]]:
    """Of each row its name, the measure of each question asked, and how many paragraphs there were."""
    if folder is not None:
        warm()
        for row in rows:
            if row not in PEERS:
                with open_index(folder, _SETTINGS.changed({"weight_answer": 0} if row == UNSOUGHT else {})) as index:
                    typed = _asked(judged, row) if row in ALL_ASKED else typed_as(_asked(judged, row), row)
                    run = ask(index, typed, depth=_DEPTH, literal=row == LITERAL)
                    yield row, _values(run.per_query, typed), index.stats().paragraphs
    peers = [row for row in rows if row in PEERS]
    if not peers:
        return
    read_in = ((each.info.id, part) for each in read(paths) if isinstance(each, Article) for part in each.paragraphs)
    names, texts = zip(*((f"{name}#{part.position}", part.text) for name, part in read_in), strict=True)
    for row in peers:
        peer, asked = PEERS[row](texts), _asked(judged, row)
        rankings = {query: _ranking(peer, text, names, True) for query, text in asked.queries.items()}
        yield row, _values(measure_each(judged.judgements, rankings), asked), len(texts)


def _asked(judged: JudgedSet, row: str) -> JudgedSet:
    step = 1 if row in ALL_ASKED else EVERY
    return replace(judged, queries=dict(islice(judged.queries.items(), 0, None, step)))


def _values(each: Mapping[str, Mapping[str, float]], asked: JudgedSet) -> list[float]:
    return [each[query][MEASURE] for query in asked.queries]


def write_table() -> None:
    """Write the table of the results kept into docs/relevance.md."""
    path = ROOT / "docs" / "relevance.md"
    before, _, rest = path.read_text("utf-8").partition(START)
    _, _, after = rest.partition(END)
    table = "\n".join(_table(json.loads(RESULTS.read_text("utf-8"))))
    path.write_text(f"{before}{START}\n\n{table}\n\n{END}{after}", "utf-8")


def _table(found: Mapping[str, Any]) -> Iterator[str]:
    dates = sorted({row["date"] for row in found.values()})
    yield f"{found[WRITTEN]['paragraphs']:,} paragraphs; {' to '.join(dict.fromkeys((dates[0], dates[-1])))}. nDCG@10."
    yield ""
    yield "| asked | questions | nDCG@10 | the same as written | difference | share | p |"
    yield "|---|---|---|---|---|---|---|"
    for name, row in found.items():
        values = row["values"]
        # A row asks all of the questions or every so manieth.
        written = found[WRITTEN]["values"][:: EVERY if len(values) < len(found[WRITTEN]["values"]) else 1]
        value, same = sum(values) / len(values), sum(written) / len(written)
        p = randomisation_test(written, values)
        compared = (
            "| | | | " if name == WRITTEN else f"| {same:.4f} | {value - same:+.4f} | {value / same:.4f} | {p:.4f} "
        )
        yield f"| {name} | {len(values):,} | {value:.4f} {compared}|"


if __name__ == "__main__":
    main()
