"""Abbreviations are learned where a text defines them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon.definitions import Definitions, abbreviation_key
from indexer.lexicon.definitions import defined as found_in
from indexer.vietnamese import analyze

from .texts import lexicon_of


def defined(text: str) -> list[tuple[str, str]]:
    """(short form, long form) of everything a text defines."""
    definitions = Definitions()
    for short, long in found_in(analyze(text), text):
        definitions.add(short, long, "bai")
    return sorted((entry.short, " ".join(entry.long)) for entry in definitions.all())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lực lượng vũ trang (LLVT) tỉnh", ("LLVT", "lực lượng vũ trang")),
        ("LLVT (lực lượng vũ trang) tỉnh", ("LLVT", "lực lượng vũ trang")),
        ("về quốc phòng, an ninh (QP – AN) năm nay", ("QP-AN", "quốc phòng an ninh")),
        ("Sở Giáo dục và Đào tạo (GD&ĐT) cho biết", ("GD&ĐT", "giáo dục và đào tạo")),
        ("luôn sẵn sàng chiến đấu (SSCĐ).", ("SSCĐ", "sẵn sàng chiến đấu")),
        ("của Ủy ban nhân dân (UBND) huyện", ("UBND", "uỷ ban nhân dân")),
        ("the World Health Organization (WHO)", ("WHO", "world health organization")),
    ],
)
def test_a_definition_is_read(text: str, expected: tuple[str, str]) -> None:
    assert defined(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Lực lượng dân quân (LLVT) tỉnh",
        "vũ trang. Lực lượng (VTLL) mới",
        "một hai (2023) ba bốn",
        "(ABC)",
        "A B C (ABC) D",
        "dân hội (ĐH) đông",
        "đã nghỉ (xem trang 5) rồi",
        "Lực lượng vũ (LLVT",
    ],
)
def test_what_only_looks_like_a_definition_is_none(text: str) -> None:
    assert defined(text) == []


def test_definitions_are_counted_with_one_article_that_has_them(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, ["Lực lượng vũ trang (LLVT) tỉnh."] * 3 + ["Tổ chức mới (TCM)."])
    first, second = lexicon.definitions
    assert (first.short, first.long, first.count, first.article) == (
        "LLVT",
        ("lực", "lượng", "vũ", "trang"),
        3,
        "bai-0",
    )
    assert (second.short, second.count, second.article) == ("TCM", 1, "bai-3")


def test_the_article_behind_the_project_defines_three(shared_data: Path) -> None:
    found = defined((shared_data / "ha-tinh" / "article.txt").read_text("utf-8"))
    assert ("LLVT", "lực lượng vũ trang") in found
    assert ("QP-AN", "quốc phòng an ninh") in found
    assert ("SSCĐ", "sẵn sàng chiến đấu") in found


def test_spellings_share_one_key() -> None:
    assert {abbreviation_key(text) for text in ("QP-AN", "QP – AN", "qp an", "QPAN")} == {"qpan"}


@given(st.text(alphabet="ABCĐabcđ()–-& .12ớ", max_size=80))
def test_any_text_is_read(text: str) -> None:
    defined(text)
