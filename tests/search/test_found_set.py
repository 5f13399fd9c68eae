"""The found set: one rule says what is found, and every number and list is of that set."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Index, Passage, Results, SearchRequest, Settings, build, open_index
from indexer.vietnamese import fold
from tests.effort import tries
from tests.samples import write_articles

WORDS = ("Gia Lai", "bão", "lũ", "nghị định", "168/2024", "thi đua", "hồ", "Kẻ Gỗ", "cà phê", "giá", "năm", "của")
SOURCES = ("Báo A", "Báo B", "")

Key = tuple[str, int]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Every pair and many triples of the words, over three sources and two years; the next word is in the title."""
    folder: Path = tmp_path_factory.mktemp("found")
    groups = [*itertools.combinations(WORDS, 2), *itertools.islice(itertools.combinations(WORDS, 3), 0, None, 3)]
    articles = tuple(
        {
            "id": f"a{number}",
            "title": WORDS[number % len(WORDS)] if number % 2 else "",
            "source": SOURCES[number % len(SOURCES)],
            "date": f"202{number % 2 + 4}-0{number % 9 + 1}-01" if number % 5 else "",
            "text": "\n\n".join((f"Tin {' và '.join(words)} hôm nay.", f"Chuyện {words[0]} khác.")),
        }
        for number, words in enumerate(groups)
    )
    build([write_articles(folder / "articles.jsonl", articles)], folder / "index")
    with open_index(folder / "index", Settings(page_size_limit=1000)) as opened:
        yield opened


def key(passage: Passage) -> Key:
    return passage.article.id, passage.paragraph.position


def pages(index: Index, text: str, size: int = 1000, **request: Any) -> list[Results]:
    found = []
    for page in itertools.count(1):
        found.append(index.search(SearchRequest(text, page=page, per_page=size, **request)))
        if not found[-1].more:
            return found
    raise AssertionError


def ranking(index: Index, text: str, size: int, length: int, **request: Any) -> list[Key]:
    """The passages of all pages, which hold so many passages or articles; the last one has none behind it."""
    last = max(1, math.ceil(length / size))
    more = [index.search(SearchRequest(text, page=page, per_page=size, **request)).more for page in sorted({1, last})]
    assert more == ([True, False] if last > 1 else [False])
    numbers = range(1, last + 1)
    return [each for page in numbers for each in index.rank(SearchRequest(text, page=page, per_page=size, **request))]


def found_by(index: Index, text: str, **request: Any) -> set[Key]:
    """The found set, by date: nothing but what is found."""
    by_date, fresh = (
        index.rank(SearchRequest(text, per_page=1000, sort=sort, **request)) for sort in ("date", "fresh")
    )
    assert set(by_date) == set(fresh)
    assert len(set(by_date)) == len(by_date)
    return set(by_date)


def holds(passage: Passage, unit: str) -> tuple[bool, bool]:
    """Whether a passage itself, and its title, have a unit."""
    return unit.lower() in passage.paragraph.text.lower(), unit.lower() in passage.article.title.lower()


few = st.lists(st.sampled_from(WORDS[:-1]), min_size=1, max_size=4, unique=True)


@settings(max_examples=tries(40), deadline=None)
@given(few)
def test_few_units_find_what_has_all_of_them(index: Index, units: list[str]) -> None:
    everything = [passage for page in pages(index, "tin OR chuyện", sort="date") for passage in page.passages]
    expected = set()
    for passage in everything:
        held = [holds(passage, unit) for unit in units]
        itself = any(here for here, _ in held)
        if itself and all(here or (named and len(units) > 1) for here, named in held):
            expected.add(key(passage))
    # Bare titles are passages too, and are not found by `tin` and `chuyện`.
    found = {each for each in found_by(index, " , ".join(units)) if each in set(map(key, everything))}
    assert found == expected


