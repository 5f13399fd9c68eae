"""A syllable that is mostly part of a name counts more than one that never is."""

from __future__ import annotations

import math

import pytest

from indexer.engine.query import Phrase, Prefer, Term
from indexer.lexicon import Lexicon
from indexer.query.parse import parse
from indexer.query.plan import plan
from indexer.query.weighing import COMMON_SHARE, CapitalWeights
from indexer.results import SearchRequest
from indexer.schema import Field
from indexer.settings import Settings
from tests.lexicon.texts import lexicon_of
from tests.query.vocabulary import TextVocabulary

TEXTS = ("Ở Hà Nội, hà mã đi chậm.", "Chợ Hà Đông đông người; ha ha.")
SHARES = {"hà": 2 / 3, "nội": 1.0, "đông": 0.5, "người": 0.0}


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return lexicon_of(tmp_path_factory.mktemp("lexicon"), TEXTS)


def weight(share: float) -> float:
    return math.exp(2.0 * (share - COMMON_SHARE))


@pytest.mark.parametrize("form", SHARES)
def test_a_syllable_by_its_share_of_capitals(lexicon: Lexicon, form: str) -> None:
    leaf = CapitalWeights(lexicon, 2.0).weighed(Term(Field.SYLLABLES, form, 3.0))
    assert leaf.weight == pytest.approx(3.0 * weight(SHARES[form]))


def test_a_word_has_the_highest_and_neighbours_the_mean(lexicon: Lexicon) -> None:
    weights = CapitalWeights(lexicon, 2.0)
    of_name, of_plain = weight(SHARES["nội"]), weight(SHARES["người"])
    mean = math.sqrt(of_name * of_plain)
    assert weights.weighed(Term(Field.WORDS, "người_nội")).weight == pytest.approx(of_name)
    assert weights.weighed(Term(Field.BIGRAMS, "người nội")).weight == pytest.approx(mean)
    assert weights.weighed(Phrase(Field.SYLLABLES, ("người", "nội"))).weight == pytest.approx(mean)


def test_letters_without_marks_stand_for_all_that_are_the_same(lexicon: Lexicon) -> None:
    # Two of `Hà`, one `hà`, two `ha`.
    leaf = CapitalWeights(lexicon, 2.0).weighed(Term(Field.UNMARKED, "ha"))
    assert leaf.weight == pytest.approx(weight(2 / 5))


def test_without_a_lexicon_a_strength_or_the_form_nothing_changes(lexicon: Lexicon) -> None:
    leaf = Term(Field.SYLLABLES, "hà", 3.0)
    assert CapitalWeights(None, 2.0).weighed(leaf) == leaf
    assert CapitalWeights(lexicon, 0.0).weighed(leaf) == leaf
    unknown = Term(Field.SYLLABLES, "huế")
    assert CapitalWeights(lexicon, 2.0).weighed(unknown) == unknown


def test_plain_words_are_weighed_and_phrases_are_not(lexicon: Lexicon) -> None:
    settings, request = Settings(capitals=2.0, weight_words=0, weight_unmarked=0), SearchRequest("")
    vocabulary, weights = TextVocabulary(*TEXTS), CapitalWeights(lexicon, 2.0)
    node = plan(parse("nội người"), request, vocabulary, settings, weights=weights).node
    required = node.required if isinstance(node, Prefer) else node
    assert required is not None
    assert [leaf.weight for leaf in required.children] == pytest.approx([weight(1.0), weight(0.0)])  # type: ignore[union-attr]
    node = plan(parse('"nội"'), request, vocabulary, settings, weights=weights).node
    assert node == Term(Field.SYLLABLES, "nội", settings.weight_syllables)
