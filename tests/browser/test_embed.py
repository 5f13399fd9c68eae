"""embed.js on somebody else's page: another origin, another policy, its own looks; keys, input methods, failures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from indexer import build
from tests.conftest import ROOT
from tests.samples import write_articles
from tests.webapp.archive import ARCHIVE, ATTACKS
from tests.webapp.server import serving

PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Báo</title>
<style>* {{ color: red !important; font-size: 3px; }} :root {{ --tim-doan-accent: rgb(1, 2, 3); }}</style></head>
<body><h1>Báo</h1><div id="here"></div>{tag}<p>Cuối trang</p></body></html>"""

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def site() -> Iterator[ThreadingHTTPServer]:
    """A site of somebody else, that serves one page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.page.encode()  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield site
        site.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, site: ThreadingHTTPServer) -> Iterator[str]:
    """The address of a server whose answers pages of `site` may read."""
    folder = tmp_path_factory.mktemp("embedded")
    build([write_articles(folder / "articles.jsonl", ARCHIVE)], folder / "index")
    origins = f'cors_origins = ["http://127.0.0.1:{site.server_port}"]\n'
    (folder / "settings.toml").write_text(origins, "utf-8")
    with serving(folder / "index", "--workers", "1", "--settings", str(folder / "settings.toml")) as server:
        yield server.address


@pytest.fixture
def visit(chromium: Browser, site: ThreadingHTTPServer, archive: str) -> Iterator[Visit]:
    """Opens the page of the site with the tag; at the end nothing may have gone wrong on it."""
    context = chromium.new_context(locale="vi-VN")
    context.set_default_timeout(15_000)
    complaints: list[str] = []

    def open_(attributes: str = "", complain: bool = True) -> Page:
        tag = f'<script src="{archive}/static/embed.js" {attributes}></script>'
        site.page = PAGE.format(tag=tag)  # type: ignore[attr-defined]
        page = context.new_page()
        if complain:
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"http://127.0.0.1:{site.server_port}/")
        return page

    yield open_
    context.close()
    assert complaints == []


def test_it_weighs_under_ten_kilobytes() -> None:
    assert (ROOT / "webapp" / "pages" / "static" / "embed.js").stat().st_size < 10_000


def test_one_tag_searches_from_another_origin(visit: Visit, archive: str) -> None:
    page = visit("defer")
    box = page.get_by_role("combobox", name="Tìm trong kho bài")
    box.press_sequentially("co thi dua xuat sac")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Hội nghị tổng kết")
    expect(first.locator("mark").first).to_have_text("cờ thi đua xuất sắc")
    expect(first.locator("small")).to_have_text("26/12/2023 · Báo Mẫu")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_contain_text("bài")
    assert first.get_attribute("href") == "https://bao.example/hoi-nghi?trang=1&muc=2"
    last = page.get_by_role("option").last
    assert last.get_attribute("href") == f"{archive}/search?q=co+thi+dua+xuat+sac"


def test_an_article_stands_once_with_its_best_passage(visit: Visit) -> None:
    page = visit("defer")
    page.get_by_role("combobox").fill("thi đua xuất sắc")
    articles = page.get_by_role("option").filter(has=page.locator("b"))
    expect(articles).to_have_count(1)
    expect(articles.locator("span")).to_contain_text("cờ thi đua xuất sắc")
    expect(page.get_by_role("status")).to_have_text("Có 1 bài. Dùng phím mũi tên để chọn.")


def test_of_an_article_whose_title_alone_was_found_the_beginning_is_shown(visit: Visit) -> None:
    page = visit("defer")
    page.get_by_role("combobox").fill("mùa bưởi")
    first = page.get_by_role("option").first
    expect(first.locator("b")).to_have_text("Mùa bưởi Phúc Trạch")
    expect(first.locator("span")).to_have_text("Người dân vào vụ thu hoạch bưởi trên những con đường làng.")
    page.get_by_role("combobox").fill("title:bưởi")
    expect(first.locator("small")).to_have_text("02/09/2024 · Tin Mẫu")
    expect(first.locator("span")).to_have_text("Người dân vào vụ thu hoạch bưởi trên những con đường làng.")


def test_its_looks_are_its_own_but_for_its_variables(visit: Visit) -> None:
    page = visit("")
    box = page.get_by_role("combobox")
    box.fill("bưởi")
    title = page.get_by_role("option").first.locator("b")
    expect(title).to_have_css("color", "rgb(1, 2, 3)")
    expect(box).not_to_have_css("color", "rgb(255, 0, 0)")
    assert page.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(255, 0, 0)"


def test_it_is_worked_by_keyboard_alone(visit: Visit, archive: str) -> None:
    page = visit('data-target="#here" data-links="archive" data-limit="2"')
    assert page.locator("#here > .tim-doan").count() == 1
    box = page.get_by_role("combobox")
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.type("bưởi OR nước")
    options = page.get_by_role("option")
    expect(options).to_have_count(3)
    page.keyboard.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.nth(0).get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("bưởi OR nước")
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(3)
    page.keyboard.press("ArrowDown")
    opened = "buoi-phuc-trach" if "Phúc Trạch" in options.nth(0).inner_text() else "ho-ke-go"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{archive}/articles/{opened}?q=*#p*")


def test_enter_without_a_choice_opens_the_results(visit: Visit, archive: str) -> None:
    page = visit()
    page.get_by_role("combobox").press_sequentially("bưởi")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{archive}/search?q=*")


def test_pages_that_it_leads_to_look_as_the_site_asks(visit: Visit, archive: str) -> None:
    page = visit('data-links="archive" data-theme="dark" data-accent="1a7f37"')
    page.get_by_role("combobox").fill("bưởi")
    first = page.get_by_role("option").first
    expect(first).to_be_visible()
    assert "theme=dark&accent=1a7f37#p" in (first.get_attribute("href") or "")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{archive}/search?q=*&theme=dark&accent=1a7f37")
    expect(page.locator("body")).to_have_css("background-color", "rgb(22, 19, 31)")
    title = page.locator(".result h2 a").first
    colour = title.evaluate("link => getComputedStyle(link).color")
    red, green, blue = map(int, colour.removeprefix("rgb(").removesuffix(")").split(","))
    assert green > red and green > blue
    title.click()
    page.wait_for_url(f"{archive}/articles/*")
    expect(page.locator("body")).to_have_css("background-color", "rgb(22, 19, 31)")


def test_an_input_method_is_left_alone(visit: Visit) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    page.get_by_role("combobox").focus()
    session: CDPSession = page.context.new_cdp_session(page)
    for text in ("b", "bu", "bư", "bươ", "bưở", "bưởi"):
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    page.keyboard.press("ArrowDown")
    assert asked == []
    session.send("Input.insertText", {"text": "bưởi"})
    expect(page.get_by_role("option").first).to_contain_text("Phúc Trạch")
    assert len(asked) == 1


def test_hostile_text_is_text(visit: Visit) -> None:
    page = visit('data-limit="50"')
    page.get_by_role("combobox").fill("tancong")
    options = page.get_by_role("option")
    # Two are nearly the same text and stand as one.
    expect(options.nth(len(ATTACKS) - 1)).to_be_visible()
    text = " ".join(options.all_inner_texts())
    assert "<script>alert(1)</script>" in text
    tags = options.evaluate_all("all => all.flatMap(one => [...one.querySelectorAll('*')].map(each => each.localName))")
    assert set(tags) == {"b", "small", "span", "mark"}
    addresses = options.evaluate_all("all => all.map(one => one.protocol)")
    assert set(addresses) <= {"http:", "https:"}


def test_failures_are_told(visit: Visit, archive: str) -> None:
    page = visit(complain=False)
    box, status = page.get_by_role("combobox"), page.get_by_role("status")
    box.fill("zzzzqqq")
    expect(status).to_have_text("Không tìm thấy bài nào.")

    def refuse(route: Route) -> None:
        route.fulfill(status=429, headers={"Access-Control-Allow-Origin": "*"})

    page.route("**/api/**", refuse)
    box.fill("bưởi")
    expect(status).to_contain_text("Quá nhiều yêu cầu")
    page.route("**/api/**", lambda route: route.abort())
    with page.expect_console_message(lambda message: "cors_origins" in message.text) as told:
        box.fill("cờ")
    assert page.url.split("/", 3)[2] in told.value.text, "developers are told which origin to allow"
    expect(status).to_have_text("Hiện không tìm được.")
    expect(page.get_by_role("option")).to_have_count(0)


def test_it_speaks_the_language_of_the_page_or_of_the_tag(visit: Visit) -> None:
    page = visit('data-lang="en"')
    expect(page.get_by_role("combobox", name="Search the archive")).to_be_visible()


def test_the_page_that_shows_it_has_it_at_work_under_our_policy(chromium: Browser, archive: str) -> None:
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{archive}/embed")
    box = page.locator("#example").get_by_role("combobox")
    box.fill("bưởi")
    expect(page.locator("#example").get_by_role("option").first).to_contain_text("Phúc Trạch")
    assert "--tim-doan-accent" in page.content()
    assert f'"{archive}/static/embed.js"' in page.locator("pre").inner_text()
    page.close()
    assert complaints == []


def test_its_address_is_kept_for_a_short_time_only(chromium: Browser, archive: str) -> None:
    page = chromium.new_page()
    response = page.goto(f"{archive}/static/embed.js")
    assert response is not None
    assert "max-age=3600" in response.headers["cache-control"]
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    page.close()
