"""The memory of a server's processes: `python -m benchmarks.worker_memory --index INDEX`.

`webapp` is started with so many workers. Printed are the megabytes of each process once it is warm, after so many JSON
searches for each worker, and after results pages too: what is of no file and only its own (private), the same with its
share of what other processes have too (PSS), and its share of what is mapped of files, which the kernel may drop. The
queries are parts of titles of the news, as in `new_queries`, each asked once, by several clients at a time.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import click

from benchmarks.fleet import ROOT
from benchmarks.headlines import read

CLIENTS = 8
SEED = 12
LONGEST = 8
"""Words of a query."""


def queries(count: int) -> list[str]:
    """So many different parts of titles."""
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    chosen = random.Random(SEED)
    titles = [article["title"].split() for article in read(shared)]
    found: dict[str, None] = {}
    for words in itertools.cycle(chosen.sample(titles, len(titles))):
        if len(found) == count:
            return list(found)
        if words:
            first = chosen.randrange(len(words))
            found[" ".join(words[first : first + chosen.randint(1, LONGEST)])] = None
    return []


def megabytes(pid: int) -> tuple[float, float, float]:
    """Of a process, what is private and of no file; the PSS of what is of no file, and of what is of files."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    sizes = {name: int(size) * 1024 / 1e6 for name, size in re.findall(r"^(\w+): +([0-9]+) kB", rollup, re.MULTILINE)}
    return sizes["Private_Dirty"], sizes["Pss_Anon"], sizes["Pss_File"]


def print_memory(what: str, pids: Sequence[int]) -> None:
    """Print a line for each process; the first one has started the others."""
    for pid in pids:
        kind = "first process" if pid == pids[0] else "worker"
        private, own, mapped = megabytes(pid)
        click.echo(f"{what:16}{kind:15} private {private:6.0f}   PSS {own:6.0f}   PSS of files {mapped:6.0f}")


def ask_all(address: str, path: str, given: Sequence[str]) -> None:
    """Ask a server several queries, some at a time."""

    def ask(query: str) -> None:
        with urllib.request.urlopen(f"{address}{path}?q={quote(query)}", timeout=120) as answer:
            answer.read()

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(ask, given))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", "directory", required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--workers", default=4, show_default=True, type=click.IntRange(1))
@click.option("--each", default=1_000, show_default=True, type=click.IntRange(1), help="Searches for each worker.")
def main(directory: Path, workers: int, each: int) -> None:
    """Measure the memory of a server's processes.

    Example: python -m benchmarks.worker_memory --index data/index --workers 2
    """
    searches = queries(workers * each + workers * each // 4)
    command = [sys.executable, "-m", "webapp", "--index", str(directory), "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+(?=/)", server.stdout.readline())
            assert address is not None
            ask_all(address[0], "/api/v1/search", ["khởi động"] * CLIENTS * workers)
            children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text("ascii")
            pids = [server.pid, *map(int, children.split())]
            print_memory("warm", pids)
            ask_all(address[0], "/api/v1/search", searches[: workers * each])
            print_memory(f"{each} searches", pids)
            ask_all(address[0], "/search", searches[workers * each :])
            print_memory(f"{each // 4} pages more", pids)
        finally:
            server.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
