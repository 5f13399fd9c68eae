"""Articles are ranked by all of their passages, and shown by something else than their titles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from indexer import Article, ArticleInfo, Paragraph, SearchRequest, Settings, build, open_index
from indexer.articles.model import Kind
from indexer.engine.base import EngineRequest, Hit
from indexer.engine.query import Everything
from indexer.query.found import known_unit
from indexer.query.frequencies import Frequencies
from indexer.query.unit import Unit, UnitReading
from indexer.schema import Field
from indexer.search.article_rank import ranked_articles
from indexer.search.ranking import Question


def article(name: str, *texts: str, title: str = "") -> Article:
    """An article of body paragraphs under a title."""
    titles = [(title, Kind.TITLE)] if title else []
    kinds = [*titles, *((text, Kind.BODY) for text in texts)]
    paragraphs = tuple(Paragraph(position, kind, text) for position, (text, kind) in enumerate(kinds))
    return Article(ArticleInfo(name, title), paragraphs)


SPLIT = article("split", "Xưởng mộc ấy làm bàn ghế.", "Ở bến sông ấy có bàn ghế.")
ALONE = article("alone", "Xưởng mộc làm bàn ghế.")
RIVER = article("river", "Bến sông hôm qua đông khách đi chợ từ rất sớm.")
EARLY = article("early", "Nông dân trồng sen ở đầm Vân nay.", "Hè năm nay khách đến đông.")
LATE = article("late", "Hè năm nay khách đến đông.", "Đò đi lại nhiều.", "Nông dân trồng sen ở đầm Vân.")
TITLED = article("titled", "Người ta thả cá chép ở đầm Vân nay.", "Giá bán khá cao.", title="Chuyện nuôi thả")
FISH = article("fish-late", "Giá bán cao.", "Chợ họp sớm.", "Người ta thả cá chép ở đầm Vân.", title="Chuyện chợ")
NAMED = article("named", "Hôm nay trời nắng.", "Mai sẽ có mưa.", title="Giải cờ làng Vân")
BOTH = article("both", "Giải cờ làng Vân đã mở từ sớm.", title="Giải cờ làng Vân")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("index")
    fillers = [article(f"filler-{n}", f"Chuyện thứ {n} không có gì liên quan cả.") for n in range(30)]
    build([ALONE, SPLIT, RIVER, NAMED, BOTH, EARLY, LATE, TITLED, FISH, *fillers], folder)
    yield folder


QUESTION = "xưởng mộc bàn ghế bến sông"


def ranked(directory: Path, weight: float, *, lead: float = 0.0, query: str = QUESTION) -> list[str]:
    with open_index(directory, Settings(weight_article=weight, weight_lead=lead)) as index:
        results = index.search(SearchRequest(query, group="article"))
        return [group.article.id for group in results.groups][:2]


def test_what_one_passage_lacks_may_stand_in_the_next(directory: Path) -> None:
    # Each of its passages is a little longer, so by the best alone it comes second.
    assert ranked(directory, 0.0) == ["alone", "split"]
    assert ranked(directory, Settings().weight_article) == ["split", "alone"]


def test_what_stands_first_in_an_article_says_more_of_it_than_what_stands_late(directory: Path) -> None:
    query, weight = "trồng sen đầm Vân", Settings().weight_lead
    # The passage of the later article is a little shorter.
    assert ranked(directory, 0.0, query=query) == ["late", "early"]
    assert ranked(directory, 0.0, lead=weight, query=query) == ["early", "late"]
    # The title counts for no place: the lead of `titled` comes first as well.
    query = "cá chép đầm Vân"
    assert ranked(directory, 0.0, query=query) == ["fish-late", "titled"]
    assert ranked(directory, 0.0, lead=weight, query=query) == ["titled", "fish-late"]


def test_the_place_in_an_article_changes_no_score(directory: Path) -> None:
    def scores(lead: float) -> dict[str, float]:
        with open_index(directory, Settings(weight_lead=lead)) as index:
            results = index.search(SearchRequest("trồng sen đầm Vân", group="article"))
            return {group.article.id: group.passages[0].score for group in results.groups}

    assert scores(0.0) == scores(0.4)


def test_a_title_is_no_passage_of_an_article(directory: Path) -> None:
    with open_index(directory) as index:
        results = index.search(SearchRequest("giải cờ làng Vân", group="article", explain=True))
        shown = {group.article.id: group.passages for group in results.groups}
        assert [passage.paragraph.text for passage in shown["both"]] == ["Giải cờ làng Vân đã mở từ sớm."]
        (lead,) = shown["named"]
        assert (lead.paragraph.text, lead.score, lead.explanation) == ("Hôm nay trời nắng.", 0.0, ())
        # It is the title that was found, and counted.
        assert results.total == 3
        assert not results.degraded
        flat = index.search(SearchRequest("giải cờ làng Vân"))
        assert [passage.paragraph.kind for passage in flat.passages].count(Kind.TITLE) == 2


def test_an_article_of_a_title_alone_is_shown_by_it(tmp_path: Path) -> None:
    build([article("bare", title="Giải cờ làng Vân")], tmp_path)
    with open_index(tmp_path) as index:
        (group,) = index.search(SearchRequest("giải cờ", group="article")).groups
        assert [passage.paragraph.kind for passage in group.passages] == [Kind.TITLE]


COUNTS = {"bến": 1, "mộc": 1, "ghế": 7}
FREQUENCIES = Frequencies(
    {
        **{(Field.SYLLABLES, form): count for form, count in COUNTS.items()},
        **{(Field.TITLE, form): 0 for form in COUNTS},
    },
    10,
)
UNITS = [known_unit(Unit(form, None, (UnitReading((form,)),), form), FREQUENCIES) for form in COUNTS]
ASKED = Question("", EngineRequest(Everything()), None, FREQUENCIES, 10, UNITS)


def hits(name: str, *scored: tuple[float, str]) -> Sequence[Hit]:
    """Passages of an article, each with its score and a letter for each unit: x, it has it; after them, other nodes."""
    info = ArticleInfo(name, "")
    return [
        Hit(info, Paragraph(at, Kind.BODY, ""), score, True, tuple(each == "x" for each in held))
        for at, (score, held) in enumerate(scored)
    ]


def order(weight: float, *articles: Sequence[Hit], lead: float = 0.0) -> list[str]:
    settings = Settings(weight_article=weight, weight_lead=lead)
    return [each[0].info.id for each in ranked_articles(ASKED, articles, settings)]


RARE, COMMON = (math.log(1 + (10 - held + 0.5) / (held + 0.5)) for held in (1, 7))
SHARE = RARE / (2 * RARE + COMMON)


@pytest.mark.parametrize(("rival", "first"), [(1 + 0.5 * SHARE - 1e-6, "two"), (1 + 0.5 * SHARE + 1e-6, "rival")])
def test_what_passages_have_together_counts_by_its_information(rival: float, first: str) -> None:
    """The second passage adds one of the two rare units, and the weight is .5."""
    two = hits("two", (1.0, "x--"), (0.9, "-x-"))
    assert order(0.5, hits("rival", (rival, "x--")), two)[0] == first
    assert order(0.0, hits("rival", (1.0, "x--")), two)[0] == "rival"


@pytest.mark.parametrize(("score", "first"), [(0.85, "two"), (0.849, "rival")])
def test_only_passages_near_the_best_one_count(score: float, first: str) -> None:
    assert order(0.5, hits("rival", (1.001, "x--")), hits("two", (1.0, "x--"), (score, "-x-")))[0] == first


def test_what_stands_behind_the_units_does_not_count() -> None:
    assert order(0.5, hits("rival", (1.001, "x---")), hits("two", (1.0, "x---"), (0.9, "x--x"))) == ["rival", "two"]


def test_where_nothing_is_said_of_units_the_best_passages_decide() -> None:
    assert order(0.5, hits("b", (1.0, "")), hits("a", (2.0, "")), hits("c", (1.0, ""))) == ["a", "b", "c"]
    # Of one that says nothing all is there: it gains nothing by that.
    assert order(0.5, hits("b", (1.0, "")), hits("a", (1.1, "x--"), (1.0, "xxx"))) == ["a", "b"]


def placed(name: str, *scored: tuple[float, int], title: str = "") -> Sequence[Hit]:
    """Passages of an article, each with its score and its position."""
    info = ArticleInfo(name, title)
    return [Hit(info, Paragraph(position, Kind.BODY, ""), score) for score, position in scored]


@pytest.mark.parametrize(
    ("article_", "worth"),
    [
        (placed("one", (1.0, 0)), 1.4),
        (placed("one", (1.0, 1)), 1.2),
        (placed("one", (1.0, 3)), 1.1),
        # A title is no place: what follows it is the first.
        (placed("one", (1.0, 1), title="Hồ"), 1.4),
        (placed("one", (1.0, 0), title="Hồ"), 1.4),
        # The highest of all passages, which need not be the best one by its score alone.
        (placed("one", (1.0, 3), (0.9, 0)), 1.26),
    ],
)
def test_the_weight_of_the_lead_is_divided_by_the_place(article_: Sequence[Hit], worth: float) -> None:
    less, more = (placed("rival", (worth + by, 10**9)) for by in (-1e-6, 1e-6))
    assert order(0.5, less, article_, lead=0.4) == ["one", "rival"]
    assert order(0.5, article_, more, lead=0.4) == ["rival", "one"]
