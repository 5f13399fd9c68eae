"""Building on Spark gives what one process gives, byte for byte, also where a worker is lost."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from indexer import build, open_index
from indexer.articles import Article, Kind
from indexer.cli.main import main
from indexer.engine.base import Batch
from indexer.engine.opensearch.backend import OpenSearchBackend
from indexer.engine.opensearch.engine import OpenSearchEngine
from indexer.engine.opensearch.writer import OpenSearchWriter
from indexer.errors import EngineUnavailable, SettingInvalid, WorkerLost
from indexer.indexing import analysing
from indexer.indexing.spark import checked_master, portions
from indexer.lexicon import batch, open_lexicon
from indexer.lexicon.batch import part_of
from indexer.lexicon.learn import Learner
from indexer.settings import Settings
from tests import cluster
from tests.conftest import ROOT
from tests.effort import thorough
from tests.indexing.crews import articles, corpus

MASTER = "local[2]"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a little text is several batches of several chunks."""
    monkeypatch.setattr(batch, "BATCH_CHARACTERS", 12_000)
    monkeypatch.setattr(analysing, "CHUNK_CHARACTERS", 4_000)


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Spark needs on this machine; its workers are to find these tests."""
    for reason, there in (
        ("needs PySpark: pip install -c constraints.txt -e '.[spark]'", importlib.util.find_spec("pyspark")),
        ("needs Java 17 or later", shutil.which("java")),
    ):
        if not there:
            pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def titled(count: int) -> Iterator[Article]:
    """Articles with titles, some of them the same, so that batches share titles and definitions."""
    for number, article in enumerate(articles(count)):
        title = f"Hội nghị quốc phòng số {number % 7}"
        first, *others = article.paragraphs
        paragraphs = (replace(first, kind=Kind.TITLE, text=title), *others)
        yield replace(article, info=replace(article.info, title=title), paragraphs=paragraphs)


def content(directory: Path, settings: Settings) -> dict[str, Any]:
    """All that is kept of an index, without what differs from one build to the next."""
    backend = cluster.opened(directory)
    assert isinstance(backend, OpenSearchBackend)
    generation = backend.open()
    assert isinstance(generation.engine, OpenSearchEngine)
    documents = list(generation.engine.documents({"match_all": {}}))
    manifest = backend._manifest(generation.token)
    files = {
        path.relative_to(generation.attachments).as_posix(): path.read_bytes()
        for path in generation.attachments.rglob("*")
        if path.is_file()
    }
    return {
        "documents": sorted(json.dumps(each, sort_keys=True) for each in documents),
        "files": files,
        "vocabularies": [(backend._vocabulary / part.vocabulary).read_bytes() for part in manifest.parts],
        "numbers": (manifest.seq, manifest.number, replace(manifest.stats, bytes=0)),
        "parts": [(part.first, part.paragraphs, part.live) for part in manifest.parts],
        "verified": list(backend.verify(generation.token)),
    }


@dataclass(frozen=True)
class Dying:
    """A sender whose process is killed when the second portion has been sent, but not yet answered for; once."""

    sender: Any
    marker: Path

    def send(self, batches: Iterable[Batch], articles: int, paragraphs: int) -> object:
        receipt = self.sender.send(batches, articles, paragraphs)
        if paragraphs and not self.marker.exists():
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return receipt


@dataclass(frozen=True)
class Failing:
    """A sender that fails."""

    error: Exception

    def send(self, batches: Iterable[Batch], articles: int, paragraphs: int) -> object:
        raise self.error


@thorough
@pytest.mark.cluster
def test_an_index_built_on_spark_is_that_of_one_process_though_a_worker_is_killed(
    spark: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = cluster.cluster_settings()
    alone = build(titled(150), tmp_path / "alone", settings=settings)
    wanted = content(tmp_path / "alone", settings)
    assert len(list(portions(titled(150)))) > 5
    share, marker = OpenSearchWriter.share, tmp_path / "killed"
    monkeypatch.setattr(OpenSearchWriter, "share", lambda writer, sample: Dying(share(writer, sample), marker))
    report = build(titled(150), tmp_path / "spark", settings=settings, spark=MASTER)
    assert marker.exists()
    assert (report.articles, report.paragraphs) == (alone.articles, alone.paragraphs)
    assert content(tmp_path / "spark", settings) == wanted
    assert wanted["verified"] == []


@thorough
@pytest.mark.cluster
@pytest.mark.parametrize(
    ("raised", "seen", "said"),
    [
        (EngineUnavailable("no node answers", "Wait."), EngineUnavailable, "no node answers"),
        (ValueError("a document was refused"), WorkerLost, "gave a batch up"),
    ],
)
def test_what_workers_cannot_do_leaves_nothing_behind(
    raised: Exception, seen: type[Exception], said: str, spark: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = cluster.cluster_settings()
    backend = cluster.opened(tmp_path / "index")
    assert isinstance(backend, OpenSearchBackend)
    monkeypatch.setattr(OpenSearchWriter, "share", lambda *_: Failing(raised))
    with pytest.raises(seen, match=said):
        build(titled(20), tmp_path / "index", settings=settings, spark=MASTER)
    assert backend._indexes() == {}


@pytest.mark.cluster
def test_the_command_builds_on_spark(spark: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMDOAN_OPENSEARCH_HOSTS", ",".join(cluster.HOSTS))
    monkeypatch.setenv("TIMDOAN_OPENSEARCH_REPLICAS", "0")
    cluster.opened(tmp_path / "index")
    given = ["build", str(corpus(tmp_path / "a.jsonl", 30)), "--index", str(tmp_path / "index")]
    done = CliRunner().invoke(main, [*given, "--engine", "opensearch", "--spark", MASTER])
    assert done.exit_code == 0, done.output
    with open_index(tmp_path / "index", cluster.cluster_settings()) as index:
        assert index.stats().articles == 30
        assert list(index.check()) == []


def test_parts_that_are_merged_are_what_is_learned_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from indexer.indexing.analysing import AnalysedArticles, Analyser, texts_of
    from indexer.indexing.publication import lesson_of
    from indexer.lexicon import learn

    # Where bounds are met, too.
    monkeypatch.setattr(learn, "MOST_FORMS", 30)
    monkeypatch.setattr(learn, "MOST_PAIRS", 200)
    monkeypatch.setattr(learn, "MOST_TITLES", 4)
    analyser = Analyser(float("inf"))
    alone, merged = Learner(), Learner()
    for portion in portions(titled(100)):
        found = [AnalysedArticles(chunk, analyser.analyse(texts_of(chunk, ()))) for chunk in portion.chunks]
        lessons = [lesson_of(each) for each in found]
        for lesson in lessons:
            alone.learn(*lesson)  # type: ignore[arg-type]  # not packed
        merged.merge(part_of(lessons, is_full=portion.is_full))  # type: ignore[arg-type]  # as above
    for name, learner in (("alone", alone), ("merged", merged)):
        (tmp_path / name).mkdir()
        learner.write(tmp_path / name)
    [first], [second] = ([path.read_bytes() for path in (tmp_path / name).iterdir()] for name in ("alone", "merged"))
    assert first == second
    assert open_lexicon(tmp_path / "merged").paragraphs == 300


def test_a_part_is_not_merged_into_a_batch_that_was_begun() -> None:
    learner = Learner()
    learner.learn(*_lesson())
    with pytest.raises(ValueError, match="still to be counted"):
        learner.merge(part_of([_lesson()], is_full=False))


def _lesson() -> Any:
    from indexer.lexicon.inputs import lexicon_input
    from indexer.vietnamese import Analyses, analyze

    return lexicon_input(["Bưởi"], Analyses.gathered([analyze("Bưởi")])), ["a"], [0]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("local", "local[1,4]"),
        ("local[*]", "local[*,4]"),
        ("local[2]", "local[2,4]"),
        ("local[2,1]", "local[2,1]"),
        ("spark://host:7077", "spark://host:7077"),
        ("yarn", "yarn"),
    ],
)
def test_masters_are_given_as_spark_takes_them(given: str, taken: str) -> None:
    assert checked_master(given) == taken


@pytest.mark.parametrize("given", ["", "corpus", "local[", "spark://", "local[2] x"])
def test_what_is_no_master_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="no address of a Spark master"):
        build([{"id": "a", "text": "Bưởi"}], tmp_path, spark=given)


def test_an_engine_of_files_is_not_built_on_spark(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="several machines"):
        build([{"id": "a", "text": "Bưởi"}], tmp_path, spark=MASTER)
