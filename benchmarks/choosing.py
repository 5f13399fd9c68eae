"""The choice of the default weights: `python -m benchmarks.choosing` tries values and writes docs/defaults.toml.

Half of the queries, by the hash of their ids, are what values are chosen by; the other half is asked only twice, with
the defaults as they were and with the values chosen, which are taken only where it gains by more than chance.
docs/defaults.toml keeps both, with every candidate tried; a test
holds the defaults of `indexer/settings.py` to it. Question sets: XQuAD alone, XQuAD among Wikipedia paragraphs, the
sample corpus, Zalo's questions, and headlines asked of the news without titles.
"""

from __future__ import annotations

import datetime
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import click

from benchmarks import headlines
from benchmarks.judged_sets import ROOT, sets
from indexer import Settings, build, open_index
from indexer.evaluation.comparison import randomisation_test
from indexer.evaluation.coordinate_ascent import MEASURE, AscentResult, Scores, Values, ascend, defaults, part_of
from indexer.evaluation.judged import JudgedSet, read_judged_set
from indexer.evaluation.run import ask
from indexer.evaluation.tuning import MOST_CHANCE
from indexer.search.index import warm

EVIDENCE = ROOT / "docs" / "defaults.toml"
TRAIN, TEST = 0, 1
_DEPTH = 20
_COMMAND = "python -m benchmarks.choosing"


@dataclass(frozen=True)
class JudgedIndex:
    """A judged set with its index; `name` distinguishes its queries' ids from those of other sets."""

    name: str
    judged: JudgedSet
    index: Path

    def part(self, part: int, every: int) -> JudgedSet:
        """The queries of one half, or every so manieth of them."""
        queries = [key for key in self.judged.queries if part_of(key, 2) == part][::every]
        return replace(self.judged, queries={key: self.judged.queries[key] for key in queries})


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--every",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Only every Nth query of all sets but the sample corpus.",
)
def main(every: int) -> None:
    """Choose the weights on one half of the judged queries, report on the other.

    Example: python -m benchmarks.choosing --every 2
    """
    warm()
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    with ExitStack() as stack:
        indexes = []
        for name, judged, paths in chain(sets(shared), _articles(shared, stack)):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="timdoan-choosing-")))
            build(paths, folder)
            indexes.append(JudgedIndex(name, judged, folder))
        begun = time.process_time()
        scores = Scores(lambda values: _told(values, _asked(indexes, values, TRAIN, every)))
        start = defaults()
        queries = [f"{each.name} {key}" for each in indexes for key in each.part(TRAIN, _step(each, every)).queries]
        choice = ascend(scores, queries, start, rounds=1)
        before, after = (_asked(indexes, values, TEST, every) for values in (start, choice.values))
        command = f"{_COMMAND} --every {every}" if every > 1 else _COMMAND
        about = {
            "command": command,
            "date": str(datetime.date.today()),
            "measure": MEASURE,
            "train_queries": len(queries),
            "train_before": round(scores.mean(start, queries), 4),
            "train_after": round(choice.score, 4),
            "taken": str(taken(before, after)).lower(),
            "processor_seconds": round(time.process_time() - begun),
        }
    kept = choice.values if taken(before, after) else start
    EVIDENCE.write_text("\n".join(_evidence(about, choice, kept, before, after)) + "\n", "utf-8")
    click.echo(f"wrote {EVIDENCE}; where a value differs from indexer/settings.py, change it there")


def _articles(shared: Path, stack: ExitStack) -> Iterator[tuple[str, JudgedSet, list[Path]]]:
    """The sets whose articles are judged."""
    if not shared.is_dir():
        return
    zalo = read_judged_set(shared / "zalo-wiki")
    yield "zalo-wiki", zalo, [zalo.corpus]
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="timdoan-headlines-")))
    for name, asked in headlines.sets(articles := headlines.read(shared)).items():
        headlines.write(folder / name, articles, asked)
        judged = read_judged_set(folder / name)
        yield f"headlines, {name}", judged, [judged.corpus]


def _step(asked: JudgedIndex, every: int) -> int:
    return 1 if asked.name == "corpus" else every


def _told(values: Values, found: dict[str, float]) -> dict[str, float]:
    told = ", ".join(f"{name} {value}" for name, value in values.items() if value != defaults()[name])
    click.echo(f"{sum(found.values()) / len(found):.4f}  {told or 'as they are'}", err=True)
    return found


def _asked(sets: list[JudgedIndex], values: Values, part: int, every: int) -> dict[str, float]:
    """The measure of each query of one half, under `set id`."""
    settings = Settings(page_size_limit=100, depth_limit=10_000).changed(values)
    found: dict[str, float] = {}
    for each in sets:
        with open_index(each.index, settings) as index:
            run = ask(index, each.part(part, _step(each, every)), depth=_DEPTH)
        found |= {f"{each.name} {key}": measures[MEASURE] for key, measures in run.per_query.items()}
    return found


def taken(before: Mapping[str, float], after: Mapping[str, float]) -> bool:
    """Whether the queries that nothing was chosen by gain by more than chance."""
    first, second = list(before.values()), [after[query] for query in before]
    return sum(second) > sum(first) and randomisation_test(first, second) < MOST_CHANCE


def _evidence(
    about: dict[str, Any], choice: AscentResult, kept: Values, before: dict[str, float], after: dict[str, float]
) -> Iterator[str]:
    yield f"# The weights and how they were chosen; written by `{about['command']}`."
    yield ""
    yield "[run]"
    yield from (f"{name} = {_toml(value)}" for name, value in about.items())
    yield ""
    yield "# The half of the queries that nothing was chosen by: the defaults as they were, and the values chosen."
    for name in dict.fromkeys(query.rpartition(" ")[0] for query in before):
        queries = [query for query in before if query.rpartition(" ")[0] == name]
        first, second = ([found[query] for query in queries] for found in (before, after))
        yield f'[test."{name}"]'
        yield f"queries = {len(queries)}"
        yield f"before = {sum(first) / len(first):.4f}"
        yield f"after = {sum(second) / len(second):.4f}"
        yield f"p = {randomisation_test(first, second):.4f}"
        yield ""
    yield "# Of each setting the default, what the train half alone would choose, and its mean for each candidate when"
    yield "# that was tried, beside the choices before it."
    for name, value in choice.values.items():
        yield f"[settings.{name}]"
        yield f"value = {kept[name]}"
        yield f"train = {value}"
        tried = ", ".join(f'"{candidate}" = {score:.4f}' for candidate, score in choice.tried[name].items())
        yield f"tried = {{ {tried} }}"
        yield ""


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) and value not in ("true", "false") else str(value)


if __name__ == "__main__":
    main()
