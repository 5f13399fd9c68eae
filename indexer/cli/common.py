"""Shared parts of the commands: options, settings, output of errors and JSON."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from indexer.errors import NothingToPublish, TimDoanError
from indexer.settings import Configuration, Settings, read_settings

P = ParamSpec("P")

index_option = click.option(
    "--index",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="The index directory. Default: the environment variable TIMDOAN_INDEX, else ./data/index.",
)
settings_file_option = click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A TOML file of settings. Default: the one that TIMDOAN_SETTINGS names, if any.",
)


class Commands(click.Group):
    """Commands whose output any encoding of the terminal can hold: what it lacks is written as `\\u1ebf`."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command that the arguments name."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the library's errors into a message with its hint and an exit status; never a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from indexer.vietnamese import ModelMissing

        try:
            command(*args, **kwargs)
        except (TimDoanError, ModelMissing) as error:
            click.echo(f"error: {error}", err=True)
            if error.hint:
                click.echo(error.hint, err=True)
            sys.exit(1 if isinstance(error, NothingToPublish) else 2)

    return run


def current_configuration(directory: Path | None = None) -> Configuration:
    """The settings that count for the command now running; `directory` is its --index."""
    file: Path | None = click.get_current_context().find_root().params.get("settings_file")
    return read_settings({"index": directory}, file=file)


def current_settings(directory: Path | None = None) -> Settings:
    """The same without where each came from."""
    return current_configuration(directory).settings


def sound(text: str) -> str:
    """`text` with the bytes of an argument that are no UTF-8 replaced: Python has them as lone surrogates."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def show_json(value: Any) -> None:
    """Print `value` as JSON for people and programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
