"""What is noted about requests: figures, log lines and the query log, and what is never noted."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from indexer import Settings
from tests.clock import let_hours_go_by
from webapp import create_app
from webapp.index.holder import holder
from webapp.monitoring.logs import JsonLines, TextLines, configure

SECRET = "bí mật của người đọc"


@pytest.fixture
def fresh(index_directory: Path) -> Iterator[Flask]:
    """An application whose figures begin at nothing."""
    app = create_app(Settings(index=index_directory))
    yield app
    holder(app).close()


def figures(app: Flask) -> dict[str, float]:
    response = app.test_client().get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in response.get_data(as_text=True).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_requests_are_counted_by_rule_and_status_and_never_by_path(fresh: Flask) -> None:
    client = fresh.test_client()
    for path in ("/api/v1/search?q=bưởi", "/articles/none", "/articles/other", "/nowhere", "/search?page=x"):
        client.get(path)
    found = figures(fresh)
    assert found['timdoan_requests_total{route="/api/v1/search",status="200"}'] == 1
    assert found['timdoan_requests_total{route="/articles/<path:article_id>",status="404"}'] == 2
    assert found['timdoan_requests_total{route="none",status="404"}'] == 1
    assert found['timdoan_request_seconds_count{route="/search"}'] == 1
    assert not [name for name in found if "bưởi" in name or "nowhere" in name]


def test_searches_are_counted_by_what_came_of_them(fresh: Flask) -> None:
    client = fresh.test_client()
    for query in ("bưởi", "thời tiết", "xyzxyz", "thoi tiet"):
        client.get("/api/v1/search", query_string={"q": query})
    found = figures(fresh)
    assert found["timdoan_search_seconds_count"] == 4
    assert found["timdoan_searches_empty_total"] == 1
    assert found["timdoan_searches_repaired_total"] == 1
    assert found['timdoan_search_results_bucket{le="0.0"}'] == 1
    assert found["timdoan_searches_shed_total"] == 0


def test_a_search_out_of_time_is_counted_and_told(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    let_hours_go_by(monkeypatch)
    client = fresh.test_client()
    assert client.get("/api/v1/search?q=thời tiết").get_json()["degraded"] is True
    assert "hết thời gian" in client.get("/search?q=thời tiết").get_data(as_text=True)
    assert figures(fresh)["timdoan_searches_degraded_total"] == 2


def test_the_live_generation_has_its_figures(fresh: Flask) -> None:
    found = figures(fresh)
    ready = fresh.test_client().get("/readyz").get_json()
    assert found["timdoan_ready"] == found["timdoan_lexicon_ready"] == 1
    assert found[f'timdoan_generation{{generation="{ready["generation"]}"}}'] == 1
    assert found["timdoan_articles"] == ready["articles"]
    assert found["timdoan_generation_age_seconds"] >= 0
    assert ready["lexicon"] is True
    assert ready["created"].endswith("+00:00")
    assert ready["warnings"] == []
    assert found["timdoan_newest_generation_unreadable"] == 0


def test_without_an_index_there_are_figures_too(tmp_path: Path) -> None:
    found = figures(create_app(Settings(index=tmp_path / "none")))
    assert found["timdoan_ready"] == 0
    assert "timdoan_articles" not in found


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [record.values for record in caplog.records if record.name == "webapp.requests"]  # type: ignore[attr-defined]


def test_a_request_is_one_line_without_its_query(fresh: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        response = fresh.test_client().get("/search", query_string={"q": SECRET})
    (line,) = lines(caplog)
    assert line.pop("ms")  # type: ignore[comparison-overlap]
    assert line == {
        "method": "GET",
        "route": "/search",
        "status": 200,
        "id": response.headers["X-Request-ID"],
        "query_length": len(SECRET),
        "found": 0,
    }


def test_queries_of_a_body_are_measured_too(fresh: Flask, caplog: pytest.LogCaptureFixture) -> None:
    client = fresh.test_client()
    with caplog.at_level(logging.INFO):
        client.post("/api/v1/search", json={"q": "bưởi"})
        client.post("/api/v1/batch", json={"queries": [{"q": "bưởi"}, {"q": "thời tiết"}]})
    assert [line["query_length"] for line in lines(caplog)] == [4, [4, 9]]
    assert [line["found"] for line in lines(caplog)] == [3, [3, 50]]


def test_the_query_is_logged_where_that_is_wanted(index_directory: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(index=index_directory, log_queries=True))
    with caplog.at_level(logging.INFO):
        app.test_client().get("/search", query_string={"q": SECRET})
    assert lines(caplog)[0]["query"] == SECRET
    holder(app).close()


def test_checks_and_static_files_are_logged_only_when_they_fail(
    fresh: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for path in ("/healthz", "/readyz", "/metrics", "/static/style.css"):
            fresh.test_client().get(path).close()
        assert lines(caplog) == []
        create_app(Settings(index=tmp_path / "none")).test_client().get("/readyz")
    assert [line["status"] for line in lines(caplog)] == [503]


def record(message: str, values: dict[str, object] | None = None) -> logging.LogRecord:
    made = logging.LogRecord("webapp", logging.INFO, "", 0, message, None, None)
    made.created = 1_700_000_000.25
    if values is not None:
        made.values = values  # type: ignore[attr-defined]
    return made


def test_a_text_line_stays_one_line_whatever_a_value_holds() -> None:
    text = TextLines().format(record("request", {"route": "/", "query": 'a\n2023 INFO "b"', "found": 3, "x": ""}))
    assert text == '2023-11-14T22:13:20.250Z INFO request route=/ query="a\\n2023 INFO \\"b\\"" found=3 x=""'
    assert "\x1b" not in TextLines().format(record("request", {"query": "a\x1b[31m"}))


def test_a_json_line_is_one_object_with_its_traceback() -> None:
    assert json.loads(JsonLines().format(record("request", {"query": "bưởi\n\ud800", "status": 200}))) == {
        "time": "2023-11-14T22:13:20.250Z",
        "level": "INFO",
        "message": "request",
        "query": "bưởi\n?",
        "status": 200,
    }
    failed = record("failed")
    try:
        raise ValueError("why")
    except ValueError as error:
        failed.exc_info = (ValueError, error, error.__traceback__)
    line = JsonLines().format(failed)
    assert "\n" not in line
    assert "ValueError: why" in json.loads(line)["error"]
    assert "ValueError: why" in TextLines().format(failed)


@pytest.mark.parametrize(("form", "said"), [("text", 2), ("json", 2), ("off", 1)])
def test_off_leaves_errors(form: str, said: int, capfd: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("webapp")
    before = logger.handlers, logger.level, logger.propagate
    try:
        configure(form)
        logging.getLogger("webapp.requests").info("one")
        logging.getLogger("webapp").error("two")
        assert len(capfd.readouterr().err.splitlines()) == said
    finally:
        logger.handlers, logger.propagate = before[0], before[2]
        logger.setLevel(before[1])


def test_first_pages_of_searches_are_kept_in_the_query_log(index_directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.log"
    app = create_app(Settings(index=index_directory, query_log=path))
    client = app.test_client()
    headers = {"X-Forwarded-For": "203.0.113.7", "Referer": "https://bao.example/"}
    for target in ("/search?q=thời tiết", "/api/v1/search?q=bưởi", "/search?q=thời tiết&page=2", "/", "/search?q=+",
                   "/api/v1/suggest?q=bư", "/search?page=x&q=bưởi"):  # fmt: skip
        client.get(target, headers=headers)
    kept = path.read_text("utf-8")
    assert [json.loads(line)["query"] for line in kept.splitlines()] == ["thời tiết", "bưởi"]
    for secret in ("203.0.113.7", "127.0.0.1", "bao.example"):
        assert secret not in kept
    holder(app).close()


def test_a_log_that_cannot_be_written_costs_no_reader_an_answer_and_is_told_once(
    index_directory: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "none" / "q.log"
    app = create_app(Settings(index=index_directory, query_log=file))
    client = app.test_client()

    def told() -> list[str]:
        return [record.message for record in caplog.records if "query log" in record.message]

    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert client.get("/search?q=bưởi").status_code == 200
        assert told() == ["the query log cannot be written"]
        file.parent.mkdir()
        for _ in range(2):
            client.get("/search?q=bưởi")
        assert told()[1:] == ["the query log is written again"]
    assert figures(app)["timdoan_query_log_failures_total"] == 3
    assert len(file.read_text("utf-8").splitlines()) == 2
    holder(app).close()
