"""Formats added through `indexer.register_format` alone: one of documents, one of records."""

from __future__ import annotations

import configparser
import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from indexer import (
    Draft,
    Limits,
    SearchRequest,
    Unfit,
    build,
    decode,
    drafts_of_lines,
    open_index,
    register_format,
)
from indexer.articles import formats
from tests.articles.formats.conformance import CHECKS, Write, Written


def read_ini(data: bytes, id: str, limits: Limits) -> Draft:
    """A document: `[article]` with a title, and `[text]` with a paragraph a key."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=None)
    decoded = decode(data)
    try:
        parser.read_string(decoded.text)
        article, text = parser["article"], parser["text"]
    except (configparser.Error, KeyError) as error:
        raise Unfit(f"is no article in INI form: {error}") from None
    return Draft(id, article.get("title", ""), [(value, None) for value in text.values() if value], notes=decoded.notes)


def write_ini(articles: Sequence[Written | None]) -> bytes:
    (article,) = articles
    assert article is not None
    lines = [f"{number} = {text}" for number, text in enumerate(article.paragraphs)]
    return "\n".join(["[article]", f"title = {article.title}", "[text]", *lines]).encode()


def read_tsv(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """Records: on each line an id, a title and paragraphs, with tabs between them."""
    return drafts_of_lines(stream, limits, _row)


def _row(line: str) -> Draft:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) < 2:
        raise Unfit("has no title")
    return Draft(cells[0], cells[1], [(text, None) for text in cells[2:] if text])


def write_tsv(articles: Sequence[Written | None]) -> bytes:
    rows = ("\t".join([each.id, each.title, *each.paragraphs]) if each else "no tab" for each in articles)
    return "".join(f"{row}\n" for row in rows).encode()


ADDED: dict[str, Write] = {".ini": write_ini, ".tsv": write_tsv}


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_TABLE", dict(formats._TABLE))  # so that other tests do not see them
    register_format(".ini", document=read_ini)
    register_format([".tsv", ".tab"], records=read_tsv)


@pytest.mark.parametrize("suffix", ADDED)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_an_added_format_conforms(suffix: str, check: Callable[[str, Write], None]) -> None:
    check(suffix, ADDED[suffix])


def test_added_formats_are_indexed_and_found(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "kẻ-gỗ.ini").write_bytes(write_ini([Written("", "Hồ Kẻ Gỗ", ["Đoạn hai."])]))
    rows = write_tsv([Written("1", "Mưa lớn", ["Nước lên."]), None, Written("2", "Nắng", ["Lúa chín."])])
    (folder / "tin.TAB.gz").write_bytes(gzip.compress(rows))
    report = build([folder], tmp_path / "index")
    assert report.articles == 3
    assert [str(each).removeprefix(f"{folder}/") for each in report.rejections] == ["tin.TAB.gz:2: has no title"]
    with open_index(tmp_path / "index") as index:
        found = [index.search(SearchRequest(text)).passages[0].article.id for text in ("doan hai", "nuoc len")]
    assert found == ["kẻ-gỗ", "1"]


def test_a_reader_that_fails_rejects_its_file_and_no_other(tmp_path: Path) -> None:
    def broken(data: bytes, id: str, limits: Limits) -> Draft:
        raise KeyError("title")

    def broken_later(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
        yield 1, Draft("1", "Một", [])
        raise ZeroDivisionError

    register_format(".one", document=broken)
    register_format(".many", records=broken_later)
    for name in ("a.one", "b.many", "c.txt"):
        (tmp_path / name).write_text("Tin", encoding="utf-8")
    report = build([tmp_path], tmp_path / "index")
    assert report.articles == 2
    assert [str(each).removeprefix(f"{tmp_path}/") for each in report.rejections] == [
        "a.one: its reader failed: KeyError: 'title'",
        "b.many:2: its reader failed: ZeroDivisionError: ; what it held from this line on is lost",
    ]


GOOD = Draft("1", "Một", [("Chữ.", None)])


@pytest.mark.parametrize(
    "bad",
    [
        *(None, "Tin", {"id": "2"}, replace(GOOD, id=2), replace(GOOD, title=None), replace(GOOD, attributes=None)),
        *(replace(GOOD, paragraphs=given) for given in (None, ["Chữ."], [(1, None)], [("Chữ.", "body")], iter(()))),
    ],
)
def test_what_a_reader_gives_that_is_no_draft_is_rejected_alone(tmp_path: Path, bad: Any) -> None:
    register_format(".one", document=lambda data, id, limits: bad)
    register_format(".many", records=lambda stream, id, limits: iter([(1, bad), (2, GOOD)]))
    for name in ("a.one", "b.many"):
        (tmp_path / name).write_text("Tin", encoding="utf-8")
    report = build([tmp_path], tmp_path / "index")
    assert report.articles == 1
    assert [(Path(each.path).name, each.line) for each in report.rejections] == [("a.one", None), ("b.many", 1)]
    assert all("its reader gave what is no draft" in each.reason for each in report.rejections)


def test_a_line_that_is_no_number_ends_its_file_alone(tmp_path: Path) -> None:
    register_format(".many", records=lambda stream, id, limits: iter([(1, GOOD), ("2", GOOD)]))  # type: ignore[list-item]
    (tmp_path / "b.many").write_text("Tin", encoding="utf-8")
    report = build([tmp_path], tmp_path / "index")
    assert (report.articles, report.rejected) == (1, 1)


@pytest.mark.parametrize("suffix", ["csv", ".", "", ".CSV", ".csv.gz"])
def test_what_can_be_no_suffix_is_refused(suffix: str) -> None:
    with pytest.raises(ValueError, match="cannot be the suffix of a format"):
        register_format(suffix, document=read_ini)


def test_a_format_has_one_reader() -> None:
    for readers in ({}, {"document": read_ini, "records": read_tsv}):
        with pytest.raises(ValueError, match="either a document reader or a records reader"):
            register_format(".x", **readers)  # type: ignore[arg-type]


def test_the_longest_suffix_decides_and_a_newer_reader_wins() -> None:
    register_format(".old.txt", records=read_tsv)
    found = formats.format_of("tin.old.TXT")
    assert found is not None and found.suffix == ".old.txt"
    register_format(".txt", document=read_ini)
    (outcome,) = formats.read(io.BytesIO(b"Tin"), formats.format_of("a.txt"), "a", Limits())  # type: ignore[arg-type]
    assert str(outcome[1]).startswith("is no article in INI form")
