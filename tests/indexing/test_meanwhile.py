"""What others change while a build reads its sources: it succeeds at once, and the new index has it as they left it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from indexer import IndexLocked, IndexMissing, SearchRequest, Settings, add, build, open_index, remove, rollback
from indexer.indexing.changes import change
from indexer.indexing.ingesting import ingest
from indexer.indexing.report import Report
from indexer.indexing.rewriting import upgrade
from indexer.indexing.withdrawing import take_back, withdraw
from indexer.ingest.reading import read
from indexer.schema import FieldType, Label, MetadataField
from indexer.setting_values import DeclaredSource
from indexer.storage import marks, meanwhile, publishing
from indexer.storage.marks import Mark
from indexer.storage.registry import open_backend
from tests.samples import ARTICLES, write_articles

pytestmark = pytest.mark.files

NEW = {"id": "chen-ngang", "title": "Chèn ngang", "text": "Bài chèn vào giữa chừng, về cây quýt."}


def slowly(*records: Mapping[str, Any], do: Callable[[], object]) -> Iterator[Mapping[str, Any]]:
    """Records of which all but the first come when something was done."""
    first, *others = records
    yield first
    do()
    yield from others


def texts(index: Path) -> dict[str, str]:
    """The first passage of each article, and that nothing is damaged."""
    with open_index(index) as opened:
        assert list(opened.check()) == []
        found = {info.id: opened.article(info.id) for info in opened.articles()}
        return {id: article.paragraphs[-1].text for id, article in found.items() if article is not None}


def generations(index: Path) -> set[str]:
    """The generations that are kept, whole or not."""
    return {path.name for path in (index / "generations").iterdir()}


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own."""
    return subprocess.run([sys.executable, "-m", "indexer", *map(str, arguments)], capture_output=True, text=True)


