"""Text that wants to be markup, everywhere text can stand, in a real browser: no script runs, nothing is even tried.

`open_page` fails a test for every message on the console, and a Content-Security-Policy says there what it has stopped.
So markup that was let through is noticed here even where it could do nothing.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from indexer import build
from tests.browser.conftest import Opener
from tests.effort import some
from tests.samples import write_articles
from tests.webapp.server import serving

OWN = "window.owned=1"
VECTORS = (
    f"<script>{OWN}</script>",
    f"<ScRiPt\t>{OWN}</sCrIpT >",
    f"<img src=x onerror={OWN}>",
    f'"><img src=x onerror="{OWN}">',
    f"'><svg onload={OWN}>",
    f"`><svg/onload={OWN}>",
    f"</title><script>{OWN}</script>",
    f"</textarea><script>{OWN}</script>",
    f"</style></script><script>{OWN}</script>",
    f"--><script>{OWN}</script><!--",
    f"]]><script>{OWN}</script>",
    f"<math><mtext></mtext><mglyph><style><img src=x onerror={OWN}></style></mglyph></math>",
    f"<details open ontoggle={OWN}>",
    f"<input autofocus onfocus={OWN}>",
    f'<iframe srcdoc="<script>parent.{OWN}</script>"></iframe>',
    f'<a href="javascript:{OWN}">bấm</a>',
    f'" onmouseover="{OWN}" x="',
    f"' autofocus onfocus='{OWN}' x='",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example/><button>gửi</button>",
    f"&lt;script&gt;{OWN}&lt;/script&gt; &#60;img src=x onerror={OWN}&#62;",
    f"\\u003cscript\\u003e{OWN}\\u003c/script\\u003e",
    f"{{{{ cycler.__init__.__globals__ }}}}{{% raw %}}<script>{OWN}</script>",
    f"%3Cscript%3E{OWN}%3C/script%3E",
    f"</mark><script>{OWN}</script><mark>",
)
ADDRESSES = (
    f"javascript:{OWN}",
    f"JaVaScRiPt:{OWN}",
    f" javascript:{OWN}",
    f"java\nscript:{OWN}",
    f"\x01javascript:{OWN}",
    f"data:text/html,<script>{OWN}</script>",
    f"vbscript:{OWN}",
    f"//evil.example/{OWN}",
    f'https://bao.example/" onmouseover="{OWN}',
    f"https://bao.example/<script>{OWN}</script>",
    "https:\\\\evil.example",
    f"blob:https://bao.example/{OWN}",
)
ARTICLES = tuple(
    {
        "id": "bai-" + vector.replace("\t", " "),
        "title": f"tancong {vector}",
        "url": f"https://bao.example/?q={quote(vector)}",
        "date": f"2020-01-{number + 1:02}",
        "source": f"Nguồn {vector}",
        "author": f"Người viết {vector}",
        "text": f"tancong {vector} dẫn đầu.\n\nĐoạn hai tancong{vector}tancong {vector}",
    }
    for number, vector in enumerate(VECTORS)
)
LINKS = tuple(
    {"id": f"link-{number}", "title": "Liên kết", "url": url, "text": f"lienket số {number}"}
    for number, url in enumerate(ADDRESSES)
)
SAFE = ("http:", "https:")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over hostile articles and no others; in place of the one the other tests use."""
    folder = tmp_path_factory.mktemp("hostile")
    report = build([write_articles(folder / "articles.jsonl", ARTICLES + LINKS)], folder / "index")
    # What is no web address costs its article the address when it is indexed; that the page refuses it too,
    # test_presentation says.
    assert not report.rejections
    assert [(warning.line, warning.field) for warning in report.warnings if warning.field] == [
        (line, "url") for line in range(len(ARTICLES) + 1, len(ARTICLES) + len(LINKS) + 1)
    ]
    with serving(folder / "index", "--workers", "1") as server:
        yield server.address


