"""The demo: what script/demo does once everything is set up."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import ROOT


def test_a_demo_ended_by_a_signal_leaves_no_server_behind(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "script" / "demo.py", "--index", tmp_path / "index", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as demo:
        assert demo.stdout is not None
        address = next(found[1] for line in demo.stdout if (found := re.match(r"Page: (http://\S+)", line)))
        with urllib.request.urlopen(f"{address}healthz", timeout=30) as answer:
            assert answer.status == 200
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=30)
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(f"{address}healthz", timeout=30)
