"""Markdown: titles, front matter, and text without its markup."""

from __future__ import annotations

from typing import cast

import pytest

from indexer.articles import Kind, Limits
from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.markdown import read


def draft(text: str) -> Draft:
    return read(text.encode(), "tin", Limits())


@pytest.mark.parametrize(
    ("text", "title", "paragraphs"),
    [
        ("# Cung F# trưởng, phần 2\n\nNhạc lý.", "Cung F# trưởng, phần 2", ["Nhạc lý."]),
        ("Lập trình C# cơ bản\n\nBài đầu.", "Lập trình C# cơ bản", ["Bài đầu."]),
        ("## Tiểu mục\n\nx.", "Tiểu mục", ["x."]),
        ("Tựa\ndòng hai\n\nx.", "Tựa", ["dòng hai", "x."]),
        ("Tựa\n===\n\nx.", "Tựa", ["x."]),
        ("![logo](a.png)\n\n# Tựa\n\nx.", "Tựa", ["logo", "x."]),
        ("Tựa\n\n# Một\n\n# Hai", "Tựa", ["Một", "Hai"]),
        ("#không phải tựa đề\n\nx.", "#không phải tựa đề", ["x."]),
    ],
)
def test_the_title_is_a_heading_or_the_first_line(text: str, title: str, paragraphs: list[str]) -> None:
    read = draft(text)
    assert (read.title, [paragraph for paragraph, _ in read.paragraphs]) == (title, paragraphs)


def test_markup_is_no_text() -> None:
    read = draft(
        "# Tựa\n\nĐoạn **đậm**, *nghiêng*, [liên kết](https://vi.du/x), `mã`, &agrave; &amp; 5\\*3<br>.\n\n"
        "- một\n- hai\n  - ba\n\n1. bốn\n\n> trích\n\n| Tỉnh | Dân |\n|---|---|\n| Hà Tĩnh | 1,3 |\n\n"
        "![Ảnh: Hồ](a.png)\n\n```\nmã\n  thụt\n```\n\n<div>Khối <b>x</b> &eacute;</div>\n\n<!-- ẩn -->\n\n"
        "---\n\n### Mục\n"
    )
    assert read.paragraphs == [
        ("Đoạn đậm, nghiêng, liên kết, mã, à & 5*3.", None),
        ("một", Kind.LIST),
        ("hai", Kind.LIST),
        ("ba", Kind.LIST),
        ("bốn", Kind.LIST),
        ("trích", None),
        ("Tỉnh | Dân", Kind.TABLE),
        ("Hà Tĩnh | 1,3", Kind.TABLE),
        ("Ảnh: Hồ", Kind.CAPTION),
        ("mã\n  thụt", None),
        ("Khối x é", None),
        ("Mục", Kind.HEADING),
    ]


FRONT = '---\ntitle: "Gốm Bát Tràng"\ndate: 2024-05-01\nauthors: [Lê An, Trần Bình]\ntags: [gốm, làng nghề]\n---\n\n'


def test_front_matter_is_metadata_and_its_title_is_not_repeated() -> None:
    read = draft(FRONT + "# Gốm Bát Tràng\n\nLàng gốm.")
    assert read.title == "Gốm Bát Tràng"
    assert read.paragraphs == [("Làng gốm.", None)]
    assert read.attributes == {"date": "2024-05-01", "author": ["Lê An", "Trần Bình"], "tags": ["gốm", "làng nghề"]}


def test_a_heading_that_differs_from_the_title_given_is_kept() -> None:
    assert draft(FRONT + "# Mở đầu\n\nx.").paragraphs == [("Mở đầu", Kind.HEADING), ("x.", None)]


def test_front_matter_may_be_toml() -> None:
    read = draft('+++\ntitle = "Gốm"\ndate = 2024-05-01\n+++\nLàng.')
    assert (read.title, str(read.attributes["date"]), read.paragraphs) == ("Gốm", "2024-05-01", [("Làng.", None)])


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("title: [một", "in line"),
        ("a: &a [1]\nb: *a", "YAML aliases"),
        ("- a: 1\ntitle: x", "in line"),
    ],
)
def test_front_matter_that_cannot_be_read_costs_itself_and_says_so(front: str, reason: str) -> None:
    read = draft(f"---\n{front}\n---\n\n# Tựa\n\nx.")
    assert (read.title, read.paragraphs) == ("Tựa", [("x.", None)])
    (note,) = read.notes
    assert reason in note and "left out" in note


def test_rules_around_a_text_are_no_front_matter() -> None:
    read = draft("---\nMột dòng\n\n---\n\nx.")
    assert [read.title, *(text for text, _ in read.paragraphs)] == ["Một dòng", "x."]


@pytest.mark.parametrize("text", [">" * 500 + " x", "- " * 500 + "x", f"---\na: {'x' * 70_000}\n---\nx"])
def test_what_is_beyond_a_limit_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(Unfit, match=r"nested|the limit is"):
        draft(text)


def test_what_yaml_means_is_the_string_that_is_written() -> None:
    attributes = cast(dict[str, object], draft("---\ncode: 007\nok: yes\nwhen: 2024-13-45\nnone:\n---\nx").attributes)
    assert attributes == {"code": "007", "ok": "yes", "when": "2024-13-45", "none": ""}
