"""Documents of word processors: structure, fonts of old encodings, and what is refused."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from indexer.articles import Kind, Limits
from tests.articles.encodings.old import as_windows_1252, tcvn3, vni
from tests.articles.formats.reading import draft_of, reason_of, texts
from tests.articles.formats.writers import compound, doc, docx, docx_paragraph, odt, rtf, rtf_text, zipped

STYLES = (
    '<w:style w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Old"><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr></w:style>'
    '<w:style w:styleId="Older"><w:basedOn w:val="Old"/></w:style>'
    '<w:style w:styleId="C"><w:name w:val="caption"/></w:style>'
)  # fmt: skip


def seen(text: str) -> str:
    return as_windows_1252(tcvn3(text))


def cell(*paragraphs: str) -> str:
    return f"<w:tc>{''.join(map(docx_paragraph, paragraphs))}</w:tc>"


def test_a_docx_is_read_in_order_with_its_kinds() -> None:
    body = (
        docx_paragraph("Tựa đề", "T")
        + docx_paragraph("Mở đầu.")
        + docx_paragraph("Mục một", "H1")
        + f"<w:tbl><w:tr>{cell('Tỉnh')}{cell('Dân')}</w:tr><w:tr>{cell('Hà Tĩnh')}{cell('1,3', 'triệu')}</w:tr></w:tbl>"
        + "<w:sdt><w:sdtContent>" + docx_paragraph("Trong ô điền.") + "</w:sdtContent></w:sdt>"
        + '<w:p><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>một</w:t></w:r></w:p>'
        + docx_paragraph("Hồ Kẻ Gỗ", "C")
    )  # fmt: skip
    draft = draft_of(".docx", docx(body, STYLES))
    assert draft.title == "Tựa đề"
    assert draft.paragraphs == [
        ("Mở đầu.", None),
        ("Mục một", Kind.HEADING),
        ("Tỉnh | Dân", Kind.TABLE),
        ("Hà Tĩnh", Kind.TABLE),
        ("1,3", Kind.TABLE),
        ("triệu", Kind.TABLE),
        ("Trong ô điền.", None),
        ("một", Kind.LIST),
        ("Hồ Kẻ Gỗ", Kind.CAPTION),
    ]


def test_a_docx_has_text_boxes_after_their_anchor_and_footnotes_at_the_end() -> None:
    box = f"<w:drawing><w:txbxContent>{docx_paragraph('Trong khung.')}</w:txbxContent></w:drawing>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    alternatives = f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>'  # noqa: E501
    body = docx_paragraph("Tựa") + f"<w:p><w:r><w:t>Neo.</w:t>{alternatives}</w:r></w:p>" + docx_paragraph("Sau.")
    note = '<w:footnote w:type="separator">' + docx_paragraph("---") + "</w:footnote>"
    note += "<w:footnote>" + docx_paragraph("Chú thích.") + "</w:footnote>"
    draft = draft_of(".docx", docx(body, STYLES, footnotes=note))
    assert texts(draft) == ["Tựa", "Neo.", "Trong khung.", "Sau.", "Chú thích."]
    assert draft.paragraphs[-1] == ("Chú thích.", Kind.FOOTNOTE)


def test_characters_of_a_docx_that_are_elements_are_kept_and_what_was_deleted_is_not() -> None:
    runs = (
        '<w:r><w:t xml:space="preserve">a </w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/>'
        "<w:t>d</w:t></w:r>"
        "<w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del><w:ins><w:r><w:t>e</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t>f</w:t></w:r></w:hyperlink>"
    )
    draft = draft_of(".docx", docx(docx_paragraph("Tựa") + f"<w:p>{runs}</w:p>", STYLES))
    assert draft.paragraphs == [("a \tb\nc-def", None)]


def test_a_docx_in_an_old_font_is_converted_run_by_run() -> None:
    mixed = f'<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr><w:t xml:space="preserve">{seen("Quyết định của ")}</w:t></w:r><w:r><w:t>Müller</w:t></w:r></w:p>'  # noqa: E501
    soft = (
        '<w:p><w:pPr><w:pStyle w:val="Older"/></w:pPr><w:r><w:t>ch</w:t><w:softHyphen/><w:t>¬ng tr×nh</w:t></w:r></w:p>'
    )
    body = docx_paragraph("Tựa") + mixed + soft + docx_paragraph(as_windows_1252(vni("Bộ trưởng")), font="VNI-Times")
    draft = draft_of(".docx", docx(body, STYLES))
    assert texts(draft)[1:] == ["Quyết định của Müller", "chương trình", "Bộ trưởng"]
    assert len(draft.notes) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 no zip", "damaged"),
        (zipped({"a.txt": "x"}), "has no part 'word/document.xml'"),
        (zipped({"word/document.xml": "<a>"}), "is no XML"),
        (zipped({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "document type"),
        (zipped({"word/document.xml": "<a>" * 300 + "</a>" * 300}), "is no XML"),
        (docx(""), "holds no text"),
    ],
)
def test_a_docx_that_cannot_be_read_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert reason in reason_of(".docx", data)


def test_a_docx_that_opens_to_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", "<a>" + " " * 3_000_000 + "</a>")
    assert path.stat().st_size < 10_000
    limits = Limits(unpacked_bytes=1_000_000)
    assert reason_of(".docx", path.read_bytes(), limits) == "holds more than 1,000,000 bytes, the limit"


def test_a_docx_of_more_text_than_an_article_may_have_is_refused_while_it_is_read() -> None:
    many = docx(docx_paragraph("chữ chữ") * 300)
    assert "the limit is 1,000" in reason_of(".docx", many, Limits(article_characters=1_000))
    assert "the limit is 100" in reason_of(".docx", many, Limits(article_paragraphs=100))


def test_a_docx_that_opens_to_far_more_than_its_size_is_refused() -> None:
    limits = Limits(unpacked_ratio=20, unpacked_bytes_always=1_000)
    reason = reason_of(".docx", docx(docx_paragraph("chữ " * 50_000)), limits)
    assert reason.startswith("holds more than ") and reason.endswith(" bytes, the limit")


def test_an_odt_is_read_in_order_with_its_kinds_and_fonts() -> None:
    style = '<style:style style:name="P1"><style:text-properties style:font-name=".VnTime"/></style:style>'
    body = (
        '<text:p text:style-name="Title">Tựa</text:p><text:h>Mục</text:h>'
        '<text:p>Một <text:span>hai</text:span><text:s text:c="2"/>ba<text:tab/>bốn<text:line-break/>năm'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Chú thích.</text:p>"
        "</text:note-body></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>mục một</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
        f'<text:p text:style-name="P1">{seen("Nghị quyết")}</text:p>'
        "<text:p>Khung<draw:frame><draw:text-box><text:p>trong khung</text:p></draw:text-box></draw:frame></text:p>"
    )
    draft = draft_of(".odt", odt(body, style))
    assert draft.title == "Tựa"
    assert draft.paragraphs == [
        ("Mục", Kind.HEADING),
        ("Một hai  ba\tbốn\nnăm.", None),
        ("mục một", Kind.LIST),
        ("a | b", Kind.TABLE),
        ("Nghị quyết", None),
        ("Khung", None),
        ("trong khung", None),
        ("Chú thích.", Kind.FOOTNOTE),
    ]


def test_an_rtf_is_read_with_its_fonts_tables_and_footnotes() -> None:
    old = "".join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in tcvn3("Nghị định của Chính phủ"))
    body = (
        f"\\pard {rtf_text('Tựa')}\\par \\f1 {old}\\f0 {rtf_text(' số “5”')}{{\\footnote\\pard footnote}}\\par"
        "\\pard\\intbl a\\cell b\\cell\\row\\pard\\outlinelevel0 M\\'f4c\\par\\pard\\ls1 x\\par"
        "\\pard{\\*\\bkmkstart q}{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}} \\{\\}\\~c\\line d{\\v hidden}\\emdash"
        "{\\pict 00ff}{\\header h}\\bin3 \\{}x\\par"
    )
    draft = draft_of(".rtf", rtf(body, ("Times New Roman", ".VnTime")))
    assert draft.title == "Tựa"
    assert draft.paragraphs == [
        ("Nghị định của Chính phủ số “5”", None),
        ("a | b", Kind.TABLE),
        ("Môc", Kind.HEADING),
        ("x", Kind.LIST),
        ("7 {}\u00a0c\nd—x", None),
        ("footnote", Kind.FOOTNOTE),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\\rtf1 x", "is no RTF"),
        (b"{\\rtf1 " + b"{" * 20_000, "nested too deeply"),
        (b"{\\rtf1 }", "holds no text"),
    ],
)
def test_an_rtf_that_cannot_be_read_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert reason in reason_of(".rtf", data)


def test_a_doc_is_read_with_its_fonts() -> None:
    runs = [
        ("Tựa\r", 0),
        ("Đoạn một,\x0bdòng hai\x13 HYPERLINK x \x14liên kết\x15.\r", 0),
        (f"{seen('Quyết định')}", 1),
        (" Müller\r", 0),
    ]
    draft = draft_of(".doc", doc(runs, ("Times New Roman", ".VnTime")))
    assert texts(draft) == ["Tựa", "Đoạn một,\ndòng hailiên kết.", "Quyết định Müller"]
    assert draft.notes == ("was in TCVN3 and has been converted to Unicode",)


def test_a_doc_of_bytes_is_read_with_its_fonts() -> None:
    draft = draft_of(
        ".doc", doc([(f"{seen('Độc lập - Tự do')}\r", 0), ("“x”\r", 1)], (".VnTime", "Arial"), narrow=True)
    )
    assert texts(draft) == ["Độc lập - Tự do", "“x”"]


def test_a_doc_that_cannot_be_read_is_refused_with_the_reason() -> None:
    locked = bytearray(5000)
    struct.pack_into("<H", locked, 0x0A, 0x0100)
    assert reason_of(".doc", b"plain text") == "is no document of Word 97 to 2003"
    assert reason_of(".doc", compound({"WordDocument": bytes(locked)})) == "is protected by a password"
    assert "is no document of Word that can be opened" in reason_of(".doc", compound({"Other": b"x"}))
