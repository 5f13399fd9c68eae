"""A real server process for tests: the `webapp` command on a free port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Server:
    """A running `webapp` process and its address."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address


@contextmanager
def serving(index: Path, *options: str) -> Iterator[Server]:
    """Serve `index` for the length of a `with` block; the server is stopped, in need by force, at its end."""
    command = [sys.executable, "-m", "webapp", "--index", str(index), "--port", "0", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIMDOAN_")}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**environment, "PYTHONWARNINGS": ""}
    ) as process:
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
                raise AssertionError(f"no address in {line!r}: {process.communicate()[1]}")
            yield Server(process, found.group())
        finally:
            watch.cancel()
            process.terminate()
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
