"""Files whose names say something else than what they hold."""

from __future__ import annotations

import gzip
import io

import pytest

from indexer.articles import formats
from indexer.articles.assembly import Draft
from indexer.articles.formats import register_format
from indexer.articles.formats.content import HEAD, Rejoined
from tests.articles.formats.reading import draft_of, outcomes, reason_of, texts
from tests.articles.formats.writers import compound, doc, docx, docx_paragraph, rtf, rtf_text

TEXT = "Dân làng Kép cùng nhau dựng lại từng mái nhà sau trận lũ."
PAGE = f"<html><body><p>{TEXT}</p></body></html>".encode()
TABLE = (
    f"<html><table><tr><th>Làng</th><th>Chuyện</th></tr><tr><td>Kép</td><td>{TEXT}</td></tr></table></html>".encode()
)
RTF = rtf(rtf_text(TEXT))
DOCX = docx(docx_paragraph(TEXT))


@pytest.mark.parametrize(
    ("suffix", "data", "told"),
    [
        (".doc", RTF, ".rtf"),
        (".doc", PAGE, ".html"),
        (".doc", DOCX, ".docx"),
        (".docx", RTF, ".rtf"),
        (".docx", b"\xef\xbb\xbf\n" + PAGE, ".html"),
        (".rtf", DOCX, ".docx"),
        (".xls", TABLE, ".html"),
        (".pdf", PAGE, ".html"),
        (".doc.gz", gzip.compress(RTF), ".rtf"),
    ],
)
def test_a_document_is_read_by_what_it_holds(suffix: str, data: bytes, told: str) -> None:
    draft = draft_of(suffix, data)
    assert any(TEXT in text for text in texts(draft))
    assert draft.notes == (f"holds {told} in spite of its name, and was read as that",)


@pytest.mark.parametrize("suffix", [".docx", ".docm", ".dotx"])
def test_what_is_named_rightly_has_no_note(suffix: str) -> None:
    assert draft_of(suffix, DOCX).notes == ()


def test_rows_under_the_name_of_a_workbook_are_records() -> None:
    (draft,) = outcomes(".xls", f"title,text\nLàng,{TEXT}\n".encode())
    assert isinstance(draft, Draft)
    assert (draft.title, [text for text, _ in draft.paragraphs]) == ("Làng", [TEXT])
    assert draft.notes == ("holds .csv in spite of its name, and was read as that",)


@pytest.mark.parametrize("suffix", [".doc", ".docx", ".xls", ".xlsx", ".pdf", ".rtf", ".odt"])
@pytest.mark.parametrize("data", [b"", b" ", b"\xef\xbb\xbf", TEXT.encode(), b"\0" * 5_000])
def test_what_begins_as_nothing_is_refused_by_its_name(suffix: str, data: bytes) -> None:
    assert reason_of(suffix, data).startswith(("is no ", "holds no "))


def test_a_compound_file_under_another_name_is_a_document_of_word() -> None:
    assert texts(draft_of(".rtf", doc([(TEXT, 0)])))[-1] == TEXT


def test_a_registered_reader_gets_what_its_suffix_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_TABLE", dict(formats.all_formats()))
    register_format(".doc", document=lambda data, id, _: Draft(id, data[:5].decode(), [("Bưởi", None)]))
    assert draft_of(".doc", RTF).title == "{\\rtf"


def test_a_stream_is_read_from_its_beginning_again() -> None:
    data = bytes(range(256)) * 40
    stream = io.BytesIO(data)
    again = io.BufferedReader(Rejoined(stream.read(HEAD), stream), 7)
    assert b"".join(iter(lambda: again.read(1_000), b"")) == data


def test_a_page_with_countless_attributes_is_refused_at_once() -> None:
    page = "<html><body><p " + " ".join(f'a{i}="1"' for i in range(100_000)) + f">{TEXT}</p></body></html>"
    assert reason_of(".html", page.encode()) == "has an element with more than 2,000 attributes"
    picture = f'<html><body><p>{TEXT}<img src="data:image/png;base64,{"A" * 100_000}"></p></body></html>'
    assert TEXT in texts(draft_of(".html", picture.encode()))


FEED = f"<rss version='2.0'><channel><item><title>Tin</title><description>{TEXT}</description></item></channel></rss>"
DECLARED = '<?xml version="1.0" encoding="utf-8"?>'


@pytest.mark.parametrize("before", ["\n\n", "\ufeff\n", " " * 200_000])
def test_a_feed_may_begin_with_white_space(before: str) -> None:
    assert TEXT in texts(draft_of(".xml", (before + DECLARED + FEED).encode()))


def test_control_characters_in_a_feed_are_spaces_and_utf_16_is_left_as_it_is() -> None:
    assert TEXT in texts(draft_of(".xml", (DECLARED + FEED.replace("dựng lại", "dựng\x0blại")).encode()))
    assert TEXT in texts(draft_of(".xml", FEED.encode("utf-16")))
    assert reason_of(".xml", b" \n ").startswith("is no XML that can be read")


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".doc", ".xls"])
def test_a_document_with_a_password_says_so(suffix: str) -> None:
    locked = compound({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"\1" * 5_000})
    assert reason_of(suffix, locked) == "is protected by a password"
