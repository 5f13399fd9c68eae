"""Which words are highlighted for a query."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.passages.highlight import Highlighter
from indexer.passages.targets import MatchMode, Target, TargetToken, whole_target
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


def highlights(query: str, text: str) -> tuple[Span, ...]:
    highlighter = Highlighter(plan(parse(query), SearchRequest(query), VOCABULARY, Settings()).targets)
    return highlighter.highlight_each((text,))[0]


def highlighted(query: str, text: str = FLAG) -> list[str]:
    return [text[start:end] for start, end in highlights(query, text)]


def test_a_part_of_a_name_alone_has_a_capital_and_is_no_part_of_another_word() -> None:
    query = "Phạm Minh Chính thăm"
    text = "Ông Chính thăm Lào. Chính phủ Lào nói chính sách này là chính."
    assert highlighted(query, text) == ["Chính thăm"]
    assert highlighted(query, "Ông Chính nói: Chính phủ coi đó là việc chính.") == ["Chính"]
    # Without capitals, nothing says that it is a name.
    assert highlighted("chính thăm", "Đó là việc chính.") == ["chính"]
    # What is found by nothing else is highlighted anyhow.
    assert highlighted(query, "Chính phủ họp.") == ["Chính"]


def test_the_whole_query_is_one_span_and_its_parts_are_highlighted_elsewhere() -> None:
    assert highlighted("cờ thi đua xuất sắc") == ["cờ thi đua xuất sắc", "xuất sắc", "thi đua", "cờ"]


def test_a_query_without_diacritics_highlights_forms_with_them() -> None:
    assert highlighted("co thi dua xuat sac") == ["cờ thi đua xuất sắc", "xuất sắc", "thi đua"]


def test_a_syllable_of_a_longer_word_is_not_highlighted_alone() -> None:
    assert highlighted("lực lượng cờ") == ["cờ", "lực lượng", "cờ"]


def test_a_syllable_of_a_longer_word_is_highlighted_where_nothing_else_is() -> None:
    assert highlighted("lực lượng", "Nâng cao chất lượng.") == ["lượng"]


def test_a_function_word_is_highlighted_only_between_other_words() -> None:
    assert highlighted("xuất sắc của Chính phủ") == ["xuất sắc của Chính phủ", "xuất sắc"]
    assert highlighted("xuất sắc của phong trào") == ["xuất sắc", "xuất sắc", "phong trào"]


def test_a_function_word_is_highlighted_where_it_is_all_there_is() -> None:
    assert highlighted("của") == ["của"]
    assert highlighted("của đường", "của họ") == ["của"]
    assert highlighted("của đường", "con đường của họ") == ["đường"]


def test_function_words_side_by_side_are_one_span_where_they_are_all_there_is() -> None:
    assert highlighted("của và đường", "của và họ, của") == ["của và", "của"]
    assert highlighted("của và đường", "của và họ, con đường") == ["đường"]


def test_a_word_that_is_a_function_word_only_without_diacritics_is_highlighted() -> None:
    assert highlighted("cua bien", "Con cua biển") == ["cua biển"]


def test_diacritics_that_were_typed_must_match() -> None:
    assert highlighted("đường", "con đường, đại dương") == ["đường"]
    assert highlighted("Việt Nam", "Năm nay ở Việt Nam") == ["Việt Nam"]


def test_a_plain_syllable_of_a_query_with_diacritics_highlights_others_only_in_a_run() -> None:
    assert highlighted("uy bán nam", "Ủy bán; năm, nam") == ["Ủy bán", "nam"]


def test_a_slip_of_diacritics_is_highlighted_as_it_was_found() -> None:
    assert highlighted("đướng", "con đường") == ["đường"]


def test_without_diacritics_a_syllable_alone_must_be_a_word_of_the_text() -> None:
    assert highlighted("thi dua chi", "thi đua theo chỉ thị") == ["thi đua"]


def test_in_an_article_with_matches_no_look_alike_is_highlighted_elsewhere() -> None:
    paragraphs = ("Có nơi thì còn cơ quan.", "Trao cờ thi đua.", "Lá cờ đó.", "Đưa dừa về, có công an.")
    highlighter = Highlighter(plan(parse("co thi dua"), SearchRequest("co thi dua"), VOCABULARY, Settings()).targets)
    assert highlighter.highlight_together(paragraphs) == [(), ((5, 15),), (), ()]
    assert highlighter.highlight_each(paragraphs)[0]


def test_in_an_article_with_matches_no_part_of_another_word_is_highlighted_elsewhere() -> None:
    query = "lực lượng của đường"
    highlighter = Highlighter(plan(parse(query), SearchRequest(query), VOCABULARY, Settings()).targets)
    assert highlighter.highlight_together(("Con đường.", "Của họ.", "Nâng cao chất lượng.")) == [((4, 9),), (), ()]
    assert highlighter.highlight_together(("Của họ.", "Nâng cao chất lượng.")) == [((0, 3),), ((14, 19),)]


def test_a_compound_is_highlighted_as_a_whole() -> None:
    assert highlighted("QP-AN") == ["QP – AN"]


def test_a_phrase_is_highlighted_only_as_a_whole() -> None:
    assert highlighted('"thi đua xuất sắc"') == ["thi đua xuất sắc"]
    assert highlighted('"thi đua"') == ["thi đua", "thi đua"]
    assert highlighted('"thi đua xuất"', "thi đua") == []


def test_a_prefix_highlights_whole_syllables() -> None:
    assert highlighted("xua*") == ["xuất", "xuất"]
    assert highlighted("lượ*") == ["lượng", "lượng"]


def test_what_stands_between_two_tokens_parts_them_even_without_blanks() -> None:
    assert highlighted("thi đua", "thi/đua") == ["thi/đua"]
    assert highlighted("thi đua", "thi/x/đua, x/thi/đua/x") == ["thi/đua"]
    assert highlighted("thi đua", "thi/x/đua") == ["thi", "đua"]
    assert highlighted("thi đua", "thi/x đua") == ["thi", "đua"]
    assert highlighted("thi đua", "thi x/đua") == ["thi", "đua"]


@pytest.mark.parametrize(
    ("form", "mode", "shown"),
    [
        ("nam", MatchMode.EXACT, ["nam"]),
        ("nam", MatchMode.RUN, ["nam"]),
        ("nam", MatchMode.UNMARKED, ["nam", "Năm"]),
        ("nam", MatchMode.PREFIX, ["nam", "namo"]),
        ("nam", MatchMode.UNMARKED_PREFIX, ["nam", "Năm", "namo", "nămo"]),
        ("năm", MatchMode.EXACT, ["Năm"]),
        ("năm", MatchMode.PREFIX, ["Năm", "nămo"]),
    ],
)
def test_a_syllable_alone_matches_by_its_mode(form: str, mode: MatchMode, shown: list[str]) -> None:
    text = "nam Năm namo nămo na nem"
    for others in ((), (whole_target(("nem", "nem")), whole_target(("xa",), MatchMode.UNMARKED_PREFIX))):
        (spans,) = Highlighter((whole_target((form,), mode), *others)).highlight_each((text,))
        assert [text[start:end] for start, end in spans] == shown


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        (MatchMode.EXACT, ["uy bán", "bán", "uy", "bán"]),
        (MatchMode.RUN, ["uy bán", "Ủy bán", "uy", "bán"]),
        (MatchMode.UNMARKED, ["uy bán", "Ủy bán", "bán"]),
    ],
)
def test_a_syllable_among_others_matches_by_its_mode(mode: MatchMode, shown: list[str]) -> None:
    text = "uy bán; Ủy bán; uỷ; uy, xa bán"
    target = Target((TargetToken("uy", mode), TargetToken("bán")), ((0, 0), (1, 1)))
    (spans,) = Highlighter((target,)).highlight_each((text,))
    assert [text[start:end] for start, end in spans] == shown


def test_question_frames_are_not_highlighted() -> None:
    assert highlighted("thi đua là gì", "Thi đua là yêu nước") == ["Thi đua"]


def test_no_span_reaches_over_the_end_of_a_sentence() -> None:
    assert highlighted("thi đua xuất sắc", "Họ thi đua. Xuất sắc! Ở TP. Vinh") == ["thi đua", "Xuất sắc"]
    assert highlighted("thi đua xuất sắc", "thi đua, xuất sắc") == ["thi đua, xuất sắc"]


def test_where_a_sentence_ends_each_text_says_for_itself() -> None:
    target = Target((TargetToken("thi"), TargetToken("đua")), ((0, 1),))
    texts = ("Thi. đua", "x thi. đua", "thi. Đua", "", "thi! đua", "thi. đua")
    whole, apart = ((0, 8),), ((0, 3), (5, 8))
    assert Highlighter((target,)).highlight_each(texts) == [whole, ((2, 10),), apart, (), whole, whole]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spans_are_of_the_text_as_given(form: str) -> None:
    text = unicodedata.normalize(form, "  CỜ THI ĐUA")
    assert highlighted("thi đua", text) == [unicodedata.normalize(form, "THI ĐUA")]


def test_nothing_is_highlighted_for_nothing() -> None:
    assert Highlighter(()).highlight_each((FLAG,)) == [()]
    assert highlights("cờ", "") == ()
    assert highlights("cờ", "?!") == ()


SYLLABLES = st.sampled_from(["cờ", "co", "thi", "đua", "dua", "của", "xuất", "QP-AN", "nam", "năm", '"thi đua"', "xu*"])
QUERIES = st.lists(SYLLABLES, min_size=1, max_size=8).map(" ".join)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(SYLLABLES, st.sampled_from([", ", ". ", "\n", " – ", "e\u0301"])), max_size=30).map(" ".join),
)


@given(QUERIES, TEXTS)
def test_spans_are_apart_in_order_and_cut_no_token(query: str, text: str) -> None:
    found = highlights(query, text)
    analysis = analyze(text)
    starts, ends = set(analysis.starts), set(analysis.ends)
    before = -1
    for start, end in found:
        assert before < start < end <= len(text)
        assert start in starts and end in ends
        before = end - 1
