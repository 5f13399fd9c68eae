"""Learning the lexicon while indexing, in a worker process if there is one, so that it does not slow the writer.

What is learned, and how, lives in `indexer.lexicon`; how a worker is spoken to in `indexer.indexing.workers`.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from indexer.indexing.analysing import PackedInput
from indexer.indexing.workers import Crew
from indexer.lexicon.batch import LexiconPart
from indexer.lexicon.changing import ChangeLearner
from indexer.lexicon.inputs import LexiconInput
from indexer.lexicon.learn import Learner

_Call = tuple[str, tuple[Any, ...]]
"""What a worker is given: a method of the learner, and its arguments."""


class Learning:
    """A `Learner` that the last worker of a crew has, once that is there; without a crew it learns here.

    Goes on from the lexicon in the folder `known`, if any.
    """

    def __init__(self, crew: Crew | None = None, known: Path | None = None) -> None:
        self._crew, self._known = crew, known
        self._learner: Learner | ChangeLearner | None = None
        self._waiting: list[_Call] = []
        self._is_away = False

    def learn(self, given: LexiconInput | PackedInput, articles: Sequence[str], titles: Iterable[int] = ()) -> None:
        """See `Learner.learn`."""
        self._call("learn", given, articles, list(titles))

    def unlearn(self, given: LexiconInput | PackedInput, articles: Sequence[str], titles: Iterable[int] = ()) -> None:
        """See `Learner.unlearn`."""
        self._call("unlearn", given, articles, list(titles))

    def merge(self, part: LexiconPart) -> None:
        """See `Learner.merge`."""
        self._call("merge", part)

    def write(self, directory: Path) -> None:
        """Begin to write all that was learned; see `Learner.write`."""
        self._call("write", directory)
        if not self._is_away:
            self._here()

    def finish(self) -> None:
        """Wait until it is written; raises what writing raised."""
        if self._is_away:
            assert self._crew is not None
            error: BaseException | None = pickle.loads(self._crew.workers[-1].receive())
            if error is not None:
                raise error

    def _call(self, name: str, *arguments: Any) -> None:
        self._waiting.append((name, arguments))
        if self._crew is None:
            self._here()
        elif self._crew.is_ready():
            self._away()

    def _here(self) -> None:
        if self._learner is None:
            self._learner = _learner_of(self._known)
        for call in self._waiting:
            _do(self._learner, call)
        self._waiting = []

    def _away(self) -> None:
        assert self._crew is not None
        worker = self._crew.workers[-1]
        if not self._is_away:
            worker.send(pickle.dumps(self._known), answered=False)
            self._is_away = True
        for call in self._waiting:
            worker.send(pickle.dumps(call, pickle.HIGHEST_PROTOCOL), answered=call[0] == "write")
        self._waiting = []


def _learner_of(known: Path | None) -> Learner | ChangeLearner:
    """A learner that continues from the lexicon in a folder, or (None) starts empty."""
    return Learner() if known is None else ChangeLearner(known)


def work(calls: Connection, answers: Connection) -> None:
    """What a worker does: calls in, until one to write; then the error that was raised, or None, out."""
    error: BaseException | None = None
    name = ""
    learner = _learner_of(pickle.loads(calls.recv_bytes()))
    while name != "write":
        call: _Call = pickle.loads(calls.recv_bytes())
        name = call[0]
        if error is None:
            try:
                _do(learner, call)
            except OSError as raised:
                error = raised
    answers.send_bytes(pickle.dumps(error))


def _do(learner: Learner | ChangeLearner, call: _Call) -> None:
    name, arguments = call
    opened = [each.opened() if isinstance(each, PackedInput) else each for each in arguments]
    getattr(learner, name)(*opened)
