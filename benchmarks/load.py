"""The load test: `python -m benchmarks.load` finds the rate a server sustains, then asks twice as much of it.

It starts a server of its own on loopback and speaks to no other. Requests are sent at a steady rate whether or not
earlier ones were answered, as readers do (open loop), and their time counts from when they were due. What is asked:
no status but 200 and 503 with Retry-After, memory that does not grow, and everything as before afterwards. The figures
go to benchmarks/results/load.json and into docs/running.md.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from benchmarks.fleet import ROOT

CLIENTS = 96
"""Connections of the client: more than the searches that all processes together run and let wait."""

LARGEST_RATE = 2_000.0
"""Requests a second beyond which a Python client on the same machine measures itself."""

STEP = 1.2
"""The ratio of the rates tried one after the other."""

GROWTH = 1.05
"""How much larger the last third of a phase may find the server than the first, and still be called flat."""


@dataclass(slots=True)
class Phase:
    """What was asked over a while and what came back; times in milliseconds, memory in MB (resident, all processes).

    `read` is called with the body of each answer that is 200, in several threads.
    """

    name: str
    rate: float
    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    times: dict[int, list[float]] = field(default_factory=dict)
    memory: list[float] = field(default_factory=list)
    read: Callable[[bytes], None] = lambda _: None

    def count(self, status: int, milliseconds: float) -> None:
        """Note an answer; status 0 is a connection that failed."""
        self.statuses[status] += 1
        self.times.setdefault(status, []).append(milliseconds)

    def quantile(self, status: int, share: float) -> float:
        """The time below which `share` of the answers with this status stayed; 0 where there was none."""
        times = sorted(self.times.get(status, []))
        return times[min(len(times) - 1, int(share * len(times)))] if times else 0.0

    def grew(self) -> bool:
        """Whether the server needed more memory in the last third than in the first."""
        third = len(self.memory) // 3
        return third > 0 and statistics.median(self.memory[-third:]) > GROWTH * statistics.median(self.memory[:third])

    def summary(self) -> dict[str, Any]:
        """The figures that are kept."""
        return {
            "name": self.name,
            "rate": round(self.rate, 1),
            "seconds": self.seconds,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "answered_p50_ms": round(self.quantile(200, 0.5), 1),
            "answered_p95_ms": round(self.quantile(200, 0.95), 1),
            "refused_p95_ms": round(self.quantile(503, 0.95), 1),
            "memory_first_mb": round(self.memory[0], 1) if self.memory else 0.0,
            "memory_last_mb": round(self.memory[-1], 1) if self.memory else 0.0,
        }


@dataclass(frozen=True, slots=True)
class Durations:
    """Seconds of each phase."""

    finding: float = 10.0
    checking: float = 5.0
    overload: float = 60.0
    afterwards: float = 10.0


class Client:
    """One connection, kept open; opened again when the server has closed it meanwhile.

    `read` is called with the body of each answer that is 200.
    """

    def __init__(self, address: tuple[str, int], read: Callable[[bytes], None] = lambda _: None) -> None:
        self._address, self._read = address, read
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, path: str) -> int:
        """The status of the answer; 0 where the connection failed, or where a 503 does not say when to come back."""
        for attempt in (1, 2):
            reused = self._connection is not None
            connection = self._connection = self._connection or http.client.HTTPConnection(*self._address, timeout=60)
            try:
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
            except (OSError, http.client.HTTPException):
                self.close()
                if reused and attempt == 1:
                    continue  # idle for too long: no answer was lost
                return 0
            if response.will_close:
                self.close()
            if response.status == 200:
                self._read(body)
            return response.status if response.status != 503 or response.getheader("Retry-After") else 0
        return 0

    def close(self) -> None:
        """Hang up."""
        if self._connection:
            self._connection.close()
        self._connection = None


def steady(address: tuple[str, int], paths: Sequence[str], phase: Phase, memory: Callable[[], float]) -> Phase:
    """Ask at the rate of `phase` for its seconds."""
    start = time.perf_counter()
    due = ((number, start + number / phase.rate) for number in range(int(phase.rate * phase.seconds)))
    return _run(address, paths, phase, memory, CLIENTS, due)


def flat_out(address: tuple[str, int], paths: Sequence[str], phase: Phase, clients: int) -> float:
    """The requests a second that so many clients get answered, each asking when it has its last answer."""
    end = time.perf_counter() + phase.seconds

    def now() -> Iterator[tuple[int, float]]:
        for number in itertools.count():
            at = time.perf_counter()
            if at >= end:
                return
            yield number, at

    _run(address, paths, phase, lambda: 0.0, clients, now())
    return phase.statuses[200] / phase.seconds


def _run(
    address: tuple[str, int],
    paths: Sequence[str],
    phase: Phase,
    memory: Callable[[], float],
    clients: int,
    due: Iterator[tuple[int, float]],
) -> Phase:
    """Have so many clients ask what is `due`: the number of the request, and when."""
    taking = threading.Lock()

    def go() -> None:
        client = Client(address, phase.read)
        while True:
            with taking:
                number, at = next(due, (-1, 0.0))
            if number < 0:
                break
            time.sleep(max(0.0, at - time.perf_counter()))
            status = client.ask(paths[number % len(paths)])
            elapsed = (time.perf_counter() - at) * 1000
            with taking:
                phase.count(status, elapsed)
        client.close()

    crew = [threading.Thread(target=go) for _ in range(clients)]
    for thread in crew:
        thread.start()
    for thread in crew:
        while thread.is_alive():
            phase.memory.append(memory())
            thread.join(1.0)
    return phase


@contextmanager
def served(index: Path, *options: str) -> Iterator[tuple[tuple[str, int], int]]:
    """The `webapp` command over an index; its address and its process id."""
    command = [sys.executable, "-m", "webapp", "--index", str(index.resolve()), "--port", "0", *options]
    # One client asks here for all; what it may ask is not what is measured, nor are answers from memory.
    environment = {**os.environ, "TIMDOAN_RATE_LIMIT": "0", "TIMDOAN_ANSWER_BYTES": "0"}
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            match = re.search(r"http://([\d.]+):(\d+)/", process.stdout.readline())
            if match is None:
                raise RuntimeError("the server did not start")
            yield (match[1], int(match[2])), process.pid
        finally:
            process.send_signal(signal.SIGTERM)


def resident(parent: int) -> float:
    """MB resident of a process and its children (Linux); 0 elsewhere."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
        kilobytes = 0
        for process in (str(parent), *children):
            for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
                if line.startswith("VmRSS:"):
                    kilobytes += int(line.split()[1])
        return kilobytes / 1024
    except OSError:
        return 0.0


