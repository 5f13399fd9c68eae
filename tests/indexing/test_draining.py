"""Draining the queue into a real index: the last write of an id wins, what cannot be read costs itself alone, and a
writer that is killed anywhere publishes everything once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import SearchRequest, add, build, open_index, rollback
from indexer.cli.main import main
from indexer.errors import IndexMissing
from indexer.indexing import draining
from indexer.indexing.draining import Drained, drain
from indexer.indexing.rewriting import upgrade
from indexer.ingest.queue import INDEXED, PURGE, QUEUED, REJECTED, REMOVE, SUPERSEDED, Queue, Submitted
from indexer.ingest.submitting import of_file, of_lines, of_record
from indexer.settings import Settings
from indexer.storage import marks, publishing
from indexer.storage.generations import FolderBackend
from indexer.storage.registry import open_backend


class Archive:
    """An index and its queue."""

    def __init__(self, place: Path) -> None:
        self.settings = Settings(index=place / "index")
        self.queue = Queue(self.settings.index)

    def accept(self, *items: Submitted, sources: list[str] | None = None) -> int:
        return self.queue.accept(items, "anna", most_items=1_000, most_bytes=1 << 20, sources=sources)

    def drain(self) -> Drained | None:
        return drain(self.settings, self.queue)

    def told(self, change: int) -> list[tuple[str, str]]:
        found = self.queue.change(change)
        assert found is not None
        return [(item.outcome.state, item.outcome.reason) for item in found.items]

    def states(self, change: int) -> list[str]:
        return [state for state, _ in self.told(change)]

    def found(self, query: str) -> list[str]:
        with open_index(self.settings.index) as index:
            return sorted({each.article.id for each in index.search(SearchRequest(query)).passages})

    def generation(self) -> str:
        return open_backend(self.settings.index).published().generation


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    yield made
    made.queue.close()


def record(id: str, text: str, **more: object) -> Submitted:
    return of_record({"id": id, "text": text, **more})


def remove(id: str) -> Submitted:
    return Submitted(REMOVE, id)


def test_what_waits_is_published_together_and_makes_the_index(archive: Archive) -> None:
    assert archive.drain() is None
    first, second = archive.accept(record("a", "Bưởi")), archive.accept(record("b", "Cam"), record("c", "Quýt"))
    with pytest.raises(IndexMissing):
        archive.found("cam")
    done = archive.drain()
    assert done is not None
    assert (done.items, done.rejected, done.generation) == (3, 0, archive.generation())
    assert (archive.states(first), archive.states(second)) == ([INDEXED], [INDEXED, INDEXED])
    assert archive.found("cam") == ["b"]
    assert archive.drain() is None


def test_the_last_write_of_an_id_wins_also_when_it_is_a_removal(archive: Archive) -> None:
    numbers = [
        archive.accept(record("a", "Bưởi")),
        archive.accept(record("a", "Cam")),
        archive.accept(record("b", "Cam")),
        archive.accept(remove("b")),
        archive.accept(remove("c")),
        archive.accept(record("c", "Cam")),
    ]
    archive.drain()
    assert [state for number in numbers for state in archive.states(number)] == [
        *(SUPERSEDED, INDEXED),
        *(SUPERSEDED, INDEXED),
        *(SUPERSEDED, INDEXED),
    ]
    assert archive.found("cam") == ["a", "c"]
    gone = archive.accept(remove("a"))
    archive.drain()
    assert (archive.states(gone), archive.found("cam")) == ([INDEXED], ["c"])


def test_what_cannot_be_read_is_rejected_alone_and_does_not_overtake(archive: Archive) -> None:
    good, bad = archive.accept(record("a", "Bưởi")), archive.accept(record("a", ""), record("b", "Cam"))
    archive.drain()
    assert archive.states(good) == [INDEXED]
    assert archive.told(bad) == [(REJECTED, "holds no text"), (INDEXED, "")]
    before = archive.generation()
    nothing = archive.accept(of_record({"id": "x", "body": "Bưởi"}), remove("never there"))
    done = archive.drain()
    assert done is not None and done.generation == ""
    assert [state for state, _ in archive.told(nothing)] == [REJECTED, INDEXED]
    assert "keys seen: id, body" in archive.told(nothing)[0][1]
    assert archive.generation() == before


def test_a_value_that_is_left_out_is_a_warning(archive: Archive) -> None:
    number = archive.accept(record("a", "Bưởi", date="hôm nào"))
    archive.drain()
    change = archive.queue.change(number)
    assert change is not None
    (warning,) = change.items[0].outcome.warnings
    assert warning.startswith("a: `date`")


def test_files_are_read_by_their_formats_with_the_metadata_given(archive: Archive) -> None:
    page = of_file("bai.html", "<h1>Mùa bưởi</h1><p>Bưởi chín rộ khắp vườn đồi.".encode(), {"source": "Báo Mẫu"}, 1)
    lines = of_file("tin.jsonl", b'{"id": "x", "text": "Cam"}\n{broken\n{"id": "y", "text": "Cam"}', {}, 2)
    broken = of_file("a.docx", b"no package", {}, 3)
    number = archive.accept(page, lines, broken)
    later = archive.accept(record("y", "Quýt"))
    archive.drain()
    assert archive.states(number) == [INDEXED, INDEXED, REJECTED]
    change = archive.queue.change(number)
    assert change is not None
    assert change.items[1].outcome.warnings[0].startswith("1 of 3 articles rejected: 2: is not JSON")
    assert archive.states(later) == [INDEXED]
    assert archive.found('source:"Báo Mẫu"') == ["bai"]
    assert archive.found("cam") == ["x"]
    assert archive.found("quýt") == ["y"]


def test_a_narrowed_key_writes_articles_of_its_sources_only(archive: Archive) -> None:
    build(
        [{"id": "theirs", "text": "Bưởi", "source": "Tin Mẫu"}, {"id": "free", "text": "Bưởi"}], archive.settings.index
    )
    own = ["Báo Mẫu"]
    numbers = [
        archive.accept(record("new", "Cam"), sources=own),
        archive.accept(record("new", "Quýt", source="Báo Mẫu"), sources=own),
        archive.accept(record("other", "Cam", source="Tin Mẫu"), sources=own),
        archive.accept(record("theirs", "Cam"), sources=own),
        archive.accept(record("theirs", "Cam"), sources=own),
        archive.accept(record("free", "Cam"), sources=own),
        archive.accept(remove("theirs"), sources=own),
        archive.accept(remove("new"), record("new", "Cam", source="Tin Mẫu")),
        archive.accept(record("new", "Xoài"), sources=own),
        archive.accept(of_file("theirs.txt", b"Cam", {}, 1), of_file("mine.txt", b"Cam", {}, 2), sources=own),
    ]
    archive.drain()
    assert [archive.states(number) for number in numbers] == [
        *([SUPERSEDED], [SUPERSEDED], [REJECTED], [REJECTED], [REJECTED], [REJECTED], [REJECTED]),
        *([SUPERSEDED, INDEXED], [REJECTED], [REJECTED, INDEXED]),
    ]
    assert archive.found('source:"Báo Mẫu"') == ["mine"]
    assert archive.found("bưởi") == ["free", "theirs"]
    assert "it may write Báo Mẫu" in archive.told(numbers[2])[0][1]


class Killed(BaseException):
    pass


def kill(*_: object, **__: object) -> None:
    raise Killed


def count_publications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The generations that are made live from now on."""
    live: list[str] = []
    activate = publishing.activate

    def counted(backend: FolderBackend, token: str, keep: bool = True) -> None:
        activate(backend, token, keep)
        live.append(token)

    monkeypatch.setattr(publishing, "activate", counted)
    return live


