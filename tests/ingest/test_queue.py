"""The queue of changes: what was accepted is on the disk, in order, once, and goes when it was published."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import IndexLocked, QueueFull, QueueUnusable, RepeatDiffers
from indexer.ingest import queue as module
from indexer.ingest.queue import INDEXED, NAME, QUEUED, REJECTED, SUPERSEDED, Outcome, Queue, Submitted
from indexer.ingest.submitting import of_file, of_lines, of_record
from tests.ingest.databases import damage, from_the_future


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    made = Queue(tmp_path / "index")
    yield made
    made.close()


def accepted(queue: Queue, *items: Submitted, owner: str = "anna", items_at_most: int = 100, **given: Any) -> int:
    return queue.accept(items, owner, most_items=items_at_most, most_bytes=1_000, **given)


def record(id: str, text: str = "Chữ.") -> Submitted:
    return of_record({"id": id, "text": text})


def states(queue: Queue, number: int) -> list[str]:
    change = queue.change(number)
    assert change is not None
    return [item.outcome.state for item in change.items]


def test_what_was_accepted_waits_in_order_and_another_process_finds_it(queue: Queue, tmp_path: Path) -> None:
    assert not queue.exists
    assert queue.depth().items == 0
    first, second = accepted(queue, record("a"), record("b")), accepted(queue, record("c"), sources=["Báo Mẫu"])
    other = Queue(tmp_path / "index")
    waiting = other.waiting(10, 1_000)
    assert [(each.id, each.owner, each.sources) for each in waiting] == [
        ("a", "anna", None),
        ("b", "anna", None),
        ("c", "anna", ("Báo Mẫu",)),
    ]
    assert other.content(waiting[2].number) == '{"id": "c", "text": "Chữ."}'.encode()
    assert (states(other, first), states(other, second)) == ([QUEUED, QUEUED], [QUEUED])
    assert (other.depth().items, other.depth().oldest_seconds >= 0) == (3, True)
    assert [each.id for each in other.waiting(2, 1_000)] == ["a", "b"]
    assert [each.id for each in other.waiting(10, 1)] == ["a"], "one at least, whatever its size"
    other.close()


def test_a_commit_is_on_the_disk(queue: Queue) -> None:
    accepted(queue, record("a"))
    with queue._database() as database:
        # Every commit syncs the write-ahead log (2: FULL).
        assert database.do("PRAGMA synchronous").fetchone() == (2,)
        assert database.do("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_was_foreseen_counts_when_it_was_published_and_its_text_is_gone(queue: Queue, tmp_path: Path) -> None:
    number = accepted(queue, record("a", "bí mật một"), record("b", "bí mật hai"), of_record(1, line=3))
    later = accepted(queue, record("c", "còn chờ"))
    one, two, three = (each.number for each in queue.waiting(10, 1_000))
    queue.foresee({one: Outcome(SUPERSEDED), two: Outcome(INDEXED, "", ("lạ",)), three: Outcome(INDEXED)})
    assert states(queue, number) == [QUEUED, QUEUED, REJECTED]
    queue.finish(two)
    change = queue.change(number)
    assert change is not None
    assert (change.state, dict(change.counts)) == (INDEXED, {QUEUED: 0, INDEXED: 1, REJECTED: 1, SUPERSEDED: 1})
    assert change.items[1].outcome.warnings == ("lạ",)
    assert "is an object" in change.items[2].outcome.reason
    assert states(queue, later) == [QUEUED]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "index").iterdir())
    assert "bí mật".encode() not in kept
    assert "còn chờ".encode() in kept


def test_a_generation_tells_what_was_published_before_a_crash(queue: Queue) -> None:
    number = accepted(queue, record("a"), record("b"))
    one, two = (each.number for each in queue.waiting(10, 1_000))
    queue.foresee({one: Outcome(INDEXED), two: Outcome(INDEXED)})
    queue.settle([("another queue", two)])
    assert states(queue, number) == [QUEUED, QUEUED]
    queue.settle([(queue.identity, one), ("another queue", two)])
    assert states(queue, number) == [INDEXED, QUEUED]


def test_a_request_that_is_repeated_is_the_same_change(queue: Queue) -> None:
    first = accepted(queue, record("a"), repeat="k", digest=b"1")
    assert accepted(queue, record("a"), repeat="k", digest=b"1") == first
    assert accepted(queue, record("a"), repeat="k", digest=b"1", owner="bình") != first
    with pytest.raises(RepeatDiffers, match=f"change {first} "):
        accepted(queue, record("b"), repeat="k", digest=b"2")
    assert queue.depth().items == 2
    assert accepted(queue, record("a"), record("a"), items_at_most=4) > first, "without a key nothing is repeated"


def test_a_full_queue_takes_nothing_of_a_change(queue: Queue) -> None:
    accepted(queue, record("a"), items_at_most=2)
    with pytest.raises(QueueFull, match="1 items of 29 bytes"):
        accepted(queue, record("b"), record("c"), items_at_most=2)
    with pytest.raises(QueueFull):
        accepted(queue, record("b", "x" * 1_000))
    assert [each.id for each in queue.waiting(10, 1_000)] == ["a"]


def test_changes_are_forgotten_some_time_after_they_were_done(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    done, waits = accepted(queue, record("a")), accepted(queue, record("b"))
    one, _ = (each.number for each in queue.waiting(10, 1_000))
    queue.foresee({one: Outcome(INDEXED)})
    monkeypatch.setattr(module, "KEPT_SECONDS", -1.0)
    queue.finish(one)
    assert queue.change(done) is None
    assert states(queue, waits) == [QUEUED]
    assert accepted(queue, record("c")) > waits, "no number is given twice"


def test_one_process_drains(queue: Queue) -> None:
    accepted(queue, record("a"))
    with queue.drained_by_this_process(), pytest.raises(IndexLocked), queue.drained_by_this_process():
        pass
    with queue.drained_by_this_process():
        pass


def _accept_many(directory: Path, owner: str) -> None:
    queue = Queue(directory)
    for number in range(25):
        queue.accept([record(f"{owner}/{number}")], owner, most_items=1_000, most_bytes=1 << 20)


def test_several_processes_accept_at_once(queue: Queue, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_accept_many, args=(tmp_path / "index", name)) for name in "xyz"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    waiting = queue.waiting(1_000, 1 << 20)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    for name in "xyz":
        assert [each.id for each in waiting if each.owner == name] == [f"{name}/{number}" for number in range(25)]


@pytest.mark.parametrize("make", [damage, from_the_future])
def test_a_queue_that_cannot_be_read_says_what_to_do(
    queue: Queue, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    (tmp_path / "index").mkdir()
    make(tmp_path / "index" / NAME)
    with pytest.raises(QueueUnusable, match=NAME) as caught:
        accepted(queue, record("a"))
    assert "Move it away" in caught.value.hint


def test_lines_become_items_each_with_its_line_and_bad_ones_a_reason() -> None:
    data = b'\xef\xbb\xbf{"id": 7, "text": "a"}\n\n[1]\n{"text": "a"}\n{"id": "../x"}\nno json\n\xff\n{"_id": "b"}'
    found = list(of_lines(data))
    assert [(each.line, each.id) for each in found if not each.rejected] == [(1, "7"), (8, "b")]
    reasons = {each.line: each.rejected for each in found if each.rejected}
    assert reasons[3].startswith("holds a list; an article is an object")
    assert reasons[4] == "has no `id`"
    assert "'.' or '..'" in reasons[5]
    assert reasons[6].startswith("is not JSON: Expecting value at character 1")
    assert reasons[7] == "is not UTF-8 at byte 0 of the line"
    assert len(reasons) == 5
    assert [each.rejected for each in of_lines('{"id": "a"}'.encode("utf-16"))] == ["is UTF-16; convert it to UTF-8"]
    assert of_record({"id": "a", "text": "\ud800"}).rejected.startswith("holds half of a surrogate pair")


def test_a_file_is_named_as_in_a_folder_and_one_that_nothing_reads_is_refused() -> None:
    found = of_file("tin/bài.html", b"<p>a", {"source": "Báo Mẫu"}, 2)
    assert (found.kind, found.id, found.line, found.rejected) == (module.FILE, "tin/bài", 2, "")
    assert of_file("a.jpg", b"", {}, 1).rejected.startswith("has an unknown suffix; read are .")
    assert "'.' or '..'" in of_file("../a.txt", b"", {}, 1).rejected