def measure(
    address: tuple[str, int], parent: int, paths: Sequence[str], durations: Durations, say: Callable[[str], None]
) -> list[Phase]:
    """The three phases: the sustained rate, twice that, and half of it afterwards."""

    def memory() -> float:
        return resident(parent)

    flat_out(address, paths, Phase("warming", 0, durations.checking), clients=4)
    rate = flat_out(address, paths, Phase("finding", 0, durations.finding), clients=8)
    say(f"flat out: {rate:.0f} a second")
    sustained = None
    # Up until somebody is refused; down again until nobody is.
    while (sustained is None or set(sustained.statuses) <= {200}) and rate < LARGEST_RATE:
        sustained = steady(address, paths, Phase("sustained", rate, durations.checking), memory)
        say(f"{rate:.0f} a second: {dict(sustained.statuses)}")
        rate *= STEP
    rate = sustained.rate if sustained else rate
    while (sustained is None or not set(sustained.statuses) <= {200}) and rate > 1:
        rate /= STEP
        sustained = steady(address, paths, Phase("sustained", rate, durations.checking), memory)
        say(f"{rate:.0f} a second: {dict(sustained.statuses)}")
    assert sustained is not None
    rate = sustained.rate
    over = steady(address, paths, Phase("twice that", 2 * rate, durations.overload), memory)
    say(f"{2 * rate:.0f} a second: {dict(over.statuses)}")
    after = steady(address, paths, Phase("half of it, afterwards", rate / 2, durations.afterwards), memory)
    say(f"{rate / 2:.0f} a second: {dict(after.statuses)}")
    return [sustained, over, after]


def faults(phases: Sequence[Phase]) -> list[str]:
    """What was not as it should be."""
    _, over, after = phases
    found = []
    if not set(over.statuses) <= {200, 503}:
        found.append(f"statuses under load: {dict(over.statuses)}")
    if over.grew():
        found.append(f"memory grew from {over.memory[0]:.0f} to {over.memory[-1]:.0f} MB")
    if set(after.statuses) != {200}:
        found.append(f"statuses afterwards: {dict(after.statuses)}")
    return found


def table(phases: Sequence[dict[str, Any]]) -> str:
    """The figures as Markdown."""
    lines = [
        "| requests | a second | answered | refused (503) | failed | median, ms | 95 %, ms | refusal, 95 %, ms | MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for phase in phases:
        statuses = phase["statuses"]
        failed = sum(count for status, count in statuses.items() if status not in ("200", "503"))
        lines.append(
            f"| {phase['name']}, {phase['seconds']:.0f} s | {phase['rate']:.0f} | {statuses.get('200', 0):,} "
            f"| {statuses.get('503', 0):,} | {failed} | {phase['answered_p50_ms']:.0f} "
            f"| {phase['answered_p95_ms']:.0f} | {phase['refused_p95_ms']:.0f} "
            f"| {phase['memory_first_mb']:.0f} → {phase['memory_last_mb']:.0f} |"
        )
    return "\n".join(lines)


def into(page: Path, text: str) -> None:
    """Put `text` between the marks that `page` has for it."""
    begin, end = "<!-- figures of benchmarks.load -->\n", "<!-- end of figures -->\n"
    whole = page.read_text("utf-8")
    head, rest = whole.split(begin)
    page.write_text(head + begin + text + "\n" + end + rest.split(end)[1], "utf-8")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", type=click.Path(path_type=Path, exists=True), required=True, help="The index to serve.")
@click.option("--queries", type=click.Path(path_type=Path, exists=True), default=ROOT / "corpus" / "queries.jsonl",
              help="JSON Lines with `text`.  [default: those of corpus/]")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1, 600), default=60.0, show_default=True, help="Of twice the rate.")
def main(index: Path, queries: Path, seconds: float) -> None:
    """Ask twice what a server sustains, for a minute.

    Example: python -m benchmarks.load --index data/index
    """
    texts = [json.loads(line)["text"] for line in queries.read_text("utf-8").splitlines()]
    paths = [f"/api/v1/search?q={quote(text)}" for text in texts]
    load_before = os.getloadavg()[0]
    with served(index) as (address, process):
        phases = measure(address, process, paths, Durations(overload=seconds), lambda text: click.echo(text, err=True))
    kept = [phase.summary() for phase in phases]
    result = {
        "command": f"python -m benchmarks.load --index INDEX --queries {queries.name}",
        "processors": os.cpu_count(),
        "load_before": round(load_before, 2),
        "growth_allowed": GROWTH,
        "phases": kept,
    }
    (ROOT / "benchmarks" / "results" / "load.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    into(ROOT / "docs" / "running.md", table(kept))
    click.echo(table(kept))
    for fault in faults(phases):
        click.echo(f"fault: {fault}", err=True)
    sys.exit(1 if faults(phases) else 0)


if __name__ == "__main__":
    main()
