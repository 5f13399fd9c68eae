"""An index that is being filled, and how it becomes one that is only searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.articles.model import ArticleInfo, Paragraph
from indexer.engine.base import Batch
from indexer.engine.opensearch.bulk import Bulk
from indexer.engine.opensearch.connection import Connection, Refused
from indexer.engine.opensearch.mapping import index_body
from indexer.engine.opensearch.records import Encoder
from indexer.engine.opensearch.vocabulary import VocabularyCounter
from indexer.errors import EngineUnavailable, SettingInvalid
from indexer.schema import Field, Schema

SECONDS = 60.0
"""How long the cluster may take to agree on a change of its indexes."""


@dataclass(slots=True)
class Counted:
    """Articles, paragraphs, and the tokens of each field."""

    articles: int = 0
    paragraphs: int = 0
    tokens: dict[Field, int] = field(default_factory=lambda: dict.fromkeys(Field, 0))

    def add(self, tokens: Mapping[Field, Sequence[str]]) -> None:
        """Count a paragraph."""
        self.paragraphs += 1
        for each, own in tokens.items():
            self.tokens[each] += len(own)

    def averages(self) -> dict[Field, float]:
        """The tokens of each field that a paragraph has."""
        return {each: count / max(self.paragraphs, 1) for each, count in self.tokens.items()}


def averages_of(sample: Batch) -> dict[Field, float]:
    """The same of a batch."""
    counted = Counted()
    for document in sample.documents():
        counted.add(document.tokens)
    return counted.averages()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What another process sent: how much, in how many paragraphs each term stands, and in how many requests."""

    added: Counted
    terms: Mapping[bytes, int]
    requests: int


class NewIndex:
    """An index of the cluster that is being filled, with documents and their vocabulary.

    `is_made`: another process has created it.
    """

    def __init__(
        self,
        connection: Connection,
        name: str,
        schema: Schema,
        scoring: str,
        shards: int,
        folder: Path,
        *,
        is_made: bool = False,
    ) -> None:
        self._connection, self.name, self._shards = connection, name, shards
        self._schema, self._scoring = schema, scoring
        self._encoder = Encoder(schema, lengths=scoring == "script")
        self._bulk = Bulk(connection, name, self.make)
        self.vocabulary = VocabularyCounter(folder)
        self.added = Counted()
        self._article = ""
        self._is_made = is_made
        self._elsewhere = 0

    def add(
        self, info: ArticleInfo, paragraph: Paragraph, tokens: Mapping[Field, Sequence[str]], seq: int, number: int
    ) -> int:
        """Add the next paragraph, and count its tokens but not its terms; returns the number of its article.

        `number` is that of the article before.
        """
        is_first = not self.added.paragraphs or info.id != self._article
        if is_first:
            self._article = info.id
            self.added.articles += 1
            number += 1
        source = self._encoder.document(info, paragraph, tokens, seq, number)
        if is_first:
            source["first"] = True
        self._bulk.add(str(seq), str(number), source)
        self.added.add(tokens)
        return number

    def make(self, averages: Mapping[Field, float] | None = None) -> None:
        """Create the index, if that was not done yet; `averages`, where none of the paragraphs is known here."""
        if not self._is_made:
            # Even when it fails, there may be one.
            self._is_made = True
            settings = self._connection.settings
            averages = averages or self.added.averages()
            body = index_body(self._schema, self._scoring, self._shards, settings.opensearch_replicas, averages)
            create_index(self._connection, self.name, body)

    def receipt(self) -> Receipt:
        """Wait until the cluster has everything; says what that was, for `take` in the process that writes."""
        requests = self._bulk.finish()
        return Receipt(self.added, self.vocabulary.taken(), requests)

    def take(self, receipt: Receipt) -> None:
        """Count what another process sent."""
        self.added.articles += receipt.added.articles
        self.added.paragraphs += receipt.added.paragraphs
        for each, count in receipt.added.tokens.items():
            self.added.tokens[each] += count
        self.vocabulary.add_counts(receipt.terms)
        # If some of it came twice, there is more than one segment.
        self._elsewhere += receipt.requests + 1

    def finish(self) -> None:
        """Wait until everything is durable and can be searched; raises `EngineUnavailable` where something is lost."""
        requests = self._bulk.finish() + self._elsewhere
        self.make()
        settle(self._connection, self.name, self.added.paragraphs, pieces=requests)

    def stop(self) -> None:
        """Send nothing any more, and leave no file."""
        self._bulk.stop()
        self.vocabulary.forget()

    def abandon(self) -> None:
        """Remove the index and what is kept of its vocabulary."""
        self.stop()
        if self._is_made:
            remove_index(self._connection, self.name)


def create_index(connection: Connection, name: str, body: Mapping[str, object]) -> None:
    """Create an index; raises `SettingInvalid` where the cluster lacks the plugin."""
    try:
        connection.ask("PUT", f"/{name}", body, None, SECONDS)
    except Refused as error:
        if "timdoan_lengths" in str(error):
            hint = "Install the plugin on every node (docs/cluster.md), or set opensearch_scoring to script."
            raise SettingInvalid("the OpenSearch cluster lacks the plugin timdoan-scoring", hint) from None
        raise


def remove_index(connection: Connection, name: str) -> None:
    """Remove an index, if it is there."""
    connection.insist("DELETE", f"/{name}", None, {"ignore_unavailable": "true"})


def settle(connection: Connection, index: str, paragraphs: int, pieces: int) -> None:
    """Make an index durable and searchable as one segment a shard; `pieces`: in how many requests it was written.

    Raises `EngineUnavailable` where it has not as many paragraphs as were sent.
    """
    if pieces > 1:
        connection.work(f"/{index}/_forcemerge", None, {"max_num_segments": 1})
    connection.insist("POST", f"/{index}/_flush", None, {"wait_if_ongoing": "true"})
    connection.insist("POST", f"/{index}/_refresh")
    answer = connection.insist("GET", f"/{index}/_count")
    shards = answer["_shards"]
    if answer["count"] != paragraphs or shards["successful"] < shards["total"]:
        why = f"{answer['count']:,} of {paragraphs:,} paragraphs arrived in the index {index}"
        raise EngineUnavailable(why, "Nodes were lost while it was written. Try again; the live index is as it was.")
