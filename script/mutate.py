"""Mutation testing: change the code in small ways (`script/mutating.py`), run the tests of its package, list survivors.

    script/mutate                                 every mutant of every package (hours)
    script/mutate --sample 40 storage settings    40 mutants of each of these, the same for the same --seed

Each mutant is made in a copy of the checkout and tested by a fork of a process that has loaded the libraries. It may
take three times the processor time that the tests take without a change, and half a minute: that the machine is busy
with other things makes no mutant count as noticed. What cannot be noticed is listed in script/equivalent_mutants.tsv:
file, line before, line after, reason; it does not count.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from mutating import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = ROOT / "script" / "equivalent_mutants.tsv"
SCORES = "tests/search/test_scores.py"
GATE = "tests/evaluation/test_gate.py::test_every_query_is_answered_as_on_record"
BACKEND = "tests/storage/test_backend.py"
GENERATIONS = "tests/storage/test_generations.py"
TUNED = "tests/evaluation/test_tuning.py"
SLOW = (
    "test_a_process_killed_at_any_moment_leaves_the_live_index_as_it_was",
    "test_readers_in_other_processes_see_wholly_the_old_or_wholly_the_new",
)
"""They take most of the time of their package and notice what the test of crashes does."""
TESTS = {
    "settings": ("tests/test_settings.py", "tests/test_settings_sources.py", "tests/test_documentation.py"),
    "query": (SCORES, "tests/query", "tests/search", GATE),
    "search": (SCORES, "tests/search", "tests/query", GATE),
    "storage": (BACKEND, TUNED, GENERATIONS, "tests/storage", *(f"--deselect={GENERATIONS}::{name}" for name in SLOW)),
    "passages": ("tests/passages", SCORES, "tests/search", GATE),
}
"""The tests of each package, the likeliest to notice first."""
LAST = ("tests/search/test_found_set.py", "tests/search/test_stages.py", "tests/query/test_suggesting.py")
"""Of the files of a folder those that run last: they take the longest."""
BAR = 0.9
"""The share of mutants to be noticed."""
WAITING = 8
"""How many times the limit of processor time tests may take by the clock: longer than that they wait for ever."""
UNTESTED = 70
"""How a fork ends that could not run any test."""
MEMORY = 8 << 30
"""Bytes of address space of a process: a mutant that never stops collecting fails there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: "killed", "timeout" (noticed, as no test may hang), "survived" or "equivalent"."""

    mutant: Mutant
    verdict: str


def sources(root: Path, package: str) -> list[Path]:
    """The files of a package, or the module of that name, in a copy of the checkout."""
    place = root / "indexer" / package
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


def tests_of(root: Path, package: str, path: str = "") -> list[str]:
    """The tests of a package in a copy of the checkout, those first that are named like a file of it.

    Folders as their files: pytest runs a folder in its own order, whatever was named before it.
    """
    mirrored = Path("tests", *Path(path).parts[1:-1], f"test_{Path(path).stem}*.py")
    found = sorted(str(each.relative_to(root)) for each in root.glob(str(mirrored))) if path else []
    for name in TESTS[package]:
        files = [str(each.relative_to(root)) for each in (root / name).rglob("test_*.py")]
        found += sorted(files, key=lambda each: (each in LAST, each)) or [name]
    return list(dict.fromkeys(found))


def copy_checkout(target: Path) -> None:
    """Copy what git knows, and what numba has compiled, with its dates: they say whether that is still good."""
    listed = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, text=True)
    compiled = [str(path.relative_to(ROOT)) for path in (ROOT / "indexer").rglob("*.nb[ci]")]
    for name in [*listed.splitlines(), *compiled]:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def run_tests(copy: Path, tests: Sequence[str], seconds: float) -> tuple[str, float]:
    """Run tests in a fork; "passed", "failed" or "timeout", and the processor time in seconds; `seconds` limits it."""
    child = os.fork()
    if not child:
        # Whatever happens, the copy of the program that the fork is must not go on.
        code = UNTESTED
        try:
            code = _tested(copy, tests, seconds)
        finally:
            os._exit(code)
    ends = time.monotonic() + WAITING * seconds
    while True:
        done, status, used = os.wait4(child, os.WNOHANG)
        if done:
            if os.waitstatus_to_exitcode(status) == UNTESTED:
                raise SystemExit(f"The tests cannot be run in {copy}: see {copy.with_suffix('.log')}")
            return "failed" if status else "passed", used.ru_utime + used.ru_stime
        if time.monotonic() > ends or processor_time(child) > seconds:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "timeout", seconds
        time.sleep(0.2)


def _tested(copy: Path, tests: Sequence[str], seconds: float) -> int:
    """Become a session of its own and run the tests; 0 where all passed."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy)
    sys.path.insert(0, str(copy))
    with open(copy.with_suffix(".log"), "w") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    import pytest

    options = ["-x", "-q", "-p", "no:cacheprovider", "--timeout", str(WAITING * seconds)]
    return int(pytest.main([*options, *tests]) != 0)


