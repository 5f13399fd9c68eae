"""The reading list and the saved searches: kept in the browser, ordered, noted, exported and read back."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener

HIT = "/search?q=cờ+thi+đua+xuất+sắc"
PASSAGE = "Phong trào thi đua năm sau được phát động ngay tại hội nghị."


def keep_two(page: Page) -> str:
    """A result and a passage of an article are put on the list; returns the origin."""
    page.locator(".result").first.hover()
    page.get_by_role("button", name="Lưu: Hội nghị tổng kết").first.click()
    expect(page.get_by_role("button", name="Lưu: Hội nghị").first).to_have_text("Đã lưu")
    origin = page.url.split("/search")[0]
    page.goto(origin + "/articles/thoi-su/hoi-nghi")
    line = page.locator("#p7")
    line.hover()
    line.get_by_role("button", name="Lưu").click()
    expect(page.locator("#kept")).to_have_text("Danh sách đọc (2)")
    page.locator("#kept").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danh sách đọc")
    return origin


def exported(page: Page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return Path(waiting.value.path()).read_bytes()


def test_passages_are_kept_ordered_noted_and_dropped(open_page: Opener) -> None:
    page = open_page(HIT)
    keep_two(page)
    entries = page.locator(".kept-list li")
    expect(entries).to_have_count(2)
    expect(entries.nth(1)).to_contain_text(PASSAGE)
    entries.nth(1).get_by_role("button", name="Đưa lên").click()
    expect(entries.nth(0)).to_contain_text(PASSAGE)
    expect(entries.nth(0).get_by_role("button", name="Đưa lên")).to_be_disabled()
    entries.nth(0).get_by_label("Ghi chú").fill("Dẫn ở chương 2")
    entries.nth(0).get_by_label("Ghi chú").blur()
    page.reload()
    expect(entries.nth(0).get_by_label("Ghi chú")).to_have_value("Dẫn ở chương 2")
    entries.nth(0).get_by_role("link").click()
    expect(page.locator("#p7 .body")).to_be_in_viewport()
    page.go_back()
    for left in (1, 0):
        entries.nth(0).get_by_role("button", name="Bỏ").click()
        expect(entries).to_have_count(left)
    expect(page.get_by_text("Chưa có đoạn nào.")).to_be_visible()
    expect(page.get_by_role("button", name="CSV")).to_be_hidden()


def test_the_list_is_exported_with_citations(open_page: Opener) -> None:
    page = open_page(HIT, accept_downloads=True)
    origin = keep_two(page)
    address = f"{origin}/articles/thoi-su/hoi-nghi#p7-"
    citation = "Lê An, Trần Bình, “Hội nghị tổng kết công tác quốc phòng, an ninh”, Báo Mẫu, 26/12/2023. "

    text = exported(page, "Markdown").decode()
    assert f"> {PASSAGE}" in text
    assert f"— {citation}<{address}" in text

    rows = list(csv.DictReader(io.StringIO(exported(page, "CSV").decode("utf-8-sig"))))
    assert [row["Đoạn"] for row in rows][1] == PASSAGE
    assert {(row["Nguồn"], row["Ngày"], row["Tác giả"]) for row in rows} == {
        ("Báo Mẫu", "26/12/2023", "Lê An, Trần Bình")
    }
    assert rows[1]["Liên kết"].startswith(address)

    with zipfile.ZipFile(io.BytesIO(exported(page, "Word"))) as word:
        assert word.testzip() is None
        document = etree.fromstring(word.read("word/document.xml"))
        for name in word.namelist():
            etree.fromstring(word.read(name))
    written = ["".join(each.itertext()) for each in document.iter("{*}p")]
    assert PASSAGE in written
    assert any(each.startswith(citation + address) for each in written)


def test_a_citation_is_copied(open_page: Opener) -> None:
    page = open_page("/articles/thoi-su/hoi-nghi", permissions=["clipboard-read", "clipboard-write"])
    line = page.locator("#p7")
    line.hover()
    line.get_by_role("button", name="Trích dẫn").click()
    expect(page.locator("#news")).to_have_text("Đã chép trích dẫn")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Lê An, Trần Bình, “Hội nghị tổng kết công tác quốc phòng, an ninh”, Báo Mẫu, 26/12/2023.")
    assert page.locator(".citation").inner_text().startswith(copied.split(". http")[0])


def test_a_search_is_kept_and_says_what_is_new(open_page: Opener) -> None:
    page = open_page("/search?q=thời+tiết&source=Đài+Mẫu")
    # Beside the number of passages and below the hits: the same button twice.
    page.locator(".summary").get_by_role("button", name="Lưu tìm kiếm này").click()
    expect(page.get_by_role("button", name="Đã lưu tìm kiếm này")).to_have_count(2)
    page.get_by_role("button", name="Đã lưu tìm kiếm này").last.click()
    expect(page.get_by_role("button", name="Đã lưu tìm kiếm này")).to_have_count(0)
    page.get_by_role("button", name="Lưu tìm kiếm này").last.click()
    expect(page.get_by_role("button", name="Đã lưu tìm kiếm này")).to_have_count(2)
    page.locator("#kept").click()
    saved = page.locator(".kept-searches li")
    expect(saved).to_have_text("thời tiết, trong Đài Mẫu  · RSS Bỏ")
    expect(saved).to_have_attribute("data-checked", "")
    # As if three of them had come since.
    page.evaluate(
        """() => {
            const [kept] = JSON.parse(localStorage["timdoan.searches"]);
            localStorage["timdoan.searches"] = JSON.stringify([{...kept, seen: kept.seen.slice(3)}]);
        }"""
    )
    page.reload()
    expect(saved.locator(".fresh")).to_have_text("3 bài mới")
    saved.get_by_role("link").first.click()
    expect(page.locator("#q")).to_have_value("thời tiết")
    page.go_back()
    expect(saved.locator(".fresh")).to_have_text("")


def test_a_search_that_came_while_typing_is_kept_by_its_own_address(open_page: Opener) -> None:
    page = open_page("/search?q=thời+tiết")
    page.locator(".summary").get_by_role("button", name="Lưu tìm kiếm này").click()
    page.locator("#q").fill("bưởi")
    page.wait_for_url("**/search?q=b%C6%B0%E1%BB%9Fi")
    expect(page.get_by_role("button", name="Lưu tìm kiếm này", exact=True)).to_have_count(2)
    # Suggestions stand over it.
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Lưu tìm kiếm này", exact=True).last.click()
    kept = page.evaluate("JSON.parse(localStorage['timdoan.searches']).map(({address, name}) => [address, name])")
    assert [name for _, name in kept] == ["thời tiết", "bưởi"]
    assert kept[1][0] == "/search?q=b%C6%B0%E1%BB%9Fi"


def test_the_button_of_a_search_comes_with_its_words(open_page: Opener) -> None:
    page = open_page("/search?q=thi+đua")
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
            window.words = [...document.querySelectorAll(".keep-search button")].map((each) => each.textContent);
        })"""
    )
    page.reload()
    assert page.evaluate("words") == ["Lưu tìm kiếm này"] * 2


