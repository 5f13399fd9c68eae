"""Facets: the number beside a value is what choosing it would find."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import (
    FacetCounts,
    FieldType,
    Filters,
    Index,
    Label,
    MetadataField,
    Schema,
    SearchRequest,
    Settings,
    build,
    open_index,
)
from indexer.engine.base import EnginePage
from indexer.search.facets import counts_by_day
from tests.samples import write_articles

DECLARED = (
    MetadataField("section", FieldType.KEYWORD, Label("Chuyên mục", "Section"), many=True, facet=True),
    MetadataField("pages", FieldType.NUMBER, Label("Số trang", "Pages"), facet=True),
    MetadataField("prices", FieldType.NUMBER, Label("Giá", "Prices"), many=True, facet=True),
    MetadataField("issued", FieldType.DATE, Label("Ngày ban hành", "Issued"), many=True, facet=True),
)
FACETS = Schema(DECLARED).facets
SECTIONS = ("Thể thao", "THỂ THAO", "Văn hóa", "Văn hoá", "Đời sống")
ASKED = SearchRequest("trời", facets=FACETS)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Twelve articles of two paragraphs; sources written in three ways, an author without one, a date missing."""
    folder = tmp_path_factory.mktemp("facets")
    articles = tuple(
        {
            "id": f"bai-{number}",
            "title": "",
            "source": ("Báo Mẫu", "BÁO MẪU", "Tin Mẫu", "Báo Mẫu")[number % 4],
            "author": ("Lê An", None, "Trần Bình")[number % 3],
            "section": [SECTIONS[number % 5], *(["Giải trí"] if number % 3 else [])],
            "pages": (None, 7, 0.5, -1)[number % 4],
            "prices": [number % 3, 10][: number % 3],
            "issued": [f"202{year}-01-0{year + 1}" for year in range(number % 3)] * 2,
            "date": None if number == 11 else f"202{number // 4}-0{number % 5 + 1}-15",
            "paragraphs": [
                {"kind": "body", "text": f"Trời hôm nay {('nắng', 'mưa')[number % 2]}, số {number}."},
                {"kind": "caption", "text": f"Ảnh bầu trời số {number}."},
            ],
        }
        for number in range(12)
    )
    declared = Settings(fields=DECLARED)
    report = build([write_articles(folder / "articles.jsonl", articles)], folder / "index", settings=declared)
    assert not report.warnings
    with open_index(folder / "index", declared) as opened:
        yield opened


