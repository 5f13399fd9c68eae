"""The commands of the owner's synonyms."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from indexer.cli.common import current_settings, index_option, reported


@click.group()
def synonyms() -> None:
    """Work on a file of synonyms.

    Example: indexer synonyms check data/index/synonyms.txt
    """


@synonyms.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--against-index", is_flag=True, help="Also report members that stand nowhere in the index.")
@index_option
@reported
def check_synonyms(file: Path, against_index: bool, directory: Path | None) -> None:
    """Report what is wrong with a file of synonyms.

    Lines that cannot be followed, conflicts between lines, and lines that do nothing. The exit status is 1 where a line
    is left out.

    Example: indexer synonyms check synonyms.txt --against-index
    """
    from indexer.lexicon.synonyms import Problem, read_synonyms

    found = read_synonyms(file)
    problems = list(found.problems)
    if against_index:
        from indexer.results import SearchRequest
        from indexer.search.index import open_index

        settings = current_settings(directory)
        with open_index(settings.index, settings) as index:
            for line, member in found.members():
                text = " ".join(member)
                if not index.search(SearchRequest(f'"{text}"', per_page=1, literal=True)).total:
                    problems.append(Problem(line, f"{text} stands nowhere in the index", error=False))
    for problem in sorted(problems):
        place = f"{file}:{problem.line}" if problem.line else str(file)
        click.echo(f"{place}: {'error' if problem.error else 'note'}: {problem.message}")
    wrong = sum(problem.error for problem in problems)
    click.echo(f"{len(found.rules):,} lines count, {wrong:,} are left out, {len(problems) - wrong:,} notes")
    if wrong:
        sys.exit(1)