CRASHES: list[tuple[object, str]] = [
    (Queue, "foresee"),
    (marks, "write"),
    (FolderBackend, "seal"),
    (FolderBackend, "activate"),
    (Queue, "finish"),
]


@pytest.mark.parametrize(("place", "name"), CRASHES, ids=[name for _, name in CRASHES])
@pytest.mark.parametrize("after", [False, True])
def test_a_writer_killed_anywhere_publishes_everything_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, place: object, name: str, after: bool
) -> None:
    archive.accept(record("a", "Bưởi"))
    archive.drain()
    live = count_publications(monkeypatch)
    numbers = [archive.accept(record("a", "Cam")), archive.accept(record("b", "Cam"), record("c", ""))]
    real: Callable[..., object] = getattr(place, name)

    def then_kill(*args: object, **given: object) -> None:
        real(*args, **given)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(place, name, then_kill if after else kill)
        with pytest.raises(Killed):
            archive.drain()
    assert [state for number in numbers for state in archive.states(number)] in (
        [QUEUED, QUEUED, QUEUED],
        [INDEXED, INDEXED, REJECTED],
    )
    later = archive.accept(record("d", "Cam"))
    archive.drain()
    archive.drain()
    assert [state for number in numbers for state in archive.states(number)] == [INDEXED, INDEXED, REJECTED]
    assert archive.states(later) == [INDEXED]
    assert archive.found("cam") == ["a", "b", "d"]
    with open_index(archive.settings.index) as index:
        assert sorted(info.id for info in index.articles()) == ["a", "b", "d"]
    # Where the generation was live already, only what came later made another one.
    assert len(live) <= 2


