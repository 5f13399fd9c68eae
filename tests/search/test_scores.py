"""Weights, scores and rankings of small archives by value, as a reader of the explanation sees them.

The numbers are written out here, not taken from the product: what changes one of them must change it here, and say why.
Shares of repairs are told in `indexer.query.rank`, formulas of scores in `indexer.engine.base` and
`indexer.search.rerank`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from indexer import Index, Passage, ScorePart, SearchRequest, Settings, build, open_index
from indexer.engine.base import EnginePage, EngineRequest
from indexer.engine.whoosh.engine import WhooshEngine
from tests.conftest import ROOT
from tests.samples import write_articles

ARTICLES = (
    {
        "id": "ho",
        "title": "Hồ lớn",
        "text": "Hồ Kẻ Gỗ có nước trong xanh.\n\nĐường quanh hồ dài, đường làng ngắn.",
    },
    {
        "id": "uy-ban",
        "title": "Ủy ban",
        "text": "Ủy ban nhân dân (UBND) tỉnh họp bàn về hồ chứa nước.\n\nUBND xã lo đường làng.",
    },
    {
        "id": "lang",
        "title": "Làng quê",
        "text": "Nước về đồng làng. Người dân vui.\n\nAnh Dương về làng, Mr Duong cũng về.",
    },
    {
        "id": "quoc-phong",
        "title": "Quốc phòng",
        "text": "Công tác quốc phòng được giữ vững.\n\nLực lượng vũ trang làm công tác quốc phòng.",
    },
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scores")
    build([write_articles(folder / "articles.jsonl", ARTICLES)], folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[Index]:
    """Without the weights of capitals, which have a test of their own."""
    with open_index(folder, Settings(capitals=0.0)) as opened:
        yield opened


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("corpus")
    build([ROOT / "corpus"], folder)
    with open_index(folder, Settings(capitals=0.0)) as opened:
        yield opened


def passage_of(index: Index, query: str, name: str) -> Passage:
    found = index.search(SearchRequest(query, per_page=50, explain=True)).passages
    return next(each for each in found if f"{each.article.id}#{each.paragraph.position}" == name)


def parts_of(index: Index, query: str, name: str) -> Sequence[ScorePart]:
    """What made up the score of a passage."""
    parts = passage_of(index, query, name).explanation
    assert parts is not None
    return parts


def weights_of(index: Index, query: str, name: str) -> dict[tuple[str, str], list[float]]:
    """The weights of the leaves that a passage has, by field and form."""
    weights: dict[tuple[str, str], list[float]] = {}
    for part in parts_of(index, query, name):
        if part.field:
            weights.setdefault((part.field, part.form), []).append(round(part.weight, 6))
    return weights


def approximately(weights: dict[tuple[str, str], list[float]]) -> dict[tuple[str, str], object]:
    return {key: pytest.approx(values, abs=1e-5) for key, values in weights.items()}


def confidence_of(index: Index, query: str) -> float:
    interpretation = index.search(SearchRequest(query)).interpretation
    assert interpretation is not None
    return interpretation.confidence


# Weights of leaves


def test_what_was_typed_with_its_diacritics(index: Index) -> None:
    assert weights_of(index, "quốc phòng", "quoc-phong#1") == {
        ("syllables", "quốc"): [1.0],
        ("syllables", "phòng"): [1.0],
        ("bigrams", "quốc phòng"): [0.5],
        ("words", "quốc_phòng"): [0.6],
        ("unmarked", "quoc"): [0.1],
        ("unmarked", "phong"): [0.1],
        ("title", "quốc"): [0.2],
        ("title", "phòng"): [0.2],
        ("keys", "whole:quốc phòng"): [1.5],
    }


def test_without_diacritics_half_is_that_of_a_lone_form_as_typed_and_words_count_half(index: Index) -> None:
    assert weights_of(index, "duong", "lang#2") == {
        ("unmarked", "duong"): [0.5],
        ("syllables", "duong"): [0.5],
        ("words", "duong"): [0.3],
    }


def test_among_diacritics_most_is_that_of_the_form_as_typed(index: Index) -> None:
    weights = weights_of(index, "làng duong", "lang#2")
    assert weights["unmarked", "duong"] == pytest.approx([0.2])
    assert weights["syllables", "duong"] == pytest.approx([0.8])
    assert weights["words", "duong"] == pytest.approx([0.6])


def test_a_repair_takes_seven_tenths_of_its_certainty_from_what_was_typed(index: Index) -> None:
    sure = confidence_of(index, "quôc phòng")
    assert 0.5 < sure < 0.9  # not so sure that the share could pass for something else
    assert weights_of(index, "quôc phòng", "quoc-phong#1") == approximately(
        {
            ("syllables", "phòng"): [1.0],
            ("unmarked", "phong"): [0.1],
            ("title", "phòng"): [0.2],
            ("unmarked", "quoc"): [1 - 0.7 * sure],
            ("syllables", "quốc"): [0.7 * sure],
            ("title", "quốc"): [0.2 * sure],
            ("title_unmarked", "quoc"): [0.2 * (1 - sure)],
            ("words", "quốc_phòng"): [0.6 * sure],
            ("bigrams", "quốc phòng"): [0.5 * sure],
            ("keys", "whole:quốc phòng"): [1.5 * sure],
        }
    )


def test_a_repair_beside_a_form_that_the_index_has_counts_half(corpus: Index) -> None:
    query = "xã tràn hồ chứa"
    found = corpus.search(SearchRequest(query, explain=True))
    assert found.interpretation is not None
    assert found.interpretation.repaired == "xả tràn hồ chứa"
    parts = [part for passage in found.passages for part in passage.explanation or ()]
    weights = {(part.field, part.form): part.weight for part in parts}
    assert weights["syllables", "xả"] == pytest.approx(0.5 * found.interpretation.confidence)
    assert weights["syllables", "xã"] == 1.0


def test_each_syllable_of_what_was_run_together_counts_four_fifths(index: Index) -> None:
    weights = weights_of(index, "quocphong", "quoc-phong#1")
    assert weights["syllables", "quốc"] == pytest.approx([0.8 * 0.7])
    assert weights["unmarked", "quoc"] == pytest.approx([0.3])
    assert weights["bigrams", "quốc phòng"] == pytest.approx([0.8 + 0.5])


def test_the_long_form_of_an_abbreviation_counts_as_one_syllable_and_the_abbreviation_four_tenths(
    index: Index,
) -> None:
    weights = weights_of(index, "UBND", "uy-ban#1")
    assert weights["syllables", "ubnd"] == [1.0]
    assert weights["syllables", "uỷ ban nhân dân"] == [1.0]
    weights = weights_of(index, "ủy ban nhân dân", "uy-ban#1")
    assert weights["syllables", "ubnd"] == pytest.approx([0.4 * 4])


@pytest.mark.parametrize(
    ("form", "capitals"), [("làng", 1 / 5), ("hồ", 2 / 4), ("đường", 1 / 3), ("gỗ", 1.0), ("xã", 0.0)]
)
def test_a_syllable_counts_more_the_more_often_it_has_a_capital(folder: Path, form: str, capitals: float) -> None:
    """exp(strength * (share of capitals - .3))."""
    with open_index(folder, Settings(capitals=0.5)) as index:
        found = index.search(SearchRequest(form, explain=True)).passages[0].explanation or ()
    weight = next(part.weight for part in found if part.field == "syllables")
    assert weight == pytest.approx(math.exp(0.5 * (capitals - 0.3)), abs=1e-4)


# Scores


def idf(frequency: int, paragraphs: int = 12) -> float:
    """To its power, 1.1."""
    return float(math.log(1 + (paragraphs - frequency + 0.5) / (frequency + 0.5)) ** 1.1)


def test_a_term_is_scored_by_bm25(index: Index) -> None:
    """`đường` stands twice in the 7 syllables of ho#2 and once in the 5 of uy-ban#2; the 12 paragraphs have 70."""
    for name, length, count in (("ho#2", 7, 2), ("uy-ban#2", 5, 1)):
        part = next(part for part in parts_of(index, "đường", name) if part.field == "syllables")
        saturation = count * 1.5 / (count + 0.5 * (1 - 0.6 + 0.6 * length / (70 / 12)))
        assert (part.frequency, part.document_frequencies) == (count, (2,))
        assert part.score == pytest.approx(idf(2) * saturation, abs=1e-4)


