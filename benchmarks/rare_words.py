"""Whether words that stand in one article are found when typed without diacritics: `python -m benchmarks.rare_words`.

The articles of a file (see ../shared/data) are indexed until they have enough paragraphs. Of pyvi's words, some that
stand side by side in exactly one of these articles are drawn, and asked for without diacritics. Of their first ten
passages is counted

    nowhere    the queries for which none of the passages has the letters of the word side by side
    article    the queries for which one is of the word's article
    planning   milliseconds of processor time in which a query is read and planned: half of the queries, 95 in 100
"""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

import click

from benchmarks.planning import Planner
from indexer import Index, SearchRequest, build, open_index
from indexer.loops import warm
from indexer.vietnamese import fold, forms, without_diacritics
from indexer.vietnamese.model import load_model

ROOT = Path(__file__).resolve().parent.parent
FIRST = 10
_Forms = tuple[str, ...]


@dataclass(slots=True)
class Figures:
    """Counts over all words; `lost` are those whose letters are in no passage, `missed` those whose article is not
    found."""

    asked: int = 0
    lost: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def listed() -> list[_Forms]:
    """The words of two and three syllables of pyvi's list, as forms, in order."""
    words: set[_Forms] = set()
    for first, seconds in load_model().followers.items():
        for second, (is_word, thirds) in seconds.items():
            words |= {(first, second, third) for third in thirds} | ({(first, second)} if is_word else set())
    found = {tuple(forms(" ".join(word))) for word in words}
    return sorted(word for word in found if len(word) in (2, 3))


def cut(path: Path, paragraphs: int) -> Iterator[dict[str, str]]:
    """The first articles of a file until they have so many paragraphs."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if paragraphs <= 0:
                return
            record = json.loads(line)
            texts = record["paragraphs"] if "paragraphs" in record else record["text"].split("\n\n")
            paragraphs -= len(texts)
            yield {"id": record["id"], "title": record["title"], "text": "\n\n".join(texts)}


def rare(records: Sequence[dict[str, str]], words: Sequence[_Forms], count: int, seed: int) -> list[tuple[_Forms, str]]:
    """So many of the words that stand in one article each, drawn, with the ids of these articles."""
    sought = set(words)
    begun = {word[:2] for word in sought}
    where: defaultdict[_Forms, set[str]] = defaultdict(set)
    for record in records:
        for text in (record["title"], *record["text"].split("\n\n")):
            found = forms(text)
            for at, pair in enumerate(pairwise(found)):
                if pair in begun:
                    for word in (pair, tuple(found[at : at + 3])):
                        if word in sought:
                            where[word].add(record["id"])
    alone = [(word, next(iter(where[word]))) for word in words if len(where[word]) == 1]
    return random.Random(seed).sample(alone, min(count, len(alone)))


def measured(index: Index, planner: Planner, words: Sequence[tuple[_Forms, str]]) -> Figures:
    """Ask for each word without its diacritics."""
    figures = Figures()
    for word, article in words:
        typed = without_diacritics(" ".join(word))
        passages = index.search(SearchRequest(typed, per_page=FIRST)).passages
        figures.asked += 1
        beside = _letters(typed)
        if not any(beside in _letters(passage.paragraph.text) for passage in passages):
            figures.lost.append(" ".join(word))
        if not any(passage.article.id == article for passage in passages):
            figures.missed.append(" ".join(word))
        planner.plan(typed)
    return figures


def _letters(text: str) -> str:
    """The syllables of a text without diacritics, between blanks."""
    return f" {' '.join(map(fold, forms(text)))} "


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--set", "name", type=click.Choice(["viwiki", "news"]), default="viwiki", show_default=True)
@click.option("--paragraphs", default=23_000, show_default=True, help="Index articles until they have so many.")
@click.option("--words", "count", default=300, show_default=True, help="Ask for so many.")
@click.option("--index", "kept", type=click.Path(path_type=Path), help="Keep the index here, and use it if it is.")
@click.option("--seed", default=7, show_default=True)
@click.option("--show", is_flag=True, help="List the words that are not found.")
def main(name: str, paragraphs: int, count: int, kept: Path | None, seed: int, show: bool) -> None:
    """Ask for rare words without diacritics.

    Example: python -m benchmarks.rare_words --set news --show
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    records = list(cut(shared / name / "articles.jsonl.gz", paragraphs))
    with tempfile.TemporaryDirectory() as folder:
        directory = kept or Path(folder) / "index"
        if not directory.exists():
            source = Path(folder) / "articles.jsonl"
            source.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), "utf-8")
            build([source], directory)
        warm()
        with open_index(directory) as index:
            figures = measured(index, planner := Planner(directory), rare(records, listed(), count, seed))
    cuts = quantiles(planner.seconds, n=20)
    click.echo(f"asked     {figures.asked}")
    click.echo(f"nowhere   {len(figures.lost)}")
    click.echo(f"article   {figures.asked - len(figures.missed)}")
    click.echo(f"planning  {cuts[9] * 1000:.2f} and {cuts[18] * 1000:.2f} ms")
    if show:
        click.echo(f"nowhere: {', '.join(figures.lost)}")
        click.echo(f"article: {', '.join(word for word in figures.missed if word not in figures.lost)}")


if __name__ == "__main__":
    main()
