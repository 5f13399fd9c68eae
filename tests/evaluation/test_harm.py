"""What the reading costs queries that were typed right is listed query by query. Over a real index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli.main import main
from tests.samples import write_articles

RECORDS = [
    {"id": "llvt", "title": "", "text": "Lực lượng vũ trang (LLVT) tỉnh luyện tập trên thao trường."},
    {"id": "trang", "title": "", "text": "Trang phục của lực lượng biểu diễn: vũ công mặc áo đỏ."},
    {"id": "khác", "title": "", "text": "Người dân vui mừng chào đón năm mới."},
]
QUERIES = {
    "same": "người dân vui mừng",
    "slip": "lực lượnng vũ trang",
    "short": "tập luyện của LLVT tỉnh",
    "plain": "luc luong vu trang",
}
JUDGED = {"same": "khác", "slip": "llvt", "short": "trang", "plain": "llvt"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "corpus.jsonl", RECORDS)
    lines = (json.dumps({"_id": key, "text": text}, ensure_ascii=False) for key, text in QUERIES.items())
    (tmp_path / "queries.jsonl").write_text("\n".join(lines), "utf-8")
    rows = (f"{query}\t{article}\t1" for query, article in JUDGED.items())
    (tmp_path / "qrels.tsv").write_text("\n".join(("query-id\tcorpus-id\tscore", *rows)), "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["eval", *arguments])


def test_only_what_was_read_otherwise_is_listed_with_both_measures(folder: Path) -> None:
    found = json.loads(run(str(folder), "--harm", "--json").stdout)
    assert (found["queries"], found["without_diacritics"]) == (3, 1)
    changed = {each["id"]: each for each in found["changed"]}
    assert set(changed) == {"slip", "short"}
    assert changed["slip"]["read"] == "lực lượng vũ trang"
    assert "lực lượng vũ trang" in changed["short"]["expanded"]
    for each in changed.values():
        assert each["difference"] == pytest.approx(each["as_read"] - each["as_typed"], abs=1e-4)
    differences = [each["difference"] for each in found["changed"]]
    assert differences == sorted(differences)
    assert found["difference"] == pytest.approx(sum(differences) / 3, abs=1e-3)


def test_the_table_says_what_each_was_read_as_and_what_it_comes_to(folder: Path, tmp_path: Path) -> None:
    result = run(str(folder), "--harm", "--output", str(tmp_path / "harm.json"))
    assert result.exit_code == 0, result.output
    assert "lực lượnng vũ trang" in result.stdout
    assert "changed by the reading" in result.stdout
    assert json.loads((tmp_path / "harm.json").read_text("utf-8"))["queries"] == 3


@pytest.mark.parametrize("other", [("--literal",), ("--variants", "nomarks")])
def test_it_is_a_comparison_of_its_own(folder: Path, other: tuple[str, ...]) -> None:
    result = run(str(folder), "--harm", *other)
    assert result.exit_code == 2
    assert "--harm compares" in result.output