@pytest.mark.parametrize("width", [1280, 360])
def test_the_button_of_a_search_takes_no_room_above_the_hits(open_page: Opener, width: int) -> None:
    page = open_page("/search?q=thi+đua", viewport={"width": width, "height": 860})
    expect(page.locator(".keep-search button")).to_have_count(2)
    place = "document.querySelector('.result').getBoundingClientRect().y"
    before = page.evaluate(place)
    page.evaluate("document.querySelector('.summary .keep-search').remove()")
    assert page.evaluate(place) == before


@pytest.mark.parametrize("kept", ["[", '"x"', '[{"address": 5}, null]'])
def test_what_is_stored_otherwise_is_no_entry(open_page: Opener, kept: str) -> None:
    page = open_page("/list")
    page.evaluate("kept => { localStorage['timdoan.list'] = kept; }", kept)
    page.reload()
    expect(page.get_by_text("Chưa có đoạn nào.")).to_be_visible()


def test_no_address_of_the_list_runs(open_page: Opener) -> None:
    page = open_page("/list")
    page.evaluate(
        """() => { localStorage["timdoan.list"] = JSON.stringify(
            [{address: "javascript:document.title='x'", title: "<img src=x onerror=alert(1)>", text: "=1+1"}]); }"""
    )
    page.reload()
    expect(page.locator(".kept-list h2")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator(".kept-list a[href]").count() == 0


def test_without_javascript_the_page_says_so(open_page: Opener) -> None:
    page = open_page("/list", java_script_enabled=False)
    expect(page.get_by_text("Danh sách đọc cần JavaScript.")).to_be_visible()
    expect(page.locator(".with-script")).to_be_hidden()


def test_the_list_is_worked_with_the_keyboard_alone(open_page: Opener) -> None:
    page = open_page(HIT)
    keep_two(page)
    page.get_by_role("button", name="Đưa xuống").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".kept-list li").nth(0)).to_contain_text(PASSAGE)
    # The focus goes with the entry that was moved.
    assert (
        page.evaluate("[...document.querySelectorAll('.kept-list li')].indexOf(document.activeElement.closest('li'))")
        == 1
    )


def test_a_citation_is_copied_from_a_result_as_from_its_article(open_page: Opener) -> None:
    page = open_page(HIT, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Trích dẫn: Hội nghị tổng kết").first.click()
    expect(page.locator("#news")).to_have_text("Đã chép trích dẫn")
    of_hit = page.evaluate("navigator.clipboard.readText()")
    assert of_hit.startswith(
        "Lê An, Trần Bình, “Hội nghị tổng kết công tác quốc phòng, an ninh”, Báo Mẫu, 26/12/2023. "
    )
    page.goto(of_hit.rsplit(" ", 1)[1])
    line = page.locator(".line:has(:target)")
    line.hover()
    line.get_by_role("button", name="Trích dẫn").click()
    expect(page.locator("#news")).to_have_text("Đã chép trích dẫn")
    assert page.evaluate("navigator.clipboard.readText()") == of_hit
