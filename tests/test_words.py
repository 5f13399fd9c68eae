"""Documents and code use the terms of the field: each pattern here has a usual word, which the failure names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

PREFERRED = {
    r"\banew\b": "again; re-rank",
    r"\bmarks? (?:typed|and case|or case)\b|\b(?:without|missing|with) marks\b|\bmarked text\b": "diacritics",
    r"\bmarked (?:words?|passages?)\b": "highlighted",
    r"\bsaid to be\b|\b(?:is|are) told\b": "is documented in; is called",
    r"\brooms?\b(?! for\b)|\bdoors?\b|\bhouses?\b": "package; module",
    r"\bpublic face\b": "public API",
    r"\bcircles? of imports\b": "import cycle",
    r"\bhalf-typed\b": "partly typed",
    r"\bparted\b": "separated; split",
    r"\bnobody's business\b": "private",
    r"\blets? go of\b": "release; close",
    r"\bthe way (?:in|out)\b": "indexing; searching",
    r"\bsoon repeating a term\b": "term-frequency saturation",
    r"\btelling words?\b": "distinctive words",
    r"\bslips? mended\b": "typing errors corrected",
}

DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "corpus/*.md", "indexer/**/*.py", "webapp/**/*.py", "examples/*.py")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"
)


def found(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, preferred in PREFERRED.items():
            if match := re.search(pattern, line, re.IGNORECASE):
                yield f"line {number}: {match[0]!r}; write: {preferred}"


@pytest.mark.parametrize("name", [str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_the_words_are_those_of_the_field(name: str) -> None:
    assert list(found((ROOT / name).read_text("utf-8"))) == []


def test_a_word_is_found_wherever_it_stands() -> None:
    assert list(found("Fields\nare ranked Anew here")) == ["line 2: 'Anew'; write: again; re-rank"]
