"""Which passages stages see, in which order their parts leave them, and what stays as the engine has it: by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import EnginePage, EngineRequest, Hit
from indexer.engine.query import All, Any, Everything, Exclude, Node, Phrase, Prefer, Prefix, Term
from indexer.engine.scoring import Scoring
from indexer.query.frequencies import Frequencies
from indexer.schema import Field
from indexer.search.ranking import Question, RankedHit, ranked

HITS = (
    *(("a", 9.0), ("a", 8.5), ("b", 8.0), ("c", 7.0), ("c", 6.5), ("c", 6.0)),
    *(("d", 5.0), ("e", 4.0), ("e", 3.5), ("f", 3.0)),
)


class Listed:
    """An engine that has these hits, in this order; grouped, each article with all of its own."""

    def __init__(self, *, degraded: bool = False) -> None:
        self.asked: list[tuple[int, int]] = []
        self._degraded = degraded

    def search(self, request: EngineRequest) -> EnginePage:
        self.asked.append((request.offset, request.limit))
        hits = [
            Hit(ArticleInfo(name, ""), Paragraph(at, Kind.BODY, ""), score) for at, (name, score) in enumerate(HITS)
        ]
        names = list(dict.fromkeys(hit.info.id for hit in hits))
        end = request.offset + request.limit
        if request.per_article is None:
            shown = hits[request.offset : end]
        else:
            shown = [hit for name in names[request.offset : end] for hit in hits if hit.info.id == name]
        matched = {hit.info.id: 10 for hit in shown}
        return EnginePage(tuple(shown), len(hits), len(names), matched=matched, degraded=self._degraded)


class Lifting:
    """Adds to the scores of some hits, by position, and notes what it saw."""

    weights: Mapping[str, float] = {"lift": 1.0}

    def __init__(self, lifts: Mapping[int, float], *, applies: bool = True) -> None:
        self._lifts, self._applies = lifts, applies
        self.seen: list[list[int]] = []

    def applies(self, question: Question) -> bool:
        return self._applies

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> Sequence[RankedHit]:
        self.seen.append([hit.paragraph.position for hit in hits])
        return [hit.plus(lift=self._lifts.get(hit.paragraph.position, 0.0)) for hit in hits]


def question(request: EngineRequest) -> Question:
    return Question("", request, None, Frequencies({}), 0)


def positions(page: EnginePage) -> list[int]:
    return [hit.paragraph.position for hit in page.hits]


PLAIN = EngineRequest(Everything(), limit=4)
GROUPED = replace(PLAIN, per_article=3, limit=2)


@pytest.mark.parametrize(
    ("offset", "shown"), [(0, [2, 0, 1, 3]), (2, [1, 3, 4, 5]), (3, [3, 4, 5, 6]), (4, [4, 5, 6, 7])]
)
def test_the_best_are_ranked_again_and_what_follows_stays(offset: int, shown: list[int]) -> None:
    engine, stage = Listed(), Lifting({2: 1.5})
    page = ranked(engine, question(replace(PLAIN, offset=offset)), [stage], 3)
    assert positions(page) == shown
    assert (page.total, page.articles, page.degraded) == (10, 6, False)
    if offset < 3:
        assert stage.seen == [[0, 1, 2]]
        assert engine.asked == [(0, max(3, offset + 4))]
        lifted = {hit.paragraph.position: (hit.score, hit.parts) for hit in page.hits if isinstance(hit, RankedHit)}
        assert lifted.get(2, (9.5, {"lift": 1.5})) == (9.5, {"lift": 1.5})
        assert set(lifted) == set(shown) & {0, 1, 2}
    else:
        # Nothing of this page was among the best.
        assert (stage.seen, engine.asked) == ([], [(offset, 4)])


@pytest.mark.parametrize(
    ("most", "seen"),
    [(1, [0, 1]), (2, [0, 1]), (3, [0, 1, 2]), (4, [0, 1, 2, 3, 4, 5]), (6, [0, 1, 2, 3, 4, 5]), (7, list(range(7)))],
)
def test_articles_are_ranked_again_that_have_so_many_together(most: int, seen: list[int]) -> None:
    stage = Lifting({})
    page = ranked(Listed(), question(GROUPED), [stage], most)
    assert stage.seen == [seen]
    assert positions(page) == [0, 1, 2]
    assert page.matched == {"a": 10, "b": 10}


def test_articles_follow_by_their_best_passage_and_then_by_their_own_rank() -> None:
    lifts = {5: 4.0}
    page = ranked(Listed(), question(GROUPED), [Lifting(lifts)], 4)
    assert positions(page) == [5, 3, 4, 0, 1]
    assert page.matched == {"c": 10, "a": 10}

    def reversed_(_: Question, articles: Sequence[Sequence[Hit]]) -> Sequence[Sequence[Hit]]:
        return articles[::-1]

    page = ranked(Listed(), question(GROUPED), [Lifting(lifts)], 4, reversed_)
    assert positions(page) == [2, 0, 1]
    # Ungrouped, articles have no rank.
    page = ranked(Listed(), question(PLAIN), [Lifting(lifts)], 6, reversed_)
    assert positions(page) == [5, 0, 1, 2]


@pytest.mark.parametrize(
    "request_", [replace(PLAIN, sort="date"), replace(PLAIN, sort="fresh"), replace(PLAIN, limit=0)]
)
def test_by_another_order_and_for_counts_alone_the_page_is_the_engines(request_: EngineRequest) -> None:
    engine, stage = Listed(), Lifting({2: 5.0})
    page = ranked(engine, question(request_), [stage], 3)
    assert (positions(page), stage.seen) == ([0, 1, 2, 3][: request_.limit], [])
    assert engine.asked == [(0, request_.limit)]


def test_only_stages_that_apply_see_the_hits_one_after_another() -> None:
    first, never, last = Lifting({0: 1.0}), Lifting({1: 9.0}, applies=False), Lifting({0: 2.0, 2: 0.5})
    page = ranked(Listed(), question(PLAIN), [first, never, last], 3)
    assert (first.seen, never.seen, last.seen) == ([[0, 1, 2]], [], [[0, 1, 2]])
    # Equal scores keep their order.
    assert [(hit.paragraph.position, hit.score) for hit in page.hits[:3]] == [(0, 12.0), (1, 8.5), (2, 8.5)]
    assert positions(ranked(Listed(), question(PLAIN), [never], 3)) == [0, 1, 2, 3]


def test_an_answer_that_is_late_says_so() -> None:
    late = replace(question(PLAIN), ends=0.0)
    assert ranked(Listed(), late, [Lifting({})], 3).degraded
    assert ranked(Listed(degraded=True), question(PLAIN), [Lifting({})], 3).degraded


def test_a_part_that_is_added_keeps_those_before() -> None:
    hit = RankedHit(ArticleInfo("a", ""), Paragraph(0, Kind.BODY, ""), 1.0, False, (True, False))
    more = hit.plus(one=2.0, two=0.5).plus(three=1.0)
    assert (more.score, more.parts) == (4.5, {"one": 2.0, "two": 0.5, "three": 1.0})
    assert (more.counted, more.matches, hit.parts) == (False, (True, False), {})


def term(form: str, weight: float = 1.0, field: Field = Field.SYLLABLES) -> Term:
    return Term(field, form, weight)


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        (term("hồ"), ["hồ"]),
        (term("hồ", 0.5), ["hồ"]),
        (term("hồ", 0.0), []),
        (term("ho", field=Field.UNMARKED), ["ho"]),
        (term("hồ", field=Field.TITLE), []),
        (term("hồ kẻ", field=Field.BIGRAMS), []),
        (Any((term("hồ"), term("kẻ", 0.0), All((term("gỗ"), Everything())))), ["hồ", "gỗ"]),
        (Prefer(term("hồ"), Any((term("kẻ"), term("gỗ", field=Field.WORDS)))), ["hồ", "kẻ"]),
        (Exclude(term("hồ"), term("kẻ")), ["hồ"]),
        (All((Phrase(Field.SYLLABLES, ("hồ", "kẻ"), 1.0), Prefix(Field.SYLLABLES, "h", 1.0, 9))), []),
    ],
)
def test_the_leaves_that_a_text_can_show(node: Node, shown: list[str]) -> None:
    assert [leaf.form for leaf in question(EngineRequest(node)).leaves] == shown


def test_the_idf_of_a_term_is_that_of_the_engine() -> None:
    frequencies = Frequencies({(Field.SYLLABLES, "hồ"): 3})
    asked = Question("", EngineRequest(Everything(), scoring=Scoring(idf_power=2.0)), None, frequencies, 10)
    assert asked.idf(Field.SYLLABLES, "hồ") == pytest.approx(1.145132304303009**2)
