"""How the loops are compiled: without Python's lock, and whether or not what was compiled can be kept."""

from __future__ import annotations

import errno
from pathlib import Path

import numba
import pytest
from numba.core.caching import CacheImpl, IndexDataCacheFile

from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.kernel.compiled import compiled


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


def test_on_a_full_disk_it_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(IndexDataCacheFile, "save", full)
    assert compiled(twice)(21) == 42


def test_every_loop_lets_other_threads_run() -> None:
    functions = [getattr(kernel, name) for name in kernel.__all__ if not name.isupper()]
    assert len(functions) > 5
    assert all(function.targetoptions["nogil"] for function in functions)
