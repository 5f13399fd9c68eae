"""The letters come first: what was typed right is not repaired, and rare words are found. Over a real index on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, Results, SearchRequest, build, open_index
from indexer.lexicon import Leeway, Lexicon
from indexer.query.clauses import Chunk
from indexer.query.leeway import leeway
from indexer.query.units import MOST_READINGS
from indexer.query.words import WordRun, analyze_run
from tests.conftest import ROOT
from tests.lexicon.texts import lexicon_of
from tests.samples import build_texts, write_articles

TEXTS = {
    "tù binh": "Trại tù binh cũ thành bảo tàng.",
    "giới tuyến": "Ở giới tuyến năm ấy, dược sĩ của đội tuyển đi Đắk Lắk.",
    "từ điển": "Cuốn từ điển từ thời Bình Nguyên, từ đó ông Bình viết tiếp. Hoà bình từ nay.",
    "được": "Người dân được mua, được bán, được nhận. Kỹ sĩ Thụy Sĩ đến đây là người được mời.",
    "gpt": "ChatGPT trả lời câu hỏi của học sinh.",
    "mu": "MU thua trận đầu mùa giải mới.",
    "bean": "Ban nhạc và ban giám khảo; mù thừa còn hơn không.",
    "ubnd": "Chủ tịch Ủy ban nhân dân (UBND) tỉnh họp. Chụp cắt lớp CT (computerized tomography).",
    "ý": "Đội tuyển Ý thắng đội tuyển Mỹ. Vua Lý Nam Đế. Lý do là vì sao.",
    "mtp": "Sơn Tùng M-TP ra bài mới ở thành phố.",
    "kỳ": "Tàu Hoa Kỳ cập cảng; ông ấy lầm lì, đi từ thế kỷ trước.",
    "bị hại": "Người bị hại được bồi thường. Hai người bị thương. Vì bị hai xe đâm, người bị ngã.",
    "từ đầu": "Từ đầu năm, vì thế, này nọ, báo hiệu mùa hè, mấy tuổi, ấy tuổi, ở đây.",
    "đúng": "Tiền lương tháng này. Bác sĩ tiên lượng bệnh. Tiền lương tăng, tiền lương đủ sống.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("leeway")
    records = [{"id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    build([write_articles(folder / "a.jsonl", records), ROOT / "corpus" / "corpus.jsonl"], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return lexicon_of(tmp_path_factory.mktemp("lexicon"), ["ChatGPT trả lời.", "Chat với nhau. Việt Nam, Vietnam."])


def ask(index: Index, text: str) -> Results:
    return index.search(SearchRequest(text))


def run_of(text: str) -> WordRun:
    return analyze_run([Chunk(part, 0, 0) for part in text.split()], 64)[0]


def repaired(results: Results) -> str:
    return results.interpretation.repaired if results.interpretation else results.query


@pytest.mark.parametrize(
    ("query", "article"),
    [("tu binh", "tù binh"), ("gioi tuyen", "giới tuyến"), ("duoc si", "giới tuyến"), ("Dak Lak", "giới tuyến")],
)
def test_what_stands_side_by_side_without_its_diacritics_is_found_first(index: Index, query: str, article: str) -> None:
    results = ask(index, query)
    assert results.passages[0].article.id == article
    assert results.total == 1 or article == "giới tuyến"


def test_a_rare_word_is_found_beside_a_frequent_one_of_the_same_letters(index: Index) -> None:
    found = [passage.paragraph.text for passage in ask(index, "tien luong").passages]
    assert any("tiên lượng" in text for text in found)
    assert any("Tiền lương" in text for text in found)


@pytest.mark.parametrize(
    "query",
    [
        "từ đâu mà có", "nằm ở đâu", "che lấp bởi gì", "lực lượng nào", "bao nhiêu tuổi", "loại mấy", "mấy tuổi",
        "chat gpt", "MU thua", "mr bean", "iPhone 15 Pro Max", "Ý", "đội tuyển Ý",
    ],
)  # fmt: skip
def test_what_was_typed_right_is_left_as_it_is(index: Index, query: str) -> None:
    assert repaired(ask(index, query)) == query


@pytest.mark.parametrize("query", ["hoa ky", "hoa ki", "lam li", "lam ly", "the ky truoc"])
def test_without_diacritics_either_of_i_and_y_finds_and_marks(index: Index, query: str) -> None:
    passage = next(each for each in ask(index, query).passages if each.article.id == "kỳ")
    assert passage.highlights


def test_a_word_of_three_syllables_is_met_side_by_side(index: Index) -> None:
    results = ask(index, "nguoi bi hai")
    assert [unit.text for unit in results.units] == ["nguoi bi hai"]
    assert (results.total, results.passages[0].article.id) == (1, "bị hại")


def test_what_is_typed_as_two_words_and_written_as_one_is_found(index: Index) -> None:
    assert ask(index, "chat gpt").passages[0].article.id == "gpt"


def test_what_is_in_capitals_is_a_word_of_its_own(index: Index) -> None:
    assert [unit.text for unit in ask(index, "MU thua").units] == ["MU", "thua"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddien bien phu", "điện biên phủ"),
        ("ddội tuyển", "đội tuyển"),
        ("vieet nam", "việt nam"),
        ("d9ien bien phu", "điện biên phủ"),
        ("doi tuyen Y", "đội tuyển Ý"),
    ],
)
def test_keys_are_read_as_far_as_they_go(index: Index, typed: str, meant: str) -> None:
    assert repaired(ask(index, typed)) == meant


def test_what_stands_beside_an_abbreviation_says_what_it_is_for(index: Index) -> None:
    for query in ("ct ubnd", "CT UBND tỉnh"):
        read = ask(index, query).interpretation
        assert read is not None
        assert [each.meaning for each in read.expanded] == ["chủ tịch", "uỷ ban nhân dân"]
    # That stands only where it is defined, with the abbreviation beside it: nothing else is meant, or found.
    assert ask(index, "chụp CT").interpretation is None


def test_keys_of_telex_are_read_in_an_abbreviation(index: Index) -> None:
    read = ask(index, "trực SSCDD").interpretation
    assert read is not None
    assert [each.meaning for each in read.expanded] == ["sẵn sàng chiến đấu", "SSCĐ"]


def test_an_abbreviation_is_not_spelled_out_inside_a_name(index: Index) -> None:
    assert ask(index, "Sơn Tùng M-TP").interpretation is None
    assert ask(index, "TP.Vinh").interpretation is not None


@pytest.mark.parametrize(
    ("query", "may"),
    [
        ("lực lượng nào", [Leeway.LETTERS, Leeway.LETTERS, Leeway.NOTHING]),
        ("luc luong nao", [Leeway.LETTERS, Leeway.LETTERS, Leeway.LETTERS]),
        ("MU thua 3 nm", [Leeway.NOTHING, Leeway.LETTERS, Leeway.NOTHING, Leeway.NOTHING]),
        ("tỉnh HÀ TINH", [Leeway.LETTERS, Leeway.DIACRITICS, Leeway.DIACRITICS]),
        ("thác Bản Giốc", [Leeway.LETTERS, Leeway.DIACRITICS, Leeway.OF_NAME]),
        ("của Percy Shelly", [Leeway.LETTERS, Leeway.NAME, Leeway.NAME]),
        ("chat gpt", [Leeway.NOTHING, Leeway.NOTHING]),
        ("gptt chat", [Leeway.LETTERS, Leeway.LETTERS]),
        ("đi chat gpt về", [Leeway.LETTERS, Leeway.NOTHING, Leeway.NOTHING, Leeway.LETTERS]),
        # In capitals one is an abbreviation, several are a name where they are spelled like syllables.
        ("tỉnh HÀ", [Leeway.LETTERS, Leeway.NOTHING]),
        ("HÀ tinh TINH", [Leeway.NOTHING, Leeway.LETTERS, Leeway.NOTHING]),
        ("HÀ UBND TINH", [Leeway.NOTHING, Leeway.NOTHING, Leeway.NOTHING]),
        ("UBND HÀ TINH", [Leeway.NOTHING, Leeway.DIACRITICS, Leeway.DIACRITICS]),
        ("TINH HÀ đi", [Leeway.DIACRITICS, Leeway.DIACRITICS, Leeway.LETTERS]),
        # Without a vowel up to three letters are short for something, but for three that stand nowhere.
        ("hm hmm hmmm gpt", [Leeway.NOTHING, Leeway.LETTERS, Leeway.LETTERS, Leeway.LETTERS]),
        ("hmm", [Leeway.NOTHING]),
        ("3d d3 12", [Leeway.NOTHING, Leeway.LETTERS, Leeway.NOTHING]),
        # A capital at the very beginning says nothing; elsewhere a name keeps its letters.
        ("Hà Nồi Noi", [Leeway.LETTERS, Leeway.OF_NAME, Leeway.LETTERS]),
        # A place of the table is none that was meant otherwise; without diacritics, where it is no syllable.
        ("Hà Nội Noi", [Leeway.NOTHING, Leeway.NOTHING, Leeway.LETTERS]),
        ("ha noi", [Leeway.LETTERS, Leeway.LETTERS]),
        ("irắc nauy", [Leeway.NOTHING, Leeway.NOTHING]),
        ("nauy", [Leeway.NOTHING]),
        ("Shelly của shelly Shélly", [Leeway.NAME, Leeway.LETTERS, Leeway.LETTERS, Leeway.LETTERS]),
        ("nào là gì", [Leeway.NOTHING, Leeway.NOTHING, Leeway.NOTHING]),
        ("viet nam", [Leeway.LETTERS, Leeway.LETTERS]),
        # Of three letters asked alone every change is another word.
        ("nba", [Leeway.DIACRITICS]),
        ("nba vô", [Leeway.LETTERS, Leeway.LETTERS]),
        ("koii", [Leeway.LETTERS]),
    ],
)
def test_how_much_of_each_token_may_be_changed(lexicon: Lexicon, query: str, may: list[Leeway]) -> None:
    assert leeway(run_of(query), lexicon) == may


def test_two_syllables_of_more_readings_than_are_searched_are_planned(tmp_path: Path) -> None:
    pairs = [
        f"{first} {second}" for first in ("dày", "dây", "dạy", "dãy", "đầy") for second in ("dẫn", "dân", "dặn", "đàn")
    ]
    assert len(pairs) > MOST_READINGS
    records = [{"id": str(at), "title": "", "text": pair} for at, pair in enumerate(pairs)]
    build([write_articles(tmp_path / "articles.jsonl", records)], tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        assert ask(opened, "day dan").total >= MOST_READINGS
        assert ask(opened, "day dan o ben nay").passages


def test_a_slip_in_a_name_with_capitals_is_repaired_to_a_name_that_the_text_has(tmp_path: Path) -> None:
    texts = ["Ông Hoàng Công Lương đến.", "Bác sĩ Hoàng Công Lương về.", "Hoàng Công Lương và bản gốc.", "Nộp bản gốc."]
    texts += [
        "Bản gốc ở đâu?",
        "Thủ tướng Bùi Thanh Sơn.",
        "Ông Bùi Thanh Sơn.",
        "Bùi Thanh Sơn đi.",
        "Sông Thanh, sông Mã.",
    ]
    with open_index(build_texts(tmp_path, {text: text for text in texts})) as opened:
        assert repaired(ask(opened, "Hoàng Công Lươn")) == "Hoàng Công Lương"
        assert repaired(ask(opened, "Hoàng Công Lươgn")) == "Hoàng Công Lương"
        assert repaired(ask(opened, "Bùi Thanh Sơng")) == "Bùi Thanh Sơn"
        # What the text has there is no name, or nothing.
        assert repaired(ask(opened, "thác Bản Giốc")) == "thác Bản Giốc"
        assert repaired(ask(opened, "Hoàng Công Vinh")) == "Hoàng Công Vinh"


def test_what_the_text_has_apart_or_in_another_spelling_is_no_slip(tmp_path: Path) -> None:
    texts = ["Giải V-League mở màn.", "Một league khác.", "League này, league kia.", "Khí cacbon.", "Bụi cacbon."]
    with open_index(build_texts(tmp_path, {text: text for text in texts})) as opened:
        assert repaired(ask(opened, "vleague mùa này")) == "vleague mùa này"
        assert repaired(ask(opened, "khí carbon")) == "khí carbon"
        assert ask(opened, "khí carbon").total == 1
