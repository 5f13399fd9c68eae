"""Which words of a question are left aside."""

from __future__ import annotations

import pytest

from indexer.query.questions import framed, frames, sought
from indexer.vietnamese import analyze


def left(text: str) -> str:
    analysis = analyze(text)
    capitals = [
        end - start > 1 and text[start:end].isupper() for start, end in zip(analysis.starts, analysis.ends, strict=True)
    ]
    flags = framed(analysis.forms, capitals)
    return " ".join(form for form, flag in zip(analysis.forms, flags, strict=True) if not flag)


@pytest.mark.parametrize(
    "question, rest",
    [
        ("Thi đua là gì?", "thi đua"),
        ("Ai trao cờ thi đua ở đâu", "trao cờ thi đua"),
        ("Xin hỏi bao nhiêu tập thể được khen", "tập thể được khen"),
        ("Có phải Hà Tĩnh có biển không?", "hà tĩnh có biển"),
        ("thi dua la gi", "thi dua"),
        ("Những gì được trao cho những ai", "được trao cho"),
        ("tai sao nuoc bien man", "nuoc bien man"),
    ],
)
def test_frames_are_found(question: str, rest: str) -> None:
    assert left(question) == rest


@pytest.mark.parametrize("text", ["không quân", "may mặc", "sao Hỏa", "AI trong giáo dục", "vậy mà", "can dau nanh"])
def test_other_words_are_kept(text: str) -> None:
    assert left(text) == " ".join(analyze(text).forms)


def test_in_a_text_all_in_capitals_capitals_are_no_names() -> None:
    assert left("AI LÀ BÍ THƯ") == "là bí thư"


def test_every_frame_is_in_the_form_of_the_index() -> None:
    for frame in frames():
        assert tuple(analyze(" ".join(frame.forms)).forms) == frame.forms


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Bao nhiêu tập thể được khen?", "number"),
        ("dai bao nhieu km", "number"),
        ("có mấy tỉnh", "number"),
        ("Thành lập khi nào?", "date"),
        ("Sinh năm bao nhiêu", "date"),
        ("nam nao do bo", "date"),
        ("BAO GIỜ XONG", "date"),
        ("may mặc", None),
        ("thang may", None),
        ("Ai trao cờ ở đâu", None),
        ("", None),
    ],
)
def test_what_a_question_seeks(question: str, kind: str | None) -> None:
    assert sought(analyze(question).forms) == kind


def test_a_word_that_is_in_capitals_is_no_part_of_a_frame() -> None:
    assert framed(["biển", "là", "gì"], [False, False, False]) == [False, True, True]
    assert framed(["biển", "là", "gì"], [False, True, False]) == [False, False, True]