def test_the_best_sentence_and_the_first_match_add_to_the_score(index: Index) -> None:
    """`vui` has one leaf beside its word, found third in the second sentence of three chunks, after four chunks."""
    part_of = {part.kind: part.score for part in parts_of(index, "vui", "lang#1")}
    before = sum(part.score for part in parts_of(index, "vui", "lang#1") if part.field)
    assert part_of["sentence"] == pytest.approx(0.2 * idf(1) / (0.7 + 0.3 * 3 / 25), abs=1e-4)
    assert part_of["first"] == pytest.approx(0.05 * before / (1 + math.log(1 + 6)), abs=1e-4)


def test_a_match_at_the_very_beginning_gains_the_whole_of_the_first(index: Index) -> None:
    parts = parts_of(index, "lực", "quoc-phong#2")
    highest = sum(part.score for part in parts if part.field)
    (first,) = [part for part in parts if part.kind == "first"]
    assert first.score == pytest.approx(0.05 * highest, abs=1e-4)


@pytest.mark.parametrize("query", ["vui -đường", "vui -(UBND OR gỗ)"])
def test_what_restricts_or_excludes_adds_nothing_and_takes_nothing(index: Index, query: str) -> None:
    def sentence(text: str) -> float:
        return next(part.score for part in parts_of(index, text, "lang#1") if part.kind == "sentence")

    assert sentence(query) == pytest.approx(sentence("vui"))


