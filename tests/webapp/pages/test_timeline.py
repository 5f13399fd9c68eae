"""The histogram as values: which spans there are, what they count, how high they stand."""

from __future__ import annotations

import datetime
import itertools

import pytest

from indexer import SearchRequest
from tests.webapp.pages.test_filters import results
from webapp.pages.timeline import HEIGHT, WIDTH, Bar, Timeline, timeline

Day = datetime.date


def bars(asked: SearchRequest, **facets: list[tuple[str, int]]) -> Timeline:
    found = timeline(asked, results(**facets))
    assert found is not None
    return found


def counts(bars: tuple[Bar, ...]) -> list[int]:
    return [bar.count for bar in bars]


def test_every_year_from_the_first_to_the_last_has_a_place() -> None:
    found = bars(SearchRequest("x"), year=[("2021", 8), ("2018", 2), ("2019", 1)])
    assert found.step == "year"
    assert [bar.first.year for bar in found.bars] == [2018, 2019, 2020, 2021]
    assert counts(found.bars) == [2, 1, 0, 8]
    assert [bar.height for bar in found.bars] == [HEIGHT / 4, HEIGHT / 8, 0, HEIGHT]
    assert all(bar.end == Day(bar.first.year + 1, 1, 1) for bar in found.bars)


def test_bars_stand_side_by_side_within_the_drawing() -> None:
    found = bars(SearchRequest("x"), year=[(str(year), 1) for year in range(1990, 2025)]).bars
    assert all(abs(a.place + a.width - b.place) < 0.02 for a, b in itertools.pairwise(found))
    assert found[-1].place + found[-1].width <= WIDTH + 0.5
    labelled = [bar for bar in found if bar.labelled]
    assert all(b.place - a.place >= 32 for a, b in itertools.pairwise(labelled))


def test_a_little_beside_much_is_still_seen() -> None:
    assert bars(SearchRequest("x"), year=[("2020", 1), ("2021", 100_000)]).bars[0].height == 3


def test_a_long_span_is_counted_by_decades() -> None:
    found = bars(SearchRequest("x"), year=[("1925", 1), ("1930", 2), ("1939", 4), ("2025", 8)])
    assert found.step == "decade"
    assert (found.bars[0].first, found.bars[0].end) == (Day(1920, 1, 1), Day(1930, 1, 1))
    assert counts(found.bars) == [1, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8]


def test_within_one_year_there_are_its_twelve_months() -> None:
    asked = SearchRequest("x", after=Day(2023, 3, 1), before=Day(2023, 4, 30))
    found = bars(asked, year=[("2023", 9)], month=[("2023-12", 4), ("2023-03", 5), ("2024-03", 7)])
    assert (found.step, found.year) == ("month", 2023)
    assert counts(found.bars) == [0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 4]
    assert [bar.first.month for bar in found.bars if bar.chosen] == [3, 4]
    assert found.bars[11].end == Day(2024, 1, 1)


def test_what_lies_within_the_dates_even_in_part_is_chosen() -> None:
    asked = SearchRequest("x", after=Day(2019, 12, 31), before=Day(2021, 1, 1))
    found = bars(asked, year=[(str(year), 1) for year in range(2018, 2024)])
    assert [bar.first.year for bar in found.bars if bar.chosen] == [2019, 2020, 2021]


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar_have_bars_too(year: str) -> None:
    found = bars(SearchRequest("x"), year=[(year, 1), ("2000", 1)])
    assert sum(counts(found.bars)) == 2
    assert all(bar.first < bar.end for bar in found.bars)


def test_nothing_to_compare_is_no_histogram() -> None:
    assert timeline(SearchRequest("x"), results()) is None
    assert timeline(SearchRequest("x"), results(year=[("2023", 5)])) is None
    assert timeline(SearchRequest("x", after=Day(2023, 1, 1), before=Day(2023, 2, 1)), results(year=[])) is None
