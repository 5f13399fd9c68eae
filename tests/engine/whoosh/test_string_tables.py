"""A table of strings says which one is damaged first, however many are looked at together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.whoosh import arrays
from indexer.engine.whoosh.arrays import StringTable

LONG = b"a" * 16
BYTES = st.sampled_from(
    [
        b"",
        LONG,
        LONG + b"a",
        LONG + b"\0",
        LONG[:-1] + b"\0",
        b"a",
        b"b",
        "ă".encode(),
        "ă".encode()[:1],
        "ă".encode()[1:],
        b"\xed\xa0\xbd",
        b"\0",
    ]
)


@given(st.lists(BYTES, max_size=9), st.integers(1, 4), st.booleans())
def test_the_first_damage_is_found(items: list[bytes], at_once: int, is_sorted: bool) -> None:
    ends = np.cumsum([len(item) for item in items]).astype(np.uint32)
    table = StringTable(np.frombuffer(b"".join(items), np.uint8), ends, "table")
    pages: list[None] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "VERIFY_STRINGS", at_once)
        found = list(table.verify("item", is_sorted, lambda: pages.append(None)))
    if found:
        assert found[0] in (f"table: item {i} {how}" for i, how in wrong(items, is_sorted))
    else:
        assert not wrong(items, is_sorted)
        assert len(pages) == -(-len(items) // at_once)


def wrong(items: list[bytes], is_sorted: bool) -> list[tuple[int, str]]:
    """The first string that is not valid, and the first that is out of order."""
    invalid = [i for i, item in enumerate(items) if not is_valid(item)]
    fallen = [i for i in range(1, len(items)) if items[i] <= items[i - 1]] if is_sorted else []
    return [*[(i, "is not valid UTF-8") for i in invalid[:1]], *[(i, "is out of order") for i in fallen[:1]]]


def is_valid(item: bytes) -> bool:
    try:
        item.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