def chosen(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """The request with `value` of facet `name` alone chosen."""
    if name not in ("year", "month"):
        return replace(request, filters=request.filters.changed(name, [value]))
    year, month = int(value[:4]), int(value[5:] or 0)
    first = datetime.date(year, month or 1, 1)
    end = datetime.date(year + 1, 1, 1) if not month else datetime.date(year, month + 1, 1)
    return replace(request, after=first, before=end - datetime.timedelta(days=1))


@pytest.mark.parametrize(
    "request_",
    [
        ASKED,
        replace(ASKED, filters={"source": ["Tin Mẫu"]}),
        replace(ASKED, filters={"source": ["bao mau"], "kind": ["caption"]}),
        replace(ASKED, filters={"author": ["Lê An"]}, after=datetime.date(2021, 1, 1)),
        replace(ASKED, text="trời -mưa", filters={"kind": ["body", "caption"]}, before=datetime.date(2021, 3, 1)),
        replace(ASKED, text='"bầu trời" OR nắng', sort="date", group="article", filters={"source": ["Báo Mẫu"]}),
        replace(ASKED, text="source:tin trời", filters={"kind": ["body"]}),
        replace(ASKED, text="-mưa", filters={"kind": ["body"]}),
        replace(ASKED, text="", filters={"kind": ["caption"]}),
    ],
)
def test_every_count_is_what_choosing_the_value_finds(index: Index, request_: SearchRequest) -> None:
    facets = index.search(request_).facets
    assert tuple(facets) == FACETS
    for name, counts in facets.items():
        assert counts.values or name in ("prices", "issued")  # which not every article has
        for value, count in counts.values:
            assert index.search(chosen(request_, name, value)).total == count, (name, value)


@pytest.mark.parametrize(
    "request_",
    [
        ASKED,
        replace(ASKED, filters={"source": ["bao mau"], "kind": ["caption"]}, after=datetime.date(2020, 2, 20)),
        replace(ASKED, text="-mưa", before=datetime.date(2020, 1, 1)),
        replace(ASKED, text="", filters={"kind": ["caption"]}),
    ],
)
def test_the_count_of_a_day_is_what_choosing_the_day_finds(index: Index, request_: SearchRequest) -> None:
    first, last = datetime.date(2020, 1, 1), datetime.date(2020, 3, 31)
    counts = index.counts_by_day(index.search(request_), request_, first, last)
    assert counts and all(counts.values())
    for number in range(91):
        day = first + datetime.timedelta(days=number)
        assert index.search(replace(request_, after=day, before=day)).total == counts.get(day, 0), day


def test_days_are_counted_within_bounds_and_a_time(index: Index) -> None:
    first = datetime.date(2020, 1, 1)
    with pytest.raises(ValueError, match="93 days are asked for; at most 92 are counted"):
        index.counts_by_day(index.search(ASKED), ASKED, first, first + datetime.timedelta(days=92))
    late = SimpleNamespace(search=lambda _: EnginePage((), 4, 2, degraded=True))
    assert counts_by_day(late, None, ASKED, (first, first), Settings()) == {}  # type: ignore[arg-type]


values = {
    "source": ["bao mau", "Tin Mẫu", "Lạ"],
    "kind": ["body", "caption"],
    "section": ["thể thao", "văn hoá", "giai tri"],
    "pages": ["7", "0..1", "..0.5"],
    "prices": ["10", "0.."],
    "issued": ["2020", "2020..2021-01"],
}
filters = st.dictionaries(st.sampled_from(sorted(values)), st.none(), max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: st.lists(st.sampled_from(values[name]), max_size=2) for name in names})
)


@settings(max_examples=40)
@given(
    text=st.sampled_from(["trời", "mưa", "", "section:hoa", "-pages:7", "-issued:2021", "prices:1.. OR kind:body"]),
    chosen_values=filters,
    sort=st.sampled_from(["relevance", "fresh", "date"]),
)
def test_every_count_of_any_request_is_what_choosing_the_value_finds(
    index: Index, text: str, chosen_values: dict[str, list[str]], sort: str
) -> None:
    request = SearchRequest(text, sort=sort, filters=Filters(chosen_values), facets=FACETS)
    for name, counts in index.search(request).facets.items():
        for value, count in counts.values:
            assert index.search(replace(chosen(request, name, value), facets=())).total == count, (name, value)


def test_the_chosen_value_leaves_the_others_of_its_facet(index: Index) -> None:
    free, bound = index.search(ASKED), index.search(replace(ASKED, filters={"source": ["Tin Mẫu"]}))
    assert bound.facets["source"] == free.facets["source"]
    assert sum(count for _, count in bound.facets["kind"].values) == bound.total < free.total


def test_ways_of_writing_a_value_are_counted_together_under_the_most_frequent(index: Index) -> None:
    assert index.search(ASKED).facets["source"].values == (("Báo Mẫu", 18), ("Tin Mẫu", 6))


def test_what_is_left_out_is_told(index: Index) -> None:
    counts = index.search(replace(ASKED, facet_values=1)).facets
    assert counts["source"] == FacetCounts((("Báo Mẫu", 18),), more_values=1, more_passages=6)
    assert counts["kind"].more_passages == 12


def test_nothing_found_counts_nothing(index: Index) -> None:
    for text in ("", "zzzzz"):
        facets = index.search(replace(ASKED, text=text)).facets
        assert all(counts == FacetCounts(()) for counts in facets.values())


def test_an_unknown_facet_is_refused(index: Index) -> None:
    with pytest.raises(ValueError, match="'colour'; it must be one of: source"):
        index.search(replace(ASKED, facets=("colour",)))


def test_a_facet_is_counted_on_every_page_alike(index: Index) -> None:
    pages = [index.search(replace(ASKED, page=page, per_page=5)).facets for page in (1, 2, 9)]
    assert pages[0] == pages[1] == pages[2]


def test_nothing_is_counted_unasked(index: Index) -> None:
    assert index.search(replace(ASKED, facets=())).facets == {}
