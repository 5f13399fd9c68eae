"""The page of the API: endpoints are called from it, samples copied, the contents say where one is."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Opener


def opened_form(page: Page, operation: str) -> None:
    page.locator(f"#{operation}").get_by_text("Gọi thử").click()


def test_a_search_is_called_and_its_answer_shown(open_page: Opener) -> None:
    page = open_page("/docs")
    opened_form(page, "search")
    section = page.locator("#search")
    section.get_by_label("q", exact=True).fill("bưởi")
    section.get_by_label("group", exact=True).select_option("none")
    section.get_by_label("facets", exact=True).fill("source")
    section.get_by_role("button", name="Gửi").click()
    expect(section.get_by_role("status")).to_have_text("GET /api/v1/search?q=bưởi&group=none&facets=source → 200")
    answer = json.loads(section.get_by_label("Trả lời", exact=True).inner_text())
    assert answer["query"]["text"] == "bưởi"
    assert answer["facets"]["source"] == [{"value": "Tin Mẫu", "count": 3}]


def test_an_id_goes_into_the_path_and_a_body_into_the_request(open_page: Opener) -> None:
    page = open_page("/docs")
    opened_form(page, "article")
    article = page.locator("#article")
    article.get_by_label("id", exact=True).fill("thoi-su/hoi-nghi")
    page.keyboard.press("Enter")
    expect(article.get_by_label("Trả lời", exact=True)).to_contain_text('"id": "thoi-su/hoi-nghi"')
    opened_form(page, "batch")
    batch = page.locator("#batch")
    batch.get_by_label("Nội dung gửi").fill('{"queries": [{"q": "bưởi"}]}')
    batch.get_by_role("button", name="Gửi").click()
    expect(batch.get_by_role("status")).to_have_text("POST /api/v1/batch → 200")
    expect(batch.get_by_label("Trả lời", exact=True)).to_contain_text("Mùa bưởi Phúc Trạch")


def test_a_change_is_sent_with_key_and_header(open_page: Opener) -> None:
    page = open_page("/docs")
    sent: list[tuple[str, str, dict[str, str], object]] = []

    def accept(route: Route) -> None:
        request = route.request
        sent.append((request.method, request.url, request.headers, request.post_data_json))
        route.fulfill(status=202, body='{"state": "queued"}', content_type="application/json")

    page.route("**/api/v1/articles/**", accept)
    opened_form(page, "writeArticle")
    section = page.locator("#writeArticle")
    section.get_by_label("id", exact=True).fill("tin 1")
    section.get_by_label("Idempotency-Key").fill("abc")
    section.get_by_label("Khóa API").fill("bi-mat")
    section.get_by_role("button", name="Gửi").click()
    expect(section.get_by_role("status")).to_contain_text("→ 202")
    [(method, url, headers, body)] = sent
    assert (method, url.partition("/api/")[2]) == ("PUT", "v1/articles/tin%201?wait=5")
    assert (headers["x-api-key"], headers["idempotency-key"]) == ("bi-mat", "abc")
    assert body == {"title": "Mùa bưởi", "text": "Bưởi chín rộ."}


def test_of_a_long_answer_the_beginning_is_shown(open_page: Opener) -> None:
    page = open_page("/docs")
    page.route("**/api/v1/export**", lambda route: route.fulfill(body="đ" * 250_000, content_type="text/csv"))
    opened_form(page, "export")
    section = page.locator("#export")
    section.get_by_role("button", name="Gửi").click()
    expect(section.get_by_role("status")).to_contain_text("Chỉ hiện 100.000 ký tự đầu.")
    assert len(section.get_by_label("Trả lời", exact=True).inner_text()) == 100_000


def test_samples_are_copied(open_page: Opener) -> None:
    page = open_page("/docs", permissions=["clipboard-read", "clipboard-write"])
    button = page.locator("#suggest").get_by_role("button", name="Chép")
    button.click()
    expect(page.locator("#suggest .copy")).to_have_text("Đã chép")
    address = page.url.removesuffix("/docs")
    assert page.evaluate("navigator.clipboard.readText()") == f"curl '{address}/api/v1/suggest?q=co+thi'"


def test_the_contents_stand_beside_the_text_and_follow_it(open_page: Opener) -> None:
    page = open_page("/docs", viewport={"width": 1280, "height": 800})
    contents = page.get_by_role("navigation", name="Mục lục")
    contents.get_by_role("link", name="GET /suggest").click()
    expect(page).to_have_url(re.compile("#suggest$"))
    expect(contents.locator("[aria-current]")).to_have_text("GET /suggest")
    expect(contents).to_be_in_viewport()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_a_form_leads_to_the_answer(open_page: Opener) -> None:
    page = open_page("/docs", java_script_enabled=False)
    # What the browser asks for beside an answer that is no page.
    page.route("**/favicon.ico", lambda route: route.fulfill(body=""))
    assert page.locator("#writeArticle .try").is_hidden()
    opened_form(page, "suggest")
    page.locator("#suggest").get_by_role("button", name="Gửi").click()
    expect(page).to_have_url(re.compile(r"/api/v1/suggest\?q=co\+thi"))
