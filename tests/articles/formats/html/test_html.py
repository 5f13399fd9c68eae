"""HTML: fields and text of pages as Vietnamese news sites write them; what is no text; what is refused."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from indexer.articles import Kind, Limits
from indexer.articles.assembly import Draft, assemble
from indexer.articles.formats.html import text_of_fragment
from tests.articles.encodings.old import tcvn3, windows_1258
from tests.articles.formats.html.pages import BODY, JUNK, PAGES, TITLE, SavedPage
from tests.articles.formats.reading import draft_of, reason_of, texts


def of_kind(draft: Draft, kind: Kind) -> list[str]:
    article = assemble(draft, Limits())
    return [paragraph.text for paragraph in article.paragraphs if paragraph.kind is kind]


@pytest.mark.parametrize("saved", PAGES, ids=lambda saved: saved.name)
def test_the_fields_of_a_page_are_right(saved: SavedPage) -> None:
    draft = draft_of(".html", saved.markup.encode())
    assert draft.title == saved.title
    assert of_kind(draft, Kind.LEAD) == [saved.lead]
    assert of_kind(draft, Kind.BODY) == list(BODY)
    assert of_kind(draft, Kind.CAPTION) == ([saved.caption] if saved.caption else [])
    article = assemble(draft, Limits())
    assert article.info.authors == saved.authors
    assert str(article.info.date) == saved.date
    assert (article.info.source, article.info.url) == (saved.source, "https://baomau.example/b1")
    assert article.warnings == ()


def test_without_trafilatura_all_of_the_page_but_its_frame_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    draft = draft_of(".html", next(saved for saved in PAGES if "trafilatura" in saved.name).markup.encode())
    assert of_kind(draft, Kind.BODY) == list(BODY)


def test_a_page_without_metadata_is_read() -> None:
    assert texts(draft_of(".html", "<p>Bài</p>".encode())) == ["Bài"]
    draft = draft_of(".html", "<title>Tựa - Trang</title><h1>Tựa</h1><ul><li>một<li>hai</ul><pre>a\n  b</pre>".encode())
    assert draft.title == "Tựa"
    assert draft.paragraphs == [("một", Kind.LIST), ("hai", Kind.LIST), ("a\n  b", None)]


def test_entities_and_markup_inside_paragraphs_are_decoded() -> None:
    body = "Thủ&nbsp;phủ <b>c&agrave;</b> ph&ecirc; <a href=x>Vi&#7879;t</a>\n Nam &lt;3<br>dòng hai<!-- ẩn -->"
    draft = draft_of(".html", f"<title>Tựa</title><p>{body}</p><p>Hai.</p>".encode())
    assert texts(draft) == ["Tựa", "Thủ\u00a0phủ cà phê Việt Nam <3\ndòng hai", "Hai."]


def test_rows_of_tables_are_paragraphs_and_tables_of_layout_are_not() -> None:
    rows = "<tr><th>Tỉnh<th>Dân<tr><td>Hà Tĩnh<td>1,3"
    draft = draft_of(
        ".html", f"<title>T</title><table>{rows}</table><table><tr><td><p>Một.</p><p>Hai.</p></table>".encode()
    )
    assert draft.paragraphs == [
        ("Tỉnh | Dân", Kind.TABLE),
        ("Hà Tĩnh | 1,3", Kind.TABLE),
        ("Một.", None),
        ("Hai.", None),
    ]


@pytest.mark.parametrize("declared", ["", '<meta charset="windows-1258">'])
def test_old_encodings_are_read_by_bytes_or_declaration(declared: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in BODY)
    draft = draft_of(".html", windows_1258(f"{declared}<title>{TITLE}</title>{body}"))
    assert [unicodedata.normalize("NFC", text) for text in texts(draft)] == [TITLE, *BODY]


def test_old_fonts_are_converted() -> None:
    old = tcvn3("Nghị quyết")
    markup = b'<meta charset="iso-8859-1"><title>T</title><p><font face=".VnTime">' + old + b"</font></p><p>Hai</p>"
    draft = draft_of(".html", markup)
    assert draft.paragraphs[0] == ("Nghị quyết", None)
    assert draft.notes == ("was in TCVN3 and has been converted to Unicode",)


@pytest.mark.parametrize("depth", [300, 1_500])
def test_deep_nesting_is_read(depth: int) -> None:
    markup = f"<title>T</title>{'<div>' * depth}Chữ sâu.{'</div>' * depth}<p>Cuối.</p>"
    assert [text for text, _ in draft_of(".html", markup.encode()).paragraphs] == ["Chữ sâu.", "Cuối."]


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (b"<div>" * 200_000 + b"sau", "is nested too deeply"),
        (b"<html><head></head><body></body></html>", "holds no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "is neither UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_and_never_empty(markup: bytes, reason: str) -> None:
    assert reason in reason_of(".html", markup)


def test_the_newspaper_is_never_the_author() -> None:
    for name in ("Báo Mẫu", "baomau.example", "https://facebook.com/bao", "VnExpress", "Ban Biên tập", "admin"):
        markup = f'<meta property="og:site_name" content="Báo Mẫu"><meta name="author" content="{name}"><p>x</p>'
        assert "author" not in draft_of(".html", markup.encode()).attributes


def test_a_fragment_is_read_without_a_page_around_it() -> None:
    found, notes = text_of_fragment(f"<p>Một &amp; hai</p>Chữ rời<br><br>Nữa{JUNK[:0]}<ul><li>mục</ul>")
    assert found == [("Một & hai", None), ("Chữ rời", None), ("Nữa", None), ("mục", Kind.LIST)]
    assert notes == ()
