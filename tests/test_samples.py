"""The sample output in the documentation is what the programs print, but for what differs at each run."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections.abc import Callable

from tests.conftest import ROOT

SAMPLES = runpy.run_path(str(ROOT / "script" / "samples.py"))
BLOCK: re.Pattern[str] = SAMPLES["BLOCK"]
renewed: Callable[[str, dict[str, str]], str] = SAMPLES["renewed"]

DOCUMENT = """Before.

<!-- output of a command -->
```json
{{"total": {total}, "took_ms": {took}, "generation": "{generation}"}}
```
<!-- end of output -->

```json
{{"total": 9}}
```
"""


def test_the_samples_are_what_is_printed() -> None:
    command = [sys.executable, ROOT / "script" / "samples.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("", 0)


def test_a_sample_is_renewed_only_when_more_than_the_run_differs() -> None:
    document = DOCUMENT.format(total=25, took=1.5, generation="000001-2424ecbc")
    again = '{"total": 25, "took_ms": 112.04, "generation": "000001-ddca872c"}\n'
    other = '{"total": 4, "took_ms": 112.04, "generation": "000001-ddca872c"}\n'
    assert renewed(document, {"a command": again}) == document
    assert renewed(document, {"a command": other}) == DOCUMENT.format(
        total=4, took=112.04, generation="000001-ddca872c"
    )


def test_the_samples_of_the_readme_are_among_those_that_are_renewed() -> None:
    found = [block["command"] for block in BLOCK.finditer((ROOT / "README.md").read_text("utf-8"))]
    assert found == ["script/demo --check, its beginning", "the address above"]
