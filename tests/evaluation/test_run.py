"""A run over a judged set goes through the whole product."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from indexer.cli.main import main
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


def evaluate(folder: Path, *options: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["eval", str(folder), "--json", *options])
    assert result.exit_code == 0, result.output
    figures: dict[str, Any] = json.loads(result.stdout)
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
    assert figures["queries"] >= 127
    assert figures["nDCG@10"] >= 0.794


def test_variants_are_measured_beside_the_original_with_what_they_retain(folder: Path) -> None:
    judge(folder, "q1\thoi-nghi#3\t1", "q2\tbuoi-phuc-trach#2\t1")
    figures = evaluate(folder, "--variants", "nomarks, telex")
    found = figures["variants"]
    assert list(found) == ["nomarks", "telex"]
    for each in found.values():
        assert each["retention"] == pytest.approx(each["nDCG@10"] / figures["nDCG@10"], abs=1e-3)
        assert "per_query" not in each


def test_the_table_of_all_variants_has_a_row_for_each(folder: Path) -> None:
    from indexer.evaluation.variants import VARIANTS

    judge(folder, "q1\thoi-nghi#3\t1")
    result = CliRunner().invoke(main, ["eval", str(folder), "--variants", "all"])
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.stdout.splitlines()]
    assert "retention" in rows[0]
    assert [row[0] for row in rows[2:]] == list(VARIANTS)
    assert ["nfd", "1.0000", "1.0000", "1.0000", "1.0000", "1.0000", "1.0000"] in rows


def test_output_holds_the_values_of_each_query_and_can_be_compared_with_itself(folder: Path) -> None:
    judge(folder, "q1\thoi-nghi#3\t1", "q2\tbuoi-phuc-trach#2\t1")
    file = folder / "run.json"
    result = CliRunner().invoke(main, ["eval", str(folder), "--output", str(file)])
    assert result.exit_code == 0, result.output
    written = json.loads(file.read_text("utf-8"))
    assert (written["per_query"]["q1"]["MRR@10"], written["per_query"]["q2"]["MRR@10"]) == (1.0, 0.0)
    compared = CliRunner().invoke(main, ["eval", "compare", str(file), str(file), "--json"])
    assert json.loads(compared.stdout)[0]["p"] == 1.0


def test_literal_reads_nothing_into_a_query(folder: Path) -> None:
    queries = {"_id": "q1", "text": "UBND"}
    (folder / "queries.jsonl").write_text(json.dumps(queries), "utf-8")
    judge(folder, "q1\thoi-nghi\t1")
    assert evaluate(folder)["success@10"] == 1.0
    assert evaluate(folder, "--literal")["success@10"] == 0.0


@pytest.mark.parametrize("options", [("--variants", "nonsense"), ("--output", "none/such/file.json"), ("--limit", "0")])
def test_misuse_says_what_is_allowed(folder: Path, options: tuple[str, str]) -> None:
    judge(folder, "q1\thoi-nghi#3\t1")
    result = CliRunner().invoke(main, ["eval", str(folder), *options])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "Error: " in result.stderr


def test_a_run_takes_the_compiled_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr("indexer.search.index.warm", lambda _: called.append("warm"))
    judge(folder, f"q1\t{ARTICLES[0]['id']}\t1")
    evaluate(folder)
    assert called == ["warm"]
