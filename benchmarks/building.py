"""What building takes: `python -m benchmarks.building --articles FILE --jobs 1 --jobs 2`.

`indexer build` runs as a command of its own, once for each number of jobs, in turn. Printed are seconds by the clock
and of the processor, the memory of all its processes at most (PSS, looked at four times a second), and the size of the
index and of its lexicon. `--paragraphs N` grows the Vietnamese Wikipedia to so many, as `python -m benchmarks --large`.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from benchmarks.corpus import prepare
from benchmarks.fleet import ROOT
from benchmarks.worker_memory import megabytes

EVERY = 0.25
"""Seconds from one look at the memory to the next."""


def processes(pid: int) -> Iterator[int]:
    """A process and all that it started, directly or not."""
    yield pid
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            yield from processes(int(child))


def pss(pid: int) -> float:
    """The megabytes of a process, its share of what it has in common with others; 0 for one that has ended."""
    try:
        _, own, mapped = megabytes(pid)
    except (OSError, KeyError):
        return 0.0
    return own + mapped


def size_of(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measured(articles: Path, index: Path, jobs: int) -> str:
    """Build an index in a folder, and say what that took."""
    command = [sys.executable, "-m", "indexer", "build", str(articles), "--index", str(index), "--jobs", str(jobs)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start, most = time.monotonic(), 0.0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(map(pss, processes(process.pid))))
            with suppress(subprocess.TimeoutExpired):
                process.wait(EVERY)
    if process.returncode:
        raise click.ClickException(f"indexer build ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.monotonic() - start
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lexicon = sum(size_of(each) for each in index.glob("generations/*/lexicon"))
    sizes = f"index {size_of(index) / 1e6:6.0f} MB, {lexicon / 1e6:.0f} of them the lexicon"
    return f"{jobs} jobs {seconds:7.1f} s   processor {busy:7.1f} s   memory {most:6.0f} MB   {sizes}"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--articles", type=click.Path(path_type=Path, exists=True), help="What to build from.")
@click.option("--paragraphs", type=click.IntRange(1_000), help="Grow the Vietnamese Wikipedia to so many instead.")
@click.option("--jobs", multiple=True, default=(1, 2), show_default=True, type=click.IntRange(1))
@click.option("--rounds", default=1, show_default=True, type=click.IntRange(1))
def main(articles: Path | None, paragraphs: int | None, jobs: tuple[int, ...], rounds: int) -> None:
    """Time building, with its memory and the size of what it makes.

    Example: python -m benchmarks.building --articles corpus/newspaper.jsonl --jobs 2
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory(prefix="timdoan-building-") as folder:
        source = articles or shared / "viwiki" / "articles.jsonl.gz"
        if paragraphs:
            source = prepare(Path(folder) / "corpora", source, paragraphs).articles
        for number in range(rounds * len(jobs)):
            click.echo(measured(source, Path(folder) / str(number), jobs[number % len(jobs)]))


if __name__ == "__main__":
    main()
