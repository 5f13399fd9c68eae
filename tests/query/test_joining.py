"""What the indexed text has side by side as one thing, in whatever letters it is typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, open_index
from tests.samples import build_texts

PASSAGES = {
    "tên": "Hôm qua chúng tôi gặp ông Lê Chiến ở chợ.",
    "họ": "Sau đó bà Lê thắng cuộc chiến ấy.",
    "quả": "Người ta hái lê sau cuộc chiến.",
    "tên dài": "Khi ấy ông Lê Chiến Thắng cười.",
    "thắng": "Phần chiến thắng thuộc về họ Lê.",
    "Mỹ - Nga": "Hôm nay Mỹ - Nga họp bàn.",
    "Nga - Mỹ": "Hôm sau Nga - Mỹ họp tiếp.",
    "Nga": "Tàu của Nga gặp tàu của Mỹ.",
    "xăng": "Tuần này giá xăng tăng.",
    "giá": "Loại xăng ấy lên giá.",
    "quận": "Nhà tôi ở quận 7 gần sông.",
    "bảy": "Một quận khác bán 7 loại quả.",
    "ông": "Chiều nay ông Phong đến.",
    "phong": "Phong cách của ông rất lạ.",
    "bà": "Theo ông, bà Phong ở nhà.",
    **{f"bão {at}": f"Bão số {at} mạnh lên." for at in range(4, 8)},
    "bão số 3": "Bão số 3 tan.",
    "bão ngày 31": "Số người tránh bão ngày 31 là 3 nghìn.",
    **{f"số {at}": f"Số {at} không nhiều." for at in range(20)},
    **{f"ba {at}": f"Có 3 lần thứ {at}." for at in range(20)},
    "năm": "Lũ 2020 rất lớn.",
    "lũ": "Đó là trận lũ lớn của năm 2020.",
    "này": "Chưa ai thấy thế này.",
    "thế": "Ngày này người ta đổi thế trận.",
    "đều": "Mưa rơi đều đều.",
    "đều cả": "Hai đội đều ghi bàn.",
    "la bàn": "Chiếc la bàn chỉ phương bắc.",
    **{f"bạn {at}": f"Người thứ {at} là bạn tôi." for at in range(8)},
    "ban": "Cuộc họp của ban tổ chức.",
    "giá cho": "Không có giá cho món này.",
    "chợ": "Ngoài chợ không ai hỏi giá.",
    "vàng": "Hôm nay giá vàng giảm.",
    **{f"cho {at}": f"Mẹ mua {at} cái áo cho em." for at in range(6)},
    "trung ương": "Các cơ quan trung ương ra quyết định.",
    "tư": "Đây là lần thứ tư họ thua.",
    "TW": "Báo cáo của TW rất dài.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("joining")
    with open_index(build_texts(folder, PASSAGES)) as opened:
        yield opened


def found(index: Index, text: str) -> set[str]:
    """The ids of the articles in the found set."""
    return {hit.info.id for hit in index.export(SearchRequest(text)).passages}


@pytest.mark.parametrize("text", ["Lê Chiến", "lê chiến", "LÊ CHIẾN", "le chien"])
def test_a_name_is_met_side_by_side_in_small_letters_too(index: Index, text: str) -> None:
    assert found(index, text) == {"tên", "tên dài"}


@pytest.mark.parametrize("text", ["lê chiến thắng", "le chien thang"])
def test_a_name_goes_on(index: Index, text: str) -> None:
    assert found(index, text) == {"tên dài"}


def test_names_that_are_told_together_in_either_order_are_two(index: Index) -> None:
    assert found(index, "mỹ nga") == found(index, "nga mỹ") == {"Mỹ - Nga", "Nga - Mỹ", "Nga"}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("places")
    texts = {
        **{f"Mỹ - Iran {at}": f"Hôm nay Mỹ - Iran họp {at} lần." for at in range(2)},
        **{f"Iran {at}": f"Iran bán {at} tàu, Mỹ mua {at} tàu." for at in range(8)},
        **{f"Nha Trang {at}": f"Biển Nha Trang có {at} con sóng." for at in range(30)},
        **{f"Khánh Hòa {at}": f"Tỉnh Khánh Hòa có {at} đảo." for at in range(30)},
        "Nha Trang Khánh Hòa": "Bãi biển Nha Trang Khánh Hòa đẹp.",
        "tỉnh": "Ở Khánh Hòa, thành phố Nha Trang đẹp nhất.",
        **{f"Biên Hòa {at}": f"Chợ Biên Hòa có {at} cổng." for at in range(30)},
        **{f"Đồng Nai {at}": f"Sông Đồng Nai có {at} cầu." for at in range(30)},
        "Biên Hòa, Đồng Nai": "Anh ở Biên Hòa, Đồng Nai.",
        "Đồng Nai": "Ở Đồng Nai có Biên Hòa là lớn.",
        "hòa đồng": "Họ sống hòa đồng.",
        **{f"Hồ Ngọc Hà {at}": f"Tối qua Hồ Ngọc Hà hát {at} bài." for at in range(3)},
        "Hà Năm": "Ca sĩ Hồ Ngọc Hà Năm nay hát nhiều.",
        **{f"năm nay {at}": f"Hà cười. Từ năm nay có {at} ca sĩ." for at in range(60)},
        **{f"Kim Jong-un {at}": f"Ông Kim Jong-un gặp {at} người." for at in range(3)},
        **{f"Tết {at}": f"Dịp Tết Nguyên đán có {at} ngày nghỉ." for at in range(5)},
        "nguyên": "Nguyên do là thế.",
    }
    with open_index(build_texts(folder, texts)) as opened:
        yield opened


def units(index: Index, text: str) -> list[str]:
    """The units of a query, as typed."""
    return [unit.text for unit in index.search(SearchRequest(text)).units]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mỹ Iran", ["Mỹ", "Iran"]),  # The text has them side by side with a dash between alone.
        ("Kim Jong Un", ["Kim Jong Un"]),
        ("Nha Trang Khánh Hòa", ["Nha Trang", "Khánh Hòa"]),
        ("nha trang khánh hòa", ["nha trang", "khánh hòa"]),
        ("nha trang khanh hoa", ["nha trang", "khánh hoà"]),
        ("biên hòa đồng nai", ["biên hòa", "đồng nai"]),  # And `hòa đồng` is a word.
        ("bien hoa dong nai", ["biên hoà", "đồng nai"]),
        ("sống hòa đồng", ["sống", "hòa đồng"]),
        ("hồ ngọc hà năm nay", ["hồ ngọc hà", "năm"]),
        ("tết nguyên đán", ["tết nguyên đán"]),
    ],
)
def test_names_side_by_side_are_two(places: Index, text: str, expected: list[str]) -> None:
    assert units(places, text) == expected


def test_what_has_both_names_is_found(places: Index) -> None:
    expected = {"Nha Trang Khánh Hòa", "tỉnh"}
    assert found(places, "Nha Trang Khánh Hòa") == found(places, "nha trang khanh hoa") == expected
    assert len(found(places, "Mỹ Iran")) == 10


@pytest.mark.parametrize("text", ["giá xăng", "gia xang"])
def test_words_in_small_letters_are_met_apart(index: Index, text: str) -> None:
    assert found(index, text) == {"xăng", "giá"}


def test_a_number_belongs_to_the_word_that_says_so_however_often_others_follow_it(index: Index) -> None:
    assert found(index, "bão số 3") == {"bão số 3"}
    # One that does not stand there is asked by itself.
    assert found(index, "bão số 31") == {"bão ngày 31"}


@pytest.mark.parametrize("text", ["ông Phong", "Ông Phong"])
def test_the_name_of_who_is_called_so_is_met_beside_it(index: Index, text: str) -> None:
    assert found(index, text) == {"ông"}


def test_what_is_no_name_or_has_more_of_it_is_met_without(index: Index) -> None:
    assert found(index, "ông phong") == {"ông", "phong", "bà"}
    assert found(index, "bà Lê Chiến") == {"tên", "tên dài"}
    assert found(index, "anh Phong") == {"ông", "phong", "bà"}


@pytest.mark.parametrize("text", ["quận 7", "quan 7"])
def test_a_short_number_belongs_to_the_word_before_it(index: Index, text: str) -> None:
    assert found(index, text) == {"quận"}


def test_a_year_says_enough_alone(index: Index) -> None:
    assert found(index, "lũ 2020") == {"năm", "lũ"}


@pytest.mark.parametrize(
    ("text", "expected"), [("thế này", {"này"}), ("the nay", {"này"}), ("đều đều", {"đều"}), ("deu deu", {"đều"})]
)
def test_words_that_say_nothing_are_met_side_by_side(index: Index, text: str, expected: set[str]) -> None:
    assert found(index, text) == expected


def test_words_that_say_nothing_and_stand_nowhere_beside_are_met_apart(index: Index) -> None:
    assert found(index, "này thế") == {"này", "thế"}


def test_typed_without_diacritics_what_says_nothing_may_be_another_word(index: Index) -> None:
    assert found(index, "gia cho") == {"giá cho"}
    # With diacritics, it does say nothing.
    assert found(index, "giá của") == {"xăng", "giá", "giá cho", "chợ", "vàng"}
    assert found(index, "la ban") == {"la bàn", *(f"bạn {at}" for at in range(8))}


def test_an_abbreviation_that_is_a_word_in_small_letters_does_not_meet_its_long_form(index: Index) -> None:
    assert found(index, "trung ương") == {"trung ương", "TW"}


@pytest.fixture(scope="module")
def phrases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("phrases")
    texts = {
        "bằng lái": "Anh ấy mất bằng lái xe ô tô.",
        "lái": "Người lái xe ấy đi bằng cửa sau.",
        "đi bộ": "Mở phố đi bộ cuối tuần.",
        "bộ": "Phố ấy có trụ sở của bộ.",
        "tội": "Người ấy mắc tội trốn thuế.",
        "sát nhập": "Việc sáp nhập xã đã xong.",
        "World Cup": "Vòng loại World Cup 2026.",
        "tiền": "Vé giá 100.000 đồng.",
        "bà ngoại": "Bà ngoại em về nhà. Việc nhà nước.",
        "ngoại": "Bệnh viện có khoa ngoại. Quy định của nhà nước.",
        "máy bay": "Máy bay không người lái bị bắn rơi.",
        "người": "Máy bay ấy có hai người và một lái chính.",
        "kỳ thi": "Em ấy thi SAT hai lần.",
        "thị sát": "Ông ấy đi thị sát cả ngày.",
        "bưởi": "Mùa bưởi chín rộ.",
        "cam": "Vườn cam trĩu quả.",
        **{f"cảm {at}": f"Có {at} người bị cảm." for at in range(3)},
    }
    with open_index(build_texts(folder, texts)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "expected", "units_expected"),
    [
        ("bằng lái xe", {"bằng lái"}, ["bằng lái", "xe"]),
        ("bang lai xe", {"bằng lái"}, ["bằng lái", "xe"]),
        ("phố đi bộ", {"đi bộ"}, ["phố", "đi bộ"]),
        ("lái xe", {"bằng lái", "lái"}, ["lái xe"]),
        ("mắc tội gì", {"tội"}, ["mắc", "tội"]),  # `tội gì` is a word, too, which no passage has.
        ("mắc tội gì hả mọi người", {"tội"}, ["mắc", "tội"]),
        ("sát nhập xã", {"sát nhập"}, ["sát nhập", "xã"]),
        ("worlcup", {"World Cup"}, ["worlcup"]),
        ("bà ngoại", {"bà ngoại"}, ["bà ngoại"]),
        ("may bay khong nguoi lai", {"máy bay"}, ["máy bay", "khong nguoi lai"]),
        ("về nhà", {"bà ngoại"}, ["về nhà"]),
        ("về nhà nước", {"bà ngoại", "ngoại"}, ["nhà nước"]),  # But not where a word goes on.
        ("100 nghìn đồng", {"tiền"}, ["100 nghìn đồng"]),  # An amount is one thing, however it is written.
        ("thi SAT", {"kỳ thi"}, ["thi", "SAT"]),  # In capitals it is a word of its own, and not sát.
        ("bưởi hoặc cam", {"bưởi", "cam"}, []),  # Where one has diacritics, the other has the level tone.
    ],
)
def test_set_phrases_and_what_only_asks(
    phrases: Index, text: str, expected: set[str], units_expected: list[str]
) -> None:
    assert found(phrases, text) == expected
    assert units(phrases, text) == units_expected


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("names")
    texts = {
        # Of these syllables most are written without a capital elsewhere.
        "Mỹ Tâm": "Tối qua Mỹ Tâm hát.",
        "tâm lý": "Người Mỹ có tâm lý ấy, vì tâm trạng và tâm sự của họ.",
        "trạng": "Ở Mỹ, ít ai có tâm trạng ấy và hay tâm sự.",
        **{f"Như Thanh {at}": f"Huyện Như Thanh có {at} xã." for at in range(3)},
        "như thế": "Âm thanh như thế thì hay. Như nhau cả.",
        **{f"Ông Hùng {at}": f"Ông Hùng đi {at} lần." for at in range(2)},
        "hùng": "Cảnh hùng vĩ, ông xem mãi.",
        "Thành Nhân": "Bạn tôi là Nguyễn Thành Nhân.",
        "thành nhân": "Họ trưởng thành nhân dịp ấy. Lớn thành nhân tài. Việc không thành nhân đó.",
        "Nguyễn Thành": "Anh Nguyễn Thành vui, nhân tiện kể.",
        "Ho Tram": "Khu Ho Tram mở cửa.",
        **{f"Hồ Tràm {at}": f"Biển Hồ Tràm có {at} con sóng." for at in range(3)},
        "khách quan": "Nhìn khách quan thì báo truyền tin đúng.",
        "cơ quan": "Các cơ quan truyền thông họp.",
    }
    with open_index(build_texts(folder, texts)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mỹ tâm", {"Mỹ Tâm"}),
        ("my tam", {"Mỹ Tâm"}),
        ("tâm mỹ", {"Mỹ Tâm", "tâm lý", "trạng"}),
        # What begins sentences is rather no part of a name, if it is not surely one.
        ("như thanh", {f"Như Thanh {at}" for at in range(3)}),
        ("ông hùng", {"Ông Hùng 0", "Ông Hùng 1", "hùng"}),
        # Behind a syllable of a name, the next one is rather of it.
        ("nguyễn thành nhân", {"Thành Nhân"}),
        # Typed like a name, it is not only what has no diacritics, where another is oftener.
        ("Ho Tram", {"Ho Tram", *(f"Hồ Tràm {at}" for at in range(3))}),
        # What was segmented as one word, but stands nowhere: a word, and another.
        ("khách quan truyền", {"khách quan"}),
    ],
)
def test_what_the_archive_writes_with_capitals_side_by_side_is_a_name(
    names: Index, text: str, expected: set[str]
) -> None:
    assert found(names, text) == expected


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("heads")
    texts = {
        **{f"nhà Minh {at}": f"Vua thứ {at} của nhà Minh lên ngôi." for at in range(9)},
        "minh": "Nhà vua rất thông minh. Việc được minh oan.",
        "nước Anh": "Nước Anh thắng. Đội nước Anh về.",
        "anh": "Anh ấy uống nước. Anh nói, anh cười, anh đi.",
        **{f"Trump {at}": f"Ông Donald Trump nói lần {at}." for at in range(5)},
        "Mỹ Trump": "Tổng thống Mỹ Trump họp.",
        **{f"Kim {at}": f"Ông Kim Jong Un nói lần {at}." for at in range(3)},
        **{f"Venezuela {at}": f"Đội Venezuela thắng trận {at}. Ông Nicolas Maduro cười." for at in range(12)},
        "Venezuela Maduro": "Tổng thống Venezuela Maduro họp.",
        **{f"Hải {at}": f"Anh Quang Hải đá trận {at}. Bạn Đình Bắc xem. Xã Đình có biển Hải đẹp." for at in range(9)},
        "Hải Đình": "Chị Hải Đình đi chợ.",
        "Hà Nội": "Công an Hà Nội họp.",
        **{f"bé {at}": f"Nhà có em bé khóc lần {at}, rồi em bé ngủ." for at in range(12)},
        "em": "Chị và em đi học. Chợ bé lắm.",
        **{f"đảng {at}": f"Đảng Cộng sản Việt Nam họp lần {at}. Ở Việt Nam, cộng sản là gì." for at in range(6)},
        "Đảng Cộng": "Ông Đảng Cộng kể chuyện. Ông Đảng Cộng về Việt Nam.",
        **{f"hoa {at}": f"Cô Hoa về. Có người Hoa {at}. Người đi, người ở, người về, người lên." for at in range(6)},
        **{f"dân {at}": f"Người chết thứ {at}. Nhiều người Việt ở Anh." for at in range(4)},
    }
    with open_index(build_texts(folder, texts)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nhà Minh", ["nhà Minh"]),
        ("vua nhà Minh", ["vua", "nhà Minh"]),
        ("nhà minh", ["nhà minh"]),
        ("nha minh", ["nhà minh"]),
        ("vua nha minh", ["vua", "nhà minh"]),
        ("nước Anh", ["nước Anh"]),
        # What people do is no name.
        ("người việt", ["người việt"]),
        ("người hoa", ["người hoa"]),
        # Who is called so has no name.
        ("em bé", ["em bé"]),
        ("Đảng Cộng sản Việt Nam", ["Đảng Cộng sản", "Việt Nam"]),
        ("người chết", ["người", "chết"]),
        # Places of the table, without diacritics among words that have them.
        ("công an ha noi", ["công an", "ha noi"]),
        # Names of more syllables; what is named by none of them.
        ("nhà Minh Kim", ["nhà", "Minh", "Kim"]),
        ("vua Minh", ["vua", "Minh"]),
        # Who has a name of another language is no part of the country before.
        ("tổng thống Mỹ Trump", ["tổng thống", "Mỹ", "Trump"]),
        ("Kim Jong", ["Kim Jong"]),
        # Nor are two such names one that stand together now and then, or two names of rare syllables.
        ("Venezuela Maduro", ["Venezuela", "Maduro"]),
        ("Nicolas Maduro", ["Nicolas Maduro"]),
        ("Quang Hải Đình Bắc", ["Quang Hải", "Đình Bắc"]),
    ],
)
def test_what_is_named_stands_before_a_name_of_one_syllable(heads: Index, text: str, expected: list[str]) -> None:
    assert units(heads, text) == expected


def test_a_word_of_the_same_letters_does_not_join_what_was_surely_read_apart(tmp_path: Path) -> None:
    texts = {
        **{f"bếp {at}": f"Bếp dầu mới nhất ngày {at}." for at in range(9)},
        **{f"mối {at}": f"Cơ quan đầu mối thứ {at} họp." for at in range(4)},
        **{f"mưa {at}": f"Mưa rơi đều trên mái nhà thứ {at}, gió thổi qua vườn cây xanh." for at in range(60)},
    }
    with open_index(build_texts(tmp_path, texts)) as index:
        assert units(index, "bep dau moi nhat") == ["bếp", "dầu"]
        assert found(index, "dau moi") == set(texts) - {f"mưa {at}" for at in range(60)}
