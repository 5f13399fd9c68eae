"""Snippets of the results page: how they are shortened, which matches are faint, what counts as printed twice."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import ArticleInfo, Kind, Paragraph, Passage, Snippet, Span
from webapp.pages.snippets import LENGTH, brief, faint_in, is_faint, is_never_faint, shown

WORDS = "Người dân trong vùng kể lại chuyện mùa lũ năm ấy cho khách nghe. "


def passage(text: str, *highlights: Span, id: str = "a") -> Passage:
    paragraph = Paragraph(1, Kind.BODY, text)
    return Passage(ArticleInfo.of(id), paragraph, 1.0, Snippet(text, 0, highlights), highlights)


def test_a_short_snippet_stays_whole() -> None:
    assert brief(Snippet("Mùa lũ.", 0, ((0, 3),))) == [(0, 7)]


def test_a_long_one_is_cut_round_its_matches() -> None:
    text = WORDS * 4 + "Hồ Kẻ Gỗ xả tràn. " + WORDS * 4
    at = text.index("Kẻ Gỗ")
    [(first, last)] = brief(Snippet(text, 0, ((at, at + 5),)))
    assert "Kẻ Gỗ" in text[first:last]
    assert last - first <= LENGTH
    assert shown(passage(text, (at, at + 5)), is_never_faint).count("…") == 2


def test_two_matches_far_apart_are_both_shown() -> None:
    text = "Giá xăng dầu tăng. " + WORDS * 4 + "Dự kiến tăng giá thuốc tây, và xăng dầu nữa."
    spans = [(at, at + len(word)) for word in ("xăng dầu", "tăng giá") for at in [text.index(word)]]
    snippet = shown(passage(text, *spans), is_never_faint)
    assert "<mark>xăng dầu</mark>" in snippet and "<mark>tăng giá</mark>" in snippet
    assert len(snippet) <= LENGTH + 2 * len("<mark></mark>") + 3 * len(" … ")
    # What is matched twice is shown once.
    spans[1] = (text.rindex("xăng dầu"), text.rindex("xăng dầu") + 8)
    assert shown(passage(text, *spans), is_never_faint).count("<mark>") == 1


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 30)), max_size=6))
def test_what_is_shown_are_parts_of_it_with_its_matches(text: str, spans: list[tuple[int, int]]) -> None:
    highlights: list[Span] = []
    for start, length in sorted(spans):
        if start >= (highlights[-1][1] if highlights else 0) and start + length <= len(text):
            highlights.append((start, start + length))
    windows = brief(Snippet(text, 0, tuple(highlights)))
    assert all(0 <= a <= b <= len(text) for a, b in windows)
    assert all(first[1] < second[0] for first, second in itertools.pairwise(windows))
    assert sum(b - a for a, b in windows) <= LENGTH + 12
    if highlights:
        assert any(a < last and first < b for a, b in highlights for first, last in windows), "some match is shown"


@pytest.mark.parametrize(
    ("understood", "units", "expected"),
    [
        ("bưởi", ["bưởi"], False),
        ("thi đua", ["thi đua"], True),
        ("giá xăng", ["giá", "xăng"], True),
        ("bưởi OR cam", ["bưởi", "cam"], False),
    ],
)
def test_single_syllables_are_faint_where_several_were_asked_for(
    understood: str, units: list[str], expected: bool
) -> None:
    assert faint_in(understood, units)("bưởi") is expected


@pytest.mark.parametrize(
    ("text", "faint"), [("xăng", True), ("giá xăng", False), ("LLVT", False), ("2023", False), ("QP-AN", False)]
)
def test_phrases_abbreviations_and_numbers_are_strong(text: str, faint: bool) -> None:
    assert is_faint(text) is faint


def test_markup_is_escaped_and_graded() -> None:
    found = passage("<b> giá xăng và giá", (4, 12), (16, 19))
    assert shown(found, is_faint) == '&lt;b&gt; <mark>giá xăng</mark> và <mark class="faint">giá</mark>'
