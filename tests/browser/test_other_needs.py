"""The page for people with other needs: by roles and names alone, in high contrast, at 200 %, with reduced motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener


def test_the_way_of_a_screen_reader_from_a_query_to_a_kept_citation(open_page: Opener) -> None:
    """As docs/page.md writes it down: every step is found by its role and name."""
    page = open_page("/")
    page.get_by_role("search").get_by_label("Tìm trong kho bài").fill("cờ thi đua")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tìm thấy")
    expect(
        page.get_by_role("complementary", name="Lọc kết quả").get_by_role("heading", name="Thời gian")
    ).to_be_visible()
    page.get_by_role("heading", level=2, name="Hội nghị tổng kết").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hội nghị tổng kết")
    page.get_by_role("navigation", name="Các đoạn khớp").get_by_role("button", name="Sau").click()
    page.get_by_role("button", name="Lưu: Hội nghị tổng kết").first.click()
    expect(page.locator("#news")).to_have_text("Đã lưu")
    page.get_by_role("contentinfo").get_by_role("link", name="Danh sách đọc").click()
    expect(page.get_by_role("region", name="Các đoạn").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("button", name="Word")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/search?q=thi+đua", "/articles/thoi-su/hoi-nghi?q=thi+đua", "/list"])
def test_twice_as_large_everything_is_reached_by_scrolling_down(open_page: Opener, path: str) -> None:
    # 200 % of a window of 1280 by 860 leaves half of it for the layout.
    page = open_page(path, viewport={"width": 640, "height": 430}, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    expect(page.locator("#q")).to_be_in_viewport()


def test_high_contrast_keeps_what_colours_say(open_page: Opener) -> None:
    page = open_page("/search?q=thi+đua&source=Báo+Mẫu", forced_colors="active")
    assert "underline" in page.evaluate("getComputedStyle(document.querySelector('main mark')).textDecorationLine")
    chosen = page.locator(".panel [aria-current] .tick").first
    assert chosen.evaluate("(tick) => getComputedStyle(tick, '::after').content") == '"✓"'


def test_with_reduced_motion_nothing_moves_while_typing(open_page: Opener) -> None:
    page = open_page("/", reduced_motion="reduce")
    page.keyboard.type("thi đua")
    expect(page.locator(".result").first).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
