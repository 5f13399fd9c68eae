"""Many texts at once give what each gives by itself: the compiled decoder beside the one it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.vietnamese import Analyses, Analysis, analyze, analyze_all, compiled
from tests.oracles.segmenter import segment

from .texts import real_texts, variants

PROSE = """
    quốc phòng an ninh công nghiệp hoá hiện đại Việt Nam HỌC SINH giỏi hoà hòa Đ. ThS. xã hội chủ nghĩa . , … “ ” - 3,5
    1.234.567 26/12/2023 A. a@b.vn http://x.vn/a?b C++ KT-XH 漢字かな e\u0301\u0323 😀 ==> -> _ a_b ﬁ
"""
WORDS = [*PROSE.split(), "\u200b", "\u00ad", "\t", "\n", "\r\n", "\xa0"]


def as_given(found: Analyses) -> list[Analysis]:
    lasts = np.cumsum(found.counts).tolist()
    return [found.of(last - count, last) for last, count in zip(lasts, found.counts.tolist(), strict=True)]


def one_by_one(texts: Sequence[str]) -> list[Analysis]:
    found = [analyze(text) for text in texts]
    return [Analysis(list(a.starts), list(a.ends), list(a.forms), list(a.joined)) for a in found]


@given(st.lists(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=12).map(" ".join), max_size=5))
@example([])
@example(["", " ", "hoàn kiếm", "", "(hoàn kiếm", "học sinh học sinh học sinh học", "a\0b \0", "\ud800 quốc phòng"])
def test_texts_in_a_batch_are_analysed_as_each_by_itself(texts: list[str]) -> None:
    for found in (analyze_all(texts), analyze_all(texts, compiled=False)):
        assert as_given(found) == one_by_one(texts)
        assert found.forms == list(dict.fromkeys(form for analysis in one_by_one(texts) for form in analysis.forms))


@pytest.mark.data
def test_real_texts_come_out_of_a_batch_as_each_by_itself(shared_data: Path) -> None:
    texts = [each for text in real_texts(shared_data, step=700) for each in variants(text).values() if each.strip()]
    assert len(texts) > 1_000
    assert as_given(analyze_all(texts)) == one_by_one(texts)


def test_what_is_remembered_of_chunks_is_bounded_and_forgetting_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compiled, "_MOST_CHUNKS", 20)
    monkeypatch.setattr(compiled, "_MOST_LONG", 500)
    for number in range(30):
        texts = [f"quốc phòng {number} an ninh {number + 1}", "x" * 100 + f" học sinh {number}"]
        assert as_given(analyze_all(texts)) == one_by_one(texts)


def test_the_last_word_of_a_text_is_found_as_pyvi_does() -> None:
    for text in ("hoàn kiếm", "quốc phòng an ninh", "Trường học sinh"):
        assert analyze(text).word_forms == str(segment(text)).lower().split()
