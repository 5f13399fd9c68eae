"""The interface of an engine that is measured, and what several of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from benchmarks.drawing import Query
from indexer.engine.base import Document
from indexer.schema import Field

BEST = 10
"""Every query asks for the ten best paragraphs, with their text."""

HEAP = 256 << 20
"""Bytes that a writer may use for its buffers, where that can be said."""


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """What an engine found: how many paragraphs match (None: it does not count) and the texts of the best."""

    total: int | None
    texts: list[str]


Ask = Callable[[], PeerAnswer]
"""A query ready to be asked: what is timed."""


class PeerWriter(Protocol):
    """Writes an index; `add` takes what `Peer.ready` made of a paragraph."""

    def add(self, item: Any) -> None:
        """Add a paragraph."""
        ...

    def commit(self) -> None:
        """Make all durable and searchable."""
        ...


class Peer(ABC):
    """An engine. It writes an index into a folder, opens it and answers queries of the kinds in `asks`.

    Kinds: "any" and "all" of the forms, "phrase", each over the field of syllables; "planned", the product's weighted
    query; "search", from the text as typed to ten snippets.
    """

    index: ClassVar[str]
    """Engines with the same value share an index."""

    fields: ClassVar[tuple[Field, ...]] = (Field.SYLLABLES,)
    asks: ClassVar[frozenset[str]] = frozenset({"any", "all", "phrase"})

    @abstractmethod
    def ready(self, document: Document) -> Any:
        """A paragraph in the form in which the engine is fed; not timed."""

    @abstractmethod
    def writer(self, folder: Path) -> PeerWriter:
        """A writer of a new index in an empty folder, with one thread."""

    @abstractmethod
    def open(self, folder: Path) -> None:
        """Open an index for `prepare`; opening again replaces it."""

    @abstractmethod
    def prepare(self, kind: str, query: Query, plan: dict[str, Any] | None) -> Ask:
        """Make a query ready. `plan` is the product's weighted query as `planned` gives it, for the kind "planned"."""

    def build(self, folder: Path, articles: Path) -> bool:
        """Build an index from articles, if that is how this engine is used; False: it is fed with tokens."""
        return False

    def planned(self, query: Query) -> dict[str, Any] | None:
        """The product's weighted query as plain data, from the one engine that knows."""
        return None

    def size(self, folder: Path) -> int:
        """Bytes on disk of an index that is open."""
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def one_token(form: str) -> str:
    """A form without spaces, for engines that part tokens at spaces."""
    return form.replace(" ", "_")


def spaced(forms: Sequence[str]) -> str:
    """Forms as a text that parts into them at spaces."""
    return " ".join(map(one_token, forms))
