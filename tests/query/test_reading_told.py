"""What is told of how a query was read: spans, capitals, certainty; and which forms repairs put in place of others."""

from __future__ import annotations

import pytest

from indexer.lexicon import Change
from indexer.query import reading
from indexer.query.clauses import Chunk
from indexer.query.reading import Kind, Meaning, Reading, interpret
from indexer.query.words import WordRun, analyze_run
from indexer.results import Expanded


def run_of(text: str) -> WordRun:
    chunks, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        chunks.append(Chunk(word, at, at + len(word)))
        at += len(word)
    return analyze_run(chunks, 64)[0]


def meaning(start: int, end: int, forms: str, kind: Kind = "repair", **more: object) -> Meaning:
    return Meaning(start, end, tuple(forms.split()), 1.0, kind, **more)


def read(run: WordRun, *meanings: Meaning, confidence: float = 0.9) -> Reading:
    return Reading(meanings, run.forms, confidence, tuple(each for each in meanings if each.kind == "repair"))


@pytest.mark.parametrize(
    ("typed", "place", "meant", "repaired"),
    [
        ("diễn tâp lớn", (1, 2), "tập", "diễn tập lớn"),
        ("Dien tap lớn", (0, 1), "diễn", "Diễn tap lớn"),
        ("TÂP lớn", (0, 1), "tập", "TẬP lớn"),
        ("Y lớn", (0, 1), "ý", "Ý lớn"),
        ("Quocphong lớn", (0, 1), "quốc phòng", "Quốc phòng lớn"),
        ("xem tâp  lơn ạ", (1, 3), "tập lớn", "xem tập lớn ạ"),
    ],
)
def test_a_repair_has_the_case_that_was_typed(typed: str, place: tuple[int, int], meant: str, repaired: str) -> None:
    run = run_of(typed)
    found = interpret(typed, [(run, read(run, meaning(*place, meant)))])
    assert found is not None
    assert (found.original, found.repaired) == (typed, repaired)
    ((start, end),) = found.changes
    assert repaired[start:end].lower() == meant


def test_repairs_of_all_runs_are_told_in_order_with_the_least_certainty() -> None:
    text = "tâp lơn xa | quoc gân"
    first, second = run_of("tâp lơn xa"), analyze_run([Chunk("quoc", 13, 17), Chunk("gân", 18, 21)], 9)[0]
    pairs = [
        (first, read(first, meaning(1, 2, "lớn", sure=True), meaning(0, 1, "tập", sure=True), confidence=0.8)),
        (second, read(second, meaning(0, 1, "quốc", sure=True), confidence=0.6)),
    ]
    found = interpret(text, pairs)
    assert found is not None
    assert (found.repaired, found.changes) == ("tập lớn xa | quốc gân", ((0, 3), (4, 7), (13, 17)))
    assert (found.confidence, found.sure, found.expanded) == (0.6, True, ())
    pairs[0] = first, read(first, meaning(0, 1, "tập"), meaning(1, 2, "lớn", sure=True), confidence=0.7)
    found = interpret(text, pairs)
    assert found is not None and (found.confidence, found.sure) == (0.6, False)


def test_what_an_abbreviation_stands_for_is_told_once_and_itself_never() -> None:
    text = "họp UBND xã"
    run = run_of(text)
    meanings = (
        meaning(1, 2, "uỷ ban nhân dân", "expansion", source="text"),
        meaning(1, 2, "uỷ ban nhân dân", "expansion", source="text"),
        meaning(1, 2, "ubnd", "abbreviation"),
        meaning(1, 2, "u b", "abbreviation", written="U-B", source="reviewed"),
    )
    found = interpret(text, [(run, read(run, *meanings))])
    assert found is not None
    assert found.expanded == (Expanded((4, 8), "uỷ ban nhân dân", "text"), Expanded((4, 8), "U-B", "reviewed"))
    assert (found.repaired, found.changes, found.confidence, found.sure) == (text, (), 1.0, False)


def test_nothing_is_told_where_nothing_was_read_into_it() -> None:
    run = run_of("họp xã")
    assert interpret("họp xã", [(run, read(run))]) is None
    assert interpret("họp xã", [(run, read(run, meaning(0, 1, "họp", "abbreviation")))]) is None
    # Letters that are not those of the query have no place in it.
    foreign = analyze_run([Chunk("tâp", 0, 9)], 9)[0]
    assert interpret("họp xã", [(foreign, read(foreign, meaning(0, 1, "tập")))]) is None


@pytest.mark.parametrize(
    ("changes", "made", "places"),
    [
        ((), "a b c d", [(0, 1), (1, 2), (2, 3), (3, 4)]),
        ((Change(1, 2, ("x",)),), "a x c d", [(0, 1), (1, 2), (2, 3), (3, 4)]),
        ((Change(0, 1, ("x", "y")),), "x y b c d", [(0, 2), (2, 3), (3, 4), (4, 5)]),
        ((Change(1, 3, ("x",)),), "a x d", [(0, 1), (1, 2), (1, 2), (2, 3)]),
        ((Change(0, 1, ("x",)), Change(3, 4, ("y", "z"))), "x b c y z", [(0, 1), (1, 2), (2, 3), (3, 5)]),
    ],
)
def test_forms_stand_in_the_place_of_those_that_were_typed(
    changes: tuple[Change, ...], made: str, places: list[tuple[int, int]]
) -> None:
    found, ranges = reading._replaced(("a", "b", "c", "d"), changes)
    assert " ".join(found) == made
    assert [(each.start, each.stop) for each in ranges] == places


@pytest.mark.parametrize(
    ("confidence", "sure", "certain"),
    [(0.99, (True,), True), (0.98, (True,), False), (1.0, (True, False), False), (1.0, (), False)],
)
def test_a_repair_is_certain_where_all_of_it_is(confidence: float, sure: tuple[bool, ...], certain: bool) -> None:
    run = run_of("tâp lơn xa")
    found = read(run, *(meaning(at, at + 1, "x", sure=each) for at, each in enumerate(sure)), confidence=confidence)
    assert found.is_certain is certain
    plain = run_of("tap lon xa")
    assert (found.judges_all(run), found.judges_all(plain)) == (False, bool(sure))
