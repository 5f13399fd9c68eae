"""Answers of searches, and those that are kept: the same question to the same generation is answered from memory.

Kept are whole answers to GET requests without an API key, by what the ETag has (`caching.key_of`); never one that the
time limit cut short, and no error. Each process has its own, of one generation: with the first question to another one
they are gone. A question answered so takes no turn, and is logged and counted as any other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask, Response, current_app, g

from indexer import Index, Results, Settings
from webapp.access.keys import owner
from webapp.index.holder import holder, lease
from webapp.monitoring.observing import metrics, repeated
from webapp.responses.caching import key_of, stop_if_known, tagged

OVERHEAD_BYTES = 4_096
"""What an answer takes beside its body, about: its key, and what the query log and the figures tell of it."""

LARGEST_SHARE = 8
"""An answer that takes more than this part of all the bytes is not kept: it would push out many others."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer and its media type; `searches` are those that it took, without what they found."""

    body: bytes
    content_type: str
    searches: tuple[Results, ...]

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        return OVERHEAD_BYTES + len(self.body) + sum(16 * len(each.query) for each in self.searches)


class KeptAnswers:
    """The answers of one generation given last, at most `limit` bytes of them. Safe to share between threads.

    `observer` is called with the bytes by which they grow, or shrink (negative).
    """

    def __init__(self, limit: int, observer: Callable[[int], None] = lambda _: None) -> None:
        self._limit, self._observer = limit, observer
        self._lock = threading.Lock()
        self._generation = ""
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0

    def get(self, generation: str, key: str) -> Answer | None:
        """The answer kept under a key of `generation`; those of any other generation are dropped."""
        with self._lock:
            if generation != self._generation:
                self._generation = generation
                self._answers.clear()
                self._grow(-self._bytes)
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def keep(self, generation: str, key: str, answer: Answer) -> None:
        """Keep an answer, unless another generation was asked for since; those used longest ago are dropped for it."""
        if answer.bytes * LARGEST_SHARE > self._limit:
            return
        with self._lock:
            if generation != self._generation or key in self._answers:
                return
            self._answers[key] = answer
            self._grow(answer.bytes)
            while self._bytes > self._limit:
                _, oldest = self._answers.popitem(last=False)
                self._grow(-oldest.bytes)

    def _grow(self, by: int) -> None:
        self._bytes += by
        self._observer(by)


def register(app: Flask, settings: Settings) -> None:
    """Keep answers of `app`, unless the setting `answer_bytes` is 0."""
    limit, figures = settings.answer_bytes, metrics(app)
    app.extensions["timdoan.answers"] = KeptAnswers(limit, figures.kept_bytes.inc) if limit else None


def answer_search(make: Callable[[Index], Response], *, with_tag: bool) -> Response:
    """The answer to a search by GET: one that was kept, or what `make` gives of the live index.

    `with_tag` says whether it gets an ETag; raises `Unchanged` if the client has it by that, and what `lease` raises.
    """
    kept = _kept()
    if kept is not None:
        with holder(current_app).lease() as index:
            answer = kept.get(index.generation, _key(index, with_tag))
        if answer is not None:
            metrics(current_app).given_again()
            repeated(answer.searches)
            response = Response(answer.body, content_type=answer.content_type)
            return tagged(response, _key(index, with_tag)) if with_tag else response
        metrics(current_app).made()
    with lease() as index:
        generation = index.generation
        key = _key(index, with_tag) if with_tag or kept is not None else ""
        response = make(index)
    searches: list[Results] = g.get("results", [])
    # Asked again, a search that the time did not suffice for may find more.
    if any(each.degraded for each in searches):
        return response
    if kept is not None:
        told = tuple(replace(each, passages=(), groups=(), facets={}, units=(), highlighter=None) for each in searches)
        kept.keep(generation, key, Answer(response.get_data(), response.content_type, told))
    return tagged(response, key) if with_tag else response


def _kept() -> KeptAnswers | None:
    """The answers that the current request may be answered from and kept with; none for one with an API key."""
    answers: KeptAnswers | None = current_app.extensions["timdoan.answers"]
    return answers if owner() is None else None


def _key(index: Index, with_tag: bool) -> str:
    depends = index.generation, index.tuned, index.reading
    known: tuple[tuple[object, ...], str] | None = g.get("key")
    if known is None or known[0] != depends:
        known = g.key = depends, key_of(*depends)
    if with_tag:
        stop_if_known(known[1])
    return known[1]
