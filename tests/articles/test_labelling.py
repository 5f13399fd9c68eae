from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from indexer.articles import Article, Kind, Rejection
from indexer.articles.bylines import bylines
from indexer.articles.captions import captions
from indexer.articles.labelling import kinds
from indexer.ingest.reading import read

LEAD = "Sáng 3/5, huyện Mường Thanh khánh thành cây cầu treo mới bắc qua suối sau tám tháng thi công."
FIRST = (
    "Cây cầu dài 120 mét nối hai bản vùng cao, nơi trước đây học sinh phải lội suối đến trường mỗi mùa mưa. Phó "
    "Chủ tịch huyện Lò Thị Mai cắt băng khánh thành cây cầu. Dự buổi lễ còn có đại diện các đơn vị thi công và đông "
    "đảo bà con trong vùng, nhiều người đi bộ từ sáng sớm."
)
SECOND = (
    "Phát biểu tại buổi lễ, bà Lò Thị Mai cảm ơn bà con đã hiến đất làm đường dẫn và mong cây cầu giúp việc đi "
    "học, đi chợ bớt nhọc nhằn. Chủ đầu tư cho biết công trình được bảo hành ba năm, kinh phí do nhiều đơn vị "
    "đóng góp, trong đó một nửa là của người dân trong vùng."
)
THIRD = (
    "Ngay sau lễ khánh thành, hàng trăm người đã đi qua cầu trong tiếng trống, tiếng chiêng. Thầy giáo của điểm "
    "trường nói rằng từ nay lớp học sẽ không còn vắng những ngày mưa lũ như các năm trước."
)


def story(*extra: str) -> list[str]:
    """A news story with `extra` between its second and third paragraphs."""
    return [LEAD, FIRST, *extra, SECOND, THIRD]


def kind_of(text: str) -> Kind:
    return kinds(story(text))[2]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Phó Chủ tịch huyện Lò Thị Mai cắt băng khánh thành cây cầu.", id="repeats a sentence"),
        pytest.param("Phó Chủ tịch huyện Lò Thị Mai phát biểu tại buổi lễ.", id="person at the event"),
        pytest.param("Bà Lò Thị Mai cảm ơn. Ảnh: Minh Anh", id="credit at the end"),
        pytest.param("Bà con đi qua cầu mới (Ảnh: Minh Anh/TTXVN).", id="credit in brackets"),
        pytest.param("Bà con đi qua cầu mới.\nẢnh: Minh Anh", id="credit on a line of its own"),
        pytest.param("Ảnh: Minh Anh", id="credit alone"),
        pytest.param("Ảnh minh họa", id="stock picture"),
        pytest.param("Toàn cảnh buổi lễ khánh thành cầu.", id="the whole scene"),
        pytest.param("Các đại biểu tham dự buổi lễ.", id="those present"),
        pytest.param("Bà Lò Thị Mai (thứ hai từ trái sang) thăm điểm trường.", id="pointer into the picture"),
    ],
)
def test_captions_are_found(text: str) -> None:
    assert kind_of(text) is Kind.CAPTION
    assert kind_of(unicodedata.normalize("NFD", text)) is Kind.CAPTION


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Đến trưa, mọi người chia tay nhau.", id="short sentence"),
        pytest.param("Những người làm cầu", id="heading"),
        pytest.param("Cây cầu dài 120 mét", id="part of a sentence"),
        pytest.param("Phó Chủ tịch huyện Lò Thị Mai cho biết sẽ làm thêm cầu.", id="person who says"),
        pytest.param("Bà Lò Thị Mai đã trao quà cho bà con.", id="told, not shown"),
        pytest.param("Bà Vàng Thị Say phát biểu tại buổi lễ.", id="person unknown to the text"),
        pytest.param("Bà Lò Thị Mai trao học bổng toàn phần mười triệu đồng.", id="something new"),
        pytest.param("Bà Lò Thị Mai phát biểu. Bà con vỗ tay.", id="two sentences"),
        pytest.param("Bà Lò Thị Mai phát biểu tại buổi lễ:", id="introduces what follows"),
        pytest.param("Thường xuyên kiện toàn tổ chức, bảo đảm quân số...", id="trails off"),
        pytest.param("Ảnh hưởng của mưa lũ còn kéo dài.", id="looks like a credit"),
        pytest.param("Toàn cảnh kinh tế vùng cao vẫn nhiều khó khăn.", id="looks like a scene"),
        pytest.param("Rẽ (bên trái) là đường vào bản.", id="direction"),
    ],
)
def test_what_only_looks_like_a_caption_is_body(text: str) -> None:
    assert kind_of(text) is Kind.BODY


def test_a_caption_is_shorter_than_the_text_around_it() -> None:
    caption = "Phó Chủ tịch huyện Lò Thị Mai phát biểu tại buổi lễ."
    assert kinds([LEAD, FIRST, SECOND, "Ngắn.", caption, "Ngắn nữa."])[4] is Kind.BODY
    assert kinds([LEAD, FIRST, SECOND, caption])[3] is Kind.CAPTION


def test_captions_may_follow_each_other() -> None:
    found = captions(story("Toàn cảnh buổi lễ.", "Các đại biểu tham dự buổi lễ khánh thành.", "Ảnh: Minh Anh"))
    assert found == {2, 3, 4}


def test_the_first_paragraph_is_the_lead_even_if_it_looks_like_a_caption() -> None:
    assert kinds(["Các đại biểu tham dự buổi lễ.", FIRST, SECOND]) == [Kind.LEAD, Kind.BODY, Kind.BODY]


