"""The `indexer` command: each subcommand calls the library and shows what came back.

Exit status: 0 success; 1 some input was rejected, or a check found damage; 2 the command could not be carried out
(misuse, no index, an index in use). Each of the modules imported here has the commands of one subject; what they share
lives in `indexer.cli.common`, how things look in `indexer.cli.console`.
"""

from __future__ import annotations

from typing import Any

import click

from indexer.cli.common import Commands, settings_file_option
from indexer.cli.evaluating import evaluate
from indexer.cli.exporting import export, list_, show
from indexer.cli.ingesting import drain, ingest, watch
from indexer.cli.inspecting import analyze, check, formats, lexicon, stats
from indexer.cli.keeping import backup, restore
from indexer.cli.operating import queries, settings
from indexer.cli.searching import search, similar
from indexer.cli.synonyms import synonyms
from indexer.cli.tuning import tune
from indexer.cli.writing import add, build, copy, remove, rollback, upgrade, withdrawn


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="timdoan", prog_name="indexer")
@settings_file_option
def main(**_: Any) -> None:
    """Tìm Đoạn: full-text search for Vietnamese.

    Example: indexer build corpus && indexer search "co thi dua"
    """


for command in (
    *(build, add, remove, withdrawn, rollback, upgrade, copy, backup, restore),
    *(ingest, watch, drain),
    *(search, similar, export, list_, show),
    *(stats, lexicon, check, analyze, formats),
    *(evaluate, tune),
    *(settings, queries, synonyms),
):
    main.add_command(command)
