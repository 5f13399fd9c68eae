"""What templates write: escaped and printable whatever it is, and functions called as Jinja calls them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template_string
from jinja2 import pass_context
from markupsafe import Markup, escape

from webapp.responses.escaping import written


class Text(str):
    """A text that is not exactly a `str`, as members of enumerations are."""


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
    ],
)
def test_a_template_escapes_and_calls_as_jinja_does(app: Flask, template: str, output: str) -> None:
    @pass_context
    def see(context: Any, name: str) -> Any:
        return context[name]

    with app.test_request_context("/"):
        assert render_template_string(template, text="<b>", see=see) == output


def test_an_error_in_a_function_is_raised(app: Flask) -> None:
    def fails() -> None:
        raise KeyError("x")

    with app.test_request_context("/"), pytest.raises(KeyError):
        render_template_string("{{ fails() }}", fails=fails)
