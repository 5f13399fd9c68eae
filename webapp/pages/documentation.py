"""Documentation pages: the API at /docs, the errors at /problems, and the search box for other sites at /embed.

`webapp.contract` generates the API document; the search box is static/embed.js.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, render_template, request, url_for
from flask_babel import format_decimal

from webapp.contract.openapi import document
from webapp.contract.problems import PROBLEMS
from webapp.contract.texts import Text
from webapp.pages.languages import gettext
from webapp.state import settings

blueprint = Blueprint("documentation", __name__)

EXAMPLES = {
    "search": ("?q=co+thi+dua&group=article&facets=source,kind", None),
    "searchByBody": ("", {"q": "co thi dua", "kind": ["lead", "body"]}),
    "batch": ("", {"queries": [{"q": "bưởi"}, {"q": "cam", "sort": "date"}]}),
    "suggest": ("?q=co+thi", None),
    "similar": ("?id=ID&position=1", None),
    "article": ("", None),
    "export": ("?q=thi+dua&sort=date&format=csv", None),
    "writeArticle": ("?wait=5", {"title": "Mùa bưởi", "text": "Bưởi chín rộ."}),
    "removeArticle": ("", None),
    "writeArticles": ("", [{"id": "tin-1", "title": "Mùa bưởi", "text": "Bưởi chín rộ."}]),
    "change": ("?wait=5", None),
}
"""An example request of each operation: the end of the URL, and the body."""

CHANGING = ("writeArticle", "removeArticle", "writeArticles", "change")
"""Operations that need a key."""


@blueprint.get("/docs")
def docs() -> str:
    """The API documentation, from the OpenAPI document."""
    contract = document(settings())
    origin = request.host_url.rstrip("/") + request.script_root
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "example": _command(method, origin + path, operation["operationId"]),
            **_attempt(method, path, operation),
            **operation,
        }
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = contract["components"]["schemas"]
    return render_template(
        "docs.html",
        contract=contract,
        operations=operations,
        schemas=schemas,
        name_of=_name_of,
        type_of=_type_of,
    )


@blueprint.get("/problems")
def problems() -> str:
    """The meaning of the `type` of each JSON error."""
    return render_template("problems.html", problems=PROBLEMS)


@blueprint.get("/embed")
def embed() -> str:
    """A demonstration of the search box for other sites."""
    address = url_for("static", filename="embed.js", _external=True)
    return render_template("embed.html", address=address, variables=_variables())


@cache
def _variables() -> list[tuple[str, str]]:
    """The CSS variables that embed.js reads, each with its default, in the order of their names."""
    text = (Path(__file__).parent / "static" / "embed.js").read_text("utf-8")
    return sorted(set(re.findall(r"var\((--tim-doan-[a-z-]+), ([^()]*(?:\([^()]*\))?[^()]*)\)", text)))


def _command(method: str, address: str, operation: str) -> str:
    """The request of an operation as a curl command."""
    query, body = EXAMPLES[operation]
    command = f"curl '{address}{query}'"
    if method in ("put", "delete"):
        command += f" -X {method.upper()}"
    if operation in CHANGING:
        command += " -H 'X-API-Key: KEY'"
    return command if body is None else f"{command} --json '{json.dumps(body, ensure_ascii=False)}'"


def _attempt(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """What the form has that calls an operation: its address, and what is filled in.

    It `is_plain` where it works without JavaScript; a key is asked for where one may be needed.
    """
    query, body = EXAMPLES[operation["operationId"]]
    may_need_key = operation["operationId"] in CHANGING or settings().api_keys is not None
    return {
        "address": request.script_root + path,
        "given": {name: value for name, value in parse_qsl(query.lstrip("?")) if value != "ID"},
        "body": "" if body is None else json.dumps(body, ensure_ascii=False, indent=1),
        "is_plain": method == "get" and "{" not in path and not may_need_key,
        "needs_key": may_need_key,
    }


@blueprint.app_template_filter("translated")
def translated(text: str) -> str:
    """A text of the contract in the language of the page; translations/vi has the Vietnamese texts."""
    if isinstance(text, Text):
        return gettext(text.template, **{name: format_decimal(value) for name, value in text.values.items()})
    # The description of a status is a list of its problems, each by name and title.
    if re.match("`[a-z-]+`: ", text):
        names = re.findall("`([a-z-]+)`: ", text)
        return "; ".join(f"`{name}`: {gettext(PROBLEMS[name].title)}" for name in names) + "."
    return gettext(text)


def _name_of(schema: dict[str, Any]) -> str:
    """The name of the component that a schema refers to, or nothing."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _type_of(schema: dict[str, Any]) -> str:
    """A schema's type in a few words."""
    if name := _name_of(schema):
        return name
    if "anyOf" in schema:
        return " | ".join(_type_of(each) for each in schema["anyOf"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    text = " | ".join(kinds)
    if "items" in schema:
        text = gettext("%(kind)s gồm %(items)s", kind=text, items=_type_of(schema["items"]))
    if "enum" in schema:
        text += ": " + ", ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    if schema.get("additionalProperties"):
        text = gettext("%(kind)s gồm %(items)s", kind=text, items=_type_of(schema["additionalProperties"]))
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None:
        least = format_decimal(low)
        text += ", " + (
            gettext("từ %(low)s", low=least)
            if high is None
            else gettext("từ %(low)s đến %(high)s", low=least, high=format_decimal(high))
        )
    return text
