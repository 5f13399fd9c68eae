"""Feeds, descriptions and sitemaps: well-formed, with absolute URLs and nothing hostile in them."""

from __future__ import annotations

import datetime
import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.webapp.archive import ARCHIVE, ATTACKS
from webapp.pages import discovery

ATOM = "{http://www.w3.org/2005/Atom}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SITE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def xml(client: FlaskClient, path: str, media_type: str, **parameters: object) -> ElementTree.Element:
    response = client.get(path, query_string=parameters or None)
    assert response.status_code == 200
    assert response.mimetype == media_type
    return ElementTree.fromstring(response.get_data())


def feed(client: FlaskClient, **parameters: object) -> ElementTree.Element:
    return xml(client, "/feed", "application/atom+xml", **parameters)


def test_the_browser_is_told_how_to_search_here(client: FlaskClient) -> None:
    home = client.get("/").get_data(as_text=True)
    assert 'rel="search" type="application/opensearchdescription+xml"' in home
    description = xml(client, "/opensearch.xml", "application/opensearchdescription+xml")
    assert 0 < len(description.findtext(f"{SEARCH}ShortName", "")) <= 16
    templates = {each.get("type"): each.get("template", "") for each in description.findall(f"{SEARCH}Url")}
    page = client.get(templates["text/html"].replace("{searchTerms}", "b%C6%B0%E1%BB%9Fi"))
    assert "<mark>bưởi</mark>" in page.get_data(as_text=True)
    answer = client.get(templates["application/x-suggestions+json"].replace("{searchTerms}", "thi+%C4%91"))
    assert answer.mimetype == "application/x-suggestions+json"
    text, completions, descriptions, addresses = answer.get_json()
    assert text == "thi đ"
    assert completions[0].startswith("thi đua")
    assert len(completions) == len(descriptions) == len(addresses)
    assert client.get(addresses[0]).status_code == 200


def test_a_feed_has_what_a_query_finds_newest_first(client: FlaskClient) -> None:
    found = feed(client, q="thời tiết")
    for name in ("title", "id", "updated", "author"):
        assert found.find(f"{ATOM}{name}") is not None
    entries = found.findall(f"{ATOM}entry")
    assert len(entries) == discovery.FEED_ENTRIES
    days = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert days == sorted(days, reverse=True)
    assert days[0] == "2022-01-25T00:00:00Z" == found.findtext(f"{ATOM}updated")
    for entry in entries:
        assert datetime.datetime.fromisoformat(entry.findtext(f"{ATOM}published", ""))
        [link] = entry.findall(f"{ATOM}link")
        assert str(link.get("href")).startswith("http://localhost/articles/ban-tin/")
        assert "<mark>" in entry.findtext(f"{ATOM}summary", "")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)


def test_a_feed_keeps_the_filters_and_says_its_own_address(client: FlaskClient) -> None:
    found = feed(client, q="thời tiết", after="2022-01-20", kind="lead", page=3, per_page=2)
    links = {link.get("rel"): str(link.get("href")) for link in found.findall(f"{ATOM}link")}
    assert len(found.findall(f"{ATOM}entry")) == 6
    again = client.get(links["self"]).get_data()
    assert ElementTree.fromstring(again).findtext(f"{ATOM}id") == found.findtext(f"{ATOM}id") == links["self"]
    assert client.get(links["alternate"]).status_code == 200


def test_a_feed_of_nothing_in_particular_has_the_newest_articles(client: FlaskClient) -> None:
    assert feed(client).findtext(f"{ATOM}entry/{ATOM}title") == "Mùa bưởi Phúc Trạch"


def test_a_feed_of_a_query_that_finds_nothing_is_a_feed(client: FlaskClient) -> None:
    found = feed(client, q='"không có đâu"')
    assert found.findtext(f"{ATOM}updated")
    assert not found.findall(f"{ATOM}entry")


@pytest.mark.parametrize("attack", [*ATTACKS, "\f\x00\x1b", "\ufffe"])
def test_no_text_breaks_a_feed(client: FlaskClient, attack: str) -> None:
    assert feed(client, q=f"tancong OR ({attack} x)").findall(f"{ATOM}entry")
    for summary in feed(client, q="tancong").iter(f"{ATOM}summary"):
        assert not re.search("<(?!/?mark>)", summary.text or "")


