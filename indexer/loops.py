"""Compilation of functions over arrays: how and when it is done, and where the result is cached.

A `loop` is one function for both: plain Python in a process that is not warm, compiled in one that is. A process that
answers one question is never warm: numba alone takes a third of a second to import, compiling half a minute the first
time on a machine. `warm` compiles all loops that modules have registered with `on_warm`.

`compiled` is for loops that nobody would run uncompiled, those of indexing and of the engine: they are in modules that
are imported where they are called, for using it imports numba.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import logging
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeVar

import numpy as np

logger = logging.getLogger(__name__)

MOST_UNSEEN = 50_000
"""Objects that may be made, less those that are gone, until Python looks for cycles of garbage among them."""

_PROJECT = __name__.partition(".")[0]

_Made = TypeVar("_Made")

_registered: list[Callable[[], object]] = []
_lock = threading.Lock()
_warm = False
_warming = 0
"""The thread that is warming this process; 0 when none is."""
_loads_only = False
"""Whether that thread may compile nothing: what is not on disk is an error (`_NotKept`)."""

_within = threading.local()
"""`plain`: whether this thread is in a loop that runs as plain Python."""


def on_warm(function: Callable[[], None]) -> Callable[[], None]:
    """Have `warm` call a function, which calls loops once with the types of arguments they will be called with."""
    _registered.append(function)
    return function


def made_once(function: Callable[[], _Made]) -> Callable[[], _Made]:
    """Have what a function makes be made once: by `warm`, or before that when it is first needed."""
    kept = functools.cache(function)
    _registered.append(kept)
    return kept


class _NotKept(Exception):
    """A loop would have to be compiled."""


def warm(*, loads_only: bool = False) -> bool:
    """Prepare this process to answer fast: compile every loop, or load what was compiled before.

    It takes some half a minute the first time on a machine, and a second or two once everything is on disk. Until it
    has returned, answers are the same, but slower. With `loads_only` nothing is compiled. Returns whether the process
    is warm: it is not where something would have had to be compiled.
    """
    global _warm, _warming, _loads_only
    with _lock:
        if _warm:
            return True
        _warming, _loads_only = threading.get_ident(), loads_only
        try:
            for function in _registered:
                function()
            _warm = True
        except _NotKept:
            pass
        finally:
            _warming, _loads_only = 0, False
    return _warm


def look_for_garbage_less() -> None:
    """Have Python look for cycles of garbage less often, and not among what is there now.

    Modules and compiled loops stay: to scan them would delay a request by a tenth of a second. A search leaves no
    cycles and a page a few hundred objects, but both make so many that Python would look for cycles some ten times
    meanwhile, for a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(MOST_UNSEEN)


def is_warm() -> bool:
    """Whether loops run compiled: everywhere once `warm` has returned, until then in the thread that runs it."""
    return _warm or _warming == threading.get_ident()


class Loop:
    """A function over arrays that runs as plain Python until this process is warm, and compiled from then on.

    Plain, it sees its arrays as memory views: their elements are Python's numbers, which do not overflow and are read
    twice as fast as numpy's. So it must not ask an array it is given for what a memory view has not, like `sum`.

    What runs as plain Python is plain to its end, the loops it calls included, whatever is warmed meanwhile: they are
    given memory views.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._plain = function

    def __call__(self, *arguments: Any) -> Any:
        outer = getattr(_within, "plain", False)
        if is_warm() and not outer:
            return self._compiled(*arguments)
        _within.plain = True
        try:
            return self._plain(*map(_viewed, arguments))
        finally:
            _within.plain = outer

    @functools.cached_property
    def _compiled(self) -> Any:
        return compiled(self._plain)

    @property
    def _numba_type_(self) -> Any:
        """What numba takes it for where another loop calls it."""
        return self._compiled._numba_type_


loop = Loop


def _viewed(argument: Any) -> Any:
    if isinstance(argument, np.ndarray):
        return argument.data
    if isinstance(argument, tuple):
        return type(argument)._make(map(_viewed, argument))  # type: ignore[attr-defined]  # a NamedTuple
    return argument


def _check_may_compile() -> None:
    """Raise `_NotKept` in a thread that is to load only; others, which may index meanwhile, go on."""
    if _loads_only and _warming == threading.get_ident():
        raise _NotKept


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled when first called, without Python's lock; kept on disk where a folder can be written."""
    numba = load_numba()
    dispatcher = numba.njit(nogil=True, error_model="numpy")(function)
    with suppress(RuntimeError):  # no folder for the cache
        # What `cache=True` does, with a cache of our own.
        cache = _cache_class()(function)
        if _is_private(cache.cache_path):
            dispatcher._cache = cache
            return dispatcher
    _check_may_compile()
    return dispatcher


