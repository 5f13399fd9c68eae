"""New queries beside tantivy, over a small corpus."""

from __future__ import annotations

import pytest

from benchmarks.corpus import Corpus
from benchmarks.drawing import Query
from benchmarks.engines.ours import Ours
from benchmarks.serving import leaves
from indexer import Settings, open_index


def test_a_query_is_asked_in_each_field_with_its_weight() -> None:
    found = leaves("Sông Hương", Settings(weight_words=0.7))
    assert ("syllables", ["sông"], 1.0) in found and ("unmarked", ["huong"], Settings().weight_unmarked) in found
    assert ("words", ["sông"], 0.7) in found or ("words", ["sông_hương"], 0.7) in found
    assert ("bigrams", ["sông hương"], Settings().weight_bigrams) in found


def test_both_are_asked_each_query_and_tantivy_finds_what_has_its_tokens(corpus: Corpus) -> None:
    pytest.importorskip("tantivy")
    from benchmarks.beside_tantivy import Twenty, asked, built

    ours, tantivy = Ours(), Twenty()
    ours.open(built(corpus, "ours"))
    tantivy.open(built(corpus, "tantivy"))
    with open_index(built(corpus, "ours")) as index:
        times = asked(index, ours, tantivy, [("two words", "sông hương"), ("one word", "huế"), ("one word", "nội")])
    assert {kind: len(pairs) for kind, pairs in times.items()} == {"two words": 1, "one word": 2}
    answer = tantivy.prepare("planned", Query("", ()), {"leaves": leaves("triều Nguyễn", Settings())})()
    assert len(answer.texts) == answer.total and any("nhà Nguyễn" in text for text in answer.texts)
