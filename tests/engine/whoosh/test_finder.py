"""Terms are found by their forms, several at a time, as one by one; what cannot be their postings is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.whoosh import kernel
from indexer.engine.whoosh.arrays import Array, StringTable, address, encode
from indexer.engine.whoosh.contents import read_contents
from indexer.engine.whoosh.finder import TermFinder
from indexer.engine.whoosh.packing import SAMPLED
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.statistics import Statistics
from indexer.errors import IndexDamaged
from indexer.schema import Field
from tests.contract.corpora import Commit, document
from tests.engine.whoosh.folders import build

text = st.text("abc\u1ebf\U00020000\0", max_size=4)


def found(table: list[int], forms: list[bytes]) -> list[list[int]]:
    """What is found of some forms in the only field."""
    rows = np.empty((len(forms), kernel.FOUND_COLUMNS), np.int64)
    ends = np.cumsum(list(map(len, forms)), dtype=np.int64)
    data = np.frombuffer(b"".join(forms) + b"\0", np.uint8)
    kernel.find_terms(np.array([table], np.int64), np.zeros(len(forms), np.int64), data, ends, rows)
    found: list[list[int]] = rows.tolist()
    return found


def strings(forms: list[bytes], dtype: type) -> tuple[Array, Array]:
    """Their bytes, of which there is at least one, and where each ends."""
    ends = np.cumsum([0, *map(len, forms)], dtype=np.int64)[1:].astype(dtype)
    return np.frombuffer(b"".join(forms) + b"\0", np.uint8), ends


def table(forms: list[bytes], starts: Array, records: Array, dtype: type = np.uint32) -> tuple[list[int], object]:
    """The row of some terms; and what must be kept as long as it is used."""
    row, kept = [], []
    for own in (forms, forms[::SAMPLED]):
        data, ends = strings(own, dtype)
        row += [address(data), sum(map(len, own)), address(ends), int(ends.itemsize == 8), len(ends)]
        kept += [data, ends]
    wide = int(starts.itemsize == 8)
    return [*row, address(starts), wide, address(records), len(records), 0, 0], (kept, starts, records)


@given(st.sets(text, max_size=9) | st.sets(text, min_size=150, max_size=200), st.lists(text))
def test_a_form_is_found_where_it_stands(there: set[str], asked: list[str]) -> None:
    forms = sorted(map(encode, there))
    # Records of one posting each: a paragraph, once, at the beginning.
    records = np.tile(np.array([1, 0, 0], np.uint8), len(forms) + 1)
    wanted = list(map(encode, [*there, *asked]))
    for dtype in (np.uint32, np.uint64):
        row, _kept = table(forms, (3 * np.arange(len(forms) + 1)).astype(dtype), records, dtype)
        alone = StringTable(*strings(forms, dtype), "x")
        for form, (term, start, end, df) in zip(wanted, found(row, wanted), strict=True):
            if form in forms:
                place = forms.index(form)
                assert (term, start, end, df) == (place, 3 * place, 3 * place + 3, 1)
                assert alone.find(form) == place
            else:
                assert df == 0
                assert alone.find(form) is None


@pytest.mark.parametrize(
    ("starts", "records"),
    [([0, 9], [1, 0, 0]), ([2, 1], [1, 0, 0]), ([0, 3], [0, 0, 0]), ([0, 3], [3, 0, 0]), ([0, 3], [128, 128, 128])],
)
def test_what_cannot_be_a_record_is_said_to_be_damaged(starts: list[int], records: list[int]) -> None:
    row, _kept = table([b"a"], np.array(starts, np.uint32), np.array(records, np.uint8))
    assert found(row, [b"a"])[0][3] < 0
    assert found(row, [b"b"])[0][3] == 0


def test_several_are_looked_up_as_one_by_one_and_the_general_way(tmp_path: Path) -> None:
    articles = [(document("a b " * (i % 3 + 1) + f"c{i}", f"x{i}", title="a t"),) for i in range(200)]
    folder = tmp_path / "index"
    build(folder, [Commit(add=tuple(articles)), Commit(delete=("x3",))]).close()
    _, entries = read_contents(str(folder))
    segments = [Segment(str(folder), entry) for entry in entries]
    plain, compiled = Statistics(segments), Statistics(segments)
    compiled.find = lambda i, names: TermFinder(segments[i]).find(names)
    names = [(field, form) for field in Field for form in ("a", "b", "c7", "t", "a b", "missing", "")]
    together = compiled.look_up(names)
    assert together == plain.look_up(names)
    assert [known.places for known in together] == [plain.places(*name) for name in names]
    frequencies = [plain.document_frequency(*name) for name in names]
    assert [compiled.document_frequency(*name) for name in names] == frequencies
    assert plain.document_frequency(Field.SYLLABLES, "a") == 199


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, [Commit(add=tuple((document("a", f"x{i}"),) for i in range(9)))]).close()
    _, entries = read_contents(str(folder))
    finder = TermFinder(Segment(str(folder), entries[0]))
    [place] = finder.find([(Field.SYLLABLES, "a")])
    assert place is not None
    norms = finder.field_norms(np.tile([1.0, 0.0], (len(Field), 1)))
    name = Field.SYLLABLES, "a", Field.SYLLABLES
    rows, highest, _ = finder.describe([name], [place], norms)
    assert rows[0, kernel.COUNT] == 9
    assert highest == [0.5]
    with pytest.raises(IndexDamaged, match="'a'"):
        finder.describe([name], [place._replace(end=place.start + 4)], norms)
