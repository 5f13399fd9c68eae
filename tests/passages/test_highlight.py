"""Which words are marked for a query."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.passages.highlight import Highlighter
from indexer.query.lookup import Lookup
from indexer.query.parse import parse
from indexer.query.plan import plan
from indexer.results import SearchRequest, Span
from indexer.settings import Settings
from indexer.vietnamese import analyze
from tests.query.vocabulary import TextVocabulary

FLAG = (
    "Tư lệnh Quân khu trao cờ thi đua xuất sắc của Chính phủ vì thành tích xuất sắc trong phong trào thi đua; "
    "lực lượng vũ trang nâng cao chất lượng công tác QP – AN, trao đổi với Ủy ban, giữ lá cờ."
)
VOCABULARY = TextVocabulary(FLAG, "Năm nay ở Việt Nam, con đường và đại dương; có chỉ thị, đưa của cải, đúa, cua biển.")


def marks(query: str, text: str) -> tuple[Span, ...]:
    return Highlighter(plan(parse(query), SearchRequest(query), Lookup(VOCABULARY), Settings()).targets).highlight(text)


def marked(query: str, text: str = FLAG) -> list[str]:
    return [text[start:end] for start, end in marks(query, text)]


def test_the_whole_query_is_one_span_and_its_parts_are_marked_elsewhere() -> None:
    assert marked("cờ thi đua xuất sắc") == ["cờ thi đua xuất sắc", "xuất sắc", "thi đua", "cờ"]


def test_a_query_without_marks_marks_the_marked_form() -> None:
    assert marked("co thi dua xuat sac") == ["cờ thi đua xuất sắc", "xuất sắc", "thi đua"]


def test_a_syllable_of_a_longer_word_is_not_marked_alone() -> None:
    assert marked("lực lượng cờ") == ["cờ", "lực lượng", "cờ"]


def test_a_syllable_of_a_longer_word_is_marked_where_nothing_else_is() -> None:
    assert marked("lực lượng", "Nâng cao chất lượng.") == ["lượng"]


def test_a_function_word_is_marked_only_between_other_words() -> None:
    assert marked("xuất sắc của Chính phủ") == ["xuất sắc của Chính phủ", "xuất sắc"]
    assert marked("xuất sắc của phong trào") == ["xuất sắc", "xuất sắc", "phong trào"]


def test_a_function_word_is_marked_where_it_is_all_there_is() -> None:
    assert marked("của") == ["của"]
    assert marked("của đường", "của họ") == ["của"]
    assert marked("của đường", "con đường của họ") == ["đường"]


def test_a_word_that_only_without_marks_is_a_function_word_is_marked() -> None:
    assert marked("cua bien", "Con cua biển") == ["cua biển"]


def test_marks_typed_are_marks_meant() -> None:
    assert marked("đường", "con đường, đại dương") == ["đường"]
    assert marked("Việt Nam", "Năm nay ở Việt Nam") == ["Việt Nam"]


def test_an_unmarked_syllable_of_a_marked_query_marks_others_only_in_a_run() -> None:
    assert marked("uy bán nam", "Ủy bán; năm, nam") == ["Ủy bán", "nam"]


def test_a_slip_of_marks_is_marked_as_it_was_found() -> None:
    assert marked("đướng", "con đường") == ["đường"]


def test_without_marks_a_syllable_alone_must_be_a_word_of_the_text() -> None:
    assert marked("thi dua chi", "thi đua theo chỉ thị") == ["thi đua"]


def test_in_an_article_with_matches_no_look_alike_is_marked_elsewhere() -> None:
    paragraphs = ("Có nơi thì còn cơ quan.", "Trao cờ thi đua.", "Lá cờ đó.", "Đưa dừa về, có công an.")
    highlighter = Highlighter(
        plan(parse("co thi dua"), SearchRequest("co thi dua"), Lookup(VOCABULARY), Settings()).targets
    )
    assert highlighter.highlight_together(paragraphs) == [(), ((5, 15),), (), ()]
    assert highlighter.highlight(paragraphs[0])


def test_in_an_article_with_matches_no_part_of_another_word_is_marked_elsewhere() -> None:
    query = "lực lượng của đường"
    highlighter = Highlighter(plan(parse(query), SearchRequest(query), Lookup(VOCABULARY), Settings()).targets)
    assert highlighter.highlight_together(("Con đường.", "Của họ.", "Nâng cao chất lượng.")) == [((4, 9),), (), ()]
    assert highlighter.highlight_together(("Của họ.", "Nâng cao chất lượng.")) == [((0, 3),), ((14, 19),)]


def test_a_compound_is_marked_as_a_whole() -> None:
    assert marked("QP-AN") == ["QP – AN"]


def test_a_phrase_is_marked_only_as_a_whole() -> None:
    assert marked('"thi đua xuất sắc"') == ["thi đua xuất sắc"]
    assert marked('"thi đua"') == ["thi đua", "thi đua"]
    assert marked('"thi đua xuất"', "thi đua") == []


def test_a_prefix_marks_whole_syllables() -> None:
    assert marked("xua*") == ["xuất", "xuất"]
    assert marked("lượ*") == ["lượng", "lượng"]


def test_question_frames_are_not_marked() -> None:
    assert marked("thi đua là gì", "Thi đua là yêu nước") == ["Thi đua"]


def test_no_span_reaches_over_the_end_of_a_sentence() -> None:
    assert marked("thi đua xuất sắc", "Họ thi đua. Xuất sắc! Ở TP. Vinh") == ["thi đua", "Xuất sắc"]
    assert marked("thi đua xuất sắc", "thi đua, xuất sắc") == ["thi đua, xuất sắc"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spans_are_of_the_text_as_given(form: str) -> None:
    text = unicodedata.normalize(form, "  CỜ THI ĐUA")
    assert marked("thi đua", text) == [unicodedata.normalize(form, "THI ĐUA")]


def test_nothing_is_marked_for_nothing() -> None:
    assert Highlighter(()).highlight(FLAG) == ()
    assert marks("cờ", "") == ()
    assert marks("cờ", "?!") == ()


SYLLABLES = st.sampled_from(["cờ", "co", "thi", "đua", "dua", "của", "xuất", "QP-AN", "nam", "năm", '"thi đua"', "xu*"])
QUERIES = st.lists(SYLLABLES, min_size=1, max_size=8).map(" ".join)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(SYLLABLES, st.sampled_from([", ", ". ", "\n", " – ", "e\u0301"])), max_size=30).map(" ".join),
)


@given(QUERIES, TEXTS)
def test_spans_are_apart_in_order_and_cut_no_token(query: str, text: str) -> None:
    found = marks(query, text)
    analysis = analyze(text)
    starts, ends = set(analysis.starts), set(analysis.ends)
    before = -1
    for start, end in found:
        assert before < start < end <= len(text)
        assert start in starts and end in ends
        before = end - 1
