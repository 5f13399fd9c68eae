"""What a query finds: its units, all of few and a share of many."""

from __future__ import annotations

import math

import pytest

from indexer.engine.query import (
    MOST_COUNTED,
    All,
    Any,
    Phrase,
    Prefer,
    Term,
)
from indexer.query.found import found, known_unit, names_of_units
from indexer.query.frequencies import Frequencies
from indexer.query.unit import Unit, UnitReading
from indexer.schema import Field
from indexer.settings import Settings
from tests.query.planning import SETTINGS, planned, required, syllable, weights
from tests.query.vocabulary import TextVocabulary


def test_few_units_are_all_required_and_words_stand_side_by_side() -> None:
    assert required("lực lượng đường") == All(
        (Term(Field.BIGRAMS, "lực lượng", SETTINGS.weight_bigrams), syllable("đường"))
    )
    assert required("đường zzz") == All((syllable("đường"), Term(Field.SYLLABLES, "zzz", 0.0)))


def test_a_title_stands_for_its_passages_but_one_unit_must_be_in_the_passage() -> None:
    in_title = Term(Field.TITLE, "hội", 0.0), Phrase(Field.TITLE, ("thi", "đua"), 0.0)
    node = required("thi đua đường")
    assert node == All((Any((Term(Field.BIGRAMS, "thi đua", SETTINGS.weight_bigrams), in_title[1])), syllable("đường")))
    both = required("thi đua hội nghị")
    assert isinstance(both, All) and len(both.children) == 3
    assert both.children[2] == Any((Term(Field.BIGRAMS, "thi đua", 0.0), Term(Field.BIGRAMS, "hội nghị", 0.0)))


def test_of_more_units_a_share_of_the_information_is_required() -> None:
    text = "đường dài cờ năm nay lực lượng"
    node = planned(text, Settings(found_share=0.5)).node
    assert isinstance(node, Prefer) and isinstance(node.required, Any)
    counts = node.required.counts
    assert len(node.required.children) == len(counts) == 5
    assert node.required.minimum == math.ceil(0.5 * sum(counts))
    # Of four passages each holds one: what stands side by side is as rare.
    assert max(counts) == min(counts)
    everything = planned(text, Settings(required_units=7)).node
    assert isinstance(everything, Prefer) and isinstance(everything.required, All)


def test_rarer_units_count_more() -> None:
    vocabulary = TextVocabulary(*["đường dài"] * 9, "cờ đường", "năm nay vũ cờ")
    units = [Unit(form, None, (UnitReading((form,)),), form) for form in ("đường", "dài", "cờ", "nay", "vũ")]
    frequencies = Frequencies.ask(vocabulary, names_of_units(units))
    node = found([known_unit(unit, frequencies) for unit in units], SETTINGS)
    assert isinstance(node, Any)
    forms = [each.form for each in node.children if isinstance(each, Term)]
    assert forms == ["nay", "vũ", "cờ", "dài", "đường"]
    assert list(node.counts) == sorted(node.counts, reverse=True) and node.counts[0] > 3 * node.counts[4]
    assert sum(node.counts) < MOST_COUNTED


def test_what_is_found_and_what_is_nearest_score_alike() -> None:
    for text in ("thi dua lực lượng", "QP-AN 26/12 đường", "đường đường cờ zzz", 'đường "thi đua"'):
        found, near = planned(text).node, planned(text).nearest
        assert found is not None and near is not None
        assert weights(found) == pytest.approx(weights(near))


def test_function_words_are_no_units_unless_nothing_else_is_asked() -> None:
    assert [each.unit.text for each in planned("của đường và cờ").units] == ["đường", "cờ"]
    assert [each.unit.text for each in planned("của và").units] == ["của", "và"]
    assert [each.unit.text for each in planned('của "cờ"').units] == ["cờ"]


def test_an_excluded_or_alternative_word_is_no_unit() -> None:
    assert [each.unit.text for each in planned("cờ -đường (thi OR đua)").units] == ["cờ"]
