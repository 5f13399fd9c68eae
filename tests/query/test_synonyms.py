"""The owner's synonyms in a search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, build, open_index
from indexer.settings import Settings

TEXTS = {"pc": "Chiếc phi cơ hạ cánh an toàn.", "mb": "Chiếc máy bay cất cánh sớm.", "tc": "Con tàu cá về bến."}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    build([{"id": name, "text": text} for name, text in TEXTS.items()], tmp_path / "index")
    (tmp_path / "index" / "synonyms.txt").write_text("máy bay, phi cơ\nthuyền bè => tàu cá", "utf-8")
    return tmp_path / "index"


@pytest.fixture
def index(directory: Path) -> Iterator[Index]:
    with open_index(directory) as opened:
        yield opened


def found(index: Index, text: str, **options: bool) -> list[str]:
    return [hit.article.id for hit in index.search(SearchRequest(text, **options)).passages]


@pytest.mark.parametrize("typed", ["máy bay", "may bay"])
def test_a_synonym_is_found_after_what_was_typed(index: Index, typed: str) -> None:
    results = index.search(SearchRequest(typed))
    assert [hit.article.id for hit in results.passages][:2] == ["mb", "pc"]
    second = results.passages[1]
    assert [second.paragraph.text[start:end] for start, end in second.highlights] == ["phi cơ"]
    assert results.interpretation is not None
    assert [(each.meaning, each.source) for each in results.interpretation.expanded] == [("phi cơ", "synonyms")]


def test_one_way_is_one_way(index: Index) -> None:
    assert "tc" in found(index, "thuyền bè")
    assert "thuyền" not in str(index.search(SearchRequest("tàu cá")).interpretation)


def test_literally_and_in_quotes_there_are_none(index: Index) -> None:
    assert found(index, "máy bay", literal=True) == ["mb"]
    assert found(index, '"máy bay"') == ["mb"]


def test_a_change_counts_at_once(index: Index, directory: Path) -> None:
    assert "tc" not in found(index, "ghe xuồng")
    (directory / "synonyms.txt").write_text("ghe xuồng, tàu cá, và thêm cho dài hơn", "utf-8")
    assert "tc" in found(index, "ghe xuồng")


def test_the_setting_names_another_file_and_the_weight_turns_them_off(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("máy bay => tàu cá", "utf-8")
    with open_index(directory, Settings(index=directory, synonyms=tmp_path / "mine.txt")) as other:
        assert found(other, "máy bay")[1:] == ["tc"]
    with open_index(directory, Settings(index=directory, weight_synonyms=0.0)) as without:
        assert found(without, "máy bay") == ["mb"]


def test_the_first_eight_of_many_synonyms_are_searched(index: Index, directory: Path) -> None:
    others = [f"vật {name}" for name in ("an", "ba", "ca", "da", "em", "ga", "ho", "in", "la", "mo")]
    (directory / "synonyms.txt").write_text(", ".join(["máy bay", *others]), "utf-8")
    read = index.search(SearchRequest("máy bay")).interpretation
    assert read is not None
    assert [each.meaning for each in read.expanded] == others[:8]
    # In a longer query they stand for what they are synonyms of.
    read = index.search(SearchRequest("chiếc máy bay cất cánh")).interpretation
    assert read is not None
    assert {each.span for each in read.expanded} == {(6, 13)}