def test_another_process_adds_and_removes_while_a_build_reads(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([*ARTICLES, {"id": "cu", "text": "Bài cũ, không còn trong nguồn."}], index)
    changed = {"id": "ho-ke-go", "text": "Hồ Kẻ Gỗ đầy nước sau mưa."}

    def elsewhere() -> None:
        more = write_articles(tmp_path / "more.jsonl", (NEW, changed))
        done = command("add", more, "--index", index)
        assert done.returncode == 0, done.stderr
        assert NEW["text"] in texts(index).values()
        done = command("remove", "hoi-nghi", "--index", index)
        assert done.returncode == 0, done.stderr
        with open_index(index) as opened:
            assert {info.id for info in opened.articles()} == {"buoi-phuc-trach", "ho-ke-go", "cu", NEW["id"]}

    report = build(slowly(*ARTICLES, do=elsewhere), index)
    assert (report.articles, report.meanwhile) == (3, 3)
    found = texts(index)
    assert found.keys() == {"buoi-phuc-trach", "ho-ke-go", NEW["id"]}
    assert (found["ho-ke-go"], found[NEW["id"]]) == (changed["text"], NEW["text"])
    backend = open_backend(index)
    names = backend.published()
    assert generations(index) == {names.generation, names.previous}
    with open_index(index) as opened:
        assert opened.search(SearchRequest("quýt")).total == 1
        assert opened.search(SearchRequest("tư lệnh trao cờ")).total == 0
        assert not opened.suggest("hoi nghi tong ket")
    rollback(index)
    with open_index(index) as opened:
        assert {info.id for info in opened.articles()} == {"buoi-phuc-trach", "ho-ke-go", "cu", NEW["id"]}


def test_what_is_removed_meanwhile_is_left_out_whether_or_not_it_was_there(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([NEW], index)
    backend = open_backend(index)

    def gone() -> None:
        mark = Mark("a queue", 7)
        with pytest.raises(Exception, match="nothing was published"):
            remove(["hoi-nghi"], index)
        change(
            lambda schema, _: iter(read([{"id": "khac", "text": "Bài khác."}], schema=schema)),
            lambda: ["hoi-nghi", NEW["id"]],
            index,
            backend,
            "indexer drain",
            {},
            report=Report(),
            mark=mark,
        )

    build(slowly(*ARTICLES, NEW, do=gone), index)
    assert texts(index).keys() == {"buoi-phuc-trach", "ho-ke-go", "khac"}
    # So the queue knows that it was published.
    assert marks.of_live(backend) == Mark("a queue", 7)


def test_what_is_taken_back_meanwhile_is_not_taken_over(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(list(ARTICLES), index)

    def there_and_back() -> None:
        add([{"id": "mot", "text": "Bài một."}], index)
        add([{"id": "hai", "text": "Bài hai."}], index)
        rollback(index)

    assert build(slowly(*ARTICLES, do=there_and_back), index).meanwhile == 1
    assert texts(index).keys() == {"hoi-nghi", "buoi-phuc-trach", "ho-ke-go", "mot"}
    # A later build knows nothing of that.
    assert build(slowly(*ARTICLES, do=lambda: add([NEW], index)), index).meanwhile == 1
    assert texts(index).keys() == {"hoi-nghi", "buoi-phuc-trach", "ho-ke-go", NEW["id"]}
    add([NEW], index)
    assert not list(index.glob("generations/*/meanwhile/*")) or len(generations(index)) == 2
    assert build(list(ARTICLES), index).meanwhile == 0


def test_what_replaces_the_whole_index_waits_for_its_turn(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(list(ARTICLES), index)
    refused = 0

    def others() -> None:
        nonlocal refused
        for attempt in (
            lambda: build([NEW], index),
            lambda: upgrade(index),
            lambda: remove(["hoi-nghi"], index, purge=True),
            lambda: withdraw({"hoi-nghi": "sai"}, index),
        ):
            with pytest.raises(IndexLocked, match="indexer build, process"):
                attempt()
            refused += 1

    build(slowly(*ARTICLES, do=others), index)
    assert refused == 4
    assert len(texts(index)) == 3
    assert withdraw({"hoi-nghi": "sai"}, index).report.removed == 1


def test_a_first_index_made_while_another_is_being_built_is_taken_over(tmp_path: Path) -> None:
    index = tmp_path / "index"
    folder = tmp_path / "folder"
    folder.mkdir()
    write_articles(folder / "new.jsonl", (NEW,))
    settings = Settings(index=index, sources=(DeclaredSource("kho", folder, settle_seconds=0.0),))

    def sources() -> None:
        with pytest.raises(IndexMissing, match="is being built"):
            add([NEW], index)
        assert ingest(settings).report.articles == 1
        assert texts(index).keys() == {NEW["id"]}

    build(slowly(*ARTICLES, do=sources), index)
    assert texts(index).keys() == {"hoi-nghi", "buoi-phuc-trach", "ho-ke-go", NEW["id"]}


def test_an_index_published_while_a_first_one_is_read_is_added_to(tmp_path: Path) -> None:
    index = tmp_path / "index"

    def articles(schema: object, _: object) -> Iterator[Any]:
        build(list(ARTICLES), index)
        return iter(read([NEW]))

    change(articles, tuple, index, open_backend(index), "indexer ingest", {}, report=Report(), create=True)
    assert texts(index).keys() == {"hoi-nghi", "buoi-phuc-trach", "ho-ke-go", NEW["id"]}


def test_what_was_withdrawn_while_it_was_read_is_not_added(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(list(ARTICLES), index)
    withdrawing = slowly(NEW, ARTICLES[0], do=lambda: withdraw({NEW["id"]: "sai"}, index))
    with pytest.raises(IndexLocked, match="withdrawn for good"):
        add(withdrawing, index)
    assert len(texts(index)) == 3
    assert take_back([NEW["id"]], index) == []
    assert add([NEW], index).articles == 1


def test_values_of_fields_that_are_declared_otherwise_are_left_out_and_told(tmp_path: Path) -> None:
    index = tmp_path / "index"
    place = MetadataField("vung", FieldType.KEYWORD, Label("Vùng", "Region"))
    before, after = (
        Settings(index=index, fields=(MetadataField("so", kind, Label("Số", "Number")), place))
        for kind in (FieldType.NUMBER, FieldType.KEYWORD)
    )
    build(list(ARTICLES), index, settings=before)
    adding = slowly(*ARTICLES, do=lambda: add([{**NEW, "so": 7, "vung": "Bắc"}], index, settings=before))
    report = build(adding, index, settings=after)
    assert [str(each) for each in report.warnings] == ["chen-ngang: `so` is declared otherwise now; left out"]
    with open_index(index, after) as opened:
        article = opened.article(NEW["id"])
    assert article is not None and article.info.values == {"vung": ("Bắc",)}


READS_FOR_EVER = """
import sys
from indexer import build
def records():
    yield {"id": "a", "text": "Bài a."}
    print("reading", flush=True)
    sys.stdin.read()
build(records(), sys.argv[1])
"""


def test_a_build_that_is_killed_leaves_what_the_next_writer_removes(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(list(ARTICLES), index)
    arguments = [sys.executable, "-c", READS_FOR_EVER, index]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "reading\n"
        backend = open_backend(index)
        token = backend.builder()
        for number in range(3):
            add([{"id": str(number), "text": f"Bài {number}."}], index)
            assert token in generations(index)
        process.kill()
    assert backend.builder() == ""
    assert token in generations(index)
    add([NEW], index)
    assert token not in generations(index) and len(generations(index)) == 2
    # What was noted for it is carried on no more.
    add([{**NEW, "id": "cuoi"}], index)
    assert not list(index.glob("generations/*/meanwhile"))
    assert texts(index).keys() == {"hoi-nghi", "buoi-phuc-trach", "ho-ke-go", "0", "1", "2", NEW["id"], "cuoi"}


def test_a_build_waits_for_whoever_writes_when_it_has_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"
    build(list(ARTICLES), index)
    writing = open_backend(index).writing("indexer add")
    waits = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            writing.__exit__(None, None, None)

    monkeypatch.setattr(publishing.time, "sleep", pause)
    assert build(slowly(*ARTICLES, do=writing.__enter__), index).articles == 3
    assert len(waits) >= 3


def test_what_was_changed_meanwhile_must_be_readable(tmp_path: Path) -> None:
    meanwhile.write(tmp_path, "000001-00000000", ["a", "b", "a"])
    assert meanwhile.read(tmp_path, "000001-00000000") == ["a", "b"]
    assert meanwhile.read(tmp_path, "000002-00000000") == []
    for forged in ("[]", '{"build": "000001-00000000", "ids": [1]}', "[" * 100_000, "\0", '{"builds": 1}'):
        (tmp_path / meanwhile.ATTACHMENT / "ids.json").write_text(forged)
        with pytest.raises(Exception, match="cannot be read"):
            meanwhile.read(tmp_path, "000001-00000000")
