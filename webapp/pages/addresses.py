"""Addresses on pages: many that differ in little, each made from a few that Flask built.

A page has a hundred links; building each by itself took longer than the search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import quote, quote_plus

from flask import Flask, request, url_for

from indexer import NearDuplicate, Passage, SearchRequest, Settings, anchor
from webapp.requests.parameters import as_arguments

_SLOT, _WRITTEN_SLOT = "\0", "%00"
"""Stands for what differs, and is in nothing that was asked for: parameters have no control characters."""

_QUERY_SAFE = "!$'()*,/:;?@"
_PATH_SAFE = "!$&'()*+,/:;=@"
"""What `url_for` leaves as it is."""


def register(app: Flask) -> None:
    """Give templates `address_of` and `full_address`."""
    app.add_template_global(address_of)
    app.add_template_global(full_address)


def address_of(endpoint: str, given: Mapping[str, object] = MappingProxyType({}), /, **arguments: object) -> str:
    """The address of an endpoint whose path is always the same, with arguments behind it, as `url_for` writes it.

    Those `given` may have any name, as fields that were declared may.
    """
    path = _path(endpoint, request.root_path)
    return path + _behind({**given, **arguments})


def full_address(address: str) -> str:
    """An address of this application with scheme and host before it, as `url_for` writes it with `_external`."""
    return _origin(request.scheme, request.host, request.root_path) + address


@lru_cache(maxsize=64)
def _origin(scheme: str, host: str, root_path: str) -> str:
    return url_for("pages.home", _external=True).removesuffix(_path("pages.home", root_path))


def _behind(arguments: Mapping[str, object]) -> str:
    """What stands behind a path."""
    pairs = []
    for name, values in arguments.items():
        if values is not None:
            written = _quoted(name)
            listed = values if isinstance(values, (list, tuple)) else (values,)
            pairs += [f"{written}={_quoted(str(value))}" for value in listed]
    return f"?{'&'.join(pairs)}" if pairs else ""


# A page has the query in twenty of its addresses.
@lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    return quote_plus(text, safe=_QUERY_SAFE)


@lru_cache(maxsize=256)
def _path(endpoint: str, root_path: str, article_id: str | None = None) -> str:
    """The path of an endpoint; it begins with `root_path`, where the server has the application mounted."""
    return url_for(endpoint, article_id=article_id)


def search_address(asked: SearchRequest, settings: Settings, /, **changed: object) -> str:
    """The address of the results that `asked` has with some parameters changed (see `as_arguments`)."""
    return address_of("pages.search", as_arguments(asked, settings, **changed))


def of_values(asked: SearchRequest, settings: Settings, name: str, chosen: tuple[str, ...]) -> Callable[[str], str]:
    """Addresses of results restricted to one more value of the field `name`."""
    before, after = search_address(asked, settings, **{name: [*chosen, _SLOT]}).split(_WRITTEN_SLOT)
    return lambda value: f"{before}{quote_plus(value, safe=_QUERY_SAFE)}{after}"


def of_periods(asked: SearchRequest, settings: Settings) -> Callable[[str, str], str]:
    """Addresses of results of the days from the first given until before the second, both YYYY-MM-DD."""
    first, between, rest = search_address(asked, settings, after=_SLOT, before=_SLOT).split(_WRITTEN_SLOT)
    return lambda after, before: f"{first}{after}{between}{before}{rest}"


def of_passages(asked: SearchRequest, settings: Settings) -> Callable[[Passage | NearDuplicate], str]:
    """Addresses of passages in their articles, with the query."""
    before, after = _path("pages.article", request.root_path, article_id=_SLOT).split(_WRITTEN_SLOT)
    after += _behind(as_arguments(asked, settings, page=asked.page))
    known: dict[tuple[str, int], str] = {}

    def address(passage: Passage | NearDuplicate) -> str:
        paragraph = passage.paragraph
        key = passage.article.id, paragraph.position
        if key not in known:
            id_ = quote(passage.article.id, safe=_PATH_SAFE)
            known[key] = f"{before}{id_}{after}#{anchor(paragraph.position, paragraph.text)}"
        return known[key]

    return address
