"""The values of settings: read from text and TOML, by the type that the table `indexer.settings` gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from indexer.errors import SettingInvalid
from indexer.schema import FieldInvalid, MetadataField, declared_field

MOST_FIELDS = 50
"""Most metadata fields that can be declared."""

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


def _declared(tables: Any, path: Path) -> tuple[MetadataField, ...]:
    """The metadata fields that the tables `[fields.NAME]` of a file declare."""
    if not isinstance(tables, dict):
        raise SettingInvalid(f"setting fields is {tables!r:.100}", f"Write tables [fields.NAME] in {path}.")
    if len(tables) > MOST_FIELDS:
        raise SettingInvalid(f"{len(tables)} fields are declared in {path}", f"Declare at most {MOST_FIELDS}.")
    try:
        return tuple(declared_field(name, table) for name, table in tables.items())
    except FieldInvalid as error:
        raise SettingInvalid(f"{error} (in {path})", error.hint) from None


def _path(value: Any) -> Path:
    """A path; raises `ValueError` for what can be none. An empty one would be the working directory, never meant."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(value)
    return Path(value)


def _not_of_kind(name: str, value: Any, kind: type, hint: str) -> SettingInvalid:
    expected = "a path" if issubclass(kind, Path) and isinstance(value, str) else _KINDS.get(kind, "a string")
    return SettingInvalid(f"setting {name} is {value!r:.100}, which is not {expected}", hint)
