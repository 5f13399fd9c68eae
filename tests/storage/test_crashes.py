"""Whenever the machine stops, an index is wholly the old or wholly the new; what a change has returned from stays."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterator
from itertools import count, pairwise
from pathlib import Path

import pytest

from indexer import warm
from tests.conftest import ROOT
from tests.effort import THOROUGH
from tests.storage import recording
from tests.storage.recording import INDEX, Log, Returned, Synced, answer
from tests.storage.replaying import MIXTURES, Moment, crashes, key_of, lay_out, moments

pytestmark = pytest.mark.timeout(1_200)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    work = tmp_path_factory.mktemp("recording")
    # A process of its own: an audit hook stays for as long as the process lives.
    subprocess.run([sys.executable, "-c", f"from {recording.__name__} import main; main()", work], cwd=ROOT, check=True)
    found: Log = pickle.loads((work / "log").read_bytes())
    return found


class Answers:
    """What a reader says of directories laid out after crashes; asked once of each."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count()
        self._known: dict[Hashable, str] = {}

    def of(self, found: dict[str, bytes | None]) -> str:
        """What `answer` says, or which error a reader met."""
        key = key_of(found)
        if key not in self._known:
            place = self._folder / str(next(self._numbers))
            place.mkdir()
            lay_out(found, place)
            try:
                self._known[key] = answer(place / INDEX)
            except Exception as error:
                self._known[key] = f"{type(error).__name__}: {error}"
        return self._known[key]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    # More than a thousand indexes are searched.
    warm()
    return Answers(tmp_path_factory.mktemp("crashes"))


def faults(
    log: Log,
    answers: Answers,
    at: Callable[[Moment], bool] = lambda _: True,
    dropped: Callable[[str, str], bool] = lambda *_: False,
    *,
    sampled: bool = False,
) -> Iterator[str]:
    """A sentence for each crash, `at` these moments, after which the index is neither the old nor the new.

    With `sampled` one mixture of each second moment is looked at, from moment to moment another.
    """
    said = {event.change: event.answer for event in log.events if isinstance(event, Returned)}
    before = dict(zip(said, [log.answer, *said.values()], strict=False))
    for number, moment in enumerate(moments(log.events, dropped)):
        if not at(moment):
            continue
        allowed = {said[moment.change]} if moment.returned else {said[moment.change], before[moment.change]}
        for which, found in enumerate(crashes(moment.histories, number)):
            if sampled and (number % 2 or (which - number // 2) % MIXTURES):
                continue
            if (heard := answers.of(found)) not in allowed:
                yield f"{moment.change}, moment {number}, mixture {which}: {heard}"


def kind(path: str) -> str:
    """A path without what differs from one generation or segment to the next."""
    return re.sub(r"[0-9]{6}-[0-9a-f]{8}|(?<=_)[0-9a-z]{16}|[0-9]+", "*", path)


def test_each_change_gives_another_answer_and_leaves_an_index_that_is_whole(log: Log) -> None:
    said = [log.answer, *(event.answer for event in log.events if isinstance(event, Returned))]
    assert all(one != other for one, other in pairwise(said))
    assert said[0] == "no index"
    assert all('"lexicon": true' in each and '"damage": []' in each for each in said[1:])


def test_a_crash_at_any_moment_leaves_the_old_index_or_the_new(log: Log, answers: Answers) -> None:
    assert list(faults(log, answers, sampled=not THOROUGH)) == []


def test_every_sync_is_needed(log: Log, answers: Answers) -> None:
    """Without all syncs of one kind of file in one change, some crash breaks the index: so the model has teeth."""
    syncs: dict[tuple[str, str], None] = {}
    change_of = iter([event.change for event in log.events if isinstance(event, Returned)])
    change = next(change_of)
    for event in log.events:
        if isinstance(event, Returned):
            change = next(change_of, "")
        elif isinstance(event, Synced):
            syncs[change, kind(event.path)] = None
    beside = "data/index/generations/*/lexicon/changes-*.bin"
    changed = ["add", "remove", "add while another builds", "build while another adds"]
    assert [change for change, path in syncs if path == beside] == changed
    assert {change for change, _ in syncs} == {event.change for event in log.events if isinstance(event, Returned)}
    assert [left for left in syncs if not any(faults_without(log, answers, *left))] == []


def faults_without(log: Log, answers: Answers, change: str, path: str) -> Iterator[str]:
    """The faults when a change has just returned that made no syncs of one kind of path."""
    return faults(
        log,
        answers,
        lambda moment: moment.returned and moment.change == change,
        lambda during, synced: (during, kind(synced)) == (change, path),
    )
