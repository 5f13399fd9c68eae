"""Performance aims, and the results of a run against them. All are ratios, each computed within a round.

`measuring` measures, `report` writes the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import middle, ratio

Result = dict[str, Any]
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Aim:
    """An aim: `reached` must be at most, or at least, `limit`; None: not measured.

    `processor` is the same ratio by the processor time of the asking thread, which other work on the machine does
    not lengthen; None where it is not measured.
    """

    measure: str
    limit: float
    most: bool
    reached: float | None
    processor: float | None = None
    unit: str = ""

    @property
    def met(self) -> bool | None:
        """Whether it is met by the clock."""
        return self.holds(self.reached)

    def holds(self, value: float | None) -> bool | None:
        """Whether a value meets it."""
        if value is None:
            return None
        return value <= self.limit if self.most else value >= self.limit


def aims(result: Result) -> list[Aim]:
    """Every aim with the result of the run; those for queries at the largest size measured below a million."""
    sizes = sorted(int(size) for size in result.get("searching", {}))
    size = max((size for size in sizes if size < MILLION), default=0)
    return [*_query_aims(result, size), *_large_aims(result), *_other_aims(result, size)]


def compare(
    result: Result, size: int, ours: tuple[str, str], theirs: tuple[str, str], point: str, of: str = ""
) -> tuple[float | None, float | None]:
    """The ratio of two (query set, engine) pairs at a percentile, by the clock and by processor time."""
    queries = result.get("searching", {}).get(str(size), {}).get("queries", {})
    first, second = (queries.get(name, {}).get(engine) for name, engine in (ours, theirs))
    if first is None or second is None:
        return None, None

    def at(clock: str) -> float | None:
        if clock + of not in first or len(first[clock + of]) != len(second[clock + of]):
            return None
        return ratio([row[point] for row in first[clock + of]], [row[point] for row in second[clock + of]])

    return at("wall"), at("processor")


def _query_aims(result: Result, size: int) -> Iterator[Aim]:
    at = f"{size:,} paragraphs"

    def against(ours: tuple[str, str], theirs: tuple[str, str], point: str, limit: float, text: str) -> Aim:
        return Aim(f"{text}, {point}, {at}", limit, True, *compare(result, size, ours, theirs, point))

    any_, planned = "question_any", "question_planned"
    for name, text, limits in (
        (any_, "disjunction of a question's syllables, ten best and count", (0.45, 0.7)),
        (planned, "the product's weighted query, ten best and count", (0.6, 0.9)),
    ):
        for point, limit in zip(("p50", "p95"), limits, strict=True):
            yield against((name, "ours"), (name, "tantivy"), point, limit, f"{text}, x tantivy")
        for point, limit in zip(("p50", "p95"), limits, strict=True):
            yield against((name, "ours"), (name, "tantivy-top"), point, limit, f"{text}, x tantivy without its count")
    for name, text in (("short_all", "conjunction of 1 to 3 words"), ("phrase", "phrase")):
        yield against((name, "ours"), (name, "tantivy"), "p50", 1.0, f"{text}, x tantivy")
    yield against(
        ("question_search", "ours-search"), (planned, "tantivy"), "p50", 1.5,
        "whole `Index.search` with ten snippets, x tantivy's engine alone on the weighted query",
    )  # fmt: skip
    asked = {
        int(size): found["queries"][any_]["whoosh"]["asked"]
        for size, found in result.get("searching", {}).items()
        if "whoosh" in found["queries"].get(any_, {})
    }
    largest = max(asked, default=0)
    found = compare(result, largest, (any_, "ours"), (any_, "whoosh"), "p50", f" of {asked.get(largest)}")
    yield Aim(f"disjunction of a question's syllables, x stock Whoosh, p50, {largest:,} paragraphs", 0.01, True, *found)


def _large_aims(result: Result) -> Iterator[Aim]:
    pair = ("question_any", "ours"), ("question_any", "tantivy")
    yield Aim("disjunction, p50, 1M paragraphs, x tantivy", 0.35, True, *compare(result, MILLION, *pair, "p50"))
    large = result.get("searching", {}).get(str(MILLION), {})
    opened = large.get("open", {}).get("ours-search")
    yield Aim(
        "opening (the whole index with its lexicon), 1M paragraphs",
        150,
        True,
        middle(opened) * 1e3 if opened else None,
        unit=" ms",
    )
    memory = large.get("memory", {}).get("ours-search")
    yield Aim(
        "private memory of a process that has searched, 1M paragraphs",
        300,
        True,
        memory["private"] / 1e6 if memory else None,
        unit=" MB",
    )
    built = large.get("built", {}).get("ours")
    yield Aim("memory while indexing 1M paragraphs", 1024, True, built["peak"] / 2**20 if built else None, unit=" MiB")


def _other_aims(result: Result, size: int) -> Iterator[Aim]:
    found = result.get("searching", {}).get(str(size), {})
    for name in ("question_any", "question_planned"):
        pairs = found.get("throughput", {}).get(name, {}).get("ours")
        gain = _over(pairs, lambda pair: pair[1], lambda pair: pair[0])
        yield Aim(f"two threads, x one thread ({_WORDS[name]})", 1.6, False, gain)
    speeds = result.get("segmenter", {}).get("a_second", {})
    known = {"ViTokenizer", "analyze_all"} <= speeds.keys()
    gain = ratio(speeds["analyze_all"], speeds["ViTokenizer"]) if known else None
    yield Aim("segmenter (`analyze_all`), x ViTokenizer", 8, False, gain)
    rounds = [row for row in result.get("pipeline", {}).get("rounds", []) if len(row) > 1]
    for clock, text in (("seconds", ""), ("cpu", ", by processor time")):
        gain = _over(
            [row for row in rounds if "ViTokenizer and tantivy" in row],
            lambda row, clock=clock: row["ViTokenizer and tantivy"][clock],
            lambda row, clock=clock: row["ours"][clock],
        )
        yield Aim(f"whole pipeline, one job, x ViTokenizer and tantivy{text}", 2, False, gain)
    gain = _over(
        [row for row in rounds if "ours with two jobs" in row],
        lambda row: row["ours"]["seconds"],
        lambda row: row["ours with two jobs"]["seconds"],
    )
    yield Aim("whole pipeline, two jobs, x one job (by the clock: both cores must be free)", 1.6, False, gain)
    indexing = result.get("indexing", {})
    if "ours" in indexing and "tantivy" in indexing:
        pairs = list(zip(indexing["tantivy"]["rounds"], indexing["ours"]["rounds"], strict=True))
    else:
        pairs = []
    for clock, text in (("seconds", ""), ("cpu", ", by processor time")):
        gain = _over(pairs, lambda pair, clock=clock: pair[0][clock], lambda pair, clock=clock: pair[1][clock])
        yield Aim(f"engine alone, indexing from tokens, x tantivy with one thread{text}", 0.5, False, gain)
    sizes = found.get("size", {})
    space = sizes["ours"] / sizes["tantivy"] if {"ours", "tantivy"} <= sizes.keys() else None
    yield Aim("index size, six fields with positions and stored text, x tantivy", 1.5, True, space)
    http = result.get("http")
    yield Aim(
        "JSON searches a second, x a constant of the same app", 0.3, False,
        ratio(http["search"], http["constant"]) if http else None,
    )  # fmt: skip


def _over(rows: Sequence[Any] | None, first: Callable[[Any], float], second: Callable[[Any], float]) -> float | None:
    return ratio([first(row) for row in rows], [second(row) for row in rows]) if rows else None


_WORDS = {"question_any": "disjunction", "question_planned": "weighted query"}
