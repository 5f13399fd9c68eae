"""The commands that keep an index in line with what comes in: ingest, watch, drain."""

from __future__ import annotations

import datetime
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli.common import current_settings, index_option, reported
from indexer.cli.writing import jobs_option, open_report, report_option

if TYPE_CHECKING:
    from indexer.errors import TimDoanError
    from indexer.indexing.draining import Drained
    from indexer.indexing.ingesting import Ingested
    from indexer.settings import Settings


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--removals", is_flag=True, help="Remove what is gone, however much it is: you have seen to it.")
@click.option("--again", is_flag=True, help="Read every file again, changed or not.")
@click.option("--status", is_flag=True, help="Only show what is known of the sources, and which files have errors.")
@index_option
@jobs_option
@report_option
@reported
def ingest(
    names: tuple[str, ...],
    removals: bool,
    again: bool,
    status: bool,
    directory: Path | None,
    jobs: int,
    report_path: Path | None,
) -> None:
    """Bring the index in line with the sources that the settings file declares.

    Reads what is new or changed, removes what is gone, and publishes both together; without a change nothing is
    published. docs/ingest.md tells how sources are declared.

    Example: indexer ingest
    """
    from indexer.cli import console, progress_bars
    from indexer.indexing import ingesting

    settings = current_settings(directory)
    if status:
        _show_status(settings)
        return
    with open_report(report_path) as file, progress_bars.indexing_progress("Indexing") as progress:
        done = ingesting.ingest(settings, names, progress, jobs=jobs, removals=removals, again=again, report_file=file)
    console.show_troubles(done.report)
    _show_sources(done)
    click.echo(_summary(done))
    sys.exit(0 if done.is_whole else 1)


@click.command()
@index_option
@jobs_option
@reported
def watch(directory: Path | None, jobs: int) -> None:
    """Bring the index in line with the declared sources whenever they change, until it is ended (SIGTERM, Ctrl-C).

    Each source is scanned every `every_seconds`, and at once after a change that the system tells of, where watchfiles
    is installed. What came over HTTP and waits is published too, where no server does so. A run that has begun is
    finished first.

    Example: indexer watch
    """
    from indexer.indexing import watching

    settings = current_settings(directory)
    alarm = watching.Alarm()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: alarm.stop())
    how = "file events" if watching.can_have_events() else "no file events (pip install 'timdoan[watch]')"
    _say(f"watching {', '.join(source.name for source in settings.sources)}; {how}")

    def tell(done: Ingested) -> None:
        report = done.report
        if report.generation or report.rejected or not done.is_whole:
            _say(_summary(done))
            for rejection in report.rejections:
                _say(f"rejected: {rejection}")
            _show_sources(done)

    def tell_drained(done: Drained) -> None:
        live = f"generation {done.generation} is live" if done.generation else "nothing to publish"
        _say(f"{live}: {done.items:,} changes that came over HTTP, {done.rejected:,} rejected")

    def tell_error(error: TimDoanError) -> None:
        _say(f"error: {error}; trying again")

    watching.watch(settings, alarm, tell, tell_error, on_drained=tell_drained, jobs=jobs)
    _say("ended")


@click.command()
@index_option
@jobs_option
@reported
def drain(directory: Path | None, jobs: int) -> None:
    """Publish the articles that came over HTTP and wait, until none does.

    A server does it by itself every few seconds; this is for when none runs.

    Example: indexer drain
    """
    from indexer.cli import console
    from indexer.indexing import draining
    from indexer.ingest.queue import Queue

    settings = current_settings(directory)
    queue = Queue(settings.index)
    if not queue.exists:
        click.echo("nothing waits: no article ever came over HTTP")
        return
    items = rejected = 0
    with queue.drained_by_this_process():
        while (done := draining.drain(settings, queue, jobs=jobs)) is not None:
            items, rejected = items + done.items, rejected + done.rejected
            if done.generation:
                click.echo(f"generation {done.generation} is live")
    click.echo(f"{console.count(items, 'article')} waited, {rejected:,} rejected")
    sys.exit(1 if rejected else 0)


def _summary(done: Ingested) -> str:
    from indexer.cli import console

    report = done.report
    what = f"generation {report.generation} is live" if report.generation else "nothing to publish"
    counts = f"{console.count(report.articles, 'article')} indexed, {report.removed:,} replaced or removed"
    return f"{what}: {counts}, {report.rejected:,} rejected"


def _say(text: str) -> None:
    from indexer.cli.console import printable

    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    click.echo(printable(f"{now} {text}"))
    sys.stdout.flush()


def _show_sources(done: Ingested) -> None:
    from indexer.cli.console import printable

    for each in done.sources:
        told = [f"{each.files:,} files", f"{each.read:,} read"]
        told += [f"{count:,} {what}" for count, what in ((each.moved, "moved"), (each.gone, "gone")) if count]
        told += [f"{each.removed:,} articles removed"] if each.removed else []
        click.echo(printable(f"source {each.name}: {each.error or ', '.join(told)}"), err=bool(each.error))
        for name in each.young:
            click.echo(printable(f"{name} is still written to; it is read by a later run"), err=True)
        if each.held:
            click.echo(
                f"source {each.name}: {each.held:,} articles are gone from it, which is more than may be removed at "
                f"once; nothing was removed. If that is right: indexer ingest {each.name} --removals",
                err=True,
            )
    for name in done.undeclared:
        click.echo(printable(f"source {name} is declared no longer; its articles stay"), err=True)


def _show_status(settings: Settings) -> None:
    from indexer.cli import console
    from indexer.ingest.ledger import Ledger

    with Ledger(settings.index) as ledger:
        console.show_columns(
            ["source", "state", "files"], [[name, state, f"{count:,}"] for name, state, count in ledger.states()]
        )
        for row in ledger.not_indexed():
            click.echo(
                console.printable(f"{row.source}: {os.fsdecode(row.path)}: {row.error}").encode(
                    "utf-8", "backslashreplace"
                )
            )
