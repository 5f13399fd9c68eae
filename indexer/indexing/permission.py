"""Which articles the owner of a key may write that is narrowed to some sources."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from indexer.articles import ArticleInfo
from indexer.engine.backend import Backend, Generation
from indexer.errors import IndexMissing
from indexer.ingest.queue import FILE, RECORD, Queue, Waiting

_SOURCE = "source"


class Permission:
    """Looks at a batch of items; use it in a `with` block.

    An item of a narrowed key may write an article of its sources, in place of none or of one of its sources, be that in
    the live index or an earlier item of the batch.
    """

    def __init__(self, batch: Sequence[Waiting], queue: Queue, backend: Backend) -> None:
        self._batch, self._queue, self._backend = batch, queue, backend
        self._live: Generation | None = None
        self._refused: dict[int, str] = {}
        self._holders: dict[str, set[str | None]] = {}

    def __enter__(self) -> Permission:
        if any(item.sources is not None for item in self._batch):
            with contextlib.suppress(IndexMissing):
                self._live = self._backend.open()
            self._look()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.engine.close()

    def refusal(self, item: Waiting) -> str:
        """Why an item may not be carried out; empty where it may."""
        return self._refused.get(item.number, "")

    def refusal_of(self, item: Waiting, info: ArticleInfo) -> str:
        """Why an article that an item holds may not be written; empty where it may."""
        if item.sources is None:
            return ""
        if info.source not in item.sources:
            return _not_allowed(info.source, item.sources)
        held = {*self._holders.get(info.id, ()), self._of_live(info.id)} if item.kind == FILE else set()
        return _taken(info.id) if held - {None, *item.sources} else ""

    def record(self, item: Waiting) -> dict[str, Any]:
        """The record of an item, with the source that its key is narrowed to where it has none."""
        found: dict[str, Any] = json.loads(self._queue.content(item.number))
        if found.get(_SOURCE) is None:
            found |= self._only(item)
        return found

    def defaults(self, item: Waiting) -> Mapping[str, object]:
        """Metadata of the articles of a file that have none of that name."""
        return {**self._only(item), **item.extra}

    @staticmethod
    def _only(item: Waiting) -> dict[str, str]:
        return {_SOURCE: item.sources[0]} if item.sources and len(item.sources) == 1 else {}

    def _look(self) -> None:
        """Go through the batch in the order of its items, and note what may not be."""
        last: dict[str, str | None] = {}
        for item in self._batch:
            if item.kind == FILE:
                continue
            source = self.record(item).get(_SOURCE) if item.kind == RECORD else None
            source = source.strip() if isinstance(source, str) else None
            if item.sources is not None:
                before = last[item.id] if item.id in last else self._of_live(item.id)
                if item.kind == RECORD and source not in item.sources:
                    self._refused[item.number] = _not_allowed(source, item.sources)
                elif before is not None and before not in item.sources:
                    self._refused[item.number] = _taken(item.id)
                if item.number in self._refused:
                    continue
            last[item.id] = (source or "") if item.kind == RECORD else None
            self._holders.setdefault(item.id, set()).add(last[item.id])

    def _of_live(self, id: str) -> str | None:
        article = self._live.engine.article(id) if self._live is not None else None
        return None if article is None else article.info.source or ""


def _not_allowed(source: str | None, allowed: Sequence[str]) -> str:
    named = f"the source {source!r:.100}" if source else "an article without a source"
    return f"the key may not write {named}; it may write {', '.join(allowed)}"


def _taken(id: str) -> str:
    return f"the id {id!r} is that of an article of another source, which the key may not write"
