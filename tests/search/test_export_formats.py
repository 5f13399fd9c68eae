"""The files that passages are exported as, byte for byte, and the fields that they may hold."""

from __future__ import annotations

import datetime
import json

import pytest

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import Hit
from indexer.schema import FieldType, Label, MetadataField, Schema
from indexer.search.export_formats import export_fields, exported, usual_fields

INFO = ArticleInfo.of(
    "bai-1",
    "Hồ *lớn*",
    url="https://example.org/1",
    source="Báo Mẫu",
    author=["Lê An", "Trần Bình"],
    date=datetime.date(2024, 5, 1),
    issued=[datetime.date(2023, 1, 2)],
    pages=[12],
)
HITS = (
    Hit(INFO, Paragraph(1, Kind.LEAD, "Một dòng.\n\n  Dòng hai.", page=3), 1.23456789),
    Hit(INFO, Paragraph(2, Kind.BODY, "=1+1"), 0.5),
    Hit(ArticleInfo("bai-2", ""), Paragraph(0, Kind.BODY, "@ai"), 0.25),
    Hit(INFO, Paragraph(3, Kind.BODY, "Lại về."), 0.125),
)
DECLARED = (
    MetadataField("issued", FieldType.DATE, Label("Ngày ban hành", "Issued"), many=True),
    MetadataField("pages", FieldType.NUMBER, Label("Số trang", "Pages")),
)
USUAL = ("id", "title", "url", "date", "source", "author", "position", "kind", "page", "text")


def written(form: str, *fields: str, hits: tuple[Hit, ...] = HITS) -> str:
    return "".join(exported(iter(hits), form, fields))


def test_declared_fields_may_be_exported_and_are_unless_others_are_asked_for() -> None:
    schema = Schema(DECLARED)
    assert export_fields(schema) == (*USUAL, "score", "issued", "pages")
    assert usual_fields(schema) == (*USUAL, "issued", "pages")
    assert (export_fields(Schema()), usual_fields(Schema())) == ((*USUAL, "score"), USUAL)


def test_json_has_each_field_as_it_is() -> None:
    first, _, third, _ = map(json.loads, written("jsonl", *export_fields(Schema(DECLARED))).splitlines())
    assert first == {
        **{"id": "bai-1", "title": "Hồ *lớn*", "url": "https://example.org/1", "date": "2024-05-01"},
        **{"source": "Báo Mẫu", "author": ["Lê An", "Trần Bình"], "position": 1, "kind": "lead", "page": 3},
        **{"text": "Một dòng.\n\n  Dòng hai.", "score": 1.234568, "issued": ["2023-01-02"], "pages": [12]},
    }
    assert third == {
        **{"id": "bai-2", "title": "", "url": None, "date": None, "source": None, "author": [], "position": 0},
        **{"kind": "body", "page": None, "text": "@ai", "score": 0.25, "issued": [], "pages": []},
    }
    assert written("jsonl", "title", hits=HITS[:1]) == '{"title": "Hồ *lớn*"}\n'


def test_csv_has_a_header_and_no_formula() -> None:
    assert written("csv", "id", "author", "text", "score", hits=HITS[1:3]) == (
        "\ufeffid,author,text,score\r\nbai-1,Lê An; Trần Bình,'=1+1,0.5\r\nbai-2,,'@ai,0.25\r\n"
    )
    assert written("csv", "id", hits=()) == "\ufeffid\r\n"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_whatever_begins_a_formula_gets_an_apostrophe(begins: str) -> None:
    hit = Hit(ArticleInfo("a", ""), Paragraph(0, Kind.BODY, f"{begins}1"), 1.0)
    assert f"'{begins}1" in written("csv", "text", hits=(hit,))


def test_markdown_names_each_article_once_in_a_row_and_tells_the_page() -> None:
    head = "## Hồ \\*lớn\\*\n\nbai-1 · Báo Mẫu · 2024-05-01 · Lê An, Trần Bình · https://example.org/1\n\n"
    assert written("md", *USUAL) == (
        f"{head}> Một dòng.\n>\n> Dòng hai. (trang 3)\n\n> =1+1\n\n## bai-2\n\nbai-2\n\n> @ai\n\n{head}> Lại về.\n\n"
    )


def test_markdown_has_only_what_is_asked_for() -> None:
    assert written("md", "title", "text", hits=HITS[:1]) == "## Hồ \\*lớn\\*\n\n> Một dòng.\n>\n> Dòng hai.\n\n"
    assert written("md", "source", hits=HITS[:2]) == "## bai-1\n\nBáo Mẫu\n\n"
    assert written("md", "title", hits=HITS[2:3]) == "## bai-2\n\n"
