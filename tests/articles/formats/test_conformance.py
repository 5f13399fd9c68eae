"""Every format of the table holds to what conformance.py asks; a new one needs a line in `WRITTEN`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Literal
from xml.sax.saxutils import escape

import pytest

from indexer.articles.formats import suffixes
from tests.articles.formats import writers
from tests.articles.formats.conformance import CHECKS, Write, Written


def text(articles: Sequence[Written | None]) -> bytes:
    (article,) = articles
    assert article is not None
    return "\n\n".join([article.title, *article.paragraphs]).encode()


def markdown(articles: Sequence[Written | None]) -> bytes:
    return b"# " + text(articles)


def json_lines(articles: Sequence[Written | None]) -> bytes:
    return "".join(
        f"{json.dumps(vars(article), ensure_ascii=False)}\n" if article else '{"id": \n' for article in articles
    ).encode()


def only(articles: Sequence[Written | None]) -> Written:
    (article,) = articles
    assert article is not None
    return article


def json_list(articles: Sequence[Written | None]) -> bytes:
    records = [json.dumps(vars(article), ensure_ascii=False) if article else "7" for article in articles]
    return f"[{','.join(records)}]".encode()


def table(articles: Sequence[Written | None]) -> list[list[str]]:
    """A header and a row for each article; one that cannot be read has more cells than the header."""
    rows = [[each.id, each.title, "\n\n".join(each.paragraphs)] if each else ["a", "b", "c", "d"] for each in articles]
    return [["Mã", "Tiêu đề", "Nội dung"], *rows]


def separated(delimiter: str) -> Write:
    def write(articles: Sequence[Written | None]) -> bytes:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=delimiter).writerows(table(articles))
        return buffer.getvalue().encode()

    return write


def xls(articles: Sequence[Written | None]) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Tin")
    for number, row in enumerate(table(articles)):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xlsx(articles: Sequence[Written | None]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in table(articles):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def docx(articles: Sequence[Written | None]) -> bytes:
    article = only(articles)
    body = [writers.docx_paragraph(article.title, "Title"), *map(writers.docx_paragraph, article.paragraphs)]
    return writers.docx("".join(body), '<w:style w:styleId="Title"><w:name w:val="Title"/></w:style>')


def odt(articles: Sequence[Written | None]) -> bytes:
    article = only(articles)
    texts = map(writers.odt_text, (article.title, *article.paragraphs))
    return writers.odt("".join(f"<text:p>{text}</text:p>" for text in texts))


def rtf(articles: Sequence[Written | None]) -> bytes:
    article = only(articles)
    return writers.rtf("".join(f"{writers.rtf_text(text)}\\par " for text in (article.title, *article.paragraphs)))


def doc(articles: Sequence[Written | None]) -> bytes:
    article = only(articles)
    return writers.doc([(f"{text}\r", 0) for text in (article.title, *article.paragraphs)])


def pdf(articles: Sequence[Written | None]) -> bytes:
    article = only(articles)
    return writers.pdf([writers.set_lines([article.title, *article.paragraphs])])


def html_page(articles: Sequence[Written | None]) -> bytes:
    article = only(articles)
    body = "".join(f"<p>{escape(text)}</p>" for text in article.paragraphs)
    head = f"<meta charset=utf-8><title>{escape(article.title)}</title>"
    return (
        f"<!DOCTYPE html><html><head>{head}</head><body><h1>{escape(article.title)}</h1>{body}</body></html>".encode()
    )


def paragraphs_in_html(article: Written) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in article.paragraphs)


def rss(articles: Sequence[Written | None]) -> bytes:
    items = "".join(
        f"<item><guid>{each.id}</guid><title>{escape(each.title)}</title>"
        f"<content:encoded><![CDATA[{paragraphs_in_html(each)}]]></content:encoded></item>\n"
        if each
        else "<item><status>draft</status><title>x</title></item>\n"
        for each in articles
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{items}</channel></rss>'.encode()


def atom(articles: Sequence[Written | None]) -> bytes:
    entries = "".join(
        f"<entry><id>{each.id}</id><title>{escape(each.title)}</title>"
        f'<content type="html">{escape(paragraphs_in_html(each))}</content></entry>\n'
        if each
        else "<entry></entry>\n"
        for each in articles
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def epub(articles: Sequence[Written | None]) -> bytes:
    article = only(articles)
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    item = '<item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/>'
    book = (
        f"<package xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata><dc:title>{escape(article.title)}</dc:title>"
        f"</metadata><manifest>{item}</manifest><spine><itemref idref='a'/></spine></package>"
    )
    chapter = f"<html><head><title>x</title></head><body>{paragraphs_in_html(article)}</body></html>"
    return writers.zipped({"META-INF/container.xml": container, "OEBPS/book.opf": book, "OEBPS/a b.xhtml": chapter})


def subtitles(point: str) -> Write:
    def write(articles: Sequence[Written | None]) -> bytes:
        cues = "".join(
            f"{number}\n00:{number:02}:00{point}000 --> 00:{number:02}:05{point}000\n{escape(text)}\n\n"
            for number, text in enumerate(only(articles).paragraphs, 1)
        )
        return ("WEBVTT\n\n" * (point == ".") + cues).encode()

    return write


def files(articles: Sequence[Written | None]) -> dict[str, bytes]:
    """A file for each article; one that cannot be read is no document of Word."""
    return {
        f"tin/{number}{'.jsonl' if each else '.docx'}": json_lines([each]) if each else b"x"
        for number, each in enumerate(articles)
    }


def zip_file(articles: Sequence[Written | None]) -> bytes:
    return writers.zipped(files(articles))


def tar_file(mode: Literal["w:", "w:gz", "w:bz2", "w:xz"]) -> Write:
    return lambda articles: writers.tarred(files(articles), mode)


def warc(articles: Sequence[Written | None]) -> bytes:
    types = {".jsonl": "application/x-ndjson", ".docx": "application/pdf"}
    pages = [
        (f"https://baomau.example/{name}", types[name[-6:] if name.endswith("l") else name[-5:]], "200 OK", content)
        for name, content in files(articles).items()
    ]
    return writers.warc(pages)


WRITTEN: dict[str, Write] = {
    ".txt": text,
    ".md": markdown,
    ".markdown": markdown,
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".json": json_list,
    ".csv": separated(","),
    ".tsv": separated("\t"),
    ".xls": xls,
    ".xlsx": xlsx,
    ".docx": docx,
    ".docm": docx,
    ".dotx": docx,
    ".odt": odt,
    ".rtf": rtf,
    ".doc": doc,
    ".pdf": pdf,
    ".zip": zip_file,
    ".tar": tar_file("w:"),
    ".tgz": tar_file("w:gz"),
    ".tar.bz2": tar_file("w:bz2"),
    ".tar.xz": tar_file("w:xz"),
    ".warc": warc,
    ".xml": rss,
    ".rss": rss,
    ".atom": atom,
    ".epub": epub,
    ".srt": subtitles(","),
    ".vtt": subtitles("."),
    ".html": html_page,
    ".htm": html_page,
    ".xhtml": html_page,
}


def test_every_format_is_tested() -> None:
    assert sorted(WRITTEN) == suffixes()


@pytest.mark.parametrize("suffix", WRITTEN)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_format_conforms(suffix: str, check: Callable[[str, Write], None]) -> None:
    check(suffix, WRITTEN[suffix])
