"""Worker processes: one that is lost ends the build, and none outlives it, or its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indexer import build
from indexer.engine.whoosh import writer
from indexer.errors import WorkerLost
from indexer.indexing import workers
from indexer.indexing.report import Report
from indexer.indexing.workers import Crew
from tests.conftest import ROOT
from tests.effort import some
from tests.indexing.crews import corpus, has_ended, started
from tests.indexing.test_analysing import content

__all__ = ["started"]


@pytest.mark.parametrize("number", some([0, 1, 2]))
def test_a_worker_that_is_killed_ends_the_build_and_leaves_the_live_index(
    tmp_path: Path, started: list[workers.Crew], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    directory, path = tmp_path / "index", corpus(tmp_path / "a.jsonl", 300)
    build([path], directory)
    before, generations = content(directory), set((directory / "generations").iterdir())
    add_batch, killed = writer.WhooshWriter.add_batch, []

    def kill_one(*given: Any) -> None:
        if started and started[0].is_ready() and not killed:
            pid = started[0].workers[number].pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
        add_batch(*given)

    monkeypatch.setattr(writer.WhooshWriter, "add_batch", kill_one)
    with pytest.raises(WorkerLost, match="signal 9") as caught:
        build([path], directory, jobs=2)
    assert killed
    assert "--jobs 1" in caught.value.hint
    assert content(directory) == before
    assert set((directory / "generations").iterdir()) == generations
    assert has_ended(started[0])


def test_no_worker_outlives_a_build_that_fails(
    tmp_path: Path, started: list[workers.Crew], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = corpus(tmp_path / "a.jsonl", 300)
    given = iter(range(900))

    def fail(report: Report, *_: object) -> None:
        if next(given) == 5:
            raise RuntimeError("on purpose")

    monkeypatch.setattr(writer.WhooshWriter, "add_batch", fail)
    with pytest.raises(RuntimeError, match="on purpose"):
        build([path], tmp_path / "index", jobs=2)
    assert has_ended(started[0])


def test_a_worker_that_fails_is_lost_with_the_status_it_ended_with(capfd: pytest.CaptureFixture[str]) -> None:
    with Crew(["indexer.indexing.learning:work"], "gc:collect") as crew:
        crew.start()
        crew.workers[0].send(b"no pickle")
        with pytest.raises(WorkerLost, match="exit status 1"):
            crew.workers[0].receive()
        assert has_ended(crew)
    assert "UnpicklingError" in capfd.readouterr().err


def test_a_starter_that_fails_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with Crew(["indexer.indexing.learning:work"], "indexer.indexing.learning:absent") as crew:
        crew.start()
        with pytest.raises(WorkerLost, match="exit status 1"):
            crew.workers[0].receive()
    assert "absent" in capfd.readouterr().err


# No guard by `__name__`: workers must not run it again.
SCRIPT = """
import itertools, signal
# Where the tests run in the background of a shell, it is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from indexer.indexing import analysing
from indexer.indexing import publication
from tests.indexing.crews import articles
analysing.LEAST_CHARACTERS = 1
analysing.AHEAD_CHARACTERS = 1
with publication.crew_of(2) as crew:
    worked = 0
    for chunk in analysing.analysed(itertools.cycle(articles(100)), crew):
        worked += crew.is_ready()
        if worked == 10:
            print("working", flush=True)
"""


@pytest.mark.parametrize("ending", some([signal.SIGKILL, signal.SIGINT, signal.SIGTERM]))
def test_no_worker_outlives_its_parent_however_that_ends(tmp_path: Path, ending: signal.Signals) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    process = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"working\n"
    process.send_signal(ending)
    # The starter and the workers have the same standard error, so it ends when the last of them has ended.
    _, error = process.communicate(timeout=60)
    assert process.returncode
    assert error.count(b"Traceback") == (ending is signal.SIGINT)
