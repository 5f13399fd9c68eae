"""The names that the site may be called by, and what absolute addresses begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import SettingInvalid, Settings
from tests.webapp.conftest import problem_of
from webapp import create_app

PAGES = ("/", "/search?q=cờ", "/opensearch.xml", "/sitemap.xml", "/robots.txt", "/docs", "/feed?q=cờ")


def asking(index: Path, *hosts: str, **settings: int):  # type: ignore[no-untyped-def]
    return create_app(Settings(index=index, hosts=hosts, **settings)).test_client()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("search.example", 200),
        ("SEARCH.example:8080", 200),
        ("www.archive.example", 200),
        ("evil.example", 400),
        ("search.example.evil.example", 400),
        ("", 400),
        ("search.example@evil.example", 400),
    ],
)
def test_other_hosts_are_refused(index_directory: Path, host: str, status: int) -> None:
    client = asking(index_directory, "search.example", ".archive.example")
    assert client.get("/", headers={"Host": host}).status_code == status
    answer = client.get("/api/v1/search?q=cờ", headers={"Host": host})
    assert answer.status_code == status
    if status == 400:
        assert problem_of(answer)["type"] == "/problems#bad-request"
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("named", ["[::1]", "[::1]:9", "http://[::1]:9"])
@pytest.mark.parametrize(
    ("host", "status"),
    [("[::1]", 200), ("[::1]:9", 200), ("[::1]:99999999", 400), ("[::2]", 400), ("[::1", 400), ("[::1].x", 400)],
)
def test_an_address_of_ipv6_is_a_host(index_directory: Path, named: str, host: str, status: int) -> None:
    assert asking(index_directory, named).get("/", headers={"Host": host}).status_code == status
    both = asking(index_directory, "search.example", named)
    assert both.get("/", headers={"Host": host}).status_code == status
    assert both.get("/", headers={"Host": "search.example"}).status_code == 200


@pytest.mark.parametrize("host", ["", "a b", "a@b", "a:99999999", "a/b"])
def test_what_is_no_host_is_refused_where_any_will_do(index_directory: Path, host: str) -> None:
    client = asking(index_directory)
    assert client.get("/", headers={"Host": host}).status_code == 400
    answer = client.get("/api/v1/search?q=c", headers={"Host": host})
    assert problem_of(answer)["type"] == "/problems#bad-request"
    assert client.get("/healthz", headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": "a_b:8000"}).status_code == 200
    earlier = client.get("/", headers={"Host": ""}, environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"})
    assert earlier.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_no_answer_repeats_a_host_that_is_not_known(index_directory: Path, path: str) -> None:
    for client in (asking(index_directory, "search.example"), asking(index_directory, "https://search.example")):
        for host in ("evil.example", "search.example"):
            assert "evil.example" not in client.get(path, headers={"Host": host}).get_data(as_text=True)


def test_absolute_addresses_begin_as_the_setting_says(index_directory: Path) -> None:
    client = asking(index_directory, "intern.example", "https://search.example:8443")
    for host in ("intern.example", "search.example"):
        page = client.get("/opensearch.xml", headers={"Host": host}).get_data(as_text=True)
        assert "https://search.example:8443/search?q=" in page and "intern" not in page
    # Without an address the host of the request counts.
    page = asking(index_directory, "intern.example").get("/opensearch.xml", headers={"Host": "intern.example"})
    assert "http://intern.example/search?q=" in page.get_data(as_text=True)


def test_the_host_that_a_trusted_proxy_names_counts(index_directory: Path) -> None:
    client = asking(index_directory, "search.example", proxies=1)
    inside = {"Host": "10.0.0.1", "X-Forwarded-Host": "search.example"}
    assert client.get("/", headers=inside).status_code == 200
    assert client.get("/", headers={**inside, "X-Forwarded-Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("host", ["ftp://a", "https://", "a/b", "a:port", ""])
def test_what_is_no_host_is_refused_at_the_start(index_directory: Path, host: str) -> None:
    with pytest.raises(SettingInvalid, match="hosts"):
        asking(index_directory, host)


def test_the_tag_of_an_answer_has_the_host_and_the_language(index_directory: Path) -> None:
    client = create_app(Settings(index=index_directory)).test_client()
    path = "/api/v1/search?q=cờ"
    tags = {
        client.get(path, headers={"Host": host, "Accept-Language": language}).headers["ETag"]
        for host in ("a.example", "b.example")
        for language in ("vi", "en")
    }
    assert len(tags) == 4
