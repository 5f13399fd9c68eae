"""A new engine: registered by name, it keeps and answers everything; no file of the product knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import SearchRequest, Settings, add, build, open_backend, open_index, register_engine, remove
from indexer.engine.backend import Backend
from indexer.errors import IndexMissing, SettingInvalid
from indexer.indexing.changes import rollback
from indexer.storage import registry
from tests.contract.conformance import Conformance
from tests.samples import ARTICLES, write_articles
from webapp import create_app

PLACE = "tests.contract.reference_backend:ReferenceBackend"


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The reference engine under a name of its own."""
    monkeypatch.setattr(registry, "_ENGINES", dict(registry._ENGINES))
    register_engine("reference", PLACE)
    yield


class TestReference(Conformance):
    """What the name stands for is a backend as any."""

    def backend(self, directory: Path) -> Backend:
        return open_backend(directory, Settings(engine="reference"))


def found(settings: Settings, text: str) -> list[str]:
    with open_index(settings.index, settings) as index:
        return [passage.article.id for passage in index.search(SearchRequest(text)).passages]


@pytest.mark.parametrize("name", ["reference", PLACE])
def test_everything_works_on_a_registered_engine(tmp_path: Path, name: str) -> None:
    settings = Settings(index=tmp_path / "index", engine=name)
    articles = write_articles(tmp_path / "articles.jsonl")
    report = build([articles], settings.index, settings=settings)
    assert report.articles == len(ARTICLES)
    assert not (settings.index / "generations").exists()
    with open_index(settings.index, settings) as index:
        assert index.generation == report.generation
        assert index.has_lexicon
        assert index.stats().articles == len(ARTICLES)
        results = index.search(SearchRequest("buoi phuc trach", explain=True, facets=("source", "year")))
        assert results.passages[0].article.id == "buoi-phuc-trach"
        assert results.passages[0].explanation
        assert results.facets
        assert index.similar("buoi-phuc-trach", 1) is not None
        assert [each.text for each in index.suggest("bưởi ph")]
        assert list(index.check()) == []
        assert index.is_current()
        more = write_articles(
            tmp_path / "more.jsonl", ({"id": "moi", "title": "Voọc", "text": "Voọc gáy trắng hiếm."},)
        )
        assert add([more], settings.index, settings=settings).articles == 1
        assert not index.is_current()
        assert not index.search(SearchRequest("voọc")).total
    assert found(settings, "voọc")[0] == "moi"
    changed = remove(["moi", "unknown"], settings.index, settings=settings)
    assert (changed.removed, changed.rejected) == (1, 1)
    assert "moi" not in found(settings, "voọc")
    rollback(settings.index, settings=settings)
    assert found(settings, "voọc")[0] == "moi"


def test_it_answers_as_the_engine_of_the_product_does(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "articles.jsonl")
    rankings = []
    for name in ("whoosh", "reference"):
        settings = Settings(index=tmp_path / name, engine=name)
        build([articles], settings.index, settings=settings)
        with open_index(settings.index, settings) as index:
            results = [
                index.search(SearchRequest(text)) for text in ("bưởi phúc trạch", "ho ke go", '"hội nghị"', "-bưởi")
            ]
        rankings.append(
            [(each.total, [(p.article.id, p.paragraph.position) for p in each.passages]) for each in results]
        )
    assert rankings[0] == rankings[1]
    assert all(total for total, _ in rankings[0])


def test_the_server_serves_it_and_sees_what_is_published(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "index", engine="reference")
    client = create_app(settings).test_client()
    assert client.get("/api/v1/search?q=bưởi").status_code == 503
    build([write_articles(tmp_path / "articles.jsonl")], settings.index, settings=settings)
    assert client.get("/api/v1/search?q=bưởi").get_json()["total"]
    assert client.get("/readyz").get_json()["articles"] == len(ARTICLES)
    remove(["buoi-phuc-trach"], settings.index, settings=settings)
    assert client.get("/readyz").get_json()["articles"] == len(ARTICLES) - 1


def test_an_index_is_of_the_engine_that_wrote_it(tmp_path: Path) -> None:
    build([write_articles(tmp_path / "articles.jsonl")], tmp_path / "index")
    with pytest.raises(IndexMissing):
        open_index(tmp_path / "index", Settings(engine="reference"))


@pytest.mark.parametrize(
    "name",
    [
        *("", "whosh", "no.such.module:backend", "tests.contract.reference_backend:nothing", "..:engine"),
        # There, but no engine.
        *("os:path", "math:pi", "math:sqrt", "indexer:build", "builtins:print"),
    ],
)
def test_an_engine_that_does_not_exist_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingInvalid, match="setting engine") as caught:
        open_index(tmp_path, Settings(engine=name))
    assert "module:attribute" in caught.value.hint
