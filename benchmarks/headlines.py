"""Headlines asked of the news without titles: `python -m benchmarks.headlines`.

Each article of the news is indexed without its title. Titles are the queries, whose one relevant article is their own;
measured is the reciprocal rank of it among the first ten articles, of a sample of all titles and of those with
something in quotes. With `--write FOLDER` the two judged sets are kept there, for `indexer eval`.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from indexer.evaluation.judged import read_judged_set
from indexer.evaluation.run import evaluate
from indexer.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
ASKED = 600
QUOTES = '"“”«»'
SEED = 7


def read(shared: Path) -> list[Mapping[str, Any]]:
    """The articles of the news."""
    with gzip.open(shared / "news" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def titled(articles: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The articles that have text, under a title that no other has."""
    known = Counter(article["title"] for article in articles)
    return [article for article in articles if article["paragraphs"] and known[article["title"]] == 1]


def write(folder: Path, articles: Sequence[Mapping[str, Any]], asked: Sequence[Mapping[str, Any]]) -> None:
    """A judged set in BEIR layout: the articles without titles, and the titles of those asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = [
        {"_id": each["id"], "title": "", "text": "\n\n".join(each["paragraphs"])}
        for each in articles
        if each["paragraphs"]
    ]
    queries = [{"_id": f"q-{each['id']}", "text": each["title"]} for each in asked]
    for name, rows in (("corpus", texts), ("queries", queries)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    judged = "".join(f"q-{each['id']}\t{each['id']}\t1\n" for each in asked)
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", "utf-8")


def sets(articles: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The articles whose titles are asked for, by the name of the set."""
    found = titled(articles)
    quoted = [each for each in found if any(mark in each["title"] for mark in QUOTES)]
    rest = random.Random(SEED)
    return {"all": rest.sample(found, min(ASKED, len(found))), "quoted": rest.sample(quoted, min(ASKED, len(quoted)))}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--write", "kept", type=click.Path(path_type=Path), help="Keep the judged sets in this folder.")
def main(kept: Path | None) -> None:
    """Ask headlines of the articles that they stand above.

    Example: python -m benchmarks.headlines
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    articles = read(shared)
    settings = Settings(page_size_limit=100, depth_limit=10_000)
    with tempfile.TemporaryDirectory() as temporary:
        for name, asked in sets(articles).items():
            folder = (kept or Path(temporary)) / name
            write(folder, articles, asked)
            result = evaluate(read_judged_set(folder), settings)
            click.echo(f"{name:8} {result.queries:4} asked  MRR@10 {result.measures['MRR@10']:.4f}")


if __name__ == "__main__":
    main()
