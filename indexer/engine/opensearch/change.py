"""What a new generation consists of: the parts of the one before, what was added, without what was deleted.

What an addition costs depends on what is added: a part is written again only together with as much that is new
(`indexer.engine.merging`), or when much of the generation was deleted.
"""

from __future__ import annotations

import bisect
import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.engine.backend import EngineStats
from indexer.engine.merging import tail_to_merge
from indexer.engine.opensearch.connection import Connection, chunked
from indexer.engine.opensearch.engine import OpenSearchEngine
from indexer.engine.opensearch.manifest import Manifest, Part
from indexer.engine.opensearch.mapping import index_body
from indexer.engine.opensearch.new_index import Counted, NewIndex, create_index, remove_index, settle
from indexer.engine.opensearch.records import article_ids, tokens_of
from indexer.engine.opensearch.vocabulary import Vocabulary, VocabularyCounter, merged, write
from indexer.schema import Field, Schema

MOST_PARTS = 4
"""Indexes of a generation beyond which the youngest are merged."""

MOST_DELETED = 1_000
"""Deleted articles that every search leaves out; with more, the indexes are written again without them."""

MERGED = "-merged"
"""What the name of an index ends with that was made of several."""


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """The generation that is changed, and its engine."""

    manifest: Manifest
    engine: OpenSearchEngine


class Change:
    """Puts a generation together of `live` (None: nothing) and an index of what was added, which is finished.

    `folder` has the vocabularies of all parts.
    """

    def __init__(
        self,
        connection: Connection,
        schema: Schema,
        folder: Path,
        scoring: str,
        live: OpenGeneration | None,
        added: NewIndex,
    ) -> None:
        self._connection, self._schema, self._folder, self._scoring = connection, schema, folder, scoring
        self._live, self._added = live, added
        self._files: list[str] = []

    def generation(self, deleted: Sequence[str], first: int, seq: int, number: int) -> tuple[Manifest, list[str]]:
        """The manifest of the new generation, without its token and files, and the vocabularies that are new.

        `deleted` has the ids of articles, `first` is the number of the first that was added, `seq` and `number` are the
        next ones.
        """
        parts = list(self._live.manifest.parts) if self._live else []
        numbers = list(self._live.manifest.deleted) if self._live else []
        gone = self._delete(parts, numbers, deleted)
        terms = self._added.vocabulary.write(self._new_file(self._added.name))
        size = self._added.added.paragraphs
        parts.append(Part(self._added.name, first, size, size, self._added.name))
        parts, numbers = self._merged(parts, numbers)
        held = self._live.manifest.stats if self._live else _NOTHING
        more = self._added.added
        stats = EngineStats(
            held.articles + more.articles - gone.articles,
            held.paragraphs + more.paragraphs - gone.paragraphs,
            {each: held.terms[each] + terms[each] for each in Field},
            {each: held.tokens[each] + more.tokens[each] - gone.tokens[each] for each in Field},
            self._bytes(parts),
        )
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        kept = tuple(part for part in parts if part.live)
        manifest = Manifest("", now, self._scoring, self._schema, stats, kept, tuple(numbers), seq, number)
        return manifest, self._files

    def _new_file(self, name: str) -> Path:
        self._files.append(name)
        return self._folder / name

    def _delete(self, parts: list[Part], numbers: list[int], deleted: Sequence[str]) -> Counted:
        """Take articles out of the parts that hold them; returns how much that was."""
        gone = Counted()
        removed: dict[int, tuple[Counted, VocabularyCounter]] = {}
        firsts = [part.first for part in parts]
        known = set(numbers)
        for ids in chunked(list(deleted), 500):
            for source in self._live.engine.documents({"terms": {"article": article_ids(ids)}}) if self._live else ():
                at = bisect.bisect(firsts, source["number"]) - 1
                counted, vocabulary = removed.setdefault(at, (Counted(), VocabularyCounter(self._folder)))
                tokens = {each: tokens_of(source, each) for each in Field}
                vocabulary.add(tokens)
                for each in (gone, counted):
                    each.add(tokens)
                if source["number"] not in known:
                    known.add(source["number"])
                    numbers.append(source["number"])
                    gone.articles += 1
        for at, (counted, vocabulary) in removed.items():
            part = parts[at]
            name = f"{part.index}.without.{self._added.name}"
            before = [Vocabulary(self._folder / part.removed).items()] if part.removed else []
            vocabulary.write(self._new_file(name), before)
            parts[at] = replace(part, live=part.live - counted.paragraphs, removed=name)
        return gone

    def _merged(self, parts: list[Part], numbers: list[int]) -> tuple[list[Part], list[int]]:
        """The parts, of which the last are one where there would be too many, and what of them is still deleted."""
        count = len(parts) if len(numbers) > MOST_DELETED else tail_to_merge([part.live for part in parts], MOST_PARTS)
        if count < 2:
            return parts, numbers
        kept, tail = parts[:-count], parts[-count:]
        name, first = self._added.name + MERGED, tail[0].first
        within = [number for number in numbers if number >= first]
        settings = self._connection.settings
        shards = 1 if kept else settings.opensearch_shards
        body = index_body(self._schema, self._scoring, shards, settings.opensearch_replicas, self._averages())
        create_index(self._connection, name, body)
        live = sum(part.live for part in tail)
        try:
            without = {"bool": {"must_not": [{"terms": {"number": within}}]}}
            source = {"index": [part.index for part in tail], "size": 2_000, "query": without}
            self._connection.work("/_reindex", {"source": source, "dest": {"index": name}})
            settle(self._connection, name, live, pieces=len(tail))
        except BaseException:
            remove_index(self._connection, name)
            raise
        added = [Vocabulary(self._folder / part.vocabulary).items() for part in tail]
        removed = [Vocabulary(self._folder / part.removed).items() for part in tail if part.removed]
        write(self._new_file(name), merged(added, removed))
        # What it was made of is in it: its files are not sent.
        for part in (each for each in tail if each.vocabulary in self._files):
            self._files.remove(part.vocabulary)
        self._files = [each for each in self._files if each not in {part.removed for part in tail}]
        remove_index(self._connection, self._added.name)
        return [*kept, Part(name, first, live, live, name)], [number for number in numbers if number < first]

    def _averages(self) -> dict[Field, float]:
        stats = self._live.manifest.stats if self._live else _NOTHING
        return {each: count / max(stats.paragraphs, 1) for each, count in stats.tokens.items()}

    def _bytes(self, parts: Sequence[Part]) -> int:
        """The bytes that the parts take, each counted once whatever its copies."""
        place = ",".join(part.index for part in parts)
        answer = self._connection.insist("GET", f"/{place}/_stats/store", None, {"filter_path": "_all.primaries"})
        size: int = answer["_all"]["primaries"]["store"]["size_in_bytes"]
        return size


_NOTHING = EngineStats(0, 0, dict.fromkeys(Field, 0), dict.fromkeys(Field, 0), 0)