def published_but_not_finished(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> int:
    number = archive.accept(record("a", "Cam"))
    with monkeypatch.context() as patched:
        patched.setattr(Queue, "finish", kill)
        with pytest.raises(Killed):
            archive.drain()
    return number


@pytest.mark.parametrize("change", ["add", "upgrade", "two adds", "rollback", "build"])
def test_what_others_publish_after_a_crash_keeps_how_far_the_queue_has_come(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    build([{"id": "x", "text": "Bưởi"}], archive.settings.index)
    number = published_but_not_finished(archive, monkeypatch)
    if change == "upgrade":
        upgrade(archive.settings.index)
    elif change == "rollback":
        rollback(archive.settings.index)
    elif change == "build":
        build([{"id": "y", "text": "Quýt"}], archive.settings.index)
    else:
        for id in "yz"[: len(change.split())]:
            add([{"id": id, "text": "Quýt"}], archive.settings.index)
    before = archive.generation()
    assert archive.drain() is None
    assert archive.states(number) == [INDEXED]
    assert archive.generation() == before


def test_another_queue_is_not_taken_for_published(archive: Archive) -> None:
    for id in "abc":
        archive.accept(record(id, "Bưởi"))
    archive.drain()
    archive.queue.close()
    for path in archive.settings.index.glob("queue.sqlite3*"):
        path.unlink()
    number = archive.accept(record("d", "Cam"))
    archive.drain()
    assert archive.states(number) == [INDEXED]
    assert archive.found("cam") == ["d"]


def test_more_than_is_published_together_comes_with_the_next_generation(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "MOST_ITEMS", 2)
    number = archive.accept(*of_lines(b"".join(b'{"id": "%d", "text": "Cam"}\n' % n for n in range(3))))
    archive.drain()
    assert archive.states(number) == [INDEXED, INDEXED, QUEUED]
    archive.drain()
    assert archive.states(number) == [INDEXED] * 3


def test_the_audit_log_says_whose_keys_it_was(archive: Archive, tmp_path: Path) -> None:
    settings = archive.settings.changed({"audit_log": tmp_path / "audit.jsonl"})
    archive.accept(record("a", "Cam"), record("b", "Cam"))
    drain(settings, archive.queue)
    archive.accept(Submitted(PURGE, "a", extra={"reason": "sai"}))
    drain(settings, archive.queue)
    published, purged = map(json.loads, (tmp_path / "audit.jsonl").read_text("utf-8").splitlines())
    assert (published["action"], published["items"], published["keys"]) == ("indexer drain", [1, 2], ["anna"])
    assert (purged["ids"], purged["reasons"], purged["keys"]) == (["a"], ["sai"], ["anna"])


def test_the_command_publishes_what_waits(archive: Archive) -> None:
    def run() -> tuple[int, str]:
        done = CliRunner().invoke(main, ["drain", "--index", str(archive.settings.index), "--jobs", "1"])
        return done.exit_code, done.output

    assert run() == (0, "nothing waits: no article ever came over HTTP\n")
    archive.accept(record("a", "Cam"), record("b", ""))
    status, told = run()
    assert (status, told) == (1, f"generation {archive.generation()} is live\n2 articles waited, 1 rejected\n")
    assert run() == (0, "0 articles waited, 0 rejected\n")
