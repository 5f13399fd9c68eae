"""`webapp keys`: makes, lists and removes API keys (`webapp.access.keys`)."""

from __future__ import annotations

import contextlib
import datetime
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from indexer import TimDoanError, read_settings, record_change
from webapp.access.key_file import ROLES, Key, changing, hash_of, is_name, new_key, read_keys, read_uses


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
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(ROLES),
    default=("search",),
    show_default=True,
    help="What the key may do; give it several times for several.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    help="What it writes must be of this source; may be given several times.",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it counts.")
@_option
def add(
    name: str, roles: tuple[str, ...], sources: tuple[str, ...], expires: datetime.datetime | None, file: Path
) -> None:
    """Make a key for NAME and print it. It is shown only once; the file stores its hash.

    Example: webapp keys add newsroom --role write --expires 2027-12-31 --file keys.txt
    """
    if not is_name(name):
        _refuse("A name has up to 64 letters a to z, digits, dots, hyphens and underscores.")
    if sources and ("write" not in roles or "admin" in roles):
        _refuse("Sources narrow what a key writes: give it the role write, and not admin.")
    if not all(source.strip() and source.isprintable() for source in sources):
        _refuse("A source is a text on one line.")
    key = new_key()
    with _changing(file) as known:
        if name in known:
            _refuse(f"There is a key {name} already.\nRemove it first, or choose another name.")
        ends = expires.date() if expires else None
        own = tuple(dict.fromkeys(source.strip() for source in sources))
        made = Key(hash_of(key), tuple(dict.fromkeys(roles)), ends, own)
        known[name] = made
        ending = str(made.expires or "")
        _record("webapp keys add", file, key=name, roles=made.roles, sources=made.sources, expires=ending)
    click.echo(key)


@keys.command("list")
@_option
def list_(file: Path) -> None:
    """Print the names of the keys, what each may do, its last day, and when it was last used (UTC).

    Example: webapp keys list --file keys.txt
    """
    try:
        known = read_keys(file) if file.exists() else {}
    except (OSError, TimDoanError) as error:
        _refuse(f"The key file cannot be read: {error}")
    uses = read_uses(file)
    for name, key in known.items():
        expires = f"until {key.expires}" if key.expires else "no end"
        if not key.is_valid(datetime.datetime.now(datetime.UTC).date()):
            expires = f"expired {key.expires}"
        roles = ",".join(key.roles) + (f" ({', '.join(key.sources)})" if key.sources else "")
        click.echo(f"{name}\t{roles}\t{expires}\tlast used {uses.get(name, 'never')}")


@keys.command()
@click.argument("name")
@_option
def remove(name: str, file: Path) -> None:
    """Remove the key of NAME.

    Example: webapp keys remove newsroom --file keys.txt
    """
    with _changing(file) as known:
        if name not in known:
            _refuse(f"There is no key {name} in {file}.")
        del known[name]
        _record("webapp keys remove", file, key=name)


@contextlib.contextmanager
def _changing(file: Path) -> Iterator[dict[str, Key]]:
    """As `changing`; an error is printed and ends the command."""
    try:
        with changing(file) as known:
            yield known
    except TimDoanError as error:
        _refuse(f"The key file cannot be read: {error}")
    except OSError as error:
        _refuse(f"The key file cannot be changed: {error}")


def _record(action: str, file: Path, **what: object) -> None:
    """Note a change in the audit log, if there is one, before it is made: without it nothing is changed."""
    try:
        record_change(read_settings({}).settings, action, False, file=str(file), **what)
    except TimDoanError as error:
        _refuse(f"{error}\nNothing was changed. {error.hint}")


def _refuse(reason: str) -> NoReturn:
    click.echo(f"Error: {reason}", err=True)
    sys.exit(2)
