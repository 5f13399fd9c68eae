"""How a generation is published, and how one goes back to the one before: the same for every backend."""

from __future__ import annotations

from collections.abc import Callable

from indexer.engine.backend import Backend, NewGeneration, Published
from indexer.errors import IndexMissing
from indexer.schema import Schema

Fill = Callable[[NewGeneration], None]
"""Writes the content of a generation."""


def publish(backend: Backend, fill: Fill, *, change: bool, threads: int = 1, schema: Schema | None = None) -> str:
    """Write a new generation and make it the live one; returns its token. The lock must be held.

    The draft that `fill` receives is empty and has the metadata fields of `schema`, or with `change` holds what the
    live generation does and has its fields. Committing takes up to so many `threads`. Whatever raises, nothing of the
    new generation stays and the live one is as before.
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
        backend.activate(draft.token)
    except BaseException:
        backend.discard(draft.token)
        raise
    finally:
        if draft.live is not None:
            draft.live.engine.close()
    backend.sweep()
    return draft.token


def rollback(backend: Backend) -> Published:
    """Make the generation before the live one live again. The lock must be held.

    Raises `IndexMissing` when there is none, or what opening it raises: then nothing has changed.
    """
    names = backend.published()
    if not names.previous:
        raise IndexMissing("there is no earlier generation to go back to", "Build again with: indexer build PATH...")
    backend.open(names.previous).engine.close()
    backend.activate(names.previous)
    return Published(names.previous, names.generation)
