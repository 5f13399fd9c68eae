"""A real server process for tests: the `webapp` command on a free port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import SERVER_SETTINGS

ROOT = Path(__file__).resolve().parent.parent.parent

COLD = "tests.webapp.cold"
"""The `module` for tests to which it does not matter whether loops are compiled."""


class Server:
    """A running `webapp` process, its address, and the file its log goes to."""

    def __init__(self, process: subprocess.Popen[str], address: str, log: Path) -> None:
        self.process = process
        self.address = address
        self.log = log


@contextmanager
def serving(
    index: Path, *options: str, module: str = "webapp", temporary: Path | None = None, **settings: str
) -> Iterator[Server]:
    """Serve `index` for the length of a `with` block; the server is stopped, in need by force, at its end.

    `settings` are put into its environment. `module` is another one that runs the command,
    `temporary` the folder for its temporary files.
    """
    command = [sys.executable, "-m", module, "--index", str(index), "--port", "0", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIMDOAN_")}
    if temporary:
        environment["TMPDIR"] = str(temporary)
    environment |= {f"TIMDOAN_{name.upper()}": value for name, value in {**SERVER_SETTINGS, **settings}.items()}
    with (
        tempfile.NamedTemporaryFile("w", suffix=".log") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env={**environment, "PYTHONWARNINGS": ""}
        ) as process,
    ):
        # A server that never says its address is ended, which ends the reading below.
        watch = threading.Timer(60, process.kill)
        watch.start()
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            watch.cancel()
            found = re.search(r"http://\S+(?=/)", line)
            if not found:
                process.kill()
                raise AssertionError(f"no address in {line!r}: {Path(log.name).read_text('utf-8')}")
            yield Server(process, found.group(), Path(log.name))
        finally:
            watch.cancel()
            process.terminate()
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
