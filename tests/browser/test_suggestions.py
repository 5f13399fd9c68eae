"""The search box as a combobox: typing, choosing, leaving, and an input method at work. Real keys, a real server."""

from __future__ import annotations

import contextlib
import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from tests.browser.conftest import Opener
from tests.browser.test_layout import CONTRAST

ASKING = "**/api/v1/suggest?*"


def box(page: Page) -> Locator:
    return page.get_by_role("combobox")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def typed_thi_d(page: Page) -> list[str]:
    """Enter `thi d`, at once, so that it is asked for once; the texts of the options that it brings."""
    page.keyboard.insert_text("thi d")
    expect(options(page).first).to_be_visible()
    return options(page).all_text_contents()


def questions(page: Page) -> list[str]:
    """The texts that suggestions are asked for, from now on."""
    asked: list[str] = []
    page.on(
        "request",
        lambda request: (
            asked.append(parse_qs(urlsplit(request.url).query)["q"][0]) if "/suggest?" in request.url else None
        ),
    )
    return asked


def compose(page: Page, text: str) -> None:
    """Have the browser's own input method hold `text` in composition."""
    page.context.new_cdp_session(page).send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )


def test_typing_shows_what_the_articles_go_on_with(open_page: Opener) -> None:
    page = open_page("/")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(box(page)).to_have_attribute("aria-autocomplete", "list")
    texts = typed_thi_d(page)
    assert "thi đua" in texts
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    controlled = page.locator(f"#{box(page).get_attribute('aria-controls')}")
    expect(controlled).to_have_role("listbox")
    expect(controlled).to_have_accessible_name("Gợi ý")
    assert options(page).first.locator("b").text_content() == texts[0][len("thi d") :]
    expect(page.get_by_role("status")).to_have_text(f"Có {len(texts)} gợi ý. Dùng phím mũi tên để chọn.")


