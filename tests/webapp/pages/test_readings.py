"""What the page says of how a query was read: repairs that are asked about, abbreviations that were searched too."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.webapp.archive import page


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
