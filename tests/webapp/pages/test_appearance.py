"""The appearance that another site asks for: bounded, readable, remembered, and part of what answers are kept by."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer import Settings
from webapp import create_app
from webapp.index.holder import holder
from webapp.pages.appearance import contrast, palettes, style_sheet
from webapp.requests.appearance import Appearance

SHEET = '<link rel="stylesheet" href="/appearance.css?theme=dark&amp;accent=1a7f37">'


def test_both_palettes_of_the_style_sheet_are_known() -> None:
    light, dark = palettes()
    assert light.keys() == dark.keys() >= {"--paper", "--ink", "--violet", "--on-violet", "--lime"}
    assert light["--paper"] == "#fbfbfd" and dark["--paper"] == "#16131f"


@given(st.integers(0, 0xFFFFFF).map("{:06x}".format), st.sampled_from(["", "light", "dark"]))
def test_every_accent_can_be_read(accent: str, theme: str) -> None:
    sheet = style_sheet(Appearance(theme, accent))
    found = [tuple(bytes.fromhex(colour)) for colour in re.findall(r"--violet: #([0-9a-f]{6});", sheet)][-2:]
    grounds = [dict(zip(("light", "dark"), palettes(), strict=True))[theme]] if theme else list(palettes())
    assert len(found) >= len(grounds)
    for colour, ground in zip(found[-len(grounds) :], grounds, strict=True):
        for name in ("--paper", "--tint", "--on-violet"):
            assert contrast(colour, tuple(bytes.fromhex(ground[name][1:]))) >= 4.5


def test_a_theme_has_all_colours_and_an_accent_that_can_be_read_stays() -> None:
    sheet = style_sheet(Appearance("dark", "bba6ff"))
    assert "color-scheme: dark;" in sheet and "--paper: #16131f;" in sheet and "--violet: #bba6ff;" in sheet
    assert "prefers-color-scheme" not in sheet and sheet.startswith("@media screen ")
    assert style_sheet(Appearance()) == ""


def test_it_is_remembered_until_it_is_taken_back(client: FlaskClient) -> None:
    response = client.get("/search?q=bưởi&theme=dark&accent=1A7F37")
    assert SHEET in response.get_data(as_text=True)
    assert '<meta name="color-scheme" content="dark">' in response.get_data(as_text=True)
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age" not in cookie and "Expires" not in cookie
    assert SHEET in client.get("/").get_data(as_text=True)
    assert SHEET in client.get("/articles/buoi-phuc-trach").get_data(as_text=True)
    assert "appearance.css" not in client.get("/?theme=auto").get_data(as_text=True)
    assert "appearance.css" not in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["theme=<b>", "accent=red", "accent=1a7f3", "accent=1a7f37;}", "theme=&accent=", "accent=١٢٣٤٥٦"]
)
def test_what_has_another_form_is_ignored(client: FlaskClient, query: str) -> None:
    text = client.get(f"/search?q=bưởi&{query}").get_data(as_text=True)
    assert "appearance.css" not in text
    response = client.get(f"/appearance.css?{query}")
    assert (response.status_code, response.mimetype, response.get_data()) == (200, "text/css", b"")


def test_answers_are_kept_by_appearance(client: FlaskClient) -> None:
    app = create_app(Settings(index=client.application.extensions["timdoan.settings"].index))
    plain, themed = app.test_client(), app.test_client()
    themed.get("/?theme=dark&accent=1a7f37")
    for _ in range(2):
        assert "appearance.css" not in plain.get("/search?q=bưởi").get_data(as_text=True)
        assert SHEET in themed.get("/search?q=bưởi").get_data(as_text=True)
    holder(app).close()


def test_the_style_sheet_is_kept_by_browsers(client: FlaskClient) -> None:
    response = client.get("/appearance.css?theme=light")
    assert "max-age=3600" in response.headers["Cache-Control"]