@pytest.fixture
def page(open_page: Opener) -> Page:
    """A page on which a dialog is a failure."""

    def refuse(dialog: Dialog) -> None:
        raise AssertionError(f"a dialog: {dialog.message}")

    page = open_page("/")
    page.on("dialog", refuse)
    return page


def visit(page: Page, address: str, path: str) -> None:
    """Go there; nothing of the page may have run, and every link leads to a web page."""
    page.goto(address + path)
    assert page.evaluate("window.owned") is None
    led = page.evaluate(
        "[...document.querySelectorAll('a,area,form,link,script,img,iframe,base,object,embed')]"
        ".map(one => one.getAttribute('href') || one.action || one.src || one.data || '').filter(Boolean)"
        ".map(target => new URL(target, location).href)"
    )
    for target in led:
        assert target.startswith(SAFE) and "evil.example" not in target.split("/")[2], target
    assert page.locator("main script, main iframe, main img, main style, base, meta[http-equiv]").count() == 0


def test_results_show_hostile_titles_texts_sources_and_authors_as_text(page: Page, address: str) -> None:
    for number in (1, 2, 3):
        visit(page, address, f"/search?q=tancong&per_page=10&page={number}")
        expect(page.locator("mark").first).to_be_visible()
    shown = page.locator("main").inner_text()
    assert "<script>" in shown or "<img" in shown or "onerror" in shown


def test_hostile_articles_are_shown_as_they_were_written(page: Page, address: str) -> None:
    for article, vector in some([*zip(ARTICLES, VECTORS, strict=True)], 3):
        visit(page, address, f"/articles/{quote(str(article['id']), safe='')}?q={quote(vector)}")
        # What stands in a record as an entity is the character that it means.
        assert page.locator("h1").inner_text().strip() == html.unescape(" ".join(str(article["title"]).split()))


def test_hostile_queries_filters_and_addresses_stay_what_they_are(page: Page, address: str) -> None:
    for vector in some(VECTORS[::2], 2):
        text = quote(vector, safe="")
        visit(page, address, f"/search?q={text}&source={text}&author={text}")
        assert page.locator("input[name=q]").first.input_value() == vector.replace("\t", " ")


def test_what_is_proposed_while_typing_is_text(page: Page, address: str) -> None:
    page.goto(address + "/")
    page.get_by_role("combobox").press_sequentially("tancong scr")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.owned") is None
    assert page.locator("[role=listbox] :not(b, mark, span, li, div, ul[role=group])").count() == 0


def test_html_of_the_endpoint_can_be_put_into_a_page_without_a_policy(page: Page, address: str) -> None:
    """`highlight=html` promises that: a page of somebody else sets it as it comes."""
    answer = page.request.get(f"{address}/api/v1/search?q=tancong&per_page=100&highlight=html&fields=snippet,text")
    pieces = [found[part]["html"] for found in json.loads(answer.text())["results"] for part in ("snippet", "text")]
    assert len(pieces) >= 2 * len(VECTORS)
    page.goto("about:blank")
    for piece in pieces:
        tags = page.evaluate(
            """html => {
                document.body.innerHTML = html;
                return [...document.body.querySelectorAll("*")].map(one => one.localName + one.attributes.length);
            }""",
            piece,
        )
        assert set(tags) <= {"mark0"}
    assert page.evaluate("window.owned") is None


def test_errors_and_data_opened_as_a_page_run_nothing(chromium: Browser, address: str) -> None:
    """In a page of its own: the console says of each error that it is one, and nothing else."""
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("/api/v1/search", "/api/v1/suggest", "/api/v1/articles/", "/docs", "/articles/", "/"):
        for vector in some(VECTORS[::6], 2):
            text = quote(vector, safe="")
            page.goto(f"{address}{path}{text if path.endswith('/') else ''}?q={text}&page={text}&lang={text}")
            assert page.evaluate("window.owned") is None
    page.close()
    assert [line for line in said if not line.startswith("Failed to load resource")] == []
