"""The compiled path gives the page of the general path, on corpora of several windows, segments and deletions."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path

import pytest

from indexer.articles.model import ArticleInfo, Kind
from indexer.engine.base import Engine, EngineRequest
from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Phrase, Prefer, Prefix, Range, Term
from indexer.engine.scoring import Scoring
from indexer.engine.whoosh import fast as fast_module
from indexer.engine.whoosh import limit as limit_module
from indexer.engine.whoosh.engine import open_engine
from indexer.engine.whoosh.shape import flatten
from indexer.loops import warm
from indexer.schema import Field, Pairs
from tests.contract.comparison import TOLERANCE, assert_same_page, place
from tests.contract.corpora import Commit, document
from tests.effort import tries
from tests.engine.whoosh.folders import build

FORMS = [f"f{i}" for i in range(60)]
SHARES = [1 / (i + 1) for i in range(60)]
PARAGRAPHS = 9_000

NOWHERE = Term(Field.SYLLABLES, "nowhere")
UNSCORED = Any((Term(Field.SYLLABLES, "f5", 0.0), Term(Field.TITLE, "f6", 0.0)))

TICKS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 200)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Engine]:
    """The same index, with the compiled path and without."""
    folder = tmp_path_factory.mktemp("fast") / "index"
    choose = random.Random(20)
    articles = []
    for i in range(PARAGRAPHS // 3):
        date = datetime.date(2020, 1, 1) + datetime.timedelta(i % 900) if i % 5 else None
        info = ArticleInfo.of(f"x{i}", "t", date=date, source=f"s{i % 7}", author=[f"b{j}" for j in range(i % 4)])
        title = " ".join(choose.choices(FORMS, SHARES, k=2))
        texts = [" ".join(choose.choices(FORMS, SHARES, k=choose.randrange(1, 12))) for _ in range(3)]
        if i % 50 == 49:
            texts[0] = "f3 f4 " + "f0 " * 300
        articles.append(
            tuple(document(text, info, j, choose.choice(list(Kind)), title) for j, text in enumerate(texts))
        )
    deleted = tuple(f"x{i}" for i in range(0, 2000, 17))
    cut = len(articles) * 2 // 3
    history = [Commit(add=tuple(articles[:cut])), Commit(delete=deleted), Commit(add=tuple(articles[cut:]))]
    build(folder, history).close()
    warm()
    return open_engine(str(folder)), open_engine(str(folder), compiled=False)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Engine]:
    """An index of more paragraphs than two bytes can number, with terms of every frequency, twice as above."""
    folder = tmp_path_factory.mktemp("wide") / "index"
    choose = random.Random(21)
    texts = [
        " ".join(choose.choices(FORMS, [share**2 for share in SHARES], k=choose.randrange(1, 4))) for _ in range(70_000)
    ]
    # One that stands in the second stretch alone, and one in the first alone, often.
    texts[66_000:66_300] = ["f1 g"] * 300
    texts[100:400] = ["h h f2"] * 300
    articles = tuple(
        tuple(document(text, f"x{i}", j) for j, text in enumerate(texts[i : i + 1000])) for i in range(0, 70_000, 1000)
    )
    build(folder, [Commit(add=articles), Commit(delete=("x3000", "x66000"))]).close()
    warm()
    return open_engine(str(folder)), open_engine(str(folder), compiled=False)


def ranked(choose: random.Random) -> Node:
    """A query as the product asks it: some of several terms, others preferred."""
    syllables = choose.sample(FORMS, choose.randrange(1, 9))
    required: list[Node] = [Term(Field.SYLLABLES, form, choose.choice([1.0, 0.2])) for form in syllables]
    if choose.random() < 0.3:
        required[0] = Phrase(Field.SYLLABLES, ("f0", choose.choice(FORMS)))
    if choose.random() < 0.5:
        # A syllable and what it may stand for.
        others: list[Node] = [Term(Field.SYLLABLES, form, 0.3) for form in choose.sample(FORMS, 2)]
        required[-1] = Any(
            (required[-1], *others, Phrase(Field.SYLLABLES, ("f1", "f0"), 0.4))[: choose.randrange(1, 5)]
        )
    optional: list[Node] = [Term(Field.TITLE, form, 0.2) for form in syllables]
    optional += [Term(Field.UNMARKED, form, 0.1) for form in syllables]
    optional += [Term(Field.BIGRAMS, f"{a} {b}", 0.5) for a, b in pairwise(syllables)]
    return Prefer(Any(tuple(required), choose.randrange(1, len(required) + 1)), Any(tuple(optional)))


def filtered(choose: random.Random, node: Node) -> Node:
    """The same under a filter, or beside another demand."""
    match choose.randrange(7):
        case 4:
            # One of several words, each of which may stand in the title: what is near has one.
            union = Any((Term(Field.SYLLABLES, "f2"), Any((Term(Field.SYLLABLES, "f3"), Term(Field.TITLE, "f3")))))
            return All((union, node))
        case 0:
            return All((node, Facet("source", f"s{choose.randrange(7)}")))
        case 1:
            return All((node, Range("date", datetime.date(2020, 6, 1), datetime.date(2021, 6, 1)), Everything()))
        case 2:
            return Exclude(node, Any((Term(Field.SYLLABLES, "f1"), Facet("kind", "lead"))))
        case 3:
            return All((node, Prefix(Field.SYLLABLES, "f1", 0.5), Term(Field.SYLLABLES, "f2")))
        case _:
            return node


@pytest.mark.parametrize("seed", range(tries(60)))
def test_the_compiled_path_agrees_with_the_general_one(engines: tuple[Engine, Engine], seed: int) -> None:
    choose = random.Random(seed)
    query = filtered(choose, ranked(choose))
    assert flatten(query) is not None
    request = EngineRequest(
        query,
        offset=choose.choice([0, 0, 10, 250]),
        limit=choose.choice([1, 10, 10, 300]),
        per_article=choose.choice([None, 1, 3]),
        sort=choose.choice(["relevance", "relevance", "date"]),
        facets=choose.choice([(), ("source", "kind"), ("year", "month")]),
        scoring=choose.choice([Scoring(), Scoring(1.2, 0.75, 1.0)]),
        seconds=choose.choice([None, 1e6]),
    )
    compiled, general = engines
    assert_same_page(compiled, general, request)
    assert_same_page(compiled, general, replace(request, limit=0))


@pytest.mark.parametrize("seed", range(tries(25)))
def test_more_paragraphs_than_two_bytes_can_number(wide: tuple[Engine, Engine], seed: int) -> None:
    choose = random.Random(seed)
    forms = choose.sample([*FORMS[:6], *FORMS[6::6], "g", "h"], choose.randrange(1, 6))
    terms = tuple(Term(Field.SYLLABLES, form, choose.choice([1.0, 0.3])) for form in forms)
    query: Node = choose.choice([Any(terms), All(terms[:2]), Any(terms, min(2, len(terms)))])
    if choose.random() < 0.4:
        query = Any((query, Any((Term(Field.SYLLABLES, "f2", 0.4), Term(Field.SYLLABLES, "g", 0.4)))))
    if choose.random() < 0.4:
        query = Any((query, Phrase(Field.UNMARKED, ("f0", choose.choice(FORMS[:4])))))
    request = EngineRequest(
        query,
        limit=choose.choice([3, 10, 256, 300]),
        per_article=choose.choice([None, 2]),
        sort=choose.choice(["relevance", "relevance", "date"]),
    )
    assert_same_page(*wide, request)


@pytest.mark.parametrize("seed", range(tries(40)))
def test_phrases_and_conjunctions_agree(engines: tuple[Engine, Engine], seed: int) -> None:
    choose = random.Random(seed)
    forms = choose.choices(FORMS, SHARES, k=choose.randrange(2, 6))
    field = choose.choice([Field.SYLLABLES, Field.SYLLABLES, Field.UNMARKED, Field.TITLE])
    query: Node = Phrase(field, tuple(forms), choose.choice([1.0, 0.0, 0.3]))
    if choose.random() < 0.5:
        query = All((query, *(Term(Field.SYLLABLES, form, 0.5) for form in choose.sample(FORMS[:20], 2))))
    if choose.random() < 0.3:
        query = Prefer(query, Any(tuple(Term(Field.TITLE, form) for form in choose.sample(FORMS[:20], 3))))
    query = filtered(choose, query)
    request = EngineRequest(query, 0, choose.choice([3, 10, 300]), choose.choice([None, 2]), facets=("source",))
    assert_same_page(*engines, request)
    assert_same_page(*engines, replace(request, sort="date", limit=10))


def test_phrases_of_frequent_pairs_agree(engines: tuple[Engine, Engine]) -> None:
    """Phrases that do stand there, of every length, some of a form that repeats."""
    texts = [hit.paragraph.text.split() for hit in engines[1].search(EngineRequest(Everything(), limit=400)).hits]
    choose = random.Random(5)
    found = 0
    for length in (2, 3, 4, 5, 6):
        for text in choose.sample([text for text in texts if len(text) > length], 8):
            start = choose.randrange(len(text) - length)
            request = EngineRequest(Phrase(Field.SYLLABLES, tuple(text[start : start + length])))
            found += engines[0].search(request).total
            assert_same_page(*engines, request)
    assert found >= 40
    for forms in (("f0", "f0"), ("f0",) * 3, ("f0",) * 4, ("f4", "f0", "f0")):
        assert engines[0].search(EngineRequest(Phrase(Field.SYLLABLES, forms))).total > 0
        assert_same_page(*engines, EngineRequest(Phrase(Field.SYLLABLES, forms)))


def test_a_form_with_a_space_is_not_taken_for_a_pair(tmp_path: Path) -> None:
    tokens: list[dict[Field, list[str]]] = [
        {Field.SYLLABLES: forms, Field.BIGRAMS: Pairs(forms)} for forms in (["a b", "c"], ["a", "b c"], ["a", "c"])
    ]
    history = [Commit(add=(tuple(replace(document("", position=i), tokens=each) for i, each in enumerate(tokens)),))]
    build(tmp_path / "index", history).close()
    engine = open_engine(str(tmp_path / "index"))
    assert [
        hit.paragraph.position for hit in engine.search(EngineRequest(Phrase(Field.SYLLABLES, ("a", "b c")))).hits
    ] == [1]


def test_pairs_that_are_not_indexed_are_not_asked_for(tmp_path: Path) -> None:
    """A segment whose pairs are not those of its syllables answers phrases from the syllables; merged ones too."""
    odd = replace(document("a b", "odd"), tokens={Field.SYLLABLES: ["a", "b"], Field.BIGRAMS: ["b a"]})
    commits = [Commit(add=((document("a b c", f"x{i}"),),)) for i in range(9)]
    build(tmp_path / "index", [Commit(add=((odd,),)), *commits]).close()
    engine = open_engine(str(tmp_path / "index"))
    phrase = Phrase(Field.SYLLABLES, ("a", "b"))
    assert engine.search(EngineRequest(phrase)).total == 10
    assert_same_page(engine, open_engine(str(tmp_path / "index"), compiled=False), EngineRequest(phrase))


@pytest.mark.parametrize(
    "query",
    [
        Term(Field.SYLLABLES, "f0"),
        Term(Field.SYLLABLES, "f59"),
        Term(Field.SYLLABLES, "unknown"),
        All((Term(Field.SYLLABLES, "f0"), Term(Field.SYLLABLES, "f1"))),
        All((Term(Field.SYLLABLES, "f0"), Term(Field.SYLLABLES, "unknown"))),
        Any((Term(Field.SYLLABLES, "f0", 0.0), Term(Field.SYLLABLES, "f1", 0.0))),
        # What each must be met in any of several lists: scored or not, alone or within another.
        All((Any((Term(Field.SYLLABLES, "f2"), Term(Field.TITLE, "f2", 0.0))), Term(Field.SYLLABLES, "f1"))),
        All((Any((Term(Field.SYLLABLES, "f0", 0.0), Term(Field.TITLE, "f1", 0.0))), Term(Field.SYLLABLES, "f2"))),
        All((Any((Term(Field.SYLLABLES, "f2"), NOWHERE)), Any((Term(Field.SYLLABLES, "f3"), Term(Field.TITLE, "f4"))))),
        All(
            (Any((Term(Field.SYLLABLES, "f2"), UNSCORED)), Any((Term(Field.SYLLABLES, "f3"), Term(Field.TITLE, "f4"))))
        ),
        All((UNSCORED, Any((UNSCORED, Term(Field.SYLLABLES, "f2"))))),
        Any((UNSCORED, Any((UNSCORED, Term(Field.SYLLABLES, "f2"))), Term(Field.SYLLABLES, "f4")), minimum=2),
        Prefix(Field.SYLLABLES, "f5"),
    ],
)
def test_plain_queries_agree_too(engines: tuple[Engine, Engine], query: Node) -> None:
    assert_same_page(*engines, EngineRequest(query, facets=("source",)))
    assert_same_page(*engines, EngineRequest(query, per_article=2))


def test_equal_paragraphs_stand_in_document_order(engines: tuple[Engine, Engine]) -> None:
    page = engines[0].search(EngineRequest(Any((Term(Field.SYLLABLES, "f0"), Term(Field.SYLLABLES, "f1"))), limit=200))
    numbers: dict[str, list[int]] = {}
    for hit in page.hits:
        numbers.setdefault(hit.paragraph.text, []).append(int(hit.info.id[1:]))
    assert max(map(len, numbers.values())) > 1
    for text, copies in numbers.items():
        assert copies == sorted(copies), text


@pytest.mark.parametrize(
    "query",
    [
        Everything(),
        Facet("kind", "body"),
        Any(()),
        Any((Term(Field.SYLLABLES, "f0"),), minimum=0),
        Term(Field.SYLLABLES, "f0", -1.0),
        Any(tuple(Term(Field.SYLLABLES, str(i)) for i in range(256))),
    ],
)
def test_other_shapes_are_left_to_the_general_path(query: Node) -> None:
    assert flatten(query) is None


def test_the_compiled_path_is_taken_once_warm(engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    def marked(*_: object) -> None:
        raise AssertionError("taken")

    monkeypatch.setattr(fast_module.FastSearch, "page", marked)
    request = EngineRequest(Term(Field.SYLLABLES, "f0"))
    with pytest.raises(AssertionError, match="taken"):
        engines[0].search(request)
    assert engines[1].search(request).total > 0


@pytest.mark.parametrize("seed", range(tries(12)))
def test_what_is_found_in_time_is_right(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """The clock ticks each time it is looked at, so that the time runs out before each step in turn."""
    choose = random.Random(seed)
    query = filtered(choose, ranked(choose))
    request = EngineRequest(
        query, limit=200, facets=("source", "author", "year"), sort=choose.choice(["relevance", "date"])
    )
    whole = engines[1].search(replace(request, limit=PARAGRAPHS))
    scores = {place(hit): hit.score for hit in whole.hits}
    counts = {name: dict(facet.values) for name, facet in whole.facets.items()}
    monkeypatch.setattr(fast_module, "PIECE", 1000)
    for engine in engines:
        monkeypatch.setattr(limit_module, "monotonic", count().__next__)
        pages = [engine.search(replace(request, seconds=seconds)) for seconds in TICKS]
        assert pages[0].degraded and not pages[-1].degraded
        assert pages[-1] == engine.search(request)
        for page in pages:
            assert all(hit.score <= scores[place(hit)] + TOLERANCE for hit in page.hits)
            assert page.total <= whole.total and page.articles <= whole.articles
            assert not page.exact or (page.total, page.facets) == (whole.total, whole.facets)
            for name, facet in page.facets.items():
                assert all(number <= counts[name][value] for value, number in facet.values)


def test_part_of_the_time_finds_a_part(engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    request = EngineRequest(Any(tuple(Term(Field.SYLLABLES, form) for form in FORMS[:5])))
    monkeypatch.setattr(fast_module, "PIECE", 1000)
    for engine in engines:
        monkeypatch.setattr(limit_module, "monotonic", count().__next__)
        pages = [engine.search(replace(request, seconds=seconds)) for seconds in TICKS]
        assert any(page.degraded and page.hits for page in pages)


def test_paragraphs_that_hold_a_term_are_counted_without_the_deleted_ones(
    engines: tuple[Engine, Engine], wide: tuple[Engine, Engine]
) -> None:
    names = [(field, form) for field in Field for form in (*FORMS, "g", "h", "not there")]
    for compiled, general in (engines, wide):
        counts = compiled.document_frequencies(names)
        assert counts == general.document_frequencies(names)
        # Of frequent terms and rare ones.
        assert max(counts) > 1_000
        assert 0 < min(filter(None, counts)) < 100
