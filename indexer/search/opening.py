"""An open generation of an index: what it holds, whether it is as it was written, and whether it is still live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from indexer.articles.model import Article, ArticleInfo
from indexer.engine.backend import ENGINE, Backend, EngineStats
from indexer.errors import IndexDamaged, IndexOutdated, LexiconUnusable, TuningUnusable
from indexer.lexicon import ATTACHMENT as LEXICON
from indexer.lexicon import Facts, Lexicon, LexiconStats, facts, open_lexicon
from indexer.search.metadata_stats import MetadataStats, metadata_stats
from indexer.settings import Settings
from indexer.storage import tuned_weights
from indexer.storage.registry import open_backend
from indexer.storage.tuned_weights import Tuned


class OpenGeneration:
    """The live generation of an index, with the weights learned for it, unless `tuned` is false."""

    def __init__(self, directory: Path, settings: Settings, backend: Backend, tuned: bool) -> None:
        self._directory, self._backend = directory, backend
        self._stamp = backend.stamp(), tuned_weights.stamp(directory)
        self.tuned = _tuned(directory) if tuned else None
        """The weights learned for this index that are in force; None: the defaults."""
        generation = backend.open()
        held = generation.schema
        self.schema = held.shown_as(settings.schema)
        """The metadata fields that can be asked about: those of the index, and those only declared, which it lacks."""
        self.outdated = tuple(held.differences(settings.schema))
        """What this index lacks of what the settings declare, in sentences: what a new build would bring."""
        self._lacking = held.lacking(settings.schema)
        fields = {"fields": self.schema.declared}
        self._settings = tuned_weights.applied(settings, self.tuned).changed(fields)
        self._engine, self._stats, self._created = generation.engine, generation.stats, generation.created
        self._lexicon_place = generation.attachments / LEXICON
        self._lexicon = _opened(self._lexicon_place)
        self.generation = generation.token
        """The token of the generation: it changes with every publication."""

    def _read_by(self, lexicon: Lexicon | None) -> None:
        """Go on with a lexicon, or without one."""
        self._lexicon = lexicon

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def created(self) -> str:
        """When the generation was published, ISO 8601."""
        return self._created

    def article(self, article_id: str) -> Article | None:
        """The whole article, or None when there is none with this id."""
        return self._engine.article(article_id)

    def articles(self) -> Iterator[ArticleInfo]:
        """Every article, in the order of indexing."""
        return self._engine.articles()

    def stats(self) -> EngineStats:
        """What the index holds, as it was counted when it was published."""
        return self._stats

    def metadata_stats(self) -> MetadataStats:
        """What there is of each metadata field, and the dates."""
        names = [row.name for row in self.schema.of_articles]
        return metadata_stats(self._engine.value_counts(names), self._stats.articles)

    @property
    def has_lexicon(self) -> bool:
        """Whether queries are read by a lexicon; without one search goes on, and says so."""
        return self._lexicon is not None

    def forget_damaged_lexicon(self) -> str:
        """Go on without the lexicon when its file is not what was written; a sentence that says so, or nothing.

        Opening a lexicon compares what is small enough; this reads any from end to end, some gigabyte a second.
        """
        reason = self._damage(LEXICON) if self._lexicon is not None else ""
        if reason:
            self._read_by(None)
        return reason

    def lexicon_stats(self) -> LexiconStats | None:
        """What the lexicon holds; None where it cannot be read, and search goes on without it."""
        return self._lexicon.stats() if self._lexicon is not None else None

    def lexicon_facts(self, text: str) -> Facts:
        """What the lexicon knows of a syllable or a phrase; raises `LexiconUnusable`."""
        return facts(self._lexicon or open_lexicon(self._lexicon_place), text)

    def check(self) -> Iterator[str]:
        """Read the whole index; yields one sentence for each thing that is wrong with it."""
        yield from self._backend.verify(self.generation)

    def damage(self) -> str:
        """A sentence for the first thing in the engine that is not what was written; empty when all is.

        Files are read once from end to end, some gigabyte a second. Without it, a bit that flipped on the disk may pass
        for another paragraph; `check` looks at everything, and further. Raises `EngineUnavailable` where it cannot be
        told now.
        """
        return self._damage(ENGINE)

    def _damage(self, part: str) -> str:
        """A sentence for the first damage in a part of the generation, or nothing."""
        try:
            return next(self._backend.verify(self.generation, part), "")
        except (OSError, IndexDamaged, IndexOutdated) as error:
            return str(error)

    def is_current(self) -> bool:
        """Whether no newer generation or learned weights have come since this one was opened.

        Cheap enough for every request; a backend says how long after a publication it is noticed (`notice_seconds`).
        """
        return (self._backend.stamp(), tuned_weights.stamp(self._directory)) == self._stamp

    def close(self) -> None:
        """Close the files."""
        self._engine.close()


def open_generation(directory: Path, settings: Settings) -> OpenGeneration:
    """Open the live generation of an index to look at what it holds; raises as `open_index`, which can search it."""
    return OpenGeneration(directory, settings, open_backend(directory, settings), tuned=True)


def _tuned(directory: Path) -> Tuned | None:
    """The weights learned for an index; None where there are none, or none that can be read."""
    try:
        return tuned_weights.read(directory)
    except TuningUnusable:
        return None


def _opened(lexicon: Path) -> Lexicon | None:
    """The lexicon of a generation; None when it cannot be opened."""
    try:
        return open_lexicon(lexicon)
    except LexiconUnusable:
        return None
