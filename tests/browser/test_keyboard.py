"""A reader without a mouse: search, an unmarked search, paging, an article, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener


def press_until(page: Page, key: str, selector: str, most: int = 90) -> None:
    """Press `key` until the element in focus matches `selector`."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} times {key} did not reach {selector}")


def test_the_box_of_the_empty_page_waits_for_typing(open_page: Opener) -> None:
    page = open_page("/")
    page.keyboard.type("cờ thi đua xuất sắc")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("cờ thi đua xuất sắc")
    expect(page.locator("#q")).to_have_value("cờ thi đua xuất sắc")
    assert "/search?q=" in page.url


def test_an_unmarked_query_marks_the_marked_words(open_page: Opener) -> None:
    page = open_page("/")
    page.keyboard.type("co thi dua xuat sac")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("cờ thi đua xuất sắc")


def test_a_passage_is_reached_and_the_way_back(open_page: Opener) -> None:
    page = open_page("/search?q=tuần+tra+biên+giới")
    press_until(page, "Tab", ".passage .place a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/thoi-su/hoi-nghi?q=*#p4-*")
    target = page.locator("#p4")
    expect(target).to_be_in_viewport()
    expect(target.locator("mark").first).to_be_visible()
    assert page.evaluate("document.querySelector(':target').closest('.line').id") == "p4"
    press_until(page, "Shift+Tab", ".back a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator("#q")).to_have_value("tuần tra biên giới")


def test_a_title_leads_to_the_article_scrolled_to_its_best_passage(open_page: Opener) -> None:
    page = open_page("/search?q=phong+trào+thi+đua", viewport={"width": 800, "height": 400})
    press_until(page, "Tab", ".result h2 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator(":target mark").first).to_be_in_viewport()


def test_all_pages_are_reached(open_page: Opener) -> None:
    page = open_page("/search?q=thời+tiết")
    for number in (2, 3):
        press_until(page, "Tab", "a[rel=next]")
        page.keyboard.press("Enter")
        expect(page.locator(".pages [aria-current=page]")).to_have_text(str(number))
    expect(page.locator("a[rel=next]")).to_have_count(0)
    press_until(page, "Tab", "a[rel=prev]")
    page.keyboard.press("Enter")
    expect(page.locator(".pages [aria-current=page]")).to_have_text("2")
    page.go_back()
    expect(page.locator(".pages [aria-current=page]")).to_have_text("3")


def test_the_order_and_the_language_are_changed(open_page: Opener) -> None:
    page = open_page("/search?q=thời+tiết")
    press_until(page, "Tab", ".sorts a")
    page.keyboard.press("Enter")
    expect(page.locator(".result time").first).to_have_text("25/01/2022")
    press_until(page, "Tab", ".colophon nav a")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#q")).to_have_value("thời tiết")
    expect(page.locator(".result time").first).to_have_text("25 Jan 2022")


def test_the_first_tab_skips_to_the_content(open_page: Opener) -> None:
    page = open_page("/search?q=cờ")
    page.keyboard.press("Tab")
    expect(page.locator(".skip").first).to_be_focused()
    expect(page.locator(".skip").first).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_filters_are_skipped_in_one_step(open_page: Opener) -> None:
    page = open_page("/search?q=cờ")
    press_until(page, "Tab", "main .skip")
    expect(page.locator("main .skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".result h2 a").first).to_be_focused()


def test_every_stop_on_the_way_is_seen(open_page: Opener) -> None:
    page = open_page("/search?q=cờ+thi+đua&source=Báo+Mẫu")
    shown = """() => {
        const focused = document.activeElement;
        if (focused === document.body) return true;
        const style = getComputedStyle(focused);
        const box = focused.closest(".box");
        // A bar of the histogram has a frame of its own.
        const reach = focused.querySelector(".reach");
        if (reach) return getComputedStyle(reach).stroke !== "none";
        return style.outlineStyle !== "none" || (box && getComputedStyle(box).boxShadow !== "none");
    }"""
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(shown), page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_a_slash_goes_to_the_box_and_inside_it_is_a_slash(open_page: Opener, key: str) -> None:
    page = open_page("/search?q=cờ")
    page.keyboard.press(key)
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("26/12")
    expect(page.locator("#q")).to_have_value("26/12")


def test_a_slash_of_an_input_method_or_with_a_modifier_does_nothing(open_page: Opener) -> None:
    page = open_page("/search?q=cờ")
    page.evaluate(
        """() => {
            for (const more of [{isComposing: true}, {ctrlKey: true}, {altKey: true}, {metaKey: true}])
                document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true, ...more}));
        }"""
    )
    expect(page.locator("#q")).not_to_be_focused()
