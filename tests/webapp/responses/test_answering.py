"""An answer that was given is given again from memory, as long as nothing that it depends on has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer import Settings, add, build, read_query_log, remove, rollback
from indexer.search.index import Index
from tests.clock import let_hours_go_by
from tests.samples import write_articles
from tests.webapp.access.test_keys import made
from tests.webapp.archive import CONFERENCE, POMELO
from webapp import create_app
from webapp.index.holder import holder
from webapp.responses.answering import LARGEST_SHARE, OVERHEAD_BYTES, Answer, KeptAnswers

PATHS = ("/search?q=bưởi", "/api/v1/search?q=bưởi&facets=source", "/?q=bưởi&source=Tin Mẫu")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    build([write_articles(tmp_path / "articles.jsonl", (CONFERENCE, POMELO))], tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def keeping(index: Path) -> Iterator[Flask]:
    """An application that keeps answers, and has none yet."""
    app = create_app(Settings(index=index, query_log=index.parent / "queries.log"))
    yield app
    holder(app).close()


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that were searched."""
    asked: list[str] = []
    search = Index.search

    def noted(self: Index, request, *arguments, **named):
        asked.append(request.text)
        return search(self, request, *arguments, **named)

    monkeypatch.setattr(Index, "search", noted)
    return asked


def figure(app: Flask, name: str) -> float:
    text = app.test_client().get("/metrics").get_data(as_text=True)
    return float(re.findall(rf"^timdoan_{name} (.*)$", text, re.MULTILINE)[0])


@pytest.mark.parametrize("path", PATHS)
def test_the_same_question_is_searched_once_and_answered_alike(keeping: Flask, searches: list[str], path: str) -> None:
    first, second = (keeping.test_client().get(path) for _ in range(2))
    assert searches == ["bưởi"]
    assert first.status_code == second.status_code == 200
    assert first.get_data() == second.get_data()
    changing = {"X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset"}
    told = [{name: value for name, value in each.headers.items() if name not in changing} for each in (first, second)]
    assert told[0] == told[1]


def test_another_question_host_or_language_is_another_answer(keeping: Flask, searches: list[str]) -> None:
    client = keeping.test_client()
    english = {"Accept-Language": "en"}
    pages = [
        client.get("/search?q=bưởi"),
        client.get("/search?q=bưởi", headers=english),
        client.get("/search?q=bưởi&sort=date"),
        client.get("/search?q=bưởi", base_url="https://other.example"),
        client.get("/search?q=bưởi", base_url="https://other.example/below"),
        client.get("/api/v1/search?q=bưởi"),
    ]
    assert len(searches) == len({page.get_data() for page in pages}) == len(pages)
    assert 'lang="en"' in client.get("/search?q=bưởi", headers=english).get_data(as_text=True)
    assert len(searches) == len(pages)


def test_the_language_of_a_cookie_counts(keeping: Flask) -> None:
    client = keeping.test_client()
    client.get("/search?q=bưởi")
    client.get("/search?q=bưởi&lang=en")
    assert '<html lang="en">' in client.get("/search?q=bưởi").get_data(as_text=True)


def test_a_removed_article_is_in_no_answer_that_was_kept(keeping: Flask, index: Path) -> None:
    client = keeping.test_client()
    for path in PATHS:
        assert "Phúc Trạch" in client.get(path).get_data(as_text=True)
    before = figure(keeping, "answers_kept_bytes")
    remove(["buoi-phuc-trach"], index, purge=True)
    for path in PATHS:
        assert "Phúc Trạch" not in client.get(path).get_data(as_text=True)
    assert figure(keeping, "answers_given_again_total") == 0
    # Those of the generation before are gone, not only out of reach.
    kept = keeping.extensions["timdoan.answers"]
    assert len(kept._answers) == len(PATHS)
    assert all("Phúc Trạch" not in answer.body.decode() for answer in kept._answers.values())
    assert 0 < figure(keeping, "answers_kept_bytes") != before


def test_added_articles_are_found_at_once_and_a_rollback_takes_them_back(keeping: Flask, index: Path) -> None:
    client, path = keeping.test_client(), "/api/v1/search?q=bưởi"
    assert client.get(path).get_json()["articles"] == 1
    add([write_articles(index.parent / "more.jsonl", ({**POMELO, "id": "khac", "title": "Bưởi khác"},))], index)
    assert client.get(path).get_json()["articles"] == 2
    rollback(index)
    assert client.get(path).get_json()["articles"] == 1


