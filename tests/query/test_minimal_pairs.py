"""Diacritics typed must match: a golden set of syllables that differ in diacritics alone, over a real index.

`minimal_pairs.tsv` has the sentences, one paragraph each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from indexer import Index, SearchRequest, build, open_index
from indexer.vietnamese import canonical, fold, forms, has_diacritics
from tests.samples import write_articles

LINES = Path(__file__).with_name("minimal_pairs.tsv").read_text("utf-8").splitlines()
ROWS = [(canonical(form), text) for form, text in (line.split("\t") for line in LINES if not line.startswith("#"))]
GROUPS: dict[str, list[str]] = defaultdict(list)
for _form, _ in ROWS:
    GROUPS[fold(_form)].append(_form)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("minimal_pairs")
    articles = tuple({"id": str(at), "title": "", "text": text} for at, (_, text) in enumerate(ROWS))
    build([write_articles(folder / "articles.jsonl", articles)], folder / "index", jobs=1)
    with open_index(folder / "index") as opened:
        yield opened


def found(index: Index, text: str) -> list[set[str]]:
    """The forms of each passage found, in order."""
    passages = index.search(SearchRequest(text, per_page=100)).passages
    return [set(forms(passage.paragraph.text)) for passage in passages]


def holding(form: str) -> int:
    return sum(form in forms(text) for _, text in ROWS)


def test_the_set_is_large_enough() -> None:
    assert sum(len(list(combinations(group, 2))) for group in GROUPS.values()) >= 300
    assert all(len(group) >= 2 for group in GROUPS.values())


@pytest.mark.parametrize("form", [form for form, _ in ROWS if has_diacritics(form)])
def test_the_form_typed_outranks_every_other_form_of_its_letters(index: Index, form: str) -> None:
    holds = [form in passage for passage in found(index, form)]
    assert holds.count(True) == holding(form)
    assert holds == sorted(holds, reverse=True)


@pytest.mark.parametrize("letters", list(GROUPS))
def test_typed_without_marks_every_form_is_found(index: Index, letters: str) -> None:
    passages = found(index, letters)
    for form in GROUPS[letters]:
        assert any(form in passage for passage in passages), form
