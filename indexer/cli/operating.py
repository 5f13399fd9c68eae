"""The commands for operators: effective settings, and reports of the query log."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from indexer.cli.common import current_configuration, index_option, reported, show_json
from indexer.errors import QueryLogMissing
from indexer.setting_values import DeclaredSource, DeclaredWebhook
from indexer.settings import Settings


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@index_option
@reported
def settings(form: str, directory: Path | None) -> None:
    """Show every setting, its value, and where that came from, in the form of a settings file.

    An option wins over the environment, that over the settings file (`indexer --settings FILE settings`, or the one
    that TIMDOAN_SETTINGS names), that over the default.

    Example: indexer settings
    """
    configuration = current_configuration(directory)
    values = {
        entry.name: _plain(getattr(configuration.settings, entry.name))
        for entry in dataclasses.fields(Settings)
        if entry.metadata
    }
    tables = {row.pop("name"): row for row in configuration.settings.schema.as_json()}
    values["fields"] = tables
    declared = {source.name: _source_table(source) for source in configuration.settings.sources}
    values["sources"] = declared
    hooks = {hook.name: _webhook_table(hook) for hook in configuration.settings.webhooks}
    values["webhooks"] = hooks
    origins = configuration.origins
    if form == "json":
        show_json([{"name": name, "value": value, "origin": origins[name]} for name, value in values.items()])
        return
    del values["fields"], values["sources"], values["webhooks"]
    for name, value in values.items():
        # JSON of a string, a list of strings, a number or a truth value is TOML too; TOML has no null.
        line = f"# {name} =" if value is None else f"{name} = {json.dumps(value, ensure_ascii=False)}"
        click.echo(f"{line:<44} # {origins[name]}")
    of_tables = (("fields", tables), ("sources", declared), ("webhooks", hooks))
    for setting, each in of_tables:
        if not each:
            click.echo(f"{f'# {setting} =':<44} # {origins[setting]}")
    for setting, each in of_tables:
        for name, table in each.items():
            click.echo(f"\n[{setting}.{_key(name)}]  # {origins[setting]}")
            for key, value in table.items():
                click.echo(f"{key} = {_inline(value)}")


def _source_table(source: DeclaredSource) -> dict[str, Any]:
    """The table of the settings file that declares a source."""
    table = {key: _plain(value) for key, value in dataclasses.asdict(source).items() if value not in (None, "")}
    del table["name"]
    return {**table, "defaults": {key: _plain(value) for key, value in source.defaults}}


def _webhook_table(hook: DeclaredWebhook) -> dict[str, Any]:
    """The table that declares a webhook; of its address, which may identify the sender, only the host is shown."""
    parts = urlsplit(hook.address)
    shown = f"{parts.scheme}://{parts.netloc}/***"
    return {"query": hook.query, "address": shown, "secret_file": str(hook.secret_file)}


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _inline(value: Any) -> str:
    """A value of a table of a field in TOML."""
    if isinstance(value, dict):
        if not value:
            return "{}"
        return f"{{ {', '.join(f'{_key(key)} = {_inline(each)}' for key, each in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """The value as TOML and JSON would have it; a password in an address is not shown."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, str):
        return re.sub(r"(?<=://)[^/@]*:[^/@]*@", "***@", value)
    return list(value) if isinstance(value, tuple) else value


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Most queries in a list.")
@reported
def queries(file: Path | None, form: str, limit: int) -> None:
    """Show what readers asked: the most frequent queries, those without results, the slow ones.

    FILE is a query log of the server (setting `query_log`); without it, the one that the settings name. The part that
    was rotated away (FILE.1) is read too.

    Example: indexer queries query.log
    """
    from indexer.cli import console
    from indexer.search.query_log import read_query_log

    file = file or current_configuration().settings.query_log
    if file is None:
        raise QueryLogMissing("no query log is kept", "Set query_log (TIMDOAN_QUERY_LOG), or name a FILE.")
    found = read_query_log(file, limit)
    if form == "json":
        show_json(dataclasses.asdict(found))
    else:
        console.show_queries(found)
