"""How a generation is published, and how one goes back to the one before: the same for every backend."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator

from indexer.engine.backend import Backend, NewGeneration, Published
from indexer.errors import IndexDamaged, IndexLocked, IndexMissing, IndexUnwritable
from indexer.schema import Schema

Fill = Callable[[NewGeneration], None]
"""Writes the content of a generation."""

PATIENCE_SECONDS = 60.0
"""How long a change that was read waits until others have written."""

_PAUSE_SECONDS = 0.1


@contextlib.contextmanager
def when_free(backend: Backend, command: str, seconds: float = math.inf) -> Iterator[None]:
    """Hold the lock of an index, waiting so long until it is free; raises `IndexLocked` where it is not then."""
    ends = time.monotonic() + seconds
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(backend.writing(command))
                break
            except IndexLocked:
                if time.monotonic() > ends:
                    raise
                time.sleep(_PAUSE_SECONDS)
        yield


def publish(
    backend: Backend,
    fill: Fill,
    *,
    change: bool,
    threads: int = 1,
    schema: Schema | None = None,
    keep: bool = True,
    base: str = "",
) -> str:
    """Write a new generation and make it the live one; returns its token. The lock must be held.

    The draft that `fill` receives is empty and has the metadata fields of `schema`, or with `change` holds what the
    live generation does (or the sealed one with the token `base`) and has its fields. Committing takes up to so many
    `threads`. Whatever raises, nothing of the new generation stays and the live one is as before. Unless `keep` is set,
    the generation before is removed.
    """
    backend.sweep()
    draft = backend.fork(base) if change else backend.make(schema)
    try:
        _write(draft, fill, threads)
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


def publish_built(
    backend: Backend,
    command: str,
    fill: Fill,
    finish: Callable[[NewGeneration], Fill | None],
    *,
    threads: int = 1,
    schema: Schema | None = None,
) -> str:
    """Write a new generation while others change the live one, and make it the live one; returns its token.

    It must be called in `Backend.building`. The lock is held for a moment at the beginning, and from the call of
    `finish` on, which completes the draft. What it gives, if anything, is what others have changed since the beginning:
    it is then written into a generation on top of the draft, and that one becomes the live one. Raises as `publish`.
    """
    with backend.writing(command):
        backend.sweep()
        draft = backend.make(schema)
    token = draft.token
    try:
        _write(draft, fill, threads)
        with when_free(backend, command):
            changed = finish(draft)
            backend.seal(draft)
            if changed is None:
                activate(backend, token)
            else:
                token = publish(backend, changed, change=True, threads=threads, base=token)
                backend.discard(draft.token)
            with contextlib.suppress(OSError):
                backend.sweep()
    except BaseException:
        backend.discard(draft.token)
        raise
    return token


def _write(draft: NewGeneration, fill: Fill, threads: int) -> None:
    """Fill a draft and commit it."""
    try:
        fill(draft)
    except BaseException:
        draft.writer.cancel()
        raise
    draft.writer.commit(threads)
    for wait in draft.awaited:
        wait()


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
