"""Files of synonyms: what they say, and what is wrong with them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon.synonyms import (
    LARGEST_FILE,
    LONGEST_MEMBER,
    MOST_LINES,
    MOST_MEMBERS,
    SynonymFile,
    Synonyms,
    read_synonyms,
)
from indexer.vietnamese import forms
from tests.conftest import ROOT

EXAMPLES = sorted((ROOT / "examples" / "synonyms").glob("*.txt"))


def others(text: str, query: str) -> dict[str, list[str]]:
    typed = forms(query)
    found = Synonyms(text).find(typed)
    return {" ".join(typed[each.start : each.end]): [" ".join(one) for one in each.others] for each in found}


def test_members_of_a_group_stand_for_each_other() -> None:
    group = "máy bay, phi cơ, tàu bay"
    assert others(group, "vé máy bay rẻ") == {"máy bay": ["phi cơ", "tàu bay"]}
    assert others(group, "PHI CƠ lạ") == {"phi cơ": ["máy bay", "tàu bay"]}
    assert others(group, "may bay") == {"may bay": ["phi cơ", "tàu bay"]}
    assert others(group, "máy giặt bay") == {}


def test_an_arrow_goes_one_way() -> None:
    rule = "Hà Tây => Hà Nội, Hòa Bình"
    assert others(rule, "ở Hà Tây") == {"hà tây": ["hà nội", "hoà bình"]}
    assert others(rule, "ở Hà Nội") == {}


def test_the_longest_member_counts_and_none_overlap() -> None:
    text = "quốc lộ, đường lớn\nquốc lộ một, QL1"
    assert others(text, "trên quốc lộ một") == {"quốc lộ một": ["ql1"]}


def test_one_syllable_without_diacritics_is_none() -> None:
    assert others("bố, ba", "bo") == {}
    assert others("bố, ba", "bố tôi") == {"bố": ["ba"]}


def test_notes_blank_lines_and_a_byte_order_mark_are_left_aside() -> None:
    assert others("\ufeff# ghi chú\n\nngô nếp, bắp nếp # cũng vậy\n", "ngô nếp") == {"ngô nếp": ["bắp nếp"]}


@pytest.mark.parametrize(
    ("text", "line", "words", "error"),
    [
        ("một mình", 1, "names nothing", True),
        ("a => b => c", 1, "more than once", True),
        ("=> b", 1, "one side", True),
        ("a, b\nx x =>", 2, "one side", True),
        (f"a, {'b ' * (LONGEST_MEMBER + 1)}", 1, "syllables", True),
        (", ".join(f"m{number}" for number in range(MOST_MEMBERS + 1)), 1, "members", True),
        ("xe hơi, Xe Hơi, ô tô", 1, "the same", False),
        ("hoà bình, hòa bình, yên", 1, "the same", False),
        ("xe hơi, ô tô, !!", 1, "no letter", False),
        ("xe hơi, ô tô\nô tô, con xe", 2, "line 1 too", False),
        ("a a => b b\nb b => a a", 2, "reverse", False),
        ("a a => b b\na a => b b", 2, "says what line 1", False),
        ("a a, b b\na a => b b", 2, "useless", False),
        ("a a => a a, b", 1, "itself", False),
        ("và, cùng với", 1, "function word", False),
    ],
)
def test_what_is_wrong_is_said_of_its_line(text: str, line: int, words: str, error: bool) -> None:
    problems = Synonyms(text).problems
    assert any(each.line == line and words in each.message and each.error == error for each in problems), problems


def test_a_wrong_line_leaves_the_others_in_force() -> None:
    assert others("hỏng\nngô nếp, bắp nếp", "ngô nếp") == {"ngô nếp": ["bắp nếp"]}


@given(st.text(st.sampled_from("ab ,=>#\n") | st.characters(), max_size=60), st.text(max_size=20))
def test_any_file_and_any_query_are_read(text: str, query: str) -> None:
    typed = forms(query)
    for each in Synonyms(text).find(typed):
        assert 0 <= each.start < each.end <= len(typed)
        assert each.others


def test_lines_beyond_the_limit_are_left_out() -> None:
    found = Synonyms("a b, c d\n" * (MOST_LINES + 1))
    assert len(found.rules) == MOST_LINES
    assert any(each.line == MOST_LINES + 1 and each.error for each in found.problems)


def test_a_file_too_large_or_not_in_utf_8_says_so(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"a" * (LARGEST_FILE + 1))
    assert "bytes" in read_synonyms(tmp_path / "large").problems[0].message
    (tmp_path / "old").write_bytes("ngô, bắp\n".encode() + b"l\xfan, heo\n")
    assert [(each.line, each.error) for each in read_synonyms(tmp_path / "old").problems] == [(2, True)]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    file = SynonymFile(tmp_path / "synonyms.txt")
    assert file.current().rules == []
    file.path.write_text("ngô nếp, bắp nếp", "utf-8")
    first = file.current()
    assert len(first.rules) == 1 and file.current() is first
    file.path.write_text("ngô nếp, bắp nếp\nxe hơi, ô tô", "utf-8")
    os.utime(file.path, ns=(1, 1))
    assert len(file.current().rules) == 2
    file.path.unlink()
    assert file.current().rules == []


def test_thousands_of_lines_cost_a_query_no_more() -> None:
    def of(size: int) -> Synonyms:
        return Synonyms("\n".join(f"từ {number} này, cụm {number} kia" for number in range(size)))

    few, many = of(9), of(20_000)
    typed = forms("một câu hỏi dài về từ 7 này và cụm 8 kia ở Hà Nội hôm nay")

    def seconds(synonyms: Synonyms) -> float:
        start = time.process_time()
        for _ in range(300):
            assert len(list(synonyms.find(typed))) == 2
        return time.process_time() - start

    seconds(few)
    assert seconds(many) < 10


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.name))
def test_the_example_files_have_nothing_wrong(path: Path) -> None:
    found = read_synonyms(path)
    assert found.problems == []
    assert len(found.rules) > 80


def test_there_are_two_example_files() -> None:
    assert [path.name for path in EXAMPLES] == ["dia-danh.txt", "vung-mien.txt"]
