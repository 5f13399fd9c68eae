"""What is removed is gone, and an index is written anew beside the live one."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import IndexMissing, NothingToPublish, SearchRequest, add, build, open_index, remove, rollback, upgrade
from indexer.cli.main import main
from indexer.engine.whoosh.contents import FORMAT
from indexer.lexicon import changing
from tests.samples import ARTICLES

SECRET = {
    "id": "bai-bi-rut",
    "title": "Lời kể của Kpă Hđruế",
    "text": "Ông Kpă Hđruế thuộc Hội Kể Chuyện Khuya (HKCK) kể chuyện.\n\nKpă Hđruế nói: Kpă Hđruế không nhận tiền.",
}
OTHER = {"id": "bai-khac", "title": "Hội", "text": "Hội kể chuyện hay. Tin của Kể Chuyện."}
WORDS = ("kpă", "hđruế", "khuya")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    build([*ARTICLES, OTHER, SECRET], tmp_path / "index")
    return tmp_path / "index"


def known(directory: Path) -> list[str]:
    """What of the secret article anybody may be shown."""
    found = []
    with open_index(directory) as index:
        for text in ("HKCK", "kpa hdrue", "Kpă Hđruế", "hội kể chuyện khuya", "k", "kp", "kpă h", "lời kể của k"):
            found += [str(index.search(SearchRequest(text)))] + [each.text for each in index.suggest(text)]
        facts = [index.lexicon_facts(text) for text in ("kpă hđruế", "HKCK", "kể")]
        found += [str((each.readings, each.shorts, [one.followers for one in each.syllables])) for each in facts]
        found += [info.id for info in index.articles()]
        found.append(str(index.article("bai-khac")))
    # A query repeats what was typed: only what nobody typed tells.
    # So do its units, what passages are said to lack, and the warning that no passage has a word.
    found = [re.sub(r"QueryUnit\(text='khuya'|missing=\([^)]*\)|subject='khuya'", "", each) for each in found]
    told = ("bai-bi-rut", "Khuya (", "meaning='hội", "'khuya'")
    return [each for each in found if any(word in each for word in told)]


def held(directory: Path) -> list[Path]:
    """The files of the index that hold a word of the secret article."""
    words = [word.encode() for word in (*WORDS, *map(str.capitalize, WORDS))]
    return [
        path for path in directory.rglob("*") if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def lexicon(directory: Path) -> bytes:
    live = json.loads((directory / "current").read_text())["generation"]
    (path,) = (directory / "generations" / live / "lexicon").iterdir()
    return path.read_bytes()


def test_of_a_removed_article_nothing_is_shown(directory: Path) -> None:
    assert known(directory) and "hđruế".encode() in lexicon(directory)
    remove(["bai-bi-rut"], directory)
    assert not known(directory)
    assert not any(word.encode() in lexicon(directory) for word in WORDS)
    assert b"bai-bi-rut" not in lexicon(directory)
    # What others have too is there.
    with open_index(directory) as index:
        assert index.lexicon_facts("chuyện").syllables[0].count == 2


def test_of_a_removed_article_nothing_is_shown_where_the_lexicon_is_shared(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "FOLDED_SHARE", 100.0)
    monkeypatch.setattr(changing, "WHOLE_SHARE", 100.0)
    report = remove(["bai-bi-rut"], directory)
    assert not known(directory)
    beside = directory / "generations" / report.generation / "lexicon" / "changes-000001.bin"
    assert not any(word.encode() in beside.read_bytes() for word in WORDS)
    add([SECRET], directory)
    assert known(directory)
    remove(["bai-bi-rut"], directory)
    assert not known(directory)


def test_of_a_replaced_article_nothing_is_shown(directory: Path) -> None:
    add([{"id": "bai-bi-rut", "title": "Khác", "text": "Bài đã sửa."}], directory)
    assert not any(word.encode() in lexicon(directory) for word in WORDS)


def test_what_is_purged_is_in_no_file_and_does_not_come_back(directory: Path) -> None:
    remove(["bai-bi-rut"], directory)
    assert held(directory)
    add([SECRET], directory)
    report = remove(["bai-bi-rut", "không-có"], directory, purge=True)
    assert (report.removed, report.paragraphs, report.rejected) == (1, 3, 1)
    assert not held(directory) and not known(directory)
    assert len(list((directory / "generations").iterdir())) == 1
    with pytest.raises(IndexMissing, match="no earlier generation"):
        rollback(directory)
    with open_index(directory) as index:
        assert index.stats().articles == len(ARTICLES) + 1
        assert list(index.check()) == []


def test_a_purge_of_nothing_publishes_nothing(directory: Path) -> None:
    before = (directory / "current").read_bytes()
    with pytest.raises(NothingToPublish, match="không-có"):
        remove(["không-có"], directory, purge=True)
    assert (directory / "current").read_bytes() == before


def test_the_command_says_what_stays_and_purges(directory: Path) -> None:
    said = CliRunner().invoke(main, ["remove", "--help"]).output
    assert "--purge" in said and "indexer rollback" in said
    result = CliRunner().invoke(main, ["remove", "bai-bi-rut", "--purge", "--index", str(directory), "--jobs", "1"])
    assert result.exit_code == 0 and "removed 1 article" in result.output
    assert not held(directory)


def test_an_index_is_upgraded_while_it_answers(directory: Path) -> None:
    found: list[list[str]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            with open_index(directory) as index:
                found.append([each.article.id for each in index.search(SearchRequest("kể chuyện")).passages])

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        report = upgrade(directory)
    finally:
        done.set()
        asking.join()
    assert report.articles == len(ARTICLES) + 2
    assert found and all(each == found[0] for each in found)
    live = directory / "generations" / report.generation
    assert json.loads((live / "manifest.json").read_text("utf-8"))["engine_format"] == FORMAT
    with open_index(directory) as index:
        assert list(index.check()) == []
        assert [each.article.id for each in index.search(SearchRequest("kể chuyện")).passages] == found[0]
    assert CliRunner().invoke(main, ["upgrade", "--index", str(directory), "--jobs", "1"]).exit_code == 0
