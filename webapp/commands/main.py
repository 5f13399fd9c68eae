"""The command `webapp`: reads settings and starts the server (`webapp.serving`)."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import click

from indexer import SettingInvalid, TimDoanError, read_settings
from webapp.commands.keys import keys
from webapp.commands.webhooks import webhooks
from webapp.serving.server import cannot_listen, serve


class _Commands(click.Group):
    """Commands whose output any encoding of the terminal can hold, as those of `indexer`."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command that the arguments name."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--settings", "file", type=click.Path(path_type=Path), help="A TOML file of settings.  [default: $TIMDOAN_SETTINGS]"
)
@click.option("--index", type=click.Path(path_type=Path), help="The index directory.  [default: data/index]")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [default: 8000]")
@click.option("--workers", type=int, help="Server processes.  [default: 2]")
@click.option("--threads", type=int, help="Concurrent searches in each process.  [default: 4]")
@click.pass_context
def main(context: click.Context, /, file: Path | None, **given: Any) -> None:
    """Serve the search page and the JSON endpoint.

    Settings that are not given here are read from the environment (TIMDOAN_INDEX, TIMDOAN_PORT and so on), then from
    the settings file, as are all other settings (`indexer settings` lists them). The index may be built or updated
    while the server runs. SIGTERM and Ctrl+C end it once running requests are finished.

    Example: webapp --index data/index --port 8000
    """
    if context.invoked_subcommand is not None:
        return
    try:
        settings = read_settings(given, file=file).settings
    except TimDoanError as error:
        _refuse(str(error), error.hint)
    if reason := cannot_listen(settings.host, settings.port):
        _refuse(
            f"cannot listen on {settings.host}, port {settings.port}: {reason}",
            "Choose another --port or --host, or stop the program that uses it.",
        )
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        _refuse("there is no writable folder for temporary files.", "Name one in the variable TMPDIR.")
    try:
        serve(settings)
    except SettingInvalid as error:
        _refuse(str(error), error.hint)


def _refuse(reason: str, hint: str) -> NoReturn:
    click.echo(f"Error: {reason}\n{hint}".rstrip(), err=True)
    sys.exit(2)


main.add_command(keys)
main.add_command(webhooks)
