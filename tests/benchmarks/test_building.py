"""What is measured of a build: all its processes, and the files that it leaves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from benchmarks.building import measured, processes, pss, size_of
from tests.conftest import ROOT


def test_a_build_is_measured(tmp_path: Path) -> None:
    line = measured(ROOT / "corpus" / "newspaper.jsonl", tmp_path / "index", jobs=1)
    found = re.fullmatch(
        r"1 jobs +([0-9.]+) s   processor +([0-9.]+) s   memory +([0-9]+) MB   index +0 MB, 0 of them the lexicon", line
    )
    assert found and all(float(each) > 0 for each in found.groups())
    assert size_of(tmp_path / "index") > 10_000


def test_processes_that_were_started_count_until_they_end() -> None:
    code = "print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdout.readline()
        assert child.pid in list(processes(os.getpid()))
        assert pss(child.pid) > 1
    assert child.pid not in list(processes(os.getpid()))
    assert pss(child.pid) == 0.0
