"""How the processor time of a function grows with the length of a text.

Texts are *hostile runs*: one short piece repeated, which makes a pattern that backtracks start anew at every character.
"""

from __future__ import annotations

import functools
import gc
import time
from collections.abc import Callable, Iterator, Sequence

BAR = 2.2
"""Most that twice the text may cost, in the mean of the doublings up to the limit."""

TRIES = 8
"""How often what is above the bar is measured again."""

_LEAST_SECONDS = 0.004
"""A shorter time says nothing: what is below the clock's noise is left out."""

_DOUBLINGS = 3

PIECES = (
    *(".", "…", "!", "?", ",", ";", ":", "-", "–", "/", "*", "+", "#", "_", "@", "&", "|", "~", "`", "\\", "<", ">"),
    *('"', "'", "”", "“", "’", "»", "«", "(", ")", "[", "]", "{", "}", '."', ".)", ")]", "(A", "[(", '"a', "(a)"),
    *("1", "0", "1.", "1,", "1.000", "1,000.", "1/", "12:", "1 2", "2023-", "+84 ", "0,5 "),
    *("\u0301", "\u0323", "e\u0323\u0302", "\u0300\u0323", "\u0e31", "\U00011366", "a\u0301", "\u20dd"),
    *("\u200d", "\u200b", "\u00ad", "\ufeff", "\u2060", "\ufe0f", "\u202e", "a\u200d", "👨\u200d"),
    *("A", "Ă", "Đ", "A.", "A ", "Ab ", "AB", "A-", "A–", "A&", "A(", "A (", "Đ.", "TP. ", "Ông A ", "Từ trái "),
    *(" ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u2029", "\n ", " \n\u200b", "\n\n", ". ", "… ", '." ', "v.v. "),
    *("a", "ộ", "đ", "a b ", "ba ", "của và ", "học sinh ", "dân tộc thiểu số ", "aa-", "http://", "www.", "a@b."),
    *("漢", "カ", "ᄀ", "ᄀ\u1161", "한", "ﬃ", "ſ", "K", "ß", "İ", "𝐀", "😀", "C++", "C#", "\ud800", "\x00", "\x1f"),
    *(
        '-"a',
        "OR ",
        "(a OR ",
        "x:",
        'x:"',
        "a*",
        "*a",
        "title:",
        "Ảnh: ",
        "(Ảnh",
        "theo ",
        "PV/",
        " - ",
        " và ",
        "(trái",
    ),
    *("&#", "&amp;", "<b", "<!--", "${", "{{", "%C3", "`a", "# ", "==>", "--", "___"),
)
"""What runs are made of: dots, quotes and brackets, digits, diacritics, joiners, capitals, blanks, letters, signs."""

ENDS = ("", "!", "a", "A", " ", "(", "1")
"""What stands behind a run: a pattern that has taken all of it fails there, and tries again."""


def runs(ends: Sequence[str] = ENDS, pieces: Sequence[str] = PIECES) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Each kind of run: its name, and what makes one of about so many characters."""
    for piece in pieces:
        for end in ends:
            yield f"{piece!r} ... {end!r}", functools.partial(_run, piece, end)


def _run(piece: str, end: str, size: int) -> str:
    return piece * (max(1, size - len(end)) // len(piece)) + end


def growth(work: Callable[[str], object], make: Callable[[int], str], most: int) -> float:
    """What twice the text costs, in the mean of the doublings up to `most` characters; below 1: next to nothing.

    What is too short to be measured is taken for as long as could not be. What is above the bar is measured again, the
    longer text and the shorter one right after each other: a shared machine is now slow, now quick, and times of two
    moments say nothing of each other. The least counts.
    """
    found = float("inf")
    for _ in range(1 + TRIES):
        longer = _seconds(work, make(most), 1)
        if longer <= _LEAST_SECONDS:
            return longer / _LEAST_SECONDS
        shorter = _seconds(work, make(most >> _DOUBLINGS), 3)
        found = min(found, float((longer / max(shorter, _LEAST_SECONDS)) ** (1 / _DOUBLINGS)))
        if found <= BAR:
            break
    return found


def slowest(
    work: Callable[[str], object], most: int, ends: Sequence[str] = ENDS, pieces: Sequence[str] = PIECES
) -> tuple[float, str]:
    """The worst growth over all kinds of runs, and the run it was found with."""
    worst = 0.0, ""
    for name, make in runs(ends, pieces):
        worst = max(worst, (growth(work, make, most), name))
        if worst[0] > BAR:
            break
    return worst


def _seconds(work: Callable[[str], object], text: str, times: int) -> float:
    """The processor time of this thread; the least of so many where it is long enough to count.

    Looking for garbage costs what there is in the whole process, whenever it comes: it waits until the end.
    """
    least = float("inf")
    gc.disable()
    try:
        for _ in range(times):
            start = time.thread_time()
            work(text)
            least = min(least, time.thread_time() - start)
            if least < _LEAST_SECONDS:
                break
    finally:
        gc.enable()
    return least
