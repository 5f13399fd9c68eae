"""What plain words ask of an engine, and what is highlighted."""

from __future__ import annotations

import datetime
import typing
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.query import (
    All,
    Any,
    Facet,
    Phrase,
    Prefix,
    Range,
    Term,
)
from indexer.passages.targets import MatchMode, Target, TargetToken, whole_target
from indexer.query.clauses import Chunk
from indexer.query.frequencies import Frequencies, Name
from indexer.query.parse import parse
from indexer.query.plan import plan
from indexer.query.rank import PIECE_SHARE, REPAIRED_SHARE, TYPED_SHARE_AMONG_DIACRITICS, Leaves, nearest, rank
from indexer.query.read import Words, names_of_words
from indexer.query.reading import Meaning, Reading
from indexer.query.weighing import CapitalWeights
from indexer.query.words import analyze_run
from indexer.results import SearchRequest
from indexer.schema import Field
from indexer.settings import Settings
from indexer.vietnamese import fold
from tests.query.planning import SETTINGS, VOCABULARY, optional, planned, required, syllable, syllables, tree, walk
from tests.query.test_parse import SOUP
from tests.query.vocabulary import TextVocabulary

# Plain words


def test_a_marked_syllable_means_itself() -> None:
    assert syllables("đường") == (syllable("đường"),)
    assert Term(Field.UNMARKED, "duong", SETTINGS.weight_unmarked) in optional("đường")


@pytest.mark.parametrize(("query", "share"), [("duong", 0.5), ("duong lich", 0.1)])
def test_an_unmarked_syllable_means_any_marked_one_and_itself_a_bit_more(query: str, share: float) -> None:
    unit = syllables(query)[0]
    terms = [node for node in optional(query) if isinstance(node, Term) and node.field is Field.SYLLABLES]
    (typed,) = (node for node in terms if node.form == "duong")
    assert isinstance(unit, Term) and (unit.field, unit.form) == (Field.UNMARKED, "duong")
    # Alone, what is spelled as typed comes first.
    assert typed.weight / (typed.weight + unit.weight) == pytest.approx(share)


def test_among_diacritics_an_unmarked_syllable_mostly_means_itself() -> None:
    unit = syllables("duong lịch")[0]
    typed = next(node for node in optional("duong lịch") if isinstance(node, Term) and node.form == "duong")
    assert isinstance(unit, Term) and (unit.field, unit.form) == (Field.UNMARKED, "duong")
    assert typed.weight > unit.weight


def test_a_form_that_never_carries_marks_needs_one_field() -> None:
    assert syllables("panthers") == (syllable("panthers"),)
    assert all(isinstance(node, Term) and node.field is not Field.UNMARKED for node in optional("panthers"))


def ranked(text: str, meanings: tuple[Meaning, ...], repaired: tuple[str, ...]) -> dict[tuple[Field, str], float]:
    """The weights of the syllables of a run of plain words that was read so."""
    run, _ = analyze_run((Chunk(text, 0, len(text)),), 9)
    places = tuple(range(at, at + 1) for at in range(len(run.forms))) if len(run.forms) > 1 else (range(len(repaired)),)
    words = Words(run, Reading(meanings, repaired, 1.0, meanings, places), [False] * len(run.forms))
    frequencies = Frequencies.ask(VOCABULARY, names_of_words(words))
    leaves = rank([words], frequencies, SETTINGS, CapitalWeights(None, 0.0)).all
    weights: Counter[tuple[Field, str]] = Counter()
    for each in leaves:
        if isinstance(each, Term) and each.field in (Field.SYLLABLES, Field.UNMARKED):
            weights[each.field, each.form] += each.weight
    return weights


def test_what_a_repair_leaves_as_it_is_means_itself_in_a_text_without_marks() -> None:
    def weight(text: str, *meanings: Meaning) -> float:
        """That of `duong` as typed, which the index has with diacritics too."""
        return ranked(text, meanings, ("duong", "lịch"))[Field.SYLLABLES, "duong"]

    lich = Meaning(1, 2, ("lịch",), 1.0, "repair")
    assert weight("duong lich") < 0.2
    assert weight("duong lich", lich) == REPAIRED_SHARE
    # Among diacritics a form without them mostly means itself anyway.
    assert weight("duong lịhc", lich) == TYPED_SHARE_AMONG_DIACRITICS


@pytest.mark.parametrize("typed", ["lựclượng", "lucluong"])
def test_syllables_run_together_count_less_than_typed_apart(typed: str) -> None:
    """What one token means is less sure than what several say, and never counts for more."""
    weights = ranked(typed, (Meaning(0, 1, ("lực", "lượng"), 1.0, "repair"),), ("lực", "lượng"))
    assert {"lực", "lượng"} <= {form for _, form in weights}
    for form in ("lực", "lượng"):
        required = weights[Field.SYLLABLES, form] if typed == "lựclượng" else weights[Field.UNMARKED, fold(form)]
        assert 0 < required <= PIECE_SHARE * SETTINGS.weight_syllables