@pytest.mark.parametrize(
    ("query", "name", "kind", "field", "form"),
    [
        ('"công tác quốc"', "quoc-phong#1", "phrase", "syllables", "công tác quốc"),
        ("qu*", "quoc-phong#1", "prefix", "unmarked", "qu"),
        ("vui", "lang#1", "term", "syllables", "vui"),
    ],
)
def test_the_kind_of_a_leaf_is_told(index: Index, query: str, name: str, kind: str, field: str, form: str) -> None:
    assert (kind, field, form) in {(part.kind, part.field, part.form) for part in parts_of(index, query, name)}


def test_the_time_told_is_within_the_time_taken(index: Index) -> None:
    for ask in (lambda: index.search(SearchRequest("hồ")), lambda: index.similar("ho", 1)):
        start = time.perf_counter()
        answer = ask()
        taken = (time.perf_counter() - start) * 1000
        assert answer is not None
        assert 0 < answer.took_ms == round(answer.took_ms, 3) <= taken


# What is shown of an article


FRUITS = ["mận", "đào", "lê", "táo", "cam", "quýt", "bưởi", "chuối", "ổi", "xoài"]


def test_under_an_article_stand_passages_of_four_tenths_of_its_best_score(tmp_path: Path) -> None:
    """Each fruit is in two paragraphs, and k1 is 0: the scores are as the numbers of fruits, 10, 5 and 3."""
    texts = [" ".join(names) for names in (FRUITS, FRUITS[:5], FRUITS[5:8])]
    articles = (
        {"id": "vuon", "title": "", "text": "\n\n".join(texts)},
        {"id": "cho", "title": "", "text": " ".join(FRUITS[8:])},
    )
    build([write_articles(tmp_path / "articles.jsonl", articles)], tmp_path / "index")
    plain = Settings(
        k1=0.0, capitals=0.0, rerank=0, found_share=0.25, weight_words=0.0, weight_bigrams=0.0, weight_unmarked=0.0
    )
    with open_index(tmp_path / "index", plain) as index:
        request = SearchRequest(" ".join(FRUITS), group="article", literal=True)
        best = index.search(request).groups[0]
        flat = index.search(SearchRequest(request.text, literal=True)).passages[:3]
    assert [round(passage.score / flat[0].score, 3) for passage in flat] == [1.0, 0.5, 0.3]
    assert (best.article.id, [passage.paragraph.position for passage in best.passages]) == ("vuon", [1, 2])
    assert best.matched == 3


# More like this


@pytest.fixture(scope="module")
def orchard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Passages of fruits, without the weights of words and capitals: their scores can be told from the syllables."""
    more = [f"{first}{last}" for first in "bdghklmn" for last in ("áo", "ẻo", "ịu", "ốt")][:30]
    texts = [
        "mận mận mận đào ổi",
        "mận lê lê lê lê",
        "đào mận quýt quýt quýt",
        "đào ổi lê cam cam",
        " ".join(more),
        " ".join(more),
        " ".join(more[:6]),
        " ".join(more[:6]),
    ]
    articles = tuple({"id": f"p{number}", "title": "", "text": text} for number, text in enumerate(texts))
    folder = tmp_path_factory.mktemp("orchard")
    build([write_articles(folder / "articles.jsonl", articles)], folder / "index")
    with open_index(folder / "index", Settings(capitals=0.0, weight_words=0.0, b=0.0)) as opened:
        yield opened


def test_a_word_said_again_counts_less_each_time_in_what_is_asked_and_in_what_is_found(orchard: Index) -> None:
    """Of p0 are asked `mận` (three times, in 3 of 8 paragraphs), `đào` (once, in 3) and `ổi` (once, in 2)."""
    answer = orchard.similar("p0", 1)
    assert answer is not None
    thrice, once = 3 * 1.5 / 3.5, 1.0
    expected = {"p2": (thrice + once) * idf(3, 8), "p3": once * idf(3, 8) + once * idf(2, 8)}
    assert {each.article.id: each.score for each in answer.passages} == pytest.approx(expected, abs=1e-4)
    assert answer.words == ("ổi", "mận", "đào")


def test_one_word_in_common_is_no_likeness(orchard: Index) -> None:
    answer = orchard.similar("p0", 1)
    assert answer is not None
    assert "p1" not in {each.article.id for each in answer.passages}


def test_the_24_rarest_of_many_words_are_asked(orchard: Index) -> None:
    answer = orchard.similar("p4", 1)
    assert answer is not None
    assert len(answer.words) == 24
    assert [each.article.id for each in answer.passages] == ["p5"]


# Highlights


def test_what_finds_the_words_of_a_phrase_keeps_to_the_time_given(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phrase in quotes is searched before its highlights are known: it may have to be read as its words."""
    asked: list[float | None] = []
    search = WhooshEngine.search

    def observed(self: WhooshEngine, request: EngineRequest) -> EnginePage:
        asked.append(request.seconds)
        return search(self, request)

    monkeypatch.setattr(WhooshEngine, "search", observed)
    index.highlight('nước "trong xanh"', ["Nước trong xanh."], 0.75)
    index.highlight('nước "trong xanh"', ["Nước trong xanh."])
    given, default = asked
    assert given is not None and default is not None
    assert 0 < given <= 0.75 < default <= Settings().search_seconds
