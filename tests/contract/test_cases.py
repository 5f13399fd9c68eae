"""What the contract of an engine says, case by case, for every engine and for the reference itself."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.articles.model import Article, ArticleInfo, Kind, Paragraph
from indexer.engine.base import Document, Engine, EnginePage, EngineRequest, FacetCounts
from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Phrase, Prefer, Prefix, Range, Term
from indexer.engine.scoring import Scoring
from indexer.engine.value_counts import ValueCounts
from indexer.schema import Field
from tests.contract.comparison import place
from tests.contract.corpora import Commit, Make, build, document
from tests.contract.engines import WITH_REFERENCE

S = Field.SYLLABLES
A = Term(S, "a")


@pytest.fixture(params=WITH_REFERENCE)
def make(request: pytest.FixtureRequest) -> Make:
    """Every engine there is."""
    return request.param


def info(name: str, date: str | None = None, source: str | None = None, author: str | None = None) -> ArticleInfo:
    return ArticleInfo.of(
        name, name, date=datetime.date.fromisoformat(date) if date else None, source=source, author=author
    )


def opened(make: Make, tmp_path: Path, *documents: Document) -> Engine:
    """An index of these paragraphs, committed at once."""
    return build(make, tmp_path / "index", [Commit(add=(documents,))])


def found(engine: Engine, query: Node) -> list[int]:
    """The positions of the paragraphs found, in order."""
    return [hit.paragraph.position for hit in engine.search(EngineRequest(query)).hits]


def ids(engine: Engine, query: Node) -> list[str]:
    """The articles of the paragraphs found, in order."""
    return [hit.info.id for hit in engine.search(EngineRequest(query)).hits]


def paragraphs(*texts: str) -> list[Document]:
    """One article of these paragraphs."""
    return [document(text, position=i) for i, text in enumerate(texts)]


def test_a_term_scores_as_the_formula_says(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, *paragraphs("a b a", "b c d e", "c"))
    (hit,) = engine.search(EngineRequest(Term(S, "a", 2.0), scoring=Scoring(1.2, 0.75, 1.5))).hits
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    norm = 1.2 * (1 - 0.75 + 0.75 * 3 / (8 / 3))
    assert hit.score == pytest.approx(2 * idf**1.5 * 2 * 2.2 / (2 + norm), abs=1e-4)


def test_a_phrase_scores_with_the_sum_of_its_forms_idf(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, *paragraphs("a b a b", "b c", "c"))
    (hit,) = engine.search(EngineRequest(Phrase(S, ("a", "b")), scoring=Scoring(1.2, 0.75, 1.0))).hits
    idf = math.log(1 + 2.5 / 1.5) + math.log(1 + 1.5 / 2.5)
    norm = 1.2 * (1 - 0.75 + 0.75 * 4 / (7 / 3))
    assert hit.score == pytest.approx(idf * 2 * 2.2 / (2 + norm), abs=1e-4)


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (("a", "b"), {"a b", "x a b a b"}),
        (("b", "a"), {"b a", "a x b a", "x a b a b"}),
        (("a", "a"), set()),
        (("a", "b", "a"), {"x a b a b"}),
        (("a", "z"), set()),
    ],
)
def test_a_phrase_matches_side_by_side_in_order(
    make: Make, tmp_path: Path, forms: tuple[str, ...], expected: set[str]
) -> None:
    engine = opened(make, tmp_path, *paragraphs("a b", "a x b", "b a", "a x b a", "x a b a b"))
    hits = engine.search(EngineRequest(Phrase(S, forms))).hits
    assert {hit.paragraph.text for hit in hits} == expected


def test_a_phrase_does_not_run_from_one_paragraph_into_the_next(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, *paragraphs("x a", "b x"))
    assert found(engine, Phrase(S, ("a", "b"))) == []


def test_a_paragraph_may_be_longer_than_short_positions_reach(make: Make, tmp_path: Path) -> None:
    long = ["x"] * 70_000
    long[66_000:66_002] = ["a", "b"]
    engine = opened(make, tmp_path, *paragraphs(" ".join(long), "b a"))
    assert found(engine, Phrase(S, ("a", "b"))) == [0]
    page = engine.search(EngineRequest(Term(S, "x"), scoring=Scoring(1.0, 0.0, 1.0)))
    assert page.hits[0].score == pytest.approx(math.log(1 + 1.5 / 1.5) * 69_998 * 2 / 69_999, abs=1e-4)


def test_a_prefix_takes_the_most_frequent_forms_and_scores_its_weight(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, *paragraphs("ba", "bà", "bà", "bá", "c"))
    page = engine.search(EngineRequest(Prefix(S, "b", 0.5, expansions=2)))
    assert [(hit.paragraph.position, hit.score) for hit in page.hits] == [(0, 0.5), (1, 0.5), (2, 0.5)]
    assert found(engine, Prefix(S, "x")) == []


def test_nodes_combine_matches_and_scores(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, *paragraphs("a", "b", "a b", "c"))
    b, c = Term(S, "b"), Term(S, "c")
    assert found(engine, All((A, b))) == [2]
    assert sorted(found(engine, Any((A, b)))) == [0, 1, 2]
    assert found(engine, Any((A, b, c), minimum=2)) == [2]
    assert found(engine, Any((A, b), minimum=3)) == []
    assert found(engine, Any(())) == []
    assert found(engine, Exclude(Everything(), Any((A, b)))) == [3]
    assert found(engine, Prefer(A, b)) == [2, 0]
    assert sorted(found(engine, Prefer(A, c))) == [0, 2]


def test_a_weight_of_nothing_matches_without_scoring(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, *paragraphs("a", "b"))
    (hit,) = engine.search(EngineRequest(Term(S, "a", 0.0))).hits
    assert (hit.paragraph.position, hit.score) == (0, 0.0)


def test_equal_scores_stand_in_document_order_across_segments(make: Make, tmp_path: Path) -> None:
    engine = build(make, tmp_path / "index", [Commit(add=((document("a", name),),)) for name in "zmb"])
    assert ids(engine, A) == ["z", "m", "b"]


def dated_corpus(make: Make, tmp_path: Path) -> Engine:
    old, new, none = info("old", "2020-05-01"), info("new", "2024-02-29"), info("none")
    documents = [document("a", old, 0), document("a a a", old, 1), document("a b", new, 0), document("a", none, 0)]
    return opened(make, tmp_path, *documents)


def test_dates_filter_with_both_ends_included(make: Make, tmp_path: Path) -> None:
    engine = dated_corpus(make, tmp_path)
    day = datetime.date(2020, 5, 1)
    assert ids(engine, Range("date", day, day)) == ["old", "old"]
    assert ids(engine, Range("date", first=datetime.date(2020, 5, 2))) == ["new"]
    assert ids(engine, Range("date", last=datetime.date(2020, 4, 30))) == []
    assert ids(engine, Range("date")) == ["old", "old", "new"]


def test_date_order_puts_the_newest_first_and_the_undated_last(make: Make, tmp_path: Path) -> None:
    engine = dated_corpus(make, tmp_path)
    request = EngineRequest(A, sort="date")
    assert [place(hit) for hit in engine.search(request).hits] == [("new", 0), ("old", 1), ("old", 0), ("none", 0)]
    page = engine.search(replace(request, per_article=1, offset=1, limit=2))
    assert [place(hit) for hit in page.hits] == [("old", 1), ("none", 0)]
    assert dict(page.matched) == {"old": 2, "none": 1}


def test_fresh_order_halves_a_score_with_each_half_life(make: Make, tmp_path: Path) -> None:
    days = {"old": datetime.date(2020, 1, 1), "new": datetime.date(2020, 1, 31), "none": None}
    texts = {"old": "a a a b", "new": "a c c c", "none": "a a a a"}
    engine = opened(
        make, tmp_path, *(document(texts[name], ArticleInfo.of(name, date=day)) for name, day in days.items())
    )

    def order(half_life: float) -> list[str]:
        return [hit.info.id for hit in engine.search(EngineRequest(A, sort="fresh", half_life=half_life)).hits]

    scores = {hit.info.id: hit.score for hit in engine.search(EngineRequest(A, sort="fresh")).hits}
    assert scores["none"] > scores["old"] > scores["new"] > scores["old"] / 2
    assert order(30.0) == ["new", "old", "none"]
    assert order(1e6) == ["old", "new", "none"]


def test_several_questions_are_answered_in_their_order(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, *paragraphs("a", "b", "a b"))
    requests = [EngineRequest(Term(S, "b")), EngineRequest(A, limit=0, facets=("kind",)), EngineRequest(Any(()))]
    assert engine.search_many(requests) == [engine.search(request) for request in requests]
    assert [page.total for page in engine.search_many(requests)] == [2, 2, 0]
    assert engine.search_many([]) == []


def test_groups_bring_the_best_paragraphs_of_the_best_articles(make: Make, tmp_path: Path) -> None:
    one, two = info("one"), info("two")
    documents = [document("a x x x", one, 0), document("a x", one, 1), document("a x x", one, 2)]
    engine = opened(make, tmp_path, *documents, document("a", two, 0), document("b", two, 1))
    page = engine.search(EngineRequest(A, per_article=2))
    assert [place(hit) for hit in page.hits] == [("two", 0), ("one", 1), ("one", 2)]
    assert (page.total, page.articles, dict(page.matched)) == (4, 2, {"two": 1, "one": 3})
    page = engine.search(EngineRequest(A, per_article=2, offset=1, limit=5))
    assert [place(hit) for hit in page.hits] == [("one", 1), ("one", 2)]


def faceted_corpus(make: Make, tmp_path: Path) -> Engine:
    one, two = info("One", source="Báo Hà Tĩnh", author="Lê An"), info("two", source="BAO HA TINH")
    three = info("three", source="Hà Tĩnh", author="Lê Ánh")
    documents = [document("a", one, 0, Kind.LEAD), document("a", one, 1), document("b", one, 2)]
    return opened(make, tmp_path, *documents, document("a", two, 0), document("a", three, 0))


def test_facets_count_values_as_written_over_all_matches(make: Make, tmp_path: Path) -> None:
    engine = faceted_corpus(make, tmp_path)
    page = engine.search(EngineRequest(A, limit=1, facets=("source", "author", "kind")))
    assert dict(page.facets) == {
        "source": FacetCounts((("Báo Hà Tĩnh", 3), ("Hà Tĩnh", 1))),
        "author": FacetCounts((("Lê An", 2), ("Lê Ánh", 1)), without=1),
        "kind": FacetCounts((("body", 3), ("lead", 1))),
    }
    page = engine.search(EngineRequest(A, limit=0, facets=("author", "kind"), facet_values=1))
    assert dict(page.facets) == {
        "author": FacetCounts((("Lê An", 2),), more_values=1, more_passages=1, without=1),
        "kind": FacetCounts((("body", 3),), more_values=1, more_passages=1),
    }


def test_facets_count_years_and_months_of_dated_articles(make: Make, tmp_path: Path) -> None:
    engine = dated_corpus(make, tmp_path)
    page = engine.search(EngineRequest(A, limit=0, facets=("year", "month", "date")))
    assert (page.hits, page.total, page.articles) == ((), 4, 3)
    assert dict(page.facets) == {
        "year": FacetCounts((("2020", 2), ("2024", 1)), without=1),
        "month": FacetCounts((("2020-05", 2), ("2024-02", 1)), without=1),
        "date": FacetCounts((("2020-05-01", 2), ("2024-02-29", 1)), without=1),
    }
    first = info("first", "0001-01-01")
    engine = build(make, tmp_path / "ancient", [Commit(add=((document("a", first),),))])
    assert engine.search(EngineRequest(A, facets=("month",))).facets["month"].values == (("0001-01", 1),)


QUERIES = [
    A,
    Phrase(S, ("a", "b")),
    Prefer(Any((A, Term(S, "b"))), Term(S, "c")),
    All((A, Facet("kind", "body"))),
    Exclude(Prefix(S, "a"), Term(S, "z")),
    Everything(),
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("per_article", [None, 2])
def test_without_time_there_is_an_empty_page(make: Make, tmp_path: Path, query: Node, per_article: int | None) -> None:
    engine = opened(make, tmp_path, *paragraphs("a b", "a", "a c"))
    for limit, sort in ((10, "relevance"), (10, "date"), (0, "relevance")):
        request = EngineRequest(query, 0, limit, per_article, sort, ("kind",))
        page = engine.search(replace(request, seconds=0.0))
        assert (page.hits, page.total, page.articles, page.degraded) == ((), 0, 0, True)
        assert not (page.total_exact or page.articles_exact or page.exact)
        assert dict(page.facets) == {"kind": FacetCounts(())}
        assert engine.search(replace(request, seconds=1e6)) == engine.search(request)


def test_an_explanation_names_what_the_formula_takes(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, *paragraphs("a b a b", "b c", "bà"))
    phrase, prefix = Phrase(S, ("a", "b"), 2.0), Prefix(S, "b", 0.25)
    query = All((phrase, prefix, Facet("kind", "body"), Any((Term(S, "c"), Term(S, "b", 0.0)))))
    scoring = Scoring(1.2, 0.75, 1.0)
    parts = engine.explain(query, "a1", 0, scoring)
    assert parts is not None
    assert [part.leaf for part in parts] == [phrase, prefix, Term(S, "b", 0.0)]
    first, second, third = parts
    assert (first.forms, first.frequency, first.document_frequencies, first.length) == (("a", "b"), 2, (1, 2), 4)
    assert first.average_length == pytest.approx(7 / 3)
    assert first.idf == pytest.approx(math.log(1 + 2.5 / 1.5) + math.log(1 + 1.5 / 2.5))
    assert first.saturation == pytest.approx(2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 4 / (7 / 3))))
    assert first.score == pytest.approx(2 * first.idf * first.saturation)
    assert (second.forms, second.frequency, second.document_frequencies, second.score) == (("b",), 2, (2,), 0.25)
    assert third.score == 0


@pytest.mark.parametrize("query", [A, Phrase(S, ("a", "b")), Prefix(S, "a"), All((A, Prefix(S, "b")))])
def test_without_time_nothing_is_explained(make: Make, tmp_path: Path, query: Node) -> None:
    engine = opened(make, tmp_path, *paragraphs("a b a b", "b c", "bà"))
    assert engine.explain(query, "a1", 0, Scoring(), seconds=0.0) is None
    assert engine.explain(query, "a1", 0, Scoring(), seconds=1e6) == engine.explain(query, "a1", 0, Scoring())
    assert engine.explain(query, "a1", 0, Scoring()) is not None


def test_what_does_not_match_is_not_explained(make: Make, tmp_path: Path) -> None:
    history = [Commit(add=(tuple(paragraphs("a", "b")),)), Commit(delete=("a1",), add=((document("a", "a2"),),))]
    engine = build(make, tmp_path / "index", history)
    assert engine.explain(A, "a2", 0, Scoring()) is not None
    assert engine.explain(Any((A,), 0), "a2", 0, Scoring()) is not None
    assert [engine.explain(A, *where, Scoring()) for where in (("a1", 0), ("a2", 1), ("unknown", 0))] == [None] * 3
    assert engine.explain(Exclude(A, Everything()), "a2", 0, Scoring()) is None


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        (Facet("source", "bao ha tinh"), ["One", "One", "One", "two"]),
        (Facet("source", "ha tinh"), ["three"]),
        (Facet("source", "ha tinh", whole=False), ["One", "One", "One", "two", "three"]),
        (Facet("source", "a tinh", whole=False), []),
        (Facet("author", "an", whole=False), ["One", "One", "One"]),
        (Facet("kind", "lead"), ["One"]),
        (Facet("article", "One"), ["One", "One", "One"]),
        (Facet("article", "one"), []),
    ],
)
def test_facets_compare_values_without_marks_and_case(
    make: Make, tmp_path: Path, facet: Facet, expected: list[str]
) -> None:
    assert ids(faceted_corpus(make, tmp_path), facet) == expected


def test_deleted_paragraphs_count_in_nothing(make: Make, tmp_path: Path) -> None:
    gone = (document("a a", "gone", 0), document("a c", "gone", 1))
    kept = tuple(document(text, "kept", i) for i, text in enumerate(["a b", "b", "b b b", "d", "e", "f"]))
    engine = build(make, tmp_path / "with", [Commit(add=(gone, kept)), Commit(delete=("gone",))])
    without = build(make, tmp_path / "without", [Commit(add=(kept,))])
    request = EngineRequest(Any((A, Term(S, "b"), Phrase(S, ("a", "b")))), facets=("kind",))
    assert_equal(engine.search(request), without.search(request))
    assert list(engine.document_frequencies([(S, "a"), (S, "b"), (S, "c")])) == [1, 3, 0]
    assert list(engine.expand(S, "", 9)) == [("b", 3), ("a", 1), ("d", 1), ("e", 1), ("f", 1)]
    assert engine.article("gone") is None


def assert_equal(page: EnginePage, other: EnginePage) -> None:
    assert [place(hit) for hit in page.hits] == [place(hit) for hit in other.hits]
    assert [hit.score for hit in page.hits] == pytest.approx([hit.score for hit in other.hits], abs=1e-4)
    assert (page.total, page.articles, page.facets) == (other.total, other.articles, other.facets)


def test_a_deleted_article_may_come_back(make: Make, tmp_path: Path) -> None:
    both = (document("a", "x", 0), document("b", "x", 1))
    engine = build(make, tmp_path / "index", [Commit(add=(both,))])
    assert list(engine.paragraph_counts(["x", "unknown", "x"])) == [2, 0, 2]
    again = Commit(delete=("x", "x", "unknown"), add=((document("new", "x"),),))
    engine = build(make, tmp_path / "again", [Commit(add=(both,)), again])
    article = engine.article("x")
    assert article is not None
    assert [paragraph.text for paragraph in article.paragraphs] == ["new"]
    assert list(engine.paragraph_counts(["x"])) == [1]


def test_articles_come_back_as_they_were(make: Make, tmp_path: Path) -> None:
    values = {"url": "", "date": datetime.date(1, 1, 1), "source": "", "author": ["\x00", "\ud800"], "pages": 1 << 53}
    whole = replace(ArticleInfo.of("id \ud800 1", "Tiêu\u0302\nđề", **values), undeclared='{"x": "\x00"}')
    bare = ArticleInfo("", "")
    kept = (Paragraph(2, Kind.BYLINE, "", (7, 9), 12), Paragraph(0, Kind.TITLE, "Tôi\r\n\u0303 \ud83d"))
    documents = [Document(whole, paragraph, {}) for paragraph in kept]
    engine = opened(make, tmp_path, *documents, Document(bare, kept[0], {}))
    assert engine.article(whole.id) == Article(whole, (kept[1], kept[0]))
    assert engine.article("") == Article(bare, (kept[0],))
    assert engine.article("unknown") is None
    assert list(engine.articles()) == [whole, bare]
    assert engine.value_counts([*values, "kind"]) == {
        "url": ValueCounts(1, Counter([""])),
        "date": ValueCounts(1, Counter(["0001-01-01"])),
        "source": ValueCounts(1, Counter([""])),
        "author": ValueCounts(1, Counter(["\x00", "\ud800"])),
        "pages": ValueCounts(1, Counter([str(1 << 53)])),
        "kind": ValueCounts(),
    }


def test_an_empty_index_answers_nothing(make: Make, tmp_path: Path) -> None:
    engine = build(make, tmp_path / "index", [])
    page = engine.search(EngineRequest(Any((A, Everything())), facets=("source",), per_article=1))
    assert (page.hits, page.total, page.articles, page.facets) == ((), 0, 0, {"source": FacetCounts(())})
    assert list(engine.expand(S, "", 9)) == []
    assert list(engine.document_frequencies([(S, "a")])) == [0]
    assert engine.paragraphs == 0
    assert list(engine.paragraph_counts(["a"])) == [0]


def test_closing_twice_does_nothing(make: Make, tmp_path: Path) -> None:
    engine = opened(make, tmp_path, document("a"))
    engine.close()
    engine.close()
