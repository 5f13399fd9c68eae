"""Articles that were withdrawn for good: a file in the index directory, outside the generations, so that they stay out.

It has their ids, why and when they were withdrawn, and signatures of their texts, but none of the texts.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.articles.model import Article
from indexer.articles.signatures import NEARLY_THE_SAME, Signature, likeness, signature_of, stacked
from indexer.durable import sync_directory
from indexer.errors import IndexDamaged
from indexer.storage.manifest import write_durably

FILE = "withdrawn.json"
_VERSION = 2


@dataclass(frozen=True, slots=True)
class WithdrawnArticle:
    """An article that was withdrawn: why, when (ISO 8601), the signature of its text in hex digits (empty: none)."""

    id: str
    reason: str
    at: str
    signature: str = ""

    @classmethod
    def of(cls, id: str, reason: str, article: Article | None) -> WithdrawnArticle:
        """One that is withdrawn now; `article` is what there is of it."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        known = "" if article is None else signature_of(article).hex()
        return cls(id, reason, now, known)

    def signed(self) -> Signature:
        """Its signature, empty where it has none; raises `ValueError` for what is none."""
        return bytes.fromhex(self.signature)


class Withdrawn:
    """The articles that were withdrawn from an index, in the order of their ids."""

    def __init__(self, articles: Collection[WithdrawnArticle] = ()) -> None:
        self.articles: Sequence[WithdrawnArticle] = sorted(articles, key=lambda each: each.id)
        self._by_id = {each.id: each for each in self.articles}
        self._signed = [each for each in self.articles if each.signed()]
        self._signatures = stacked(each.signed() for each in self._signed)

    @classmethod
    def read(cls, directory: Path) -> Withdrawn:
        """Those of the index in a directory; raises `IndexDamaged` where the file cannot be read.

        Without it texts would come back that are to stay out.
        """
        path = directory / FILE
        try:
            value = json.loads(path.read_text("utf-8"))
            if value["version"] != _VERSION:
                raise ValueError(f"it is of version {value['version']}")
            return cls([WithdrawnArticle(**each) for each in value["articles"]])
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamaged(
                f"the list of withdrawn articles, {path}, cannot be read: {error}",
                "Take it from a backup, or move it away: then nothing is kept out any more.",
            ) from None

    def write(self, directory: Path) -> None:
        """Replace the file of an index by one durable step; raises `OSError`. The lock of the index must be held."""
        new = directory / f"{FILE}.new"
        write_durably(new, {"version": _VERSION, "articles": [asdict(each) for each in self.articles]})
        os.replace(new, directory / FILE)
        sync_directory(directory)

    def changed(self, added: Collection[WithdrawnArticle] = (), taken_back: Collection[str] = ()) -> Withdrawn:
        """These with others; one that has been withdrawn before keeps its signature where it has no new one."""
        kept = {each.id: each for each in self.articles if each.id not in taken_back}
        for each in added:
            before = kept.get(each.id)
            known = each.signature or (before.signature if before else "")
            kept[each.id] = WithdrawnArticle(each.id, each.reason, each.at, known)
        return Withdrawn(kept.values())

    def has(self, id: str) -> bool:
        """Whether an id was withdrawn."""
        return id in self._by_id

    def refusal(self, article: Article) -> str:
        """Why an article must stay out; empty where it need not."""
        if (known := self._by_id.get(article.info.id)) is not None:
            return f"was withdrawn for good on {known.at[:10]} ({known.reason})"
        if self._signed:
            like = likeness(signature_of(article), self._signatures)
            if like.max() >= NEARLY_THE_SAME:
                id = self._signed[int(like.argmax())].id
                return f"has nearly the same text as {id!r}, which was withdrawn for good"
        return ""
