"""Vietnamese, or English on request; and every text has both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import webapp

ROOT = Path(webapp.__file__).parent
ENGLISH = ROOT / "pages" / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def language_of(client: FlaskClient, path: str = "/search?q=cờ", **headers: str) -> str:
    text = client.get(path, headers=headers).get_data(as_text=True)
    return text.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("", "vi"), ("vi-VN,vi", "vi"), ("en-GB,en;q=0.9", "en"), ("fr", "vi"), ("fr,en;q=0.5", "en"), ("*", "vi")],
)
def test_the_browser_is_asked(client: FlaskClient, accepted: str, expected: str) -> None:
    assert language_of(client, **{"Accept-Language": accepted}) == expected


def test_a_request_for_english_is_kept(client: FlaskClient) -> None:
    response = client.get("/search?q=cờ&lang=en")
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert language_of(client) == "en"
    assert language_of(client, "/?lang=vi", **{"Accept-Language": "en"}) == "vi"
    assert language_of(client) == "vi"


def test_an_unknown_language_is_ignored(client: FlaskClient) -> None:
    response = client.get("/?lang=xx<script>")
    assert "Set-Cookie" not in response.headers
    assert '<html lang="vi">' in response.get_data(as_text=True)


def test_the_switch_keeps_the_query(client: FlaskClient) -> None:
    text = client.get("/search?q=c%E1%BB%9D+%26&source=B%C3%A1o&source=Tin&page=1").get_data(as_text=True)
    [address] = [part.split('"')[0] for part in text.split('href="') if "lang=en" in part.split('"')[0]]
    assert address == "/search?q=c%E1%BB%9D+%26&amp;source=B%C3%A1o&amp;source=Tin&amp;page=1&amp;lang=en"


def test_the_switch_works_on_a_page_that_does_not_exist(client: FlaskClient) -> None:
    assert 'href="/?lang=en"' in client.get("/none").get_data(as_text=True)


def test_caches_are_told_what_the_language_depends_on(client: FlaskClient) -> None:
    assert {"Accept-Language", "Cookie"} <= set(client.get("/").headers["Vary"].split(", "))


def test_articles_are_vietnamese_on_an_english_page(client: FlaskClient) -> None:
    text = client.get("/articles/thoi-su/hoi-nghi?lang=en").get_data(as_text=True)
    assert '<html lang="en">' in text
    assert re.search('<p class="body" lang="vi" id="[^"]+">Lực lượng vũ trang', text)


def catalog() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def texts() -> set[str]:
    """Every text of the interface, as the source has it."""
    found = extract_from_dir(
        ROOT,
        [("**.py", "python"), ("pages/templates/**.html", "jinja2"), ("pages/templates/**.xml", "jinja2")],
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def complete(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


def test_every_text_has_an_english_one() -> None:
    translated = {
        message.id[0] if isinstance(message.id, tuple) else message.id
        for message in catalog()
        if message.id and complete(message)
    }
    assert texts() - translated == set()


def test_no_translation_is_left_over() -> None:
    known = {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalog() if message.id}
    assert known - texts() == set()


def test_placeholders_are_the_same_in_both() -> None:
    for message in catalog():
        assert not list(message.check(catalog())), message.id


def test_the_compiled_catalog_is_up_to_date() -> None:
    with ENGLISH.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert strings(compiled) == strings(catalog())


def strings(of: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Texts and their translations, each with its plural where it has one."""
    return {forms(message.id): forms(message.string) for message in of if message.id}


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]
