"""The vocabulary of a few texts, for tests of planning that need no engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from indexer.schema import Field, paragraph_fields
from indexer.vietnamese import analyze


class TextVocabulary:
    """The terms of some paragraphs, all under one title."""

    def __init__(self, *texts: str, title: str = "") -> None:
        self.paragraphs = len(texts)
        self._counts: dict[Field, Counter[str]] = {field: Counter() for field in Field}
        for text in texts:
            for field, tokens in paragraph_fields(analyze(text), analyze(title).forms).items():
                self._counts[field].update(set(tokens))

    def document_frequency(self, field: Field, form: str) -> int:
        return self._counts[field][form]

    def document_frequencies(self, names: Sequence[tuple[Field, str]]) -> list[int]:
        return [self._counts[field][form] for field, form in names]

    def expand(self, field: Field, prefix: str, most: int) -> list[tuple[str, int]]:
        found = [item for item in self._counts[field].items() if item[0].startswith(prefix)]
        return sorted(found, key=lambda item: (-item[1], item[0]))[:most]
