"""The writer: paragraphs become an index of their own, beside those of the generation that is changed."""

from __future__ import annotations

from pathlib import Path

from indexer.engine.base import Batch, Document
from indexer.engine.opensearch.change import Change, OpenGeneration
from indexer.engine.opensearch.connection import Connection
from indexer.engine.opensearch.manifest import Manifest
from indexer.engine.opensearch.new_index import NewIndex, Receipt, averages_of
from indexer.engine.opensearch.sending import OpenSearchSender, of_cluster
from indexer.schema import Schema


class OpenSearchWriter:
    """Writes the index `name` on top of a generation (None: nothing); see `indexer.engine.base.Writer`.

    When it has committed, `manifest` describes the new generation, and `files` are the vocabularies that are new.
    """

    def __init__(
        self, connection: Connection, name: str, schema: Schema, folder: Path, live: OpenGeneration | None
    ) -> None:
        settings = connection.settings
        self._connection, self._schema, self._folder, self._live = connection, schema, folder, live
        self._scoring = live.manifest.scoring if live else settings.opensearch_scoring
        self._seq, self._number = (live.manifest.seq, live.manifest.number) if live else (0, 0)
        # What is added to a generation is small beside what that has.
        shards = 1 if live and live.manifest.parts else settings.opensearch_shards
        self._index = NewIndex(connection, name, schema, self._scoring, shards, folder)
        self._first = self._number
        self._deleted: dict[str, None] = {}
        self._ended = False
        self.manifest: Manifest | None = None
        self.files: list[str] = []

    def add(self, document: Document) -> None:
        """Add a paragraph."""
        self._check_open()
        self._index.vocabulary.add(document.tokens)
        self._add(document)

    def add_batch(self, batch: Batch) -> None:
        """Add paragraphs."""
        self._check_open()
        self._index.vocabulary.add_columns(batch.columns)
        for document in batch.documents():
            self._add(document)

    def _add(self, document: Document) -> None:
        number = self._index.add(document.info, document.paragraph, document.tokens, self._seq, self._number - 1)
        self._seq, self._number = self._seq + 1, number + 1

    def share(self, sample: Batch) -> OpenSearchSender:
        """What other processes add paragraphs with."""
        self._check_open()
        self._index.make(averages_of(sample))
        settings = of_cluster(self._connection.settings)
        return OpenSearchSender(settings, self._index.name, self._schema, self._scoring, self._seq, self._number)

    def take(self, receipt: object) -> None:
        """Count what was sent."""
        self._check_open()
        assert isinstance(receipt, Receipt)
        self._index.take(receipt)
        self._seq, self._number = self._seq + receipt.added.paragraphs, self._number + receipt.added.articles

    def delete_article(self, article_id: str) -> None:
        """Delete every paragraph of an article that was committed before."""
        self._check_open()
        self._deleted[article_id] = None

    def commit(self, threads: int = 1) -> None:
        """Make all changes durable. When it raises, nothing of them stays."""
        self._check_open()
        try:
            self._index.finish()
            change = Change(self._connection, self._schema, self._folder, self._scoring, self._live, self._index)
            self.manifest, self.files = change.generation(list(self._deleted), self._first, self._seq, self._number)
        except BaseException:
            self.cancel()
            raise
        self._ended = True

    def cancel(self) -> None:
        """Forget all changes, and leave no index of them behind."""
        self._check_open()
        self._ended = True
        self._index.abandon()

    def _check_open(self) -> None:
        if self._ended:
            raise ValueError("the writer has ended: make another")