@pytest.mark.parametrize(
    "line",
    [
        "Hoài Thu – Đăng Khoa",
        "Hoài Thu - Đăng Khoa",
        "Hoài Thu, Đăng Khoa",
        "Trần Hoài Thu",
        "HOÀI THU",
        "H. Thu - Đ. Khoa",
        "Hoài Thu (tổng hợp)",
        "Hoài Thu (theo Reuters)",
        "Theo TTXVN",
        "Theo báo Tuổi Trẻ",
        "(Theo VnExpress.net)",
        "Theo TTXVN/Vietnam+",
        "PV",
        "Nhóm PV",
        "PV/TTXVN",
        "Bài và ảnh: Hoài Thu",
        "Bài, ảnh: HOÀI THU",
        "Thực hiện: Hoài Thu - Đăng Khoa",
        "Nguồn: laodong.vn",
        "Phóng viên Hoài Thu",
        "Ảnh: Hoài Thu",
    ],
)
def test_bylines_at_the_end_are_found(line: str) -> None:
    assert kinds([*story(), line])[-1] is Kind.BYLINE
    assert kinds([*story(), unicodedata.normalize("NFD", line)])[-1] is Kind.BYLINE


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Lò Thị Mai", id="whom the text is about"),
        pytest.param("Mường Thanh", id="where it takes place"),
        pytest.param("Tham khảo", id="heading"),
        pytest.param("Xem thêm: Cầu treo", id="link"),
        pytest.param("Theo đó, cầu sẽ được bảo trì.", id="sentence"),
        pytest.param("Nguồn nước dồi dào", id="looks like a source"),
        pytest.param("Ảnh: cây cầu lúc sáng sớm", id="caption"),
        pytest.param(
            "Hoài Thu, Đăng Khoa, Minh Anh, Thu Hà, Ngọc Lan, Văn Nam, Đức Huy, Quang Vinh, Bảo Ngọc", id="list"
        ),
        pytest.param("Hoài Thu\nĐăng Khoa", id="two lines"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_only_looks_like_a_byline_is_not(line: str) -> None:
    assert kinds([*story(), line])[-1] is not Kind.BYLINE


def test_a_byline_may_be_two_lines_or_stand_first() -> None:
    assert bylines([*story(), "Hoài Thu", "Ảnh: Đăng Khoa"]) == {4, 5}
    assert bylines(["Hoài Thu – Đăng Khoa", *story()]) == {0}
    assert bylines(["PV", *story()]) == {0}
    assert bylines(["Điện Biên", *story()]) == set()


def test_names_in_the_middle_are_no_byline() -> None:
    assert kind_of("Hoài Thu – Đăng Khoa") is Kind.BODY


def test_the_lead_follows_a_byline_at_the_beginning() -> None:
    assert kinds(["Theo TTXVN", LEAD, FIRST])[:2] == [Kind.BYLINE, Kind.LEAD]


def test_a_name_in_the_title_is_no_byline() -> None:
    assert bylines([*story(), "Hoài Thu"], "Gặp nghệ nhân Hoài Thu") == set()


def test_some_text_is_always_left() -> None:
    assert kinds(["PV"]) == [Kind.LEAD]
    assert kinds(["PV", "Theo TTXVN"]) == [Kind.LEAD, Kind.BYLINE]
    assert kinds([]) == []


def test_given_kinds_win() -> None:
    texts = ["Cầu mới", "Toàn cảnh buổi lễ.", LEAD, "Toàn cảnh buổi lễ khánh thành.", SECOND, "PV"]
    given = [Kind.TITLE, Kind.CAPTION, None, Kind.BODY, None, Kind.BODY]
    assert kinds(texts, given) == [Kind.TITLE, Kind.CAPTION, Kind.LEAD, Kind.BODY, Kind.BODY, Kind.BODY]


def test_a_given_lead_is_the_only_one() -> None:
    assert kinds([FIRST, LEAD, SECOND], [None, Kind.LEAD, None]) == [Kind.BODY, Kind.LEAD, Kind.BODY]


def test_any_number_of_captions_is_found() -> None:
    texts = [LEAD, *(f"Các đại biểu tham dự buổi lễ số {number}." for number in range(20_000))]
    assert captions(texts) == set(range(1, 20_001))


@pytest.mark.data
def test_the_pictures_of_a_real_article_are_found(shared_data: Path) -> None:
    (article,) = read([shared_data / "ha-tinh" / "article.txt"])
    assert isinstance(article, Article)
    found = {kind: [p.position for p in article.paragraphs if p.kind is kind] for kind in Kind}
    assert found[Kind.TITLE] == [0]
    assert found[Kind.LEAD] == [1]
    assert found[Kind.CAPTION] == [3, 5, 8, 12, 16, 22]
    assert found[Kind.BYLINE] == [23]
    assert len(found[Kind.BODY]) == 15


@pytest.mark.data
def test_an_encyclopedia_has_next_to_no_captions_or_bylines(shared_data: Path) -> None:
    paragraphs = wrong = 0
    for number, article in enumerate(read([shared_data / "viwiki" / "articles.jsonl.gz"])):
        if number == 1500:
            break
        assert not isinstance(article, Rejection)
        paragraphs += len(article.paragraphs)
        wrong += sum(p.kind in (Kind.CAPTION, Kind.BYLINE) for p in article.paragraphs)
    assert paragraphs > 20_000
    assert wrong < paragraphs / 1000