@settings(max_examples=tries(40), deadline=None)
@given(
    st.lists(st.sampled_from([*WORDS, '"thi đua"', "-bão", "xoài", "là gì"]), min_size=1, max_size=7),
    st.sampled_from([{}, {"source": ["Báo A"]}]),
    st.booleans(),
)
def test_every_number_and_list_is_of_one_set(
    index: Index, parts: list[str], filters: dict[str, list[str]], plain: bool
) -> None:
    text = fold(" ".join(parts)) if plain else " ".join(parts)
    whole = pages(index, text, filters=filters, facets=("source", "kind", "year"))[0]
    by_date = found_by(index, text, filters=filters)
    assert whole.total == len(by_date)
    # In the order of relevance: no passage twice, the found set first unless the score decides, then the partial ones.
    ranked = [key(passage) for passage in whole.passages]
    assert len(set(ranked)) == len(ranked) == whole.total + whole.partial
    assert by_date <= set(ranked)
    if not whole.units or (len(whole.units) <= Settings().required_units and "la gi" not in fold(text)):
        assert set(ranked[: whole.total]) == by_date
        assert all(not passage.missing for passage in whole.passages[: whole.total])
    # Pages of any size fit.
    assert ranking(index, text, 23, whole.length, filters=filters) == ranked
    # Facets.
    kinds = whole.facets["kind"]
    assert sum(count for _, count in kinds.values) + kinds.more_passages == whole.total
    # Articles.
    articles = pages(index, text, filters=filters, group="article")[0]
    assert (articles.total, articles.articles) == (whole.total, len({article for article, _ in by_date}))
    by_article = {group.article.id: group.matched for group in articles.groups}
    for article, members in itertools.groupby(sorted(by_date), key=lambda each: each[0]):
        count = len(list(members))
        assert by_article[article] >= count
    found = {article for article, _ in by_date}
    assert articles.partial == sum(matched for article, matched in by_article.items() if article not in found)
    fewer = ranking(index, text, 11, articles.length, filters=filters, group="article")
    assert [name for name, _ in itertools.groupby(fewer, key=lambda each: each[0])] == list(by_article)
    assert len(by_article) == len(articles.groups) == articles.length


@settings(max_examples=tries(40), deadline=None)
@given(few, st.sampled_from(WORDS[:-1]))
def test_neither_a_filter_nor_a_further_word_among_few_finds_more(index: Index, units: list[str], more: str) -> None:
    text = " , ".join(units)
    found = found_by(index, text)
    assert found_by(index, text, filters={"source": ["Báo B"]}) <= found
    if len(units) > 1 and len(units) < Settings().required_units:
        # One unit alone is not met by titles.
        assert found_by(index, f"{text} , {more}") <= found


def test_what_each_lacks_and_how_many_have_each_is_told(index: Index) -> None:
    results = index.search(SearchRequest("nghị định xoài", per_page=100))
    assert results.total == 0 and results.partial == len(results.passages) > 0
    counts = {unit.text: unit.count for unit in results.units}
    assert counts["xoài"] == 0 and counts["nghị định"] == index.search(SearchRequest("nghị định")).total
    assert {"xoài"} <= set(results.passages[0].missing)
    assert [(warning.code, warning.subject) for warning in results.warnings] == [("not_in_index", "xoài")]


def test_an_alternative_that_stands_nowhere_is_told(index: Index) -> None:
    either = index.search(SearchRequest("(bão OR xoài) -(xoài OR mận)"))
    assert [each.subject for each in either.warnings if each.code == "not_in_index"] == ["xoài"]
    assert either.total == index.search(SearchRequest("bão")).total > either.partial == 0


def test_what_is_to_be_left_out_but_stands_nowhere_is_told(index: Index) -> None:
    def told(query: str) -> list[tuple[str, str]]:
        return [(warning.code, warning.subject) for warning in index.search(SearchRequest(query)).warnings]

    assert told("nghị định -xoài") == [("excluded_nowhere", "xoài")]
    assert told("nghị định -nghi") == [("excluded_nowhere", "nghi")]
    assert told("nghị định -nghị") == []
    assert found_by(index, "nghị định -xoài") == found_by(index, "nghị định")


