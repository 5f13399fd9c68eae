"""Which generation of an index in folders is live, by `current`; who writes, by `lock`; who builds, by `building`."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import re
import socket
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from indexer.durable import make_directory, sync_directory
from indexer.engine.backend import Published
from indexer.errors import IndexBuilding, IndexDamaged, IndexLocked, IndexMissing, IndexUnfinished
from indexer.storage.manifest import is_sealed, write_durably

TOKEN = re.compile(r"[0-9]{6,}-[0-9a-f]{8}")

LOCK, BUILDING = "lock", "building"
"""Files that a process holds (flock) and signs in their first line: to write, and to build a new index."""

_TRIES = 5
_PAUSE_SECONDS = 0.02
"""A reader that looks whether an index is being built holds the lock for a moment: a writer tries again."""


def published(directory: Path, own: Collection[str] = ()) -> Published:
    """The live generation of an index; raises `IndexMissing`, or `IndexDamaged` when `current` cannot be read.

    `own` has which of LOCK and BUILDING are held by whoever asks.
    """
    try:
        text = (directory / "current").read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        if any(generation_folders(directory)):
            raise _nothing_live(directory, own) from None
        raise IndexMissing(
            f"there is no index in {directory}", "Build one with: indexer build PATH... --index DIR"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(
            f"{directory / 'current'} cannot be read: {error}", "Check the disk and its permissions."
        ) from None
    try:
        value = json.loads(text)
        names = Published(value["generation"], value["previous"])
        if not all(isinstance(name, str) for name in (names.generation, names.previous)):
            raise ValueError
        if not TOKEN.fullmatch(names.generation) or (names.previous and not TOKEN.fullmatch(names.previous)):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise IndexDamaged(
            f"{directory / 'current'} does not name a generation",
            "Nothing was deleted. Build the index again with: indexer build PATH...",
        ) from None
    return names


def _nothing_live(directory: Path, own: Collection[str]) -> IndexMissing | IndexDamaged:
    """What it means that there are generations but no `current`."""
    if any(_is_locked(directory / name) for name in (LOCK, BUILDING) if name not in own):
        return IndexBuilding(
            f"the first index in {directory} is being built", "It can be searched as soon as that has ended."
        )
    if not any(is_sealed(each) for each in generation_folders(directory)):
        return IndexUnfinished(
            f"the first build of the index in {directory} never finished",
            "Build it again with: indexer build PATH...; what was left of it is removed then.",
        )
    return IndexDamaged(
        f"the index in {directory} has lost its file 'current', or its first build ended just before it was published",
        "Nothing was deleted. Build it again with: indexer build PATH...",
    )


def switch(directory: Path, names: Published) -> None:
    """Replace `current` by one atomic, durable step; raises `OSError`."""
    new = directory / "current.new"
    try:
        write_durably(new, {"generation": names.generation, "previous": names.previous})
        os.replace(new, directory / "current")
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    sync_directory(directory)


def may_be_live(directory: Path, token: str) -> bool:
    """Whether `current` names a generation, or cannot be asked."""
    try:
        return token.encode() in (directory / "current").read_bytes()
    except FileNotFoundError:
        return False
    except OSError:
        return True


def generation_folders(directory: Path) -> Iterator[Path]:
    """The folders of all generations, whole or not."""
    with contextlib.suppress(OSError):
        yield from (path for path in (directory / "generations").iterdir() if path.is_dir())


def _is_locked(path: Path) -> bool:
    """Whether a process holds a file."""
    try:
        with open(path, encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextlib.contextmanager
def held(directory: Path, name: str, command: str) -> Iterator[IO[str]]:
    """Hold a file of an index directory, signed, for a `with` block; raises `IndexLocked` or `OSError`.

    The kernel frees it when the process ends, however it ends.
    """
    make_directory(directory)
    with open(directory / name, "a+", encoding="utf-8") as lock:
        _acquire(lock, directory)
        since = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        lock.truncate(0)
        lock.write(f"{command}, process {os.getpid()} on {socket.gethostname()}, since {since}\n")
        lock.flush()
        yield lock
        # What was published is live, whether or not the signature can be taken away.
        with contextlib.suppress(OSError):
            lock.truncate(0)


def _acquire(lock: IO[str], directory: Path) -> None:
    for left in reversed(range(_TRIES)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if left:
                time.sleep(_PAUSE_SECONDS)
    lock.seek(0)
    raise IndexLocked(
        f"another process is writing to {directory}: {lock.read(500).partition(chr(10))[0].strip() or 'unknown'}",
        "Wait until it has ended, then try again. The index can be searched meanwhile.",
    )


def builder(directory: Path) -> str:
    """The token of what a process that lives is building; empty where none is. Raises `OSError`."""
    try:
        with open(directory / BUILDING, encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                *_, last = file.read(1_000).splitlines() or [""]
                return last if TOKEN.fullmatch(last) else ""
    except (FileNotFoundError, NotADirectoryError):
        pass
    return ""
