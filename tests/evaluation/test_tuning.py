"""Weights learned from judged queries: in force only when queries held out gain, and taken back without a trace."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli.main import main
from indexer.engine.backend import Capabilities
from indexer.evaluation import tuning as learning
from indexer.evaluation.coordinate_ascent import CANDIDATES, Scores
from indexer.evaluation.tuning import LEAST_QUERIES, candidates, learn, worth_it
from indexer.indexing.changes import build
from indexer.search.index import open_index
from indexer.settings import Settings
from indexer.storage import tuned_weights

SYLLABLES = ("lan", "mai", "cúc", "đào", "sen", "huệ", "hồng", "trúc")
PAIRS = [pair for pair in itertools.permutations(SYLLABLES, 2)][:52]
TUNED = tuned_weights.Tuned({"k1": 1.2, "weight_title": 0.4}, 80, 0.5, 0.6, 0.01, "2026-01-31")


def scores_of(best: float, noise: float = 0.0) -> Scores:
    """Each query is answered best with a `weight_title` of `best`, worst at its default."""

    def ask(values: Mapping[str, float]) -> dict[str, float]:
        gain = 0.2 if values["weight_title"] == best else 0.0
        return {f"q{number}": 0.5 + (gain if number % 3 else noise) for number in range(60)}

    return Scores(ask)


def test_what_is_learned_is_measured_on_queries_held_out() -> None:
    tuned = learn(scores_of(0.4), [f"q{number}" for number in range(60)])
    assert tuned.values == {"weight_title": 0.4}
    assert (tuned.before, tuned.after) == (0.5, pytest.approx(0.6333, abs=1e-4))
    assert tuned.p < 0.001
    assert worth_it(tuned)


def test_weights_that_an_engine_cannot_change_per_request_are_not_tried() -> None:
    asked: list[Mapping[str, float]] = []

    def ask(values: Mapping[str, float]) -> Mapping[str, float]:
        asked.append(values)
        return {f"q{number}": values["k1"] + values["weight_title"] for number in range(60)}

    tuned = learn(Scores(ask), [f"q{number}" for number in range(60)], candidates(Capabilities(scoring=False)))
    assert {values["k1"] for values in asked} == {Settings().k1}
    assert set(tuned.values) == {"weight_title"}
    assert {"k1", "b", "idf_power"} <= set(candidates(Capabilities()))


def test_every_weight_is_learned() -> None:
    assert tuple(CANDIDATES) == tuned_weights.TUNABLE
    weights = {entry.name for entry in dataclasses.fields(Settings) if entry.name.startswith("weight_")}
    # All weights are relative to that of syllables.
    assert weights - {"weight_syllables"} <= set(tuned_weights.TUNABLE)


def test_without_a_gain_nothing_is_worth_it() -> None:
    tuned = learn(scores_of(0.3), [f"q{number}" for number in range(60)])
    assert (tuned.values, tuned.before) == ({}, tuned.after)
    assert not worth_it(tuned)


def test_learned_weights_stand_in_place_of_defaults_only(tmp_path: Path) -> None:
    assert tuned_weights.applied(Settings(), None) == Settings()
    assert tuned_weights.applied(Settings(), TUNED) == Settings(k1=1.2, weight_title=0.4)
    assert tuned_weights.applied(Settings(k1=0.9), TUNED) == Settings(k1=0.9, weight_title=0.4)


def test_what_was_written_is_read_and_removed(tmp_path: Path) -> None:
    assert tuned_weights.read(tmp_path) is None
    tuned_weights.write(tmp_path, TUNED)
    assert tuned_weights.read(tmp_path) == TUNED
    assert tuned_weights.remove(tmp_path)
    assert not tuned_weights.remove(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index, and judged queries of a collection where long passages that repeat the words are the right ones."""
    folder = tmp_path_factory.mktemp("collection")
    articles, queries, judgements = [], [], ["query-id\tcorpus-id\tscore"]
    for number, (first, second) in enumerate(PAIRS):
        long = f"Vườn {first} cạnh vườn {second}, người yêu {first} và người yêu {second} cùng ra xem. " * 4
        articles.append({"id": f"short-{number}", "title": "", "text": f"Hoa {first} {second} đẹp lắm."})
        articles.append({"id": f"long-{number}", "title": "", "text": long})
        queries.append({"_id": f"q{number}", "text": f"{first} {second}"})
        judgements.append(f"q{number}\tlong-{number}\t1")
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in articles)
    (folder / "articles.jsonl").write_text(lines, "utf-8")
    (folder / "queries.jsonl").write_text("".join(json.dumps(each) + "\n" for each in queries), "utf-8")
    (folder / "qrels.tsv").write_text("\n".join(judgements) + "\n", "utf-8")
    build([folder / "articles.jsonl"], folder / "index")
    return folder


