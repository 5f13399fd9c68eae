"""Where the values of settings come from: environment variables and a TOML file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from indexer.errors import SettingInvalid
from indexer.setting_values import from_text, from_toml

PREFIX = "TIMDOAN_"

FILE_VARIABLE = PREFIX + "SETTINGS"
"""The environment variable that names the settings file."""

NOT_SETTINGS = (FILE_VARIABLE, PREFIX + "SHARED")
"""Variables that begin like a setting and are none; the second names the data of measurements."""

FILE_ONLY = ("fields", "sources", "webhooks")
"""Settings that only a settings file can give."""

FILE_BYTES = 1 << 20
"""The largest settings file that is read."""


def of_environment(environment: Mapping[str, str], kinds: Mapping[str, type]) -> dict[str, Any]:
    """The settings that environment variables give; `kinds` has the type of each there is. Raises `SettingInvalid`."""
    given = {
        variable: text
        for variable, text in environment.items()
        if variable.startswith(PREFIX) and variable not in NOT_SETTINGS
    }
    names = [PREFIX + name.upper() for name in kinds if name not in FILE_ONLY]
    for variable in given:
        if variable not in names:
            raise _unknown(f"environment variable {variable}", variable, names)
    return {
        name: from_text(name, text, kinds[name], PREFIX + name.upper())
        for variable, text in given.items()
        for name in [variable.removeprefix(PREFIX).lower()]
    }


def of_file(path: Path, kinds: Mapping[str, type]) -> dict[str, Any]:
    """The settings that a TOML file gives. Raises `SettingInvalid`."""
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
        if name not in kinds:
            raise _unknown(f"setting {name} in {path}", name, kinds)
    return {name: from_toml(name, value, kinds[name], path) for name, value in table.items()}


def _unknown(what: str, name: str, names: Iterable[str]) -> SettingInvalid:
    near = difflib.get_close_matches(name, list(names), n=3)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    return SettingInvalid(f"{what} does not exist", hint + "`indexer settings` lists all there are.")
