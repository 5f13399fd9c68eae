"""Which tokens of the index a form of a query matches, and by which leaf it is looked for."""

from __future__ import annotations

import pytest

from indexer.engine.query import Phrase, Term
from indexer.passages.targets import MatchMode
from indexer.query.frequencies import Frequencies, names_of
from indexer.schema import Field

COUNTS = {"đường": 3, "đương": 0, "duong": 1, "lam": 4, "làng": 2, "lang": 0, "xa": 0}
UNMARKED = {"duong": 5, "lam": 4, "lang": 2, "xa": 0}
FREQUENCIES = Frequencies(
    {
        **{(field, form): count for field in (Field.SYLLABLES, Field.TITLE) for form, count in COUNTS.items()},
        **{
            (field, form): count for field in (Field.UNMARKED, Field.TITLE_UNMARKED) for form, count in UNMARKED.items()
        },
    }
)


@pytest.mark.parametrize(
    ("form", "alone", "among"),
    [
        ("đường", MatchMode.EXACT, MatchMode.EXACT),
        ("đương", MatchMode.UNMARKED, MatchMode.UNMARKED),
        ("duong", MatchMode.UNMARKED, MatchMode.RUN),
        ("lam", MatchMode.EXACT, MatchMode.EXACT),
        ("làng", MatchMode.EXACT, MatchMode.EXACT),
        ("lang", MatchMode.UNMARKED, MatchMode.UNMARKED),
        ("xa", None, None),
    ],
)
def test_what_a_syllable_matches(form: str, alone: MatchMode | None, among: MatchMode | None) -> None:
    for field in (Field.SYLLABLES, Field.TITLE):
        for _ in range(2):  # What was told once is remembered.
            assert FREQUENCIES.match_mode(form, False, field) is alone
            assert FREQUENCIES.match_mode(form, True, field) is among


@pytest.mark.parametrize(
    ("forms", "among", "leaf", "unmarked"),
    [
        (("đường",), False, Term(Field.SYLLABLES, "đường", 2.0), False),
        (("duong",), False, Term(Field.UNMARKED, "duong", 2.0), True),
        (("duong",), True, Term(Field.SYLLABLES, "duong", 2.0), False),
        (("đương",), True, Term(Field.UNMARKED, "duong", 2.0), True),
        (("đường", "lam"), False, Term(Field.BIGRAMS, "đường lam", 2.0), False),
        (("đường", "duong"), False, Term(Field.BIGRAMS, "đường duong", 2.0), False),
        (("đường", "lang"), False, Phrase(Field.UNMARKED, ("duong", "lang"), 2.0), True),
        (("xa", "lam"), False, Term(Field.BIGRAMS, "xa lam", 2.0), False),
        (("đường", "lam", "làng"), False, Phrase(Field.SYLLABLES, ("đường", "lam", "làng"), 2.0), False),
    ],
)
def test_how_syllables_side_by_side_are_looked_for(
    forms: tuple[str, ...], among: bool, leaf: Term | Phrase, unmarked: bool
) -> None:
    assert FREQUENCIES.sequence(forms, 2.0, among_diacritics=among) == (leaf, unmarked)


def test_two_syllables_of_a_title_are_a_phrase() -> None:
    assert FREQUENCIES.sequence(("đường", "lam"), 1.0, Field.TITLE) == (
        Phrase(Field.TITLE, ("đường", "lam"), 1.0),
        False,
    )
    lacking = Phrase(Field.TITLE_UNMARKED, ("duong", "lam"), 1.0)
    assert FREQUENCIES.sequence(("đương", "lam"), 1.0, Field.TITLE) == (lacking, True)


def test_the_terms_whose_frequencies_are_needed() -> None:
    pair = [(Field.SYLLABLES, "đường"), (Field.UNMARKED, "duong"), (Field.SYLLABLES, "xa"), (Field.UNMARKED, "xa")]
    assert list(names_of(("đường", "xa"))) == [*pair, (Field.BIGRAMS, "đường xa")]
    assert list(names_of(("đường",))) == pair[:2]
    assert len(list(names_of(("đường", "xa", "lam")))) == 6
    assert list(names_of(("đường", "xa"), Field.TITLE)) == [
        (Field.TITLE, "đường"),
        (Field.TITLE_UNMARKED, "duong"),
        (Field.TITLE, "xa"),
        (Field.TITLE_UNMARKED, "xa"),
    ]


def test_terms_are_asked_for_once() -> None:
    asked: list[list[tuple[Field, str]]] = []

    class Counting:
        paragraphs = 9

        def document_frequencies(self, names: list[tuple[Field, str]]) -> list[int]:
            asked.append(names)
            return [len(form) for _, form in names]

    twice = [(Field.SYLLABLES, "xa"), (Field.UNMARKED, "xa"), (Field.SYLLABLES, "xa")]
    found = Frequencies.ask(Counting(), twice)  # type: ignore[arg-type]
    assert asked == [twice[:2]]
    assert found.frequency(Field.SYLLABLES, "xa") == 2
    assert found.knows(Field.UNMARKED, "xa") and not FREQUENCIES.knows(Field.UNMARKED, "xa")
    Frequencies.ask(Counting(), ())  # type: ignore[arg-type]
    assert len(asked) == 1
    with pytest.raises(KeyError):
        found.frequency(Field.SYLLABLES, "hồ")
