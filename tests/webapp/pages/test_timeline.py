"""The histogram as values: which spans there are, what they count, how high they stand."""

from __future__ import annotations

import datetime
import itertools

import pytest

from indexer import SearchRequest
from tests.webapp.pages.test_filters import results
from webapp.pages.timeline import DIGIT, GAP, HEIGHT, WIDTH, Bar, Timeline, days_shown, labels, timeline

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
    drawn = bars(SearchRequest("x"), year=[(str(year), 1) for year in range(1990, 2025)])
    found = drawn.bars
    assert all(abs(a.place + a.width - b.place) < 0.02 for a, b in itertools.pairwise(found))
    assert found[-1].place + found[-1].width <= WIDTH + 0.5
    assert [text for text, _ in labels(drawn).values()] == ["1995", "2000", "2005", "2010", "2015", "2020"]


def test_a_little_beside_much_is_still_seen() -> None:
    assert bars(SearchRequest("x"), year=[("2020", 1), ("2021", 100_000)]).bars[0].height == 3


def test_a_long_span_is_counted_by_decades() -> None:
    found = bars(SearchRequest("x"), year=[("1925", 1), ("1930", 2), ("1939", 4), ("2025", 8)])
    assert found.step == "decade"
    assert (found.bars[0].first, found.bars[0].end) == (Day(1920, 1, 1), Day(1930, 1, 1))
    assert counts(found.bars) == [1, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8]


def test_within_one_year_there_are_its_twelve_months() -> None:
    asked = SearchRequest("x", after=Day(2023, 3, 1), before=Day(2023, 5, 31))
    found = bars(asked, year=[("2023", 9)], month=[("2023-12", 4), ("2023-03", 5), ("2024-03", 7)])
    assert (found.step, found.year) == ("month", 2023)
    assert counts(found.bars) == [0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 4]
    assert [bar.first.month for bar in found.bars if bar.chosen] == [3, 4, 5]
    assert found.bars[11].end == Day(2024, 1, 1)


def test_a_span_over_new_year_has_its_months() -> None:
    asked = SearchRequest("x", after=Day(2023, 11, 15), before=Day(2024, 2, 3))
    found = bars(asked, year=[("2023", 9), ("2024", 1)], month=[("2023-11", 4), ("2024-02", 5), ("2024-03", 7)])
    assert (found.step, found.year) == ("month", None)
    assert counts(found.bars) == [4, 0, 0, 5]
    assert [text for text, _ in labels(found).values()] == ["2024", "11", "12", "2"]
    long = SearchRequest("x", after=Day(2021, 1, 1), before=Day(2023, 1, 1))
    assert bars(long, year=[("2021", 1), ("2023", 1)], month=[("2021-01", 1)]).step == "year"


def test_a_month_has_its_days() -> None:
    asked = SearchRequest("x", after=Day(2024, 2, 10), before=Day(2024, 2, 12))
    assert days_shown(asked) == (Day(2024, 2, 1), Day(2024, 2, 29))
    found = timeline(asked, results(), {Day(2024, 2, 10): 4, Day(2024, 2, 29): 1})
    assert found is not None
    assert (found.step, found.year, found.month, len(found.bars)) == ("day", 2024, Day(2024, 2, 1), 29)
    assert {bar.first.day: bar.count for bar in found.bars if bar.count} == {10: 4, 29: 1}
    assert [bar.first.day for bar in found.bars if bar.chosen] == [10, 11, 12]
    assert [text for text, _ in labels(found).values()] == ["1", "5", "10", "15", "20", "25"]
    assert all(bar.end == bar.first + datetime.timedelta(days=1) for bar in found.bars)


def test_two_months_have_their_days_and_names_that_do_not_touch() -> None:
    asked = SearchRequest("x", after=Day(2023, 12, 31), before=Day(2024, 1, 1))
    assert days_shown(asked) == (Day(2023, 12, 1), Day(2024, 1, 31))
    found = timeline(asked, results(), {Day(2024, 1, 1): 1})
    assert found is not None
    assert (found.step, found.year, found.month, len(found.bars)) == ("day", None, None, 62)
    assert [text for text, _ in labels(found).values()] == ["1/12", "1/1", "10", "20", "10", "20"]


DRAWN = [
    bars(SearchRequest("x"), year=[("2023", 9), ("2024", 1)], month=[("2023-11", 4), ("2024-02", 5)]),
    bars(
        SearchRequest("x", after=Day(2022, 6, 1), before=Day(2024, 5, 31)), year=[("2023", 9)], month=[("2023-11", 4)]
    ),
    bars(SearchRequest("x"), year=[("2020", 1), ("2021", 2), ("2022", 1)]),
    bars(SearchRequest("x"), year=[(str(year), 1) for year in range(1986, 2025)]),
    bars(SearchRequest("x"), year=[("1700", 1), ("2025", 8)]),
    timeline(SearchRequest("x", after=Day(2023, 12, 31), before=Day(2024, 1, 1)), results(), {Day(2024, 1, 1): 1}),
]


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: f"{drawn.step}-{len(drawn.bars)}")
def test_labels_neither_touch_nor_leave_the_drawing(drawn: Timeline) -> None:
    ends = sorted((at - DIGIT * len(text) / 2, at + DIGIT * len(text) / 2) for text, at in labels(drawn).values())
    assert len(ends) >= 3
    assert ends[0][0] >= 0 and ends[-1][1] <= WIDTH
    assert all(b[0] - a[1] >= GAP - 0.01 for a, b in itertools.pairwise(ends))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (Day(2023, 1, 1), Day(2023, 3, 1)),
        (Day(2023, 1, 1), None),
        (None, Day(2023, 1, 1)),
        (Day(9999, 12, 1), Day.max),
        (Day(1, 1, 1), Day.max),
    ],
)
def test_longer_spans_and_open_ones_have_no_days(first: Day | None, last: Day | None) -> None:
    assert days_shown(SearchRequest("x", after=first, before=last)) is None


def test_without_counts_of_days_months_are_shown() -> None:
    asked = SearchRequest("x", after=Day(2024, 2, 10), before=Day(2024, 2, 12))
    found = timeline(asked, results(month=[("2024-02", 5)]), {})
    assert found is not None and found.step == "month"


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
