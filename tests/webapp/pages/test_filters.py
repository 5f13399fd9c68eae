"""What results can be narrowed by, as values; how it looks is tested with the pages."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from indexer import FacetCounts, Results, SearchRequest
from webapp.pages.filters import MOST, SHOWN, choices, filters, of_date_form, period_of, with_days_of
from webapp.requests.parameters import VALUES_LIMIT

Day = datetime.date

Ends = tuple[Day | None, Day | None]
DAY, LATER = Day(2024, 2, 1), Day(2024, 3, 9)


def results(**facets: list[tuple[str, int]]) -> Results:
    counts = {name: FacetCounts(tuple(values)) for name, values in facets.items()}
    return Results("", "", None, (), 1, 1, True, 1, 10, False, 1.0, "", (), (), counts)


def test_a_facet_with_one_value_is_no_choice() -> None:
    assert choices(SearchRequest("x"), results(source=[("Báo", 3)], kind=[("body", 2), ("lead", 1)]))[0].name == "kind"


def test_chosen_values_come_first_and_always() -> None:
    values = [(f"Báo {number}", 100 - number) for number in range(30)]
    [facet] = choices(SearchRequest("x", filters={"source": ("Báo 20", "Lạ")}), results(source=values))
    assert [(choice.value, choice.count) for choice in facet.first[:3]] == [
        ("Báo 20", 80),
        ("Lạ", None),
        ("Báo 0", 100),
    ]
    assert [choice.chosen for choice in facet.first] == [True, True, False, False, False, False]


@pytest.mark.parametrize(("count", "open_", "folded"), [(2, 2, 0), (SHOWN + 1, SHOWN + 1, 0), (SHOWN + 2, SHOWN, 2)])
def test_many_values_are_folded_but_never_a_single_one(count: int, open_: int, folded: int) -> None:
    [facet] = choices(SearchRequest("x"), results(author=[(f"A{number}", 9) for number in range(count)]))
    assert (len(facet.first), len(facet.more), facet.cut) == (open_, folded, False)


def test_a_page_holds_so_many_values_and_an_address_too() -> None:
    values = [(f"Báo {number}", 1) for number in range(500)]
    chosen = tuple(f"Báo {number}" for number in range(VALUES_LIMIT))
    [facet] = choices(SearchRequest("x", filters={"source": chosen}), results(source=values))
    assert len(facet.first) + len(facet.more) == MOST
    assert facet.cut
    assert all(len(choice.change["source"]) <= VALUES_LIMIT for choice in (*facet.first, *facet.more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        (Day(2023, 1, 1), Day(2023, 12, 31), "year"),
        (Day(2024, 2, 1), Day(2024, 2, 29), "month"),
        (Day(2024, 2, 1), Day(2024, 2, 28), ""),
        (Day(2024, 2, 29), Day(2024, 2, 29), "date"),
        (Day(2023, 1, 1), Day(2024, 12, 31), ""),
        (Day(2023, 2, 1), Day(2024, 2, 29), ""),
        (Day(2023, 1, 2), Day(2023, 12, 31), ""),
        (Day(9999, 12, 1), Day.max, "month"),
        (None, Day(2023, 12, 31), ""),
        (Day(2023, 1, 1), None, ""),
    ],
)
def test_days_that_are_just_a_year_or_a_month(first: Day | None, last: Day | None, period: str) -> None:
    assert period_of(first, last) == period
    names = [each.name for each in filters(SearchRequest("x", after=first, before=last))]
    assert names == ([period] if period else [n for n, day in (("after", first), ("before", last)) if day])


def test_an_address_that_is_not_from_the_form_stays() -> None:
    assert of_date_form(MultiDict({"q": "x", "before": "2024"})) is None


@pytest.mark.parametrize(
    ("days", "after", "before", "expected"),
    [
        ((None, None), None, None, (None, None)),
        ((DAY, DAY), None, None, (DAY, DAY)),
        ((DAY, None), None, LATER, (DAY, LATER)),
        ((DAY, LATER), LATER, None, (LATER, LATER)),
        ((None, LATER), DAY, DAY, (DAY, DAY)),
        ((LATER, None), None, DAY, (None, DAY)),  # No day is within both.
    ],
)
def test_dates_of_the_query_and_of_the_fields_count_together(
    days: Ends, after: Day | None, before: Day | None, expected: Ends
) -> None:
    asked = SearchRequest("x", after=after, before=before, sort="date")
    dated = with_days_of(replace(results(), days=days), asked)
    assert (dated.after, dated.before) == expected
    assert replace(dated, after=after, before=before) == asked