def run(*arguments: str, collection: Path) -> Result:
    return CliRunner().invoke(main, [*arguments, "--index", str(collection / "index")])


def test_tuning_is_put_in_force_survives_a_rebuild_and_is_taken_back(
    collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "CANDIDATES", {"k1": (0.5, 10.0), "b": (0.0, 0.6)})
    with open_index(collection / "index") as index:
        done = run("tune", str(collection), "--json", collection=collection)
        assert done.exit_code == 0, done.output
        told = json.loads(done.stdout)
        assert told["in_force"] and told["after"] > told["before"] + 0.1 and told["p"] < 0.05
        assert told["values"]["k1"] == 10.0
        assert done.stderr.splitlines() == [
            f"run 1: nDCG@10 {told['before']:.4f} with the defaults",
            f"run 2: nDCG@10 {told['after']:.4f} with k1 10",
            f"run 3: nDCG@10 {told['after']:.4f} with k1 10, b 0",
        ]
        assert not index.is_current(), "a server must open the index again"
    build([collection / "articles.jsonl"], collection / "index")
    with open_index(collection / "index") as index:
        assert index.tuned is not None and index.tuned.queries == len(PAIRS)
    assert f"learned from {len(PAIRS)} judged queries" in run("stats", collection=collection).stdout
    assert "the defaults count again" in run("tune", "--off", collection=collection).stdout
    assert "the defaults" in run("stats", collection=collection).stdout
    assert "no learned weights were in force" in run("tune", "--off", collection=collection).stdout


def test_too_few_queries_are_refused_with_their_number(collection: Path, tmp_path: Path) -> None:
    few = (collection / "queries.jsonl").read_text("utf-8").splitlines()[: LEAST_QUERIES - 1]
    (tmp_path / "few.jsonl").write_text("\n".join(few), "utf-8")
    done = run("tune", str(collection), "--queries", str(tmp_path / "few.jsonl"), collection=collection)
    assert done.exit_code == 2
    assert f"{LEAST_QUERIES - 1} judged queries" in done.stderr
    assert tuned_weights.read(collection / "index") is None


def test_with_a_damaged_lexicon_nothing_is_learned(collection: Path) -> None:
    build([collection / "articles.jsonl"], collection / "damaged")
    (file,) = (collection / "damaged").glob("generations/*/lexicon/lexicon.bin")
    content = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    done = CliRunner().invoke(main, ["tune", str(collection), "--index", str(collection / "damaged")])
    assert done.exit_code == 2
    assert "the lexicon of this index cannot be read" in done.stderr
    assert tuned_weights.read(collection / "damaged") is None


def test_without_a_gain_nothing_changes(collection: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "CANDIDATES", {"weight_title": (0.2, 0.4)})
    done = run("tune", str(collection), collection=collection)
    assert done.exit_code == 1
    assert "nothing was changed" in done.stdout
    assert tuned_weights.read(collection / "index") is None


@pytest.mark.parametrize("arguments", [["tune"], ["tune", "--off", "."]])
def test_either_a_folder_or_off(arguments: list[str], collection: Path) -> None:
    assert run(*arguments, collection=collection).exit_code == 2


@pytest.mark.parametrize("text", ["{", "[]", '{"values": {"index": 1}}', json.dumps({"values": {"k1": -5}})])
def test_a_damaged_file_is_told_and_the_defaults_count(collection: Path, text: str) -> None:
    path = collection / "index" / tuned_weights.FILE
    path.write_text(text, "utf-8")
    try:
        with open_index(collection / "index") as index:
            assert index.tuned is None
        shown = run("stats", collection=collection)
        assert shown.exit_code == 2
        assert "indexer tune --off" in shown.stderr
    finally:
        path.unlink()
