"""The benchmarks of reading count what is found of rare words, and what is read as something else."""

from __future__ import annotations

from pathlib import Path

from benchmarks.misreadings import clean
from benchmarks.misreadings import measured as misread
from benchmarks.planning import Planner
from benchmarks.rare_words import listed, measured, rare
from indexer import build, open_index
from tests.conftest import ROOT
from tests.samples import write_articles

RECORDS = [
    {"id": "a", "title": "Trại cũ", "text": "Trại tù binh cũ thành bảo tàng.\n\nBảo tàng mở cửa."},
    {"id": "b", "title": "Bảo tàng", "text": "Người dân đến xem bảo tàng và gặp dược sĩ."},
]


def test_words_of_one_article_are_asked_for_without_diacritics(tmp_path: Path) -> None:
    build([write_articles(tmp_path / "articles.jsonl", RECORDS)], tmp_path / "index")
    words = [("bảo", "tàng"), ("dược", "sĩ"), ("tù", "binh"), ("xe", "đạp")]
    drawn = rare(RECORDS, words, 10, seed=1)
    assert sorted(drawn) == [(("dược", "sĩ"), "b"), (("tù", "binh"), "a")]
    planner = Planner(tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        figures = measured(index, planner, [*drawn, (("xe", "đạp"), "a")])
    assert (figures.asked, figures.lost, figures.missed) == (3, ["xe đạp"], ["xe đạp"])
    assert len(planner.seconds) == 3


def test_the_listed_words_have_two_or_three_syllables() -> None:
    found = listed()
    assert ("tù", "binh") in found
    assert {len(word) for word in found} == {2, 3}


def test_what_is_shown_and_what_is_changed_is_counted(tmp_path: Path) -> None:
    build([ROOT / "corpus" / "corpus.jsonl"], tmp_path / "index")
    figures = misread(Planner(tmp_path / "index"), ["lực lượng vũ trang", "lực lượnng vũ trang"])
    assert (figures.asked, figures.changed, figures.framed) == (2, 1, [])
    assert figures.shown == [("lực lượnng vũ trang", "lực lượng vũ trang")]


def test_clean_questions_have_diacritics_and_no_slip() -> None:
    found = clean(ROOT / "corpus")
    assert len(found) == 100
    assert "hồ Kẽ Gỗ dài bao nhiêu" not in found
