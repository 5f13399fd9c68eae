"""What a query may mean is searched with what it says: slips, raw keys, abbreviations. Over a real index on disk."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, Passage, Results, SearchRequest, Settings, build, open_index
from indexer.lexicon import FILE
from indexer.lexicon.container import VERSION
from indexer.storage.generations import published
from indexer.vietnamese import forms
from tests.conftest import ROOT
from tests.samples import write_articles

ARTICLES = (
    {
        "id": "lực lượng",
        "title": "Diễn tập khu vực phòng thủ",
        "text": "Lực lượng vũ trang (LLVT) hoàn thành diễn tập quốc phòng.\n\nCông tác quốc phòng được giữ vững.",
    },
    {"id": "viết tắt", "title": "Tin ngắn", "text": "Thi đua trong LLVT tỉnh.\n\nKinh tế phát triển ổn định."},
    {"id": "biên phòng", "title": "Nơi biên giới", "text": "BĐBP tuần tra đường biên cùng công an xã."},
    {"id": "con đường", "title": "Con đường mới", "text": "Con đường mới qua làng.\n\nHoa hướng dương nở bên đường."},
    {"id": "Duong", "title": "", "text": "Mr Duong visited the village."},
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("reading")
    build([write_articles(folder / "articles.jsonl", ARTICLES)], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


def key(passage: Passage) -> tuple[str, int]:
    return passage.article.id, passage.paragraph.position


def ask(index: Index, text: str, *, literal: bool = False) -> Results:
    return index.search(SearchRequest(text, literal=literal))


def first(results: Results) -> tuple[str, list[str]]:
    passage = results.passages[0]
    return passage.article.id, [passage.paragraph.text[start:end] for start, end in passage.highlights]


@pytest.mark.parametrize(
    "query", ["dien tap quoc phong", "dieenx taapj quoocs phongf", "die6n4 ta6p5 quo61c pho2ng", "diễn tâp quốc phong"]
)
def test_however_it_is_typed_the_passage_is_found_and_marked(index: Index, query: str) -> None:
    results = ask(index, query)
    assert first(results) == ("lực lượng", ["diễn tập quốc phòng"])
    assert results.interpretation is not None
    assert results.interpretation.repaired == "diễn tập quốc phòng"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The sample corpus: enough text to know how often syllables stand together."""
    folder = tmp_path_factory.mktemp("corpus")
    build([ROOT / "corpus"], folder)
    with open_index(folder) as opened:
        yield opened


def test_syllables_run_together_are_parted(corpus: Index) -> None:
    results = ask(corpus, "quocphong")
    assert first(results)[1] == ["quốc phòng"]
    assert results.interpretation is not None
    assert results.interpretation.changes == ((0, len("quốc phòng")),)


@pytest.mark.parametrize(
    ("run_together", "apart"),
    [
        ("lựclượng vũtrang", "lực lượng vũ trang"),
        ("xuấthuyết", "xuất huyết"),
        ("Baonhiêu quânnhân", "Bao nhiêu quân nhân"),
        ("thẻbảo hiểmy tế", "thẻ bảo hiểm y tế"),
    ],
)
def test_syllables_run_together_find_what_they_find_apart(corpus: Index, run_together: str, apart: str) -> None:
    def found(text: str) -> list[tuple[str, int]]:
        passages = ask(corpus, text).passages[:1]
        return [(passage.article.id, passage.paragraph.position) for passage in passages]

    assert found(run_together) == found(apart)


@pytest.mark.parametrize(
    "text",
    [
        "Hà Tĩnh có phải nhập với tỉnh khác trong năm 2025 không?",
        'tập thể, "cá nhân" tiêu biểu',
        "cá nhân",
        "ca sĩ",
        "tự học.Trường học ở Hà Tĩnh",
    ],
)
def test_a_text_in_capitals_is_ranked_as_the_same_in_lower_case(corpus: Index, text: str) -> None:
    upper, lower = ask(corpus, text.upper()), ask(corpus, text.lower())
    assert [passage.score for passage in upper.passages] == [passage.score for passage in lower.passages]


def test_changes_are_spans_of_the_repaired_query_in_the_case_typed(index: Index) -> None:
    interpretation = ask(index, "Dien tap quốc phòng").interpretation
    assert interpretation is not None
    assert interpretation.repaired == "Diễn tập quốc phòng"
    assert [interpretation.repaired[start:end] for start, end in interpretation.changes] == ["Diễn", "tập"]
    assert interpretation.confidence > 0.9


