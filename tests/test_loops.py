"""Loops: plain until a process is warm, compiled from then on, and kept on disk as long as nothing they use changes."""

from __future__ import annotations

import errno
import importlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba.core.caching import CacheImpl, IndexDataCacheFile

from indexer import loops
from indexer.loops import compiled, digest, loop, warm
from tests.conftest import ROOT
from tests.loops import both_ways, plain


def twice(number: int) -> int:
    return number * 2


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(twice)
    assert compiled(twice)(21) == 42


def test_what_was_compiled_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    assert compiled(twice)(21) == 42
    assert any(path.suffix == ".nbc" for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(("mode", "kept"), [(0o755, True), (0o775, False), (0o757, False), (0o1777, False)])
def test_compiled_code_is_read_only_from_where_others_cannot_write(
    mode: int, kept: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(folder))
    # numba makes a folder of its own in it: both count.
    inner = Path(compiled(twice)._cache.cache_path)
    loops._is_private.cache_clear()
    caplog.clear()
    inner.chmod(mode)
    dispatcher = compiled(twice)
    assert dispatcher(21) == 42
    assert any(path.suffix == ".nbc" for path in folder.rglob("*")) is kept
    assert len(caplog.records) == (0 if kept else 1)
    inner.chmod(0o755)
    folder.chmod(mode)
    loops._is_private.cache_clear()
    # A sticky folder above is as good as /tmp is.
    assert loops._is_private(str(inner)) is (kept or mode == 0o1777)
    loops._is_private.cache_clear()


def test_compiled_code_of_another_user_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setattr("os.geteuid", lambda: folder.stat().st_uid + 1 if folder.stat().st_uid else 0)
    if folder.stat().st_uid == 0:
        os.chown(folder, 12_345, -1)
    assert not loops._is_private(str(folder))
    loops._is_private.cache_clear()


def test_on_a_full_disk_it_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(IndexDataCacheFile, "save", full)
    assert compiled(twice)(21) == 42


@loop
def _added(numbers: Any, start: Any) -> Any:
    for at in range(start, len(numbers)):
        numbers[at] += 1
    return len(numbers)


@loop
def _added_twice(numbers: Any, start: Any) -> Any:
    return _added(numbers, start) + _added(numbers, start)


def test_a_loop_does_the_same_plain_and_compiled() -> None:
    def answer() -> tuple[int, list[int]]:
        numbers = np.array([255, 1], np.uint32)
        return _added_twice(numbers, 1), numbers.tolist()

    assert both_ways(answer) == ((4, [255, 3]), (4, [255, 3]))


def test_plain_loops_see_numbers_of_python() -> None:
    kinds: list[object] = []

    @loop
    def look(numbers: Any) -> None:
        kinds.append(type(numbers[0]))

    with plain():
        look(np.ones(1, np.float64))
    assert kinds == [float]


def test_what_began_plain_is_plain_to_its_end() -> None:
    """A server is warmed while it answers: a compiled loop cannot take the memory views of a plain one."""

    @loop
    def last(flags: Any) -> Any:
        kinds.append(type(flags))
        return flags[-1]

    @loop
    def outer(flags: Any) -> Any:
        loops._warm = True
        return last(flags)

    kinds: list[object] = []
    with plain():
        assert outer(np.ones(2, np.bool_))
        assert kinds == [memoryview]
    # Only that one: the next is compiled.
    warm()
    assert both_ways(lambda: _added(np.array([1], np.uint32), 0)) == (1, 1)
    assert _added._compiled.signatures


def test_until_it_is_warm_a_process_does_not_import_numba(tmp_path: Path) -> None:
    """Nor does a search in it."""
    code = """
import sys
import threading
from pathlib import Path
from indexer import SearchRequest, build, open_index
from tests.samples import write_articles
from tests.webapp.archive import ARCHIVE
folder = Path(sys.argv[1])
build([write_articles(folder / "articles.jsonl", ARCHIVE)], folder / "index")
with open_index(folder / "index") as index:
    found = index.search(SearchRequest("coo thi ddua"))
assert any(passage.highlights for passage in found.passages)
print("numba" in sys.modules)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


def test_warming_that_fails_leaves_loops_plain_and_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[bool] = []

    def full() -> None:
        states.append(loops.is_warm())
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(loops, "_warm", False)
    monkeypatch.setattr(loops, "_registered", [full])
    with pytest.raises(OSError, match="No space"):
        warm()
    assert states == [True] and not loops.is_warm()
    monkeypatch.setattr(loops, "_registered", [lambda: states.append(True)])
    warm()
    warm()
    assert len(states) == 2 and loops.is_warm()


def test_nothing_is_compiled_where_what_is_kept_is_to_be_loaded_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def warmed(**options: bool) -> bool:
        """Whether a process is warm that has nothing loaded yet."""
        monkeypatch.setattr(loops, "_warm", False)
        made = loop(twice)
        monkeypatch.setattr(loops, "_registered", [lambda: made(21)])
        return warm(**options)

    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    assert not warmed(loads_only=True) and not loops.is_warm()
    assert not list(tmp_path.rglob("*.nbc"))
    assert warmed()
    assert warmed(loads_only=True) and loops.is_warm()
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    assert not warmed(loads_only=True)


def test_other_threads_compile_while_one_loads_what_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(loops, "_loads_only", True)
    monkeypatch.setattr(loops, "_warming", threading.get_ident() + 1)
    assert compiled(twice)(21) == 42


CALLER = """
from indexer.loops import loop
from sample import helpers, limits
from sample.helpers import helper
from sample.limits import LIMIT

@loop
def outer(number):
    return helper(number) + LIMIT + limits.SHARE
"""
HELPERS = """
from indexer.loops import loop

@loop
def helper(number):
    return number * {factor}
"""
LIMITS = "LIMIT, SHARE, OTHER = {limit}, {share}, {other}"


@pytest.mark.parametrize("changed", ["limit", "share", "factor", "other"])
def test_what_was_compiled_is_used_while_what_it_calls_and_reads_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(loops, "_PROJECT", "sample")
    folder = tmp_path / "sample"
    folder.mkdir()
    digests = []
    for values in (before := dict.fromkeys(("limit", "share", "factor", "other"), 1)), before | {changed: 2}:
        for name, text in (("__init__", ""), ("caller", CALLER), ("helpers", HELPERS), ("limits", LIMITS)):
            (folder / f"{name}.py").write_text(text.format(**values), "utf-8")
        for name in [name for name in sys.modules if name.partition(".")[0] == "sample"]:
            del sys.modules[name]
        loops._source.cache_clear()
        digests.append(digest(importlib.import_module("sample.caller").outer.__wrapped__))
    assert (digests[0] == digests[1]) == (changed == "other")


def test_a_warm_process_has_not_loaded_scipy_and_still_can() -> None:
    program = (
        "import sys; from indexer import warm; warm(); assert 'scipy' not in sys.modules, 'loaded';"
        "import scipy.linalg; assert scipy.linalg.norm([3.0, 4.0]) == 5.0"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
