"""Near-duplicates are one result, and no hit is lost or shown twice by that."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer import (
    ArticleInfo,
    Filters,
    Index,
    Kind,
    Paragraph,
    Results,
    SearchRequest,
    Settings,
    add,
    build,
    open_index,
    to_json,
)
from indexer.articles.signatures import signature
from indexer.cli.main import main
from indexer.engine.base import EnginePage, Hit
from indexer.search import near_duplicates
from indexer.search.finding import Finding
from indexer.search.near_duplicates import find_grouped
from tests.articles.test_signatures import CLOSING, DECREE, WIRE

GROUP, SHOW = "group", "show"
Way = Literal["none", "article"]
Key = tuple[str, int]

STORIES = [f"Chuyện rừng số {number}. {WIRE.replace('Hà Nội', 'Huế' * number)}" for number in range(1, 5)]


WORDS = "rừng bão cây đất nước mưa lũ đường xe nhà trường chợ ruộng biển núi gió nắng người thôn xã"


def paragraphs_of(number: int) -> list[str]:
    """The paragraphs of a story, the last of which is in others too."""
    ground = random.Random(number)
    own = [" ".join([*ground.choices(WORDS.split(), k=40), str(number)]) for _ in range(2)]
    return [*own, "Độc giả gửi tin về cây rừng cho tòa soạn theo địa chỉ in ở trang cuối của số báo này."]


def corpus(copies: list[int]) -> list[dict[str, Any]]:
    """So many copies of story after story, mixed, under titles of their own."""
    stories = [number for number, count in enumerate(copies) for _ in range(count)]
    random.Random(3).shuffle(stories)
    return [
        {
            "id": f"bai-{place}",
            "title": f"Rừng {place}",
            "source": f"Báo {place % 5}",
            "date": f"2026-01-{place % 28 + 1:02}",
            "paragraphs": paragraphs_of(story),
        }
        for place, story in enumerate(stories)
    ]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("copies") / "index"
    build(corpus([1, 3, 2, 1, 6, 1, 4, 2, 1, 1, 9, 1, 2]), path)
    with open_index(path, Settings(page_size_limit=1_000)) as opened:
        yield opened


def pages(index: Index, text: str, **request: Any) -> list[Results]:
    found = []
    for page in itertools.count(1):
        found.append(index.search(SearchRequest(text, page=page, **request)))
        if not found[-1].more:
            return found
    raise AssertionError


def shown_with_others(found: list[Results], way: Way) -> list[list[Key]]:
    """Of each result of all pages what it is and what is under it: passages, or articles (position 0)."""
    rows: list[list[Key]] = []
    for results in found:
        if way == "article":
            for group in results.groups:
                rows.append([(each.id, 0) for each in (group.article, *(one.article for one in group.near_duplicates))])
                assert not any(passage.near_duplicates for passage in group.passages[1:])
        else:
            for passage in results.passages:
                each = [passage, *passage.near_duplicates]
                rows.append([(one.article.id, one.paragraph.position) for one in each])
    return rows


@pytest.mark.parametrize("among", [1, 7, 40])
@settings(max_examples=8, deadline=None)
@example(text="*", way="article", sort="date", per_page=5, filters={})
@given(
    text=st.sampled_from(["rừng bão", "cây đất nước mưa lũ đường", "*", '"tòa soạn"', "rừng -bão", "độc giả ở đâu"]),
    way=st.sampled_from(["none", "article"]),
    sort=st.sampled_from(["relevance", "date", "fresh"]),
    per_page=st.integers(3, 12),
    filters=st.sampled_from([{}, {"source": ["Báo 1", "Báo 3"]}]),
)
def test_pages_have_every_hit_once(
    index: Index, among: int, text: str, way: Way, sort: str, per_page: int, filters: dict[str, list[str]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AMONG", "AMONG_ARTICLES"):
            patch.setattr(near_duplicates, name, among)
        asked: dict[str, Any] = {"sort": sort, "group": way, "per_page": per_page, "filters": Filters(filters)}
        plain = pages(index, text, near_duplicates=SHOW, **asked)
        found = pages(index, text, near_duplicates=GROUP, **asked)
        beyond = index.search(SearchRequest(text, page=len(found) + 1, near_duplicates=GROUP, **asked))
    before, rows = shown_with_others(plain, way), shown_with_others(found, way)
    assert sorted(itertools.chain(*rows)) == sorted(itertools.chain(*before))
    order = [row[0] for row in before]
    heads = [row[0] for row in rows]
    assert heads == [each for each in order if each in set(heads)]
    assert all(order.index(row[0]) < order.index(other) for row in rows for other in row[1:])
    assert all(len(shown_with_others([page], way)) == per_page for page in found[:-1])
    for one, other in itertools.product(plain[:1], found):
        assert (one.total, one.articles, one.partial) == (other.total, other.articles, other.partial)
        assert other.length == len(rows)
    if among == 40 and text == "*" and way == "article" and not filters:
        assert sorted(map(len, rows)) == [1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6, 9]
    assert (beyond.passages, beyond.more) == ((), False)


@settings(max_examples=100, deadline=None)
@given(
    stories=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), max_size=20),
    among=st.integers(1, 12),
    limit=st.integers(1, 7),
    by_article=st.booleans(),
)
def test_a_stretch_is_that_of_all_results(
    stories: list[tuple[int, int]], among: int, limit: int, by_article: bool
) -> None:
    known = [signature([text]) for text in STORIES]
    hits: list[list[tuple[Hit, bool]]] = []
    for place, (story, passages) in enumerate(stories):
        info = ArticleInfo(f"a{place}", "", signature=known[story])
        own = [(Hit(info, Paragraph(at, Kind.BODY, f"{STORIES[story]} {at}"), 1.0), True) for at in range(passages)]
        hits += [own] if by_article else [[each] for each in own]

    def find(offset: int, size: int) -> Finding:
        some = tuple(itertools.chain(*hits[offset : offset + size]))
        page = EnginePage(hits=(), total=len(hits), articles=len(stories))
        return Finding(page, some, {hit.info.id: 1 for hit, _ in some}, length=len(hits))

    with pytest.MonkeyPatch.context() as patch:
        for name in ("AMONG", "AMONG_ARTICLES"):
            patch.setattr(near_duplicates, name, among)
        whole = find_grouped(find, 0, 1_000, by_article=by_article)
        parts = [find_grouped(find, at, limit, by_article=by_article) for at in range(0, len(hits) + limit, limit)]
    assert list(itertools.chain(*(part.hits for part in parts))) == list(whole.hits)
    assert {name: hits for part in parts for name, hits in part.others.items()} == dict(whole.others)
    assert {part.length for part in parts} == {whole.length}
    assert all(set(part.matched) == {hit.info.id for hit, _ in part.hits} for part in parts)


def test_articles_are_signed_alike_however_they_came(tmp_path: Path) -> None:
    records = corpus([2, 1, 2])
    build(records, tmp_path / "whole")
    build(records[:1], tmp_path / "one")
    for record in records[1:]:
        add([record], tmp_path / "one")
    signed = []
    for name in ("whole", "one"):
        with open_index(tmp_path / name) as opened:
            signed.append({info.id: info.signature for info in opened.articles()})
    assert signed[0] == signed[1]
    assert all(len(each) > 100 for each in signed[0].values())


WIRE_STORY = [
    {"id": "a", "title": "Kiểm kê rừng", "source": "Báo A", "paragraphs": [WIRE, CLOSING]},
    {"id": "b", "title": "14,87 triệu ha rừng", "source": "Báo B", "paragraphs": ["(TTXVN) - " + WIRE, CLOSING]},
    {"id": "c", "title": "Che phủ 42,02%", "source": "Báo C", "paragraphs": [WIRE, CLOSING, "Theo TTXVN"]},
    {"id": "d", "title": "Rừng", "source": "Báo A", "text": "Diện tích rừng của Hà Tĩnh là bao nhiêu ha?"},
    *(
        {"id": f"qd-{number}", "title": "Quyết định", "text": DECREE.format(place="Hương Sơn", number=number, day=day)}
        for number, day in (("145", "5/3/2026"), ("146", "6/3/2026"))
    ),
]


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wire") / "index"
    build(WIRE_STORY, path)
    return path


def test_the_same_story_in_three_papers_is_one_result(wire: Path) -> None:
    with open_index(wire) as index:
        articles = index.search(SearchRequest("diện tích rừng", group="article"))
        assert sorted(len(group.near_duplicates) for group in articles.groups) == [0, 2]
        assert articles.articles == 4
        passages = index.search(SearchRequest("khoa học về giống cây"))
        (found,) = passages.passages
        assert passages.total == 3
        assert {found.article.id, *(each.article.id for each in found.near_duplicates)} == {"a", "b", "c"}
        (result,) = to_json(passages)["results"]
        assert [set(each) for each in result["near_duplicates"]] == [{"article", "paragraph"}] * 2
        decrees = index.search(SearchRequest("quyết định", group="article"))
        assert [group.near_duplicates for group in decrees.groups] == [(), ()]
        shown = index.search(SearchRequest("khoa học về giống cây", near_duplicates="show"))
        assert len(shown.passages) == 3 and not any(each.near_duplicates for each in shown.passages)
    with open_index(wire, Settings(near_duplicates="show")) as index:
        assert len(index.search(SearchRequest("khoa học về giống cây")).passages) == 3


def test_the_command_names_what_is_under_a_result(wire: Path) -> None:
    asked = ["search", "khoa học về giống cây", "--index", str(wire)]
    grouped = CliRunner().invoke(main, asked).output
    assert grouped.count("nearly the same: ") == 1
    shown = CliRunner().invoke(main, [*asked, "--near-duplicates", "show"]).output
    assert "nearly the same" not in shown
    assert all(f"{id}#2" in text for id in "abc" for text in (grouped, shown))
