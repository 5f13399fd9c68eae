"""Articles are ranked by all of their passages, and shown by something else than their titles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Article, ArticleInfo, Paragraph, SearchRequest, Settings, build, open_index
from indexer.articles.model import Kind


def article(name: str, *texts: str, title: str = "") -> Article:
    """An article of body paragraphs under a title."""
    titles = [(title, Kind.TITLE)] if title else []
    kinds = [*titles, *((text, Kind.BODY) for text in texts)]
    paragraphs = tuple(Paragraph(position, kind, text) for position, (text, kind) in enumerate(kinds))
    return Article(ArticleInfo(name, title), paragraphs)


SPLIT = article("split", "Xưởng mộc ấy làm bàn ghế.", "Ở bến sông ấy có bàn ghế.")
ALONE = article("alone", "Xưởng mộc làm bàn ghế.")
RIVER = article("river", "Bến sông hôm qua đông khách đi chợ từ rất sớm.")
NAMED = article("named", "Hôm nay trời nắng.", "Mai sẽ có mưa.", title="Giải cờ làng Vân")
BOTH = article("both", "Giải cờ làng Vân đã mở từ sớm.", title="Giải cờ làng Vân")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("index")
    fillers = [article(f"filler-{n}", f"Chuyện thứ {n} không có gì liên quan cả.") for n in range(30)]
    build([ALONE, SPLIT, RIVER, NAMED, BOTH, *fillers], folder)
    yield folder


QUESTION = "xưởng mộc bàn ghế bến sông"


def ranked(directory: Path, weight: float) -> list[str]:
    with open_index(directory, Settings(weight_article=weight)) as index:
        results = index.search(SearchRequest(QUESTION, group="article"))
        return [group.article.id for group in results.groups][:2]


def test_what_one_passage_lacks_may_stand_in_the_next(directory: Path) -> None:
    # Each of its passages is a little longer, so by the best alone it comes second.
    assert ranked(directory, 0.0) == ["alone", "split"]
    assert ranked(directory, Settings().weight_article) == ["split", "alone"]


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
