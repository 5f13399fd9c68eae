"""Every page, as a browser sees it: no fault that axe-core finds, no shift, no weight, and the layout it should have.

The layout is kept as boxes in layout.json. After a change that is meant, look at the pages, then rewrite it with
TIMDOAN_WRITE_LAYOUT=1.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opener
from tests.browser.test_suggestions import with_articles
from tests.effort import some

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
LAYOUT = Path(__file__).with_name("layout.json")
WIDTHS = (360, 1280)

PAGES = {
    "home": "/",
    "results": "/search?q=thi+đua",
    "filtered": "/search?q=thời+tiết&after=2022-01&before=2022-02&kind=lead&sort=date",
    "years": "/search?q=tập+thể+OR+bưởi+OR+thời",
    "nothing": '/search?q="không+có+đâu&source=x',
    "article": "/articles/thoi-su/hoi-nghi?q=thi+đua",
    "similar": "/similar?id=ban-tin/07&position=1",
    "list": "/list",
    "problems": "/problems",
    "docs": "/docs",
    "embed": "/embed",
    "missing": "/none",
    "invalid": "/search?page=x&after=x",
}

FOLDS = "document.querySelectorAll('main details').forEach((fold) => { fold.open = true; })"


def prepared(page: Page) -> None:
    """The page with every font it is meant to have: one that came too late is in the cache the second time."""
    page.evaluate("document.fonts.ready")
    page.reload()
    page.evaluate("document.fonts.ready")


@pytest.mark.parametrize("name", some([*PAGES], 2))
def test_axe_finds_nothing(open_page: Opener, name: str) -> None:
    page = open_page(PAGES[name], bypass_csp=True) if name not in ("missing", "invalid") else quiet(open_page, name)
    page.evaluate(AXE)
    page.evaluate(FOLDS)
    for width in some(WIDTHS):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light")
        assert faults(page) == [], f"{width} light"
        # Of all that axe-core looks at, darkness changes only colours.
        page.emulate_media(color_scheme="dark")
        assert faults(page, "color-contrast", "link-in-text-block") == [], f"{width} dark"


def test_axe_finds_nothing_in_the_open_suggestions(open_page: Opener) -> None:
    page = open_page("/search?q=thi+đua", bypass_csp=True)
    page.locator("#q").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.evaluate(AXE)
    assert faults(page) == []


def test_axe_finds_nothing_in_suggestions_with_articles(open_page: Opener) -> None:
    page = open_page("/search?q=thi+đua", bypass_csp=True)
    page.locator("#q").focus()
    with_articles(page, "hội nghị")
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert faults(page) == [], scheme


def test_axe_would_find_something(open_page: Opener) -> None:
    page = open_page("/", bypass_csp=True)
    page.evaluate(AXE)
    page.evaluate("document.querySelector('label[for=q]').remove(); document.querySelector('#q').placeholder = ''")
    assert any(fault.startswith("label") for fault in faults(page))


def quiet(open_page: Opener, name: str) -> Page:
    """A page that is answered with an error, which the browser's console notes: its content set as another's."""
    page = open_page("/", bypass_csp=True)
    body = page.request.get(page.url.rstrip("/") + PAGES[name]).text()
    page.route("**/problems", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(page.url.rstrip("/") + "/problems")
    return page


def faults(page: Page, *rules: str) -> list[str]:
    """What axe-core holds against the page: by all its rules, or by `rules`."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    result: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
    return [f"{each['id']}: {node['html'][:120]}" for each in result["violations"] for node in each["nodes"]]


# Of the document and of all it has loaded: its address and how many bytes of it were sent, whether kept or not.
SIZES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map((entry) => [entry.name, entry.encodedBodySize])"""


@pytest.mark.parametrize("name", some(["results", "home", "article", "similar", "docs"], 3))
def test_a_page_weighs_under_100_kilobytes_without_fonts(open_page: Opener, name: str) -> None:
    page = open_page(PAGES[name])
    page.evaluate("document.fonts.ready")
    sizes: dict[str, int] = dict(page.evaluate(SIZES))
    assert any(".css" in url for url in sizes)
    assert all(sizes.values())
    assert sum(size for url, size in sizes.items() if ".woff2" not in url) < 100_000


SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
        .observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 50)));
})"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", some(["results", "home", "years", "article"], 2))
def test_nothing_shifts_while_a_page_loads(open_page: Opener, name: str, width: int) -> None:
    page = open_page(PAGES[name], viewport={"width": width, "height": 800})
    page.evaluate("document.fonts.ready")
    assert page.evaluate(SHIFTS) < 0.01


BOXES = """() => {
    const names = ["h1", ".wordmark", ".box", ".box button", ".tagline", ".holdings", ".terms > div", ".summary",
        ".sorts", ".chips", ".narrowing", ".panel", ".timeline svg", ".dates", ".panel ul", ".result h2",
        ".result .dated", ".result .source", ".passage .place", ".passage .body", ".pages ul", ".details", ".tally",
        ".line .place", ".line .body", ".passages", ".steps", ".passages .across", ".passages .lengthwise", ".asked",
        ".tries", ".code", ".colophon"];
    const boxes = {};
    for (const name of names) {
        const element = document.querySelector(name);
        if (!element) continue;
        const {x, y, width, height} = element.getBoundingClientRect();
        boxes[name] = width ? [x, y + scrollY, width, height].map(Math.round) : "hidden";
    }
    return boxes;
}"""

TOLERANCE = 3
"""Pixels. Fonts are ours, so text breaks alike everywhere; fields of the browser's own differ a little."""


@pytest.mark.parametrize("name", ["home", "results", "filtered", "years", "nothing", "article", "similar"])
def test_the_layout_is_the_one_that_was_looked_at(open_page: Opener, name: str) -> None:
    found = {}
    page = open_page(PAGES[name])
    prepared(page)
    # How long the search took makes this line longer or shorter.
    page.evaluate("document.querySelector('.summary h1')?.replaceChildren('Tìm thấy 25 đoạn')")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found[str(width)] = page.evaluate(BOXES)
    kept = json.loads(LAYOUT.read_text("utf-8")) if LAYOUT.exists() else {}
    if os.environ.get("TIMDOAN_WRITE_LAYOUT"):
        text = json.dumps({**kept, name: found}, indent=1)
        # A box is a line.
        LAYOUT.write_text(re.sub(r"\[[^]]*]", lambda box: " ".join(box[0].split()), text) + "\n", "utf-8")
        return
    assert {width: boxes.keys() for width, boxes in found.items()} == {w: b.keys() for w, b in kept[name].items()}
    for width, boxes in found.items():
        for part, box in boxes.items():
            expected = kept[name][width][part]
            if "hidden" in (box, expected):
                assert box == expected, f"{width} {part}"
                continue
            assert all(abs(a - b) <= TOLERANCE for a, b in zip(box, expected, strict=True)), (
                f"at {width}: {part} is {box}, was {expected}"
            )
