"""Pulling feeds and sitemaps from a real server on loopback into a real index."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.indexing.ingesting import Ingested, ingest
from indexer.ingest.ledger import Ledger
from indexer.setting_values import DeclaredSource
from indexer.settings import Settings
from tests.ingest.web import Site, serving, status


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


class Pulled:
    """A source at a site, and the index that it is pulled into."""

    def __init__(self, place: Path, **given: Any) -> None:
        source = DeclaredSource("bao", pause_seconds=0.0, **{"private_addresses": True, **given})
        self.settings = Settings(index=place / "index", sources=(source,))

    def ingest(self, **given: Any) -> Ingested:
        return ingest(self.settings, **given)

    def ids(self) -> list[str]:
        with Ledger(self.settings.index) as ledger:
            return sorted(ledger.all_ids())


def feed(*numbers: int, site: str = "https://bao.example") -> bytes:
    items = "".join(
        f"<item><title>Bài {n}</title><link>{site}/{n}.html</link><guid>bai-{n}</guid>"
        f"<description>Tin về bưởi số {n}.</description></item>"
        for n in numbers
    )
    return f"<rss><channel><title>Báo Mẫu</title>{items}</channel></rss>".encode()


def sitemap(site: Site, *names: str, kind: str = "url", lastmod: str = "") -> bytes:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return "".join(
        ["<set>", *(f"<{kind}><loc>{site.address}/{name}</loc>{changed}</{kind}>" for name in names), "</set>"]
    ).encode()


def page(text: str) -> bytes:
    return (
        f"<html><head><title>{text}</title></head><body><article><h1>{text}</h1>"
        f"<p>{text} được trồng nhiều ở Hà Tĩnh, nơi có đất phù sa.</p></article></body></html>"
    ).encode()


def test_items_of_a_feed_stay_when_it_lists_them_no_longer(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = feed(1, 2)
    bao = Pulled(tmp_path, feed=f"{site.address}/rss")
    assert bao.ingest().report.articles == 2
    assert bao.ingest().report.generation == "", "it was answered with 304"
    site.pages["/rss"] = feed(2, 3)
    assert bao.ingest().is_whole
    assert bao.ids() == ["bai-1", "bai-2", "bai-3"]
    assert site.paths() == ["/rss"] * 3


def test_by_itself_nothing_is_pulled_from_a_private_address(site: Site, tmp_path: Path) -> None:
    done = Pulled(tmp_path, feed=f"{site.address}/rss", private_addresses=False).ingest()
    assert "no public address" in done.sources[0].error
    assert (done.is_whole, site.asked) == (False, [])


def test_pages_of_sitemaps_are_fetched_some_in_a_run_and_only_once(site: Site, tmp_path: Path) -> None:
    site.pages["/map.xml"] = sitemap(site, "1.xml", "2.xml.gz", "lost.xml", kind="sitemap")
    site.pages["/1.xml"] = sitemap(site, "a.html", "b.html")
    site.pages["/2.xml.gz"] = gzip.compress(sitemap(site, "c.html", "anh.jpg"))
    site.pages["/anh.jpg"] = b"\xff\xd8"
    site.types["/anh.jpg"] = "image/jpeg"
    for name in "abc":
        site.pages[f"/{name}.html"] = page(f"Bưởi {name}")
    bao = Pulled(tmp_path, sitemap=f"{site.address}/map.xml", pages=2)
    first = bao.ingest()
    assert [each.reason for each in first.report.rejections] == ["was answered with status 404"]
    assert first.sources[0].read + first.report.left_out.total() == 2
    site.paths()
    second = bao.ingest()
    assert len({path for path in site.paths() if not path.endswith(("xml", "gz"))}) == 2
    assert bao.ids() == [f"{site.address}/{name}.html" for name in "abc"]
    assert second.report.left_out["image/jpeg"] + first.report.left_out["image/jpeg"] == 1
    bao.ingest()
    assert all(path.endswith(("xml", "gz")) for path in site.paths())


def test_a_page_that_changed_is_fetched_again_and_one_that_is_gone_is_removed(site: Site, tmp_path: Path) -> None:
    names = [f"{name}.html" for name in "abc"]
    site.pages["/map.xml"] = sitemap(site, *names, lastmod="2024-01-01")
    for name in names:
        site.pages[f"/{name}"] = page(f"Bưởi {name}")
    bao = Pulled(tmp_path, sitemap=f"{site.address}/map.xml")
    bao.ingest()
    site.pages["/map.xml"] = sitemap(site, *names, lastmod="2024-01-02T08:00:00+07:00")
    site.pages["/a.html"] = page("Cam")
    site.pages["/c.html"] = status(410)
    done = bao.ingest()
    assert (done.sources[0].read, done.sources[0].removed, done.sources[0].gone) == (1, 1, 1)
    assert bao.ids() == [f"{site.address}/{name}.html" for name in "ab"]


def test_a_server_that_is_busy_is_left_and_asked_again_by_the_next_run(site: Site, tmp_path: Path) -> None:
    site.pages["/map.xml"] = sitemap(site, "a.html", "b.html")
    site.pages["/a.html"] = page("Bưởi")
    site.pages["/b.html"] = status(429)
    bao = Pulled(tmp_path, sitemap=f"{site.address}/map.xml")
    done = bao.ingest()
    assert "429" in done.sources[0].error
    assert bao.ids() == [f"{site.address}/a.html"], "what came before counts"
    site.pages["/b.html"] = page("Cam")
    assert bao.ingest().sources[0].read == 1


def test_a_feed_may_be_followed_to_pages_of_its_own_host(site: Site, tmp_path: Path) -> None:
    own, other = feed(1, site=site.address), feed(2)
    site.pages["/rss"] = own.replace(
        b"</channel>", other[other.index(b"<item>") : other.index(b"</channel>")] + b"</channel>"
    )
    site.pages["/1.html"] = page("Bưởi")
    done = Pulled(tmp_path, feed=f"{site.address}/rss", follow=True).ingest()
    assert (done.report.articles, done.report.left_out["another host"], done.is_whole) == (1, 1, True)
    assert Pulled(tmp_path).ids() == [f"{site.address}/1.html"]


@pytest.mark.parametrize("body", [b"no XML", b"<set><url><loc>http://127.0.0.1/</loc>"])
def test_a_list_that_cannot_be_read_is_an_error_of_its_source(site: Site, tmp_path: Path, body: bytes) -> None:
    site.pages["/map.xml"] = body
    done = Pulled(tmp_path, sitemap=f"{site.address}/map.xml").ingest()
    assert "is no XML that can be read" in done.sources[0].error