def test_arrows_choose_and_enter_searches_the_chosen_one(open_page: Opener) -> None:
    page = open_page("/")
    texts = typed_thi_d(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_text(texts[0])
    expect(box(page)).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/search?{urlencode({'q': texts[0]})}")
    expect(box(page)).to_have_value(texts[0])


def test_arrows_go_round_by_the_box_itself_where_there_are_no_results(open_page: Opener) -> None:
    page = open_page("/articles/thoi-su/hoi-nghi")
    box(page).focus()
    texts = typed_thi_d(page)
    page.keyboard.press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_text(texts[-1])
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    assert box(page).get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_text(texts[0])


def test_enter_without_a_choice_searches_what_was_typed(open_page: Opener) -> None:
    page = open_page("/")
    typed_thi_d(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=thi+d")


def test_escape_closes_the_list_and_keeps_the_text(open_page: Opener) -> None:
    page = open_page("/")
    typed_thi_d(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(box(page)).to_have_value("thi d")
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("thi d")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()


def test_tab_takes_the_chosen_one_and_goes_on(open_page: Opener) -> None:
    page = open_page("/")
    texts = typed_thi_d(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(box(page)).to_have_value(texts[0])
    expect(options(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Tìm", exact=True)).to_be_focused()


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_a_click_or_a_tap_searches(open_page: Opener, touch: bool) -> None:
    page = open_page("/", has_touch=touch)
    texts = typed_thi_d(page)
    last = options(page).last
    if touch:
        last.tap()
    else:
        last.click()
    page.wait_for_url(f"**/search?{urlencode({'q': texts[-1]})}")


def test_leaving_the_box_closes_the_list(open_page: Opener) -> None:
    page = open_page("/")
    typed_thi_d(page)
    page.mouse.click(5, 600)
    expect(options(page)).to_have_count(0)


def test_keys_pressed_quickly_are_one_question(open_page: Opener) -> None:
    page = open_page("/")
    page.clock.install()
    page.reload()
    asked = questions(page)
    page.clock.pause_at("2040-01-01")
    page.keyboard.type("thi d")
    page.clock.run_for(100)
    assert asked == []
    page.keyboard.type("u")
    with page.expect_response(ASKING):
        page.clock.run_for(150)
    assert asked == ["thi du"]


def test_while_a_syllable_is_composed_nothing_is_asked_and_enter_does_not_search(open_page: Opener) -> None:
    page = open_page("/")
    page.clock.install()
    page.reload()
    asked = questions(page)
    page.clock.pause_at("2040-01-01")
    page.keyboard.type("thi ")
    compose(page, "đ")
    compose(page, "đu")
    assert page.evaluate("document.querySelector('#q').value") == "thi đu"
    page.clock.run_for(10_000)
    assert asked == []
    page.evaluate("document.querySelector('form').addEventListener('submit', () => { window.submitted = true; })")
    page.keyboard.press("Enter")
    page.clock.run_for(10_000)
    assert page.evaluate("window.submitted") is None
    assert page.url.endswith("/")


def test_when_the_composition_is_over_it_is_asked(open_page: Opener) -> None:
    page = open_page("/")
    asked = questions(page)
    page.keyboard.type("thi ")
    compose(page, "đ")
    with page.expect_response(ASKING):
        page.keyboard.insert_text("đ")
    expect(options(page).first).to_be_visible()
    assert asked[-1] == "thi đ"


@pytest.mark.parametrize("told", ["{isComposing: true}", "{keyCode: 229}"])
def test_the_enter_of_an_input_method_is_taken_back(open_page: Opener, told: str) -> None:
    """Some browsers tell of it only by the key code, after the composition is over."""
    page = open_page("/")
    prevented = f"""() => !document.querySelector("#q").dispatchEvent(
        new KeyboardEvent("keydown", {{key: "Enter", bubbles: true, cancelable: true, ...{told}}}))"""
    assert page.evaluate(prevented)
    assert not page.evaluate(prevented.replace(told, "{}"))


def test_keys_of_an_input_method_do_not_choose(open_page: Opener) -> None:
    page = open_page("/")
    typed_thi_d(page)
    page.evaluate(
        """() => document.querySelector("#q").dispatchEvent(
            new KeyboardEvent("keydown", {key: "ArrowDown", bubbles: true, cancelable: true, isComposing: true}))"""
    )
    expect(page.locator("[aria-selected=true]")).to_have_count(0)


def answer_of(*texts: str) -> str:
    body = [{"text": text, "highlights": []} for text in texts]
    return json.dumps({"query": {"text": ""}, "suggestions": body, "took_ms": 0, "generation": "g"})


TITLED = (
    {"id": "thoi-su/hoi-nghi", "title": "Hội nghị tổng kết công tác", "date": "2023-12-26", "source": "Báo Mẫu"},
    {"id": "/đầu//giữa/cuối/", "title": "Bài số 1", "date": None, "source": None},
    {"id": "ho-ke-go", "title": "Hồ Kẻ Gỗ:  đầy nước?", "date": None, "source": "Tin Mẫu"},
    {"id": "thua", "title": "Bài thừa", "date": None, "source": None},
)


def with_articles(page: Page, *texts: str, typed: str = "hội") -> None:
    """Enter a text that is answered with queries and with articles."""
    body = json.dumps({**json.loads(answer_of(*texts)), "articles": TITLED})
    page.route(ASKING, lambda route: route.fulfill(body=body, content_type="application/json"))
    page.keyboard.insert_text(typed)
    expect(options(page).first).to_be_visible()


def test_an_outdated_answer_is_not_shown(open_page: Opener) -> None:
    page = open_page("/")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if not held:
            held.append(route)
        else:
            route.fulfill(body=answer_of("mới"), content_type="application/json")

    page.route(ASKING, hold_the_first)
    with page.expect_request(ASKING):
        page.keyboard.type("c")
    page.keyboard.type("ờ")
    expect(options(page)).to_have_text(["mới"])
    _late(held[0], answer_of("cũ"))
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(options(page)).to_have_text(["mới"])


def _late(route: Route, body: str) -> None:
    """Answer a request that the page has called off; nobody may be listening any more."""
    with contextlib.suppress(Error):
        route.fulfill(body=body, content_type="application/json")


def test_an_answer_after_escape_is_not_shown(open_page: Opener) -> None:
    page = open_page("/")
    held: list[Route] = []
    page.route(ASKING, lambda route: held.append(route))
    with page.expect_request(ASKING):
        page.keyboard.type("c")
    with page.expect_event("requestfailed"):
        page.keyboard.press("Escape")
    _late(held[0], answer_of("cũ"))
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(options(page)).to_have_count(0)


def test_no_text_of_an_answer_becomes_markup_and_offsets_count_code_points(open_page: Opener) -> None:
    page = open_page("/")
    text = "😀<img src=x onerror=alert(1)>"
    body = json.dumps({"suggestions": [{"text": text, "highlights": [[1, 5]]}]})
    page.route(ASKING, lambda route: route.fulfill(body=body, content_type="application/json"))
    page.keyboard.type("x")
    expect(options(page)).to_have_text([text])
    expect(options(page).locator("b")).to_have_text("<img")
    expect(page.get_by_role("status")).to_have_text("Có một gợi ý. Dùng phím mũi tên để chọn.")


def test_a_server_that_cannot_answer_leaves_a_plain_box(open_page: Opener) -> None:
    page = open_page("/")
    page.route(ASKING, lambda route: route.fulfill(body="not JSON", content_type="application/json"))
    with page.expect_response(ASKING):
        page.keyboard.type("cờ thi đua")
    page.keyboard.press("Enter")
    expect(page.locator(".passage mark").first).to_have_text("cờ thi đua")


def test_english_texts_on_an_english_page(open_page: Opener) -> None:
    page = open_page("/?lang=en")
    texts = typed_thi_d(page)
    expect(page.get_by_role("listbox")).to_have_accessible_name("Suggestions")
    expect(page.get_by_role("status")).to_have_text(f"{len(texts)} suggestions. Choose with the arrow keys.")


PLACES = """() => [...document.querySelectorAll("main *, .box, .box button")].map((element) => {
    const {x, y, width, height} = element.getBoundingClientRect();
    return [x, y, width, height];
})"""


@pytest.mark.parametrize("path", ["/articles/thoi-su/hoi-nghi", "/search?q=thi+d"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_list_moves_nothing_and_fits(open_page: Opener, path: str, width: int) -> None:
    page = open_page(path, viewport={"width": width, "height": 740})
    box(page).focus()
    before = page.evaluate(PLACES)
    if "search" not in path:
        page.keyboard.type("thi d")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(PLACES) == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(options(page).first).to_be_in_viewport(ratio=1)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(CONTRAST) == []


def test_the_chosen_one_is_seen_in_forced_colours(open_page: Opener) -> None:
    page = open_page("/")
    typed_thi_d(page)
    page.emulate_media(forced_colors="active")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    chosen, other = page.evaluate(
        "[...document.querySelectorAll('[role=option]')].map((option) => getComputedStyle(option).backgroundColor)"
    )[:2]
    assert chosen != other


def test_without_javascript_the_box_is_a_plain_field(open_page: Opener) -> None:
    page = open_page("/", java_script_enabled=False)
    expect(page.get_by_role("searchbox")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_count(0)
    page.get_by_role("searchbox").fill("co thi dua xuat sac")
    page.keyboard.press("Enter")
    expect(page.locator(".passage mark").first).to_have_text("cờ thi đua xuất sắc")
