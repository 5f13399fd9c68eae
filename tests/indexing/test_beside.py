"""What a change costs: the lexicon of the index is shared with the generation before, and answers as a new one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from indexer import SearchRequest, add, build, open_index, remove
from indexer.lexicon import FILE, changing, store
from indexer.storage.backups import backup
from indexer.storage.generations import FolderBackend
from indexer.storage.registry import open_backend
from tests.samples import ARTICLES

pytestmark = pytest.mark.files

NEW: tuple[Mapping[str, Any], ...] = (
    {
        "id": "vuon-hong",
        "title": "Vườn hồng Nghi Xuân",
        "text": "Ông Đoàn Xuân Quyết trồng hồng. Người ta gọi là vườn hồng của ông Đoàn Xuân Quyết.",
    },
    {"id": "ho-ke-go", "title": "Hồ Kẻ Gỗ mùa mưa", "text": "Hồ Kẻ Gỗ đầy nước; thuyền chở khách ra đảo."},
)
TYPED = ("doan xuan quy", "vuon hong", "ho ke go", "ho ke", "giua rung", "buoi phuc trach", "hoi nghi", "luc luong vu")


@pytest.fixture(autouse=True)
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little was learned, what changes it is written beside it."""
    monkeypatch.setattr(changing, "FOLDED_SHARE", 100.0)
    monkeypatch.setattr(changing, "WHOLE_SHARE", 100.0)
    monkeypatch.setattr(store, "STALE_SHARE", 1.0)


def lexicons(directory: Path) -> dict[str, Path]:
    """The files of the lexicon of the live generation."""
    backend = open_backend(directory)
    assert isinstance(backend, FolderBackend)
    return {path.name: path for path in backend.folder(backend.published().generation).glob("lexicon/*")}


def told(directory: Path) -> list[object]:
    """What is suggested, read into queries and found, and what the lexicon knows."""
    with open_index(directory) as index:
        assert list(index.check()) == []
        found: list[object] = [[str(each) for each in index.suggest(text)] for text in TYPED]
        for text in TYPED:
            results = index.search(SearchRequest(text))
            found.append((results.total, results.understood, results.interpretation, results.units))
            found.append([(hit.article.id, round(hit.score, 9)) for hit in results.passages])
            found.append(index.lexicon_facts(text))
        return found


def test_changes_are_written_beside_the_lexicon_and_answer_as_a_new_one(tmp_path: Path) -> None:
    index, anew = tmp_path / "index", tmp_path / "anew"
    build(list(ARTICLES), index)
    first = lexicons(index)
    add(list(NEW), index)
    added = lexicons(index)
    assert sorted(added) == ["changes-000001.bin", FILE] and added[FILE].samefile(first[FILE])
    build([*ARTICLES[:2], NEW[0], NEW[1]], anew)
    assert told(index) == told(anew)
    remove(["vuon-hong", "hoi-nghi"], index)
    removed = lexicons(index)
    assert sorted(removed) == ["changes-000001.bin", "changes-000002.bin", FILE]
    build([ARTICLES[1], NEW[1]], anew)
    assert told(index) == told(anew)


def test_a_backup_has_what_is_beside_the_lexicon(tmp_path: Path) -> None:
    index, kept = tmp_path / "index", tmp_path / "kept"
    build(list(ARTICLES), index)
    add(list(NEW), index)
    backend = open_backend(index)
    assert isinstance(backend, FolderBackend)
    backup(backend, kept)
    assert sorted(lexicons(kept)) == ["changes-000001.bin", FILE]
    assert told(kept) == told(index)


def test_damage_of_what_is_beside_the_lexicon_is_found_by_a_check(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(list(ARTICLES), index)
    add(list(NEW), index)
    path = lexicons(index)["changes-000001.bin"]
    path.unlink()
    with open_index(index) as opened:
        assert [sentence for sentence in opened.check() if "changes-000001.bin is missing" in sentence]
