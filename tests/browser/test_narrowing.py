"""The filters: a span of the histogram by dragging and by the keyboard, quick periods, long lists of values."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from indexer import build
from tests.browser.conftest import Opener
from tests.samples import write_articles
from tests.webapp.server import serving

YEARS = "/search?q=tập+thể+OR+bưởi+OR+thời"
SPAN = re.compile("after=2022-01-01&before=2025-01-01")


def middle(page: Page, number: int) -> tuple[float, float]:
    box = page.locator(".timeline .reach").nth(number).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_span_is_chosen_by_dragging_over_the_bars(open_page: Opener) -> None:
    page = open_page(YEARS)
    last = page.locator(".timeline svg a").count() - 1
    page.mouse.move(*middle(page, 0))
    page.mouse.down()
    page.mouse.move(*middle(page, last), steps=4)
    expect(page.locator(".timeline .picked")).to_have_count(last + 1)
    page.mouse.up()
    expect(page).to_have_url(SPAN)
    # Each bar alone is a link as before.
    page.go_back()
    page.locator(".timeline svg a").first.click()
    expect(page).to_have_url(re.compile("after=2022-01-01&before=2023-01-01"))


def test_a_span_is_chosen_with_the_keyboard_alone(open_page: Opener) -> None:
    page = open_page(YEARS)
    page.locator(".timeline svg a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".timeline .picked")).to_have_count(3)
    expect(page.locator("#news")).to_have_text("Đang chọn từ 2022 đến 2024")
    page.keyboard.press("Enter")
    expect(page).to_have_url(SPAN)


def test_days_are_typed_as_they_are_written(open_page: Opener) -> None:
    page = open_page("/search?q=thời+tiết")
    page.get_by_label("Từ ngày").fill("5/1/2022")
    page.get_by_label("Đến ngày").fill("7/1/2022")
    page.get_by_role("button", name="Lọc theo ngày").click()
    expect(page).to_have_url(re.compile("after=2022-01-05&before=2022-01-08"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("từ 05/01/2022 đến 07/01/2022")
    expect(page.locator(".result")).to_have_count(3)


@pytest.fixture(scope="module")
def many_authors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("authors")
    articles = [
        {"id": f"tin-{number}", "title": f"Tin số {number}", "author": f"Người Viết {number}", "text": "Mùa gặt đến."}
        for number in range(30)
    ]
    articles.append({"id": "tin-cuoi", "title": "Tin cuối", "author": "Đặng Ngọc Mai", "text": "Mùa gặt đến muộn."})
    build([write_articles(folder / "articles.jsonl", articles)], folder / "index")
    with serving(folder / "index", "--workers", "1") as server:
        yield server.address


def test_a_long_list_is_searched_without_diacritics(chromium: Browser, many_authors: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    page.goto(many_authors + "/search?q=mùa gặt")
    authors = page.get_by_role("region", name="Tác giả")
    expect(authors.get_by_role("link", name="Đặng Ngọc Mai")).to_be_hidden()
    authors.get_by_text(re.compile("Xem thêm")).click()
    authors.get_by_role("searchbox").fill("dang ngoc")
    expect(authors.get_by_role("link")).to_have_count(1)
    authors.get_by_role("link", name="Đặng Ngọc Mai").click()
    chosen = page.get_by_role("region", name="Tác giả").get_by_role("link").first
    expect(chosen).to_have_attribute("aria-current", "true")
    expect(chosen).to_contain_text("Đặng Ngọc Mai")
    context.close()


@pytest.fixture(scope="module")
def more_authors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """More than a page lists."""
    folder = tmp_path_factory.mktemp("more-authors")
    articles = [
        {
            "id": f"tin-{number}",
            "title": f"Tin số {number}",
            "author": f"Người Viết {number:02}",
            "text": "Mùa gặt đến.",
        }
        for number in range(70)
    ]
    build([write_articles(folder / "articles.jsonl", articles)], folder / "index")
    with serving(folder / "index", "--workers", "1") as server:
        yield server.address


@pytest.mark.parametrize("scripts", [True, False])
def test_the_box_of_a_list_that_is_cut_finds_the_others(chromium: Browser, more_authors: str, scripts: bool) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN", java_script_enabled=scripts)
    page = context.new_page()
    page.goto(more_authors + "/search?q=mùa gặt")
    authors = page.get_by_role("region", name="Tác giả")
    authors.get_by_text(re.compile("Xem thêm")).click()
    expect(authors.get_by_role("link")).to_have_count(50)
    authors.get_by_role("searchbox").fill("nguoi viet 69")
    # Those listed are searched at once; the others when it is sent.
    expect(authors.get_by_role("link")).to_have_count(0 if scripts else 50)
    authors.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(re.compile(r"q=m%C3%B9a\+g%E1%BA%B7t&find\.author=nguoi\+viet\+69#by-author"))
    expect(authors.get_by_role("listitem").get_by_role("link")).to_have_text(re.compile("Người Viết 69"))
    expect(authors.get_by_role("searchbox")).to_have_value("nguoi viet 69")
    context.close()


def test_a_month_shows_its_days_and_a_span_of_days_is_chosen_by_the_keyboard(open_page: Opener) -> None:
    page = open_page("/search?q=thời+tiết&after=2022-01&before=2022-02")
    bars = page.get_by_role("group", name="Số đoạn theo ngày").get_by_role("link")
    expect(bars).to_have_count(25)
    expect(bars.nth(4)).to_have_accessible_name("05/01/2022: 2 đoạn")
    bars.nth(4).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("after=2022-01-05&before=2022-01-08"))
    total = page.get_by_role("heading", level=1)
    expect(total).to_contain_text("6 đoạn")
    bars.nth(0).click()
    expect(page).to_have_url(re.compile("after=2022-01-01&before=2022-01-02"))
    expect(total).to_contain_text("2 đoạn")
    expect(total).to_contain_text("giây), ngày 01/01/2022")
    page.get_by_role("link", name="Tháng 1/2022").click()
    expect(page).to_have_url(re.compile("after=2022-01-01&before=2022-02-01"))


def test_without_scripts_the_days_are_links(open_page: Opener) -> None:
    page = open_page("/search?q=thời+tiết&after=2022-01&before=2022-02", java_script_enabled=False)
    page.get_by_role("link", name="07/01/2022: 2 đoạn").click()
    expect(page).to_have_url(re.compile("after=2022-01-07&before=2022-01-08"))
