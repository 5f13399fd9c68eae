"""What phrases, prefixes, titles, restrictions, alternatives and exclusions ask of an engine."""

from __future__ import annotations

import datetime

import pytest

from indexer.engine.query import (
    All,
    Any,
    Everything,
    Exclude,
    Facet,
    Phrase,
    Prefix,
    Range,
    Term,
)
from indexer.query.plan import Plan
from indexer.schema import Field
from indexer.settings import Settings
from tests.query.planning import SETTINGS, planned, required, syllable, syllables, tree, walk, weights


def test_a_phrase_is_demanded_with_its_marks() -> None:
    assert required('"thi đua xuất sắc"') == Phrase(Field.SYLLABLES, ("thi", "đua", "xuất", "sắc"))


def test_a_phrase_of_two_is_a_pair_and_of_one_a_term() -> None:
    node = required('"thi đua"')
    assert isinstance(node, Term) and (node.field, node.form) == (Field.BIGRAMS, "thi đua")
    node = required('"đường"')
    assert isinstance(node, Term) and (node.field, node.form) == (Field.SYLLABLES, "đường")


def test_a_phrase_without_diacritics_is_looked_for_without_where_the_index_lacks_it() -> None:
    found = planned('"thi dua"')
    assert required('"thi dua"') == Phrase(Field.UNMARKED, ("thi", "dua"), 1.0)
    assert [(warning.code, warning.subject) for warning in found.warnings] == [("diacritics_ignored", "thi dua")]
    assert planned('"cái duong"').warnings == planned('"hội nghị"').warnings == ()


@pytest.mark.parametrize("text", ['"thị đùa"', '"thi dua" đường', '"thi dua"'])
def test_a_phrase_means_its_letters_where_diacritics_were_typed_or_literally(text: str) -> None:
    literal = text == '"thi dua"'
    forms = {each.form for each in walk(tree(text, literal=literal)) if isinstance(each, Term)}
    assert forms & {"thị đùa", "thi dua"}
    assert planned(text, literal=literal).warnings == ()


def test_a_phrase_beside_words_is_demanded_of_what_is_found_and_adds_to_what_is_nearest() -> None:
    node = required('"thi đua" đường')
    assert isinstance(node, All)
    assert (Field.BIGRAMS, "thi đua") in {(each.field, each.form) for each in walk(node) if isinstance(each, Term)}
    near = planned('"thi đua" đường').nearest
    assert near is not None and (Field.BIGRAMS, "thi đua") in weights(near)
    assert Field.BIGRAMS not in {each.field for each in syllables('"thi đua" đường') if isinstance(each, Term)}


def test_whoever_asks_only_for_a_phrase_wants_its_letters() -> None:
    assert planned('"thi đua"').nearest is None
    assert planned('"thi đua" là gì').nearest is None


def test_a_prefix_without_marks_meets_marked_forms() -> None:
    assert tree("duo*") == Prefix(Field.UNMARKED, "duo", 1.0, SETTINGS.query_expansions)
    assert tree("đườ*") == Prefix(Field.SYLLABLES, "đườ", 1.0, SETTINGS.query_expansions)


def test_a_title_is_asked_in_its_own_field() -> None:
    weight = SETTINGS.weight_title
    assert tree('title:"thi đua"') == Phrase(Field.TITLE, ("thi", "đua"), weight)
    assert tree('title:"thi dua"') == Phrase(Field.TITLE_UNMARKED, ("thi", "dua"), weight)
    assert tree("title:nghị") == Term(Field.TITLE, "nghị", weight)


def test_restrictions() -> None:
    assert tree("source:«Báo Hà Tĩnh»") == Facet("source", "bao ha tinh", whole=False)
    assert tree("author:an") == Facet("author", "an", whole=False)
    assert tree("kind:lead") == Facet("kind", "lead", whole=True)
    assert tree("after:2023") == Range("date", datetime.date(2023, 1, 1), None)


