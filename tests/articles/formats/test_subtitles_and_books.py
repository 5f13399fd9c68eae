"""Subtitles and books: what becomes a paragraph, what is no text."""

from __future__ import annotations

from indexer.articles import Kind
from tests.articles.formats.reading import draft_of, reason_of, texts
from tests.articles.formats.writers import zipped

SRT = """1
00:00:01,000 --> 00:00:03,500
<i>Xin chào</i> quý vị

2
00:00:03,600 --> 00:00:05,000
và các bạn. {\\an8}Hôm nay
3
00:00:05,100 --> 00:00:06,000
Hôm nay

4
00:01:00,000 --> 00:01:02,000
Sau một quãng lặng.
"""

VTT = """WEBVTT

NOTE không phải lời

00:01.000 --> 00:03.500 align:start
<v Lan>Xin chào &amp; cảm ơn

00:03.600 --> 00:05.000
các bạn.
"""


def test_what_is_said_becomes_paragraphs_and_a_pause_parts_them() -> None:
    draft = draft_of(".srt", SRT.encode())
    assert texts(draft) == ["tin", "Xin chào quý vị và các bạn. Hôm nay Hôm nay", "Sau một quãng lặng."]
    assert texts(draft_of(".vtt", VTT.encode())) == ["tin", "Xin chào & cảm ơn các bạn."]


def test_what_is_no_subtitles_is_refused() -> None:
    assert reason_of(".srt", b"plain text") == "holds no subtitles"


def book(chapters: dict[str, str], metadata: str = "", extra: dict[str, str] | None = None) -> bytes:
    items = "".join(
        f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in reversed(range(len(chapters))))
    package = (
        f'<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}</metadata><manifest>{items}</manifest>'
        f"<spine>{spine}</spine></package>"
    )
    container = '<container xmlns="urn:x"><rootfiles><rootfile full-path="OEBPS/a.opf"/></rootfiles></container>'
    parts = {f"OEBPS/{name}": text for name, text in chapters.items()}
    return zipped({"META-INF/container.xml": container, "OEBPS/a.opf": package, **parts, **(extra or {})})


def test_the_chapters_of_a_book_are_read_in_the_order_of_reading() -> None:
    metadata = "<dc:title>Truyện</dc:title><dc:creator>Nguyễn Du</dc:creator><dc:date>1820-01-01</dc:date>"
    chapters = {
        "hai.xhtml": "<h1>Hồi hai</h1><p>Chữ hai.</p>",
        "mot.xhtml": "<body><h1>Hồi một</h1><p>Chữ một.</p></body>",
    }
    draft = draft_of(".epub", book(chapters, metadata))
    assert draft.title == "Truyện"
    assert draft.paragraphs == [
        ("Hồi một", Kind.HEADING),
        ("Chữ một.", Kind.BODY),
        ("Hồi hai", Kind.HEADING),
        ("Chữ hai.", Kind.BODY),
    ]
    assert draft.attributes == {"author": ["Nguyễn Du"], "date": "1820-01-01"}


def test_a_protected_book_says_so() -> None:
    locked = {"META-INF/encryption.xml": "<encryption><EncryptedData/></encryption>"}
    assert "is protected" in reason_of(".epub", book({"a.xhtml": "<p>x</p>"}, extra=locked))