def test_what_needs_no_reading_has_no_interpretation(index: Index) -> None:
    assert ask(index, "con đường mới").interpretation is None


def test_an_abbreviation_finds_what_it_stands_for_and_both_are_marked(index: Index) -> None:
    results = ask(index, "LLVT")
    found = {(passage.article.id, passage.paragraph.position) for passage in results.passages}
    assert found == {("lực lượng", 1), ("viết tắt", 1)}
    assert first(results)[1] == ["Lực lượng vũ trang", "LLVT"]
    assert results.interpretation is not None
    assert [(each.meaning, each.source) for each in results.interpretation.expanded] == [("lực lượng vũ trang", "text")]


def test_a_phrase_finds_its_abbreviation(index: Index) -> None:
    ids = [passage.article.id for passage in ask(index, "lực lượng vũ trang").passages]
    assert ids[:2] == ["lực lượng", "viết tắt"]
    interpretation = ask(index, "lực lượng vũ trang").interpretation
    assert interpretation is not None
    assert [each.meaning for each in interpretation.expanded] == ["LLVT"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("co thi dua", ["cờ", "thi đua"]),
        ("thuy loi", ["thuỷ lợi"]),
    ],
)
def test_a_certain_repair_finds_no_look_alikes(corpus: Index, typed: str, meant: list[str]) -> None:
    """`có`, `thị` and `đưa` are not what `co thi dua` asks for; they are among the nearest, and said to lack it."""
    results = corpus.search(SearchRequest(typed, per_page=100, filters={"kind": ["body"]}))
    assert results.interpretation is not None and results.interpretation.sure
    assert [unit.text for unit in results.units] == meant
    assert results.total > 0 and len(results.passages) == min(100, results.total + results.partial)
    assert (results.partial > 0) == (results.total < Settings().nearest and len(meant) > 1)
    for passage in results.passages[: results.total]:
        held = f" {' '.join(forms(passage.article.title + ' ' + passage.paragraph.text))} "
        assert all(f" {unit} " in held for unit in meant) and not passage.missing
    assert all(passage.missing for passage in results.passages[results.total :])


def test_a_repaired_name_is_met_side_by_side(corpus: Index) -> None:
    results = corpus.search(SearchRequest("ho ke go", per_page=100, filters={"kind": ["body"]}))
    assert results.interpretation is not None and results.interpretation.repaired == "hồ kẻ gỗ"
    assert [unit.text for unit in results.units] == ["ho ke go"]
    found = [" ".join(forms(passage.paragraph.text)) for passage in results.passages[: results.total]]
    assert found and all("hồ kẻ gỗ" in text for text in found)


def test_literally_syllables_without_diacritics_have_the_level_tone(corpus: Index) -> None:
    results = corpus.search(SearchRequest("thuy loi", literal=True))
    assert results.total == 0
    assert [(unit.text, unit.count) for unit in results.units] == [("thuy", 0), ("loi", 0)]


