"""A vocabulary has the terms that were counted, wherever they were counted, and takes back what was deleted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.opensearch.statistics import Statistics
from indexer.engine.opensearch.vocabulary import Vocabulary, VocabularyCounter, merged, term, write
from indexer.errors import IndexDamaged
from indexer.schema import Field, Pairs, fields_of_many
from indexer.vietnamese import analyze_all

S = Field.SYLLABLES
texts = st.lists(st.lists(st.sampled_from(["a", "á", "ba", "bà", "đ", "𠀀"]), max_size=6), max_size=6)


def tokens(forms: list[str]) -> dict[Field, object]:
    return {S: forms, Field.BIGRAMS: Pairs(forms)}


def expected(paragraphs: list[list[str]]) -> Counter[bytes]:
    """How many paragraphs hold each term."""
    counts: Counter[bytes] = Counter()
    for forms in paragraphs:
        counts.update({term(S, form) for form in forms})
        counts.update({term(Field.BIGRAMS, form) for form in Pairs(forms)})
    return counts


@given(paragraphs=texts, most=st.sampled_from([0, 2, 1_000]))
def test_terms_are_counted_once_a_paragraph(
    tmp_path_factory: pytest.TempPathFactory, paragraphs: list[list[str]], most: int
) -> None:
    folder = tmp_path_factory.mktemp("vocabulary")
    counter = VocabularyCounter(folder, most)
    for forms in paragraphs:
        counter.add(tokens(forms))  # type: ignore[arg-type]
    numbers = counter.write(folder / "all")
    vocabulary = Vocabulary(folder / "all")
    right = sorted(expected(paragraphs).items())
    assert list(vocabulary.items()) == right
    assert [vocabulary[at] for at in range(len(vocabulary))] == [name for name, _ in right]
    assert sum(numbers.values()) == len(right)
    assert numbers[S] == len({form for forms in paragraphs for form in forms})
    assert [path.name for path in folder.iterdir()] == ["all"]


def test_columns_are_counted_as_their_paragraphs_are(tmp_path: Path) -> None:
    texts = ["Hồ Kẻ Gỗ, hồ Kẻ Gỗ.", "", "Quốc phòng an ninh; hồ.", "Kẻ"]
    columns = fields_of_many(analyze_all(texts), analyze_all(["Hồ", "Tin"]), [3, 1])
    by_column, by_paragraph = VocabularyCounter(tmp_path), VocabularyCounter(tmp_path)
    by_column.add_columns(columns)
    rows = {field: list(column.tokens()) for field, column in columns.items()}
    for at in range(len(texts)):
        by_paragraph.add({field: own[at] for field, own in rows.items()})
    assert list(by_column.items()) == list(by_paragraph.items())
    assert dict(by_column.items())[term(Field.BIGRAMS, "kẻ gỗ")] == 1
    assert dict(by_column.items())[term(Field.TITLE, "hồ")] == 3


@given(parts=st.lists(texts, min_size=1, max_size=3), gone=texts)
def test_statistics_are_those_of_all_parts_without_what_was_deleted(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[list[str]]], gone: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    for at, paragraphs in enumerate([*parts[:-1], [*parts[-1], *gone]]):
        write(folder / f"part-{at}", sorted(expected(paragraphs).items()))
    write(folder / "removed", sorted(expected(gone).items()))
    vocabularies = [Vocabulary(folder / f"part-{at}") for at in range(len(parts))]
    removed = Vocabulary(folder / "removed")
    statistics = Statistics(9, {S: 27}, vocabularies, [removed])
    right = expected([forms for paragraphs in parts for forms in paragraphs])
    for form in ("a", "á", "bà", "none"):
        assert statistics.frequency(S, form) == right[term(S, form)]
    for prefix in ("", "b", "𠀀", "x"):
        known = [(name.decode()[1:], n) for name, n in right.items() if name.startswith(term(S, prefix))]
        known.sort(key=lambda item: (-item[1], item[0]))
        for most in (0, 1, 3, 100):
            assert statistics.expand(S, prefix, most) == known[:most]
    assert dict(merged([each.items() for each in vocabularies], [removed.items()])) == right
    assert statistics.average(S) == 3


@pytest.mark.parametrize("length", [0, 7, 30])
def test_a_file_that_was_cut_is_damaged(tmp_path: Path, length: int) -> None:
    write(tmp_path / "whole", [(b"aa", 1), (b"ab", 2)])
    assert Vocabulary(tmp_path / "whole").frequency(b"ab") == 2
    (tmp_path / "cut").write_bytes((tmp_path / "whole").read_bytes()[:length])
    with pytest.raises(IndexDamaged, match="cut"):
        Vocabulary(tmp_path / "cut")
