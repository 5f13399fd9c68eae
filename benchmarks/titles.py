"""Whether an article comes first for its own title: `python -m benchmarks.titles`.

Titles of the Wikipedia (../shared/data/viwiki), each asked of an index of all its articles: with its diacritics and
without, for passages and for articles. Counted are the titles whose own article comes first, and those that have it on
the first page. Titles with what tells them from others in parentheses are left out: nobody types that.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from indexer import Index, SearchRequest, build, open_index, warm
from indexer.vietnamese import fold

ROOT = Path(__file__).resolve().parent.parent
SEED = 5


@dataclass(slots=True)
class Figures:
    """Of the titles asked, how many have their own article first, and how many on the first page."""

    asked: int = 0
    first: int = 0
    shown: int = 0


def titles_of(articles: Path) -> list[str]:
    """The titles of the articles of a file, each once."""
    with gzip.open(articles, "rt", encoding="utf-8") as lines:
        titles = dict.fromkeys(json.loads(line)["title"] for line in lines)
    return [title for title in titles if title and "(" not in title]


def measured(index: Index, titles: Sequence[str], *, unmarked: bool, by_article: bool) -> Figures:
    """Ask for titles, and look where the articles are that are called so."""
    figures = Figures()
    for title in titles:
        request = SearchRequest(fold(title) if unmarked else title, group="article" if by_article else None)
        results = index.search(request)
        found = [each.article.title for each in (results.groups if by_article else results.passages)]
        figures.asked += 1
        figures.first += found[:1] == [title]
        figures.shown += title in found
    return figures


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", "directory", type=click.Path(path_type=Path), help="An index of the articles that is there.")
@click.option("--titles", "count", default=1500, show_default=True, type=click.IntRange(1), help="Titles to ask.")
def main(directory: Path | None, count: int) -> None:
    """Ask for articles by their titles.

    Example: python -m benchmarks.titles --titles 300
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    articles = shared / "viwiki" / "articles.jsonl.gz"
    titles = titles_of(articles)
    titles = random.Random(SEED).sample(titles, min(count, len(titles)))
    warm()
    with tempfile.TemporaryDirectory() as folder:
        if directory is None:
            build([articles], folder)
        with open_index(directory or folder) as index:
            for typed in ("with diacritics", "without"):
                for listed in ("passages", "articles"):
                    found = measured(index, titles, unmarked=typed == "without", by_article=listed == "articles")
                    shares = f"{found.first:5} first  {found.shown:5} shown"
                    click.echo(f"{typed:16} {listed:9} {found.asked:5} asked  {shares}")


if __name__ == "__main__":
    main()
