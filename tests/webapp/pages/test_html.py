"""Every page is valid HTML, with one heading of the first level, landmarks, and no markup of its own in attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import quote
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient

from tests.conftest import ROOT
from tests.webapp.archive import ATTACKS, HOSTILE, ODD_NAMES

HTML = "{http://www.w3.org/1999/xhtml}"
PATHS = (
    "/",
    "/?lang=en",
    "/search?q=cờ+thi+đua",
    "/search?q=cờ+thi+đua&lang=en",
    "/search?q=thời+tiết&page=2&sort=date",
    "/search?q=thời+tiết&page=99",
    "/search?q=cờ&source=Báo+Mẫu&author=Lê&kind=caption&after=2023&before=2025",
    '/search?q="không+có+đâu&source=x',
    "/search?q=%00%1F%7F%C2%85%EF%BF%BE",
    "/search?q=tancong&after=2020&before=2021",
    "/search?q=thời+tiết&after=2022-01&before=2022-02&kind=lead&kind=body",
    "/search?page=x&per_page=x&sort=x&kind=x&after=x&before=x&group=x",
    "/search?q=tancong&per_page=50",
    "/articles/thoi-su/hoi-nghi?q=cờ+thi+đua",
    "/articles/ho-ke-go",
    "/articles/none",
    "/problems",
    "/docs",
    "/embed",
    "/docs?lang=en",
    "/none",
    *("/articles/" + quote(str(record["id"])) for record in ODD_NAMES),
    *(f"/articles/{record['id']}?q=tancong" for record in HOSTILE),
    *("/search?q=" + quote(attack) for attack in ATTACKS),
)


def parse(text: str) -> Element:
    """The document; raises where it is not valid."""
    parser = html5lib.HTMLParser(strict=True)
    document = parser.parse(text)
    assert isinstance(document, Element)
    return document


def elements(document: Element, *names: str) -> Iterator[Element]:
    wanted = {HTML + name for name in names}
    return (element for element in document.iter() if str(element.tag) in wanted)


@pytest.fixture(params=PATHS)
def page(request: pytest.FixtureRequest, client: FlaskClient) -> Element:
    response = client.get(request.param)
    assert response.status_code < 500
    return parse(response.get_data(as_text=True))


def test_pages_are_valid_and_well_ordered(page: Element) -> None:
    levels = [int(str(heading.tag)[-1]) for heading in elements(page, "h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(lower - upper <= 1 for upper, lower in pairwise(levels))
    for landmark in ("header", "main", "footer"):
        assert [*elements(page, landmark)], landmark
    names = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(names) == len(set(names))
    assert all(link.get("href") for link in elements(page, "a"))
    [title] = elements(page, "title")
    assert title.text and title.text.strip()


def test_pages_hold_no_inline_code(page: Element) -> None:
    for element in page.iter():
        assert not [name for name in element.keys() if name.startswith("on") or name == "style"]  # noqa: SIM118
    assert not [*elements(page, "style", "iframe", "object", "embed", "img", "base", "foreignObject", "animate")]
    scripts = [*elements(page, "script")]
    assert all(str(script.get("src")).startswith("/static/") for script in scripts)
    assert not "".join(script.text or "" for script in scripts).strip()


def test_links_lead_to_pages_of_ours_or_to_web_addresses(page: Element) -> None:
    for link in elements(page, "a"):
        address = str(link.get("href"))
        assert address.startswith(("/", "#", "https://bao.example/"))
        assert not address.startswith("//")
        if address.startswith("https:"):
            assert "noopener" in str(link.get("rel"))


def test_fields_have_labels(page: Element) -> None:
    labelled = {label.get("for") for label in elements(page, "label")}
    for field in elements(page, "input"):
        assert field.get("type") == "hidden" or field.get("id") in labelled


def test_an_unavailable_index_is_a_valid_page_too(empty_client: FlaskClient) -> None:
    test_pages_are_valid_and_well_ordered(parse(empty_client.get("/").get_data(as_text=True)))


def test_a_weight_of_the_typeface_is_one_file() -> None:
    theme = (ROOT / "webapp" / "pages" / "static" / "theme.css").read_text("utf-8")
    faces = re.findall(r"@font-face \{(.*?)\}", theme, re.DOTALL)
    weights = [re.findall(r"font-weight: (\d+)", face) for face in faces]
    assert weights == [["400"], ["600"]]
    assert "unicode-range" not in theme
    files = [re.findall(r'url\("([^"]+)"\)', face) for face in faces]
    assert all((ROOT / "webapp" / "pages" / "static" / each).is_file() for [each] in files)
