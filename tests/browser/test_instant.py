"""Results while typing: what is asked for and when, what is shown, where "back" leads. Real keys, a real server."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.conftest import Opener
from tests.browser.test_suggestions import compose
from tests.effort import some

ASKING = "**/search?*"


def asked(page: Page) -> list[str]:
    """The texts that pages of results are asked for, from now on."""
    texts: list[str] = []
    page.on(
        "request",
        lambda request: (
            texts.append(parse_qs(urlsplit(request.url).query, keep_blank_values=True)["q"][0])
            if urlsplit(request.url).path == "/search"
            else None
        ),
    )
    return texts


def asked_in_the_address(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["q"][0]


def settle(page: Page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_results_come_while_typing_and_the_address_follows(open_page: Opener) -> None:
    page = open_page("/")
    page.evaluate("document.getElementById('q').mine = true")
    page.keyboard.type("x")
    # The title page folds at the first key, to where the box of the results stands.
    place = page.locator(".box").bounding_box()
    assert place and place["y"] < 40
    page.keyboard.type("uất sắc")
    expect(page.locator(".passage mark").first).to_have_text("xuất sắc")
    assert asked_in_the_address(page) == "xuất sắc"
    expect(page).to_have_title("xuất sắc · Tìm Đoạn")
    expect(page.locator("#news")).to_have_text(re.compile(r"^Tìm thấy \d+ đoạn trong \d+ bài"))
    assert page.evaluate("document.activeElement.mine"), "the box is not the one that was typed into"
    assert page.locator(".box").bounding_box() == place
    page.keyboard.type(" thi đua")
    page.wait_for_url("**/search?q=*thi*")
    expect(page.locator("#q")).to_have_value("xuất sắc thi đua")
    page.keyboard.press("Enter")
    expect(page.locator(".home")).to_have_count(0)
    assert page.locator(".box").bounding_box() == place


def test_on_a_phone_too_the_title_page_folds_at_the_first_key(open_page: Opener) -> None:
    page = open_page("/", viewport={"width": 360, "height": 740})
    page.keyboard.type("b")
    expect(page.locator(".tagline")).to_be_hidden()
    place = page.locator(".box").bounding_box()
    assert place and place["y"] < 60
    page.keyboard.type("ưởi")
    page.keyboard.press("Enter")
    expect(page.locator(".home")).to_have_count(0)
    assert page.locator(".box").bounding_box() == place


@pytest.mark.parametrize("start", ["/", "/search?q=bưởi", "/search?q=không+có+đâu"])
def test_what_is_shown_is_the_page_of_its_address(open_page: Opener, start: str) -> None:
    content = """() => ["main", ".masthead", ".colophon"].map((name) => {
        const copy = document.querySelector(name).cloneNode(true);
        for (const element of copy.querySelectorAll(".suggestions, [role=status], [role=alert]")) element.remove();
        for (const element of copy.querySelectorAll("#q")) element.replaceWith("box");
        return copy.innerHTML.replace(/(dưới )?\\d,\\d\\d giây/, "").replace(" hidden=\\"\\"", "")
            .replace(/>\\s+/g, ">").replace(/\\s+</g, "<");
    })"""
    page = open_page(start)
    page.locator("#q").fill("thi đua")
    page.wait_for_url("**/search?q=thi*")
    page.keyboard.press("Enter")
    expect(page.locator(".tagline")).to_have_count(0)
    typed, about = page.evaluate(content), page.evaluate("document.querySelector('.sheet').className")
    page.reload()
    assert page.evaluate(content) == typed
    assert page.evaluate("document.querySelector('.sheet').className") == about


def test_back_leads_over_what_was_asked_not_through_every_letter(open_page: Opener) -> None:
    page = open_page("/")
    page.keyboard.type("bưởi")
    page.wait_for_url("**/search?q=b%C6%B0%E1%BB%9Fi")
    page.keyboard.type(" chợ")
    page.wait_for_url("**/search?q=*ch*")
    page.keyboard.press("Enter")
    page.locator("#q").fill("cờ")
    page.wait_for_url("**/search?q=c%E1%BB%9D")
    page.go_back()
    expect(page.locator("#q")).to_have_value("bưởi chợ")
    expect(page.locator(".result")).to_contain_text(["Phúc Trạch"])
    page.go_back()
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator(".tagline")).to_be_visible()
    assert urlsplit(page.url).path == "/"
    page.go_forward()
    expect(page.locator("#q")).to_have_value("bưởi chợ")


def test_enter_on_what_is_shown_asks_nothing_and_enter_before_it_asks_at_once(open_page: Opener) -> None:
    page = open_page("/search?q=bưởi")
    texts = asked(page)
    page.locator("#q").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    # However slow the machine, Enter comes before typing pauses.
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.keyboard.type(" x")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*+x")
    assert texts == ["bưởi x"]


def test_keys_pressed_quickly_are_one_question(open_page: Opener) -> None:
    page = open_page("/")
    page.clock.install()
    page.reload()
    texts = asked(page)
    page.clock.pause_at("2040-01-01")
    page.keyboard.type("xuất sắc")
    assert texts == []
    page.clock.run_for(1_000)
    expect(page.locator(".passage").first).to_be_visible()
    assert texts == ["xuất sắc"]


def test_an_outdated_answer_is_not_shown(open_page: Opener) -> None:
    page = open_page("/")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(ASKING, hold_the_first)
    with page.expect_request(ASKING):
        page.keyboard.type("bưởi")
    page.locator("#q").fill("cờ")
    expect(page.locator(".result").first).to_contain_text("cờ")
    with contextlib.suppress(Error):
        held[0].continue_()
    settle(page)
    expect(page.locator(".result").first).to_contain_text("cờ")
    assert asked_in_the_address(page) == "cờ"


def test_nothing_is_asked_while_an_input_method_composes(open_page: Opener) -> None:
    page = open_page("/")
    page.clock.install()
    page.reload()
    page.locator("#q").focus()
    texts = asked(page)
    compose(page, "bưởi")
    page.clock.run_for(2_000)
    settle(page)
    assert texts == []
    page.context.new_cdp_session(page).send("Input.insertText", {"text": "bưởi"})
    page.clock.run_for(1_000)
    expect(page.locator(".passage mark").first).to_have_text("bưởi")
    assert texts == ["bưởi"]


def test_filters_and_order_stay_while_typing(open_page: Opener) -> None:
    page = open_page("/search?q=thời+tiết&kind=lead&sort=date&after=2022-01-10")
    page.locator("#q").fill("dự báo")
    page.wait_for_url("**/search?*q=d%E1%BB%B1*")
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"q": ["dự báo"], "sort": ["date"], "kind": ["lead"], "after": ["2022-01-10"]}
    expect(page.locator(".chips li:not(.all)")).to_have_count(2)


def test_an_emptied_box_leaves_the_results(open_page: Opener) -> None:
    page = open_page("/search?q=bưởi")
    page.clock.install()
    texts = asked(page)
    page.locator("#q").fill("")
    page.clock.run_for(1_000)
    settle(page)
    assert texts == []
    expect(page.locator(".result")).to_have_count(1)


def test_a_server_out_of_reach_is_said_and_the_results_stay(open_page: Opener) -> None:
    page = open_page("/search?q=bưởi")
    # What is made to look as unreachable here must not count as a complaint of the page.
    page.route(ASKING, lambda route: route.fulfill(body="gateway", content_type="text/plain"))
    page.locator("#q").fill("bưởi chợ")
    expect(page.get_by_role("alert")).to_contain_text("Mất kết nối với máy chủ")
    expect(page.locator(".result")).to_have_count(1)
    assert asked_in_the_address(page) == "bưởi"
    page.unroute(ASKING)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*ch*")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_an_error_of_the_server_is_shown_as_its_page(open_page: Opener, address: str) -> None:
    page = open_page("/search?q=bưởi")

    def unavailable(route: Route) -> None:
        body = page.request.get(address + "/none").text()
        route.fulfill(status=200, body=body.replace("404", "503"), content_type="text/html")

    page.route(ASKING, unavailable)
    page.locator("#q").fill("bưởi chợ")
    expect(page.locator("main .code")).to_have_text("503")
    expect(page.locator("#news")).to_have_text("Không có trang này")


def test_a_slow_answer_is_announced_and_shown_without_moving_anything(open_page: Opener) -> None:
    page = open_page("/search?q=bưởi", reduced_motion="reduce")
    held: list[Route] = []
    page.route(ASKING, lambda route: held.append(route))
    places = "[...document.querySelectorAll('main *')].map((element) => element.getBoundingClientRect().y)"
    before = page.evaluate(places)
    page.locator("#q").fill("bưởi chợ")
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#news")).to_have_text("Đang tìm…")
    assert page.evaluate(places) == before
    assert page.evaluate("getComputedStyle(document.querySelector('.box'), '::after').animationName") == "none"
    held[0].continue_()
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#news")).to_have_text(re.compile("^Tìm thấy"))


def test_arrows_go_on_from_suggestions_to_results_and_back(open_page: Opener) -> None:
    page = open_page("/")
    page.keyboard.type("thời t")
    expect(page.locator(".result h2 a").first).to_be_visible()
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    titles = page.locator(".result h2 a")
    expect(titles.nth(0)).to_be_focused()
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    titles.nth(1).focus()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()


def test_an_article_is_not_replaced_while_typing(open_page: Opener) -> None:
    page = open_page("/articles/thoi-su/hoi-nghi")
    page.clock.install()
    texts = asked(page)
    page.locator("#q").fill("bưởi")
    page.clock.run_for(1_000)
    settle(page)
    assert texts == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")


def test_the_keyboard_of_a_touch_screen_is_put_away(open_page: Opener) -> None:
    page = open_page("/", has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    page.locator("#q").tap()
    page.keyboard.type("bưởi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator("#q")).not_to_be_focused()


def answered(page: Page, typed: str) -> list[str]:
    """The texts asked for when `typed` is put into the box, with its results there."""
    texts = asked(page)
    with page.expect_response(ASKING):
        page.locator("#q").fill(typed)
    page.wait_for_function("typed => new URL(location).searchParams.get('q') === typed", arg=typed)
    return texts


def test_a_single_letter_at_the_end_is_left_out_until_enter(open_page: Opener) -> None:
    page = open_page("/")
    assert answered(page, "bưởi x") == ["bưởi"]
    expect(page.locator(".result")).to_contain_text(["Phúc Trạch"])
    expect(page.locator(".missing")).to_have_count(0)
    expect(page).to_have_title("bưởi x · Tìm Đoạn")
    texts = asked(page)
    page.keyboard.press("Enter")
    expect(page.locator(".home")).to_have_count(0)
    assert texts == ["bưởi x"], "what is in the box is asked for as it is"
    assert asked_in_the_address(page) == "bưởi x"
    expect(page.locator("#q")).to_have_value("bưởi x")


def test_a_letter_alone_asks_nothing(open_page: Opener) -> None:
    page = open_page("/search?q=bưởi")
    page.clock.install()
    texts = asked(page)
    page.locator("#q").fill("đ")
    page.clock.run_for(1_000)
    settle(page)
    assert texts == []
    assert asked_in_the_address(page) == "bưởi"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=%C4%91")
    assert texts == ["đ"]


def test_the_beginning_of_a_syllable_is_asked_as_one_where_it_is_no_word(open_page: Opener) -> None:
    page = open_page("/")
    assert answered(page, "quốc ph") == ["quốc ph", "quốc ph*"]
    expect(page.locator(".result").first).to_contain_text("quốc phòng")
    expect(page.locator(".missing")).to_have_count(0)
    expect(page).to_have_title("quốc ph · Tìm Đoạn")
    expect(page.locator("#q")).to_have_value("quốc ph")
    # Filters and orders go on from what was asked: from what was typed they would not find what they count.
    links = page.evaluate(
        "[...document.querySelectorAll('.narrowing a, .sorts a')].map((link) => link.getAttribute('href'))"
    )
    assert links
    assert all(parse_qs(urlsplit(link).query)["q"] == ["quốc ph*"] for link in links)


@pytest.mark.parametrize(
    "typed",
    some(
        [
            "quốc phòng",
            "bưởi zz ",
            '"quốc ph',
            '"bưởi zz"',
            "bưởi -zz",
            "bưởi nguồn:zz",
            "bưởi 7",
            "bưởi 26/12",
            "bưởi ZZ",
            "bưởi zz*",
            "bưởi a@b.vn",
        ]
    ),
)
def test_what_is_no_unfinished_syllable_is_asked_as_it_is(open_page: Opener, typed: str) -> None:
    page = open_page("/")
    texts = answered(page, typed)
    settle(page)
    assert texts == [typed]


def test_before_the_end_the_caret_stands_in_no_unfinished_syllable(open_page: Opener) -> None:
    page = open_page("/search?q=bưởi")
    texts = asked(page)
    page.locator("#q").focus()
    page.keyboard.press("Home")
    page.keyboard.type("x ")
    page.wait_for_url("**/search?q=x+*")
    settle(page)
    assert texts == ["x bưởi"]
