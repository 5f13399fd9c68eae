"""What one changed article costs, and searches afterwards: `python -m benchmarks.changes --index INDEX`.

A copy of an index, which shares its files, gets articles of the news one by one, each in a publication of its own, and
loses half of them again. Printed are the processor time of a publication (of this process, which has imported what it
needs) and the bytes of the files that it writes: median, 95th percentile, mean and most; and of opening the index after
each, as a server does. Then the median processor time of searches: each new query is asked of the index as it was and
as it is, the one first as often as the other, after all were added and again after half of them were removed; the ratio
is the median of those of single queries.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from benchmarks.headlines import read
from benchmarks.new_queries import KINDS, ROOT, drawn, timed
from indexer import add, open_index, remove, warm


def written(directory: Path, known: set[int]) -> int:
    """The bytes of the files in a directory that are not `known` by their numbers, which they are from now on."""
    found = {each.stat().st_ino: each.stat().st_size for each in directory.rglob("*") if each.is_file()}
    new = sum(size for number, size in found.items() if number not in known)
    known.clear()
    known.update(found)
    return new


def measured(directory: Path, changes: Sequence[Callable[[], object]]) -> dict[str, list[float]]:
    """Milliseconds of processor time and kilobytes written of each change, and milliseconds of opening after it."""
    found: dict[str, list[float]] = {"ms": [], "kB": [], "opening ms": []}
    known: set[int] = set()
    written(directory, known)
    for change in changes:
        begun = time.process_time()
        change()
        found["ms"].append((time.process_time() - begun) * 1000)
        found["kB"].append(written(directory, known) / 1000)
        begun = time.process_time()
        open_index(directory).close()
        found["opening ms"].append((time.process_time() - begun) * 1000)
    return found


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", "directory", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--changes", default=200, show_default=True, type=click.IntRange(2), help="Articles added one by one.")
@click.option("--each", default=40, show_default=True, type=click.IntRange(2), help="Queries of each kind.")
def main(directory: Path, changes: int, each: int) -> None:
    """Change one article after another, and search between.

    Example: python -m benchmarks.changes --index data/index --changes 1000
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    articles = [{**article, "id": f"changed-{number}"} for number, article in enumerate(read(shared))][:changes]
    queries = drawn([article["title"] for article in read(shared)], 2 * each)
    warm()
    with tempfile.TemporaryDirectory(dir=directory.parent) as folder:
        place = Path(folder) / "index"
        shutil.copytree(directory, place, copy_function=os.link, ignore=shutil.ignore_patterns("lock", "current"))
        shutil.copy(directory / "current", place)

        parts = [queries[part::2] for part in range(2)]
        ids = [article["id"] for article in articles]
        _tell("add one article", measured(place, [lambda own=own: add([own], place) for own in articles]))
        _compare(directory, place, parts[0])
        half = ids[: changes // 2]
        _tell("remove one article", measured(place, [lambda own=own: remove([own], place) for own in half]))
        _compare(directory, place, parts[1])


def _compare(before: Path, after: Path, queries: Sequence[tuple[str, str]]) -> None:
    """Tell what searches of two indexes cost."""
    with open_index(before) as first, open_index(after) as second:
        times: dict[str, tuple[list[float], list[float]]] = {kind: ([], []) for kind in KINDS}
        for number, (kind, query) in enumerate(queries):
            indexes = list(zip((first, second), times[kind], strict=True))
            for index, found in indexes if number % 2 else indexes[::-1]:
                found += timed(index, [(kind, query)], page=False)[kind]
    for kind, both in times.items():
        one, other = map(statistics.median, both)
        ratio = statistics.median(after / before for before, after in zip(*both, strict=True))
        click.echo(f"  search, {kind:18} before {one:6.2f} ms  after {other:6.2f} ms  ratio {ratio:5.2f}")


def _tell(name: str, found: dict[str, list[float]]) -> None:
    click.echo(f"{name}, {len(found['ms'])} times")
    for unit, values in found.items():
        ordered = sorted(values)
        click.echo(
            f"  {unit:10} p50 {statistics.median(ordered):8.1f}  p95 {ordered[int(0.95 * len(ordered))]:8.1f}"
            f"  mean {statistics.mean(ordered):8.1f}  most {ordered[-1]:8.1f}  sum {sum(ordered):10.0f}"
        )


if __name__ == "__main__":
    main()
