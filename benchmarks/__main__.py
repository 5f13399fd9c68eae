"""The command: `python -m benchmarks` measures, keeps results/*.json and writes docs/performance.md from them."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from benchmarks.measuring import Run, load_workload

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("segmenter", "pipeline", "indexing", "searching", "http")
"""In this order: what is short first, the largest corpus last but one."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--workload", default="full", show_default=True, help="Name of a file of benchmarks/workloads, or a path."
)
@click.option("--work", type=click.Path(path_type=Path), default=Path("data/benchmarks"), show_default=True,
              help="Where corpora and indexes are kept for the next run.")  # fmt: skip
@click.option("--rounds", type=click.IntRange(1), help="Rounds of every measurement.  [default: the workload's]")
@click.option("--large", is_flag=True, help="Also measure on a million paragraphs, most of them grown.")
@click.option("--resume", is_flag=True, help="Go on where a run of this workload stopped: what it measured is kept.")
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="Only this part; may be repeated.")
@click.option("--output", type=click.Path(path_type=Path), help="The file of results.  [default: by workload]")
@click.option("--report-only", is_flag=True, help="Only rewrite the report, from the stored results.")
def main(
    workload: str,
    work: Path,
    rounds: int | None,
    large: bool,
    parts: tuple[str, ...],
    output: Path | None,
    report_only: bool,
    resume: bool,
) -> None:
    """Measure this engine beside its peers.

    Reads viwiki and XQuAD from the folder that TIMDOAN_SHARED names, else from ../shared/data. What is not installed
    is left out, and the results say so. Results are written after each part, so a run that is cut short loses little.

    Example: python -m benchmarks --workload quick --part searching
    """
    output = output or Path(__file__).parent / "results" / f"{Path(workload).stem}.json"
    if not report_only:
        shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
        if not shared.is_dir():
            click.echo(
                f"Error: there is no folder {shared}; set TIMDOAN_SHARED to where viwiki and XQuAD are.", err=True
            )
            sys.exit(2)
        spec = load_workload(workload)
        start = time.monotonic()
        run = Run(
            spec, work, shared, rounds,
            lambda text: click.echo(f"{time.monotonic() - start:7.0f} s  {text}", err=True),
            resume,
        )  # fmt: skip
        run.result["command"] = f"python -m benchmarks --workload {workload}" + (" --large" if large else "")
        run.result["done"] = _done(output) if resume else []
        for part, size in _steps(parts or PARTS, [*spec["sizes"], *(spec["large"] if large else [])]):
            name = f"{part} {size}" if size else part
            if name in run.result["done"]:
                continue
            if size:
                run.searching(size)
            else:
                getattr(run, part)()
            run.result["done"].append(name)
            keep(run, output)
    if output.stem == "full" or report_only:
        from benchmarks.report import write

        write(json.loads(output.read_text("utf-8")), ROOT / "docs")
    click.echo(f"{output}")


def _steps(parts: Iterable[str], sizes: Iterable[int]) -> Iterator[tuple[str, int | None]]:
    """The parts in order, searching once for each size."""
    for part in parts:
        if part == "searching":
            yield from ((part, size) for size in sizes)
        else:
            yield part, None


def _done(output: Path) -> list[str]:
    """What the run before has measured."""
    done: list[str] = json.loads(output.read_text("utf-8")).get("done", []) if output.is_file() else []
    return done


def keep(run: Run, output: Path) -> None:
    """Write the results so far; parts that an earlier run measured stay, with its rounds, unless measured again."""
    output.parent.mkdir(parents=True, exist_ok=True)
    result = run.result
    if output.is_file():
        before = json.loads(output.read_text("utf-8"))
        result = {**before, **result}
        for nested in ("searching", "corpora"):
            result[nested] = {**before.get(nested, {}), **run.result.get(nested, {})}
    output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
