"""Where sentences and clauses start."""

from __future__ import annotations

import pytest

from indexer.passages.sentences import clause_starts, ends_sentence, sentence_starts


def sentences(text: str) -> list[str]:
    starts = [0, *sentence_starts(text)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    "text, count",
    [
        ("Một câu. Hai câu! Ba câu?", 3),
        ("Ông nói: “Tốt.” Rồi đi… Xong", 3),
        ("Dòng một\nDòng hai", 2),
        ("Năm 2023. 6 tập thể", 2),
    ],
)
def test_sentences_end(text: str, count: int) -> None:
    assert len(sentences(text)) == count
    assert "".join(sentences(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Ở TP. Hà Tĩnh",
        "Tp.HCM và Q. 1",
        "Ông Nguyễn V. A đến",
        "PGS. TS. Lê An",
        "Tăng 3,5 và 3.5 lần",
        "lúa, ngô, v.v. và khoai",
        "chờ... rồi đi",
        "1. Mở đầu",
        "vi.wikipedia.org",
    ],
)
def test_other_full_stops_end_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


def test_clauses_start_after_commas_semicolons_and_colons() -> None:
    assert list(clause_starts("một, hai; ba: bốn 3,5 QP - AN")) == [5, 10, 14]


def test_ends_sentence_looks_between_two_tokens() -> None:
    text = "Hết. Sau đó, TP. Vinh"
    assert ends_sentence(text, 3, 5)
    assert not ends_sentence(text, 11, 13)
    assert not ends_sentence(text, 15, 17)
    assert ends_sentence("a\nb", 1, 2)
    assert not ends_sentence("a.b", 1, 2)
