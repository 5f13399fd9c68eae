"""Which part of a passage is shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from indexer.passages.snippets import snippets
from indexer.results import Snippet, Span

LONG = (
    "Hội nghị diễn ra vào buổi chiều. Nhiều đại biểu đến dự từ sớm, trong đó có đại diện các sở. "
    "Tư lệnh trao cờ thi đua cho hai tập thể. Cờ thi đua xuất sắc của tỉnh, kèm bằng khen, thuộc về TP. Hà Tĩnh. "
    "Buổi lễ kết thúc lúc tối muộn."
)


def snippet(text: str, highlights: Sequence[Span], characters: int) -> Snippet:
    return snippets((text,), (highlights,), characters)[0]


def spans(text: str, *parts: str) -> tuple[Span, ...]:
    """Every occurrence of the parts."""
    found = []
    for part in parts:
        at = text.find(part)
        while at >= 0:
            found.append((at, at + len(part)))
            at = text.find(part, at + 1)
    return tuple(sorted(found))


def shown(characters: int, *parts: str, text: str = LONG) -> Snippet:
    return snippet(text, spans(text, *parts), characters)


def test_a_short_passage_is_shown_whole() -> None:
    assert snippet(" Một câu. ", ((1, 4),), 100) == Snippet(" Một câu. ", 0, ((1, 4),))
    assert shown(len(LONG) - 5).text == LONG


def test_the_window_holds_the_most_distinct_words() -> None:
    found = shown(70, "thi đua", "xuất sắc", "Hội nghị")
    assert found.text == "Cờ thi đua xuất sắc của tỉnh, kèm bằng khen, thuộc về TP. Hà Tĩnh."
    assert [found.text[start:end] for start, end in found.highlights] == ["thi đua", "xuất sắc"]


def test_words_that_have_left_the_window_count_no_more() -> None:
    text = "Hồ rộng, núi cao ở đây lắm thay. Sông dài thì chảy xa mãi không về. Rừng xanh bạt ngàn sau nhà."
    assert shown(40, "Hồ", "núi", "Sông", text=text).text.startswith("Hồ rộng, núi cao")
    assert shown(40, "Hồ", "Sông", "Rừng", "xanh", text=text).text.startswith("Rừng xanh")


def test_repeating_a_word_counts_less_than_another_word() -> None:
    assert "bằng khen" in shown(70, "Nhiều", "đại", "bằng khen", "xuất sắc").text


def test_the_window_starts_with_a_sentence_that_has_a_highlight() -> None:
    assert shown(120, "trao cờ").text.startswith("Tư lệnh trao cờ")


def test_without_highlights_the_passage_begins_at_its_beginning() -> None:
    found = snippet(LONG, (), 60)
    assert (found.start, found.text) == (0, "Hội nghị diễn ra vào buổi chiều.")


def test_the_end_of_a_passage_comes_with_the_sentences_before() -> None:
    assert shown(120, "muộn").text.startswith("Cờ thi đua")


def test_a_long_sentence_is_cut_between_clauses() -> None:
    text = "mở đầu rất dài dòng, " * 4 + "ở giữa có bưởi Phúc Trạch, " + "kết thúc cũng dài dòng, " * 4
    assert shown(45, "bưởi", text=text).text == "ở giữa có bưởi Phúc Trạch,"


def test_a_sentence_without_punctuation_is_cut_between_words() -> None:
    text = "không có dấu câu nào cả " * 20 + "bưởi Phúc Trạch " + "không có dấu câu nào cả " * 20
    found = shown(80, "bưởi", text=text)
    assert found.text == "dấu câu nào cả không có dấu câu nào cả không có dấu câu nào cả bưởi"
    assert found.highlights == ((63, 67),)


def test_clauses_are_not_cut_inside_a_highlight() -> None:
    text = "mở đầu rất dài dòng của một câu " * 3 + "quốc phòng, an ninh " + "và kết thúc cũng dài dòng " * 3
    found = shown(60, "quốc phòng, an ninh", text=text)
    assert [found.text[start:end] for start, end in found.highlights] == ["quốc phòng, an ninh"]


def test_text_without_spaces_is_cut_before_no_combining_diacritic() -> None:
    text = unicodedata.normalize("NFD", "ế" * 300)
    found = snippet(text, (), 40)
    assert 0 < len(found.text) <= 40
    assert not unicodedata.combining(text[found.start + len(found.text)])


def test_a_highlight_longer_than_the_window_is_clipped() -> None:
    text = "một hai ba bốn " * 20
    found = snippet(text, ((0, len(text) - 1),), 40)
    assert found.highlights == ((0, len(found.text)),)


def test_a_very_long_passage_is_cut_quickly_enough_to_test() -> None:
    text = "Một câu ngắn, có dấu phẩy. " * 20_000
    highlights = spans(text, "câu")
    assert len(snippet(text, highlights, 280).text) <= 280


WORDS = st.sampled_from(["thi", "đua. ", "cờ, ", "TP.", "\n", "  ", "a" * 30, "e\u0301", "…", "Xuất", "?!", "日本語"])
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join))


@given(TEXTS, st.lists(st.integers(0, 400), max_size=12, unique=True), st.integers(1, 120))
@example("\r0", [], 1)
@example("\n\n  một", [5, 6], 2)
def test_a_snippet_is_a_slice_with_its_highlights(text: str, offsets: list[int], characters: int) -> None:
    inside = sorted(offset for offset in offsets if offset <= len(text))
    pairs = zip(inside[::2], inside[1::2], strict=False)
    highlights = tuple((start, end) for start, end in pairs if text[start:end].strip() == text[start:end])
    found = snippet(text, highlights, characters)
    assert found.text == text[found.start : found.start + len(found.text)]
    assert len(found.text) <= characters * 1.2
    assert found.text or not text.strip()
    expected = [
        (max(start - found.start, 0), min(end - found.start, len(found.text)))
        for start, end in highlights
        if start < found.start + len(found.text) and end > found.start
    ]
    assert list(found.highlights) == expected