def test_an_uncertain_repair_leaves_nothing_out(corpus: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """One change that no neighbour speaks for is enough, and the letters decide."""
    text = "do dien vien chinh bi benh"
    found = corpus.search(SearchRequest(text))
    assert found.interpretation is not None and not found.interpretation.sure
    monkeypatch.setattr("indexer.query.reading.CERTAIN", 1.1)
    assert corpus.search(SearchRequest(text)).total == found.total


def test_a_phrase_without_marks_finds_its_abbreviation(corpus: Index) -> None:
    passages = ask(corpus, "luc luong vu trang").passages
    assert any("LLVT" in passage.paragraph.text and "vũ trang" not in passage.paragraph.text for passage in passages)


def test_an_abbreviation_no_article_defines_is_read_by_the_reviewed_list(index: Index) -> None:
    assert first(ask(index, "bộ đội biên phòng")) == ("biên phòng", ["BĐBP"])


def test_in_quotes_an_abbreviation_means_its_letters(index: Index) -> None:
    results = ask(index, '"LLVT"')
    assert results.interpretation is None
    assert all("LLVT" in passage.paragraph.text for passage in results.passages)


def test_literally_nothing_is_read_into_a_query(index: Index) -> None:
    results = ask(index, "quocphong", literal=True)
    assert (results.total, results.partial, results.interpretation) == (0, 0, None)
    assert [(warning.code, warning.subject) for warning in results.warnings] == [("not_in_index", "quocphong")]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index that writes one abbreviation in every way, and gives two more two readings each."""
    folder = tmp_path_factory.mktemp("short")
    texts = {
        "phrase": "Công tác quốc phòng, an ninh được giữ vững trên địa bàn.",
        "hyphen": "Nhiệm vụ QP-AN của xã.",
        "spaces": "Thực hiện nhiệm vụ QP - AN ở huyện.",
        "dash": "Tổng kết công tác QP – AN ở phường.",
        "one": "Báo cáo QPAN của thôn.",
        "editor": "Biên tập viên (BTV) có mặt. Biên tập viên đọc bản tin, một biên tập viên đọc thơ.",
        "committee": "Ban thường vụ (BTV) có mặt. Ban thường vụ họp bàn, nghị quyết của ban thường vụ.",
        "neither": "Trồng lúa ngoài đồng.",
    }
    articles = tuple({"id": name, "title": "", "text": text} for name, text in texts.items())
    build([write_articles(folder / "articles.jsonl", articles)], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


WAYS = {
    "phrase": ["quốc phòng, an ninh"],
    "hyphen": ["QP-AN"],
    "spaces": ["QP - AN"],
    "dash": ["QP – AN"],
    "one": ["QPAN"],
}


@pytest.mark.parametrize(
    "query",
    [*(way for (way,) in WAYS.values()), "qp-an", "qp an", "qpan", "quốc phòng an ninh", "quoc phong an ninh"],
)
def test_however_an_abbreviation_is_written_it_and_its_phrase_are_found_and_marked(short: Index, query: str) -> None:
    passages = ask(short, query).passages
    found = {each.article.id: [each.paragraph.text[start:end] for start, end in each.highlights] for each in passages}
    assert found == WAYS
    for each in passages:
        marked = [each.snippet.text[start:end] for start, end in each.snippet.highlights]
        assert marked == WAYS[each.article.id]


@pytest.mark.parametrize(("query", "ids"), [('"QP-AN"', {"hyphen", "spaces", "dash"}), ('"QPAN"', {"one"})])
def test_in_quotes_only_its_own_letters_are_found(short: Index, query: str, ids: set[str]) -> None:
    assert {passage.article.id for passage in ask(short, query).passages} == ids


@pytest.mark.parametrize(
    ("query", "readings"),
    [
        ("BTV đọc bản tin", ["biên tập viên", "ban thường vụ"]),
        ("BTV họp bàn nghị quyết", ["ban thường vụ", "biên tập viên"]),
        ("nghị quyết của BTV", ["ban thường vụ", "biên tập viên"]),
        ("một BTV trẻ", ["biên tập viên", "ban thường vụ"]),
    ],
)
def test_of_two_readings_the_one_that_stands_beside_the_neighbours_comes_first(
    short: Index, query: str, readings: list[str]
) -> None:
    results = ask(short, query)
    assert results.interpretation is not None
    assert [each.meaning for each in results.interpretation.expanded if each.source][:2] == readings


def test_of_two_readings_both_are_searched(short: Index) -> None:
    results = ask(short, "BTV")
    marked = {
        each.article.id: {each.paragraph.text[a:b].lower() for a, b in each.highlights} for each in results.passages
    }
    assert marked == {"editor": {"biên tập viên", "btv"}, "committee": {"ban thường vụ", "btv"}}


def test_typed_without_marks_marked_forms_come_first(index: Index) -> None:
    ids = [passage.article.id for passage in ask(index, "duong").passages]
    assert ids[0] == "con đường"
    assert "Duong" in ids


def test_a_lost_lexicon_is_a_warning_and_search_goes_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("lost")
    directory = folder / "index"
    build([write_articles(folder / "articles.jsonl", ARTICLES)], directory)
    lexicon = directory / "generations" / published(directory).generation / "lexicon"
    for path in lexicon.iterdir():
        path.write_bytes(b"noise")
    with open_index(directory) as index:
        results = ask(index, "diễn tập quốc phòng")
    assert first(results)[0] == "lực lượng"
    assert [warning.code for warning in results.warnings] == ["lexicon_unusable"]


def test_a_missing_lexicon_and_one_of_another_version_turn_repair_off_with_a_warning(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("older")
    directory = folder / "index"
    build([write_articles(folder / "articles.jsonl", ARTICLES)], directory)
    file = directory / "generations" / published(directory).generation / "lexicon" / FILE
    with open_index(directory) as index:
        assert not ask(index, "dieenx taapj").warnings
        assert ask(index, "dieenx taapj").total
    content = file.read_bytes()
    file.unlink()  # the file may be shared with another generation by a hard link
    file.write_bytes(content[:8] + struct.pack("<I", VERSION + 1) + content[12:])
    for present in (True, False):
        if not present:
            file.unlink()
        with open_index(directory) as index:
            results = ask(index, "diễn tập quốc phòng")
            assert first(results) == ("lực lượng", ["diễn tập quốc phòng"])
            assert [warning.code for warning in results.warnings] == ["lexicon_unusable"]
            assert results.interpretation is None
            assert ask(index, "dien tap quoc phong").total == results.total
            assert ask(index, "dieenx taapj").total == 0
            assert index.suggest("diễn t") == ()


@pytest.mark.parametrize("kept", [0.0, 0.9])
def test_a_lexicon_damaged_while_it_is_open_breaks_no_search(
    tmp_path_factory: pytest.TempPathFactory, kept: float
) -> None:
    folder = tmp_path_factory.mktemp("altered")
    directory = folder / "index"
    build([write_articles(folder / "articles.jsonl", ARTICLES)], directory)
    file = directory / "generations" / published(directory).generation / "lexicon" / FILE
    with open_index(directory) as index:
        assert index.has_lexicon and not index.forget_damaged_lexicon()
        size = file.stat().st_size
        with file.open("r+b") as opened:  # in place: what is open sees it
            opened.seek(max(300, int(size * kept)))
            opened.write(b"\xff" * (size - opened.tell()))
        results = ask(index, "diễn tập quốc phòng")
        assert first(results)[0] == "lực lượng"
        for text in ("dieenx taapj", "LLVT", "quocphong"):
            ask(index, text)
            index.suggest(text)
        assert index.similar(results.passages[0].article.id, 0) is not None
        index.forget_damaged_lexicon()
        assert not index.has_lexicon
        assert [warning.code for warning in ask(index, "diễn tập").warnings] == ["lexicon_unusable"]
        assert index.suggest("diễn t") == ()


@pytest.mark.parametrize(
    ("typed", "repaired"), [("HÁ TĨNH", "HÀ TĨNH"), ("tỉnh HÁ TĨNH", "tỉnh HÀ TĨNH"), ("Há Tĩnh", "Hà Tĩnh")]
)
def test_a_repair_is_written_in_the_case_that_was_typed(corpus: Index, typed: str, repaired: str) -> None:
    interpretation = ask(corpus, typed).interpretation
    assert interpretation is not None
    assert interpretation.repaired == repaired


@pytest.mark.parametrize("query", ['"QĐ-168/2024"', '"168/2024"', '"１６８/２０２４"', '"168 / 2024"'])
def test_in_quotes_a_number_is_found_however_its_digits_are_written(tmp_path: Path, query: str) -> None:
    build(
        [{"id": "a", "text": "Theo Quyết định QĐ-168/2024 mới."}, {"id": "b", "text": "Có 168 hộ, năm 2024."}], tmp_path
    )
    with open_index(tmp_path) as index:
        assert [passage.article.id for passage in ask(index, query).passages] == ["a"]


@pytest.mark.parametrize(
    ("typed", "read", "sure"),
    [
        # Other spellings of foreign words are no slips: blanks and hyphens, a plural.
        ("dự thánh lễ misa", "dự thánh lễ mi sa", False),
        ("vai trò của các epitopes ấy", "vai trò của các epitope ấy", False),
        # What lacks diacritics or a blank of Vietnamese is one.
        ("dự thánhlễ mi sa", "dự thánh lễ mi sa", True),
        ("dự thánh lể mi sa", "dự thánh lễ mi sa", True),
    ],
)
def test_another_spelling_of_a_foreign_word_is_no_slip(tmp_path: Path, typed: str, read: str, sure: bool) -> None:
    texts = ["Họ dự thánh lễ mi sa ở nhà thờ.", "Nói về vai trò của các epitope ấy."]
    records = [{"id": str(at), "text": texts[at % 2] + f" Lần {at}."} for at in range(40)]
    build([write_articles(tmp_path / "articles.jsonl", records)], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        interpretation = ask(index, typed).interpretation
    assert interpretation is not None
    assert (interpretation.repaired, interpretation.sure) == (read, sure)
