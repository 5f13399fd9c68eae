"""How often right queries are read as something else: `python -m benchmarks.misreadings`.

The clean judged questions of XQuAD, Zalo and the sample corpus are asked of their own paragraphs, and again, where
most of their words are rare or unknown, of half of the news; so are titles of the other half. Of each set is counted

    shown    queries for which the page asks whether another was meant
    changed  queries that are repaired in any way, if only for ranking
    framed   queries of which a word of a question frame is changed

What is shown for a slip that somebody made in a title is right, and counts all the same.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from benchmarks.planning import Planner
from indexer import build
from indexer.evaluation.judged import read_judged_set
from indexer.query.plan import Plan
from indexer.query.questions import framed
from indexer.vietnamese import forms, has_diacritics
from webapp.pages.wording import MEANT_FROM

ROOT = Path(__file__).resolve().parent.parent
TITLES = 600
SLIPS = frozenset(("q125", "q126"))
"""Queries of the sample corpus with a slip (see corpus/README.md)."""


@dataclass(slots=True)
class Figures:
    """Counts of one set; `shown` and `framed` have each query with what it was read as."""

    asked: int = 0
    changed: int = 0
    shown: list[tuple[str, str]] = field(default_factory=list)
    framed: list[tuple[str, str]] = field(default_factory=list)


def measured(planner: Planner, queries: list[str]) -> Figures:
    """Plan queries, and look at what was changed."""
    figures = Figures()
    for text in queries:
        made = planner.plan(text)
        figures.asked += 1
        reading = made.interpretation
        if reading is None or not reading.changes:
            continue
        figures.changed += 1
        if reading.sure and reading.confidence >= MEANT_FROM:
            figures.shown.append((text, reading.repaired))
        if _frame_changed(text, made):
            figures.framed.append((text, reading.repaired))
    return figures


def _frame_changed(text: str, made: Plan) -> bool:
    """Whether a word that only asks is not among the forms of the query as it was read."""
    typed = forms(text)
    assert made.interpretation is not None
    read = set(forms(made.interpretation.repaired))
    return any(flag and form not in read for form, flag in zip(typed, framed(typed), strict=True))


def clean(folder: Path) -> list[str]:
    """The questions of a judged set that are typed with diacritics and without a slip."""
    queries = read_judged_set(folder).queries
    return [text for key, text in queries.items() if key not in SLIPS and any(map(has_diacritics, forms(text)))]


def _read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _indexes(shared: Path, folder: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """Of each set: its name, the index it is asked in, and its queries."""
    sets = {"xquad-vi": shared / "xquad-vi", "zalo-wiki": shared / "zalo-wiki", "corpus": ROOT / "corpus"}
    queries = {name: clean(path) for name, path in sets.items()}
    for name, path in sets.items():
        if not (folder / name).exists():
            build([path / "corpus.jsonl"], folder / name)
        yield name, folder / name, queries[name]
    articles = _read(shared / "news" / "articles.jsonl.gz")
    held = articles[::2]
    if not (folder / "news").exists():
        source = folder / "news.jsonl"
        source.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in held), "utf-8")
        build([source], folder / "news")
    for name in sets:
        yield f"{name} of news", folder / "news", queries[name]
    held_titles = {each["title"] for each in held}
    titles = [each["title"] for each in articles[1::2] if each["title"] not in held_titles]
    yield "titles of news", folder / "news", random.Random(7).sample(titles, TITLES)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--indexes", "kept", type=click.Path(path_type=Path), help="Keep the indexes here, and use those that are."
)
@click.option("--show", is_flag=True, help="List what is shown, and the questions of which a frame is changed.")
def main(kept: Path | None, show: bool) -> None:
    """Count the clean queries that are read as something else.

    Example: python -m benchmarks.misreadings --show
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as folder:
        if kept:
            kept.mkdir(parents=True, exist_ok=True)
        for name, index, queries in _indexes(shared, kept or Path(folder)):
            figures = measured(Planner(index), queries)
            counts = f"{len(figures.shown):4} shown {figures.changed:4} changed {len(figures.framed):4} framed"
            click.echo(f"{name:20} {figures.asked:5} asked {counts}")
            if show:
                for text, read in dict.fromkeys((*figures.shown, *figures.framed)):
                    click.echo(f"    {text} -> {read}")


if __name__ == "__main__":
    main()
