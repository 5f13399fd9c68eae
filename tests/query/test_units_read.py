"""The units of a run of plain words by value: where each was typed, what meets it, and the query that finds just it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from indexer.lexicon import Lexicon
from indexer.query.clauses import Chunk
from indexer.query.read import _framed
from indexer.query.reading import Meaning, QueryReader, Reading
from indexer.query.unit import Unit, quoted_unit
from indexer.query.units import units_of
from indexer.query.words import analyze_run
from indexer.results import Span
from indexer.schema import Field
from tests.lexicon.texts import lexicon_of

TEXTS = (
    "Ủy ban nhân dân (UBND) tỉnh Gia Lai họp. Ủy ban nhân dân xã họp.",
    "Ông Nguyễn Văn Hùng ở Gia Lai. Chị Vân Hùng. Già lải rải, giá lại lên, gia lai tạo.",
    "Tiền lương tháng này. Bác sĩ tiên lượng bệnh. Tiền lương tăng, tiền lương đủ sống.",
    "Người bị hại được bồi thường. Hai người bị thương. Vì bị hai xe đâm.",
    "Thi đua yêu nước. Phong trào thi đua. Lực lượng vũ trang, lực lượng công an.",
    "MU thua trận. Chat với nhau.",
)


class Row(NamedTuple):
    """A unit: its text and place, its readings side by side, what only its letters meet, its query and its pairs."""

    text: str
    span: Span | None
    exact: list[str]
    letters: list[str]
    query: str
    pairs: list[str]


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return lexicon_of(tmp_path_factory.mktemp("lexicon"), TEXTS)


def units(text: str, lexicon: Lexicon, *, exact: bool | None = None, known: bool = True) -> list[tuple[Unit, bool]]:
    chunks, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        chunks.append(Chunk(word, at, at + len(word)))
        at += len(word)
    run, _ = analyze_run(chunks, 64)
    reading = QueryReader(lexicon).read(run)
    marked = run.marked if exact is None else exact
    return units_of(text, run, reading, _framed(run, reading), lexicon if known else None, exact=marked)


def rows(found: Sequence[tuple[Unit, bool]]) -> list[Row]:
    """Without what is written as one, which has a test of its own."""
    return [
        Row(
            unit.text,
            unit.span,
            [" ".join(each.forms) for each in unit.readings if each.field is Field.SYLLABLES],
            [
                " ".join(each.forms)
                for each in unit.readings
                if each.field is Field.UNMARKED and len(each.forms) == len(unit.text.split())
                if len(each.forms) > 1 or each.forms[0] == unit.text.lower()
            ],
            unit.query,
            [" ".join(pair) for pair in unit.pairs],
        )
        for unit, _ in found
    ]


def word(text: str, start: int, query: str = "", form: str = "") -> Row:
    """A unit that means what was typed."""
    return Row(text, (start, start + len(text)), [form or text.lower()], [], query or text, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Beside diacritics a form without them has the level tone; alone it would be read otherwise.
        ("lai họp", [word("lai", 0, '"lai"'), word("họp", 4)]),
        # A name, in small letters too.
        ("gia lai họp", [word("gia lai", 0, '"gia lai"'), word("họp", 8)]),
        ("họp Gia Lai", [word("họp", 0), word("Gia Lai", 4, '"gia lai"')]),
        ("gia lai", [Row("gia lai", (0, 7), ["gia lai"], [], "gia lai", ["gia lai"])]),
        # A name without the word before it; one that the text has nowhere side by side is none.
        ("Chị Vân Hùng", [word("Chị", 0), word("Vân Hùng", 4)]),
        ("chị Vân Lai", [word("chị", 0), word("Vân", 4), word("Lai", 8, '"lai"')]),
        ("Hồ Vân Hùng", [word("Hồ", 0), word("Vân Hùng", 3)]),
        # What is in capitals is a word of its own.
        ("MU thua trận", [Row("MU", (0, 2), [], [], "MU", []), word("thua", 3, '"thua"'), word("trận", 8)]),
        ("UBND họp", [Row("UBND", (0, 4), ["ubnd", "uỷ ban nhân dân"], [], "UBND", []), word("họp", 5)]),
        ("5/1/2026 họp", [Row("5/1/2026", (0, 8), ["5 1 2026"], [], "5/1/2026", []), word("họp", 9)]),
        # With its sign, but without what stands around it.
        ("(12,5%) lương", [Row("12,5%", (1, 6), [], [], "12,5%", []), word("lương", 8)]),
        ("thi đua là gì", [word("thi đua", 0), word("là", 8), word("gì", 11)]),
        # In capitals it is what is in capitals; its letters may be anything in small ones.
        ("MU thua", [Row("MU", (0, 2), [], [], "MU", []), Row("thua", (3, 7), [], ["thua"], "thua", [])]),
        ("mu", [Row("mu", (0, 2), [], ["mu"], "mu", [])]),
        ("HOP", [Row("HOP", (0, 3), [], ["hop"], "HOP", [])]),
        # Typed without diacritics: what the text has side by side of the letters.
        (
            "tien luong",
            [
                Row(
                    "tiền lương",
                    (0, 10),
                    ["tiền lương", "tiên lượng"],
                    [],
                    '"tiền lương" OR "tiên lượng"',
                    ["tiền lương", "tiên lượng"],
                )
            ],
        ),
        (
            "thi dua yeu nuoc",
            [
                Row("thi đua", (0, 7), ["thi đua"], [], '"thi đua"', ["thi đua"]),
                Row("yêu", (8, 11), ["yêu"], [], '"yêu"', []),
                Row("nước", (12, 16), ["nước"], [], '"nước"', []),
            ],
        ),
        (
            "luc luong vu trang",
            [
                Row("lực lượng", (0, 9), ["lực lượng", "llvt"], [], '"lực lượng" OR "llvt"', ["lực lượng"]),
                Row("vũ trang", (10, 18), ["vũ trang", "llvt"], [], '"vũ trang" OR "llvt"', ["vũ trang"]),
            ],
        ),
        # A word of three syllables.
        (
            "ve nguoi bi hai",
            [
                Row("ve", (0, 2), [], ["ve"], "ve", []),
                Row("nguoi bi hai", (3, 15), [], ["nguoi bi hai"], "nguoi bi hai", []),
            ],
        ),
        (
            "nguoi hai xe",
            [
                Row("nguoi", (0, 5), [], ["nguoi"], "nguoi", []),
                Row("hai", (6, 9), [], ["hai"], "hai", []),
                Row("xe", (10, 12), [], ["xe"], "xe", []),
            ],
        ),
        ("thidua", [Row("thi đua", (0, 6), ["thi đua"], [], "thidua", ["thi đua"])]),
        # What may be keys is met as it stands, too.
        (
            "tieen luong họp",
            [
                Row(
                    "tiên lượng",
                    (0, 11),
                    ["tieen luong", "tiên lượng"],
                    [],
                    '"tieen luong" OR "tiên lượng"',
                    [],
                ),
                word("họp", 12),
            ],
        ),
    ],
)
def test_the_units_of_a_query(lexicon: Lexicon, text: str, expected: list[Row]) -> None:
    assert rows(units(text, lexicon)) == expected


@pytest.mark.parametrize(
    ("text", "saying"),
    [
        ("của Gia Lai", [False, True]),
        ("thi đua là gì", [True, False, False]),
        ("của và", [False, False]),
        ("Chị Vân Hùng", [False, True]),
        ("thi dua la gi", [True, False, False]),
    ],
)
def test_function_words_and_questions_say_nothing(lexicon: Lexicon, text: str, saying: list[bool]) -> None:
    assert [says for _, says in units(text, lexicon)] == saying


def test_among_diacritics_letters_mean_themselves_and_what_they_were_repaired_to(lexicon: Lexicon) -> None:
    (row,) = rows(units("tien luong", lexicon, exact=True))
    assert (row.exact, row.pairs) == (["tien luong", "tiền lương"], [])
    assert row.query == '"tien luong" OR "tiền lương"'


def test_without_a_lexicon_letters_meet_whatever_has_them(lexicon: Lexicon) -> None:
    assert rows(units("tien luong", lexicon, known=False)) == [
        Row("tien luong", (0, 10), [], ["tien luong"], "tien luong", [])
    ]
    # Whether the text has a name side by side is not known: it may.
    assert rows(units("Hồ Vân Hùng", lexicon, known=False)) == [word("Hồ Vân Hùng", 0)]


def test_what_is_written_as_one_meets_each_of_its_parts(lexicon: Lexicon) -> None:
    (unit, _), (other, _) = units("UBND họp", lexicon)
    keys = [[each.forms[0] for each in one.readings if each.field is Field.KEYS] for one in (unit, other)]
    assert keys == [["ubnd", "ubndhop"], ["ubndhop"]]


def test_a_quoted_phrase_is_met_without_diacritics_only_if_it_was_typed_so() -> None:
    plain, strict, marked = (
        quoted_unit("thi dua", ("thi", "dua"), exact=False),
        quoted_unit("thi dua", ("thi", "dua"), exact=True),
        quoted_unit("thi đua", ("thi", "đua"), exact=False),
    )
    assert plain.instead is not None
    assert (plain.instead.field, plain.instead.forms) == (Field.UNMARKED, ("thi", "dua"))
    assert (strict.instead, marked.instead) == (None, None)
    # Digits and letters that have none are what they are.
    for forms in (("0912345678",), ("51", "h", "12")):
        assert quoted_unit(" ".join(forms), forms, exact=False).instead is None
    assert quoted_unit("51d 12", ("51d", "12"), exact=False).instead is not None
    assert {(each.query, each.quoted, each.span) for each in (plain, strict)} == {('"thi dua"', True, None)}


def learned(folder: Path, **counts: int) -> Lexicon:
    """A lexicon of a text that has each of some pairs so many times; an underscore stands for the blank."""
    pairs = [pair.replace("_", " ").capitalize() for pair, times in counts.items() for _ in range(times)]
    return lexicon_of(folder, [f"{pair}." for pair in pairs])


@pytest.mark.parametrize(
    ("text", "counts", "exact"),
    [
        # Side by side in the text, from a fifth of the commonest on.
        ("ba-ca", {"bá_cá": 10, "bà_cà": 2, "bả_cả": 1}, ["bá cá", "bà cà"]),
        # Where they stand so as typed, as often as anything else, that is what they mean.
        ("ba-ca", {"ba_ca": 10, "bà_cà": 10, "bả_cả": 1}, ["ba ca"]),
        ("ba-ca", {"ba_ca": 9, "bà_cà": 10, "bả_cả": 1}, ["bà cà", "ba ca"]),
        # A word of the dictionary may always be meant.
        ("tien-luong", {"tiền_lương": 20, "tiên_lượng": 1, "tiến_lường": 1}, ["tiền lương", "tiên lượng"]),
    ],
)
def test_what_letters_mean_side_by_side(tmp_path: Path, text: str, counts: dict[str, int], exact: list[str]) -> None:
    (row,) = rows(units(text, learned(tmp_path, **counts)))
    assert (row.exact, row.letters, row.pairs) == (exact, [], exact)


def test_twelve_readings_of_a_unit_are_searched(tmp_path: Path) -> None:
    firsts, seconds = ("ba", "bá", "bà", "bả"), ("cá", "cà", "cả", "cạ")
    lexicon = learned(tmp_path, **{f"{first}_{second}": 3 for first in firsts for second in seconds})
    ((unit, _),) = units("ba-ca", lexicon)
    assert len(unit.readings) == 12


@pytest.mark.parametrize(("often", "joined"), [(5, True), (6, False)])
def test_what_was_read_otherwise_is_a_word_of_the_dictionary_unless_that_is_far_rarer(
    tmp_path: Path, often: int, joined: bool
) -> None:
    lexicon = learned(tmp_path, tù_binh=1, tụ_bình=often)
    run, _ = analyze_run([Chunk("tu", 0, 2), Chunk("binh", 3, 7)], 9)
    changes = (Meaning(0, 1, ("tụ",), 1.0, "repair"), Meaning(1, 2, ("bình",), 1.0, "repair"))
    forms, places = ("tụ", "bình"), (range(1), range(1, 2))
    reading = Reading(changes, forms, 1.0, changes, places, analyze_run([Chunk("tụ bình", 0, 0)], 9)[0])
    found = units_of("tu binh", run, reading, [False, False], lexicon, exact=False)
    assert [unit.span for unit, _ in found] == ([(0, 7)] if joined else [(0, 2), (3, 7)])
    # What only asks makes no word with others.
    found = units_of("tu binh", run, reading, [False, True], lexicon, exact=False)
    assert [unit.span for unit, _ in found] == [(0, 2), (3, 7)]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("Ông Võ Hải", ["Ông", "Võ Hải"]),
        ("Bà Hà Hải họp", ["Bà", "Hà Hải", "họp"]),
        # Inside of a name it is a part of that.
        ("Hà Bà Hải về", ["Hà Bà Hải", "về"]),
        ("Võ Hải Ông", ["Võ Hải Ông"]),
        ("Hải Ông về", ["Hải Ông", "về"]),
        ("Hải ông về", ["Hải", "ông", "về"]),
    ],
)
def test_who_a_name_is_addressed_as_is_no_part_of_it(tmp_path: Path, text: str, texts: list[str]) -> None:
    lexicon = lexicon_of(tmp_path, ["Ông Võ Hải họp. Hải Ông về.", "Bà Hà Hải. Hà Bà Hải. Võ Hải Ông."])
    assert [row.text for row in rows(units(text, lexicon))] == texts


def test_an_abbreviation_stands_in_the_place_of_its_phrase_in_a_longer_unit(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, ["Ủy ban nhân dân (UBND) xã họp. Ủy ban nhân dân xã về."])
    ((unit, _), *_) = units("tỉnh-UBND-xã họp", lexicon)
    exact = [" ".join(each.forms) for each in unit.readings if each.field is Field.SYLLABLES]
    assert exact == ["tỉnh ubnd xã", "tỉnh uỷ ban nhân dân xã"]


def test_the_pairs_of_a_unit_are_what_its_letters_mean_and_no_other_spelling(tmp_path: Path) -> None:
    ((unit, _),) = units("dak-lak", learned(tmp_path, Đắk_Lắk=3, Đắc_Lắc=2))
    side_by_side = [each.forms for each in unit.readings if each.field is Field.SYLLABLES and len(each.forms) == 2]
    assert unit.pairs == (("đắk", "lắk"),)
    assert ("đắc", "lắc") in side_by_side


@pytest.mark.parametrize(
    ("place", "met"),
    [
        # What it stands for takes its place in a longer unit, and all of it meets each unit inside of it.
        ((0, 1), [["xã kt", "kinh tế kt"], ["xh"]]),
        ((1, 2), [["xã kt", "xã kinh tế"], ["xh"]]),
        ((0, 2), [["xã kt", "kinh tế"], ["xh"]]),
        ((0, 3), [["xã kt", "kinh tế"], ["xh", "kinh tế"]]),
        ((2, 3), [["xã kt"], ["xh", "kinh tế"]]),
        # A unit that holds a part of it and something else is met by it beside that.
        ((1, 3), [["xã kt", "xã kinh tế"], ["xh", "kinh tế"]]),
    ],
)
def test_an_abbreviation_meets_the_units_that_it_lies_in_or_that_lie_in_it(
    lexicon: Lexicon, place: tuple[int, int], met: list[list[str]]
) -> None:
    run, _ = analyze_run([Chunk("xã-kt", 0, 5), Chunk("xh", 6, 8)], 9)
    reading = Reading((Meaning(*place, ("kinh", "tế"), 1.0, "expansion"),), run.forms, 0.5)
    found = units_of("xã-kt xh", run, reading, [False] * 3, lexicon, exact=True)
    assert [
        [" ".join(each.forms) for each in unit.readings if each.field is Field.SYLLABLES] for unit, _ in found
    ] == met
