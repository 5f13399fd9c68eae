"""Partly typed queries are completed as in the text, with or without diacritics, and never otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon import open_lexicon
from indexer.lexicon.learn import Learner
from indexer.lexicon.suggest import LONGEST_TYPED, Suggester
from indexer.vietnamese import analyze, begun_forms, forms

from .texts import TEXTS, lexicon_of

MORE = (
    "Hà Nội có Hồ Gươm. Người Hà Nội yêu Hồ Gươm. Ở Hà Nội, Hồ Gươm xanh.",
    "Đường sắt Bắc Nam dài. Đường sắt Bắc Nam mới. Đường sắt cũ.",
    "Dương liễu xanh. Dương liễu cao. Cây dương liễu.",
    "Phòng an ninh mạng. Phòng an ninh mạng mới. Phòng an ninh cũ.",
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Suggester:
    """Suggestions from the small texts."""
    return Suggester(lexicon_of(tmp_path_factory.mktemp("known"), [*TEXTS, *MORE]))


def texts(suggester: Suggester, typed: str, limit: int = 8) -> list[str]:
    """The suggested queries for a text as typed."""
    return [
        entry.text
        for entry in suggester.suggest(
            (forms if typed.endswith(" ") else begun_forms)(typed), typed.endswith(" "), limit
        )
    ]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("lực l", "lực lượng vũ trang"),
        ("luc l", "lực lượng vũ trang"),
        ("lực lượng ", "lực lượng vũ trang"),
        ("LUC LUONG V", "lực lượng vũ trang"),
        ("đường s", "đường sắt bắc nam"),
        ("dương ", "dương liễu"),
        ("hà t", "hà tĩnh"),
        ("ha n", "hà nội"),
        ("luwcj l", "lực lượng vũ trang"),
        ("người dân vui ", "người dân vui mừng"),
    ],
)
def test_the_likeliest_phrase_comes_first(known: Suggester, typed: str, first: str) -> None:
    assert texts(known, typed)[0] == first


def test_marks_typed_are_marks_meant(known: Suggester) -> None:
    assert all(text.startswith("đường") for text in texts(known, "đườ"))
    assert all(text.startswith("dương") for text in texts(known, "dương"))
    unmarked = texts(known, "duong")
    assert any(text.startswith("đường") for text in unmarked)
    assert any(text.startswith("dương") for text in unmarked)


def test_a_tone_may_be_still_to_come(known: Suggester) -> None:
    assert "lực lượng vũ trang" in texts(known, "lực lươ")
    assert "hà tĩnh" in texts(known, "hà ti")
    assert "hà tĩnh" not in texts(known, "hà tí")


def test_what_stands_before_is_kept_and_counts(known: Suggester) -> None:
    assert texts(known, "xem phòng an n")[:2] == ["xem phòng an ninh", "xem phòng an ninh mạng"]


def test_frequent_phrases_come_before_rare_ones(known: Suggester) -> None:
    found = known.suggest(forms("hà "), True)
    counts = {entry.text: entry.count for entry in found}
    assert counts["hà nội"] == 4
    assert list(counts).index("hà nội") < list(counts).index("hà tĩnh")


def test_a_fragment_gives_way_to_the_phrase_it_begins(known: Suggester) -> None:
    found = texts(known, "luc luong")
    assert "lực lượng vũ trang" in found
    assert "lực lượng" not in found


def test_titles_are_suggested_whole(tmp_path: Path) -> None:
    learner = Learner()
    title = "Chuyện những người giữ rừng ở đầu nguồn sông Gianh"
    learner.add(analyze(title), title, title=True)
    learner.write(tmp_path)
    suggester = Suggester(open_lexicon(tmp_path))
    assert texts(suggester, "chuyen nhung") == [title.lower()]


def test_nothing_is_proposed_that_the_text_does_not_hold(known: Suggester) -> None:
    assert texts(known, "zzz") == []
    assert texts(known, "") == []
    text = " | ".join(" ".join(forms(paragraph)) for paragraph in (*TEXTS, *MORE))
    for typed in ("l", "h", "đ", "v", "qu", "n", "t"):
        assert texts(known, typed)
        for suggestion in texts(known, typed):
            assert all(part in text for part in suggestion.split(" "))
            assert suggestion in text.replace(", ", " ")


def test_what_is_typed_is_not_suggested_and_no_more_than_asked(known: Suggester) -> None:
    for typed in ("hà nội", "hà", "đường sắt"):
        assert typed not in texts(known, typed)
    assert len(texts(known, "h", limit=2)) == 2
    assert texts(known, "h", limit=0) == []


def test_a_long_text_gets_no_suggestion(known: Suggester) -> None:
    assert known.suggest(["hà"] * (LONGEST_TYPED + 1), False) == []


@given(st.text(max_size=40), st.booleans())
def test_any_text_is_answered(known: Suggester, text: str, complete: bool) -> None:
    found = known.suggest(forms(text), complete)
    assert len(found) <= 8
    assert len({entry.text for entry in found}) == len(found)


@given(st.text(alphabet="aăâđeêhiklnoôơptuưvxyáàảãạ ", max_size=30), st.booleans())
def test_any_vietnamese_is_answered(known: Suggester, text: str, complete: bool) -> None:
    for entry in known.suggest(forms(text), complete):
        assert entry.count > 0


def test_what_was_typed_before_beside_marks_stays(known: Suggester) -> None:
    proposed = texts(known, "ha nội lực l")
    assert proposed
    assert all(text.startswith("ha nội lực") for text in proposed)
