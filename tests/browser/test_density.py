"""How much of an archive like a newspaper's is seen at once: hits on the first screen of a laptop and of a phone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from indexer import build, read_settings
from tests.conftest import ROOT
from tests.effort import some
from tests.webapp.server import serving

SEEN = """() => [...document.querySelectorAll(".result")]
    .filter((hit) => hit.getBoundingClientRect().bottom <= innerHeight).length"""

QUERIES = ("việt nam", "ha tinh", "di sản", "năm 2024", "unesco")

Opener = Callable[[str, int, int], Page]


@pytest.fixture(scope="module")
def newspaper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the sample articles, with their sections."""
    folder = tmp_path_factory.mktemp("newspaper")
    settings = ROOT / "script" / "demo.toml"
    build([ROOT / "corpus"], folder, settings=read_settings({}, {}, settings).settings)
    with serving(folder, "--workers", "1", "--settings", str(settings)) as server:
        yield server.address


@pytest.fixture
def opened(chromium: Browser, newspaper: str) -> Iterator[Opener]:
    contexts = []

    def open_(path: str, width: int, height: int) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
        contexts.append(context)
        page = context.new_page()
        page.goto(newspaper + path)
        return page

    yield open_
    for context in contexts:
        context.close()


def test_a_title_takes_three_lines_at_most(opened: Opener) -> None:
    page = opened("/search?q=thi+đua", 360, 740)
    title = page.locator(".result h2 a").first
    line = title.evaluate("each => parseFloat(getComputedStyle(each).lineHeight)")
    title.evaluate("each => { each.textContent = 'Một tiêu đề dài như cả đoạn văn. '.repeat(20); }")
    box = title.bounding_box()
    assert box is not None and 2.9 * line < box["height"] < 3.1 * line


@pytest.mark.parametrize("query", some(QUERIES, 2))
@pytest.mark.parametrize(("width", "height", "fewest"), [(1280, 860, 6), (360, 740, 2)])
def test_hits_on_the_first_screen(opened: Opener, query: str, width: int, height: int, fewest: int) -> None:
    page = opened(f"/search?q={query}", width, height)
    assert page.evaluate(SEEN) >= fewest
    box = page.locator("#q").bounding_box()
    assert box is not None and box["y"] < 120


@pytest.mark.parametrize(
    "restricted",
    ["after=2016", "kind=body&kind=lead&kind=title", "source=Nhật báo mẫu Sông Lam&after=2016&before=2027"],
)
def test_hits_on_the_first_screen_with_filters(opened: Opener, newspaper: str, restricted: str) -> None:
    page = opened(f"/search?q=việt nam&{restricted}", 1280, 860)
    assert page.locator(".chips").is_visible()
    assert page.locator(".result").count() < 6 or page.evaluate(SEEN) >= 6
    phone = opened(f"/search?q=việt nam&{restricted}", 360, 740)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert phone.locator(".chips").bounding_box()["height"] < 60


def test_the_counts_of_sections_are_those_of_their_searches(opened: Opener, newspaper: str) -> None:
    page = opened("/", 1280, 860)
    link = page.get_by_role("region", name="Chuyên mục").get_by_role("link").first
    shown = int(link.locator(".count").inner_text().split()[0].replace(".", ""))
    address = link.get_attribute("href")
    assert address is not None
    answer = json.loads(page.request.get(newspaper + address.replace("/search", "/api/v1/search")).text())
    assert answer["total"] == shown


def test_highlights_do_not_touch_their_neighbours(opened: Opener) -> None:
    page = opened("/search?q=giá gạo", 1280, 860)
    margins = page.evaluate(
        "[...document.querySelectorAll('mark')].map((mark) => parseFloat(getComputedStyle(mark).marginLeft))"
    )
    assert margins and min(margins) >= 0
    assert page.locator("mark.faint").count() and page.locator("mark:not(.faint)").count()
