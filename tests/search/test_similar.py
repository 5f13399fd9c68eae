"""Similar passages, by the most distinctive words of one. Over a real index of the sample corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, Similar, build, open_index
from indexer.engine.query import Any, Exclude, Facet, Node, Phrase, Term
from indexer.query.weighing import CapitalWeights
from indexer.search.similar import MOST_TERMS, SimilarQuery, similar_query
from indexer.settings import Settings
from tests.clock import let_hours_go_by
from tests.conftest import ROOT
from tests.query.vocabulary import TextVocabulary
from tests.samples import write_articles


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("similar")
    build([ROOT / "corpus"], folder)
    with open_index(folder) as opened:
        yield opened


ARTICLES = (
    {
        "id": "a",
        "title": "Mùa bưởi Phúc Trạch",
        "text": "Nông dân Phúc Trạch thu hoạch bưởi.\n\nGiá của bưởi tăng trong năm nay.",
    },
    {"id": "b", "title": "Chợ quê", "text": "Bưởi Phúc Trạch được nông dân bán ở chợ.\n\nTrời của năm nay mưa nhiều."},
    {"id": "c", "title": "Bóng đá", "text": "Đội bóng của tỉnh thắng trong trận cuối năm nay.\n\nHòa."},
    {"id": "d", "title": "Lặp", "text": "Hòa.\n\nMột câu khác hẳn.\n\nHòa."},
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("small")
    build([write_articles(folder / "articles.jsonl", ARTICLES)], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


def found(index: Index, article: str, position: int, limit: int = 10, *, same_article: bool = False) -> Similar:
    answer = index.similar(article, position, limit, same_article=same_article)
    assert answer is not None
    return answer


def names(answer: Similar) -> list[str]:
    return [f"{passage.article.id}#{passage.paragraph.position}" for passage in answer.passages]


def test_what_shares_distinctive_words_comes_first(small: Index) -> None:
    answer = found(small, "a", 1)
    assert names(answer)[0] == "b#1"
    assert {"phúc trạch", "bưởi", "nông dân"} <= set(answer.words)
    marked = [answer.passages[0].paragraph.text[start:end] for start, end in answer.passages[0].highlights]
    assert marked == ["Bưởi", "Phúc Trạch", "nông dân"]


def test_no_syllable_of_a_word_or_a_name_is_asked_for_alone(corpus: Index) -> None:
    answer = found(corpus, "hoi-nghi-quoc-phong-an-ninh-2023", 2)
    assert {"quốc phòng", "bộ chqs", "2023"} <= set(answer.words)
    assert set(answer.words).isdisjoint(("quốc", "phòng", "bộ", "chqs", "của", "và"))


def test_a_name_is_met_whole_and_without_the_word_that_begins_the_sentence(tmp_path: Path) -> None:
    texts = ["Tại Hà Nội, Bộ Khoa học họp.", "Ở Hà Nội có Bộ Khoa học.", "Hà họp với Nội, bộ môn khoa học."]
    records = [{"id": str(at), "title": "", "text": text} for at, text in enumerate(texts)]
    build([write_articles(tmp_path / "articles.jsonl", records)], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        answer = found(index, "0", 1)
    assert set(answer.words) == {"hà nội", "bộ khoa học", "họp"}
    assert names(answer)[0] == "1#1"


def test_the_article_itself_is_left_out_unless_asked_for_and_the_passage_always(small: Index) -> None:
    assert not any(name.startswith("a#") for name in names(found(small, "a", 1)))
    own = names(found(small, "a", 1, same_article=True))
    assert "a#0" in own
    assert "a#1" not in own


def test_a_repeated_paragraph_is_found_at_each_of_its_positions(small: Index) -> None:
    assert names(found(small, "d", 1)) == names(found(small, "d", 3)) == ["c#2"]


def test_what_is_in_no_other_passage_has_none_like_it(small: Index) -> None:
    assert names(found(small, "d", 2)) == []


def test_out_of_time_it_says_so(small: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not found(small, "a", 1).degraded
    let_hours_go_by(monkeypatch)
    late = found(small, "a", 1)
    assert late.degraded
    assert late.took_ms > 0 and late.took_ms % 3_600_000 == 0


@pytest.mark.parametrize(("article", "position"), [("a", 99), ("a", -1), ("none", 0), ("", 0)])
def test_a_passage_that_is_not_there_is_none(small: Index, article: str, position: int) -> None:
    assert small.similar(article, position) is None


@pytest.mark.parametrize("limit", [0, 101])
def test_a_limit_outside_the_settings_is_an_error(small: Index, limit: int) -> None:
    with pytest.raises(ValueError, match="per_page"):
        small.similar("a", 0, limit)


def test_no_more_come_than_asked_for(corpus: Index) -> None:
    answer = found(corpus, "hoi-nghi-quoc-phong-an-ninh-2023", 18, 2)
    assert len(answer.passages) == 2
    assert len(answer.words) <= MOST_TERMS


def test_every_passage_of_the_corpus_has_an_answer_in_order_of_score(corpus: Index) -> None:
    for info in corpus.articles():
        article = corpus.article(info.id)
        assert article is not None
        for paragraph in article.paragraphs:
            scores = [passage.score for passage in found(corpus, info.id, paragraph.position, 5).passages]
            assert scores == sorted(scores, reverse=True)


def asked(text: str, without: str = "") -> SimilarQuery:
    """What is asked of an index in which the same text stands twice, among other passages."""
    vocabulary = TextVocabulary(text, text, *(f"Một đoạn khác {number}" for number in range(9)))
    return similar_query(text, vocabulary, 11, Settings(), CapitalWeights(None, 0.0), without=without)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tại Hà Nội, Bộ Khoa học họp.", {"hà nội", "bộ khoa học", "họp"}),
        ("Ở Hà Nội có mưa.", {"hà nội", "mưa"}),
        # A name is joined by a blank or a dash, not by what ends a part of a sentence.
        ("Tuyến Vinh–Huế dài.", {"tuyến vinh huế", "dài"}),
        ("Tuyến Vinh-Huế dài.", {"tuyến vinh huế", "dài"}),
        ("Đến Vinh, Huế bằng xe.", {"vinh", "huế", "xe"}),
        ("Đến Vinh. Huế đẹp.", {"vinh", "huế", "đẹp"}),
        # One syllable with a capital is no name; of a name of two both stand side by side.
        ("Hồ rộng.", {"hồ", "rộng"}),
        ("Hồ Gươm rộng.", {"hồ gươm", "rộng"}),
        # Six syllables are a name, seven are a heading, whose words are asked.
        ("Hồ Gươm Sông Hồng Núi Nùng xa.", {"hồ gươm sông hồng núi nùng", "xa"}),
        ("Hồ Gươm Sông Hồng Núi Nùng Lam xa.", {"hồ", "gươm", "sông", "hồng", "núi", "nùng", "lam", "xa"}),
        # Function words are asked nowhere; a word that has one in it is.
        ("Của và các.", set()),
        ("Hội nghị của tỉnh.", {"hội nghị", "tỉnh"}),
    ],
)
def test_names_and_words_are_asked(text: str, words: set[str]) -> None:
    assert set(asked(text).words) == words


def test_a_word_counts_once_however_often_it_stands(small: Index) -> None:
    query = asked("Hồ rộng, hồ sâu, hồ rộng.")
    assert sorted(query.words) == ["hồ", "rộng", "sâu"]
    assert query.words[0] == "hồ"  # said most often


def leaves(node: Node | None) -> tuple[Node, ...]:
    assert isinstance(node, Any)
    return node.children


def test_the_tree_demands_two_syllables_and_excludes_the_article() -> None:
    text = "Hội nghị Bộ Khoa học họp."
    node = asked(text).node
    assert isinstance(node, Any)
    assert (node.minimum, dict(zip(asked(text).words, node.counts, strict=True))) == (
        2,
        {"hội nghị": 2, "bộ khoa học": 3, "họp": 1},
    )
    kinds = dict(zip(asked(text).words, map(type, leaves(node)), strict=True))
    assert kinds == {"hội nghị": Term, "bộ khoa học": Phrase, "họp": Term}
    assert asked(text, "bai-1").node == Exclude(node, Facet("article", "bai-1"))
    alone = asked("Họp!").node
    assert isinstance(alone, Any) and (alone.minimum, alone.counts) == (1, (1,))
    assert (asked("Của và các.").node, asked("").targets) == (None, ())


def test_what_stands_in_one_passage_alone_is_not_asked() -> None:
    vocabulary = TextVocabulary("hồ rộng", "hồ sâu", "sâu xa")
    found = similar_query("hồ rộng sâu", vocabulary, 3, Settings(), CapitalWeights(None, 0.0), without="")
    assert sorted(found.words) == ["hồ", "sâu"]


def test_ten_come_unless_another_number_is_asked_for(tmp_path: Path) -> None:
    build([{"id": f"a{number:02}", "text": f"Hồ rộng, rừng xanh, núi {number}."} for number in range(13)], tmp_path)
    with open_index(tmp_path) as index:
        answers = {limit: found(index, "a00", 1, limit) for limit in (1, 9, 11, 12, 20)}
        default = index.similar("a00", 1)
    assert default is not None and len(default.passages) == 10
    assert {limit: len(answer.passages) for limit, answer in answers.items()} == {1: 1, 9: 9, 11: 11, 12: 12, 20: 12}
