"""Backups: a verified copy of the live generation, as an index directory of its own, and the way back.

A copy of a directory that is being written to may mix two generations, or lack files that were removed meanwhile. Here
one generation is copied, compared with the checksums of its manifest, and named by `current` only then.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from indexer.durable import make_directory, sync_directory
from indexer.engine.backend import Published
from indexer.errors import IndexDamaged, IndexUnwritable, InputMissing
from indexer.storage import tuned_weights, withdrawn
from indexer.storage.current import published, switch
from indexer.storage.generations import FolderBackend
from indexer.storage.manifest import damaged_files, read_manifest
from indexer.storage.publishing import activate
from indexer.storage.withdrawn import Withdrawn

Progress = Callable[[int, int], None]
"""Called with (bytes copied, bytes in all)."""

_TRIES = 5
_COPIED_AT_ONCE = 1 << 22


def backup(backend: FolderBackend, target: Path, progress: Progress = lambda *_: None) -> Published:
    """Copy the live generation, learned weights and the list of what was withdrawn to the directory `target`.

    It must not exist, or be empty. Others may read and write the index meanwhile. Returns what is live in the copy.
    Raises as opening an index, `IndexDamaged` where the copy, or what was copied, is not what was published, and
    `IndexUnwritable`.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise IndexUnwritable(f"{target} exists", "Give a directory that does not exist, or is empty.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    for left in reversed(range(_TRIES)):
        token = backend.published().generation
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            _copy(backend.folder(token), unfinished / "generations" / token, progress)
            break
        except (FileNotFoundError, IndexDamaged) as error:
            # Two publications since have removed it, or part of it: the newer one is copied.
            if left and backend.published().generation != token:
                continue
            if isinstance(error, IndexDamaged):
                raise
            raise IndexDamaged(
                f"generation {token} lacks a file: {error.filename}", "Look at it with: indexer check"
            ) from None
        except OSError as error:
            raise _unwritable(unfinished, error) from error
    try:
        for name in (tuned_weights.FILE, withdrawn.FILE):
            if (backend.directory / name).exists():
                _copy_file(backend.directory / name, unfinished / name)
        switch(unfinished, Published(token))
        if target.exists():
            target.rmdir()
        os.replace(unfinished, target)
        sync_directory(target.parent)
    except OSError as error:
        raise _unwritable(target, error) from error
    return Published(token)


def restore(backend: FolderBackend, source: Path, progress: Progress = lambda *_: None) -> Published:
    """Make the live generation of a backup the live one of an index. The lock must be held.

    What was withdrawn from either stays out, and learned weights are taken where the index has none.
    The generation that was live is kept for `rollback`. Raises `InputMissing` or `IndexDamaged` for what is no sound
    backup; then nothing has changed.
    """
    if not source.is_dir():
        raise InputMissing(f"{source} is no directory", "Give a directory that `indexer backup` has made.")
    copied = published(source).generation
    kept_out, own = Withdrawn.read(source), Withdrawn.read(backend.directory)
    token = backend.next_token()
    try:
        _copy(source / "generations" / copied, backend.folder(token), progress)
        backend.open(token).engine.close()
        # Before it is live: an article that is to stay out must not come back meanwhile.
        if kept_out.articles:
            kept_out.changed(own.articles).write(backend.directory)
        _restore_weights(source, backend.directory)
        activate(backend, token)
    except FileNotFoundError as error:
        backend.discard(token)
        raise IndexDamaged(f"the backup {source} lacks a file: {error.filename}", "Take another backup.") from None
    except BaseException:
        backend.discard(token)
        raise
    backend.sweep()
    return backend.published()


def _restore_weights(source: Path, directory: Path) -> None:
    if (source / tuned_weights.FILE).exists() and not (directory / tuned_weights.FILE).exists():
        new = directory / f"{tuned_weights.FILE}.new"
        new.unlink(missing_ok=True)
        _copy_file(source / tuned_weights.FILE, new)
        os.replace(new, directory / tuned_weights.FILE)
        sync_directory(directory)


def _copy(generation: Path, target: Path, progress: Progress) -> None:
    """Copy a generation durably and compare the copy with its manifest; raises `IndexDamaged` where it differs."""
    read_manifest(generation)
    with contextlib.ExitStack() as stack:
        # Once they are open, they can be read whatever is published, and removed, while the rest is copied.
        files = [
            (path.relative_to(generation), stack.enter_context(open(path, "rb")))
            for path in sorted(generation.rglob("*"))
            if path.is_file()
        ]
        total, done = sum(os.fstat(file.fileno()).st_size for _, file in files), 0
        for name, file in files:
            make_directory((target / name).parent)
            done += _write_file(file, target / name)
            progress(done, total)
    for folder in {path.parent for path in target.rglob("*")}:
        sync_directory(folder)
    for fault in damaged_files(target):
        raise IndexDamaged(f"what was copied is not what was published: {fault}", "Look at it with: indexer check")


def _copy_file(source: Path, target: Path) -> None:
    with open(source, "rb") as read:
        _write_file(read, target)


def _write_file(read: BinaryIO, target: Path) -> int:
    """Copy an open file durably; returns its bytes."""
    with open(target, "xb") as written:
        while data := read.read(_COPIED_AT_ONCE):
            written.write(data)
        written.flush()
        os.fsync(written.fileno())
        return written.tell()


def _unwritable(place: Path, error: OSError) -> IndexUnwritable:
    return IndexUnwritable(
        f"{place} cannot be written: {error.strerror or error}", "Check the space and the permissions."
    )