def test_a_slip_of_marks_still_finds() -> None:
    assert syllables("đướng") == (Term(Field.UNMARKED, "duong", 1.0),)


def test_a_term_counts_once() -> None:
    assert syllables("đường đường dài đường") == (syllable("đường"), syllable("dài"))


@pytest.mark.parametrize(("count", "minimum"), [(1, 1), (10, 1), (11, 2), (21, 3)])
def test_a_tenth_of_the_syllables_makes_a_passage_one_of_the_nearest(count: int, minimum: int) -> None:
    units = tuple(syllable(f"s{at}") for at in range(count))
    node = nearest(Leaves(units))
    assert (node.minimum if isinstance(node, Any) else 1) == minimum


def test_words_the_index_does_not_know_make_nothing_near_impossible() -> None:
    assert syllables("đường zzz") == (syllable("đường"),)
    assert required("zzz") == Term(Field.UNMARKED, "zzz", 0.0)


# What else scores


def test_words_pairs_and_titles_add_to_the_score() -> None:
    assert {
        Term(Field.WORDS, "lực_lượng", SETTINGS.weight_words),
        Term(Field.BIGRAMS, "lực lượng", SETTINGS.weight_bigrams),
    } <= set(optional("lực lượng"))
    assert Term(Field.TITLE, "nghị", SETTINGS.weight_title) in optional("hội nghị")
    assert Term(Field.TITLE_UNMARKED, "thi", SETTINGS.weight_title) in optional("thi dua")


def test_a_pair_without_marks_is_a_pair_whatever_its_marks() -> None:
    assert Phrase(Field.UNMARKED, ("thi", "dua"), SETTINGS.weight_bigrams) in optional("thi dua")


def test_pairs_do_not_reach_over_other_clauses() -> None:
    node = tree('lực "cờ" lượng')
    assert not any(isinstance(leaf, Term) and leaf.field is Field.BIGRAMS for leaf in walk(node))


def test_a_weight_of_nothing_leaves_terms_out() -> None:
    settings = Settings(weight_words=0, weight_bigrams=0, weight_unmarked=0, weight_title=0)
    assert planned("lực lượng", settings).nearest == Any((syllable("lực"), syllable("lượng")), 1)


def test_a_compound_is_its_parts_in_order() -> None:
    assert syllables("26/12") == (Term(Field.BIGRAMS, "26 12", SETTINGS.weight_bigrams),)
    assert syllables("QP-AN") == (Term(Field.BIGRAMS, "qp an", SETTINGS.weight_bigrams),)
    assert {syllable("26"), syllable("12")} <= set(optional("26/12"))


def test_a_compound_of_more_parts_is_a_phrase() -> None:
    assert syllables("lực-lượng-vũ") == (Phrase(Field.SYLLABLES, ("lực", "lượng", "vũ"), SETTINGS.weight_bigrams),)


def test_a_compound_without_marks_finds_the_marked_one() -> None:
    assert syllables("thi-dua") == (Phrase(Field.UNMARKED, ("thi", "dua"), SETTINGS.weight_bigrams),)


def test_question_frames_neither_match_nor_score() -> None:
    assert syllables("thi đua là gì") == syllables("thi đua")
    assert not any(isinstance(node, Term) and node.form in ("là", "gì", "là gì") for node in optional("thi đua là gì"))


def test_question_frames_are_words_like_others_where_the_setting_says_so() -> None:
    node = planned("thi đua là gì", Settings(question_frames=0)).node
    assert node is not None
    assert {syllable("là"), syllable("gì")} <= set(walk(node))


def test_question_frames_count_when_nothing_else_remains() -> None:
    assert syllables("là gì") == (syllable("là"), syllable("gì"))
    assert syllable("gì") in set(walk(tree("gì source:báo")))


def test_a_plan_says_what_a_question_seeks() -> None:
    assert planned('"cờ" bao nhiêu').seeks == "number"
    assert planned("thi đua khi nào").seeks == "date"
    assert planned("thi đua").seeks is None


def test_question_frames_beside_a_phrase_do_not_count() -> None:
    assert tree('"cờ" là gì') == tree('"cờ"')


def ranked_by(text: str, settings: Settings = SETTINGS) -> set[str]:
    """The forms of the syllables that passages near to a query are ranked by."""
    near = planned(text, settings).nearest
    assert near is not None
    return {node.form for node in walk(near) if isinstance(node, Term) and node.field is Field.SYLLABLES}


