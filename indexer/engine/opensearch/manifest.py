"""What a generation consists of: the manifest that is written last, and that makes it whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from indexer.engine.backend import EngineStats
from indexer.errors import IndexDamaged, IndexOutdated
from indexer.schema import Field, Schema

FORMAT = 1
"""Version of the manifest, of documents and of files; an index with another one must be built again."""


@dataclass(frozen=True, slots=True)
class Part:
    """An index of the cluster: the number of its first article, how many paragraphs were written and are not deleted.

    `vocabulary` and `removed` are the files of its vocabulary and of that of what was deleted (empty: nothing was).
    """

    index: str
    first: int
    paragraphs: int
    live: int
    vocabulary: str
    removed: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file kept in the cluster: its size, its CRC-32, and the names of its pieces, in order."""

    bytes: int
    crc32: int
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation. `deleted` has the numbers of articles that its parts hold and it does not; `seq` and `number` are
    the next ones to be given; `files` are those of its attachments and vocabularies, by path."""

    token: str
    created: str
    scoring: str
    schema: Schema
    stats: EngineStats
    parts: tuple[Part, ...] = ()
    deleted: tuple[int, ...] = ()
    seq: int = 0
    number: int = 0
    files: Mapping[str, File] = field(default_factory=dict)

    def as_json(self) -> str:
        """As it is kept."""
        value = {**asdict(replace(self, schema=Schema())), "format": FORMAT, "schema": self.schema.as_json()}
        return json.dumps(value, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, token: str) -> Manifest:
        """The manifest of a generation; raises `IndexDamaged` or `IndexOutdated`."""
        hint = "Build it again from the articles with: indexer build PATH..."
        try:
            value: dict[str, Any] = json.loads(text)
            if (found := value.pop("format")) != FORMAT:
                raise IndexOutdated(f"generation {token} has format {found}; this version reads {FORMAT}", hint)
            stats = value["stats"]
            none = dict.fromkeys(Field, 0)
            terms, tokens = (
                none | {Field(name): int(n) for name, n in stats[each].items()} for each in ("terms", "tokens")
            )
            counted = EngineStats(int(stats["articles"]), int(stats["paragraphs"]), terms, tokens, int(stats["bytes"]))
            files = {
                path: File(int(entry["bytes"]), int(entry["crc32"]), tuple(entry["pieces"]))
                for path, entry in value["files"].items()
            }
            parts = tuple(Part(**part) for part in value["parts"])
            given = {"schema": Schema.from_json(value["schema"]), "stats": counted, "files": files, "parts": parts}
            return cls(**{**value, **given, "deleted": tuple(value["deleted"])})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IndexDamaged(f"the manifest of generation {token} cannot be read: {error!r}", hint) from None