def test_the_request_restricts_too() -> None:
    day = datetime.date(2024, 1, 1)
    assert tree('"đường"', filters={"source": ["Báo A", "Báo B"], "kind": ["lead"]}, after=day) == All(
        (
            syllable("đường"),
            Any((Facet("source", "bao a"), Facet("source", "bao b"))),
            Facet("kind", "lead"),
            Range("date", day, None),
        )
    )


def test_or_asks_for_either() -> None:
    assert tree('"đường" OR "cờ"') == Any((syllable("đường"), syllable("cờ")))


def test_what_says_nothing_is_no_alternative() -> None:
    assert tree('"đường" OR ?') == syllable("đường")


def test_a_minus_excludes_the_form_as_typed() -> None:
    assert tree('"đường" -SSCĐ') == Exclude(syllable("đường"), syllable("sscđ", 0.0))
    assert tree('"đường" -"thi đua"') == Exclude(syllable("đường"), Term(Field.BIGRAMS, "thi đua", 0.0))


def test_a_minus_without_marks_excludes_marked_forms_too() -> None:
    assert tree("-sscd") == Exclude(Everything(), Term(Field.UNMARKED, "sscd", 0.0))


def test_a_minus_among_diacritics_excludes_only_the_form_as_typed() -> None:
    assert tree('"đường" -duong') == Exclude(syllable("đường"), syllable("duong", 0.0))


def test_several_minuses_exclude_any_of_them() -> None:
    assert tree("-source:a -cờ") == Exclude(Everything(), Any((Facet("source", "a", whole=False), syllable("cờ", 0.0))))


def test_a_minus_before_a_group_excludes_what_has_all_of_it() -> None:
    assert tree("-(cờ đường)") == Exclude(Everything(), All((syllable("cờ", 0.0), syllable("đường", 0.0))))


@pytest.mark.parametrize("text", ["", "  ", "?!", '""', "-!", "( )"])
def test_nothing_asked_is_no_tree(text: str) -> None:
    assert planned(text) == Plan(None, (), ())


def test_a_request_may_restrict_without_any_text() -> None:
    assert tree("", filters={"author": ["An"]}) == Facet("author", "an")


def test_warnings_of_the_parser_are_kept() -> None:
    assert [warning.code for warning in planned("q*").warnings] == ["prefix_too_short"]


def test_too_many_syllables_in_one_chunk_are_left_out() -> None:
    found = planned("a,b,c,d,e", Settings(query_clauses=3))
    assert [(warning.code, warning.subject) for warning in found.warnings] == [("too_many_clauses", "d")]
    assert found.node is not None and not {"d", "e"} & {
        leaf.form for leaf in walk(found.node) if isinstance(leaf, Term)
    }


def test_what_is_asked_or_excluded_twice_is_looked_up_once() -> None:
    assert tree("-cờ -cờ -cờ") == tree("-cờ")
    assert planned("lực lực đường dài").nearest == planned("lực đường dài lực").nearest
    for text in ("a " * 300, '-"a' * 300, "-a b " * 200):
        found = planned(text)
        for node in (found.node, found.nearest):
            for each in walk(node) if node is not None else ():
                if isinstance(each, Any | All):
                    assert len(set(each.children)) == len(each.children)


def test_nothing_is_near_to_alternatives() -> None:
    assert planned("đường dài").nearest is not None
    assert planned('đường dài OR "cờ"').nearest is None
    # What stands beside them still has something near, which needs one of them.
    beside = planned('lực vũ (đường dài OR "cờ")').nearest
    assert isinstance(beside, All) and planned('đường dài OR "cờ"').node in beside.children


def test_what_is_demanded_or_excluded_is_so_of_the_nearest_too() -> None:
    words, title, out = planned("đường dài"), planned("title:nghị"), planned("-cờ")
    assert words.nearest is not None and title.node is not None
    assert planned("đường dài title:nghị").nearest == All((words.nearest, title.node))
    assert isinstance(out.node, Exclude)
    assert planned("đường dài -cờ").nearest == Exclude(words.nearest, out.node.exclude)
    assert planned('"cờ" title:nghị').nearest is None
