"""A real Chromium at a real server. Where Chromium is missing the tests are skipped, under CI=true they fail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from indexer import build
from tests.conftest import ROOT
from tests.samples import write_articles
from tests.webapp.archive import ARCHIVE
from tests.webapp.server import serving

CHROMIUM = Path("/usr/bin/chromium")
# What Playwright 1.65.2 turns off, since the last such argument replaces those before it, and two of our own: the list
# below the address bar, which nobody sees, is a page and a process of every window and takes half of the processor.
OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch",
    "msForceBrowserSignIn,msEdgeUpdateLaunchServicesPreferredVersion",
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup",
)
ARGUMENTS = (
    f"--disable-features={','.join(OFF)}",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Opener = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """What servers compile beside their first answers is compiled: on a fresh clone no page would wait as long."""
    subprocess.run([sys.executable, "-c", "from indexer import warm; warm()"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the archive."""
    folder = tmp_path_factory.mktemp("browsed")
    build([write_articles(folder / "articles.jsonl", ARCHIVE)], folder / "index")
    with serving(folder / "index", "--workers", "1") as server:
        yield server.address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


AUTOFOCUS = "Autofocus processing was blocked because a document already has a focused element."
"""Said of results that come in while the box has the focus, but only where the machine is slow; nothing is wrong."""


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Opener]:
    """Opens a path in a fresh profile; keywords are those of Playwright's `new_context`.

    At the end of the test no page may have complained on its console (a violated Content-Security-Policy does),
    thrown an error, or asked any other host for anything.
    """
    contexts = []
    complaints: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.text != AUTOFOCUS:
            complaints.append(f"console: {message.text}")

    def failed(request: Request) -> None:
        # What a page still loads when it is left is broken off, and no fault.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"failed: {request.url} {request.failure}")

    def open_(path: str, **options: Any) -> Page:
        context = chromium.new_context(**{"locale": "vi-VN", "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        # Patience, not a measure: a machine with much else to do is slow.
        page.set_default_timeout(60_000)
        page.on("console", said)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: None if request.url.startswith(address) else complaints.append(f"asked {request.url}"),
        )
        page.on("requestfailed", failed)
        page.goto(address + path)
        focused = page.locator("[autofocus]")
        if focused.count():
            # The browser gives the focus a moment after loading; keys pressed before that go nowhere.
            expect(focused).to_be_focused()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
