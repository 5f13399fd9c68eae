"""Records come back from their bytes as they were, and what is no record is said to be none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engine.whoosh import kernel, unpacker
from indexer.engine.whoosh import packer as packer_module
from indexer.engine.whoosh.arrays import Array, address
from indexer.engine.whoosh.packer import Packer
from indexer.engine.whoosh.packing import (
    ESCAPE,
    LONG,
    MOST_PAIRS,
    Malformed,
    Records,
    first_number,
    first_numbers,
    is_dense,
    layout,
    stretches,
    unpack,
)
from indexer.engine.whoosh.postings import Postings
from indexer.engine.whoosh.postings_writer import PostingsWriter
from indexer.engine.whoosh.unpacker import unpack_range
from tests.effort import tries

MOST = 140_000

numbers = st.integers(0, 300) | st.sampled_from([127, 128, 129, 16_383, 16_384, 65_535, 65_536, 131_072, MOST - 1])
occurrences = st.one_of(
    st.lists(numbers, min_size=1, max_size=5, unique=True).map(sorted),
    st.sampled_from([2, 129, 130, ESCAPE, ESCAPE + 1, 300]).map(lambda count: list(range(count))),
)
few = st.dictionaries(numbers, occurrences, min_size=1, max_size=6)


def alike(paragraphs: range) -> dict[int, list[int]]:
    """A term that stands once, at the same place, in each of some paragraphs."""
    return {paragraph: [3] for paragraph in paragraphs}


@st.composite
def frequent(draw: st.DrawFn) -> dict[int, list[int]]:
    """A term in many paragraphs, spread over some part of them all, most of its postings alike."""
    count = draw(st.sampled_from([LONG - 1, LONG, LONG + 1, 300, MOST // 32 + 1]))
    step = draw(st.sampled_from([1, 2, 7, (MOST - 1) // count]))
    first = draw(st.integers(0, MOST - 1 - step * (count - 1)))
    found = alike(range(first, first + step * count, step))
    for place in draw(st.lists(st.integers(0, count - 1), max_size=4)):
        found[first + step * place] = draw(occurrences)
    return found


def records(several: list[dict[int, list[int]]]) -> Records:
    """The records of terms that are given as positions by paragraph."""
    postings = [(paragraph, term[paragraph]) for term in several for paragraph in sorted(term)]
    return Records(
        np.array([len(term) for term in several], np.int64),
        np.array([paragraph for paragraph, _ in postings], np.int64),
        np.array([len(positions) for _, positions in postings], np.int64),
        np.array([position for _, positions in postings for position in positions], np.int64),
    )


LENGTHS = np.arange(MOST) % 97 + 1


def packed(several: list[dict[int, list[int]]]) -> tuple[Array, Array, Array]:
    """The bytes of the records of terms, where each begins, and their arrays."""
    data, sizes, arrays = Packer(LENGTHS).pack(records(several))
    return data, np.cumsum(sizes) - sizes, arrays.view(np.uint8)


def unpacked(data: Array, starts: Array, arrays: Array, paragraphs: int, *, compiled: bool) -> Records:
    """The records of terms, by the compiled loops or without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpacker, "pays_to_compile", lambda _: compiled)
        return unpack_range(data, np.append(starts, len(data)), arrays, paragraphs)


@pytest.mark.parametrize("compiled", [False, True])
@given(several=st.lists(few | few | few | frequent(), max_size=6))
def test_records_come_back_as_they_were(several: list[dict[int, list[int]]], compiled: bool) -> None:
    expected = records(several)
    data, starts, arrays = packed(several)
    found = unpacked(data, starts, arrays, MOST, compiled=compiled)
    if compiled and several:  # Else the others would answer for them, unnoticed.
        assert unpacker._unpack_compiled(data, np.append(starts, len(data)), arrays, MOST) is not None
    for name in Records.__slots__:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_array_equal(first_numbers(data, starts), expected.df)
    assert [first_number(data, start) for start in starts.tolist()] == list(map(len, several))


@settings(max_examples=25)
@given(several=st.lists(few | frequent(), min_size=2, max_size=4))
def test_in_pieces_and_compiled_they_are_packed_as_at_once(several: list[dict[int, list[int]]]) -> None:
    found = []
    with pytest.MonkeyPatch.context() as patch:
        for compiled in (False, True):
            patch.setattr(packer_module, "pays_to_compile", lambda _, compiled=compiled: compiled)
            for cut in (0, 1):
                packer = Packer(LENGTHS)
                pieces = [packer.pack(records(piece)) for piece in (several[:cut], several[cut:])]
                found.append([np.concatenate([piece[i] for piece in pieces]).tobytes() for i in range(3)])
    assert found[1:] == found[:1] * 3


@given(term=few)
def test_a_short_record_is_read_alone(term: dict[int, list[int]]) -> None:
    data, _, _ = packed([term])
    own = records([term])
    lows, frequencies = np.empty(len(term), np.uint16), np.empty(len(term), np.uint32)
    bounds = np.empty(stretches(MOST) + 1, np.uint32)
    assert kernel.read_short(address(data), 0, len(data), MOST, lows, bounds, frequencies) > 0
    np.testing.assert_array_equal(lows, own.ids % 65_536)
    np.testing.assert_array_equal(bounds, np.searchsorted(own.ids, np.arange(stretches(MOST) + 1) * 65_536))
    np.testing.assert_array_equal(frequencies, own.frequencies)


