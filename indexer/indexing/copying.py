"""Copying: the articles of a live index become another index, of another engine or with other settings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from indexer.articles import Article
from indexer.engine.base import Engine
from indexer.errors import IndexUnwritable
from indexer.indexing.changes import build
from indexer.indexing.report import Progress, Report
from indexer.settings import Settings
from indexer.storage.registry import open_backend


def copy_index(
    source: Path | str,
    target: Path | str,
    progress: Progress | None = None,
    jobs: int = 1,
    settings: Settings | None = None,
    target_settings: Settings | None = None,
) -> Report:
    """Build an index in the directory `target` from the articles of the live index in `source`, as `build` does.

    The sources of the articles are not needed: their text is analysed again. `settings` are those of the source, and
    `target_settings` (by default the same) those of the target, whose metadata fields are those of the source. Raises
    as opening an index and as `build`, and `IndexUnwritable` where both are one index.
    """
    settings = settings or Settings()
    target_settings = target_settings or settings
    if Path(source).resolve() == Path(target).resolve() and settings.engine == target_settings.engine:
        raise IndexUnwritable("an index cannot be copied to itself", "Give another directory with --to, or an engine.")
    live = open_backend(source, settings).open()
    with contextlib.closing(live.engine) as engine:
        target_settings = target_settings.changed({"fields": live.schema.declared})
        return build(_articles(engine), target, progress, jobs=jobs, settings=target_settings)


def _articles(engine: Engine) -> Iterator[Article]:
    """Every article of an engine, in document order."""
    for info in engine.articles():
        if (article := engine.article(info.id)) is not None:
            yield article
