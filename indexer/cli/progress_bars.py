"""Progress of the `indexer` command on standard error: bars in a terminal, lines elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from indexer.cli.console import err

if TYPE_CHECKING:
    from indexer.evaluation.tuning import Run
    from indexer.indexing.report import Progress as OnProgress

_PLAIN_EVERY_SECONDS = 10.0


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        done, elapsed = task.fields["paragraphs"], task.elapsed or 0.0
        return Text(f"{done:,} paragraphs, {done / elapsed if elapsed else 0:,.0f}/s")


@contextlib.contextmanager
def indexing_progress(label: str) -> Iterator[OnProgress]:
    """A bar with rate and time left in a terminal; a plain line every ten seconds where it is none."""
    console = err()
    if not console.is_terminal:
        yield _plain_lines(label, console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None, paragraphs=0)

        def show(done: int, total: int, paragraphs: int) -> None:
            bar.update(task, completed=done, total=total, paragraphs=paragraphs)

        yield show


def _plain_lines(label: str, console: Console) -> OnProgress:
    start = last = time.monotonic()

    def show(done: int, total: int, paragraphs: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _PLAIN_EVERY_SECONDS:
            last = now
            share = done / total if total else 1.0
            console.print(f"{label}: {share:.0%}, {paragraphs:,} paragraphs, {paragraphs / (now - start):,.0f}/s")

    return show


@contextlib.contextmanager
def bytes_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar over bytes in a terminal, nothing elsewhere."""
    console = err()
    if not console.is_terminal:
        yield lambda *_: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(label)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def query_progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar over queries in a terminal, nothing elsewhere."""
    console = err()
    if not console.is_terminal:
        yield None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Asking")
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def telling_runs() -> Iterator[Callable[[Run], None]]:
    """A line for every run of learning: the mean and the weights tried; in a terminal the last one alone is shown."""
    console = err()
    if not console.is_terminal:
        yield lambda run: console.print(_run(run), highlight=False)
        return
    with console.status("") as status:
        yield lambda run: status.update(_run(run))


def _run(run: Run) -> str:
    tried = ", ".join(f"{name} {value:g}" for name, value in run.weights.items()) or "the defaults"
    return f"run {run.number:,}: nDCG@10 {run.mean:.4f} with {tried}"
