"""Two runs side by side: means, differences and p-values on files written by hand."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli.main import main
from indexer.evaluation.comparison import randomisation_test


def results(path: Path, values: dict[str, float], **variants: dict[str, float]) -> Path:
    def part(found: dict[str, float]) -> dict[str, object]:
        return {"per_query": {key: {"nDCG@10": value} for key, value in found.items()}}

    parts = {name: part(found) for name, found in variants.items()}
    path.write_text(json.dumps({**part(values), "variants": parts}), "utf-8")
    return path


def compare(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["eval", "compare", *map(str, arguments)])


def test_p_is_near_the_exact_share_of_sign_changes() -> None:
    first = [0.0] * 8
    second = [0.5, 0.3, 0.2, 0.4, -0.1, 0.3, 0.1, -0.2]
    sums = [
        sum(sign * value for sign, value in zip(signs, second, strict=True))
        for signs in itertools.product((1, -1), repeat=8)
    ]
    exact = sum(abs(total) >= sum(second) - 1e-9 for total in sums) / len(sums)
    assert randomisation_test(first, second) == pytest.approx(exact, abs=0.015)
    assert randomisation_test(first, second) == randomisation_test(second, first)


def test_equal_runs_have_p_one_and_a_gain_on_every_query_nearly_zero() -> None:
    assert randomisation_test([0.5] * 30, [0.5] * 30) == 1.0
    assert randomisation_test([0.5] * 30, [0.6] * 30) == pytest.approx(1 / 10_001)


def test_means_and_difference_are_over_the_shared_queries_and_variants(tmp_path: Path) -> None:
    one = results(tmp_path / "a.json", {"q1": 0.5, "q2": 1.0, "only": 0.0}, telex={"q1": 0.2}, vni={"q1": 0.1})
    other = results(tmp_path / "b.json", {"q1": 1.0, "q2": 1.0}, telex={"q1": 0.4})
    written, telex = json.loads(compare(one, other, "--json").stdout)
    assert (written["name"], written["queries"], written["first"], written["second"]) == ("as written", 2, 0.75, 1.0)
    assert (telex["name"], telex["queries"], telex["difference"]) == ("telex", 1, pytest.approx(0.2))
    assert ["as", "written", "2", "0.7500", "1.0000", "+0.2500"] in [
        line.split()[:6] for line in compare(one, other).stdout.splitlines()
    ]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"per_query": {"q": 5}}', '{"per_query": {"q": {"P": 1}}}'])
def test_what_is_no_result_is_named(tmp_path: Path, content: str) -> None:
    good, bad = results(tmp_path / "a.json", {"q": 1.0}), tmp_path / "bad.json"
    bad.write_text(content, "utf-8")
    answer = compare(good, bad)
    assert answer.exit_code == 2
    assert "bad.json cannot be read" in answer.stderr


def test_runs_over_other_queries_are_not_compared(tmp_path: Path) -> None:
    answer = compare(results(tmp_path / "a.json", {"q": 1.0}), results(tmp_path / "b.json", {"r": 1.0}))
    assert answer.exit_code == 2
    assert "share no query" in answer.stderr


def test_a_missing_file_is_misuse(tmp_path: Path) -> None:
    assert compare(tmp_path / "none.json", tmp_path / "none.json").exit_code == 2
