"""What the page says of how a query was read: repairs that are asked about, abbreviations that were searched too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer import Settings, build
from tests.webapp.archive import page
from webapp import create_app
from webapp.index.holder import holder


def test_a_repair_is_asked_about_with_what_changed_and_can_be_taken_or_refused(client: FlaskClient) -> None:
    text = page(client, "/search", q="co thi dua xuat sac")
    asked = re.search(r'Có phải bạn muốn tìm: <a href="([^"]+)" lang="vi">(.*?)</a>\?', text)
    assert asked is not None
    assert re.sub("</?b>", "", asked[2]) == "cờ thi đua xuất sắc"
    assert "<b>cờ</b> thi <b>đua</b>" in asked[2]
    verbatim = client.get(asked[1].replace("&amp;", "&")).get_data(as_text=True)
    assert "Có phải bạn muốn tìm" not in verbatim
    assert 'value="cờ thi đua xuất sắc"' in verbatim
    assert 'href="/search?q=co+thi+dua+xuat+sac&amp;literal=1"' in text
    assert "Có phải bạn muốn tìm" not in page(client, "/search", q="co thi dua xuat sac", literal=1)


def test_nothing_is_asked_about_a_query_that_needs_no_repair(client: FlaskClient) -> None:
    assert "Có phải bạn muốn tìm" not in page(client, "/search", q="cờ thi đua xuất sắc")


def test_an_abbreviation_says_what_else_was_searched(client: FlaskClient) -> None:
    assert 'Đã tìm thêm: <span lang="vi">lực lượng vũ trang</span>' in page(client, "/search", q="LLVT")


def test_a_word_that_was_read_as_another_says_so_with_what_it_found(floods: FlaskClient) -> None:
    text = page(floods, "/search", q="đợt lũ Hà Tĩhn")
    assert re.search(r"Tìm thấy \d+ đoạn", text)
    told = re.search(r'Đã hiểu là: <a href="[^"]+" lang="vi">(.*?)</a>', text)
    assert told is not None
    assert re.sub("</?b>", "", told[1]) == "đợt lũ Hà Tĩnh"
    assert "Chỉ tìm đúng như đã gõ" in text and "Có phải bạn muốn tìm" not in text


def test_letters_that_stand_nowhere_are_told_as_what_they_were_read_as(client: FlaskClient) -> None:
    """However unsure that is: what is found has none of what was typed."""
    answer = client.get("/api/v1/search?q=xuaats").get_json()
    assert [unit["text"] for unit in answer["interpretation"]["units"]] == ["xuất"]
    assert answer["total"] and not answer["interpretation"]["sure"]
    text = page(client, "/search", q="xuaats")
    assert "Đã hiểu là:" in text and "Chỉ tìm đúng như đã gõ" in text
    assert "Đã hiểu là" not in page(client, "/search", q="xuat")
    # Of three letters nothing is guessed.
    answer = client.get("/api/v1/search?q=xua").get_json()
    assert (answer["total"], [each["code"] for each in answer["warnings"]]) == (0, ["not_in_index"])


@pytest.fixture
def floods(tmp_path: Path) -> Iterator[FlaskClient]:
    """An archive that knows a name well, and has nothing with all of a query."""
    texts = [
        *(f"Đợt lũ thứ {number} về Hà Tĩnh rồi rút." for number in range(12)),
        *(f"Tàu số {number} bay lên Sao Hỏa." for number in range(5)),
    ]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], tmp_path / "index")
    app = create_app(Settings(index=tmp_path / "index"))
    yield app.test_client()
    holder(app).close()


def test_where_nothing_has_all_it_is_told_how_the_query_was_read_with_capitals(floods: FlaskClient) -> None:
    text = page(floods, "/search", q="ha tinh tau bay")
    assert "Không đoạn nào có đủ các từ" in text
    told = re.search(r'Đã hiểu là: <a href="([^"]+)" lang="vi">(.*?)</a>\.', text)
    assert told is not None
    assert re.sub("</?b>", "", told[2]) == "Hà Tĩnh tàu bay"
    assert "<b>Hà</b> <b>Tĩnh</b> <b>tàu</b> bay" in told[2]
    assert "Có phải bạn muốn tìm" not in text
    assert "Đã hiểu là" not in floods.get(told[1].replace("&amp;", "&")).get_data(as_text=True)
    assert "Read as:" in page(floods, "/search", q="ha tinh tau bay", lang="en")


def test_of_many_words_it_is_not_said_that_all_are_there(floods: FlaskClient) -> None:
    # Of up to four words all are demanded, of more the most of their information.
    text = page(floods, "/search", q="tàu số Sao Hỏa")
    assert "5 đoạn trong 5 bài" in text and "phần lớn" not in text
    text = page(floods, "/search", q="tàu số bay lên Sao Hỏa Hà Tĩnh")
    assert "5 đoạn trong 5 bài có phần lớn các từ; thêm" in text
    assert "with most of the words" in page(floods, "/search", q="tàu số bay lên Sao Hỏa Hà Tĩnh", lang="en")


def test_a_name_that_is_asked_about_has_its_capitals_too(floods: FlaskClient) -> None:
    assert "<b>Hà</b> <b>Tĩnh</b>" in page(floods, "/search", q="dot lu ha tinh")


def test_a_query_that_has_no_slip_is_not_told_of(client: FlaskClient) -> None:
    assert "Đã hiểu là" not in page(client, "/search", q="bưởi biên giới xuất sắc")


def test_what_a_name_without_diacritics_may_be_with_some_is_offered(tmp_path: Path) -> None:
    texts = [text for number in range(6) for text in (f"Tàu số {number} đến Nha Trang.", f"Tin {number} từ Nhà Trắng.")]
    build([[{"id": str(number), "text": text} for number, text in enumerate(texts)]], tmp_path / "index")
    app = create_app(Settings(index=tmp_path / "index"))
    client = app.test_client()
    text = page(client, "/search", q="tàu Nha Trang")
    assert "Hoặc bạn muốn tìm" not in text
    text = page(client, "/search", q="Nha Trang")
    assert "6 đoạn trong 6 bài" in text
    offered = re.search(r'Hoặc bạn muốn tìm: <a href="([^"]+)" lang="vi">Nhà Trắng</a></p>', text)
    assert offered is not None
    text = client.get(offered[1].replace("&amp;", "&")).get_data(as_text=True)
    assert "6 đoạn trong 6 bài" in text and "Hoặc bạn muốn tìm" not in text
    assert "Or did you mean:" in page(client, "/search", q="Nha Trang", lang="en")
    holder(app).close()
