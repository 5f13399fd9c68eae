"""Fetching from a real server on loopback: what is refused, what is bounded, and robots.txt."""

from __future__ import annotations

import gzip
import ipaddress
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from indexer.ingest.fetching import Address, Fetcher, FetchFailed, is_public
from tests.ingest.web import Site, redirect, serving, status


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


def here(address: Address) -> bool:
    """In these tests 127.0.0.1 is the Internet, and all else is private."""
    return str(address) == "127.0.0.1"


def fetcher(most_bytes: int = 1_000, seconds: float = 30.0, pause_seconds: float = 0.0) -> Fetcher:
    return Fetcher(most_bytes, seconds, pause_seconds, here)


def refused(site: Site, path: str, **given: Any) -> str:
    with pytest.raises(FetchFailed) as caught:
        fetcher(**given).fetch(site.address + path)
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"),
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_others_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_by_itself_it_connects_to_nothing_private(site: Site) -> None:
    with pytest.raises(FetchFailed, match=r"127\.0\.0\.1, which is no public address"):
        Fetcher(1_000).fetch(f"{site.address}/a")
    assert site.asked == []


def test_a_page_is_fetched_and_not_again_where_it_is_as_it_was(site: Site) -> None:
    site.pages["/bài 1"] = b""
    site.pages["/b%C3%A0i%201?q=%C4%91"] = "Bưởi".encode()
    answer = fetcher().fetch(f"{site.address}/bài 1?q=đ")
    assert (answer.status, answer.body.decode()) == (200, "Bưởi")
    again = fetcher().fetch(f"{site.address}/bài 1?q=đ", etag=answer.headers["etag"], last_modified="yesterday")
    assert (again.status, again.body) == (304, b"")
    assert site.asked[-1][1]["If-Modified-Since"] == "yesterday"


def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    with serving("127.0.0.2") as private:
        private.pages["/"] = b"secret"
        site.pages["/a"] = redirect(f"{private.address}/")
        assert "127.0.0.2, which is no public address" in refused(site, "/a")
        assert private.asked == []


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user@127.0.0.1/", "http://[/"])
def test_a_redirect_to_what_is_no_web_address_is_refused(site: Site, to: str) -> None:
    site.pages["/a"] = redirect(to)
    assert "address" in refused(site, "/a")


def test_redirects_are_followed_so_often_and_no_further(site: Site) -> None:
    site.pages["/a"] = redirect("/b")
    site.pages["/b"] = b"there"
    answer = fetcher().fetch(f"{site.address}/a")
    assert (answer.body, answer.address) == (b"there", f"{site.address}/b")
    site.pages["/b"] = redirect("/a")
    assert refused(site, "/a") == "is redirected more than 5 times"


def test_a_body_has_a_limit_unpacked_too(site: Site) -> None:
    site.pages["/a"] = b"a" * 1_001
    assert refused(site, "/a") == "has more than 1,000 bytes, the limit"

    def packed(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Encoding", "gzip")
        request.end_headers()
        request.wfile.write(bodies.pop())

    bodies = [gzip.compress(b"a" * 500)[:-4], gzip.compress(b"a" * 10_000_000), gzip.compress(b"a" * 1_000)]
    site.pages["/b"] = packed
    assert fetcher().fetch(f"{site.address}/b").body == b"a" * 1_000
    assert refused(site, "/b") == "has more than 1,000 bytes, the limit"
    assert refused(site, "/b") == "ended early, packed"


def test_an_answer_that_ends_early_is_none(site: Site) -> None:
    def short(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(b"a" * 50)

    site.pages["/a"] = short
    assert "ended early" in refused(site, "/a") or "IncompleteRead" in refused(site, "/a")


def test_a_server_that_trickles_is_left(site: Site) -> None:
    site.pages["/robots.txt"] = b""

    def trickle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"a")
        except OSError:
            pass

    site.pages["/a"] = trickle
    assert refused(site, "/a", most_bytes=1 << 40, seconds=0.5) == "takes more than 0.5 seconds, the limit"


def test_robots_txt_is_kept_to_and_asked_for_once(site: Site) -> None:
    site.pages["/robots.txt"] = b"User-agent: *\nDisallow: /rieng/*.html\nCrawl-delay: 7\n"
    site.pages["/a"] = b"a"
    waits: list[float] = []
    one = Fetcher(1_000, pause_seconds=0.0, permitted=here, wait=waits.append)
    for _ in range(2):
        one.fetch(f"{site.address}/a")
    with pytest.raises(FetchFailed, match=r"robots.txt of its host does not allow it"):
        one.fetch(f"{site.address}/rieng/b.html")
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a", "/a"]
    assert len(waits) == 1 and 6 < waits[0] <= 7


@pytest.mark.parametrize(("number", "allowed"), [(404, True), (403, True), (500, False), (503, False)])
def test_without_robots_txt_all_is_allowed_unless_the_server_fails(site: Site, number: int, allowed: bool) -> None:
    site.pages["/robots.txt"] = status(number)
    site.pages["/a"] = b"a"
    if allowed:
        assert fetcher().fetch(f"{site.address}/a").body == b"a"
    else:
        assert "robots.txt of its host was answered with status" in refused(site, "/a")
