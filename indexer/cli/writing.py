"""The commands that change an index: build, add, remove, withdrawn, rollback, upgrade, copy."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from indexer.cli.common import current_settings, index_option, reported, show_json
from indexer.errors import ReportUnwritable
from indexer.settings import Settings

jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=lambda: min(64, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1),
    help="Processes that analyse the text. The index is the same whatever their number. Default: one for each core.",
)
report_option = click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="A file that gets a line of JSON for each file read or left out, each rejection and each warning.",
)
_paths_argument = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@contextlib.contextmanager
def open_report(path: Path | None) -> Iterator[TextIO | None]:
    """The file of --report, open; raises `ReportUnwritable`."""
    if path is None:
        yield None
        return
    try:
        file = path.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ReportUnwritable(
            f"the report {path} cannot be written: {error.strerror}", "Give another file to --report."
        ) from None
    with file:
        yield file


@click.command()
@_paths_argument
@index_option
@jobs_option
@report_option
@click.option("--engine", help="The engine of the index, as in the settings. Default: that of the settings.")
@click.option(
    "--spark",
    metavar="[MASTER]",
    is_flag=False,
    flag_value="local[*]",
    help="Analyse and send on Spark in place of --jobs: spark://HOST:PORT, yarn, local[2] ... (nothing: this machine). "
    "Stands after the paths. The engine must be opensearch.",
)
@reported
def build(
    paths: tuple[Path, ...],
    directory: Path | None,
    jobs: int,
    report_path: Path | None,
    engine: str | None,
    spark: str | None,
) -> None:
    """Build a new index from articles and publish it.

    PATHS are files of articles and folders of them, in the formats that `indexer formats` lists. The live index answers
    until the new one is whole, and is kept for `indexer rollback`. It may be changed meanwhile: what others add,
    replace or remove after the build began is in the new index as they left it.

    Example: indexer build corpus --index data/index
    """
    from indexer.cli import console, progress_bars
    from indexer.indexing import changes

    settings = current_settings(directory)
    if engine:
        settings = settings.changed({"engine": engine})
    with open_report(report_path) as file, progress_bars.indexing_progress("Indexing") as progress:
        report = changes.build(
            paths, settings.index, progress, jobs=jobs, settings=settings, report_file=file, spark=spark
        )
    console.show_report(report, "indexed")
    sys.exit(1 if report.rejected else 0)


@click.command()
@_paths_argument
@index_option
@jobs_option
@report_option
@reported
def add(paths: tuple[Path, ...], directory: Path | None, jobs: int, report_path: Path | None) -> None:
    """Add articles to the live index; one with a known id replaces it.

    Example: indexer add today.jsonl
    """
    from indexer.cli import console, progress_bars
    from indexer.indexing import changes

    settings = current_settings(directory)
    with open_report(report_path) as file, progress_bars.indexing_progress("Indexing") as progress:
        report = changes.add(paths, settings.index, progress, jobs=jobs, settings=settings, report_file=file)
    console.show_report(report, "added")
    sys.exit(1 if report.rejected else 0)


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.option(
    "--purge",
    is_flag=True,
    help="Rewrite all other articles and remove the generation before: nothing stays.",
)
@click.option(
    "--for-good",
    is_flag=True,
    help="As --purge; and the ids, and texts nearly the same, stay out until taken back (`indexer withdrawn`).",
)
@click.option("--reason", default="", help="Why they are removed for good; kept with their ids.")
@index_option
@jobs_option
@reported
def remove(ids: tuple[str, ...], purge: bool, for_good: bool, reason: str, directory: Path | None, jobs: int) -> None:
    """Remove articles from the live index by their ids.

    No result, suggestion, correction or abbreviation has anything of them once this has ended. Their text stays in two
    places, where no command shows it: in the generation before, which `indexer rollback` would bring back, until two
    more changes are published; and in files that they share with other articles, until most of those are removed too or
    the index is built again. With --purge it stays nowhere in the index; that takes as long as building it. Backups and
    the sources of the articles are yours to look after.

    With --for-good it does not come back either: what has its id, or nearly its text, is rejected by every command, and
    over HTTP, until `indexer withdrawn --take-back ID`. Articles in the index whose text is nearly the same go too.

    Example: indexer remove hoi-nghi-2023
    """
    from indexer.cli import console
    from indexer.indexing import changes

    settings = current_settings(directory)
    if for_good:
        _withdraw(ids, reason, settings, jobs)
        return
    report = changes.remove(ids, settings.index, settings=settings, purge=purge, jobs=jobs)
    console.show_report(report, "removed")
    sys.exit(1 if report.rejected else 0)


def _withdraw(ids: tuple[str, ...], reason: str, settings: Settings, jobs: int) -> None:
    from indexer.cli import console
    from indexer.indexing.withdrawing import withdraw

    if not reason.strip():
        raise click.UsageError("--for-good needs a --reason: whoever asks later why it is gone finds it.")
    done = withdraw(dict.fromkeys(ids, reason.strip()), settings.index, settings=settings, jobs=jobs)
    for id in done.alike:
        click.echo(console.printable(f"{id} has nearly the same text, and is removed too"))
    if done.report.generation:
        console.show_report(done.report, "removed")
    click.echo(f"{console.count(len(set(ids)), 'id')} withdrawn for good; `indexer withdrawn` lists them")


@click.command()
@click.option("--take-back", "taken_back", multiple=True, metavar="ID", help="Let this one come back.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@index_option
@reported
def withdrawn(taken_back: tuple[str, ...], form: str, directory: Path | None) -> None:
    """List the articles that were removed for good, or let some come back.

    Example: indexer withdrawn
    """
    from indexer.cli import console
    from indexer.indexing.withdrawing import take_back
    from indexer.storage.withdrawn import Withdrawn

    settings = current_settings(directory)
    if taken_back:
        unknown = take_back(taken_back, settings.index, settings=settings)
        for id in unknown:
            click.echo(console.printable(f"{id} was not withdrawn"), err=True)
        sys.exit(1 if unknown else 0)
    articles = Withdrawn.read(settings.index).articles
    if form == "json":
        show_json([{"id": each.id, "reason": each.reason, "at": each.at} for each in articles])
        return
    console.show_columns(["id", "withdrawn", "reason"], [[each.id, each.at, each.reason] for each in articles])


@click.command()
@index_option
@reported
def rollback(directory: Path | None) -> None:
    """Make the generation before the live one live again.

    It becomes the one to go back to in its turn: a second rollback undoes the first.

    Example: indexer rollback
    """
    from indexer.indexing import changes

    settings = current_settings(directory)
    names = changes.rollback(settings.index, settings=settings)
    click.echo(f"generation {names.generation} is live again; {names.previous} is kept")


@click.command()
@index_option
@jobs_option
@reported
def upgrade(directory: Path | None, jobs: int) -> None:
    """Rewrite the live index in the format of this version, without the sources of its articles.

    It answers meanwhile, and is kept for `indexer rollback`. It may be an index of version 0.1.0, which this version
    cannot search.

    Example: indexer upgrade
    """
    from indexer.cli import console, progress_bars
    from indexer.indexing import rewriting

    settings = current_settings(directory)
    with progress_bars.indexing_progress("Writing") as progress:
        report = rewriting.upgrade(settings.index, progress, jobs=jobs, settings=settings)
    console.show_report(report, "written")


@click.command(name="copy")
@click.option(
    "--to", "target", required=True, type=click.Path(path_type=Path, file_okay=False), help="The new index directory."
)
@click.option("--engine", help="The engine of the new index, as in the settings. Default: the same.")
@index_option
@jobs_option
@reported
def copy(target: Path, engine: str | None, directory: Path | None, jobs: int) -> None:
    """Copy the articles of the live index to another index, without their sources.

    The text is analysed again, and the fields declared are those of the index that is copied.

    Example: indexer copy --to data/cluster --engine opensearch
    """
    from indexer.cli import console, progress_bars
    from indexer.indexing.copying import copy_index

    settings = current_settings(directory)
    new = settings.changed({"index": target, "engine": engine or settings.engine})
    with progress_bars.indexing_progress("Copying") as progress:
        report = copy_index(settings.index, target, progress, jobs, settings, new)
    console.show_report(report, "copied")
    sys.exit(1 if report.rejected else 0)
