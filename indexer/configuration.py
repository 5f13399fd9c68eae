"""Where settings come from: options of a command, the environment, a TOML file, the defaults, in this order.

The table of settings itself is `indexer.settings`. Nothing else in the project reads the environment.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.errors import SettingInvalid
from indexer.settings import PREFIX, Settings

FILE_VARIABLE = PREFIX + "SETTINGS"
"""The environment variable that names the settings file."""

NOT_SETTINGS = (FILE_VARIABLE, PREFIX + "SHARED")
"""Variables that begin like a setting and are none; the second names the data of measurements."""

FILE_BYTES = 1 << 20
"""The largest settings file that is read."""

_FIELDS = {entry.name: entry for entry in dataclasses.fields(Settings)}
_KINDS: Mapping[type, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list of strings",
}
_BOOLEANS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, and for each of them where it came from: "option", "environment", the file's path, or "default"."""

    settings: Settings
    origins: Mapping[str, str]


def read(
    given: Mapping[str, Any], environment: Mapping[str, str] = os.environ, file: Path | None = None
) -> Configuration:
    """Put the settings together. What is None in `given` was not given; `file` wins over `TIMDOAN_SETTINGS`.

    Raises `SettingInvalid`, with the name and what is allowed, for a setting that does not exist or has a value that
    is not allowed, and for a file that cannot be read.
    """
    values: dict[str, Any] = {}
    origins = dict.fromkeys(_FIELDS, "default")
    named = file or (Path(environment[FILE_VARIABLE]) if environment.get(FILE_VARIABLE) else None)
    sources = (
        (str(named), _of_file(named) if named else {}),
        ("environment", _of_environment(environment)),
        ("option", {name: value for name, value in given.items() if value is not None}),
    )
    for origin, found in sources:
        values.update(found)
        origins.update(dict.fromkeys(found, origin))
    return Configuration(Settings(**values), origins)


def _of_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    given = {
        variable: text
        for variable, text in environment.items()
        if variable.startswith(PREFIX) and variable not in NOT_SETTINGS
    }
    names = [PREFIX + name.upper() for name in _FIELDS]
    for variable in given:
        if variable not in names:
            raise _unknown(f"environment variable {variable}", variable, names)
    return {
        name: _from_text(name, text)
        for variable, text in given.items()
        for name in [variable.removeprefix(PREFIX).lower()]
    }


def _of_file(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > FILE_BYTES:
            raise SettingInvalid(f"settings file {path} is larger than {FILE_BYTES:,} bytes", "Is it the right file?")
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        hint = f"Correct --settings or {FILE_VARIABLE}."
        raise SettingInvalid(f"settings file {path} cannot be read: {error.strerror}", hint) from None
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, nested without end: all say what it is
        raise SettingInvalid(f"settings file {path} is not TOML: {error}", "Correct the file.") from None
    for name in table:
        if name not in _FIELDS:
            raise _unknown(f"setting {name} in {path}", name, _FIELDS)
    return {name: _from_toml(name, value, path) for name, value in table.items()}


def _unknown(what: str, name: str, names: Iterable[str]) -> SettingInvalid:
    near = difflib.get_close_matches(name, list(names), n=3)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    return SettingInvalid(f"{what} does not exist", hint + "`indexer settings` lists all there are.")


def _from_text(name: str, text: str) -> Any:
    readers: Mapping[type, Callable[[str], Any]] = {
        int: int,
        float: float,
        bool: lambda value: _BOOLEANS[value.strip().lower()],
        str: str,
        type(Path()): _path,
        Path: _path,
        tuple: lambda value: tuple(part.strip() for part in value.split(",") if part.strip()),
    }
    kind = _FIELDS[name].metadata["kind"]
    try:
        return readers[kind](text)
    except (ValueError, KeyError):
        raise _not_of_kind(name, text, kind, f"Correct {PREFIX}{name.upper()}.") from None


def _from_toml(name: str, value: Any, path: Path) -> Any:
    kind: type = _FIELDS[name].metadata["kind"]
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


def _path(value: Any) -> Path:
    """A path; raises `ValueError` for what can be none. An empty one would be the working directory, never meant."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(value)
    return Path(value)


def _not_of_kind(name: str, value: Any, kind: type, hint: str) -> SettingInvalid:
    expected = "a path" if issubclass(kind, Path) and isinstance(value, str) else _KINDS.get(kind, "a string")
    return SettingInvalid(f"setting {name} is {value!r:.100}, which is not {expected}", hint)
