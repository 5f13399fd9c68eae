"""How pages stand at different widths, in light and dark, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.effort import some
from tests.webapp.archive import ATTACKS

PATHS = (
    "/",
    "/search?q=cờ+thi+đua+xuất+sắc",
    "/search?q=thời+tiết&page=2&source=Đài+Mẫu&after=2020&kind=lead&kind=title",
    '/search?q="không+có+đâu&source=x',
    "/search?q=" + "dài" * 100,
    "/articles/thoi-su/hoi-nghi?q=thi+đua#p4",
    "/list",
    "/problems",
    "/docs",
    "/embed",
)

CONTRAST = """() => {
    // WCAG 2: the ratio of relative luminances of a text and of what lies behind it.
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data;
    };
    const luminance = (colour) => {
        const [r, g, b] = [...rgba(colour)].slice(0, 3).map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        for (; element; element = element.parentElement) {
            const colour = getComputedStyle(element).backgroundColor;
            if (rgba(colour)[3] === 255) return colour;
        }
        return "white";
    };
    const poor = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
        const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.outerHTML.slice(0, 80)}`);
    }
    return poor;
}"""


@pytest.mark.parametrize("path", some(PATHS, 3))
def test_nothing_is_wider_than_the_window(open_page: Opener, path: str) -> None:
    page = open_page(path)
    for width in (320, 360, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", some(PATHS, 3))
def test_every_text_has_contrast_in_light_and_dark(open_page: Opener, path: str) -> None:
    page = open_page(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(CONTRAST) == []


def test_light_and_dark_differ(open_page: Opener) -> None:
    page = open_page("/")
    paper = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    light = page.evaluate(paper)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) != light


def test_marks_are_seen_not_by_colour_alone(open_page: Opener) -> None:
    page = open_page("/search?q=cờ+thi+đua")
    style = "getComputedStyle(document.querySelector('main mark'))"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(f"{style}.backgroundColor") != "rgba(0, 0, 0, 0)"
        assert page.evaluate(f"{style}.boxShadow") != "none"


def test_lines_leave_room_for_marks_on_letters_and_are_not_too_long(open_page: Opener) -> None:
    page = open_page("/articles/thoi-su/hoi-nghi")
    ratio = page.evaluate(
        """() => {
            const style = getComputedStyle(document.querySelector(".line .body"));
            return parseFloat(style.lineHeight) / parseFloat(style.fontSize);
        }"""
    )
    assert ratio >= 1.6
    characters = page.evaluate(
        """() => {
            // How many characters of running Vietnamese text a line takes.
            const body = document.querySelector(".line.body .body");
            body.textContent = "phối hợp chặt chẽ với các sở, ngành và địa phương ".repeat(20);
            const lines = body.getBoundingClientRect().height / parseFloat(getComputedStyle(body).lineHeight);
            return body.textContent.length / lines;
        }"""
    )
    assert 55 <= characters <= 75


def test_the_font_is_ours_and_has_the_letters(open_page: Opener) -> None:
    page = open_page("/")
    loaded = page.evaluate(
        """async () => {
            await document.fonts.ready;
            return [...document.fonts].filter((face) => face.status === "loaded").map((face) => face.family);
        }"""
    )
    assert "Be Vietnam Pro" in loaded[0]
    assert page.evaluate("document.fonts.check('1rem \"Be Vietnam Pro\"', 'Ặữđ')")


def test_everything_works_without_javascript(open_page: Opener) -> None:
    page = open_page("/", java_script_enabled=False)
    page.locator("#q").fill("co thi dua xuat sac")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator("mark").first).to_have_text("cờ thi đua xuất sắc")
    page.locator(".passage .place a").first.click()
    expect(page.locator(":target mark").first).to_be_in_viewport()
    page.locator(".back a").click()
    expect(page.locator("#q")).to_have_value("co thi dua xuat sac")


def test_the_best_passage_is_scrolled_to_below_nothing(open_page: Opener) -> None:
    page = open_page("/articles/thoi-su/hoi-nghi?q=thi+đua#p8", viewport={"width": 360, "height": 500})
    expect(page.locator("#p8 .body")).to_be_in_viewport(ratio=1)


def test_no_hostile_text_runs(open_page: Opener) -> None:
    page = open_page("/search?q=tancong&per_page=50&near_duplicates=show")
    expect(page.locator(".result")).to_have_count(len(ATTACKS))
    for number in range(len(ATTACKS)):
        page.goto(page.url.split("/search")[0].split("/articles")[0] + f"/articles/tan-cong-{number}?q=tancong")
        assert page.locator("main script, main img, main svg:not([role=group]), main iframe").count() == 0


def test_print_leaves_the_text_alone(open_page: Opener) -> None:
    page = open_page("/articles/thoi-su/hoi-nghi?q=cờ")
    page.emulate_media(media="print")
    expect(page.locator(".search")).to_be_hidden()
    expect(page.locator(".colophon")).to_be_hidden()
    expect(page.locator("#p2")).to_be_visible()


def test_nothing_moves_by_itself(open_page: Opener) -> None:
    page = open_page("/search?q=cờ", reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_orders_and_the_feed_stand_in_one_line_on_a_phone(open_page: Opener, language: str) -> None:
    page = open_page(f"/search?q=thi+đua&lang={language}", viewport={"width": 360, "height": 800})
    boxes = [each.bounding_box() for each in page.locator(".sorts > *").all()]
    assert len(boxes) == 4
    assert len({round(box["y"]) for box in boxes if box}) == 1
    assert max(box["x"] + box["width"] for box in boxes if box) <= 360


def test_what_is_said_about_the_search_has_one_size_on_a_phone(open_page: Opener) -> None:
    page = open_page("/search?q=thi+đua+bưởi", viewport={"width": 360, "height": 740})
    expect(page.locator(".units")).to_be_visible()
    # What was added is said in the same words on every page that has it.
    page.evaluate(
        """document.querySelector(".units").insertAdjacentHTML(
            "beforebegin", '<p class="body expanded">Đã tìm thêm</p><p class="body meant">Đã hiểu là</p>')"""
    )
    sizes = page.evaluate(
        """[".summary h1", ".expanded", ".units", ".meant"].map(
            (name) => getComputedStyle(document.querySelector(name)).fontSize)"""
    )
    assert len(set(sizes)) == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_page_numbers_stand_in_the_column(open_page: Opener, width: int) -> None:
    page = open_page("/search?q=thời+tiết", viewport={"width": width, "height": 800})
    first, column = page.locator(".pages li > *").first.bounding_box(), page.locator(".result h2").first.bounding_box()
    assert first and column and first["x"] == pytest.approx(column["x"], abs=1)
