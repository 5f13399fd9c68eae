"""The query log: many writers, bounded, nobody named; and what is read out of it."""

from __future__ import annotations

import json
import os
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from indexer import Results
from indexer.errors import QueryLogMissing
from indexer.search.query_log import QueryLog, older, read_query_log


def answer(query: str, total: int = 1, took_ms: float = 1.0) -> Results:
    """What a search came back with."""
    return Results(
        query=query, understood=query, interpretation=None, warnings=(), total=total, articles=total, exact=True,
        page=1, per_page=10, more=False, took_ms=took_ms, generation="000001-aa", passages=(),
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queries.log"


def entries(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_holds_the_search_to_the_minute_and_nothing_of_the_reader(path: Path) -> None:
    QueryLog(path, 10_000).add(answer("cờ thi đua", 25, 4.5))
    (entry,) = entries(path)
    minute = str(entry.pop("time"))
    assert len(minute) == len("2024-01-01T00:00Z")
    assert entry == {"query": "cờ thi đua", "total": 25, "took_ms": 4.5, "generation": "000001-aa", "degraded": False}
    assert path.stat().st_mode & 0o077 == 0


def test_a_query_cannot_forge_a_line(path: Path) -> None:
    log = QueryLog(path, 10_000)
    log.add(answer('a"}\n{"query": "b"\x00\ud800'))
    assert len(path.read_bytes().splitlines()) == 1
    assert read_query_log(path, 5).searches == 1


def test_many_writers_lose_nothing_while_it_is_renamed(path: Path) -> None:
    one = len(json.dumps({"time": "2024-01-01T00:00Z", "query": "câu 100", "total": 1, "took_ms": 1.0,
                          "generation": "000001-aa", "degraded": False}, ensure_ascii=False).encode()) + 1  # fmt: skip
    log, limit = QueryLog(path, one * 150), one * 150
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: log.add(answer(f"câu {number}")), range(100, 300)))
    found = read_query_log(path, 1_000)
    assert found.searches == found.queries == 200
    assert path.stat().st_size <= limit
    assert older(path).stat().st_size <= limit


