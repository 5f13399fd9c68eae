"""Hits as passages: what is left out, what stands for a title, in which groups, with which warnings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest

from indexer.articles.model import Article, ArticleInfo, Kind, Paragraph
from indexer.engine.base import Hit
from indexer.engine.query import Term
from indexer.passages.highlight import Highlighter
from indexer.passages.targets import whole_target
from indexer.query.clauses import FacetClause, NotClause
from indexer.query.found import KnownUnit
from indexer.query.plan import Plan
from indexer.query.unit import Unit, UnitReading
from indexer.results import QueryUnit, SearchRequest
from indexer.schema import Field
from indexer.search.present import by_article, lacking, passages, unmet, without_titles, without_weak

TITLE, LEAD, BODY = Kind.TITLE, Kind.LEAD, Kind.BODY


def hit(article: str, position: int = 0, score: float = 1.0, kind: Kind = BODY, text: str = "Hồ rộng.") -> Hit:
    return Hit(ArticleInfo(article, ""), Paragraph(position, kind, text), score)


def scores(hits: Sequence[Hit]) -> list[tuple[str, float]]:
    return [(each.info.id, each.score) for each in without_weak(hits)]


def test_beside_the_best_of_an_article_stands_what_has_four_tenths_of_its_score() -> None:
    one = [hit("a", 0, 10.0), hit("a", 1, 4.0), hit("a", 2, 3.9)]
    other = [hit("b", 0, 5.0), hit("b", 1, 2.1), hit("b", 2, 1.9)]
    assert scores([*one, *other]) == [("a", 10.0), ("a", 4.0), ("b", 5.0), ("b", 2.1)]
    assert scores([hit("a", 0, 0.0), hit("a", 1, 0.0)]) == [("a", 0.0), ("a", 0.0)]


def shown(hits: Sequence[Hit], article_of: Callable[[str], Article | None] = lambda _: None) -> list[tuple[int, float]]:
    return [(each.paragraph.position, each.score) for each in without_titles(hits, article_of)]


def article(*kinds: Kind) -> Article:
    return Article(ArticleInfo("a", ""), tuple(Paragraph(at, kind, f"Đoạn {at}.") for at, kind in enumerate(kinds)))


@pytest.mark.parametrize(
    ("held", "stands"),
    [
        (article(TITLE, BODY, LEAD, BODY), (2, 0.0)),
        (article(TITLE, BODY, BODY), (1, 0.0)),
        (article(TITLE), (0, 7.0)),
        (None, (0, 7.0)),
    ],
)
def test_for_a_title_alone_stands_the_lead_or_the_first_paragraph(
    held: Article | None, stands: tuple[int, float]
) -> None:
    asked: list[str] = []
    found = shown([hit("a", 0, 7.0, TITLE)], lambda name: (asked.append(name), held)[1])
    assert (found, asked) == ([stands], ["a"])


def test_a_title_beside_other_passages_is_left_out_whichever_of_them_is_the_best() -> None:
    first = [hit("a", 0, 7.0, TITLE), hit("a", 3, 5.0), hit("a", 2, 4.0)]
    later = [hit("b", 1, 3.0), hit("b", 0, 2.0, TITLE)]
    alone = [hit("c", 4, 1.0)]
    assert shown([*first, *later, *alone]) == [(3, 5.0), (2, 4.0), (1, 3.0), (4, 1.0)]


HIGHLIGHTER = Highlighter((whole_target(("hồ",)),))


def test_a_passage_has_its_snippet_its_highlights_and_what_it_lacks() -> None:
    unit = Unit("rừng", None, (UnitReading(("rừng",)),), "rừng")
    hits = [hit("a", 2, 3.5, text="Một hồ nước."), hit("b", 1, 2.5, text="Không có gì.")]
    found, late = passages(hits, HIGHLIGHTER, 200, [(), (unit,)])
    assert not late
    assert [(each.article.id, each.paragraph.position, each.score) for each in found] == [("a", 2, 3.5), ("b", 1, 2.5)]
    assert [each.highlights for each in found] == [((4, 6),), ()]
    assert [each.snippet.text for each in found] == ["Một hồ nước.", "Không có gì."]
    assert [(each.missing, each.explanation) for each in found] == [((), None), (("rừng",), None)]
    assert [each.missing for each in passages(hits, HIGHLIGHTER, 200).passages] == [(), ()]
    explained = passages(hits, HIGHLIGHTER, 200, explain=lambda _: ()).passages
    assert [each.explanation for each in explained] == [(), ()]


def test_what_the_time_did_not_suffice_for_shows_its_beginning() -> None:
    text = "Hồ rộng và sâu. " * 4_000
    hits = [hit(name, text=text) for name in "abc"]
    found, late = passages(hits, HIGHLIGHTER, 200, ends=-math.inf)
    assert late and [bool(each.highlights) for each in found] == [True, False, False]
    assert [each.snippet.start for each in found] == [0, 0, 0]
    assert all(100 < len(each.snippet.text) <= 300 for each in found)
    whole = passages(hits, HIGHLIGHTER, 200)
    assert not whole.late and all(each.highlights for each in whole.passages)


NODE = Term(Field.SYLLABLES, "hồ")
WORD = Unit("hồ", None, (UnitReading(("hồ",)),), "hồ")
QUOTED = Unit("rừng xanh", None, (UnitReading(("rừng", "xanh")),), '"rừng xanh"', quoted=True)
MORE = Unit("núi cao", None, (UnitReading(("núi", "cao")),), '"núi cao"', quoted=True)


def warned(total: int, *units: tuple[Unit, int], near: bool = True) -> list[tuple[str, str]]:
    counted = [QueryUnit(unit.text, None, count, unit.query) for unit, count in units]
    known = tuple(KnownUnit(unit, unit.readings, NODE, NODE, False, 1.0, True) for unit, _ in units)
    planned = Plan(NODE, (), (), units=known, nearest=NODE if near else None)
    return [(warning.code, warning.subject) for warning in unmet(counted, total, planned)]


def test_what_the_index_has_nowhere_is_told() -> None:
    assert warned(0, (WORD, 0)) == warned(3, (WORD, 0)) == [("not_in_index", "hồ")]
    assert warned(0, (WORD, 1)) == warned(5, (WORD, 2), (QUOTED, 1)) == []


def test_phrases_that_keep_anything_from_being_found_are_told_together() -> None:
    assert warned(0, (WORD, 2), (QUOTED, 3), (MORE, 0)) == [("phrase_not_found", '"rừng xanh" "núi cao"')]
    assert warned(1, (WORD, 2), (QUOTED, 3)) == []
    # Where nothing else can be shown, it is told which of them is nowhere.
    assert warned(0, (QUOTED, 0), (MORE, 1), near=False) == [("not_in_index", "rừng xanh")]
    assert warned(0, (QUOTED, 2), near=False) == []


def test_a_field_that_the_index_lacks_is_told_once_wherever_it_is_asked_about() -> None:
    clauses = (FacetClause("section", "thể thao"), NotClause(FacetClause("pages", "3")), FacetClause("source", "báo"))

    def told(request: SearchRequest, *names: str) -> list[str]:
        return [warning.subject for warning in lacking(clauses, request, frozenset(names))]

    plain = SearchRequest("", filters={"section": ["x"], "place": ["y"]}, sort="-issued")
    assert told(plain, "section", "pages", "place", "issued", "other") == ["section", "pages", "place", "issued"]
    assert told(plain, "other") == told(plain) == []


def test_passages_of_an_article_that_follow_each_other_are_a_group() -> None:
    hits = [hit("a", 0), hit("a", 1), hit("b", 0), hit("c", 0)]
    found = passages(hits, HIGHLIGHTER, 200).passages
    groups = by_article(found, {"a": 7, "b": 0, "c": 1})
    assert [(group.article.id, len(group.passages), group.matched) for group in groups] == [
        ("a", 2, 7),
        ("b", 1, 1),
        ("c", 1, 1),
    ]
    assert tuple(each for group in groups for each in group.passages) == found
