"""The contract of a backend: it stores the generations of one index and activates one of them.

A generation is the result of one publication: the engine's data, its attachments (files beside the engine, such as the
lexicon), and its counts. It has a token and never changes once it is sealed. A publication makes an empty generation or
forks the live one, fills it, seals it, and activates it in one atomic, durable step; the previous one is kept, so that
it can be activated again. Open generations stay usable, whatever is published.

A backend belongs to one index. It may keep generations in folders (`indexer.storage.generations` does, for engines that
write files) or elsewhere; the only folder here is `attachments`, which is local to the process. Every backend must pass
`tests/contract/conformance.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from indexer.engine.base import Engine, Writer
from indexer.schema import Field, Schema

ENGINE = "engine"
"""The part of a generation that is its engine's; the others are called as their attachments are."""


@dataclass(frozen=True, slots=True)
class EngineStats:
    """What an engine holds: counts, distinct terms and tokens per field, bytes where they are kept.

    `terms` is exact in a generation that was made from nothing; in one that was changed it may be somewhat more or
    less.
    """

    articles: int
    paragraphs: int
    terms: Mapping[Field, int]
    tokens: Mapping[Field, int]
    bytes: int


@dataclass(frozen=True, slots=True)
class Published:
    """Which generation is live, and which one was before it (empty: none): their tokens."""

    generation: str
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """An open generation: its token, when it was sealed (ISO 8601), its engine, how much it holds, a local folder with
    its attachments, to be read only, and the metadata fields that it was made with."""

    token: str
    created: str
    engine: Engine
    stats: EngineStats
    attachments: Path
    schema: Schema


@dataclass(frozen=True, slots=True)
class NewGeneration:
    """A generation that is being written: the engine's `writer`, and a local folder for its attachments.

    Who attaches makes a folder of its own name in `attachments`. `live` is the open generation that the draft began as
    (the live one, if no other was asked for), None where it is made empty; `schema` has its metadata fields. Code that
    writes an attachment in the background adds to `awaited` a function that waits for it, or raises; it is called when
    the engine has been committed.
    """

    token: str
    writer: Writer
    attachments: Path
    live: Generation | None
    schema: Schema
    awaited: list[Callable[[], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do of what not every one can."""

    scoring: bool = True
    """Whether `EngineRequest.scoring` counts; otherwise the values that the generation was made with do."""
    shared: bool = False
    """Whether its writers are `SharedWriter`s: other processes, on other machines too, can add to what they write."""


class Backend(Protocol):
    """The generations of one index. Reading methods are safe to share between threads.

    All of them may raise `EngineUnavailable`. What writes must hold the lock (`writing`).
    """

    capabilities: Capabilities

    notice_seconds: float
    """How long after a publication `stamp` may still be the one before; 0 where looking costs next to nothing."""

    def published(self) -> Published:
        """Which generation is live; raises `IndexMissing`, or `IndexDamaged` when that cannot be told."""
        ...

    def stamp(self) -> Hashable:
        """A value that changes whenever another generation becomes live, or none is any more; never raises.

        It is asked for on every request: a backend for which looking is work looks once in `notice_seconds`.
        """
        ...

    def open(self, token: str = "") -> Generation:
        """Open a generation, by default the live one.

        Raises `IndexMissing`, `IndexDamaged`, or `IndexOutdated` when it was written by another engine or format. A
        live generation that is discarded between looking it up and opening it is no error: the newer one is opened.
        """
        ...

    def verify(self, token: str, part: str = "") -> Iterator[str]:
        """Compare what is kept of a generation with what was written; yields a sentence for each difference.

        `part` is ENGINE or the name of an attachment: then only that is looked at, as fast as it can be read, and where
        some of it does not answer `EngineUnavailable` is raised, for that is no damage. Without, everything is looked
        at, in depth, and what does not answer is a difference too.
        """
        ...

    def writing(self, command: str) -> AbstractContextManager[None]:
        """Hold the lock of the index for a `with` block.

        Raises `IndexLocked` naming the command and the process that has it, or `IndexUnwritable`. The lock is freed
        when its process ends, however it ends.
        """
        ...

    def building(self, command: str) -> AbstractContextManager[None]:
        """Be the one that builds a new index, for a `with` block in which others may write.

        What is made in it (`make`) is left alone by whoever sweeps, and its writer needs no lock until it is sealed.
        Raises as `writing`, and is freed like that lock.
        """
        ...

    def builder(self) -> str:
        """The token of what is made by whoever is in `building`; empty where there is nothing."""
        ...

    def make(self, schema: Schema | None = None) -> NewGeneration:
        """Begin a generation that holds nothing, of articles with these metadata fields (none: the built-in ones)."""
        ...

    def fork(self, token: str = "") -> NewGeneration:
        """Begin a generation that holds what another sealed one does, by default the live one, without its attachments.

        Its metadata fields are those of the other. Raises as `open`.
        """
        ...

    def seal(self, draft: NewGeneration) -> None:
        """Make a draft whose writer has committed, and its attachments, a whole generation: durable, and counted."""
        ...

    def activate(self, token: str, *, keep: bool = True) -> None:
        """Make a sealed generation the live one, in one atomic, durable step.

        The one live until now is kept as the one before; unless `keep` is set, there is none before it then.

        When it raises, the live generation is the one before or this one, whole in either case.
        """
        ...

    def discard(self, token: str) -> None:
        """Remove a generation or what there is of it, unless it is live or may be. Raises nothing of what it meets."""
        ...

    def sweep(self) -> None:
        """Remove what no publication needs: generations that are neither live, nor the one before, nor being built.

        Nothing is removed where it cannot be told which those are.
        """
        ...
