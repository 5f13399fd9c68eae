"""The commands that keep copies of an index: backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.common import current_settings, index_option, reported
from indexer.errors import SettingInvalid
from indexer.settings import Settings
from indexer.storage.generations import FolderBackend


@click.command()
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@index_option
@reported
def backup(target: Path, directory: Path | None) -> None:
    """Copy the live index to the directory TARGET, while it is searched and changed.

    The copy is compared with the checksums of what was published. It is an index itself, which `indexer search --index
    TARGET` searches, and `indexer restore TARGET` makes it live again.

    Example: indexer backup backups/2027-01-31
    """
    from indexer.cli import progress_bars
    from indexer.storage.backups import backup as copied

    settings = current_settings(directory)
    with progress_bars.bytes_progress("Copying") as progress:
        names = copied(_folders(settings), target, progress)
    click.echo(f"generation {names.generation} is copied to {target}, and verified")


@click.command()
@click.argument("source", type=click.Path(path_type=Path, file_okay=False))
@index_option
@reported
def restore(source: Path, directory: Path | None) -> None:
    """Make the backup SOURCE the live index; the one that is live is kept for `indexer rollback`.

    Articles that were removed for good since (`indexer withdrawn`) are left out.

    Example: indexer restore backups/2027-01-31
    """
    from indexer.cli import console, progress_bars
    from indexer.indexing.withdrawing import without_withdrawn
    from indexer.ingest.ledger import read_again
    from indexer.storage import audit
    from indexer.storage.backups import restore as copied

    settings = current_settings(directory)
    backend = _folders(settings)
    audit.check(settings)
    with (
        without_withdrawn(source, settings) as (sound, left_out),
        progress_bars.bytes_progress("Copying") as progress,
        backend.building("indexer restore"),
        backend.writing("indexer restore"),
    ):
        read_again(settings.index)
        names = copied(backend, sound, progress)
    for id in left_out:
        click.echo(console.printable(f"{id} was withdrawn for good, or has nearly the same text, and is left out"))
    what = {"index": str(settings.index), "source": str(source), "generation": names.generation}
    audit.record_change(settings, "indexer restore", **what)
    kept = f"; {names.previous} is kept" if names.previous else ""
    click.echo(f"generation {names.generation} is live, as it was in {source}{kept}")


def _folders(settings: Settings) -> FolderBackend:
    """The backend of the index, if it keeps files; raises `SettingInvalid`."""
    from indexer.storage.registry import open_backend

    backend = open_backend(settings.index, settings)
    if not isinstance(backend, FolderBackend):
        raise SettingInvalid(
            f"the engine {settings.engine} does not keep its index in files",
            "Use its own means (snapshots of a cluster), or copy the articles with: indexer copy --to DIR",
        )
    return backend
