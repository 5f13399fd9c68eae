"""Articles below the suggestions: apart from queries, opened when chosen, a line each, with results seen below."""

from __future__ import annotations

import unicodedata

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.test_suggestions import box, options, with_articles


def test_articles_stand_apart_from_queries_and_are_opened(open_page: Opener) -> None:
    page = open_page("/", viewport={"width": 1280, "height": 860})
    with_articles(page, *"abcdefg", "BÀI SỐ 1")
    group = page.get_by_role("group", name="Bài có tiêu đề khớp")
    expect(options(page)).to_have_count(8)
    expect(group.get_by_role("option")).to_have_count(3)
    expect(
        group.get_by_role("option", name="Hội nghị tổng kết công tác 26/12/2023 · Báo Mẫu", exact=True)
    ).to_be_visible()
    expect(page.get_by_role("listbox").get_by_role("option", name="BÀI SỐ 1", exact=True)).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("Gợi ý: 5, bài: 3. Dùng phím mũi tên để chọn.")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    chosen = group.get_by_role("option").first
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/thoi-su/hoi-nghi?q=h%E1%BB%99i")
    expect(page.get_by_role("heading", level=1)).to_contain_text("tổng kết công tác quốc phòng")
    expect(box(page)).to_have_value("hội")


def test_an_article_with_an_odd_name_is_opened_by_a_click(open_page: Opener) -> None:
    page = open_page("/?lang=en")
    with_articles(page, "hội nghị")
    expect(page.get_by_role("option", name="Hội nghị tổng kết công tác 26 Dec 2023 · Báo Mẫu")).to_be_visible()
    page.get_by_role("option", name="Bài số 1").click()
    page.wait_for_url("**/articles/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bài số 1")


def test_tab_from_an_article_leaves_what_was_typed(open_page: Opener) -> None:
    page = open_page("/")
    with_articles(page)
    expect(page.get_by_role("status")).to_have_text("Gợi ý: 0, bài: 3. Dùng phím mũi tên để chọn.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(box(page)).to_have_value("hội")
    expect(options(page)).to_have_count(0)


def test_on_a_phone_queries_and_articles_are_five_and_results_are_seen_below(open_page: Opener) -> None:
    page = open_page("/search?q=hội+nghị", viewport={"width": 360, "height": 740})
    box(page).focus()
    with_articles(page, *"abcdefg", typed=" tổng")
    expect(options(page)).to_have_count(5)
    expect(page.get_by_role("group").get_by_role("option")).to_have_count(2)
    list_ = page.get_by_role("listbox").bounding_box()
    assert list_ is not None and list_["y"] + list_["height"] < 740 * 0.6
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_title_that_stands_below_is_no_completion_too(open_page: Opener) -> None:
    page = open_page("/", viewport={"width": 1280, "height": 860})
    # As completions are written: without the signs at the end, and here with letters apart from their diacritics.
    with_articles(page, "hội đồng", unicodedata.normalize("NFD", "hồ kẻ gỗ: đầy nước"), "hồ kẻ gỗ")
    queries = page.locator(".suggestions > [role=option]")
    expect(queries).to_have_text(["hội đồng", "hồ kẻ gỗ"])


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 860)])
def test_suggestions_take_a_line_each_and_leave_a_result_below(open_page: Opener, width: int, height: int) -> None:
    page = open_page("/", viewport={"width": width, "height": height})
    page.keyboard.insert_text("thời ti")
    expect(page.locator(".result h2").first).to_be_visible()
    page.locator("#q").fill("")
    expect(options(page)).to_have_count(0)
    with_articles(page, "thời tiết", "Thời tiết " + "còn nắng nóng dài ngày ở Bắc Bộ và Trung Bộ " * 3, typed="thời t")
    heights = options(page).evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    assert max(heights) - min(heights) < 1 and max(heights) < 50
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    list_ = page.get_by_role("listbox").bounding_box()
    assert list_ is not None
    titles = [title.bounding_box() for title in page.locator(".result h2").all()]
    assert any(
        title["y"] >= list_["y"] + list_["height"] and title["y"] + title["height"] <= height
        for title in titles
        if title
    )
