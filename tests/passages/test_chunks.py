"""Which chunks of a text are looked into: none is left out that holds what is looked for, compiled or not."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from indexer.passages.chunks import END, NUMBER, PLACE, SEPARATED, START, TEXT, ChunkFinder, chunk_tokens
from indexer.vietnamese import fold, is_plain, tokens
from tests.loops import both_ways

WANTED = ("hoa", "duong", "nam", "1.5", "1234", "c++", "c", "đ", "ß", "日", "λογος")
PREFIXES = ("ngh", "12", "λ")
Chunks = list[tuple[int, int, int, int]]
"""Place, start, end, and 1 where tokens stand before it, else 0."""
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


def chunks_of(text: str, wanted: tuple[str, ...] = WANTED, prefixes: tuple[str, ...] = ()) -> list[Chunks]:
    """The chunks of a text to look into, found plain and compiled, there among other texts."""
    finder = ChunkFinder(wanted, prefixes)
    texts = ["năm 1.", text, "2 hòa"]

    def found() -> Chunks:
        _, _, rows, different = finder.candidates(texts, normal=True)
        for number, start, end in rows[[NUMBER, START, END]].T.tolist():
            assert different[number] == "".join(texts)[start:end]
        own = rows[:, rows[TEXT] == 1]
        own[[START, END]] -= len(texts[0])
        return [(row[0], row[1], row[2], row[3]) for row in own[[PLACE, START, END, SEPARATED]].T.tolist()]

    return list(both_ways(found))


def met(text: str, found: Chunks, prefixes: tuple[str, ...]) -> list[tuple[int, str] | None]:
    """The tokens looked for with where they stand; None for the others between them, however many."""
    tokens_met: list[tuple[int, str] | None] = []
    for _, start, end, separated in found:
        if separated:
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
    assert chunk_tokens(text) == every
    return met(text, [(0, 0, len(text), 0)], prefixes)


@given(TEXTS, st.booleans())
@example("năm 1.234 nam", False)
@example("một hai\nnăm", False)
def test_nothing_looked_for_is_left_out(text: str, with_prefixes: bool) -> None:
    if not is_plain(text):
        return
    prefixes = PREFIXES if with_prefixes else ()
    expected = all_met(text, prefixes)
    for found in chunks_of(text, prefixes=prefixes):
        assert met(text, found, prefixes) == expected


@given(TEXTS)
def test_a_chunk_stands_where_it_is_said_to(text: str) -> None:
    parts = text.replace("\n", " ").split(" ")
    for found in chunks_of(text):
        for place, start, end, _ in found:
            assert text[start:end] == parts[place] or parts[place] == text[start:end].replace("\n", " ")
            assert start == sum(map(len, parts[:place])) + place


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x20FF), max_size=3))
def test_every_letter_is_found_by_itself(text: str) -> None:
    if not is_plain(text):
        return
    for form in tokens(text).forms:
        for found in chunks_of(text, (fold(form),)):
            assert any(form in chunk_tokens(text[start:end]).forms for _, start, end, _ in found)


def test_plain_text_is_passed_over() -> None:
    text = "Cây gỗ lim nằm ở bìa rừng, ai cũng biết (chuyện ấy) từ lâu."
    assert chunks_of(text, ("lim",)) == [[(2, 7, 10, 1)], [(2, 7, 10, 1)]]


def test_equal_chunks_share_a_number_and_a_text_not_in_normal_form_is_one_chunk() -> None:
    texts = ["năm, nam năm, ", "na\u0306m nam", "năm, ơi nam"]
    for _, _, rows, different in both_ways(lambda: ChunkFinder(("nam",)).candidates(texts)):
        assert different == ["năm,", "nam", "na\u0306m nam"]
        assert rows[NUMBER].tolist() == [0, 1, 0, 2, 0, 1]
        assert rows[TEXT].tolist() == [0, 0, 0, 1, 2, 2]
