"""What templates write: escaped and printable whatever it is, and functions called as Jinja calls them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from jinja2 import UndefinedError, pass_context
from markupsafe import Markup, escape

from webapp.responses.escaping import written


class Text(str):
    """A text that is not exactly a `str`, as members of enumerations are."""


class Pair:
    """Something with attributes."""

    real, twice = 1, 2 + 4j


@pytest.mark.parametrize(
    "value", ["đoạn <b>", "a & b", "'\"", Text("<i>"), 12, 1.5, None, True, ("<", 1), Markup("<b>")]
)
def test_a_value_is_written_as_its_escaped_text(value: object) -> None:
    assert written(value) == str(escape(value))


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\ufdd0<"])
def test_what_no_page_may_hold_is_replaced(text: str) -> None:
    assert written(text) == str(escape(text)).replace(text[text.find("a") + 1], "\ufffd")
    assert written(Markup(text)) == text.replace(text[text.find("a") + 1], "\ufffd")


@pytest.mark.parametrize(
    ("template", "output"),
    [
        ("{{ text }} {{ '<' }}", "&lt;b&gt; &lt;"),
        ("{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m(text) }}", "<i>&lt;b&gt;</i>"),
        ("{% set x %}<i>{{ text }}</i>{% endset %}{{ x }}", "<i>&lt;b&gt;</i>"),
        ("{% autoescape false %}{{ text }}{% endautoescape %}", "&lt;b&gt;"),
        ("{{ text ~ '<' }} {{ text|upper }} {{ text|safe }}", "&lt;b&gt;&lt; &lt;B&gt; <b>"),
        ("{{ nothing }}{% for x in (1, 2) %}{{ see('text') }}{% endfor %}", "&lt;b&gt;&lt;b&gt;"),
        ("{% for x in (1, 2) %}{% set y = x %}{{ see('y') }}{% endfor %}", "12"),
        ("{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ text }}{% endcall %}", "&lt;b&gt;"),
        ("{{ '%s/%s'|format(*('a', 'b')) }} {{ dict(x=1, **{'y': 2}).y }}", "a/b 2"),
        (
            "{{ pair.real }} {{ pair.twice.imag }} {{ pair.none }}{{ table.key }} {{ table.none.real|default('-') }}",
            "1 4.0 5 -",
        ),
        ("{{ see('text').upper().lower() ~ see('text') }}", "&lt;b&gt;&lt;b&gt;"),
    ],
)
def test_a_template_escapes_and_calls_as_jinja_does(app: Flask, template: str, output: str) -> None:
    @pass_context
    def see(context: Any, name: str) -> Any:
        return context[name]

    with app.test_request_context("/"):
        given = {"text": "<b>", "see": see, "pair": Pair(), "table": {"key": 5, "none": {}}}
        assert render_template_string(template, **given) == output
        # As they are compiled for the pages of a language.
        assert app.jinja_env.of_language("vi").from_string(template).render(**given) == output


def test_an_error_in_a_function_is_raised(app: Flask) -> None:
    def fails() -> None:
        raise KeyError("x")

    with app.test_request_context("/"), pytest.raises(KeyError):
        render_template_string("{{ fails() }}", fails=fails)


def test_what_is_missing_is_told_as_jinja_does(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(UndefinedError, match="'nothing' is undefined"):
        app.jinja_env.of_language("vi").from_string("{{ nothing.real }}").render()


@pytest.mark.parametrize(("code", "text"), [("vi", "Tìm"), ("en", "Search")])
def test_texts_without_values_are_written_into_a_template(app: Flask, code: str, text: str) -> None:
    template = (
        "{{ _('Tìm') }} {{ _('Tìm')|upper }} {{ '' or _('Tìm') }} {{ _('%(num)s giá trị có nhiều đoạn nhất', num=5) }}"
    )
    page = app.jinja_env.of_language(code)
    with app.test_request_context("/?lang=" + code):
        expected = render_template_string(template)
        assert expected.startswith(f"{text} {text.upper()} {text} ")
        # Only what has values is looked up when the page is made: the others were before.
        asked: list[str] = []
        made = page.from_string(template, globals={"_": lambda message, num: asked.append(message) or f"{num}"})
        assert made.render() == f"{text} {text.upper()} {text} 5"
        assert asked == ["%(num)s giá trị có nhiều đoạn nhất"]
        assert page.from_string(template).render() == expected


@pytest.mark.parametrize("text", ["a &lt; b", "100 %", "<b>"])
def test_a_text_may_hold_markup_and_percent_signs(app: Flask, text: str) -> None:
    template = "{{ _('" + text.replace("%", "%%") + "') }}"
    with app.test_request_context("/"):
        expected = render_template_string(template)
        assert app.jinja_env.of_language("vi").from_string(template).render() == expected == text


def test_each_language_has_its_own_templates(client: FlaskClient) -> None:
    pages = [
        client.get("/list", headers={"Accept-Language": code}).get_data(as_text=True) for code in ("vi", "en", "vi")
    ]
    assert pages[0] == pages[2] != pages[1]
    assert "Reading list" in pages[1] and "Reading list" not in pages[0]
