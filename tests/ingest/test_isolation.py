"""Files that harm their reader harm nothing else: they are rejected with the reason, and the next is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.articles import Article, Kind, Limits, Rejection
from indexer.ingest import isolation
from indexer.ingest.reading import read
from tests.articles.formats.writers import docx, docx_paragraph, pdf, set_lines


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("hang", "takes more than 1 seconds to read, the limit"),
        ("crash", "made its reader end by SIGABRT"),
        ("exit", "made its reader end with status 3"),
        ("flood", "gives more than 268,435,456 bytes for one article, the limit"),
        ("first, then crash", "made its reader end by SIGABRT; what else it held is lost"),
    ],
)
def test_a_file_that_harms_its_reader_is_rejected_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, reason: str
) -> None:
    monkeypatch.setattr(isolation, "_MODULE", "tests.ingest.misbehaving")
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    (tmp_path / "a.html").write_text(said, "utf-8")
    (tmp_path / "b.html").write_text("nothing", "utf-8")
    (tmp_path / "c.txt").write_text("Tựa\n\nChữ.", "utf-8")
    items = list(read(tmp_path, Limits(reading_seconds=1 if said == "hang" else 60)))
    assert [item.reason for item in items if isinstance(item, Rejection)] == [reason]
    ids = [item.info.id for item in items if isinstance(item, Article)]
    assert ids == (["mot", "c"] if "first" in said else ["c"])


def test_what_is_read_apart_is_what_is_read_here(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx(docx_paragraph("Tựa") + docx_paragraph("Chữ \U0001f600.")))
    (tmp_path / "b.pdf").write_bytes(pdf([set_lines(["Tựa đề", "Một đoạn của trang."])]))
    (tmp_path / "c.html").write_text("<title>T</title><meta name=date content=2024-05-01><p>Chữ.</p>", "utf-8")
    first, second, third = list(read(tmp_path))
    assert isinstance(first, Article) and isinstance(second, Article) and isinstance(third, Article)
    assert [paragraph.text for paragraph in first.paragraphs] == ["Tựa", "Chữ \U0001f600."]
    assert [(each.kind, each.page) for each in second.paragraphs] == [(Kind.TITLE, None), (Kind.BODY, 1)]
    assert str(third.info.date) == "2024-05-01"


def test_a_reader_without_memory_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<title>T</title>{'<p>chữ</p>' * 250_000}", "utf-8")
    (tmp_path / "b.html").write_text("<title>T</title><p>Chữ.</p>", "utf-8")
    rejection, article = list(read(tmp_path, Limits(reading_memory=300_000_000)))
    assert isinstance(rejection, Rejection) and isinstance(article, Article)
    assert rejection.reason == "takes more memory to read than its reader may have"


def test_a_file_that_is_gone_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<p>x</p>", "utf-8")
    items = read(path)
    path.unlink()
    (rejection,) = list(items)
    assert isinstance(rejection, Rejection)
    assert "cannot be read: No such file" in rejection.reason
