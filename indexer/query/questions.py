"""Question words: which words of a question only ask, and for what kind of answer.

Question and courtesy frames say nothing of what is asked for; `question_frames.tsv` lists them with reasons. That they
neither match nor score was measured on judged questions (nDCG@10 +.003 on average); when nothing else would remain,
`read` keeps them. Some words ask for a number or a date, which the sentence that answers holds (`search.rerank`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from indexer.loops import made_once
from indexer.vietnamese import fold

Sought = Literal["number", "date"]
"""What a question asks for, where that can be told from its words and seen in a sentence."""

_WORDS: tuple[tuple[str, Sought], ...] = (
    # The first that is found counts: `năm bao nhiêu` before `bao nhiêu`.
    *((f"{unit} {word}", "date") for unit in ("năm", "ngày", "tháng") for word in ("nào", "bao nhiêu", "mấy")),
    *((f"{unit} nào", "date") for unit in ("khi", "lúc", "thời gian", "thời điểm", "giai đoạn")),
    *((f"{unit} nào", "date") for unit in ("thế kỷ", "thế kỉ", "thập kỷ", "thập kỉ", "thập niên")),
    ("bao giờ", "date"),
    *((words, "number") for words in ("bao nhiêu", "bao lâu", "bao xa", "mấy")),
)
_SEEKING = tuple(
    (f" {spelling} ", kind)
    for words, kind in _WORDS
    # Without its marks `mấy` is another word: `thang may` is a lift.
    for spelling in ((words,) if words.endswith("mấy") else dict.fromkeys((words, fold(words))))
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: its `forms` in order; `last` if only at the end of the text; `opens` if a closing `không` goes too."""

    forms: tuple[str, ...]
    last: bool
    opens: bool
    unmarked: bool
    """Whether it is recognised when typed without diacritics too."""


_CLOSING = "không"


@made_once
def frames() -> tuple[Frame, ...]:
    """All frames, the longest ones first."""
    table = resources.files(__package__).joinpath("question_frames.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    found = [
        Frame(tuple(words.split()), place == "end", place == "opens", unmarked == "yes")
        for words, place, unmarked, _reason in rows
    ]
    return tuple(sorted(found, key=lambda frame: -len(frame.forms)))


def sought(forms: Sequence[str]) -> Sought | None:
    """What the forms of a text ask for, with their diacritics or without any; None: nothing that can be told."""
    text = f" {' '.join(forms)} "
    return next((kind for words, kind in _SEEKING if words in text), None)


def framed(forms: Sequence[str], capitals: Sequence[bool] = ()) -> list[bool]:
    """For each syllable form of a text, whether it belongs to a frame.

    `capitals` says which were typed in capitals: in a text that is not all capitals these are names (`AI`).
    """
    names = list(capitals) if capitals and not all(capitals) else [False] * len(forms)
    flags = [False] * len(forms)
    closing = False
    at = 0
    while at < len(forms):
        frame = _frame_at(forms, at, names)
        if frame is None:
            at += 1
            continue
        after = at + len(frame.forms)
        flags[at:after] = [True] * (after - at)
        closing = closing or frame.opens
        at = after
    if closing and forms[-1] in (_CLOSING, fold(_CLOSING)):
        flags[-1] = True
    return flags


@made_once
def _by_first() -> dict[str, list[tuple[Frame, tuple[str, ...]]]]:
    """First form -> the frames that begin with it, with the forms to be met, the longest first."""
    table: dict[str, list[tuple[Frame, tuple[str, ...]]]] = {}
    for frame in frames():
        spellings = {frame.forms}
        if frame.unmarked:
            spellings.add(tuple(fold(form) for form in frame.forms))
        for spelling in spellings:
            table.setdefault(spelling[0], []).append((frame, spelling))
    return table


def _frame_at(forms: Sequence[str], at: int, names: Sequence[bool]) -> Frame | None:
    for frame, spelling in _by_first().get(forms[at], ()):
        after = at + len(spelling)
        if tuple(forms[at:after]) != spelling or any(names[at:after]):
            continue
        if not frame.last or after == len(forms):
            return frame
    return None
