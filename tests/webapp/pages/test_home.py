"""The home page: the archive it opens on, whose numbers are those of the searches they lead to, and the examples."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer import Settings, open_index
from tests.clock import let_hours_go_by
from tests.webapp.archive import ARCHIVE
from webapp import create_app
from webapp.monitoring.asked import FEWEST, INTERVAL_SECONDS, MostAsked
from webapp.pages.home import Homes


def home(client: FlaskClient) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def total(client: FlaskClient, address: str) -> int:
    """How many passages the page at `address` says it found, asked of the JSON endpoint."""
    answer = client.get(html.unescape(address).replace("/search", "/api/v1/search", 1))
    return int(answer.get_json()["total"])


def test_it_opens_on_the_newest_articles(client: FlaskClient) -> None:
    text = home(client)
    dated = sorted((str(each["date"]) for each in ARCHIVE if "date" in each), reverse=True)
    listed = re.findall(r'<time class="dated" datetime="([^"]+)">', text)
    assert listed == dated[: len(listed)]
    assert len(listed) == 8
    assert f"Trong kho: {len(ARCHIVE)} bài" in text


def test_each_count_is_what_its_link_finds(client: FlaskClient) -> None:
    links = re.findall(
        r'<li(?: class="undated")?><a href="(/search\?[^"]+)">.*?<span class="count">([\d.]+)<', home(client)
    )
    assert len(links) >= 7
    assert "Không rõ ngày" in home(client)
    for address, count in links:
        assert total(client, address) == int(count.replace(".", "")), address


def test_every_example_finds_something_and_is_followed_whole(client: FlaskClient) -> None:
    text = home(client)
    examples = re.findall(r'<(?:a|dt><a) href="(/search\?q=[^"]+)"', text[text.index("Thử tìm:") :])
    assert len(examples) >= 9
    for address in examples:
        answer = client.get(html.unescape(address).replace("/search", "/api/v1/search", 1)).get_json()
        assert [each["code"] for each in answer["warnings"] if each["code"] != "not_in_index"] == [], address
        assert answer["total"] + answer["partial"] > 0, address


def test_the_example_of_an_exclusion_excludes_something(client: FlaskClient) -> None:
    found = re.search(r'href="(/search\?q=[^"]+-%22[^"]+)"', home(client))
    assert found
    address = html.unescape(found[1])
    whole = re.sub(r"\+-%22.*", "", address)
    assert 0 < total(client, address) < total(client, whole)


def test_it_is_made_once_for_a_generation(app: Flask) -> None:
    homes = Homes()
    with app.extensions["timdoan.index"].lease() as index:
        assert homes.of(index) is homes.of(index)


def written(path: Path, *queries: tuple[str, int, int]) -> Path:
    entry = {"time": "2026-01-01T00:00Z", "took_ms": 1.0, "generation": "x", "degraded": False}
    lines = [
        json.dumps({**entry, "query": query, "total": total}) for query, total, times in queries for _ in range(times)
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def at_once(work: Callable[[], None]) -> None:
    work()


def test_only_queries_asked_often_that_found_something_are_shown(tmp_path: Path) -> None:
    log = written(
        tmp_path / "log",
        ("thi đua", 3, FEWEST + 1),
        ("bưởi", 1, FEWEST),
        ("tên của tôi", 1, FEWEST - 1),
        ("không có", 0, FEWEST),
        ("*", 9, FEWEST),
        ("dài" * 50, 1, FEWEST),
    )
    assert MostAsked(log, at_once).queries() == ("thi đua", "bưởi")


def test_what_was_half_typed_or_takes_the_query_language_is_not_proposed(tmp_path: Path) -> None:
    queries = ("biến đổi khí hậu", "biến đ", "bão -từ:0001", "nguồn:VnExpress bão", '"bão số 3"', "covid-19")
    log = written(tmp_path / "log", *((query, 1, FEWEST) for query in queries))
    assert set(MostAsked(log, at_once).queries()) == {"biến đổi khí hậu", "covid-19"}


def test_the_log_is_read_again_after_a_while(tmp_path: Path) -> None:
    now = 0.0
    asked = MostAsked(written(tmp_path / "log", ("cam", 1, FEWEST)), at_once, lambda: now)
    assert asked.queries() == ("cam",)
    written(tmp_path / "log", ("quýt", 1, FEWEST))
    assert asked.queries() == ("cam",)
    now = INTERVAL_SECONDS
    assert asked.queries() == ("quýt",)


def test_a_missing_log_shows_nothing(tmp_path: Path) -> None:
    assert MostAsked(tmp_path / "none", at_once).queries() == ()


@pytest.fixture
def logged(index_directory: Path, tmp_path: Path) -> FlaskClient:
    log = written(tmp_path / "log", ("hội nghị", 2, FEWEST))
    return create_app(Settings(index=index_directory, query_log=log)).test_client()


def test_the_page_shows_them_where_a_log_is_kept_and_is_no_query_itself(
    client: FlaskClient, logged: FlaskClient, tmp_path: Path
) -> None:
    assert "Tìm nhiều" not in home(client)
    home(logged)
    kept: MostAsked = logged.application.extensions["timdoan.asked"]
    kept._read()
    assert re.search(r"Tìm nhiều:.*hội nghị", home(logged))
    assert '"*"' not in (tmp_path / "log").read_text("utf-8")


def test_what_there_was_no_time_for_is_looked_for_again(index_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = Homes()
    with open_index(index_directory) as index:
        with monkeypatch.context() as late:
            let_hours_go_by(late)
            assert not homes.of(index).whole
        assert homes.kept(index) is None
        assert homes.of(index).whole
        assert homes.kept(index) is not None
