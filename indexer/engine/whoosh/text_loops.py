"""The loops of `texts`, which run compiled alone: a text's code points to its numbers and back.

Pieces are the strings of several code points that one number stands for: number FIRST + i for `units[starts[i]:
starts[i + 1]]`.
"""

from __future__ import annotations

from typing import Any

UNNUMBERED, UNREADABLE = -1, -2
"""Instead of how many: there is a code point that has no number, or a number that stands for nothing here."""

SLOTS = 1 << 16
"""Of the table of pieces by their hash; more than twice as many as there are pieces."""
_FACTOR = 0x01000193


def fill(starts: Any, units: Any, first: Any, slots: Any) -> None:
    """Enter the pieces from `first` on in `slots` (i4, SLOTS of them, all -1), each at its hash or the next free."""
    for piece in range(first, len(starts) - 1):
        hashed = 0
        for at in range(starts[piece], starts[piece + 1]):
            hashed = (hashed * _FACTOR + units[at]) & 0xFFFFFFFF
        slot = hashed & (SLOTS - 1)
        while slots[slot] >= 0:
            slot = (slot + 1) & (SLOTS - 1)
        slots[slot] = piece


def pack_codes(codes: Any, is_letter: Any, starts: Any, units: Any, slots: Any, layout: Any, numbers: Any) -> Any:
    """Write the numbers of a text, given as code points (u4), to `numbers` (u2), at most as many; returns how many.

    UNNUMBERED where a code point is none of `is_letter`, which has all that can be written. `layout` has the number of
    the first piece, the pairs' number, their first and last character, and how long the longest piece is.
    """
    first, pairs, low, high, longest = layout
    size, count, begin = len(codes), 0, 0
    for at in range(size):
        if codes[at] >= len(is_letter):
            return UNNUMBERED
    while begin < size:
        at = begin
        if codes[at] == low and at + 1 < size and is_letter[codes[at + 1]]:
            at += 1
        is_word = is_letter[codes[at]]
        if is_word:
            while at < size and is_letter[codes[at]]:
                at += 1
        else:
            at += 1
            while at < size and not (
                is_letter[codes[at]] or (codes[at] == low and at + 1 < size and is_letter[codes[at + 1]])
            ):
                at += 1
        found = -1
        if is_word and at - begin <= longest:
            hashed = 0
            for each in range(begin, at):
                hashed = (hashed * _FACTOR + codes[each]) & 0xFFFFFFFF
            slot = hashed & (SLOTS - 1)
            while slots[slot] >= 0 and found < 0:
                piece = slots[slot]
                if starts[piece + 1] - starts[piece] == at - begin:
                    found = piece
                    for each in range(at - begin):
                        if units[starts[piece] + each] != codes[begin + each]:
                            found = -1
                            break
                slot = (slot + 1) & (SLOTS - 1)
        if found >= 0:
            numbers[count] = first + found
            count += 1
            begin = at
        while begin < at:
            one = codes[begin]
            if begin + 1 < at and low <= one <= high and low <= codes[begin + 1] <= high:
                numbers[count] = pairs + (one - low) * (high - low + 1) + codes[begin + 1] - low
                begin += 2
            else:
                numbers[count] = one
                begin += 1
            count += 1
    return count


def unpack_numbers(data: Any, start: Any, stop: Any, starts: Any, units: Any, first: Any, out: Any) -> Any:
    """Write the code points (u2) of the numbers in bytes `start` to `stop` of `data` (u1) to `out`; returns how many.

    UNREADABLE where one of the numbers stands for no piece and no code point.
    """
    count = 0
    for at in range(start, stop, 2):
        number = int(data[at]) + 256 * int(data[at + 1])
        if number < first:
            out[count] = number
            count += 1
        elif number - first < len(starts) - 1 and starts[number - first] < starts[number - first + 1]:
            for each in range(starts[number - first], starts[number - first + 1]):
                out[count] = units[each]
                count += 1
        else:
            return UNREADABLE
    return count
