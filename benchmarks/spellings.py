"""Whether spellings of one thing find each other: `python -m benchmarks.spellings`.

Each spelling of `spellings.tsv` (or of another file of that form, `--groups FILE`) is a passage of its own, all in
one index, and is asked for as a query:

    met      of the pairs of spellings of a group, those where asking for one finds the passage of the other
    first    of the spellings, those whose own passage comes first
    whole    of the passages that are met, those where one highlight covers the whole spelling
    strange  passages of other groups that are found
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from indexer import Index, Passage, SearchRequest, build, open_index

FILE = Path(__file__).with_name("spellings.tsv")
SENTENCE = "Chuyện kể rằng {} nhé."
_MOST = 100


@dataclass(slots=True)
class Figures:
    """Counts over all groups; `lost` are the pairs that do not meet, `cut` those whose highlight is not whole."""

    pairs: int = 0
    met: int = 0
    spellings: int = 0
    first: int = 0
    whole: int = 0
    strange: int = 0
    lost: list[tuple[str, str]] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    cut: list[tuple[str, str]] = field(default_factory=list)


def groups(path: Path) -> list[list[str]]:
    """The groups of a file."""
    lines = path.read_text("utf-8").splitlines()
    return [[each.strip() for each in line.split("|")] for line in lines if line.strip() and not line.startswith("#")]


def measured(given: list[list[str]], directory: Path) -> Figures:
    """Index the spellings in a folder, and ask for each."""
    ids = {f"{at}-{number}": spelling for at, group in enumerate(given) for number, spelling in enumerate(group)}
    records = [{"id": name, "text": SENTENCE.format(spelling)} for name, spelling in ids.items()]
    source = directory / "spellings.jsonl"
    source.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), "utf-8")
    build([source], directory / "index")
    figures = Figures()
    with open_index(directory / "index") as index:
        for at, group in enumerate(given):
            for spelling in group:
                _ask(index, spelling, at, group, figures)
    return figures


def _ask(index: Index, asked: str, at: int, group: list[str], figures: Figures) -> None:
    found = {passage.article.id: passage for passage in _found(index, asked)}
    figures.spellings += 1
    if next(iter(found), "") == f"{at}-{group.index(asked)}":
        figures.first += 1
    else:
        figures.behind.append(asked)
    figures.strange += sum(not name.startswith(f"{at}-") for name in found)
    for number, spelling in enumerate(group):
        passage = found.get(f"{at}-{number}")
        if spelling != asked:
            figures.pairs += 1
            figures.met += passage is not None
            if passage is None:
                figures.lost.append((asked, spelling))
        if passage is not None:
            if _is_whole(passage, spelling):
                figures.whole += 1
            else:
                figures.cut.append((asked, spelling))


def _found(index: Index, asked: str) -> Iterator[Passage]:
    yield from index.search(SearchRequest(asked, per_page=_MOST, near_duplicates="show")).passages


def _is_whole(passage: Passage, spelling: str) -> bool:
    """Whether one highlight covers all letters and digits of a spelling."""
    text = passage.snippet.text
    start = text.find(spelling)
    letters = [at for at, character in enumerate(spelling, start) if character.isalnum()]
    return any(first <= letters[0] and letters[-1] < last for first, last in passage.snippet.highlights)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--groups", "path", type=click.Path(exists=True, path_type=Path), default=FILE, show_default=True)
@click.option("--show", is_flag=True, help="List the pairs that do not meet, and what is not first or not whole.")
def main(path: Path, show: bool) -> None:
    """Count which spellings of one thing find each other.

    Example: python -m benchmarks.spellings --show
    """
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(groups(path), Path(folder))
    shown = figures.met + figures.spellings
    click.echo(f"met      {figures.met:5} of {figures.pairs}")
    click.echo(f"first    {figures.first:5} of {figures.spellings}")
    click.echo(f"whole    {figures.whole:5} of {shown}")
    click.echo(f"strange  {figures.strange:5}")
    if show:
        for asked, other in figures.lost:
            click.echo(f"lost     {asked} -> {other}")
        for asked in figures.behind:
            click.echo(f"behind   {asked}")
        for asked, other in figures.cut:
            click.echo(f"cut      {asked} -> {other}")


if __name__ == "__main__":
    main()
