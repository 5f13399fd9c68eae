"""Which page numbers are offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Results
from webapp.pages.paging import last_page, page_numbers


def results(**values: object) -> Results:
    given: dict[str, object] = {
        "query": "", "understood": "", "interpretation": None, "warnings": (), "total": 0, "articles": 0,
        "exact": True, "page": 1, "per_page": 10, "more": False, "took_ms": 0.0, "generation": "", "passages": (),
    }  # fmt: skip
    return Results(**{**given, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("page", "last", "expected"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_first_last_and_neighbours_are_offered(page: int, last: int, expected: list[int | None]) -> None:
    assert page_numbers(page, last) == expected


@given(st.integers(1, 500), st.integers(1, 500))
def test_numbers_rise_and_stay_within_bounds(page: int, last: int) -> None:
    numbers = [number for number in page_numbers(page, last) if number is not None]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1
    assert last in numbers
    assert all(1 <= number <= last for number in numbers)


def test_the_last_page_holds_the_remainder() -> None:
    assert last_page(results(length=21), 10_000) == 3
    assert last_page(results(length=20), 10_000) == 2
    assert last_page(results(length=0), 10_000) == 1


def test_a_lower_bound_still_leads_to_the_next_page() -> None:
    assert last_page(results(length=20, exact=False, page=2, more=True), 10_000) == 3


def test_no_page_lies_beyond_the_depth_limit() -> None:
    assert last_page(results(length=5_000), 100) == 10
