"""Where sentences and clauses start."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from indexer.passages.characters import bounds, codes, kinds
from indexer.passages.sentences import ends_between, next_clause, next_sentence
from indexer.passages.window import best_windows
from tests.loops import plain


def sentences(text: str) -> list[str]:
    given, starts = codes(text), [0]
    while starts[-1] < len(text):
        starts.append(next_sentence(given, 0, starts[-1], len(text), kinds(given)))
    return [text[start:end] for start, end in pairwise(starts)]


@pytest.mark.parametrize(
    "text, count",
    [
        ("Một câu. Hai câu! Ba câu?", 3),
        ("Ông nói: “Tốt.” Rồi đi… Xong", 3),
        ("Dòng một\nDòng hai", 2),
        ("Năm 2023. 6 tập thể", 2),
        ("Hết rồi?! Ai đó nói", 2),
        ("Hết rồi!!! Ai đó nói", 2),
        ("“Hết rồi.”) Ai đó nói", 2),
        ("Hết.  Rồi thôi.   Nghỉ", 3),
        ("Một\n\nHai\n \n Ba", 3),
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
    text = "một, hai; ba: bốn 3,5 QP - AN"
    given, starts = codes(text), [0]
    while starts[-1] < len(text):
        starts.append(next_clause(given, starts[-1], len(text), kinds(given)))
    assert starts == [0, 5, 10, 14, len(text)]


@pytest.mark.parametrize(
    "text, end, start, expected",
    [
        ("Hết. Sau đó, TP. Vinh", 3, 5, True),
        ("Hết. Sau đó, TP. Vinh", 11, 13, False),
        ("Hết. Sau đó, TP. Vinh", 15, 17, False),
        ("a\nb", 1, 2, True),
        ("a.b", 1, 2, False),
    ],
)
def test_whether_a_sentence_ends_between_two_tokens(text: str, end: int, start: int, expected: bool) -> None:
    given = codes(text)
    assert ends_between(given, 0, end, start, len(text), kinds(given)) == expected


class Counted(list[int]):
    """Code points that count how often they are read."""

    reads = 0

    def __getitem__(self, at: int) -> int:  # type: ignore[override]  # no slices
        self.reads += 1
        return super().__getitem__(at)


RUNS = [".", ").", ".)", ",", ",)", "\u0301", "1", "1.", "\n", " ", "\n1.", "tp.", "a", "a\u0301", "a ", "a, "]


@pytest.mark.parametrize("run", RUNS)
def test_a_text_of_one_run_is_read_in_linear_time(run: str) -> None:
    """A character is read a bounded number of times, however long the run it stands in."""
    text = (run * 3000)[:3000]
    table = kinds(codes(text))
    with plain():
        for next_start in (
            lambda given, at: next_sentence(given, 0, at, len(text), table),
            lambda given, at: next_clause(given, at, len(text), table),
        ):
            given, at = Counted(map(ord, text)), 0
            while at < len(text):
                at = next_start(given, at)
            assert given.reads <= 20 * len(text)
        given = Counted(map(ord, text))
        ends_between(given, 0, 0, len(text), len(text), table)
        assert given.reads <= 20 * len(text)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("characters", [1, 40])
def test_a_window_is_cut_out_in_linear_time(run: str, characters: int) -> None:
    text = (run * 3000)[:3000]
    given, none = Counted(map(ord, text)), np.zeros(2, np.int64)
    with plain():
        best_windows(
            given, bounds([text]), none[:0].reshape(0, 2), none, none[:1], none[:0], characters, kinds(codes(text))
        )
    assert given.reads <= 60 * len(text)
