"""Every engine that is installed finds what a look through all paragraphs finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from benchmarks import engines
from benchmarks.corpus import Corpus
from benchmarks.drawing import Query, draw
from benchmarks.fleet import EngineFailed, Remote, running
from indexer.schema import Field

BEST = 10


@pytest.fixture(scope="module", params=engines.HOMES)
def remote(
    request: pytest.FixtureRequest, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Remote]:
    """An engine in its own process, with the small corpus built and open."""
    if why := engines.why_missing(request.param):
        pytest.skip(f"{request.param} cannot be run here: {why}")
    folder = tmp_path_factory.mktemp("index")
    with running(request.param) as [remote]:
        remote.call(
            "build", folder=str(folder), articles=str(corpus.articles), tokens=str(corpus.folder / "tokens.jsonl")
        )
        remote.call("open", folder=str(folder))
        yield remote


def _matches(kind: str, forms: tuple[str, ...], syllables: list[str]) -> bool:
    if kind == "phrase":
        return any(tuple(syllables[i : i + len(forms)]) == forms for i in range(len(syllables)))
    return (any if kind == "any" else all)(form in syllables for form in forms)


@pytest.mark.parametrize(("kind", "source"), [("any", "questions"), ("all", "words"), ("phrase", "phrases")])
def test_what_is_found_is_what_matches(remote: Remote, corpus: Corpus, shared: Path, kind: str, source: str) -> None:
    if kind not in remote.call("about")["asks"]:
        pytest.skip(f"{remote.name} answers no such query")
    queries = draw(corpus, shared / "xquad-vi" / "queries.jsonl", source, 12)
    rows = [asdict(query) for query in queries]
    remote.call("prepare", name=kind, kind=kind, queries=rows, plans=None)
    documents = list(corpus.documents())
    for query, answer in zip(queries, remote.call("answers", name=kind), strict=True):
        matching = [
            document.paragraph.text
            for document in documents
            if _matches(kind, query.forms, list(document.tokens[Field.SYLLABLES]))
        ]
        assert matching
        assert answer["total"] in (None, len(matching))
        assert len(answer["texts"]) == min(BEST, len(matching))
        assert set(answer["texts"]) <= set(matching)


def test_the_weighted_query_has_the_same_best_answer_wherever_it_is_asked(
    remote: Remote, corpus: Corpus, tmp_path: Path
) -> None:
    if "planned" not in remote.call("about")["asks"]:
        pytest.skip(f"{remote.name} answers no such query")
    query: dict[str, Any] = asdict(Query("sông Hương đổ ra biển ở cửa nào", ()))
    with running("ours") as [ours]:
        ours.call("build", folder=str(tmp_path), articles=str(corpus.articles), tokens="")
        ours.call("open", folder=str(tmp_path))
        plans = ours.call("plan", queries=[query])
    assert {field for field, _, _ in plans[0]["leaves"]} >= {"syllables", "words", "bigrams"}
    remote.call("prepare", name="planned", kind="planned", queries=[query], plans=plans)
    [answer] = remote.call("answers", name="planned")
    assert "cửa Thuận An" in answer["texts"][0]


def test_asking_gives_a_time_for_each_query(remote: Remote) -> None:
    kind = remote.call("about")["asks"][0]
    rows = [asdict(Query("sông Hương", ("sông", "hương")))] * 3
    plans = [{"leaves": [["syllables", ["sông"], 1.0]]}] * 3
    remote.call("prepare", name="timed", kind=kind, queries=rows, plans=plans)
    asked = remote.call("ask", name="timed")
    assert len(asked["wall"]) == len(asked["processor"]) == len(asked["totals"]) == 3
    assert asked["found"] > 0


def test_an_error_over_there_is_an_error_here(remote: Remote) -> None:
    with pytest.raises(EngineFailed, match="KeyError"):
        remote.call("ask", name="never prepared")


def test_an_engine_that_is_not_installed_is_told_apart_from_a_broken_one() -> None:
    for name in engines.HOMES:
        assert "No module named" in (engines.why_missing(name) or "No module named")
    with pytest.raises(KeyError):
        engines.why_missing("no such engine")
