"""A query becomes ranked passages with highlights: the whole read path over a real index on disk."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Index, Results, SearchRequest, Settings, build, open_index
from tests.clock import let_hours_go_by
from tests.conftest import ROOT
from tests.samples import ARTICLES, write_articles


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    pairs = tuple(
        {"id": f"cap-{number}", "title": "", "text": f"Họ nói về {word} trong buổi sáng."}
        for number, word in enumerate(("đường", "dương", "duong", "ĐƯƠNG"))
    )
    build([write_articles(folder / "articles.jsonl", (*ARTICLES, *pairs))], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


def ids(results: Results) -> list[str]:
    return [f"{passage.article.id}#{passage.paragraph.position}" for passage in results.passages]


def marked(results: Results, number: int = 0) -> list[str]:
    passage = results.passages[number]
    return [passage.paragraph.text[start:end] for start, end in passage.highlights]


@pytest.mark.parametrize(
    "query", ["cờ thi đua xuất sắc", "co thi dua xuat sac", "CỜ THI ĐUA XUẤT SẮC", "cờ thi dua xuat sắc"]
)
def test_however_it_is_typed_the_passage_comes_first_with_its_marks(index: Index, query: str) -> None:
    for form in ("NFC", "NFD"):
        results = index.search(SearchRequest(unicodedata.normalize(form, query)))
        assert ids(results)[0] == "hoi-nghi#3"
        assert marked(results) == ["cờ thi đua xuất sắc"]


def test_marks_typed_are_marks_meant(index: Index) -> None:
    assert ids(index.search(SearchRequest("dương")))[0] == "cap-1#1"
    assert ids(index.search(SearchRequest("đương"))) == ["cap-3#1"]


def test_text_typed_without_marks_finds_every_marked_form(index: Index) -> None:
    found = ids(index.search(SearchRequest("duong", per_page=50)))
    assert found[0] == "cap-2#1"
    assert {"cap-0#1", "cap-1#1", "cap-3#1", "buoi-phuc-trach#1"} <= set(found)


def test_a_phrase_finds_only_what_has_it(index: Index) -> None:
    assert ids(index.search(SearchRequest('"lực lượng vũ trang"'))) == ["hoi-nghi#2"]
    assert ids(index.search(SearchRequest('"trang vũ lượng lực"'))) == []


def test_a_quotation_in_a_question_that_nothing_has_is_searched_as_words(index: Index) -> None:
    results = index.search(SearchRequest('ai trao "cờ thi đua rất xuất sắc" cho tập thể'))
    assert ids(results)[0] == "hoi-nghi#3"
    assert [warning.code for warning in results.warnings] == ["phrase_not_found"]


def test_restrictions_of_the_text_and_of_the_request(index: Index) -> None:
    assert {passage.article.id for passage in index.search(SearchRequest("source:tin bưởi")).passages} == {
        "buoi-phuc-trach"
    }
    assert not index.search(SearchRequest("bưởi", filters={"source": ["Báo Mẫu"]})).total
    assert index.search(SearchRequest("bưởi", filters={"source": ["tin mau"]})).total
    assert not index.search(SearchRequest("bưởi before:2024")).total
    assert index.search(SearchRequest("bưởi after:2024-09")).total


def test_grouped_results_hold_the_best_passages_of_each_article(index: Index) -> None:
    results = index.search(SearchRequest("bưởi", group="article"))
    group = results.groups[0]
    assert group.article.id == "buoi-phuc-trach"
    assert group.matched == results.total == 3
    assert tuple(passage for each in results.groups for passage in each.passages) == results.passages


def test_under_an_article_only_passages_near_its_best_are_shown(index: Index) -> None:
    (group,) = index.search(SearchRequest("cờ thi đua xuất sắc các phối", group="article")).groups[:1]
    assert [passage.paragraph.position for passage in group.passages] == [3]
    assert group.matched > 1


def test_pages_follow_each_other_without_gap_or_repetition(index: Index) -> None:
    whole = ids(index.search(SearchRequest("họ nói về buổi sáng", per_page=50)))
    pages: list[str] = []
    for page in range(1, 50):
        results = index.search(SearchRequest("họ nói về buổi sáng", page=page, per_page=2))
        pages += ids(results)
        if not results.more:
            break
    assert pages == whole


@pytest.mark.parametrize(
    ("page", "per_page", "group", "more"),
    [
        (1, 1, "none", True),
        (1, 2, "none", True),
        (2, 2, "none", False),
        (1, 3, "none", False),
        (3, 1, "none", False),
        (4, 1, "none", False),
        (1, 1, "article", False),
        (2, 1, "article", False),
    ],
)
def test_there_is_more_until_the_last_page(index: Index, page: int, per_page: int, group: str, more: bool) -> None:
    results = index.search(SearchRequest("bưởi", page=page, per_page=per_page, group=group))  # type: ignore[arg-type]
    assert (results.total, results.articles, results.more) == (3, 1, more)


def test_sorted_by_date_the_newest_comes_first_and_undated_last(index: Index) -> None:
    results = index.search(SearchRequest("trên đường OR tỉnh OR hồ", sort="date", per_page=50))
    dates = [passage.article.date for passage in results.passages]
    dated = [date for date in dates if date]
    assert dated == sorted(dated, reverse=True)
    assert dates[: len(dated)] == dated


@pytest.mark.parametrize(("page", "per_page"), [(0, 10), (1, 0), (1, 101), (1_001, 10)])
def test_a_page_outside_the_limits_is_refused(index: Index, page: int, per_page: int) -> None:
    with pytest.raises(ValueError, match="must be from"):
        index.search(SearchRequest("hồ", page=page, per_page=per_page))


@pytest.mark.parametrize("text", ["", "   ", "?", "-", '""', "\x00", "\ud800", "https://", "😀"])
def test_a_query_that_asks_for_nothing_finds_nothing(index: Index, text: str) -> None:
    results = index.search(SearchRequest(text))
    assert (results.total, results.articles, results.more, results.degraded) == (0, 0, False, False)


@given(st.text(max_size=60))
def test_any_text_is_answered_and_every_span_lies_in_its_text(text: str) -> None:
    results = _CORPUS.search(SearchRequest(text))
    for passage in results.passages:
        whole, snippet = passage.paragraph.text, passage.snippet
        assert snippet.text == whole[snippet.start : snippet.start + len(snippet.text)]
        for spans, length in ((passage.highlights, len(whole)), (snippet.highlights, len(snippet.text))):
            assert all(0 <= start < end <= length for start, end in spans)
            assert list(spans) == sorted(spans)


@given(
    st.lists(
        st.sampled_from(["hồ", "ho", '"', "(", ")", "OR", "-", "*", "title:", "after:2020", "QP-AN", " "]), max_size=40
    )
)
def test_any_mixture_of_operators_is_answered(parts: list[str]) -> None:
    assert _CORPUS.search(SearchRequest("".join(parts))).total >= 0


def test_an_index_answers_several_threads_alike(index: Index) -> None:
    queries = ["bưởi", "co thi dua", '"lực lượng vũ trang"', "đường làng", "hồ -rừng"] * 8
    alone = [ids(index.search(SearchRequest(query))) for query in queries]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda query: ids(index.search(SearchRequest(query))), queries)) == alone


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("co thi dua", ["cờ thi đua"]),
        # No passage has the phrase, so its words are highlighted.
        ('ai trao "cờ thi đua rất xuất sắc"', ["trao cờ thi đua", "xuất sắc"]),
    ],
)
def test_texts_are_highlighted_for_results_as_for_the_text_of_their_query(
    index: Index, query: str, shown: list[str]
) -> None:
    texts = ["Tư lệnh trao cờ thi đua xuất sắc cho hai tập thể.", "Một hai ba."]
    found = index.highlight(index.search(SearchRequest(query)), texts)
    assert [[text[start:end] for start, end in spans] for text, spans in zip(texts, found, strict=True)] == [shown, []]
    assert index.highlight(query, texts) == found


class _Corpus:
    """The sample corpus, indexed once for the property tests."""

    def __init__(self) -> None:
        self._index: Index | None = None

    def search(self, request: SearchRequest) -> Results:
        if self._index is None:
            import tempfile

            self._folder = tempfile.TemporaryDirectory()
            build([ROOT / "corpus"], Path(self._folder.name))
            self._index = open_index(self._folder.name, Settings())
        return self._index.search(request)


_CORPUS = _Corpus()


def test_a_search_out_of_time_says_so_and_answers_with_what_it_has(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = SearchRequest("thi đua tập thể", facets=("source",), filters={"source": ["Báo Mẫu"]})
    whole = index.search(request)
    assert not whole.degraded
    assert "out_of_time" not in {warning.code for warning in whole.warnings}
    let_hours_go_by(monkeypatch)
    partial = index.search(request)
    assert partial.degraded and not partial.exact
    assert partial.took_ms > 0 and partial.took_ms % 3_600_000 == 0
    assert "out_of_time" in {warning.code for warning in partial.warnings}
    assert partial.total <= whole.total
    assert {passage.paragraph for passage in partial.passages} <= {passage.paragraph for passage in whole.passages}
    # Ranking without an end is what judgements are measured with.
    assert index.rank(request) == tuple((passage.article.id, passage.paragraph.position) for passage in whole.passages)


HOUR = 3600.0
"""A busy machine must not make a whole answer late."""


def test_long_passages_are_highlighted_as_long_as_the_time_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "Bưởi chín vàng. " * 4_000
    build([{"id": str(at), "text": f"Số {at}. {long}"} for at in range(3)], tmp_path)
    request = SearchRequest("buoi")
    with open_index(tmp_path) as index:
        whole = index.search(request, HOUR)
        # An article's paragraphs: some hundred thousand characters together, then as long as there is time.
        texts = [long, long, long, long, long]
        assert all(index.highlight("buoi", texts, HOUR))
        # The engine is quick; where passages are looked at, an age has gone by.
        monkeypatch.setattr("indexer.passages.batches.time", SimpleNamespace(perf_counter=lambda: float("inf")))
        late = index.search(request, HOUR)
        assert not whole.degraded and all(passage.highlights for passage in whole.passages)
        assert late.degraded and late.warnings[-1].code == "out_of_time"
        assert [bool(passage.highlights) for passage in late.passages] == [True, False, False]
        for passage in late.passages:
            shown = passage.snippet
            assert 0 < len(shown.text) < 1_000
            assert passage.paragraph.text[shown.start :].startswith(shown.text)
        assert list(map(bool, index.highlight("buoi", texts, HOUR))) == [True, True, True, False, False]
