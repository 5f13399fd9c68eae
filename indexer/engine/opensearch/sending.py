"""Writing into one index from several processes and machines: each sends whole articles, and the writer counts them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from indexer.engine.base import Batch
from indexer.engine.opensearch.connection import ClusterSettings, Connection
from indexer.engine.opensearch.new_index import NewIndex, Receipt
from indexer.schema import Schema


@dataclass(frozen=True, slots=True)
class OpenSearchSender:
    """See `indexer.engine.base.Sender`. `seq` and `number` are those of the first paragraph of all and its article."""

    settings: SimpleNamespace
    index: str
    schema: Schema
    scoring: str
    seq: int
    number: int

    def send(self, batches: Iterable[Batch], articles: int, paragraphs: int) -> Receipt:
        """Send paragraphs, each under the name that its place gives it."""
        connection = Connection(cast(ClusterSettings, self.settings))
        with tempfile.TemporaryDirectory() as folder:
            index = NewIndex(connection, self.index, self.schema, self.scoring, 1, Path(folder), is_made=True)
            seq, number = self.seq + paragraphs, self.number + articles - 1
            try:
                for batch in batches:
                    index.vocabulary.add_columns(batch.columns)
                    for document in batch.documents():
                        number = index.add(document.info, document.paragraph, document.tokens, seq, number)
                        seq += 1
                return index.receipt()
            finally:
                index.stop()


def of_cluster(settings: ClusterSettings) -> SimpleNamespace:
    """What a process that sends has to know of the settings: nothing of the others leaves this one."""
    return SimpleNamespace(**{name: getattr(settings, name) for name in ClusterSettings.__annotations__})
