"""`webapp webhooks`: tries the webhooks of saved searches (`indexer.webhooks`)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from indexer import TimDoanError, read_settings


@click.group()
def webhooks() -> None:
    """Try the webhooks that the settings file declares."""


@webhooks.command()
@click.argument("name")
@click.option(
    "--settings", "file", type=click.Path(path_type=Path), help="A TOML file of settings.  [default: $TIMDOAN_SETTINGS]"
)
@click.option("--index", type=click.Path(path_type=Path), help="The index directory.  [default: data/index]")
def test(name: str, file: Path | None, index: Path | None) -> None:
    """Send the webhook NAME once, signed, with the newest passage that its search finds now.

    Its type is `search.test`; nothing is noted, so that what is new is sent all the same.

    Example: webapp webhooks test ngap-lut --settings timdoan.toml
    """
    from indexer import send_test_webhook

    try:
        reason = send_test_webhook(read_settings({"index": index}, file=file).settings, name)
    except TimDoanError as error:
        _refuse(f"{error}\n{error.hint}".rstrip())
    if reason:
        _refuse(f"It was not accepted: {reason}.")
    click.echo("It was accepted.")


def _refuse(reason: str) -> None:
    click.echo(f"Error: {reason}", err=True)
    sys.exit(2)
