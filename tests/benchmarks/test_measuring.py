"""A whole run on the small corpus: the results are well formed and the report can be written from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks.__main__ import keep
from benchmarks.aims import aims
from benchmarks.corpus import Corpus
from benchmarks.engines import HOMES
from benchmarks.measuring import WORKLOADS, Run, load_workload
from benchmarks.report import SETS, write
from tests.effort import thorough

pytestmark = thorough

ENGINES = ["ours", "ours-search", "fts5"]


@pytest.fixture(scope="module")
def result(shared: Path, corpus: Corpus) -> dict[str, Any]:
    """The results of a run over engines that are always there, through JSON and back."""
    workload = {
        **load_workload("quick"),
        "sizes": [60],
        "engines": ENGINES,
        "few": {"fts5": 1},
        "indexing": {"size": 60, "engines": ["ours"], "once": ["fts5"], "once_size": 60},
        "pipeline": {"size": 60, "every": 2},
        "segmenter": {"size": 60, "every": 2, "texts": 10},
        "throughput": {"from": 0, "queries": ["question_any"], "engines": ["ours"], "seconds": 0.05},
        "http": {"size": 60, "requests": 8, "connections": 2},
    }
    log: list[str] = []
    run = Run(workload, corpus.folder.parent, shared, 1, log.append)
    run.searching(60)
    run.indexing()
    run.pipeline()
    run.segmenter()
    run.http()
    run.result["command"] = "python -m benchmarks"
    assert log
    read: dict[str, Any] = json.loads(json.dumps(run.result))
    return read


def test_each_engine_has_percentiles_for_each_round(result: dict[str, Any]) -> None:
    queries = result["searching"]["60"]["queries"]
    assert set(queries["question_any"]) == {"ours", "fts5"}
    assert set(queries["question_search"]) == {"ours-search"}
    for asked in queries.values():
        for kept in asked.values():
            for clock in ("wall", "processor"):
                assert len(kept[clock]) == 1
                for row in kept[clock]:
                    assert 0 < row["p50"] <= row["p95"] <= row["p99"]


def test_a_slow_engine_is_asked_the_first_few_queries(result: dict[str, Any]) -> None:
    kept = result["searching"]["60"]["queries"]["question_any"]
    assert (kept["fts5"]["asked"], kept["ours"]["asked"]) == (1, 2)
    assert len(kept["ours"]["wall of 1"]) == 1


def test_opening_memory_and_size_are_known_of_each_engine(result: dict[str, Any]) -> None:
    found = result["searching"]["60"]
    for name in ENGINES:
        assert len(found["open"][name]) == 1
        assert found["memory"][name]["private"] > 0
        assert found["size"][name] > 0


def test_indexing_and_the_pipeline_are_measured_round_by_round(result: dict[str, Any]) -> None:
    assert len(result["indexing"]["ours"]["rounds"]) == 1
    assert len(result["indexing"]["fts5"]["rounds"]) == 1
    assert all(row["ours"]["seconds"] > 0 for row in result["pipeline"]["rounds"])
    assert len(result["segmenter"]["a_second"]["analyze_all"]) == 1
    assert len(result["http"]["search"]) == len(result["http"]["constant"]) == 1


def test_the_report_holds_every_aim_and_keeps_the_prose(result: dict[str, Any], tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    write(result, tmp_path)
    first = page.read_text("utf-8")
    page.write_text(
        first.replace("# Performance\n", "# Performance\n\nWhat we think of it.\n") + "And more.\n", "utf-8"
    )
    write(result, tmp_path)
    second = page.read_text("utf-8")
    assert "What we think of it." in second
    assert second.endswith("And more.\n")
    assert all(aim.measure in second for aim in aims(result))
    assert second.count("## Aims") == 1


def test_an_aim_that_was_not_measured_is_not_called_met(result: dict[str, Any]) -> None:
    million = [aim for aim in aims(result) if "1M" in aim.measure]
    assert million
    assert all(aim.met is None for aim in million)


def test_parts_measured_before_stay_in_the_file_of_results(shared: Path, corpus: Corpus, tmp_path: Path) -> None:
    output = tmp_path / "kept.json"
    output.write_text(json.dumps({"http": {"search": [1.0]}, "searching": {"10": {}}}), "utf-8")
    run = Run(load_workload("quick"), corpus.folder.parent, shared, 1, lambda text: None)
    run.result["searching"] = {"60": {}}
    keep(run, output)
    kept = json.loads(output.read_text("utf-8"))
    assert kept["http"] == {"search": [1.0]}
    assert set(kept["searching"]) == {"10", "60"}


@pytest.mark.parametrize("path", sorted(WORKLOADS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_workload_names_known_engines_and_sets(path: Path) -> None:
    workload = load_workload(path.stem)
    assert set(workload["engines"]) <= set(HOMES)
    assert set(workload["queries"]) <= set(SETS)
    assert set(workload.get("limits", {})) <= set(HOMES)
    assert set(workload["throughput"]["queries"]) <= set(workload["queries"])


def test_a_run_that_was_cut_short_goes_on_where_it_stopped(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    class Fake(Run):
        def searching(self, size: int) -> None:
            if size == 2 and measured.count("searching 2") == 0:
                measured.append("searching 2")
                raise KeyboardInterrupt
            measured.append(f"searching {size}")
            self.result.setdefault("searching", {})[str(size)] = {}

        def segmenter(self) -> None:
            measured.append("segmenter")
            self.result["segmenter"] = {}

    path, output = tmp_path / "tiny.toml", tmp_path / "out.json"
    path.write_text("rounds = 1\nsizes = [1]\nlarge = [2]\nengines = []\n", "utf-8")
    monkeypatch.setattr(command, "Run", Fake)
    monkeypatch.setenv("TIMDOAN_SHARED", str(shared))
    given = ["--workload", str(path), "--output", str(output), "--large", "--part", "segmenter", "--part", "searching"]
    assert CliRunner().invoke(command.main, given).exit_code != 0
    assert measured == ["segmenter", "searching 1", "searching 2"]
    assert CliRunner().invoke(command.main, [*given, "--resume"]).exit_code == 0
    assert measured[3:] == ["searching 2"]
    kept = json.loads(output.read_text("utf-8"))
    assert kept["done"] == ["segmenter", "searching 1", "searching 2"]
    assert set(kept["searching"]) == {"1", "2"}
