"""The passages of an article: next and previous, the map, and addresses that stay with their text."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from indexer import fingerprint
from tests.browser.conftest import Opener

ARTICLE = "/articles/thoi-su/hoi-nghi?q=cờ+thi+đua+xuất+sắc"
"""Passages 3, 5 and 6 match."""

CAPTION = "Tư lệnh trao cờ thi đua xuất sắc cho hai tập thể."


def led_to(page: Page) -> str:
    return re.sub("-.*", "", page.evaluate("location.hash.slice(1)"))


def test_n_and_p_go_from_match_to_match(open_page: Opener) -> None:
    page = open_page(ARTICLE, viewport={"width": 1280, "height": 300})
    matched = page.locator(".line.matched:not(.repeated)").evaluate_all("lines => lines.map((line) => line.id)")
    # What stands at two places is one passage, as the results count it.
    assert len(matched) == 2 < page.locator(".line.matched").count()
    counter = page.locator(".at [aria-hidden]")
    expect(counter).to_have_text(f"– / {len(matched)}")
    for number, id_ in enumerate(matched, 1):
        page.keyboard.press("n")
        assert led_to(page) == id_
        expect(page.locator(f"#{id_}")).to_be_in_viewport()
        expect(counter).to_have_text(f"{number} / {len(matched)}")
        expect(page.locator(".at [aria-live]")).to_have_text(f"Đoạn khớp {number} trong {len(matched)}")
        expect(page.locator(".across [aria-current]")).to_have_attribute("data-passage", id_)
    page.keyboard.press("n")
    assert led_to(page) == matched[-1]
    page.keyboard.press("p")
    assert led_to(page) == matched[-2]
    page.get_by_role("button", name="Sau").click()
    assert led_to(page) == matched[-1]
    page.get_by_role("button", name="Trước").click()
    assert led_to(page) == matched[-2]


def test_a_title_that_matches_is_the_first_stop(open_page: Opener) -> None:
    page = open_page("/articles/thoi-su/hoi-nghi?q=hội+nghị", viewport={"width": 1280, "height": 300})
    tally = page.locator(".tally").inner_text()
    number = int(tally.split()[0])
    assert "kể cả tiêu đề" in tally
    expect(page.locator(".at [aria-hidden]")).to_have_text(f"– / {number}")
    page.keyboard.press("p")
    assert led_to(page) == page.locator("h1").get_attribute("id") == "p0"
    expect(page.locator(".at [aria-hidden]")).to_have_text(f"1 / {number}")
    page.keyboard.press("n")
    expect(page.locator(".at [aria-hidden]")).to_have_text(f"2 / {number}")


def test_the_way_through_an_article_is_one_step_back(open_page: Opener) -> None:
    page = open_page("/search?q=cờ+thi+đua+xuất+sắc")
    page.locator(".result h2 a").first.click()
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/search\?q="))


def test_letters_typed_into_the_box_are_letters(open_page: Opener) -> None:
    page = open_page(ARTICLE)
    page.locator("#q").focus()
    page.keyboard.type("np")
    assert led_to(page) == ""


@pytest.mark.parametrize(("width", "map_"), [(1280, ".across"), (360, ".lengthwise")])
def test_the_map_leads_to_its_passages_without_javascript_too(open_page: Opener, width: int, map_: str) -> None:
    page = open_page(ARTICLE, viewport={"width": width, "height": 600}, java_script_enabled=False)
    expect(page.locator(".steps")).to_be_hidden()
    expect(page.locator(".passages svg:visible")).to_have_count(1)
    link = page.locator(f"{map_} a[data-passage=p6]")
    expect(link).to_have_accessible_name("Đến đoạn 6 của bài")
    link.click()
    expect(page.locator("#p6")).to_be_in_viewport()
    expect(page.locator("#p6 .body:target")).to_have_count(1)


def test_an_address_leads_to_its_text_where_it_has_moved(open_page: Opener) -> None:
    text = "Phong trào thi đua năm sau được phát động ngay tại hội nghị."
    page = open_page(f"/articles/thoi-su/hoi-nghi#p2-{fingerprint(text)}", viewport={"width": 800, "height": 300})
    expect(page.locator(":target")).to_have_text(text)
    expect(page.locator(":target")).to_be_in_viewport()


def test_of_a_text_that_stands_twice_the_nearest_is_meant(open_page: Opener) -> None:
    page = open_page(f"/articles/thoi-su/hoi-nghi#p9-{fingerprint(CAPTION)}")
    expect(page.locator("#p5 :target")).to_have_text(CAPTION)


def test_an_address_leads_to_its_place_when_the_text_has_changed(open_page: Opener) -> None:
    page = open_page("/articles/thoi-su/hoi-nghi#p4-00000000")
    expect(page.locator("#p4:target")).to_have_count(1)
    page = open_page("/articles/thoi-su/hoi-nghi#p400-00000000")
    expect(page.locator(":target")).to_have_count(0)