def test_a_value_of_several_words_needs_no_quotes(index: Index) -> None:
    quoted = index.search(SearchRequest('nguồn:"Báo A" nghị định'))
    assert 0 < quoted.total < index.search(SearchRequest("nguồn:báo nghị định")).total
    assert index.search(SearchRequest("nguồn:báo A nghị định")).total == quoted.total
    # Nor may a field of another type, or of paragraphs, have more words than one.
    assert index.search(SearchRequest("loại:bảng nghị định")).total == 0


def test_a_value_that_no_article_has_is_told_where_nothing_is_found(index: Index) -> None:
    def told(query: str) -> list[tuple[str, str]]:
        return [(warning.code, warning.subject) for warning in index.search(SearchRequest(query)).warnings]

    assert told("nguồn:xoài nghị định") == [("value_nowhere", "xoài")]
    assert told('(nguồn:"Báo Xoài" loại:bảng)') == [("value_nowhere", "Báo Xoài"), ("value_nowhere", "table")]
    # What is found has what was asked, and what is left out need not be there.
    assert told("nguồn:xoài OR nghị định") == told("nghị định -nguồn:xoài") == []


@settings(max_examples=tries(60), deadline=None)
@given(
    st.lists(st.sampled_from([*WORDS, '"thi đua"', "bảo", "luu", "12,5%", "ThiĐua"]), min_size=1, max_size=5),
    st.booleans(),
)
def test_a_search_for_a_unit_finds_as_many_passages_as_are_said_to_have_it(
    index: Index, parts: list[str], plain: bool
) -> None:
    results = index.search(SearchRequest(fold(" ".join(parts)) if plain else " ".join(parts), per_page=1))
    for unit in results.units:
        if unit.count:
            assert index.search(SearchRequest(unit.query, per_page=1)).total == unit.count, unit


def test_little_is_followed_by_the_nearest_and_enough_is_not(index: Index) -> None:
    little = index.search(SearchRequest("Gia Lai , bão , lũ", per_page=100))
    assert 0 < little.total < Settings().nearest < little.total + little.partial
    enough = index.search(SearchRequest("bão", per_page=100))
    assert enough.total >= Settings().nearest and enough.partial == 0


def test_ordered_by_date_nothing_is_only_near(index: Index) -> None:
    results = index.search(SearchRequest("nghị định xoài", sort="date"))
    assert (results.total, results.partial, results.passages) == (0, 0, ())


def test_a_star_lists_the_archive_newest_first_with_all_its_facets(index: Index) -> None:
    everything = pages(index, "*", facets=("kind", "source"))[0]
    dates = [passage.article.date for passage in everything.passages]
    dated = [date for date in dates if date]
    assert dates == sorted(dated, reverse=True) + [None] * (len(dates) - len(dated))
    assert (everything.warnings, everything.partial) == ((), 0)
    assert everything.total == len(dates) == sum(count for _, count in everything.facets["kind"].values)
    leads = index.search(SearchRequest("*", filters={"kind": ["title"]}, per_page=1000))
    assert 0 < leads.total == sum(passage.paragraph.kind == "title" for passage in everything.passages)


def test_what_lacks_the_only_thing_that_was_asked_is_near_only_where_nothing_has_it(tmp_path: Path) -> None:
    texts = ["Ông Lê Lợi đến.", "Quả lê ngọt.", "Quả lê chua.", "Điều đó có lợi.", "Lòng sông, đồng ruộng."]
    texts += ["Từ TP Hải Phòng về.", "Tin hải đảo từ phòng họp."]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        named = index.search(SearchRequest("Lê Lợi"))
        assert (named.total, named.partial) == (1, 0)
        # So where it has other names and spellings.
        place = index.search(SearchRequest("Hải Phòng"))
        assert (place.total, place.partial) == (1, 0)
        # A word of the dictionary, of which the archive has the syllables apart.
        lacking = index.search(SearchRequest("đồng lòng"))
        assert (lacking.total, lacking.partial) == (0, 1)
        assert [unit.count for unit in lacking.units] == [0]
        assert index.search(SearchRequest("Lê Lợi, lòng sông")).partial > 0
