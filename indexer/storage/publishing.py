"""How a generation is published, and how one goes back to the one before: the same for every backend."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from indexer.engine.backend import Backend, NewGeneration, Published
from indexer.errors import IndexDamaged, IndexMissing, IndexUnwritable
from indexer.schema import Schema

Fill = Callable[[NewGeneration], None]
"""Writes the content of a generation."""


def publish(
    backend: Backend, fill: Fill, *, change: bool, threads: int = 1, schema: Schema | None = None, keep: bool = True
) -> str:
    """Write a new generation and make it the live one; returns its token. The lock must be held.

    The draft that `fill` receives is empty and has the metadata fields of `schema`, or with `change` holds what the
    live generation does and has its fields. Committing takes up to so many `threads`. Whatever raises, nothing of the
    new generation stays and the live one is as before. Unless `keep` is set, the generation before is removed.
    """
    backend.sweep()
    draft = backend.fork() if change else backend.make(schema)
    try:
        try:
            fill(draft)
        except BaseException:
            draft.writer.cancel()
            raise
        draft.writer.commit(threads)
        for wait in draft.awaited:
            wait()
        backend.seal(draft)
        activate(backend, draft.token, keep)
    except BaseException:
        backend.discard(draft.token)
        raise
    finally:
        if draft.live is not None:
            draft.live.engine.close()
    # What cannot be removed now is removed by the next publication: this one is done.
    with contextlib.suppress(OSError):
        backend.sweep()
    return draft.token


def activate(backend: Backend, token: str, keep: bool = True) -> None:
    """Make a generation the live one; an error says which one is live then."""
    try:
        backend.activate(token, keep=keep)
    except OSError as error:
        try:
            is_live = backend.published().generation == token
        except (IndexMissing, IndexDamaged):
            is_live = False
        if not is_live:
            raise
        raise IndexUnwritable(
            f"the new generation {token} is live, but it is not sure that it would still be after a power failure: "
            f"{error.strerror or error}",
            "Check the disk, then publish again (indexer add, or indexer build).",
        ) from error


def rollback(backend: Backend) -> Published:
    """Make the generation before the live one live again. The lock must be held.

    Raises `IndexMissing` when there is none, or what opening it raises: then nothing has changed.
    """
    names = backend.published()
    if not names.previous:
        raise IndexMissing("there is no earlier generation to go back to", "Build again with: indexer build PATH...")
    backend.open(names.previous).engine.close()
    activate(backend, names.previous)
    return Published(names.previous, names.generation)
