"""Snippets of the results page: how they are shortened, which matches are faint, what counts as printed twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import ArticleInfo, Kind, Paragraph, Passage, Snippet, Span
from webapp.pages.snippets import LENGTH, brief, faint_in, is_faint, shown

WORDS = "Người dân trong vùng kể lại chuyện mùa lũ năm ấy cho khách nghe. "


def passage(text: str, *highlights: Span, id: str = "a") -> Passage:
    paragraph = Paragraph(1, Kind.BODY, text)
    return Passage(ArticleInfo.of(id), paragraph, 1.0, Snippet(text, 0, highlights), highlights)


def test_a_short_snippet_stays_whole() -> None:
    assert brief(Snippet("Mùa lũ.", 0, ((0, 3),)), 7) == ("Mùa lũ.", [(0, 3)], True, True)


def test_a_long_one_is_cut_round_its_matches() -> None:
    text = WORDS * 4 + "Hồ Kẻ Gỗ xả tràn. " + WORDS * 4
    at = text.index("Kẻ Gỗ")
    short, [(start, end)], starts, ends = brief(Snippet(text, 0, ((at, at + 5),)), len(text))
    assert short[start:end] == "Kẻ Gỗ"
    assert len(short) <= LENGTH
    assert not starts and not ends


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 30)), max_size=6))
def test_what_is_shown_is_a_part_of_it_with_the_same_matches(text: str, spans: list[tuple[int, int]]) -> None:
    highlights: list[Span] = []
    for start, length in sorted(spans):
        if start >= (highlights[-1][1] if highlights else 0) and start + length <= len(text):
            highlights.append((start, start + length))
    short, inside, starts, _ = brief(Snippet(text, 0, tuple(highlights)), len(text))
    assert short in text
    assert starts == text.startswith(short) or short in text[1:]
    assert all(0 <= a < b <= len(short) for a, b in inside)
    assert {short[a:b] for a, b in inside} <= {
        text[a:b][i:j] for a, b in highlights for i in range(31) for j in range(i, 32)
    }
    if highlights:
        assert inside, "some match is shown"


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
