"""Files that are not what they seem: links, pipes, devices, and archives that hold far more than their size."""

from __future__ import annotations

import gzip
import os
import socket
from pathlib import Path

import pytest

from indexer import IndexLocked, Settings, add, build, open_backend, open_index
from indexer.articles import Article, Rejection
from indexer.articles.limits import Limits
from indexer.ingest.reading import read

LINE = '{"id": "%d", "text": "Đoạn."}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "articles"
    (inside / "nested").mkdir(parents=True)
    (inside / "one.txt").write_text("Một\n\nĐoạn một.", "utf-8")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("Mật\n\nKhông ai được đọc.", "utf-8")
    return inside


def outcome(folder: Path, **options: bool) -> tuple[list[str], dict[str, str]]:
    """The ids of the articles, and what was rejected for which reason."""
    found = list(read([folder], **options))
    ids = [item.info.id for item in found if isinstance(item, Article)]
    return ids, {Path(item.path).name: item.reason for item in found if isinstance(item, Rejection)}


def test_a_link_out_of_the_folder_is_followed_only_if_that_is_set(folder: Path) -> None:
    (folder / "file.txt").symlink_to(folder.parent / "outside" / "secret.txt")
    (folder / "dir").symlink_to(folder.parent / "outside")
    (folder / "relative.txt").symlink_to("../outside/secret.txt")
    (folder / "nested" / "inside.txt").symlink_to("../one.txt")
    (folder / "sibling").symlink_to(folder.parent / "articles-of-others")
    (folder.parent / "articles-of-others").mkdir()
    ids, rejected = outcome(folder)
    assert ids == ["nested/inside", "one"]
    assert set(rejected) == {"file.txt", "dir", "relative.txt", "sibling"}
    assert all("leads out of the folder" in reason for reason in rejected.values())
    ids, rejected = outcome(folder, follow_links=True)
    assert ids == ["dir/secret", "file", "nested/inside", "one", "relative"] and not rejected


def test_the_setting_counts_for_build_and_add(folder: Path, tmp_path: Path) -> None:
    (folder / "file.txt").symlink_to(folder.parent / "outside" / "secret.txt")
    index = tmp_path / "index"
    assert build([folder], index).rejected == 1
    with open_index(index) as opened:
        assert opened.article("file") is None
    assert add([folder], index, settings=Settings(follow_links=True)).articles == 2


def test_a_folder_and_a_file_that_are_given_may_be_links(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    (folder.parent / "link.txt").symlink_to(folder / "one.txt")
    assert outcome(folder.parent / "link")[0] == ["one"]
    assert outcome(folder.parent / "link.txt")[0] == ["link"]


def test_pipes_sockets_and_devices_are_skipped_with_a_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)  # The address of a socket has some hundred characters at most.
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.jsonl")
        (folder / "null.txt").symlink_to("/dev/null")
        ids, rejected = outcome(folder, follow_links=True)
    assert ids == ["one"]
    assert set(rejected) == {"pipe.txt", "socket.jsonl", "null.txt"}
    assert all("no regular file" in reason for reason in rejected.values())


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    (folder / "two.txt").write_text("Hai\n\nĐoạn hai.", "utf-8")
    found = read([folder])
    first = next(found)
    assert isinstance(first, Article) and first.info.id == "one"
    (folder / "two.txt").unlink()
    os.mkfifo(folder / "two.txt")
    (last,) = found
    assert isinstance(last, Rejection) and "no regular file" in last.reason


def test_an_archive_that_holds_far_more_than_its_size_is_read_up_to_the_limit(tmp_path: Path) -> None:
    limits = Limits(unpacked_ratio=10, unpacked_bytes_always=20_000)
    whole = tmp_path / "whole.jsonl.gz"
    whole.write_bytes(gzip.compress("".join(LINE % number for number in range(300)).encode()))
    assert len(list(read(whole, limits))) == 300
    bomb = tmp_path / "bomb.jsonl.gz"
    bomb.write_bytes(gzip.compress((LINE % 1 + LINE % 2).encode() + b" \n" * 1_000_000))
    *articles, last = read(bomb, limits)
    assert [item.info.id for item in articles if isinstance(item, Article)] == ["1", "2"]
    assert isinstance(last, Rejection)
    assert "10 times its size; what it held from this line on is lost" in last.reason
    text = tmp_path / "bomb.txt.gz"
    text.write_bytes(gzip.compress(b"a" * 1_000_000))
    (only,) = read(text, limits)
    assert isinstance(only, Rejection) and "holds more than" in only.reason


def test_unpacking_may_take_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "slow.jsonl.gz"
    path.write_bytes(gzip.compress("".join(LINE % number for number in range(50_000)).encode()))
    ticks = iter(range(1_000_000))
    monkeypatch.setattr("indexer.articles.formats.unpacking.time.perf_counter", lambda: float(next(ticks)))
    *_, last = read(path, Limits(unpacking_seconds=2))
    assert isinstance(last, Rejection) and "takes more than 2 seconds" in last.reason


def test_the_lock_is_not_held_while_what_is_added_is_read(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([folder], index)

    def records() -> object:
        # Somebody else may write meanwhile.
        add([{"id": "chen-ngang", "text": "Đoạn khác."}], index)
        yield {"id": "doc-cham", "text": "Đoạn chậm."}

    assert add(records(), index).articles == 1  # type: ignore[arg-type]
    with open_index(index) as opened:
        assert {info.id for info in opened.articles()} == {"one", "chen-ngang", "doc-cham"}
    with open_backend(index).writing("indexer build"), pytest.raises(IndexLocked):
        add(iter(lambda: pytest.fail("read although another writes"), None), index)