@given(term=frequent().filter(lambda term: len(term) >= LONG))
def test_the_pairs_of_a_frequent_term_bound_all_its_postings(term: dict[int, list[int]]) -> None:
    data, _, _ = packed([term])
    head = np.zeros(kernel.NUMBERS, np.int64)
    assert kernel.read_head(address(data), 0, len(data), head) > 0
    assert head[kernel.DF] == len(term)
    assert 1 <= head[kernel.PAIRS] <= MOST_PAIRS
    pairs = head[kernel.FIRST_PAIR :].reshape(-1, 2)[: head[kernel.PAIRS]]
    for paragraph, positions in term.items():
        assert any(len(positions) <= most and paragraph % 97 + 1 >= shortest for most, shortest in pairs.tolist())
    # The shortest and the most frequent are met, so that no bound is much too high.
    assert pairs[:, 0].max() == max(map(len, term.values()))
    assert pairs[:, 1].min() == min(paragraph % 97 + 1 for paragraph in term)


def test_a_frequent_term_takes_little_more_than_three_bytes_a_paragraph_and_two_when_it_is_in_most() -> None:
    for step, most in ((40, 4.1), (2, 2.5)):
        term = alike(range(0, MOST, step))
        data, _, arrays = packed([term])
        assert len(data) + len(arrays) <= most * len(term)
        assert is_dense(len(term), MOST) == (step == 2)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    "record",
    [
        [],
        [1, 0],
        [1, 0, 128],
        [3, 0, 0, 0],
        [0, 0, 0],
        [1, 1, 9, 0, 0],
        [1, 0, 0, 0],
        [128, 128, 128, 128, 128, 0],
        [1, 255, 255, 255, 255, 127, 0, 0],
    ],
)
def test_what_is_no_record_is_said_to_be_none(record: list[int], compiled: bool) -> None:
    with pytest.raises(Malformed):
        unpacked(np.array(record, np.uint8), np.zeros(1, np.int64), np.empty(0, np.uint8), 1000, compiled=compiled)


@settings(max_examples=tries(300, 50))
@given(several=st.lists(few | frequent(), min_size=1, max_size=3), data=st.data())
def test_of_changed_bytes_the_compiled_loops_read_what_the_others_read(
    several: list[dict[int, list[int]]], data: st.DataObject
) -> None:
    """Or both say that it is no record."""
    bytes_, starts, arrays = packed(several)
    for memory in (bytes_, arrays) if len(arrays) else (bytes_,):
        place = data.draw(st.integers(0, len(memory) - 1))
        memory[place] ^= data.draw(st.integers(1, 255))
    found: list[tuple[list[int], ...] | None] = []
    for compiled in (False, True):
        try:
            each = unpacked(bytes_, starts, arrays, MOST, compiled=compiled)
            found.append(tuple(getattr(each, name).tolist() for name in Records.__slots__))
        except Malformed:
            found.append(None)
    assert found[0] == found[1]


def test_a_paragraph_that_does_not_exist_is_noticed_while_reading() -> None:
    data, _, _ = packed([{5: [0]}])
    for paragraphs, right in ((6, True), (5, False)):
        out = np.empty(1, np.uint16), np.empty(2, np.uint32), np.empty(1, np.uint32)
        assert (kernel.read_short(address(data), 0, len(data), paragraphs, *out) >= 0) == right


@pytest.mark.parametrize("step", [2, 40])
def test_a_changed_byte_of_the_arrays_changes_what_is_read_or_what_would_be_packed(step: int) -> None:
    """So verification, which compares both, overlooks none."""
    paragraphs = 300 * step
    expected = records([{paragraph: [paragraph % 5, 9] for paragraph in range(0, paragraphs, step)}])
    data, _, arrays = Packer(np.full(paragraphs, 10)).pack(expected)
    memory = arrays.view(np.uint8)
    noticed = 0
    for place in range(len(memory)):
        memory[place] ^= 1 << (place % 8)
        try:
            found = unpack(data, np.zeros(1, np.int64), memory, paragraphs)
        except Malformed:
            noticed += 1
        else:
            if np.array_equal(found.ids, expected.ids) and np.array_equal(found.frequencies, expected.frequencies):
                again = Packer(np.full(paragraphs, 10)).pack(found)
                assert not np.array_equal(again[0], data) or not np.array_equal(again[2], arrays)
        memory[place] ^= 1 << (place % 8)
    assert noticed


def test_what_is_wrong_with_the_arrays_is_told_by_verification(tmp_path: Path) -> None:
    """A wrong rank, pair or block is found although it changes no record."""
    term = alike(range(0, 4000, 2))
    writer = PostingsWriter(str(tmp_path / "x.words"), "x", np.isin(np.arange(4000), [*term]) * 4)
    packer = writer._packer
    right = packer.pack

    def wrong(them: Records) -> tuple[Array, Array, Array]:
        data, sizes, arrays = right(them)
        arrays.view(np.uint8)[layout(2000, 4000).narrow + 4] ^= 1
        return data, sizes, arrays

    packer.pack = wrong  # type: ignore[method-assign]  # as a faulty one would
    writer.append(records([term]))
    writer.finish([b"a"], {})
    assert list(Postings(str(tmp_path / "x.words"), "x").verify()) == [
        "x.words: terms 0 to 1 are not packed as they must be"
    ]


def test_only_what_is_to_be_packed_again_waits_for_compiled_loops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    term = alike(range(300))
    writer = PostingsWriter(str(tmp_path / "x.words"), "x", np.full(300, 4))
    writer.append(records([term]))
    writer.finish([b"a"], {})
    postings = Postings(str(tmp_path / "x.words"), "x")
    asked = []
    monkeypatch.setattr(unpacker, "pays_to_compile", lambda numbers: asked.append(numbers))
    assert postings.record_of(0).ids.tolist() == postings.records_of(range(1)).ids.tolist() == list(range(300))
    assert not asked
    assert postings.records_of(range(1), to_pack=True).ids.tolist() == list(range(300))
    assert len(asked) == 1
