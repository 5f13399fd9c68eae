"""Parameters of an address become a request, and back."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer import Filters, SearchRequest, Settings
from webapp.requests.parameters import ParametersInvalid, as_arguments, read_search

SETTINGS = Settings()


def read(*pairs: tuple[str, str]) -> SearchRequest:
    return read_search(MultiDict(pairs), SETTINGS)


def refused(*pairs: tuple[str, str]) -> list[str]:
    with pytest.raises(ParametersInvalid) as caught:
        read(*pairs)
    return [error.parameter for error in caught.value.errors]


def test_without_parameters_everything_has_its_default() -> None:
    assert read() == SearchRequest("", per_page=SETTINGS.page_size, near_duplicates="group")


def test_all_parameters_are_read() -> None:
    assert read(
        ("q", " cờ thi đua "), ("page", "2"), ("per_page", "5"), ("sort", "date"), ("group", "article"),
        ("source", "Báo Mẫu"), ("source", "Tin Mẫu"), ("source", "Báo Mẫu"), ("author", "Lê An"),
        ("kind", "caption"), ("after", "2023-12"), ("before", "2024-02-03"), ("unknown", "x"),
        ("near_duplicates", "show"),
    ) == SearchRequest(
        "cờ thi đua", 2, 5, "date", "article",
        Filters({"source": ("Báo Mẫu", "Tin Mẫu"), "author": ("Lê An",), "kind": ("caption",)}),
        datetime.date(2023, 12, 1), datetime.date(2024, 2, 2), near_duplicates="show",
    )  # fmt: skip


def test_what_a_form_leaves_empty_counts_as_absent() -> None:
    empty = [(name, "") for name in ("q", "page", "per_page", "sort", "group", "source", "after", "before")]
    assert read(*empty) == read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("page", value) for value in ("0", "-1", "x", "1.5", "١", "1" * 5_000, "999999999")),
        *(("per_page", value) for value in ("0", "101", "ten")),
        *(("sort", value) for value in ("newest", "Date")),
        ("group", "source"),
        ("kind", "headline"),
        *(("after", value) for value in ("2023-13", "2023-02-30", "23", "soon", "2023/01", "0000", "٢٠٢٣")),
        *(("before", value) for value in ("2023-1-1-1", "12345", "0001")),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    assert refused((name, value)) == [name]


def test_all_bad_parameters_are_named_at_once() -> None:
    assert refused(("page", "x"), ("sort", "y"), ("after", "z")) == ["page", "after", "sort"]


def test_paging_ends_at_the_depth_limit_and_says_so() -> None:
    assert read(("page", "1000"), ("per_page", "10")).page == 1_000
    with pytest.raises(ParametersInvalid, match="ends at page 1000"):
        read(("page", "1001"), ("per_page", "10"))


@pytest.mark.parametrize(("after", "before"), [("2024", "2023"), ("2024", "2024"), ("2024-05-06", "2024-05-06")])
def test_a_span_of_no_day_is_refused(after: str, before: str) -> None:
    assert refused(("after", after), ("before", before)) == ["before"]


def test_too_many_values_are_refused() -> None:
    assert refused(*(("source", str(number)) for number in range(21))) == ["source"]


def test_control_characters_are_spaces() -> None:
    assert read(("q", "cờ\x00thi\x9fđua\n")).text == "cờ thi đua"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "page", "per_page", "sort", "group", "source", "author", "kind", "after", "before"]),
            st.text(max_size=12) | st.sampled_from(["1", "2", "date", "article", "caption", "2023", "2024-02"]),
        ),
        max_size=8,
    )
)
def test_any_parameters_are_read_or_refused_and_come_back_the_same(pairs: list[tuple[str, str]]) -> None:
    try:
        asked = read(*pairs)
    except ParametersInvalid as refusal:
        assert refusal.errors
        return
    again = MultiDict(as_arguments(asked, SETTINGS, page=asked.page, group=asked.group))
    assert read_search(MultiDict((name, str(value)) for name, value in again.items(multi=True)), SETTINGS) == asked


def test_a_change_of_the_address_begins_at_the_first_page() -> None:
    asked = read(("q", "cờ"), ("page", "3"), ("source", "Báo Mẫu"))
    assert as_arguments(asked, SETTINGS, sort="date") == {"q": "cờ", "sort": "date", "source": ["Báo Mẫu"]}
    assert as_arguments(asked, SETTINGS, page=4, source=None) == {"q": "cờ", "page": 4}
    assert as_arguments(asked, SETTINGS, page=1, source=None) == {"q": "cờ"}
