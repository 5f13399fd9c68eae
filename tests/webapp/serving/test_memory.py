"""What a server keeps of memory: loops that its workers share, and little that nobody uses."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from indexer import warm
from indexer.loops import compiled
from tests.conftest import ROOT
from tests.webapp.server import serving

if not Path("/proc/self/smaps_rollup").is_file():
    pytest.skip("this system does not tell what processes share", allow_module_level=True)

ALLOCATING = """
import ctypes, sys, threading
from webapp.serving.memory import give_back_sooner

give_back_sooner()
libc = ctypes.CDLL(None)
if not hasattr(libc, "malloc_info"):
    sys.exit("no glibc")
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
all_at_once = threading.Barrier(8)

def allocate():
    all_at_once.wait()
    for _ in range(1_000):
        libc.malloc(50_000)

threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def arenas(tmp_path: Path, **environment: str) -> int:
    """How many arenas the threads of a process with such an environment fill."""
    told = tmp_path / "malloc.xml"
    command = [sys.executable, "-c", ALLOCATING, str(told)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    if "no glibc" in done.stderr:
        pytest.skip("the C library is not glibc")
    assert done.returncode == 0, done.stderr
    return told.read_text("utf-8").count("<heap ")


def test_threads_share_two_arenas_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    assert arenas(tmp_path) <= 2
    assert arenas(tmp_path, MALLOC_ARENA_MAX="6") > 2


def shared(pid: int) -> int:
    """The kilobytes of a process that are of no file, or written to, and that another process has too."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return sum(int(size) for size in re.findall(r"^Shared_Dirty: +([0-9]+) kB", rollup, re.MULTILINE))


def test_workers_share_loops_that_were_compiled_before(index_directory: Path) -> None:
    if compiled(shared)._cache.cache_path is None:
        pytest.skip("this project lies where others may write: compiled loops are not kept")
    warm()  # Now they are on disk.
    with serving(index_directory, "--workers", "1") as server:
        urllib.request.urlopen(f"{server.address}/healthz", timeout=60).close()
        pid = server.process.pid
        (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        # The loops take some 50 MB, numba 25.
        assert shared(int(worker)) > 40_000
