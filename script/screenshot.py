"""Make docs/search.png, the README's picture of the results page, from the real page over corpus/.

.venv/bin/python script/screenshot.py
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
QUERY = "luc luong vu trang"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """Index the corpus in a temporary place, serve it, and take the picture."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "indexer", "build", str(ROOT / "corpus"), "--index", folder], check=True)
        command = [sys.executable, "-m", "webapp", "--index", folder, "--port", "0", "--workers", "1"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                address = re.search(r"http://\S+", server.stdout.readline())
                assert address is not None
                take(address.group().rstrip("/") + f"/search?q={QUERY.replace(' ', '+')}&lang=vi")
            finally:
                server.terminate()


def take(url: str) -> None:
    """One picture of a page, as wide as a laptop's window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(url)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=ROOT / "docs" / "search.png")
        browser.close()


if __name__ == "__main__":
    main()