def test_a_line_that_does_not_fit_on_the_disk_leaves_no_half_of_itself(path: Path) -> None:
    log = QueryLog(path, 10_000)
    log.add(answer("bưởi"))
    kept, limit = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may grow further than so: a disk with ten bytes left.
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(kept) + 10, limit[1]))
    try:
        with pytest.raises(OSError, match="No space left"):
            log.add(answer("cam"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert path.read_bytes() == kept
    log.add(answer("cam"))
    assert [entry["query"] for entry in entries(path)] == ["bưởi", "cam"]


def test_the_oldest_part_goes_when_it_is_full_again(path: Path) -> None:
    log = QueryLog(path, 1_000)
    for number in range(100):
        log.add(answer(f"câu {number}"))
    assert path.stat().st_size + older(path).stat().st_size <= 2_000
    assert str(entries(path)[-1]["query"]) == "câu 99"
    assert sorted(file.name for file in path.parent.iterdir()) == ["queries.log", "queries.log.1"]


@pytest.mark.parametrize(("lacks", "kept", "renamed"), [(0, 2, False), (1, 1, True)])
def test_it_is_full_when_the_next_line_does_not_fit(path: Path, lacks: int, kept: int, renamed: bool) -> None:
    QueryLog(path, 10_000).add(answer("a"))
    line = path.stat().st_size
    path.unlink()
    log = QueryLog(path, 2 * line - lacks)
    log.add(answer("a"))
    log.add(answer("b"))
    assert [entry["query"] for entry in entries(path)] == ["a", "b"][-kept:]
    assert older(path).exists() is renamed
    # A line that is longer than the whole log is written all the same.
    path.unlink()
    QueryLog(path, line - 1).add(answer("c"))
    assert [entry["query"] for entry in entries(path)] == ["c"]


def test_of_many_queries_so_many_are_told(path: Path) -> None:
    log = QueryLog(path, 100_000)
    for number in range(4):
        for _ in range(4 - number):
            log.add(answer(f"câu {number}", number % 2, 1.0 + number))
    found = read_query_log(path, 2)
    assert (found.searches, found.queries) == (10, 4)
    assert [one.query for one in found.frequent] == ["câu 0", "câu 1"]
    assert [one.query for one in found.empty] == ["câu 0", "câu 2"]
    assert [one.query for one in found.slow] == ["câu 3", "câu 2"]
    # Of an even number of times the longer one of the middle is the typical one.
    log.add(answer("câu 3", 1, 2.0))
    assert [(one.typical_ms, one.count) for one in read_query_log(path, 1).slow] == [(4.0, 2)]


def test_what_was_asked_is_counted(path: Path) -> None:
    log = QueryLog(path, 100_000)
    for took in (1.0, 9.0, 2.0):
        log.add(answer("Bưởi  Phúc Trạch", 3, took))
    log.add(answer("bưởi phúc trạch", 4, 3.0))
    log.add(answer("không có", 0, 50.0))
    found = read_query_log(path, 10)
    assert [(one.query, one.count, one.total) for one in found.frequent] == [
        ("Bưởi  Phúc Trạch", 4, 4),
        ("không có", 1, 0),
    ]
    assert [one.query for one in found.empty] == ["không có"]
    assert [(one.query, one.typical_ms, one.slowest_ms) for one in found.slow] == [
        ("không có", 50.0, 50.0),
        ("Bưởi  Phúc Trạch", 3.0, 9.0),
    ]
    assert len(read_query_log(path, 1).frequent) == 1


def test_the_first_and_the_last_minute_are_told_whatever_the_order(path: Path) -> None:
    minutes = ["2024-03-02T10:00Z", "2024-03-01T09:59Z", "2024-03-05T00:00Z", "2024-03-04T23:59Z"]
    lines = [f'{{"time": "{minute}", "query": "a", "total": 1, "took_ms": 1}}' for minute in minutes]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    found = read_query_log(path, 5)
    assert (found.since, found.until) == ("2024-03-01T09:59Z", "2024-03-05T00:00Z")
    path.write_text("", "utf-8")
    assert (read_query_log(path, 5).since, read_query_log(path, 5).until) == ("", "")


def test_lines_that_are_no_entries_are_counted_and_passed_over(path: Path) -> None:
    QueryLog(path, 100_000).add(answer("bưởi"))
    with path.open("ab") as file:
        file.write(b'{"query": "half\n\xff\n[]\n{}\n' + b"x" * 200_000 + b"\n" + b"[" * 50_000 + b"\n")
        for total, took_ms in (("Infinity", "1"), ("1", "NaN")):
            entry = f'{{"time": "2024-01-01T00:00Z", "query": "a", "total": {total}, "took_ms": {took_ms}}}\n'
            file.write(entry.encode())
    found = read_query_log(path, 5)
    assert (found.searches, found.unreadable) == (1, 11)


@pytest.mark.parametrize(("size", "searches", "unreadable"), [(65_536, 1, 0), (65_537, 1, 1), (65_538, 0, 2)])
def test_a_longer_line_than_a_log_can_have_is_read_in_pieces(
    path: Path, size: int, searches: int, unreadable: int
) -> None:
    log = QueryLog(path, 1_000_000)
    log.add(answer(""))
    log_bytes = path.stat().st_size
    path.unlink()
    log.add(answer("x" * (size - log_bytes)))
    assert path.stat().st_size == size
    found = read_query_log(path, 5)
    assert (found.searches, found.unreadable) == (searches, unreadable)


def test_a_line_never_goes_to_a_log_that_was_renamed_meanwhile(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = QueryLog(path, 10_000)
    log.add(answer("first"))
    real, opened = os.open, []

    def renamed(*given: Any) -> int:
        opened.append(real(*given))
        if len(opened) == 1:
            os.replace(path, older(path))
        return opened[-1]

    monkeypatch.setattr(os, "open", renamed)
    log.add(answer("second"))
    monkeypatch.undo()
    assert [entry["query"] for entry in entries(path)] == ["second"]
    assert [entry["query"] for entry in entries(older(path))] == ["first"]


def test_a_named_pipe_that_nobody_reads_holds_no_search(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(OSError, match="No such device"):
        QueryLog(path, 100_000).add(answer("bưởi"))


def test_no_log_is_told(path: Path) -> None:
    with pytest.raises(QueryLogMissing):
        read_query_log(path, 5)
