"""A run over a judged set goes through the whole product."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.cli import main
from tests.samples import ARTICLES, write_articles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "corpus.jsonl")
    queries = {"q1": "cờ thi đua xuất sắc", "q2": "ho ke go"}
    lines = (json.dumps({"_id": key, "text": text}, ensure_ascii=False) for key, text in queries.items())
    (tmp_path / "queries.jsonl").write_text("\n".join(lines), "utf-8")
    return tmp_path


def judge(folder: Path, *rows: str) -> None:
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(rows), "utf-8")


def evaluate(folder: Path, *options: str) -> dict[str, float]:
    result = CliRunner().invoke(main, ["eval", str(folder), "--json", *options])
    assert result.exit_code == 0, result.output
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def test_articles_are_ranked_where_articles_are_judged(folder: Path) -> None:
    judge(folder, f"q1\t{ARTICLES[0]['id']}\t1", f"q2\t{ARTICLES[2]['id']}\t1")
    figures = evaluate(folder)
    assert (figures["queries"], figures["nDCG@10"], figures["Recall@100"]) == (2, 1.0, 1.0)


def test_paragraphs_are_ranked_where_paragraphs_are_judged(folder: Path) -> None:
    judge(folder, "q1\thoi-nghi#3\t1", "q2\tbuoi-phuc-trach#2\t1")
    figures = evaluate(folder)
    assert (figures["MRR@10"], figures["success@10"]) == (0.5, 0.5)


def test_limit_asks_only_the_first_queries(folder: Path) -> None:
    judge(folder, "q1\thoi-nghi#3\t1", "q2\tbuoi-phuc-trach#2\t1")
    assert evaluate(folder, "--limit", "1")["queries"] == 1


def test_the_table_names_every_measure(folder: Path) -> None:
    judge(folder, "q1\thoi-nghi\t1")
    result = CliRunner().invoke(main, ["eval", str(folder)])
    for name in ("nDCG@10", "MRR@10", "Recall@10", "Recall@100", "success@10", "queries"):
        assert name in result.stdout


def test_the_sample_corpus_answers_its_queries(tmp_path: Path) -> None:
    from tests.conftest import ROOT

    figures = evaluate(ROOT / "corpus")
    assert figures["queries"] >= 60
    assert figures["nDCG@10"] >= 0.65
