"""The buttons beside hits and passages: where they stand, what they show, and what they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from indexer import build
from tests.samples import write_articles
from tests.webapp.archive import Record
from tests.webapp.server import serving

LONG = " ".join(f"Chặng {number} đi qua đồi chè, bản làng và những cây cầu treo." for number in range(1, 16))
PARAGRAPH = f"{LONG} Về đích là sân đình. {LONG}"

NEWS: tuple[Record, ...] = (
    {
        "id": "giai-chay",
        "title": "Giải chạy đồi chè đón hàng nghìn người từ khắp cả nước",
        "date": "2025-09-27",
        "source": "Báo Thanh Chương Chủ Nhật",
        "author": ["Nguyễn Thị Minh Nguyệt", "Trần Bình", "Lê An"],
        "text": f"Giải chạy bắt đầu từ sáng sớm.\n\n{PARAGRAPH}\n\nGiải chạy kết thúc lúc trưa.",
    },
    {
        "id": "khong-ngay",
        "title": "Giải chạy quanh hồ",
        "text": "Giải chạy quanh hồ không rõ ngày, chưa rõ người viết.",
    },
    {
        "id": "giai-chay-dem",
        "title": "Giải chạy đêm",
        "date": "2025-01-02",
        "source": "Tin Mẫu",
        "text": "Giải chạy đêm đi qua ba cây cầu của thành phố.",
    },
)

SHORT: Record = {
    "id": "nhieu-doan",
    "title": "Mười hai cây cầu",
    "date": "2024-05-06",
    "source": "Tin Mẫu",
    "paragraphs": [
        {"kind": "lead", "text": "Cầu treo bắc qua suối."},
        {"kind": "body", "text": "Đoạn ngắn.", "page": 12},
        {"kind": "caption", "text": "Cầu treo buổi sáng."},
        {"kind": "body", "text": "Cầu treo buổi chiều."},
        {"kind": "body", "text": "Hết."},
    ],
}

PLACES = """() => [...document.querySelectorAll(".result")].map((hit) => {
    const box = (element) => element.getBoundingClientRect();
    const [title, article, tools] = ["h2", "article", ".tools"].map((name) => box(hit.querySelector(name)));
    return [tools.right, tools.top - title.bottom, article.bottom - tools.bottom, tools.left, tools.width];
})"""

OVERLAPS = """() => [...document.querySelectorAll(".result")].flatMap((hit) => {
    // Texts of a hit that its buttons lie upon.
    const tools = hit.querySelector(".tools");
    const {left, top, bottom} = tools.getBoundingClientRect();
    const walker = document.createTreeWalker(hit, NodeFilter.SHOW_TEXT);
    const covered = [];
    while (walker.nextNode()) {
        const text = walker.currentNode;
        if (tools.contains(text) || !text.data.trim() || !text.parentElement.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNode(text);
        const lies = (box) => box.right > left && box.top < bottom - 4 && box.bottom > top + 4;
        if ([...range.getClientRects()].some(lies)) covered.push(text.data.trim());
    }
    return covered;
})"""

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over a few articles: with many authors, without a date, with a long paragraph."""
    folder = tmp_path_factory.mktemp("news")
    build([write_articles(folder / "articles.jsonl", (*NEWS, SHORT))], folder / "index")
    with serving(folder / "index", "--workers", "1") as server:
        yield server.address


@pytest.fixture
def opened(chromium: Browser, news: str) -> Iterator[Opened]:
    contexts = []

    def open_(path: str, width: int = 1280, height: int = 860, language: str = "vi-VN") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(news + path)
        return page

    yield open_
    for context in contexts:
        context.close()


def test_on_a_phone_date_source_and_first_author_are_read_beside_the_buttons(opened: Opened) -> None:
    page = opened("/search?q=giải chạy", 360, 740)
    assert page.evaluate(OVERLAPS) == []
    about = page.locator(".about:has(.authors)")
    assert about.evaluate(
        "line => line.scrollWidth <= line.clientWidth && getComputedStyle(line).overflow !== 'hidden'"
    )


@pytest.mark.parametrize("width", [360, 1280])
def test_buttons_stand_alike_with_and_without_a_date(opened: Opened, width: int) -> None:
    page = opened("/search?q=giải chạy", width)
    places = page.evaluate(PLACES)
    assert len(places) == 3
    assert len({round(right) for right, *_ in places}) == 1
    # Under the title on a wide window, at the end of the hit on a phone.
    assert len({round(below if width > 832 else end) for _, below, end, *_ in places}) == 1
    assert page.evaluate(OVERLAPS) == []
    for fold in page.locator(".also summary").all():
        fold.click()
    assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_room_for_the_buttons_is_there_before_them(chromium: Browser, news: str, width: int) -> None:
    heights = []
    for blocked in (True, False):
        context = chromium.new_context(viewport={"width": width, "height": 860}, locale="vi-VN")
        page = context.new_page()
        if blocked:
            page.route("**/keep.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(news + "/search?q=giải chạy")
        page.evaluate("document.fonts.ready")
        heights.append(page.locator(".result").evaluate_all("hits => hits.map((hit) => hit.offsetHeight)"))
        context.close()
    assert heights[0] == pytest.approx(heights[1], abs=1)


@pytest.mark.parametrize(
    ("language", "label", "done"), [("vi-VN", "Trích dẫn", "Đã chép ✓"), ("en-GB", "Cite", "Copied ✓")]
)
def test_a_button_says_for_two_seconds_that_it_has_copied(opened: Opened, language: str, label: str, done: str) -> None:
    page = opened("/search?q=giải chạy", language=language)
    page.clock.install()
    page.reload()
    button = page.get_by_role("button", name=f"{label}: Giải chạy đêm")
    shown = """button => {
        const label = button.firstElementChild;
        if (getComputedStyle(label).visibility === "visible") return label.textContent;
        const {visibility, content} = getComputedStyle(button, "::after");
        return visibility === "visible" ? JSON.parse(content) : "";
    }"""
    places = page.evaluate(PLACES)
    assert button.evaluate(shown) == label
    button.click()
    expect(button).to_have_class("cite done")
    assert button.evaluate(shown) == done
    assert page.evaluate(PLACES) == places
    expect(page.locator("#news")).to_have_text("Đã chép trích dẫn" if label == "Trích dẫn" else "Citation copied")
    page.clock.run_for(2_100)
    expect(button).to_have_class("cite")
    assert button.evaluate(shown) == label
    assert page.evaluate(PLACES) == places
    assert page.evaluate("navigator.clipboard.readText()").startswith("“Giải chạy đêm”, Tin Mẫu, ")


def kept_text(page: Page) -> str:
    return str(page.evaluate("JSON.parse(localStorage['timdoan.list'])[0].text"))


def keep_cut_passage(page: Page) -> None:
    """The long paragraph, of which the page shows a part, is put on the list."""
    hit = page.locator(".result:has(.authors)")
    expect(hit.locator(".passage > .body")).to_contain_text("… ")
    hit.get_by_role("button", name="Lưu: Giải chạy").click()
    expect(page.locator("#kept")).to_have_text("Danh sách đọc (1)")


def test_of_a_passage_that_is_cut_the_whole_is_kept(opened: Opened) -> None:
    page = opened('/search?q="về đích là sân đình"')
    with page.expect_response("**/api/v1/articles/giai-chay"):
        keep_cut_passage(page)
    page.wait_for_function("whole => JSON.parse(localStorage['timdoan.list'])[0].text === whole", arg=PARAGRAPH)
    page.locator("#kept").click()
    expect(page.locator(".kept-text")).to_have_text(PARAGRAPH)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    assert PARAGRAPH in Path(waiting.value.path()).read_text("utf-8")


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "body": "{}"},
        {"body": "not JSON"},
        {"body": '{"paragraphs": []}'},
        {"body": '{"paragraphs": [{"position": 2, "text": "Bài đã được viết lại."}]}'},
    ],
)
def test_where_the_whole_does_not_come_the_cut_text_is_kept(opened: Opened, answer: dict[str, Any]) -> None:
    page = opened('/search?q="về đích là sân đình"')
    page.route("**/api/v1/articles/*", lambda route: route.fulfill(**answer))
    with page.expect_response("**/api/v1/articles/*"):
        keep_cut_passage(page)
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert "Về đích là sân đình." in kept_text(page)
    assert "…" in kept_text(page)


