"""The commands that search: search, similar."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Literal

import click

from indexer.cli.common import current_settings, index_option, reported, show_json, sound


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Most passages shown.")
@click.option("--literal", is_flag=True, help="Search the letters as typed: repair no slip, read no abbreviation.")
@click.option("--explain", is_flag=True, help="Show what each score is made of.")
@click.option(
    "--near-duplicates",
    type=click.Choice(["show", "group"]),
    help="Whether articles with nearly the same text are one result; by default as the setting says.",
)
@index_option
@reported
def search(
    query: str,
    form: str,
    limit: int,
    literal: bool,
    explain: bool,
    near_duplicates: Literal["show", "group"] | None,
    directory: Path | None,
) -> None:
    """Search the index and show the best passages, the words found marked.

    Example: indexer search '"lực lượng vũ trang" -SSCĐ'
    """
    from indexer.cli import console
    from indexer.json_shape import to_json
    from indexer.results import SearchRequest
    from indexer.search.index import open_index

    settings = current_settings(directory)
    with open_index(settings.index, settings) as index:
        asked = SearchRequest(
            sound(query), per_page=limit, literal=literal, explain=explain, near_duplicates=near_duplicates
        )
        results = index.search(asked)
    if form == "json":
        show_json(to_json(results))
    else:
        console.show_results(results)


@click.command()
@click.argument("passage", metavar="ID#POSITION")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Most passages shown.")
@click.option("--same-article", is_flag=True, help="Show passages of the same article too.")
@index_option
@reported
def similar(passage: str, form: str, limit: int, same_article: bool, directory: Path | None) -> None:
    """Show the passages most like one passage.

    `indexer search` shows the ID#POSITION of each passage that it finds.

    Example: indexer similar le-hoi-buoi-phuc-trach#3
    """
    from indexer.cli import console
    from indexer.json_shape import to_json
    from indexer.search.index import open_index

    article_id, _, position = sound(passage).rpartition("#")
    if not article_id or not re.fullmatch(r"[0-9]{1,9}", position):
        raise click.BadParameter(f"{passage!r} is not ID#POSITION", param_hint="ID#POSITION")
    settings = current_settings(directory)
    with open_index(settings.index, settings) as index:
        found = index.similar(article_id, int(position), limit, same_article=same_article)
    if found is None:
        click.echo(f"error: there is no passage {article_id}#{position}", err=True)
        sys.exit(2)
    if form == "json":
        show_json(to_json(found))
    else:
        console.show_similar(found)