def test_synonyms_that_change_make_another_answer_and_another_tag(keeping: Flask, index: Path) -> None:
    client, path = keeping.test_client(), "/api/v1/search?q=bòng"
    first = client.get(path)
    assert first.get_json()["total"] == 0
    (index / "synonyms.txt").write_text("bòng => bưởi\n", "utf-8")
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert second.get_json()["total"] > 0


def test_who_has_the_answer_still_hears_only_that(keeping: Flask) -> None:
    client, path = keeping.test_client(), "/api/v1/search?q=bưởi"
    tag = client.get(path).headers["ETag"]
    assert client.get(path).headers["ETag"] == tag
    known = client.get(path, headers={"If-None-Match": tag})
    assert (known.status_code, known.get_data()) == (304, b"")
    head = client.head(path)
    assert (head.status_code, head.get_data(), head.headers["ETag"]) == (200, b"", tag)
    assert head.headers["Content-Length"] == client.get(path).headers["Content-Length"]


@pytest.mark.parametrize("path", ["/search?q=x&page=x", "/api/v1/search?page=x", "/search?q=x&page=99999"])
def test_errors_are_not_kept(keeping: Flask, path: str) -> None:
    assert [keeping.test_client().get(path).status_code for _ in range(2)] == [400, 400]
    assert not keeping.extensions["timdoan.answers"]._answers


@pytest.mark.parametrize("path", ["/search?q=bưởi", "/api/v1/search?q=bưởi"])
def test_an_answer_that_was_cut_short_is_not_kept(
    keeping: Flask, searches: list[str], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = keeping.test_client()
    with monkeypatch.context() as late:
        let_hours_go_by(late)
        cut_short = client.get(path).get_data()
    assert client.get(path).get_data() != cut_short
    assert searches.count("bưởi") == 2
    assert client.get(path).get_data() != cut_short
    assert searches.count("bưởi") == 2


def test_a_request_with_a_key_is_neither_answered_from_memory_nor_kept(index: Path, searches: list[str]) -> None:
    file = index.parent / "keys"
    headers = {"Authorization": f"Bearer {made(file, 'newsroom')}"}
    app = create_app(Settings(index=index, api_keys=file, api_keys_required=False))
    for given in (headers, headers, {}, {}, headers):
        assert app.test_client().get(PATHS[1], headers=given).status_code == 200
    assert len(searches) == 4
    holder(app).close()


def test_every_question_is_logged_and_counted(keeping: Flask, index: Path) -> None:
    client = keeping.test_client()
    left = [int(client.get("/api/v1/search?q=bưởi").headers["RateLimit-Remaining"]) for _ in range(3)]
    assert left == [left[0], left[0] - 1, left[0] - 2]
    assert client.get("/api/v1/search?q=xyzxyz").get_json()["total"] == 0
    client.get("/api/v1/search?q=xyzxyz")
    summary = read_query_log(index.parent / "queries.log", 10)
    assert {entry.query: entry.count for entry in summary.frequent} == {"bưởi": 3, "xyzxyz": 2}
    assert {entry.query: entry.total for entry in summary.empty} == {"xyzxyz": 0}
    assert figure(keeping, "search_results_count") == 5
    assert figure(keeping, "searches_empty_total") == 2
    # Searching took time twice.
    assert figure(keeping, "search_seconds_count") == figure(keeping, "answers_made_total") == 2
    assert figure(keeping, "answers_given_again_total") == 3


def test_the_setting_0_keeps_none(index: Path, searches: list[str]) -> None:
    app = create_app(Settings(index=index, answer_bytes=0))
    client: FlaskClient = app.test_client()
    assert [client.get(PATHS[0]).status_code for _ in range(2)] == [200, 200]
    assert len(searches) == 2
    assert figure(app, "answers_made_total") == figure(app, "answers_kept_bytes") == 0
    holder(app).close()


def answer(size: int) -> Answer:
    return Answer(b"x" * (size - OVERHEAD_BYTES), "text/html", ())


def test_what_was_not_asked_for_longest_makes_room() -> None:
    size, grown = 5_000, [0]
    kept = KeptAnswers(LARGEST_SHARE * size, lambda by: grown.append(grown[-1] + by))
    kept.get("g", "")
    for number in range(LARGEST_SHARE):
        kept.keep("g", str(number), answer(size))
    assert kept.get("g", "0") is not None
    kept.keep("g", "one more", answer(size))
    assert kept.get("g", "1") is None
    assert kept.get("g", "0") is not None
    kept.keep("g", "large", answer(size + 1))
    assert kept.get("g", "large") is None
    assert grown[-1] == LARGEST_SHARE * size
    assert kept.get("h", "0") is None
    assert grown[-1] == 0
    # An answer of a generation that is no longer asked for comes late.
    kept.keep("g", "late", answer(size))
    assert kept.get("g", "late") is None
