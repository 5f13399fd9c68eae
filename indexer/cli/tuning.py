"""The command `indexer tune`, which learns weights from judged queries, and activates or removes them."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from indexer.cli.common import current_settings, index_option, reported, show_json


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--off", is_flag=True, help="Let the defaults count again.")
@click.option("--queries", type=click.Path(path_type=Path), help="Another queries file (in FOLDER, or a path).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@index_option
@reported
def tune(folder: Path | None, off: bool, queries: Path | None, as_json: bool, directory: Path | None) -> None:
    """Learn the weights of the ranking from judged queries on the live index.

    FOLDER holds queries.jsonl and qrels.tsv (see `indexer eval`) about articles of the index. What is learned is put in
    force only if queries that it was not learned from gain by more than chance; it stays through rebuilds until --off.
    Exit status 1: nothing was gained, nothing was changed.

    Example: indexer tune judged/
    """
    from indexer.storage import audit, tuned_weights
    from indexer.storage.registry import open_backend

    settings = current_settings(directory)
    open_backend(settings.index, settings).published()
    if off == (folder is not None):
        raise click.UsageError("Give a FOLDER of judged queries, or --off.")
    if folder is None:
        audit.check(settings)
        removed = tuned_weights.remove(settings.index)
        audit.record_change(settings, "indexer tune", index=str(settings.index), off=True)
        click.echo("the defaults count again" if removed else "no learned weights were in force")
        return
    from indexer.cli import console, progress_bars
    from indexer.evaluation.judged import read_judged_set
    from indexer.evaluation.tuning import tune, worth_it
    from indexer.loops import look_for_garbage_less
    from indexer.search.index import warm

    audit.check(settings)
    judged = read_judged_set(folder, queries, corpus=False)
    warm(settings)
    look_for_garbage_less()
    # A ranking is measured to depth 20 whatever pages the settings allow.
    settings = replace(settings, page_size_limit=100, depth_limit=10_000)
    with progress_bars.telling_runs() as on_run:
        tuned = tune(judged, settings.index, settings, on_run)
    worth = worth_it(tuned)
    if worth:
        tuned_weights.write(settings.index, tuned)
        audit.record_change(settings, "indexer tune", index=str(settings.index), weights=dict(tuned.values))
    if as_json:
        show_json({**asdict(tuned), "in_force": worth})
    else:
        console.show_table(console.tuning_rows(tuned))
        click.echo("in force from now on; back to the defaults with: indexer tune --off" if worth else _NOT_WORTH_IT)
    sys.exit(0 if worth else 1)


_NOT_WORTH_IT = "queries held out did not gain by more than chance: nothing was changed"
