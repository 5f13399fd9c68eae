from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles.splitting import cut, split_paragraphs, split_title, trim

# Text as odd as it comes: line ends of all systems, invisible characters, combining marks, both planes.
texts = st.text(st.sampled_from("aạ\u0323Đ.!  \t\n\r\u2028\u2029\u00a0\u200b\ufeff\u3000\0😀”"), max_size=60)


def visible(text: str) -> str:
    return "".join(char for char in text if trim(char))


@pytest.mark.parametrize(
    "blank", ["\n\n", "\n \t\n", "\r\n\r\n", "\r\r", "\n\n\n\n", "\n\u00a0\n", "\n\u200b\n", "\n\ufeff \n", "\u2029"]
)
def test_a_blank_line_of_any_kind_parts_paragraphs(blank: str) -> None:
    assert split_paragraphs(f"Đoạn một.{blank}Đoạn hai.") == ["Đoạn một.", "Đoạn hai."]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_a_single_line_end_stays_as_written(end: str) -> None:
    assert split_paragraphs(f"Câu một.{end}Câu hai.") == [f"Câu một.{end}Câu hai."]


def test_only_outer_white_space_is_taken_off() -> None:
    assert split_paragraphs("\n\n  Một  hai\t ba \n\n\n") == ["Một  hai\t ba"]


@pytest.mark.parametrize("blank", ["", " ", "\n", "\r\n \r\n", "\u200b\n\ufeff", "\u2029\u2029"])
def test_blank_text_has_no_paragraphs(blank: str) -> None:
    assert split_paragraphs(blank) == []
    assert split_title(blank) == ("", "")


@given(texts)
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    assert visible("".join(split_paragraphs(text))) == visible(text)
    assert all(part == trim(part) != "" for part in split_paragraphs(text))


@given(texts)
def test_splitting_a_paragraph_again_changes_nothing(text: str) -> None:
    assert [again for part in split_paragraphs(text) for again in split_paragraphs(part)] == split_paragraphs(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\u2029"])
def test_the_title_is_the_first_line_that_is_not_blank(end: str) -> None:
    title, rest = split_title(f" \n\ufeff\n  Tiêu đề {end}Thân bài")
    assert (title, trim(rest)) == ("Tiêu đề", "Thân bài")


@given(texts)
def test_title_and_rest_are_the_whole_text(text: str) -> None:
    title, rest = split_title(text)
    assert visible(title + rest) == visible(text)


def test_text_within_the_limit_is_not_cut() -> None:
    assert cut("Một câu. Hai câu.", 17) == ["Một câu. Hai câu."]


def test_long_text_is_cut_at_the_last_sentence_that_fits() -> None:
    assert cut("Câu một. “Câu hai!” Câu thứ ba dài hơn.", 22) == ["Câu một. “Câu hai!”", "Câu thứ ba dài hơn."]


def test_without_a_sentence_it_is_cut_at_white_space() -> None:
    assert cut("một hai ba bốn", 9) == ["một hai", "ba bốn"]


def test_without_white_space_it_is_cut_after_the_limit_but_not_before_a_mark() -> None:
    assert cut("abcdef", 4) == ["abcd", "ef"]
    assert cut("abce\u0323\u0302f", 4) == ["abc", "e\u0323\u0302f"]


@pytest.mark.parametrize("noise", [".", "\u0323", ". ", "”", "a", " .\n"])
def test_noise_is_cut_like_any_text(noise: str) -> None:
    pieces = cut(noise * 200_000, 50_000)
    assert visible("".join(pieces)) == visible(noise) * 200_000
    assert max(map(len, pieces)) <= 50_000


@given(texts, st.integers(1, 12))
def test_cutting_loses_nothing_but_white_space(text: str, longest: int) -> None:
    pieces = cut(text, longest)
    assert visible("".join(pieces)) == visible(text)
    assert all(0 < len(piece) <= longest for piece in pieces)