def test_a_wrong_parameter_of_a_feed_is_told(client: FlaskClient) -> None:
    assert client.get("/feed?after=x").status_code == 400


def test_robots_find_every_article_and_no_search(client: FlaskClient) -> None:
    text = client.get("/robots.txt").get_data(as_text=True)
    closed = re.findall("Disallow: (.+)", text)
    assert {"/search", "/api/", "/feed", "/similar", "/?q="} == set(closed)
    [sitemap] = re.findall("Sitemap: (.+)", text)
    addresses = [str(each.text) for each in xml(client, sitemap, "application/xml").iter(f"{SITE}loc")]
    assert len(addresses) == 1 + len(ARCHIVE)
    for address in addresses:
        assert client.get(address).status_code == 200
        assert not any(address.removeprefix("http://localhost").startswith(path) for path in closed)


def test_many_articles_are_several_sitemaps(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "SITEMAP_ADDRESSES", 10)
    whole = xml(client, "/sitemap.xml", "application/xml")
    assert whole.tag == f"{SITE}sitemapindex"
    parts = [str(each.text) for each in whole.iter(f"{SITE}loc")]
    articles: list[str] = []
    for part in parts:
        articles += [str(each.text) for each in xml(client, part, "application/xml").iter(f"{SITE}loc")][1:]
    assert len(articles) == len(set(articles)) == len(ARCHIVE)
    assert client.get("/sitemap.xml?page=x").status_code == 200


def test_searches_are_not_to_be_indexed_and_say_what_they_are(client: FlaskClient) -> None:
    text = client.get("/search?sort=relevance&q=c%E1%BB%9D&page=1&per_page=10").get_data(as_text=True)
    assert '<meta name="robots" content="noindex, follow">' in text
    assert '<link rel="canonical" href="http://localhost/search?q=c%E1%BB%9D">' in text
    assert 'type="application/atom+xml" title="Theo dõi kết quả tìm này" href="/feed?q=c%E1%BB%9D">' in text


def test_an_article_is_to_be_indexed_under_one_address_with_a_description(client: FlaskClient) -> None:
    text = client.get("/articles/thoi-su/hoi-nghi?q=c%E1%BB%9D&page=2").get_data(as_text=True)
    assert "noindex" not in text
    assert '<link rel="canonical" href="http://localhost/articles/thoi-su/hoi-nghi">' in text
    assert '<meta name="description" content="Tỉnh tổ chức hội nghị tổng kết' in text
    assert '<meta property="og:title" content="Hội nghị tổng kết' in text
    [image] = re.findall('og:image" content="([^"]+)"', text)
    with client.get(image) as picture:
        assert picture.mimetype == "image/png"
        data = picture.get_data()
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (1200, 630)


def test_the_manifest_names_pictures_that_are_there(client: FlaskClient) -> None:
    response = client.get("/site.webmanifest")
    assert response.mimetype == "application/manifest+json"
    body = response.get_json()
    assert body["start_url"] == "/"
    for icon in body["icons"]:
        with client.get(icon["src"]) as picture:
            assert picture.mimetype == icon["type"]
            if icon["type"] == "image/png":
                side = int.from_bytes(picture.get_data()[16:20])
                assert icon["sizes"] == f"{side}x{side}"


def test_similar_passages_have_a_page(client: FlaskClient) -> None:
    text = client.get("/similar?id=ban-tin/07&position=1").get_data(as_text=True)
    assert "Dự báo thời tiết ngày 7" in text
    assert 'href="/articles/ban-tin/' in text
    assert client.get("/similar?id=none&position=1").status_code == 404
    assert client.get("/similar?id=ban-tin/07&position=99").status_code == 404
    assert client.get("/similar?id=ban-tin/07&position=x").status_code == 400
    assert 'href="/similar?id=ban-tin/07&amp;position=1"' in client.get("/articles/ban-tin/07").get_data(as_text=True)
