"""Ablations of the ranking, and other engines beside it: `python -m benchmarks.relevance` writes docs/relevance.md.

Each part of the ranking is turned off in turn, on judged sets, as written and in typing variants. Other engines read
the same paragraphs; where judgements name articles, an article ranks by its best paragraph, in all of them. The results
are stored in benchmarks/results/relevance.json.
"""

from __future__ import annotations

import datetime
import itertools
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from benchmarks.judged_sets import ROOT, sets
from benchmarks.ranked_by import PEERS, Ask
from indexer import Settings, build, open_index
from indexer.evaluation.comparison import MEASURE, randomisation_test
from indexer.evaluation.judged import JudgedSet
from indexer.evaluation.measures import DEPTH, mean, measure_each
from indexer.evaluation.run import ask, typed_as
from indexer.evaluation.variants import VARIANTS
from indexer.search.index import Index, warm

RESULTS = Path(__file__).parent / "results" / "relevance.json"
START = "<!-- The tables up to the next marker are written by `python -m benchmarks.relevance`. -->"
END = "<!-- End of the tables. -->"

TYPED = ("nomarks", "telex")
"""How the queries are typed besides as written, where every system is measured."""
OFF: dict[str, dict[str, float]] = {
    "words off": {"weight_words": 0},
    "syllable bigrams off": {"weight_bigrams": 0},
    "unmarked field off": {"weight_unmarked": 0},
    "title field off": {"weight_title": 0},
    "capital weights off": {"capitals": 0},
    "idf power 1": {"idf_power": 1},
    "question frames kept": {"question_frames": 0},
    "nothing re-ranked": {"rerank": 0},
    "best sentence off": {"weight_sentence": 0},
    "number or date boost off": {"weight_answer": 0},
    "first match off": {"weight_first": 0},
    "coverage off": {"weight_coverage": 0},
    "title match off": {"weight_title_match": 0},
    "articles by their best passage": {"weight_article": 0},
    "articles without regard to where in them": {"weight_lead": 0},
    "nearest never": {"nearest": 0},
    "BM25 k1 1.2, b .75, idf power 1": {"k1": 1.2, "b": 0.75, "idf_power": 1.0},
}
"""The parts that a setting turns off."""
FULL, LITERAL = "everything", "repair and abbreviations off"
_DEEP = Settings(page_size_limit=100, depth_limit=10_000)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--every", type=click.IntRange(1), default=1, show_default=True, help="Ask only every Nth query.")
@click.option(
    "--set", "chosen", multiple=True, help="Only this judged set; may be repeated. Others keep their results."
)
@click.option("--report-only", is_flag=True, help="Only rewrite the report, from the stored results.")
def main(every: int, chosen: tuple[str, ...], report_only: bool) -> None:
    """Measure the ranking with each part off in turn, and peers.

    XQuAD and viwiki are read from the folder that TIMDOAN_SHARED names, else from ../shared/data.

    Example: python -m benchmarks.relevance --set corpus
    """
    warm()
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    found: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    if not report_only:
        for name, judged, paths in sets(shared):
            if not chosen or name in chosen:
                step = 1 if name == "corpus" else every
                found[name] = {"date": str(datetime.date.today()), "every": step, **_measured(judged, paths, step)}
                RESULTS.parent.mkdir(exist_ok=True)
                RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    path = ROOT / "docs" / "relevance.md"
    before, _, rest = path.read_text("utf-8").partition(START)
    _, _, after = rest.partition(END)
    tables = "\n".join(line for name, result in found.items() for line in _report(name, result))
    path.write_text(f"{before}{START}\n\n{tables}\n{END}{after}", "utf-8")


def _measured(judged: JudgedSet, paths: list[Path], every: int) -> dict[str, Any]:
    asked = dict(itertools.islice(judged.queries.items(), 0, None, every))
    ways = {"as written": replace(judged, queries=asked)}
    ways |= {name: typed_as(ways["as written"], name) for name in VARIANTS}
    values: dict[str, dict[str, dict[str, float]]] = {}

    def keep(system: str, way: str, each: dict[str, dict[str, float]]) -> None:
        values.setdefault(system, {})[way] = {key: of_query[MEASURE] for key, of_query in each.items()}
        click.echo(f"{system}, {way}: {mean(each)[MEASURE]:.4f}", err=True)

    with tempfile.TemporaryDirectory(prefix="timdoan-relevance-") as folder:
        build(paths, folder)
        with open_index(folder, _DEEP) as index:
            for way, typed in ways.items():
                keep(FULL, way, ask(index, typed).per_query)
            for way in ("as written", *TYPED):
                keep(LITERAL, way, ask(index, ways[way], literal=True).per_query)
            names, texts = _paragraphs(index)
        for system, changed in OFF.items():
            with open_index(folder, replace(_DEEP, **changed)) as index:
                for way in ("as written", *TYPED):
                    keep(system, way, ask(index, ways[way]).per_query)
    articles = not any("#" in name for grades in judged.judgements.values() for name in grades)
    for system, make in PEERS.items():
        peer = make(texts)
        for way in ("as written", *TYPED):
            rankings = {key: _ranking(peer, text, names, articles) for key, text in ways[way].queries.items()}
            keep(system, way, measure_each(judged.judgements, rankings))
    written = {key: values[FULL]["as written"][key] for key in asked}
    return {
        "queries": len(asked),
        "paragraphs": len(texts),
        "systems": {
            system: {
                "p": round(randomisation_test([found["as written"][key] for key in asked], list(written.values())), 4),
                **{way: round(sum(each.values()) / len(each), 4) for way, each in found.items()},
            }
            for system, found in values.items()
        },
    }


def _paragraphs(index: Index) -> tuple[list[str], list[str]]:
    """The name (`article#position`) and the text of every paragraph."""
    names, texts = [], []
    for info in index.articles():
        article = index.article(info.id)
        assert article is not None
        for paragraph in article.paragraphs:
            names.append(f"{info.id}#{paragraph.position}")
            texts.append(paragraph.text)
    return names, texts


def _ranking(peer: Ask, query: str, names: Sequence[str], articles: bool) -> list[str]:
    found = [names[number] for number in peer(query)]
    if articles:
        found = list(dict.fromkeys(name.rpartition("#")[0] for name in found))
    return found[:DEPTH]


def _report(name: str, result: dict[str, Any]) -> Iterator[str]:
    share = "" if result["every"] == 1 else f", one in {result['every']} of the set"
    yield f"## {name}"
    yield ""
    yield f"{result['queries']:,} queries{share}, {result['paragraphs']:,} paragraphs; {result['date']}. nDCG@10."
    yield ""
    yield "| system | as written | p against everything | " + " | ".join(TYPED) + " |"
    yield "|---|---|---|" + "---|" * len(TYPED)
    full = result["systems"][FULL]
    for system, found in result["systems"].items():
        p = "" if system == FULL else f"{found['as written'] - full['as written']:+.4f}, p = {found['p']:.4f}"
        yield (
            f"| {system} | {found['as written']:.4f} | {p} | " + " | ".join(f"{found[way]:.4f}" for way in TYPED) + " |"
        )
    yield ""
    yield "| everything, typed as | nDCG@10 | retention |"
    yield "|---|---|---|"
    for way in ("as written", *VARIANTS):
        yield f"| {way} | {full[way]:.4f} | {full[way] / full['as written']:.4f} |"
    yield ""


if __name__ == "__main__":
    main()
