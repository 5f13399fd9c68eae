"""Names typed without diacritics: those that have none mean themselves. Over a real index on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, build, open_index
from indexer.query.unmarked_names import named_ranges
from tests.conftest import ROOT
from tests.samples import build_texts, write_articles

TEXTS = {
    "nha trang": "Biển ở Nha Trang xanh. Tàu đi Nha Trang mỗi ngày. Bác sĩ nha khoa và hai trang sách. Họ ở Nha Trang.",
    "nhà trắng": "Tổng thống ở Nhà Trắng. Họ đến Nhà Trắng. Từ Nhà Trắng, ông nói. Báo vào Nhà Trắng, Nhà Trắng tối.",
    "khách sạn": "Khách sạn ở Nha Trang đắt phòng. Khách sạn gần biển.",
    "phong nha": "Hang Phong Nha dài. Trong phòng nhà rộng, phòng nhà nhỏ, phòng nhà cũ.",
    "phú quốc": "Đảo Phú Quốc đẹp. " + "Họ đi Phú Quốc chơi. " * 30 + "Bia ghi Phu Quoc bằng chữ Anh.",
    "phần lan": "Du học Phần Lan rẻ. Họ đến Phần Lan, yêu Phần Lan, nhớ Phần Lan. Chị Phan Lan kể.",
}


OTHERS = {f"mưa {at}": f"Mưa rơi đều trên mái nhà thứ {at}, gió thổi qua vườn cây xanh." for at in range(60)}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("level")
    records = [{"id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    build([write_articles(folder / "a.jsonl", records), ROOT / "corpus" / "corpus.jsonl"], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found", "read"),
    [
        ("nha trang", {"nha trang", "khách sạn"}, "nha trang"),
        ("Nha Trang", {"nha trang", "khách sạn"}, "Nha Trang"),
        ("nhà trắng", {"nhà trắng"}, "nhà trắng"),
        # Beside other words it may be either: these decide.
        ("khach san nha trang", {"khách sạn"}, "khách sạn nha trang"),
        ("tong thong nha trang", {"nhà trắng"}, "tổng thống nha trang"),
        # Typed like a name, it may be one that the archive has once, unless that has another much more often.
        ("Phong Nha", {"phong nha"}, "Phong Nha"),
        # If it is no known place, it must be about as frequent as what else it may be; so must all beside other words.
        ("Phan Lan", {"phần lan"}, "Phần Lan"),
        ("Du hoc Phan Lan", {"phần lan"}, "Du học Phần Lan"),
        ("Phu Quoc", {"phú quốc"}, "Phú Quốc"),
        ("phu quoc", {"phú quốc"}, "phú quốc"),
    ],
)
def test_a_name_without_diacritics_means_itself(index: Index, query: str, found: set[str], read: str) -> None:
    results = index.search(SearchRequest(query))
    own = {passage.article.id for passage in results.passages if not passage.missing} & TEXTS.keys()
    assert own == found
    assert (results.interpretation.repaired if results.interpretation else query) == read


@pytest.mark.parametrize(
    ("query", "others"),
    [
        # As the archive writes it.
        ("nha trang", ("Nhà Trắng",)),
        ("biển Nha Trang", ()),
        ("nhà trắng", ()),
        # Both are searched.
        ("khach san nha trang", ()),
        ("phu quoc", ()),
    ],
)
def test_what_else_its_letters_may_be_is_told(index: Index, query: str, others: tuple[str, ...]) -> None:
    units = index.search(SearchRequest(query)).units
    assert [other for unit in units for other in unit.others] == list(others)


def test_what_is_typed_like_a_name_is_read_as_one(tmp_path: Path) -> None:
    texts = [
        "Ca sĩ Mai Hoa hát.",
        *(f"Họ thương mại hóa chợ thứ {number}, thương mại hóa đền." for number in range(30)),
        *(f"Mưa rơi đều trên mái nhà thứ {number}, gió thổi qua vườn cây xanh." for number in range(60)),
    ]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        named, plain = (index.search(SearchRequest(query)) for query in ("Mai Hoa", "mai hoa"))
    assert plain.interpretation is not None and plain.interpretation.repaired == "mại hoá"
    assert named.interpretation is None
    assert named.passages[0].article.id == "0"
    # What else it may be is no name; it is told.
    assert named.total == 1
    assert [unit.others for unit in named.units] == [("mại hoá",)]


def test_letters_that_stand_as_typed_may_be_a_name_too_that_is_about_as_frequent(tmp_path: Path) -> None:
    texts = ["Côn Đảo xa.", "Tàu ra Côn Đảo.", "Con dao sắc.", "Con dao cùn.", "Mua con dao mới.", "Cồn Đào ở đâu?"]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert index.search(SearchRequest("con dao")).total == 5
        assert index.search(SearchRequest("Con Dao")).total == 5


@pytest.mark.parametrize("query", ["hội an", "hoi an", "Hội An", "Hoi An"])
def test_places_are_known_as_names_though_their_syllables_hardly_ever_have_capitals(tmp_path: Path, query: str) -> None:
    texts = ["Đèn lồng ở Hội An.", *(f"Hội thứ {number} họp về an ninh, an toàn." for number in range(30))]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        results = index.search(SearchRequest(query))
    assert [passage.article.id for passage in results.passages if not passage.missing] == ["0"]
    assert results.total == 1


@pytest.mark.parametrize("query", ["minh hang", "Minh Hang", "minh hằng"])
def test_two_syllables_are_read_as_they_stand_side_by_side(tmp_path: Path, query: str) -> None:
    """Each alone is oftener something else."""
    texts = ["Ca sĩ Minh Hằng hát.", *(f"Một mình đi mua {number} gói hàng, hàng của mình." for number in range(20))]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        results = index.search(SearchRequest(query))
    assert results.total == 1
    assert [unit.text.lower() for unit in results.units] == ["minh hằng"]


@pytest.mark.parametrize(("query", "found"), [("Dien Bien", 1), ("dien bien", 2), ("Điện Biên", 1)])
def test_a_place_that_is_typed_like_one_is_nothing_else(tmp_path: Path, query: str, found: int) -> None:
    build([[{"id": "0", "text": "Họ ở Điện Biên."}, {"id": "1", "text": "Có diễn biến mới."}]], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert index.search(SearchRequest(query)).total == found


@pytest.mark.parametrize("query", ["khach san nha trang", "tong thong nha trang", "nha trang", "Nha Trang", "Phan Lan"])
def test_the_query_of_a_unit_finds_as_many_passages_as_are_counted(index: Index, query: str) -> None:
    units = index.search(SearchRequest(query)).units
    assert units
    assert [index.search(SearchRequest(unit.query)).total for unit in units] == [unit.count for unit in units]


LONGER = {
    "Sỹ Thanh": "Ông Trần Sỹ Thanh họp. Ông Trần Sỹ Thanh phát biểu.",
    "Sĩ Thành": "Bác sĩ thành tài rồi trần tình. Một tiến sĩ thành danh, nghệ sĩ thành công, bác sĩ thành phố.",
    "Bắc Khê": "Đập Bắc Khê vỡ.",
    "các khe": "Nước chảy qua các khe núi, các khe đá, các khe suối.",
}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Ong Tran Sy Thanh hop", "Trần Sĩ Thanh"),
        ("vo dap Bac Khe", "Bắc Khê"),
        # With diacritics they are meant, in small letters it is no name.
        ("các khe", "các khe"),
        ("nuoc qua cac khe", "các khe"),
        # What begins the query has a capital anyway, and alone it is no name of two syllables.
        ("Cac khe nui", "Các khe"),
    ],
)
def test_a_name_in_a_longer_query_is_read_as_the_archive_writes_it(tmp_path: Path, query: str, name: str) -> None:
    build([[{"id": name, "text": text} for name, text in LONGER.items()]], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        results = index.search(SearchRequest(query))
    assert name in (results.interpretation.repaired if results.interpretation else query)


@pytest.mark.parametrize(
    ("initials", "ranges"),
    [
        ("", []),
        ("A", []),
        ("AA", [(0, 2)]),
        ("AAA", [(0, 3)]),
        ("Aa", []),
        ("AaAA", [(2, 4)]),
        ("aAAaAAA", [(1, 3), (4, 7)]),
        # The first one begins the query.
        ("AAAa", [(1, 3)]),
    ],
)
def test_names_are_several_capitals_and_the_first_says_little(initials: str, ranges: list[tuple[int, int]]) -> None:
    assert list(named_ranges([letter.isupper() for letter in initials])) == ranges


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    texts = {
        **{f"quảng {at}": f"Bão vào Quảng Trị lần {at}." for at in range(10)},
        "quang": "Ông Lê Quang Trị kể chuyện.",
        **{f"văn {at}": f"Họ đến văn phòng số {at}." for at in range(4)},
        "văn": "Văn phong của bài này hay, văn phong ấy lạ.",
        **OTHERS,
    }
    folder = tmp_path_factory.mktemp("half")
    with open_index(build_texts(folder, texts)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("quang trị", ("Quảng Trị",)),
        ("quảng trị", ()),
        ("văn phong", ()),  # Of what is hardly commoner nothing is told.
        ("lê quang trị", ()),
    ],
)
def test_what_is_much_commoner_with_the_diacritics_of_both_is_told(
    half: Index, query: str, others: tuple[str, ...]
) -> None:
    results = half.search(SearchRequest(query))
    assert results.interpretation is None or not results.interpretation.changes
    assert results.units[0].others == others
    assert results.total == results.units[0].count


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    texts = {
        **{f"khí {at}": f"Hội nghị biến đổi khí hậu lần {at}." for at in range(30)},
        **{f"khí thải {at}": f"Khí thải nhiều, trả khí {at}." for at in range(30)},
        **{f"đôi {at}": f"Đôi khi trời mưa {at} lần, mái nhà dột." for at in range(20)},
        **{f"bình {at}": f"Quận Tân Bình có {at} chợ. Người Tân Bình vui." for at in range(8)},
        **{f"tân {at}": f"Đội tân binh thứ {at} lên đường." for at in range(5)},
        **OTHERS,
    }
    with open_index(build_texts(tmp_path_factory.mktemp("pairs"), texts)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        # A word of the dictionary, rather than parts of two other words.
        ("doi khi", "đôi khi"),
        # A name is no such accident.
        ("tan binh", "tân bình"),
        ("bien doi khi hau", "biến đổi khí hậu"),
    ],
)
def test_two_syllables_are_a_word_rather_than_parts_of_others(pairs: Index, typed: str, read: str) -> None:
    results = pairs.search(SearchRequest(typed))
    assert results.interpretation is not None
    assert results.interpretation.repaired == read