def test_quoted_words_are_ranked_by_with_the_others_as_if_there_were_no_quotes() -> None:
    assert ranked_by('"cờ thi" đường là gì') == {"cờ", "thi", "đường"}
    everything = Settings(question_frames=0)
    assert ranked_by('"cờ thi" đường là gì', everything) == {"cờ", "thi", "đường", "là", "gì"}
    # Nothing but a question in all: it is what is asked.
    assert ranked_by('bao "nhiêu"') == {"bao", "nhiêu"}


# What to mark


def test_words_are_marked_in_their_order() -> None:
    (target,) = planned("cờ thi đua là gì").targets
    assert target.tokens == (
        TargetToken("cờ"),
        TargetToken("thi", MatchMode.RUN),
        TargetToken("đua"),
        None,
        None,
    )
    assert target.words[:2] == ((0, 0), (1, 2)) and not target.whole


def test_words_without_marks_are_marked_in_their_marked_form() -> None:
    (target,) = planned("thi dua").targets
    assert target.tokens == (TargetToken("thi", MatchMode.UNMARKED), TargetToken("dua", MatchMode.UNMARKED))


def test_a_slip_of_marks_is_marked_as_it_was_found() -> None:
    assert planned("đướng").targets == (Target((TargetToken("duong", MatchMode.UNMARKED),), ((0, 0),)),)


def test_phrases_prefixes_and_titles_are_marked_whole() -> None:
    assert planned('"thi đua" đườ* title:nghị').targets == (
        whole_target(("thi", "đua")),
        whole_target(("đườ",), MatchMode.PREFIX),
        whole_target(("nghị",)),
    )


def test_what_is_excluded_is_not_marked() -> None:
    assert planned('-cờ -"thi đua" -title:nghị -(a OR b)').targets == ()


def test_what_is_excluded_says_nothing_of_what_is_asked() -> None:
    asked = planned('hội nghị tổng kết "thi đua" -(bao nhiêu OR cổ vật)')
    plain = planned('hội nghị tổng kết "thi đua"')
    assert (asked.targets, asked.nearest_targets) == (plain.targets, plain.nearest_targets)
    assert (asked.seeks, asked.by_relevance) == (plain.seeks, plain.by_relevance) == (None, False)
    assert planned("hội nghị tổng kết bao nhiêu").seeks == "number"


def test_what_is_demanded_twice_is_asked_for_once() -> None:
    assert required("đườ* hộ* đườ*") == required("đườ* hộ*")


# The pipeline


def test_the_index_is_asked_once_and_the_tree_is_made_from_values_alone() -> None:
    asked: list[list[Name]] = []

    class Asked(TextVocabulary):
        def document_frequencies(self, names: typing.Sequence[Name]) -> list[int]:
            asked.append(list(names))
            return super().document_frequencies(names)

    vocabulary = Asked("Cờ thi đua; lực lượng.", title="Thi đua")
    text = 'co thi dua "lực lượng" -đường OR title:thi'
    whole = plan(parse(text), SearchRequest(text), vocabulary, SETTINGS)
    (names,) = asked
    assert len(set(names)) == len(names)
    known = {name: vocabulary.document_frequency(*name) for name in names}
    for each_tree in (whole.node, whole.nearest):
        assert each_tree is not None
        for each in walk(each_tree):
            if isinstance(each, Term):
                assert (each.field, each.form) in known


def test_a_query_of_nothing_asks_the_index_nothing() -> None:
    class Silent(TextVocabulary):
        def document_frequencies(self, names: typing.Sequence[Name]) -> list[int]:
            raise AssertionError(names)

    assert plan(parse("after:2020"), SearchRequest(""), Silent(), SETTINGS).node == Range(
        "date", datetime.date(2020, 1, 1)
    )


def test_every_term_of_the_tree_has_its_frequency() -> None:
    text = 'hoi nghi "thi đua" QP-AN title:nghị 26/12 đướng -cờ (lực OR lượng)'
    found = planned(text)
    assert found.node is not None
    for node in walk(found.node):
        if isinstance(node, Term):
            assert found.frequencies.frequency(node.field, node.form) == VOCABULARY.document_frequency(
                node.field, node.form
            )


# Any query


@given(st.one_of(st.text(max_size=120), SOUP), st.integers(1, 12))
def test_any_query_gives_a_tree_within_its_limits(text: str, most: int) -> None:
    settings = Settings(query_clauses=most)
    found = planned(text, settings)
    if found.node is None:
        assert found.targets == ()
        return
    for node in walk(found.node):
        match node:
            case All(children=children):
                assert len(children) > 1
            case Any(children=children, minimum=minimum, counts=counts):
                assert len(children) > 1 and 1 <= minimum <= (sum(counts) or len(children))
            case Phrase(forms=forms, weight=weight):
                assert 2 <= len(forms) <= most and all(forms) and weight >= 0
            case Term(form=form, weight=weight) | Prefix(form=form, weight=weight):
                assert form and weight >= 0
            case Facet(value=value):
                assert value
    assert sum(1 for _ in walk(found.node)) <= 20 * most + 10
