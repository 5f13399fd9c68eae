"""The commands that give out what the index holds: export, list, show."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.cli.common import current_settings, index_option, reported, show_json, sound
from indexer.errors import ExportRefused

if TYPE_CHECKING:
    import datetime

    from indexer.articles.model import ArticleInfo
    from indexer.results import SearchRequest


_NAMED = ("source", "author", "kind")
"""Fields with an option of their name."""


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that restrict articles by their metadata; the command gets `filters`, `after` and `before`."""

    @wraps(command)
    def run(*, filters: tuple[str, ...], **given: Any) -> None:
        named = [f"{name}={value}" for name in _NAMED for value in given.pop(name)]
        command(filters=(*named, *filters), **given)

    wrapped: Callable[..., None] = run
    for option in (
        click.option("--before", metavar="DAY", help="Only articles dated before the first day of this one."),
        click.option("--after", metavar="DAY", help="Only from the first day of this year, month or day (2024-05) on."),
        click.option(
            "--filter",
            "filters",
            multiple=True,
            metavar="NAME=VALUE",
            help="Only what has this value in a metadata field, a declared one too; several of one are alternatives.",
        ),
        *(click.option(f"--{name}", multiple=True, help=f"As --filter {name}=...") for name in reversed(_NAMED)),
    ):
        wrapped = option(wrapped)
    return wrapped


def _request(text: str, filters: tuple[str, ...], after: str | None, before: str | None, sort: str) -> SearchRequest:
    import datetime

    from indexer.results import Filters, SearchRequest

    values: dict[str, list[str]] = {}
    for given in filters:
        name, separator, value = sound(given).partition("=")
        if not separator:
            raise click.BadParameter(f"{given!r} is not NAME=VALUE", param_hint="--filter")
        values.setdefault(name, []).append(value)
    end = _first_day(before, "--before")
    last = end - datetime.timedelta(days=1) if end else None
    return SearchRequest(text, sort=sort, filters=Filters(values), after=_first_day(after, "--after"), before=last)


def _first_day(given: str | None, option: str) -> datetime.date | None:
    from indexer.schema.spans import days_of

    if given is None:
        return None
    days = days_of(given)
    if days is None or days.first is None:
        raise click.BadParameter(f"{given!r} is no year, month or day", param_hint=option)
    return days.first


@click.command()
@click.argument("query")
@filter_options
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "md"]), default="jsonl", show_default=True)
@click.option("--fields", help="What of each passage, separated by commas; by default all but its score.")
@click.option("--sort", type=click.Choice(["relevance", "date"]), default="relevance", show_default=True)
@click.option("--literal", is_flag=True, help="Search the letters as typed: repair no slip, read no abbreviation.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="A file to write to.")
@index_option
@reported
def export(
    query: str,
    filters: tuple[str, ...],
    after: str | None,
    before: str | None,
    form: str,
    fields: str | None,
    sort: str,
    literal: bool,
    output: Path | None,
    directory: Path | None,
) -> None:
    """Write every passage that QUERY finds, by relevance or the newest first.

    QUERY is as for `indexer search`; `*` finds everything. As much is written as `indexer search` counts. CSV begins
    with the mark by which spreadsheets know UTF-8.

    Example: indexer export "thi đua" --source "Báo Mẫu" --after 2023 --format csv --output thi-dua.csv
    """
    import dataclasses

    from indexer.cli import console
    from indexer.search.export_formats import export_fields, exported, usual_fields
    from indexer.search.index import open_index

    settings = current_settings(directory)
    request = dataclasses.replace(_request(sound(query), filters, after, before, sort), literal=literal)
    with open_index(settings.index, settings) as index:
        known = export_fields(index.schema)
        names = tuple(name.strip() for name in (fields or "").split(",") if name.strip()) or usual_fields(index.schema)
        if unknown := [name for name in names if name not in known]:
            raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(known)}", param_hint="--fields")
        try:
            found = index.export(request)
        except ValueError as error:
            raise ExportRefused(str(error), "`indexer stats` shows the fields of the index.") from None
        for warning in found.warnings:
            click.echo(console.printable(f"warning: {warning.message}"), err=True)
        written = exported(found.passages, form, names)
        try:
            if output is None:
                for piece in written:
                    click.echo(piece.encode("utf-8", "backslashreplace"), nl=False)
            else:
                with output.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                    file.writelines(written)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise ExportRefused(f"{output or 'standard output'} cannot be written: {error.strerror}") from None
    click.echo(f"{console.count(found.total, 'passage')} of {console.count(found.articles, 'article')}", err=True)


@click.command(name="list")
@filter_options
@click.option("--undated", is_flag=True, help="Only articles without a date.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Most articles shown.")
@index_option
@reported
def list_(
    filters: tuple[str, ...],
    after: str | None,
    before: str | None,
    undated: bool,
    form: str,
    limit: int | None,
    directory: Path | None,
) -> None:
    """List the articles of the index, the newest first, those without a date last.

    Example: indexer list --source "Báo Mẫu" --after 2024-05
    """
    import itertools

    from indexer.search.index import open_index

    settings = current_settings(directory)
    request = _request("", filters, after, before, "relevance")
    with open_index(settings.index, settings) as index:
        try:
            for info in itertools.islice(index.listed(request, undated=undated), limit):
                _show_info(info, form)
        except ValueError as error:
            raise ExportRefused(str(error), "`indexer stats` shows the fields of the index.") from None


def _show_info(info: ArticleInfo, form: str) -> None:
    import json

    from indexer.cli.console import printable
    from indexer.json_shape import info_to_json

    if form == "jsonl":
        click.echo(json.dumps(info_to_json(info), ensure_ascii=False).encode("utf-8", "backslashreplace"))
    else:
        day = info.date.isoformat() if info.date else "-" * 10
        click.echo(printable("\t".join((day, info.id, info.source or "-", info.title or "-"))))


@click.command()
@click.argument("id")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@index_option
@reported
def show(id: str, form: str, directory: Path | None) -> None:
    """Show an article as the index holds it: its metadata and all of its text.

    Example: indexer show le-hoi-buoi-phuc-trach
    """
    from indexer.cli.console import printable
    from indexer.json_shape import to_json
    from indexer.search.index import open_index

    settings = current_settings(directory)
    with open_index(settings.index, settings) as index:
        article = index.article(sound(id))
    if article is None:
        click.echo(printable(f"error: there is no article {sound(id)!r}"), err=True)
        sys.exit(2)
    body = to_json(article)
    if form == "json":
        show_json(body)
        return
    for name in ("id", "title", "url", "date", "source", "author"):
        if body[name]:
            click.echo(printable(f"{name}: {body[name]}"))
    for name, values in {**body["values"], **body["undeclared"]}.items():
        click.echo(printable(f"{name}: {'; '.join(map(str, values)) if isinstance(values, list) else values}"))
    for paragraph in body["paragraphs"]:
        page = f", page {paragraph['page']}" if paragraph["page"] else ""
        click.echo(printable(f"\n#{paragraph['position']} ({paragraph['kind']}{page})"))
        click.echo(printable(paragraph["text"]))
