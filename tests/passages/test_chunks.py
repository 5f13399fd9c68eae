"""Which chunks of a text are looked into: none is left out that holds what is looked for, compiled or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.passages import compiled
from indexer.passages.chunks import Finder, Found, chunk_tokens
from indexer.vietnamese import fold, is_plain, tokens

WANTED = ("hoa", "duong", "nam", "1.5", "1234", "c++", "c", "đ", "ß", "日", "λογος")
PREFIXES = ("ngh", "12", "λ")
Way = Callable[[str], Found]
PIECES = (
    *("hòa", "hoà", "HOA", "Đường", "đường,", "ðường", "năm", "n\u0103m", "nghiêng", "Nghệ", "1.5", "1,5", "1.234"),
    *("12", "C++", "c#", "C", "ß", "日本", "λόγος", "Λ", "a\u0301", "QP-AN", "năm.", "(năm)", "na_nam", "\u200bnam"),
    *("İ", "Đ", "–", "...", "\t", "\u00a0", "²", "e\u0323\u0302", "\ud800", "𝐧am", "nam2", "3.năm", "1.23", "x" * 70),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).flatmap(
    lambda pieces: st.lists(st.sampled_from([" ", "\n", "", "  "]), min_size=len(pieces), max_size=len(pieces)).map(
        lambda gaps: "".join(piece + gap for piece, gap in zip(pieces, gaps, strict=True))
    )
)


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    compiled.warm()


def ways(wanted: tuple[str, ...] = WANTED, prefixes: tuple[str, ...] = ()) -> tuple[Way, Way]:
    """The ways to find chunks: in Python, and compiled, there among other texts."""
    finder = Finder(wanted, prefixes)

    def in_loops(text: str) -> Found:
        kernel = compiled.kernel
        assert kernel is not None
        texts = ["năm 1.", text, "2 hòa"]
        looked = finder.find_all(texts, kernel, normal=True)
        chunks = kernel.chunks
        for number, start, end in looked.rows[[chunks.NUMBER, chunks.START, chunks.END]].T.tolist():
            assert looked.different[number] == "".join(texts)[start:end]
        rows = looked.rows[:, looked.rows[chunks.TEXT] == 1]
        rows[[chunks.START, chunks.END]] -= len(texts[0])
        return Found._make(rows[[chunks.PLACE, chunks.START, chunks.END, chunks.PARTED]].tolist())

    return finder.find, in_loops


def met(text: str, found: Found, prefixes: tuple[str, ...]) -> list[tuple[int, str] | None]:
    """The tokens looked for with where they stand; None for the others between them, however many."""
    tokens_met: list[tuple[int, str] | None] = []
    for _, start, end, parted in zip(*found, strict=True):
        if parted:
            tokens_met.append(None)
        each = chunk_tokens(text[start:end])
        for at, form in zip(each.starts, each.forms, strict=True):
            plain = fold(form)
            tokens_met.append((start + at, form) if plain in WANTED or plain.startswith(prefixes) else None)
    while tokens_met and tokens_met[-1] is None:
        tokens_met.pop()
    return [each for at, each in enumerate(tokens_met) if each or (at and tokens_met[at - 1])]


def all_met(text: str, prefixes: tuple[str, ...]) -> list[tuple[int, str] | None]:
    """The same from all tokens of the text."""
    every = tokens(text)
    whole = Found([0], [0], [len(text)], [0])
    assert chunk_tokens(text) == every
    return met(text, whole, prefixes)


@given(TEXTS, st.booleans())
@example("năm 1.234 nam", False)
@example("một hai\nnăm", False)
def test_nothing_looked_for_is_left_out(text: str, with_prefixes: bool) -> None:
    if not is_plain(text):
        return
    prefixes = PREFIXES if with_prefixes else ()
    expected = all_met(text, prefixes)
    for find in ways(prefixes=prefixes):
        assert met(text, find(text), prefixes) == expected


@given(TEXTS)
def test_a_chunk_stands_where_it_is_said_to_whether_or_not_the_loop_is_compiled(text: str) -> None:
    parts = text.replace("\n", " ").split(" ")
    for find in ways():
        for place, start, end, _ in zip(*find(text), strict=True):
            assert text[start:end] == parts[place] or parts[place] == text[start:end].replace("\n", " ")
            assert start == sum(map(len, parts[:place])) + place


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x20FF), max_size=3))
def test_every_letter_is_found_by_itself(text: str) -> None:
    if not is_plain(text):
        return
    for form in tokens(text).forms:
        for find in ways((fold(form),)):
            assert any(
                form in chunk_tokens(text[start:end]).forms for _, start, end, _ in zip(*find(text), strict=True)
            )


def test_plain_text_is_passed_over() -> None:
    plain, compiled = ways(("lim",))
    text = "Cây gỗ lim nằm ở bìa rừng, ai cũng biết (chuyện ấy) từ lâu."
    expected = Found([2], [7], [10], [1])
    assert compiled(text) == expected
    assert [text[start:end] for _, start, end, _ in zip(*plain(text), strict=True)] == ["lim"]


def test_equal_chunks_share_a_number_and_a_text_not_in_normal_form_is_one_chunk() -> None:
    kernel = compiled.kernel
    assert kernel is not None
    looked = Finder(("nam",)).find_all(["năm, nam năm, ", "na\u0306m nam", "năm, ơi"], kernel)
    assert looked.different == ["năm,", "nam", "na\u0306m nam"]
    assert looked.rows[kernel.chunks.NUMBER].tolist() == [0, 1, 0, 2, 0]
    assert looked.rows[kernel.chunks.TEXT].tolist() == [0, 0, 0, 1, 2]
