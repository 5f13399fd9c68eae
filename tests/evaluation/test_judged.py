"""Judged sets: what is read, and how what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import JudgedSetInvalid
from indexer.evaluation.judged import read_judged_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d1", "title": "", "text": "Hồ Kẻ Gỗ"}\n', "utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "hồ"}\n{"_id": "q2", "text": "núi"}\n', "utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\n", "utf-8")
    return tmp_path


def test_queries_without_a_judgement_are_left_out(folder: Path) -> None:
    judged = read_judged_set(folder)
    assert judged.queries == {"q1": "hồ"}
    assert judged.judgements == {"q1": {"d1": 2}}


def test_another_queries_file_is_found_in_the_folder_or_by_its_path(folder: Path) -> None:
    (folder / "queries.nodiac.jsonl").write_text('{"_id": "q1", "text": "ho"}\n', "utf-8")
    assert read_judged_set(folder, Path("queries.nodiac.jsonl")).queries == {"q1": "ho"}
    assert read_judged_set(folder, folder / "queries.nodiac.jsonl").queries == {"q1": "ho"}


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("queries.jsonl", '{"_id": "q1", "text": "a"}\n{', "queries.jsonl:2"),
        ("queries.jsonl", '{"_id": "q1", "text": "a"}\n{"_id": "q1", "text": "b"}\n', "queries.jsonl:2"),
        ("queries.jsonl", '{"_id": "q1", "text": 5}\n', "queries.jsonl:1"),
        ("queries.jsonl", "[" * 100_000, "queries.jsonl:1"),
        ("queries.jsonl", '{"_id": "other", "text": "a"}\n', "has a judgement"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\n", "qrels.tsv:2"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\tmuch\n", "qrels.tsv:2"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\t" + "d" * 200_000 + "\n", "qrels.tsv:2"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(folder: Path, name: str, content: str, where: str) -> None:
    (folder / name).write_text(content, "utf-8")
    with pytest.raises(JudgedSetInvalid, match=where):
        read_judged_set(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(JudgedSetInvalid, match=name):
        read_judged_set(folder)
