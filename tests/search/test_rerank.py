"""The best passages are re-ranked by their sentences; pages still fit together."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import Document, EnginePage, EngineRequest
from indexer.engine.query import Any, Exclude, Prefer, Term
from indexer.engine.scoring import Scoring
from indexer.query.frequencies import Frequencies
from indexer.query.questions import Sought
from indexer.results import SearchRequest
from indexer.schema import Field, paragraph_fields
from indexer.search.index import Index, open_index
from indexer.search.ranking import Question, RankedHit, ranked
from indexer.search.rerank import BestSentence, SentenceScorer
from indexer.settings import Settings
from indexer.vietnamese import analyze
from tests.contract.reference import ReferenceEngine

ROOT = Path(__file__).resolve().parents[2]
SPREAD = "Hồ nước này rộng. Kẻ trộm đã đi xa. Cây gỗ lim nằm ở bìa rừng, ai cũng biết chuyện ấy từ lâu mà không nói."
TOGETHER = (
    "Người dân kể nhiều chuyện xưa. Hồ Kẻ Gỗ rộng. Ai đến cũng khen cảnh đẹp, nước trong, gió mát và rừng xanh."
    + " Trời đẹp." * 9
)
ELSEWHERE = "Mùa đông ở đây dài và lạnh."


def engine_of(*texts: str, titles: tuple[str, ...] = ()) -> ReferenceEngine:
    """An engine with each text as an article of one paragraph, or as one of the articles that `titles` names."""
    documents = []
    for number, text in enumerate(texts):
        name = titles[number] if titles else f"bai-{number}"
        info = ArticleInfo(id=name, title="")
        paragraph = Paragraph(position=number, kind=Kind.BODY, text=text)
        documents.append(Document(info, paragraph, paragraph_fields(analyze(text), ())))
    return ReferenceEngine(tuple(documents))


def leaf(form: str, weight: float = 1.0, field: Field = Field.SYLLABLES) -> Term:
    return Term(field, form, weight)


QUERY = Any((leaf("hồ"), leaf("kẻ"), leaf("gỗ")))
NAMES = [(field, form) for field in Field for form in ("hồ", "kẻ", "gỗ", "ho", "7", "rộng", "hồ_kẻ", "hồ kẻ")]
SETTINGS = Settings(rerank=20, weight_sentence=0.2, weight_first=0.05, weight_answer=0.5)


def question(engine: ReferenceEngine, request: EngineRequest, seeks: Sought | None = None) -> Question:
    return Question("", request, seeks, Frequencies.ask(engine, NAMES), engine.paragraphs)


def scorer(
    engine: ReferenceEngine, query: Any | Prefer | Exclude | Term = QUERY, seeks: Sought | None = None
) -> SentenceScorer:
    asked = EngineRequest(query, scoring=Scoring(idf_power=1.0))
    return SentenceScorer(question(engine, asked, seeks), SETTINGS.weight_answer)


def reranked(engine: ReferenceEngine, request: EngineRequest, settings: Settings = SETTINGS) -> EnginePage:
    return ranked(engine, question(engine, request), [BestSentence(settings)], settings.rerank)


def idf(frequency: int, paragraphs: int) -> float:
    return math.log(1 + (paragraphs - frequency + 0.5) / (frequency + 0.5))


def test_the_best_sentence_is_worth_its_distinct_leaves_by_its_length() -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    worth, first = scorer(engine).score_all([TOGETHER])[0]
    assert worth == pytest.approx(3 * idf(2, 3) / (0.7 + 0.3 * 4 / 25))
    assert first == 6
    worth, first = scorer(engine).score_all([SPREAD])[0]
    assert worth == pytest.approx(idf(2, 3) / (0.7 + 0.3 * 4 / 25))
    assert first == 0


def test_a_leaf_counts_once_in_a_sentence() -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    assert scorer(engine).score_all(["hồ hồ hồ hồ"])[0][0] == scorer(engine).score_all(["hồ và và và"])[0][0]


@pytest.mark.parametrize("text", ["", "   \n ", ELSEWHERE, "…!? .", "\u0301\u0301", "ho"])
def test_a_text_without_any_leaf_is_worth_nothing(text: str) -> None:
    assert scorer(engine_of(SPREAD, TOGETHER, ELSEWHERE)).score_all([text]) == [(0.0, -1)]


def test_unmarked_leaves_are_met_whatever_the_marks_and_both_kinds_add_up() -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    query = Prefer(leaf("ho", field=Field.UNMARKED), Any((leaf("hồ", 0.5), leaf("hồ_kẻ", field=Field.WORDS))))
    both, only = scorer(engine, query).score_all(["Hồ."])[0], scorer(engine, query).score_all(["Hố."])[0]
    assert both[0] == pytest.approx(1.5 * idf(2, 3) / (0.7 + 0.3 / 25))
    assert only[0] == pytest.approx(1.0 * idf(2, 3) / (0.7 + 0.3 / 25))


def test_marks_decomposed_newlines_and_glued_tokens_are_read_like_any_text() -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    assert scorer(engine).score_all(["Ho\u0302\u0300 lớn"])[0] == scorer(engine).score_all(["Hồ lớn"])[0]
    assert scorer(engine).score_all(["Hồ\nlớn"])[0][1] == 0
    assert scorer(engine).score_all(["(Kẻ-Gỗ)"])[0][0] == pytest.approx(2 * idf(2, 3) / (0.7 + 0.3 / 25))


@pytest.mark.parametrize(
    ("seeks", "text", "answers"),
    [
        ("number", "Hồ rộng 345 km", True),
        ("number", "Hồ rộng 1.345,5 km", True),
        ("number", "Hồ rộng hai mươi km", True),
        ("number", "Hồ rộng lắm", False),
        ("number", "Hồ đầy từ 1976", False),
        ("number", "Hồ đầy ngày 26/12/2023", False),
        ("number", "Hồ số 7", False),  # as the question says itself
        ("date", "Hồ đầy từ (1976)", True),
        ("date", "Hồ đầy ngày 26/12", True),
        ("date", "Hồ rộng 345 km", False),
        ("date", "Hồ rộng 19760 m, sâu 20 m", False),
        (None, "Hồ rộng 345 km từ 1976", False),
    ],
)
def test_a_sentence_with_what_is_sought_counts_more(seeks: Sought | None, text: str, answers: bool) -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    query = Any((leaf("hồ"), leaf("7")))
    worth, first = scorer(engine, query, seeks).score_all([f"Trời đẹp 12 ngày, năm 2020. {text}."])[0]
    assert worth == pytest.approx(
        scorer(engine, query).score_all([f"Trời đẹp. {text}."])[0][0] * (1.5 if answers else 1)
    )
    assert first == 6


def test_what_is_sought_is_worth_nothing_by_itself() -> None:
    assert scorer(engine_of(SPREAD, TOGETHER), seeks="number").score_all(["Tất cả 12 ngày."]) == [(0.0, -1)]


def test_ten_thousand_characters_of_a_passage_are_read() -> None:
    before = "a " * 4_999
    inside, beyond = scorer(engine_of(SPREAD, TOGETHER)).score_all([f"{before}hồ xa", f"{before} hồ xa"])
    assert inside.best > 0 and inside.place == 4_999
    assert beyond == (0.0, -1)


@pytest.mark.parametrize("odd", ["nam\u200bnam", "ðường", "hoa\u0327"])
def test_a_letter_that_is_not_in_normal_form_changes_no_place(odd: str) -> None:
    (found,) = scorer(engine_of(SPREAD, TOGETHER)).score_all([f"Trời đẹp {odd} xa. Hồ rộng."])
    assert found.place == 4


def test_to_what_is_excluded_or_weighs_nothing_the_stage_does_not_apply() -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    for query in (Exclude(leaf("rộng", 0.0), leaf("hồ")), leaf("hồ kẻ", field=Field.BIGRAMS)):
        assert not BestSentence(SETTINGS).applies(question(engine, EngineRequest(query)))


def test_a_passage_with_everything_in_one_sentence_comes_first() -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    request = EngineRequest(QUERY)
    plain = engine.search(request)
    found = reranked(engine, request)
    assert [hit.info.id for hit in plain.hits] == ["bai-0", "bai-1"]
    assert [hit.info.id for hit in found.hits] == ["bai-1", "bai-0"]
    before = {hit.info.id: hit.score for hit in plain.hits}
    for hit in found.hits:
        assert isinstance(hit, RankedHit) and hit.parts.keys() == {"sentence", "first"}
        assert hit.score == pytest.approx(before[hit.info.id] + sum(hit.parts.values()))


@pytest.mark.parametrize("change", [{"rerank": 0}, {"weight_sentence": 0.0, "weight_first": 0.0}])
def test_it_can_be_turned_off(change: dict[str, float]) -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    settings = SETTINGS.changed(change)
    assert reranked(engine, EngineRequest(QUERY), settings) == engine.search(EngineRequest(QUERY))


def test_by_date_nothing_is_reranked() -> None:
    engine = engine_of(SPREAD, TOGETHER, ELSEWHERE)
    request = EngineRequest(QUERY, sort="date")
    assert reranked(engine, request) == engine.search(request)


@pytest.fixture(scope="module")
def corpus_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from indexer.indexing.changes import build

    folder = tmp_path_factory.mktemp("index")
    build([ROOT / "corpus"], folder)
    return folder


def pages(index: Index, per_page: int, group: Literal["none", "article"], count: int) -> list[tuple[str, int, float]]:
    found = []
    for page in range(1, count + 1):
        request = SearchRequest("hoi nghi tinh can bo", page=page, per_page=per_page, group=group)
        found += [(p.article.id, p.paragraph.position, p.score) for p in index.search(request).passages]
    return found


@pytest.mark.parametrize("group", ["none", "article"])
def test_pages_of_any_size_make_one_ranking(corpus_index: Path, group: str) -> None:
    with open_index(corpus_index, Settings(rerank=7)) as index:
        whole = pages(index, 24, group, 1)
        assert len({(name, position) for name, position, _ in whole}) == len(whole) > 12
        assert pages(index, 3, group, 8) == whole
        assert pages(index, 5, group, 5)[: len(whole)] == whole
        if group == "none":
            assert all(before >= after for (_, _, before), (_, _, after) in pairwise(whole))


def test_totals_and_groups_are_those_of_the_engine(corpus_index: Path) -> None:
    request = SearchRequest("cờ thi đua", group="article", per_page=4, facets=("source",))
    with open_index(corpus_index, Settings()) as index, open_index(corpus_index, Settings(rerank=0)) as plain:
        anew, before = index.search(request), plain.search(request)
    assert (anew.total, anew.articles, anew.more, anew.facets) == (
        before.total,
        before.articles,
        before.more,
        before.facets,
    )
    assert len(anew.groups) == len(before.groups) == 4
    assert all(group.matched >= len(group.passages) > 0 for group in anew.groups)


def test_reranking_ends_with_the_time() -> None:
    engine = engine_of(*(f"Số {number}. " + "Hồ Kẻ Gỗ. " * 900 for number in range(10)))
    asked = question(engine, EngineRequest(QUERY, limit=10))
    whole = ranked(engine, asked, [BestSentence(SETTINGS)], SETTINGS.rerank)
    late = ranked(engine, replace(asked, ends=0.0), [BestSentence(SETTINGS)], SETTINGS.rerank)
    assert not whole.degraded and late.degraded
    added = [sum(hit.parts.values()) for hit in late.hits if isinstance(hit, RankedHit)]
    assert [part > 0 for part in added] == [True] * 5 + [False] * 5
    assert {hit.info.id for hit in late.hits} == {hit.info.id for hit in whole.hits}
