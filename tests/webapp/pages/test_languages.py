"""Vietnamese, or English on request; and every text has both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import webapp
from indexer import FieldType, Label, MetadataField, Settings
from webapp import create_app
from webapp.contract.openapi import document
from webapp.contract.problems import PROBLEMS
from webapp.contract.texts import Text

ROOT = Path(webapp.__file__).parent
TRANSLATIONS = ROOT / "pages" / "translations"


OF_EACH_TYPE = tuple(
    MetadataField(f"of_{kind}", kind, Label("Nhãn", "Label"))
    for kind in (FieldType.KEYWORD, FieldType.TEXT, FieldType.NUMBER, FieldType.DATE)
)


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


def catalog(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def texts_of_pages() -> set[str]:
    """Every text of the interface, as the source has it: Vietnamese."""
    found = extract_from_dir(
        ROOT,
        [("**.py", "python"), ("pages/templates/**.html", "jinja2"), ("pages/templates/**.xml", "jinja2")],
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def texts_of_the_contract() -> set[str]:
    """Every text that /docs and /problems show of the contract, as the source has it: English."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name == "description" and isinstance(inner, str):
                    # A status with problems is told by their titles.
                    if not re.match("`[a-z-]+`: ", inner):
                        yield inner.template if isinstance(inner, Text) else inner
                else:
                    yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)

    return {
        *texts(document(Settings(fields=OF_EACH_TYPE))),
        *(text for problem in PROBLEMS.values() for text in (problem.title, problem.remedy)),
    }


TEXTS = {"en": texts_of_pages, "vi": texts_of_the_contract}
"""What each catalog translates: what the source does not have in its language."""


def complete(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


@pytest.mark.parametrize("language", TEXTS)
def test_every_text_is_translated(language: str) -> None:
    translated = {
        message.id[0] if isinstance(message.id, tuple) else message.id
        for message in catalog(language)
        if message.id and complete(message)
    }
    texts = TEXTS[language]()
    assert len(texts) > 100
    assert texts - translated == set()


@pytest.mark.parametrize("language", TEXTS)
def test_no_translation_is_left_over(language: str) -> None:
    known = {
        message.id[0] if isinstance(message.id, tuple) else message.id for message in catalog(language) if message.id
    }
    assert known - TEXTS[language]() == set()


@pytest.mark.parametrize("language", TEXTS)
def test_placeholders_and_code_are_the_same_in_both(language: str) -> None:
    for message in catalog(language):
        assert not list(message.check(catalog(language))), message.id
        if isinstance(message.id, str) and message.id and not message.id.startswith("`<"):
            assert sorted(re.findall("`[^`]+`", message.id)) == sorted(re.findall("`[^`]+`", str(message.string)))


@pytest.mark.parametrize("language", TEXTS)
def test_the_compiled_catalog_is_up_to_date(language: str) -> None:
    """Made by: pybabel compile --directory webapp/pages/translations."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    assert strings(compiled) == strings(catalog(language))


@pytest.mark.parametrize("path", ["/docs", "/problems"])
def test_the_contract_is_told_in_the_language_of_the_page(client: FlaskClient, path: str) -> None:
    vietnamese, english = (client.get(f"{path}?lang={language}").get_data(as_text=True) for language in ("vi", "en"))
    told = {message.id: message.string for message in catalog("vi") if isinstance(message.id, str)}
    for text in ("Too many requests from one client", "The address is too long"):
        assert text in english and told[text] not in english
        assert told[text] in vietnamese and text not in vietnamese
    # What is left in another language than the page's is nothing of ours.
    main = vietnamese.partition("<main")[2].partition("</main>")[0]
    assert 'lang="en"' not in main


def test_a_text_with_values_is_translated_with_them(index_directory: Path) -> None:
    app = create_app(Settings(index=index_directory, query_characters=1234))
    text = app.test_client().get("/docs").get_data(as_text=True)
    assert "chỉ 1.234 ký tự đầu được tính" in text


def strings(of: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Texts and their translations, each with its plural where it has one."""
    return {forms(message.id): forms(message.string) for message in of if message.id}


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]
