"""A lexicon comes back from disk as it was written, or says that it cannot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon import FILE, LexiconUnusable, open_lexicon
from indexer.lexicon.container import read_sections, write_sections
from indexer.lexicon.learn import Learner
from indexer.vietnamese import fold, forms

from .texts import TEXTS, learner_of, lexicon_of


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_can_be_learned_written_and_read(tmp_path: Path, texts: list[str]) -> None:
    learner_of(texts).write(tmp_path)
    lexicon = open_lexicon(tmp_path)
    for text in texts:
        for form in forms(text):
            assert lexicon.count(form) >= 1
    again = tmp_path / "again"
    again.mkdir(exist_ok=True)
    Learner(lexicon).write(again)
    assert open_lexicon(again).learned().forms == lexicon.learned().forms


def test_forms_with_the_same_letters_stand_together(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, ["đường dương đương duong khác", "má ma mã mà"])
    assert [lexicon.form(number) for number in lexicon.same_letters("duong")] == [
        "duong",
        "dương",
        "đương",
        "đường",
    ]
    assert {lexicon.form(number) for number in lexicon.same_letters("ma")} == {"má", "ma", "mã", "mà"}
    assert not lexicon.same_letters("khong")


def test_every_form_has_its_number(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path)
    for text in TEXTS:
        for form in forms(text):
            assert lexicon.form(lexicon.number(form)) == form
    assert lexicon.number("vắng") == -1


def test_prefixes_are_found_without_marks(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path)
    expected = {form for text in TEXTS for form in forms(text) if fold(form).startswith("ng")}
    assert {lexicon.form(number) for number in lexicon.letters_prefixed("ng")} == expected
    assert len(expected) > 1
    assert len(lexicon.letters_prefixed("zz")) == 0


@pytest.mark.parametrize("typed", ["phng", "phongg", "phpng", "pohng", "phong"])
def test_neighbours_hold_every_form_one_edit_away(tmp_path: Path, typed: str) -> None:
    lexicon = lexicon_of(tmp_path, ["quốc phòng phòng phòng"])
    assert "phong" in lexicon.neighbours(typed)


def test_rare_forms_are_proposed_as_neighbours_only_in_little_text(tmp_path: Path) -> None:
    little, much = ["quốc phòng phòng"], ["quốc phòng phòng", *["phòng " * 50_000] * 4]
    for folder, texts, found in (("little", little, ("quoc",)), ("much", much, ())):
        (tmp_path / folder).mkdir()
        lexicon = lexicon_of(tmp_path / folder, texts)
        assert lexicon.neighbours("quoic") == {letters: lexicon.same_letters(letters) for letters in found}


def test_the_pairs_of_a_dictionary_are_known_where_the_text_has_both_forms(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, ["bào đồng, sẵn quốc"])
    assert lexicon.is_word_pair(lexicon.number("đồng"), lexicon.number("bào"))
    assert not lexicon.is_word_pair(lexicon.number("bào"), lexicon.number("đồng"))
    assert not lexicon.is_word_pair(lexicon.number("sẵn"), lexicon.number("sàng"))


def test_no_lexicon_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(LexiconUnusable, match="there is no lexicon"):
        open_lexicon(tmp_path)


def test_another_version_is_refused_by_name(tmp_path: Path) -> None:
    lexicon_of(tmp_path)
    content = bytearray((tmp_path / FILE).read_bytes())
    content[8] = 99
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(LexiconUnusable, match="version 99"):
        open_lexicon(tmp_path)


def test_damage_anywhere_is_noticed(tmp_path: Path) -> None:
    lexicon_of(tmp_path)
    content = (tmp_path / FILE).read_bytes()
    for at in range(0, len(content), max(1, len(content) // 97)):
        damaged = bytearray(content)
        damaged[at] ^= 0x40
        (tmp_path / FILE).write_bytes(damaged)
        with pytest.raises(LexiconUnusable):
            open_lexicon(tmp_path)
    for size in (0, 7, 31, 200, len(content) - 1):
        (tmp_path / FILE).write_bytes(content[:size])
        with pytest.raises(LexiconUnusable):
            open_lexicon(tmp_path)


def test_tables_that_do_not_fit_are_noticed_even_with_a_right_checksum(tmp_path: Path) -> None:
    lexicon_of(tmp_path)
    sections = read_sections(tmp_path / FILE)
    for name in sections:
        if name == "about":
            continue
        altered = {**sections, name: sections[name][:-1]}
        folder = tmp_path / name
        folder.mkdir()
        write_sections(folder / FILE, altered)
        with pytest.raises(LexiconUnusable):
            open_lexicon(folder)


def test_the_file_of_a_lexicon_says_what_it_holds(tmp_path: Path) -> None:
    stats = lexicon_of(tmp_path).stats()
    assert stats.paragraphs == len(TEXTS)
    assert stats.syllables == sum(len(forms(text)) for text in TEXTS)
    assert stats.forms == len({form for text in TEXTS for form in forms(text)})
    assert stats.abbreviations == 2
    assert 0 < stats.bytes <= (tmp_path / FILE).stat().st_size


def test_an_array_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "arrays"
    written = {"a": np.arange(5, dtype=np.uint64), "b": np.zeros(0, np.uint32), "c": np.array([7], np.uint8)}
    write_sections(path, written)
    read = read_sections(path)
    assert list(read) == ["a", "b", "c"]
    for name, array in written.items():
        assert read[name].tolist() == array.tolist()
        assert read[name].dtype == array.dtype
