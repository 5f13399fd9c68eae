"""How many passages have each unit of a query, and what a hit lacks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import pytest

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import EnginePage, EngineRequest, Hit
from indexer.engine.query import Node
from indexer.query.plan import Plan
from indexer.search.missing import UnitCounts, missing
from tests.query.planning import planned


class Asked(NamedTuple):
    nodes: list[Node]
    seconds: float | None


class Counting:
    """An engine that counts one more with each node asked, and notes what it was asked."""

    def __init__(self, *, exact: bool = True) -> None:
        self.asked: list[Asked] = []
        self._exact = exact
        self._total = 0

    def search_many(self, requests: Sequence[EngineRequest]) -> list[EnginePage]:
        assert {request.limit for request in requests} == {0}
        assert len({request.seconds for request in requests}) == 1
        self.asked.append(Asked([request.query for request in requests], requests[0].seconds))
        return [self._page() for _ in requests]

    def _page(self) -> EnginePage:
        self._total += 1
        return EnginePage(hits=(), total=self._total, articles=1, total_exact=self._exact)


def counts(counter: UnitCounts, plan: Plan, seconds: float | None = None) -> list[tuple[str, int]]:
    return [(unit.text, unit.count) for unit in counter.of(plan, seconds)]


def test_the_terms_of_a_query_are_known_and_nothing_is_asked() -> None:
    engine = Counting()
    plan = planned("đường hội zzz")
    # `hội` is in each of the titles, which are no text of a passage.
    assert counts(UnitCounts(engine), plan) == [("đường", 1), ("hội", 1), ("zzz", 0)]
    assert engine.asked == []


def test_what_is_asked_is_remembered_and_asked_together() -> None:
    engine = Counting()
    counter = UnitCounts(engine)
    plan = planned('"vũ trang nhận" đường "hội nghị tổng"')
    expected = [("đường", 1), ("vũ trang nhận", 1), ("hội nghị tổng", 2)]
    assert counts(counter, plan, 3.0) == expected
    assert [(len(asked.nodes), asked.seconds) for asked in engine.asked] == [(2, 1.5)]
    assert counts(counter, plan, 3.0) == expected
    assert len(engine.asked) == 1
    assert counts(counter, planned('"vũ trang nhận" "thi đua xuất"'), 3.0)[1] == ("thi đua xuất", 3)
    assert engine.asked[1].seconds == 3.0
    counts(counter, planned('"cờ thi đua"'))
    assert engine.asked[2].seconds is None


def test_what_is_found_of_one_unit_alone_is_not_counted_again() -> None:
    phrase = '"vũ trang nhận"'

    def asked(query: str, total: int | None = 7, **filters: Any) -> int:
        """How often the engine is asked."""
        engine = Counting()
        units = UnitCounts(engine).of(planned(query, **filters), None, total)
        assert units[-1].text == "vũ trang nhận"
        assert units[-1].count == (1 if engine.asked else total)
        return len(engine.asked)

    assert asked(phrase) == 0
    assert asked(phrase, None) == 1
    # What is found need not be all that has the unit.
    for query in (f"{phrase} -cờ", f'{phrase} nguồn:"Báo A"', f"{phrase} và*", f"{phrase} cờ"):
        assert asked(query) == 1, query
    assert asked(phrase, filters={"source": ("Báo A",)}) == asked(phrase, before=date(2020, 1, 1)) == 1


def test_a_lower_bound_is_told_but_not_remembered() -> None:
    engine = Counting(exact=False)
    counter = UnitCounts(engine)
    plan = planned('"vũ trang nhận"')
    assert [counts(counter, plan) for _ in range(2)] == [[("vũ trang nhận", 1)], [("vũ trang nhận", 2)]]


@pytest.mark.parametrize(("most", "asked"), [(1, 4), (2, 4), (3, 3)])
def test_no_more_is_remembered_than_there_is_room_for(most: int, asked: int) -> None:
    """With room for two, the third one makes room by forgetting both."""
    engine = Counting()
    counter = UnitCounts(engine, most)
    for phrase in ("vũ trang nhận", "hội nghị tổng", "hội nghị tổng"):
        counts(counter, planned(f'"{phrase}"'))
    assert len(engine.asked) == 2
    counts(counter, planned('"cờ thi đua"'))
    counts(counter, planned('"vũ trang nhận"'))
    assert len(engine.asked) == asked


def test_a_hit_lacks_what_it_does_not_match() -> None:
    units = planned("đường cờ hội").units
    assert [each.unit.text for each in units] == ["đường", "cờ", "hội"]

    def lacking(*matches: bool) -> list[str]:
        paragraph = Paragraph(0, Kind.BODY, "")
        return [unit.text for unit in missing(units, Hit(ArticleInfo("a", ""), paragraph, 1.0, True, matches))]

    assert lacking(True, False, False, True) == ["cờ", "hội"]
    assert lacking(False, True, True) == ["đường"]
    assert lacking(True, True, True, False) == []
    # Where nothing is said of units, it has them all.
    assert lacking() == []