@functools.cache
def load_numba() -> Any:
    """numba, without scipy, which it would import only to compile linear algebra: some 10 MB a process."""
    hidden = "scipy" not in sys.modules
    if hidden:
        sys.modules["scipy"] = None  # type: ignore[assignment]  # an import of it fails
    try:
        # Every compilation imports this, which asks for scipy too.
        import_module("numba.np.arraymath")
        return import_module("numba")
    finally:
        if hidden:
            del sys.modules["scipy"]


@functools.cache
def _is_private(folder: str) -> bool:
    """Whether nobody else can put code into a folder: what is cached is run. If somebody can, the log says so once."""
    path = Path(folder).resolve()
    for each in (path, *path.parents):
        status = each.stat()
        others = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        # In a folder like /tmp nobody can rename or remove what belongs to another.
        is_shared = others and (each == path or not status.st_mode & stat.S_ISVTX)
        if is_shared or status.st_uid not in (0, os.geteuid()):
            why = "can be written by others" if is_shared else "belongs to another user"
            logger.warning(
                "compiled loops are not kept: %s %s (chmod go-w, or name another folder in NUMBA_CACHE_DIR)", each, why
            )
            return False
    return True


@functools.cache
def _cache_class() -> Any:
    from numba.core.caching import FunctionCache

    class Cache(FunctionCache):
        """numba's cache on disk, which also looks at what a function calls, and may find the disk full."""

        def save_overload(self, sig: Any, data: Any) -> None:
            with suppress(OSError):
                super().save_overload(sig, data)  # type: ignore[no-untyped-call]  # numba has no types

        def load_overload(self, sig: Any, target_context: Any) -> Any:
            found = super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]  # numba has no types
            if found is None:
                _check_may_compile()
            return found

        def _index_key(self, sig: Any, codegen: Any) -> Any:
            key = super()._index_key(sig, codegen)  # type: ignore[no-untyped-call]  # numba has no types
            return *key, digest(self._py_func)

    return Cache


@functools.cache
def digest(function: FunctionType) -> str:
    """A digest of all that a function is compiled from: its file, the constants it reads, and the loops it calls.

    numba itself looks at the file only. Constants and loops may come from others.
    """
    found = hashlib.sha256()
    ahead, seen = [function], set[FunctionType]()
    while ahead:
        each = ahead.pop()
        if each in seen:
            continue
        seen.add(each)
        found.update(_source(each.__code__.co_filename))
        for name, value in _globals_read(each):
            called = getattr(value, "py_func", None) or getattr(value, "__wrapped__", value)
            if isinstance(called, FunctionType):
                ahead.append(called)
            elif isinstance(value, int | float | str | tuple | np.generic):
                found.update(f"{name}={value!r};".encode())
    return found.hexdigest()


def _globals_read(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """The globals that a function names, those of modules of this project too, by name."""
    names = function.__code__.co_names
    for name in names:
        value = function.__globals__.get(name)
        if not isinstance(value, ModuleType):
            yield name, value
        elif value.__name__.startswith(_PROJECT):
            yield from ((each, getattr(value, each)) for each in names if hasattr(value, each))


@functools.cache
def _source(path: str) -> bytes:
    """The digest of a file; of one that cannot be read, none."""
    with suppress(OSError):
        return hashlib.sha256(Path(path).read_bytes()).digest()
    return b""
