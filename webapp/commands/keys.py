"""`webapp keys`: makes, lists and removes API keys (`webapp.access.keys`)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import click

from indexer import TimDoanError, read_settings
from webapp.access.keys import hash_of, new_key, read_hashes


@click.group()
def keys() -> None:
    """Make, list and remove API keys. Running servers apply changes at once."""


def _file(_: click.Context, __: click.Parameter, given: Path | None) -> Path:
    try:
        path = given or read_settings({}).settings.api_keys
    except TimDoanError as error:
        _refuse(f"{error}\n{error.hint}")
    if path is None:
        _refuse("No key file is set.\nGive --file, or the setting api_keys (TIMDOAN_API_KEYS).")
    return path


_option = click.option(
    "--file", type=click.Path(path_type=Path), callback=_file, help="The key file.  [default: the setting api_keys]"
)


@keys.command()
@click.argument("name")
@_option
def add(name: str, file: Path) -> None:
    """Make a key for NAME and print it. It is shown only once; the file stores its hash.

    Example: webapp keys add newsroom --file keys.txt
    """
    hashes = _read(file)
    if name in hashes:
        _refuse(f"There is a key {name} already.\nRemove it first, or choose another name.")
    key = new_key()
    _write(file, {**hashes, name: hash_of(key)})
    click.echo(key)


@keys.command("list")
@_option
def list_(file: Path) -> None:
    """Print the names of the keys.

    Example: webapp keys list --file keys.txt
    """
    for name in _read(file):
        click.echo(name)


@keys.command()
@click.argument("name")
@_option
def remove(name: str, file: Path) -> None:
    """Remove the key of NAME.

    Example: webapp keys remove newsroom --file keys.txt
    """
    hashes = _read(file)
    if name not in hashes:
        _refuse(f"There is no key {name} in {file}.")
    _write(file, {other: hashed for other, hashed in hashes.items() if other != name})


def _read(file: Path) -> dict[str, bytes]:
    try:
        return read_hashes(file) if file.exists() else {}
    except (OSError, TimDoanError) as error:
        _refuse(f"The key file cannot be read: {error}")


def _write(file: Path, hashes: dict[str, bytes]) -> None:
    """Replace the file atomically, readable by its owner only."""
    text = "".join(f"{name} sha256:{hashed.hex()}\n" for name, hashed in hashes.items())
    try:
        handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        read_hashes(Path(fresh))
        os.replace(fresh, file)
    except TimDoanError:
        Path(fresh).unlink()
        _refuse("A name has up to 64 letters a to z, digits, dots, hyphens and underscores.")
    except OSError as error:
        _refuse(f"The key file cannot be written: {error}")


def _refuse(reason: str) -> NoReturn:
    click.echo(f"Error: {reason}", err=True)
    sys.exit(2)
