"""Make the pictures of README and docs/page.md, the social card and the icons, from the real pages over corpus/.

.venv/bin/python script/screenshot.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
STATIC = ROOT / "webapp" / "pages" / "static"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

LAPTOP = {"width": 1280, "height": 860}
PHONE = {"width": 360, "height": 740}

WARM_MS = 30
"""Searches take less where loops are compiled."""

CARD = """
html { font-size: 34px }
.sheet { max-width: none; min-height: 100vh; padding-inline: 2rem }
.sheet::before { inset-inline-start: 4rem }
.home .masthead { display: block; padding: 4.2rem 0 0 4rem }
.home .masthead h1 { font-size: 5rem }
.skip, form, .samples, main, footer { display: none !important }
"""


def main() -> None:
    """Index the corpus in a temporary place, serve it, and take the pictures."""
    with serving() as address, sync_playwright() as playwright:
        warm(address)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        take(browser, address + "/search?q=luc+luong+vu+trang", DOCS / "search.png", LAPTOP)
        take(browser, address + "/", DOCS / "home.png", LAPTOP)
        take(browser, address + "/", DOCS / "instant.png", LAPTOP, before=typing)
        take(
            browser,
            address + "/search?q=hà+tĩnh&after=2024-01-01&before=2025-01-01&author=Hoài+Thu",
            DOCS / "filters.png",
            LAPTOP,
            color_scheme="dark",
        )
        take(browser, address + "/search?q=ha+tinh", DOCS / "phone.png", PHONE, before=unfolding, device_scale_factor=2)
        take(
            browser,
            address + "/articles/hoi-nghi-quoc-phong-an-ninh-2023?q=thi+đua+quyết+thắng",
            DOCS / "article.png",
            LAPTOP,
            before=lambda page: page.keyboard.press("n"),
        )
        take(browser, address + "/", STATIC / "card.png", {"width": 1200, "height": 630}, before=as_card)
        for size in (192, 512):
            take(browser, address + "/static/icon.svg", STATIC / f"icon-{size}.png", {"width": size, "height": size})
        browser.close()


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server over the sample articles."""
    with tempfile.TemporaryDirectory() as folder:
        settings = ["--settings", str(ROOT / "script" / "demo.toml")]
        indexer = [sys.executable, "-m", "indexer", *settings]
        subprocess.run([*indexer, "build", str(ROOT / "corpus"), "--index", folder], check=True)
        command = [sys.executable, "-m", "webapp", *settings, "--index", folder, "--port", "0", "--workers", "1"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                address = re.search(r"http://\S+", server.stdout.readline())
                assert address is not None
                yield address.group().rstrip("/")
            finally:
                server.terminate()


def warm(address: str) -> None:
    """Ask until answers come as fast as they will: a server that has just started still compiles."""
    for number in range(1_000):
        with urlopen(f"{address}/api/v1/search?q=ha+tinh+{number}") as answer:
            if json.load(answer)["took_ms"] < WARM_MS:
                return


def typing(page: Page) -> None:
    """Half a query, with what it brings."""
    page.keyboard.type("tran ph")
    page.locator(".result").first.wait_for()
    page.locator("[role=option]").first.wait_for()


def unfolding(page: Page) -> None:
    """The filters of the narrow page, open."""
    page.locator(".narrowing summary").first.click()
    page.evaluate("scrollTo(0, 260)")


def as_card(page: Page) -> None:
    """The first page as a card of 1200 by 630."""
    page.add_style_tag(content=CARD)


def take(
    browser: Browser,
    url: str,
    path: Path,
    viewport: dict[str, int],
    before: Callable[[Page], object] = lambda page: None,
    **options: Any,
) -> None:
    """One picture of a page, with the fonts it is meant to be seen with."""
    context = browser.new_context(viewport=viewport, locale="vi-VN", bypass_csp=True, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    # A font that came too late for the first time is there the second.
    page.reload()
    before(page)
    page.evaluate("document.fonts?.ready")
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main()
