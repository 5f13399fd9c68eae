"""The values of settings: read from text and TOML, by the type that the table `indexer.settings` gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexer.errors import SettingInvalid
from indexer.schema import FieldInvalid, MetadataField, declared_field

MOST_FIELDS = 50
"""Most metadata fields that can be declared."""

MOST_SOURCES = 1_000
"""Most sources of articles that can be declared."""

MOST_WEBHOOKS = 100
"""Most webhooks of saved searches that can be declared."""


@dataclass(frozen=True, slots=True)
class DeclaredSource:
    """A source of articles that the settings file declares: a `path` to scan, or a `feed` or `sitemap` to pull.

    `indexer watch` looks at it every so many seconds. A file is read that nobody wrote to for `settle_seconds`. The
    items of a feed are articles, or with `follow` the pages they lead to; of pages, at most `pages` are fetched in a
    run, `pause_seconds` apart. Private addresses are fetched from only if `private_addresses` says so.
    Where more than the share `removals` of its articles vanished at once, none is removed before a person says so.
    `defaults` are metadata of the articles that have none of that name.
    """

    name: str
    path: Path | None = None
    feed: str = ""
    sitemap: str = ""
    every_seconds: float = 60.0
    settle_seconds: float = 2.0
    removals: float = 0.2
    pages: int = 100
    pause_seconds: float = 1.0
    follow: bool = False
    private_addresses: bool = False
    defaults: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredWebhook:
    """A saved search that the settings file declares: what it newly finds is sent to an http or https `address`.

    `query` is in the query language, with its filters (`nguồn:`, `từ:`); `secret_file` holds what signs
    (`indexer.webhooks.signing`). The address, which may hold what identifies the sender, is in no log.
    """

    name: str
    query: str
    address: str = field(repr=False)
    secret_file: Path


_WEBHOOK_KEYS = ("query", "address", "secret_file")
_LONGEST_QUERY = 2_000
_LONGEST_ADDRESS = 2_000
_SOURCE_NUMBERS = {"every_seconds": (1.0, 1e7), "settle_seconds": (0.0, 3_600.0), "removals": (0.0, 1.0)}
_PULLED_NUMBERS = {"pages": (1.0, 1e5), "pause_seconds": (0.0, 60.0)}
_SOURCE_FLAGS = ("follow", "private_addresses")
_SOURCE_PLACES = ("path", "feed", "sitemap")
_SOURCE_KEYS = (*_SOURCE_PLACES, *_SOURCE_NUMBERS, *_PULLED_NUMBERS, *_SOURCE_FLAGS, "defaults")
_PULLED_EVERY_SECONDS = 900.0
_SOURCE_NAME = re.compile(r"[\w][\w.-]{0,39}")

_KINDS: Mapping[type, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list of strings",
}
_BOOLEANS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def from_text(name: str, text: str, kind: type, place: str) -> Any:
    """The value of a setting given as text in the variable `place`; raises `SettingInvalid`."""
    readers: Mapping[type, Callable[[str], Any]] = {
        int: int,
        float: float,
        bool: lambda value: _BOOLEANS[value.strip().lower()],
        str: str,
        type(Path()): _path,
        Path: _path,
        tuple: lambda value: tuple(part.strip() for part in value.split(",") if part.strip()),
    }
    try:
        return readers[kind](text)
    except (ValueError, KeyError):
        raise _not_of_kind(name, text, kind, f"Correct {place}.") from None


def from_toml(name: str, value: Any, kind: type, path: Path) -> Any:
    """The value of a setting of the file `path`; raises `SettingInvalid`."""
    if kind is MetadataField:
        return _declared(value, path)
    if kind is DeclaredSource:
        return _declared_sources(value, path)
    if kind is DeclaredWebhook:
        return _declared_webhooks(value, path)
    if kind is tuple:
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
    elif issubclass(kind, Path):
        with suppress(ValueError):
            return _path(value)
    elif kind is float:
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):
                return float(value)
    elif type(value) is kind:
        return value
    raise _not_of_kind(name, value, kind, f"Correct it in {path}.")


def _tables(setting: str, given: Any, most: int, path: Path) -> dict[str, Any]:
    """The tables `[SETTING.NAME]` of a file, by their names; raises `SettingInvalid` for others or too many."""
    if not isinstance(given, dict):
        raise SettingInvalid(f"setting {setting} is {given!r:.100}", f"Write tables [{setting}.NAME] in {path}.")
    if len(given) > most:
        raise SettingInvalid(f"{len(given):,} {setting} are declared in {path}", f"Declare at most {most:,}.")
    return given


def _declared(given: Any, path: Path) -> tuple[MetadataField, ...]:
    """The metadata fields that the tables `[fields.NAME]` of a file declare."""
    tables = _tables("fields", given, MOST_FIELDS, path)
    try:
        return tuple(declared_field(name, table) for name, table in tables.items())
    except FieldInvalid as error:
        raise SettingInvalid(f"{error} (in {path})", error.hint) from None


def _declared_sources(given: Any, path: Path) -> tuple[DeclaredSource, ...]:
    """The sources that the tables `[sources.NAME]` of a file declare."""
    tables = _tables("sources", given, MOST_SOURCES, path)
    return tuple(_declared_source(name, table, path) for name, table in tables.items())


def _declared_source(name: str, table: Any, path: Path) -> DeclaredSource:
    def wrong(what: str, hint: str) -> SettingInvalid:
        return SettingInvalid(f"source {name!r:.60} {what} (in {path})", hint)

    if not _SOURCE_NAME.fullmatch(name):
        raise wrong("has no name that can be used", "A name has at most 40 letters, digits, and . _ - inside.")
    if not isinstance(table, dict):
        raise wrong(f"is {table!r:.60}, which is not a table", f"Write it as [sources.{name}].")
    for key in table:
        if key not in _SOURCE_KEYS:
            raise wrong(f"has {key!r:.60}, which means nothing", f"Known are {', '.join(_SOURCE_KEYS)}.")
    values: dict[str, Any] = {}
    places = [key for key in _SOURCE_PLACES if key in table]
    if len(places) != 1:
        raise wrong(f"has {len(places)} places", "Give it one of path, feed, sitemap.")
    (place,) = places
    if place != "path":
        values["every_seconds"] = _PULLED_EVERY_SECONDS
    try:
        values[place] = _path(table[place]) if place == "path" else _web_address(table[place])
    except ValueError:
        hint = "Give a path." if place == "path" else "Give an http or https address."
        raise wrong(f"has {place} = {table[place]!r:.60}", hint) from None
    for flag in _SOURCE_FLAGS:
        values[flag] = table.get(flag, False)
        if not isinstance(values[flag], bool):
            raise wrong(f"has {flag} = {values[flag]!r:.60}", "Give true or false.")
    for key, (low, high) in {**_SOURCE_NUMBERS, **_PULLED_NUMBERS}.items():
        value = table.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise wrong(f"has {key} = {value!r:.60}", f"Give a number from {low:g} to {high:,g}.")
        values[key] = int(value) if key == "pages" else float(value)
    defaults = table.get("defaults", {})
    if not isinstance(defaults, dict):
        raise wrong(f"has defaults = {defaults!r:.60}", 'Write them as defaults = { source = "..." }')
    values["defaults"] = tuple((key, _plain(value)) for key, value in defaults.items())
    return DeclaredSource(name, **values)


def _declared_webhooks(given: Any, path: Path) -> tuple[DeclaredWebhook, ...]:
    """The webhooks that the tables `[webhooks.NAME]` of a file declare."""
    tables = _tables("webhooks", given, MOST_WEBHOOKS, path)
    return tuple(_declared_webhook(name, table, path) for name, table in tables.items())


def _declared_webhook(name: str, table: Any, path: Path) -> DeclaredWebhook:
    def wrong(what: str, hint: str) -> SettingInvalid:
        return SettingInvalid(f"webhook {name!r:.60} {what} (in {path})", hint)

    if not _SOURCE_NAME.fullmatch(name):
        raise wrong("has no name that can be used", "A name has at most 40 letters, digits, and . _ - inside.")
    if not isinstance(table, dict) or set(table) != set(_WEBHOOK_KEYS):
        raise wrong("is not declared as it must be", f"Give the table [webhooks.{name}] {', '.join(_WEBHOOK_KEYS)}.")
    query = table["query"]
    if not isinstance(query, str) or not query.strip() or not query.isprintable() or len(query) > _LONGEST_QUERY:
        raise wrong("has no query that can be used", f"Give a text on one line of up to {_LONGEST_QUERY:,} characters.")
    try:
        address = _web_address(table["address"])
        parts = urlsplit(address)
        if len(address) > _LONGEST_ADDRESS or not parts.hostname or parts.username is not None or parts.fragment:
            raise ValueError
        _ = parts.port
    except ValueError:
        # It is not repeated: it may hold what identifies the sender.
        hint = f"Give an http or https address without a user or a #, of up to {_LONGEST_ADDRESS:,} characters."
        raise wrong("has no address that can be used", hint) from None
    try:
        return DeclaredWebhook(name, query, address, _path(table["secret_file"]))
    except ValueError:
        raise wrong("has no secret_file that can be used", "Give a path.") from None


def _web_address(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")) or not value.isprintable():
        raise ValueError(value)
    return value


def _plain(value: Any) -> Any:
    """A value of TOML as JSON has it, in tuples for lists so that it can be hashed."""
    if isinstance(value, list):
        return tuple(map(_plain, value))
    return value if isinstance(value, str | int | float) else str(value)


def _path(value: Any) -> Path:
    """A path; raises `ValueError` for what can be none. An empty one would be the working directory, never meant."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(value)
    return Path(value)


def _not_of_kind(name: str, value: Any, kind: type, hint: str) -> SettingInvalid:
    expected = "a path" if issubclass(kind, Path) and isinstance(value, str) else _KINDS.get(kind, "a string")
    return SettingInvalid(f"setting {name} is {value!r:.100}, which is not {expected}", hint)