def processor_time(session: int) -> float:
    """Seconds that the processes of a session have computed, those included that they have waited for."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # It has ended meanwhile.
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def try_mutant(copy: Path, mutant: Mutant, tests: Sequence[str], seconds: float) -> Outcome:
    """Make a mutant in a copy, test it, and put the copy back as it was."""
    file = copy / mutant.path
    before = {path: (path.read_bytes(), path.stat()) for path in (file, *file.parent.glob("__pycache__/*.nb[ci]"))}
    file.write_bytes(mutant.apply(before[file][0]))
    try:
        found, _ = run_tests(copy, tests, seconds)
        verdict = {"passed": "survived", "failed": "killed"}.get(found, found)
    finally:
        # What was compiled of the mutant goes, or the next one would wait for its loops.
        for path in set(file.parent.glob("__pycache__/*.nb[ci]")) - before.keys():
            path.unlink()
        for path, (content, status) in before.items():
            path.write_bytes(content)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    return Outcome(mutant, verdict)


def outcomes(
    root: Path, package: str, chosen: Sequence[Mutant], copies: SimpleQueue[Path], jobs: int
) -> Iterator[Outcome]:
    """Test mutants of the source in `root`, several at once; raises where the tests fail without any change."""
    known = {tuple(line.split("\t")[:3]) for line in EQUIVALENT.read_text("utf-8").splitlines()}
    copy = copies.get()
    found, used = run_tests(copy, tests_of(root, package), 3600)
    if found != "passed":
        said = copy.with_suffix(".log").read_text("utf-8", "replace")
        raise SystemExit(f"{said[-3000:]}\nThe tests of {package} fail without any change.")
    seconds = 30 + 3 * used
    copies.put(copy)

    def tried(mutant: Mutant) -> Outcome:
        if (mutant.path, *mutant.lines((root / mutant.path).read_bytes())) in known:
            return Outcome(mutant, "equivalent")
        copy = copies.get()
        try:
            return try_mutant(copy, mutant, tests_of(root, package, mutant.path), seconds)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(tried, chosen)


def main() -> int:
    """The program; 1 where too many survive."""
    parser = argparse.ArgumentParser(prog="script/mutate", description="List changes of the code that no test notices.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"of {', '.join(TESTS)} (default: all)")
    parser.add_argument("--sample", type=int, metavar="N", help="mutants of each package (default: all)")
    parser.add_argument("--seed", type=int, default=1, help="which mutants are sampled (default: 1)")
    parser.add_argument("--jobs", type=int, default=1, help="mutants tested at once (default: 1)")
    given = parser.parse_args()
    if unknown := set(given.packages) - set(TESTS):
        parser.error(f"unknown package: {', '.join(sorted(unknown))}")
    low = False
    with tempfile.TemporaryDirectory(prefix="timdoan-mutate-") as folder:
        # The checkout may go on changing meanwhile.
        copy_checkout(root := Path(folder, "source"))
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(given.jobs):
            copy_checkout(copy := Path(folder, str(number)))
            copies.put(copy)
        for package in given.packages or TESTS:
            found = [
                mutant
                for path in sources(root, package)
                for mutant in mutants(str(path.relative_to(root)), path.read_bytes())
            ]
            chosen = found
            if given.sample is not None and given.sample < len(found):
                picked = sorted(random.Random(given.seed).sample(range(len(found)), given.sample))
                chosen = [found[number] for number in picked]
            counts = dict.fromkeys(("killed", "timeout", "survived", "equivalent"), 0)
            for number, outcome in enumerate(outcomes(root, package, chosen, copies, given.jobs), 1):
                counts[outcome.verdict] += 1
                source = (root / outcome.mutant.path).read_bytes()
                line = source.count(b"\n", 0, outcome.mutant.start) + 1
                place = f"{outcome.mutant.path}:{line}"
                print(f"{number} of {len(chosen)}: {place} {outcome.verdict}", file=sys.stderr, flush=True)
                if outcome.verdict == "survived":
                    before, after = outcome.mutant.lines(source)
                    print(f"{place}\n- {before}\n+ {after}", flush=True)
            noticed = counts["killed"] + counts["timeout"]
            share = noticed / max(1, len(chosen) - counts["equivalent"])
            low = low or share < BAR
            print(f"{package}: {share:.1%} of {len(chosen)} of {len(found)} mutants noticed {counts}", flush=True)
    return int(low)


if __name__ == "__main__":
    # Loaded once, for all forks.
    for library in ("pytest", "numpy", "numba", "click", "whoosh.index"):
        __import__(library)
    sys.exit(main())