def test_what_is_dropped_before_its_whole_comes_stays_dropped(opened: Opened) -> None:
    page = opened('/search?q="về đích là sân đình"')
    held: list[Route] = []
    page.route("**/api/v1/articles/*", lambda route: held.append(route))
    keep_cut_passage(page)
    page.get_by_role("button", name="Đã lưu: Giải chạy").click()
    with page.expect_response("**/api/v1/articles/*"):
        held[0].continue_()
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert page.evaluate("localStorage['timdoan.list']") == "[]"


MARGINS = """() => {
    // Texts in the margin, and those of them that lie upon others.
    const texts = [...document.querySelectorAll(".line .place :is(a, button)")].filter((one) => one.checkVisibility());
    const boxes = texts.map((one) => one.getBoundingClientRect());
    return texts.filter((_, at) => boxes.some((other, place) => place > at
        && other.left < boxes[at].right - 1 && other.right > boxes[at].left + 1
        && other.top + 6 < boxes[at].bottom - 6 && other.bottom - 6 > boxes[at].top + 6)).map((one) => one.outerHTML);
}"""


@pytest.mark.parametrize("path", ["/articles/nhieu-doan", "/articles/nhieu-doan?q=cầu treo"])
def test_buttons_of_passages_are_seen_without_a_mouse(opened: Opened, path: str) -> None:
    page = opened(path)
    page.mouse.move(1, 1)
    expect(page.locator(".line .keep")).to_have_count(5)
    assert page.evaluate(MARGINS) == []
    colours = page.locator(".line").evaluate_all(
        """lines => lines.map((line) => {
            const keep = line.querySelector(".keep");
            const alike = line.querySelector(".alike") ?? keep;
            const colours = [keep, alike].map((one) => getComputedStyle(one).color);
            let opacity = 1;
            for (let each = keep; each; each = each.parentElement) opacity *= getComputedStyle(each).opacity;
            return [line.classList.contains("matched"), ...colours, opacity];
        })"""
    )
    plain, faint = "rgb(74, 42, 156)", "rgb(92, 86, 111)"
    for matched, keep, alike, opacity in colours:
        assert keep == alike == (plain if matched else faint)
        assert opacity == 1
    assert any(matched for matched, *_ in colours) == ("?q=" in path)
    page.locator("#p2").hover()
    expect(page.locator("#p2 .keep")).to_have_css("color", plain)
    page.locator("#p3 .cite").focus()
    expect(page.locator("#p3 .alike, #p3 .keep").first).to_have_css("color", plain)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_citation_of_an_article_is_copied_by_a_button(opened: Opened, width: int) -> None:
    page = opened("/articles/giai-chay", width)
    citation = page.locator(".citation")
    text = str(citation.evaluate("citation => citation.firstChild.textContent.trim()"))
    assert text.startswith("Nguyễn Thị Minh Nguyệt, Trần Bình, Lê An, “Giải chạy đồi chè")
    height = citation.evaluate("citation => citation.offsetHeight")
    button = page.get_by_role("button", name="Chép: Trích dẫn")
    button.click()
    expect(button).to_have_class("cite done")
    expect(page.locator("#news")).to_have_text("Đã chép trích dẫn")
    assert page.evaluate("navigator.clipboard.readText()") == text
    assert citation.evaluate("citation => citation.offsetHeight") == height
    assert (
        citation.evaluate(
            """citation => {
            const range = document.createRange();
            range.selectNode(citation.firstChild);
            const {left, top, bottom} = citation.querySelector("button").getBoundingClientRect();
            const covers = (box) => box.right > left && box.bottom > top + 4 && box.top < bottom - 4;
            return [...range.getClientRects()].some(covers);
        }"""
        )
        is False
    )


def test_without_javascript_no_room_is_held(chromium: Browser, news: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto(news + "/search?q=giải chạy quanh hồ")
    hit = page.locator(".result:not(:has(.about))").first
    title, text = hit.locator("h2 a").bounding_box(), hit.locator(".passage .body").bounding_box()
    context.close()
    assert title and text and text["y"] - (title["y"] + title["height"]) < 8
