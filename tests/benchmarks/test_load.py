"""The load test itself, in small: it asks, counts, and would tell what is wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.load import Durations, Phase, faults, into, measure, served, table
from indexer import build
from tests.samples import write_articles


def phase(statuses: dict[int, int], memory: list[float]) -> Phase:
    made = Phase("x", 1.0, 1.0, statuses=Counter(statuses), memory=memory)
    made.times = {status: [1.0] * count for status, count in statuses.items()}
    return made


def test_under_twice_the_load_everyone_is_answered_or_told_to_come_back(tmp_path: Path) -> None:
    build([write_articles(tmp_path / "a.jsonl")], tmp_path / "index")
    said: list[str] = []
    with served(tmp_path / "index", "--workers", "1", "--threads", "1") as (address, process):
        phases = measure(address, process, ["/api/v1/search?q=thi"], Durations(0.2, 0.2, 0.6, 0.2), said.append)
    _, over, after = phases
    assert set(over.statuses) <= {200, 503} and over.statuses[200]
    assert over.statuses.total() == int(over.rate * over.seconds)
    assert set(after.statuses) <= {200, 503}
    assert len(table([one.summary() for one in phases]).splitlines()) == 5


def test_every_fault_is_told() -> None:
    well, flat = phase({200: 9}, [100.0] * 9), phase({200: 5, 503: 4}, [100.0] * 9)
    assert faults([well, flat, well]) == []
    assert "{200: 8, 500: 1}" in faults([well, phase({200: 8, 500: 1}, [1.0]), well])[0]
    assert "{200: 8, 0: 1}" in faults([well, phase({200: 8, 0: 1}, [1.0]), well])[0]
    assert "grew from 100 to 120" in faults([well, phase({200: 9}, [100.0] * 3 + [110.0] * 3 + [120.0] * 3), well])[0]
    assert "afterwards" in faults([well, flat, flat])[0]


def test_figures_replace_those_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- figures of benchmarks.load -->\nold\n<!-- end of figures -->\nb\n")
    into(page, "new")
    into(page, "newer")
    assert page.read_text() == "a\n<!-- figures of benchmarks.load -->\nnewer\n<!-- end of figures -->\nb\n"
