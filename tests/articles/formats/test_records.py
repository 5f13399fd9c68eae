"""Records in files: rows of tables and spreadsheets, JSON files, and text under keys that nobody reads."""

from __future__ import annotations

import datetime
import io
import json

import pytest

from indexer.articles import Kind
from indexer.articles.assembly import Draft, Unfit
from tests.articles.encodings.old import as_windows_1252, tcvn3
from tests.articles.formats.reading import draft_of, outcomes, reason_of, texts


def drafts(suffix: str, data: bytes) -> list[Draft]:
    found = outcomes(suffix, data)
    assert all(isinstance(each, Draft) for each in found), found
    return [each for each in found if isinstance(each, Draft)]


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_rows_under_a_header_are_articles(delimiter: str) -> None:
    rows = [
        ["Tiêu đề", "Sapô", "Nội dung", "Ngày đăng", "Tác giả", "Số trang"],
        ["Một", "Dẫn.", '"Đoạn\n\nhai ""trích"""', "1/5/2024", "Lê An", "7"],
        ["Hai", "", "x"],
    ]
    first, second = drafts(".csv", "\n".join(delimiter.join(row) for row in rows).encode())
    assert (first.id, first.title) == ("tin/2", "Một")
    assert first.paragraphs == [("Dẫn.", Kind.LEAD), ("Đoạn", None), ('hai "trích"', None)]
    assert first.attributes == {"date": "1/5/2024", "author": "Lê An", "số trang": "7"}
    assert (second.id, second.title, second.paragraphs) == ("tin/5", "Hai", [("x", None)])


def test_a_table_without_such_a_header_is_one_text() -> None:
    draft = draft_of(".csv", "Kết quả thi\nTên,Điểm\nLan,9\n,\n".encode())
    assert draft.title == "Kết quả thi"
    assert draft.paragraphs == [("Tên | Điểm", Kind.TABLE), ("Lan | 9", Kind.TABLE)]


def test_a_quote_that_never_closes_costs_its_own_row() -> None:
    first, bad, last = outcomes(".csv", 'id,title,text\n1,Một,a\n2,"Hai,b\n3,Ba,c\n'.encode())
    assert isinstance(first, Draft) and isinstance(last, Draft)
    assert isinstance(bad, Unfit) and "never ends" in str(bad)
    assert last.title == "Ba"


def workbook(rows: list[list[object]], fonts: dict[tuple[int, int], str] | None = None) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    for row in rows:
        book.active.append(row)
    for (row, column), name in (fonts or {}).items():
        book.active.cell(row, column).font = Font(name=name)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def old_workbook(rows: list[list[object]], font: str | None = None) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Tin")
    style = xlwt.easyxf(f"font: name {font}" if font else "")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value, style)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


ROWS: list[list[object]] = [
    ["Tiêu đề", "Nội dung", "Ngày"],
    ["Một", "Chữ.", datetime.date(2024, 5, 1)],
    ["Hai", 7, None],
]


def test_rows_of_a_workbook_under_a_header_are_articles() -> None:
    first, second = drafts(".xlsx", workbook(ROWS))
    assert (first.id, texts(first)) == ("tin/2", ["Một", "Chữ."])
    assert first.attributes["date"] == datetime.datetime(2024, 5, 1)
    assert (second.id, texts(second)) == ("tin/3", ["Hai", "7"])


def test_a_workbook_without_such_a_header_is_one_text_by_its_fonts() -> None:
    old = as_windows_1252(tcvn3("Kim ngạch xuất khẩu"))
    rows: list[list[object]] = [["Báo cáo"], [old, 30700.0, 87.236], [None, datetime.datetime(2005, 2, 1, 8, 30)]]
    expected = ["Báo cáo", "Kim ngạch xuất khẩu | 30700 | 87.236", "01/02/2005 08:30"]
    assert texts(draft_of(".xlsx", workbook(rows, {(2, 1): ".VnTime"}))) == expected
    assert texts(draft_of(".xls", old_workbook([["Báo cáo"], [old, 30700.0]], ".VnTime")))[1:] == [
        "Kim ngạch xuất khẩu | 30700"
    ]


@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_what_is_no_workbook_is_refused(suffix: str) -> None:
    assert "is no workbook" in reason_of(suffix, b"plain text")


RECORD = {"id": "a", "title": "Một", "text": "Chữ."}


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (RECORD, ["a"]),
        ([RECORD, {"title": "Hai", "text": "x"}], ["a", "tin/2"]),
        ({"articles": [{"title": "Một", "text": "x"}, RECORD], "total": 2}, ["tin/1", "a"]),
        ({"title": "Một", "text": "x"}, ["tin"]),
    ],
)
def test_a_json_file_has_an_article_or_a_list(value: object, ids: list[str]) -> None:
    assert [draft.id for draft in drafts(".json", json.dumps(value, indent=1).encode())] == ids


def test_a_json_file_may_have_one_after_another() -> None:
    assert [draft.id for draft in drafts(".json", b'{"id": "a", "text": "x"}\n{"text": "y"}')] == ["a", "tin/2"]


def test_json_that_breaks_off_keeps_what_came_before() -> None:
    first, last = outcomes(".json", b'[{"id": "a", "text": "x"},\n {"id": ')
    assert isinstance(first, Draft)
    assert "is not JSON from line 2 on" in str(last)


@pytest.mark.parametrize(
    ("record", "seen"),
    [
        ({"id": "1", "title": "Một", "content": "Chữ."}, "keys seen: id, title, content. Is it under `content`?"),
        ({"id": "1", "title": "Hai", "body": ["Chữ."]}, "keys seen: id, title, body"),
        ({"id": "1", "title": "Ba", "bai_viet": "chữ " * 200}, "Is it under `bai_viet`?"),
        ({"id": "1", "text": None, "NoiDung": "Chữ."}, "keys seen: id, text, NoiDung"),
    ],
)
def test_text_under_a_key_that_is_not_read_is_refused_naming_the_keys(record: object, seen: str) -> None:
    assert seen in reason_of(".jsonl", json.dumps(record).encode())


def test_a_title_alone_is_an_article_whatever_short_keys_stand_beside_it() -> None:
    record = {"id": "1", "title": "Tin ngắn", "summary": "Một câu.", "url": "https://vi.du/" + "a" * 500}
    assert texts(draft_of(".jsonl", json.dumps(record).encode())) == ["Tin ngắn"]


def test_entities_are_decoded_and_noted() -> None:
    record = {"id": "e", "title": "Tin &amp; bài", "text": "Thủ&nbsp;phủ c&agrave; ph&ecirc; Vi&#7879;t Nam\n\nAT&T; x"}
    draft = draft_of(".jsonl", json.dumps(record).encode())
    assert texts(draft) == ["Tin & bài", "Thủ\u00a0phủ cà phê Việt Nam", "AT&T; x"]
    assert draft.notes == ["had HTML entities, which have been decoded"]
