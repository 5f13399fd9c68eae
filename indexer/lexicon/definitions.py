"""Extraction of abbreviations defined in the text: `lực lượng vũ trang (LLVT)`, `LLVT (lực lượng vũ trang)`.

The method is that of Schwartz and Hearst (2003), on the initials of syllables: the letters of the short form are
matched from right to left with the first letters of the syllables beside the bracket. `abbreviations` uses the pairs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.vietnamese import CONNECTIVES, Analysis, fold

MOST_DEFINITIONS = 20_000
"""Distinct pairs kept; when there are twice as many, the rarest are dropped."""

_MOST_LETTERS = 10
_LONGEST_LONG_FORM = 14
_CAPITAL = "A-ZĐÂÊÔƠƯĂ"
_SHORT = rf"[{_CAPITAL}][{_CAPITAL}0-9]*(?:\s?[-–—.&/]\s?[{_CAPITAL}0-9]+){{0,4}}"
_AFTER = re.compile(rf"\(\s?({_SHORT})\s?\)")
_BEFORE = re.compile(rf"(?<!\w)({_SHORT})\s?\(([^()\n]{{4,120}})\)")
_STOPS_BETWEEN = re.compile(r"[.;:!?()\n\"“”\[\]]")


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form as written, the forms of the long form, and how often the text defines it so."""

    short: str
    long: tuple[str, ...]
    count: int
    article: str
    """The id of one article that says so; empty where that was removed."""


def abbreviation_key(text: str) -> str:
    """The key that all spellings of an abbreviation share: `QP-AN`, `QP – AN`, `qp an` and `QPAN` are `qpan`."""
    return "".join(character for character in fold(text.lower()) if character.isalnum())


def defined(analysis: Analysis, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The abbreviations that a paragraph defines: the short form as written, the forms of the long form."""
    for match in _AFTER.finditer(text):
        last = bisect_right(analysis.ends, match.start())
        first = last - _LONGEST_LONG_FORM if last > _LONGEST_LONG_FORM else 0
        size = _matched(_letters(match[1]), analysis.forms[first:last], whole=False)
        if size and not _STOPS_BETWEEN.search(text, analysis.starts[last - size], match.start()):
            yield match[1], tuple(analysis.forms[last - size : last])
    for match in _BEFORE.finditer(text):
        first = bisect_right(analysis.ends, match.start(2))
        last = bisect_right(analysis.ends, match.end(2))
        forms = analysis.forms[first:last]
        if _matched(_letters(match[1]), forms, whole=True) and not _STOPS_BETWEEN.search(match[2]):
            yield match[1], tuple(forms)


class Definitions:
    """Collects and counts the definitions of a text."""

    def __init__(self, known: Iterable[Definition] = ()) -> None:
        self._found: dict[tuple[str, tuple[str, ...]], list[str | int]] = {
            (definition.short, definition.long): [definition.count, definition.article] for definition in known
        }

    def all(self) -> list[Definition]:
        """The most frequent definitions, most frequent first."""
        self._forget(MOST_DEFINITIONS)
        return [
            Definition(short, long, int(count), str(article)) for (short, long), (count, article) in self._found.items()
        ]

    def add(self, short: str, long: Sequence[str], article: str) -> None:
        """Count one definition of the article with this id."""
        key = _key(short, long)
        known = self._found.get(key)
        if known is None:
            self._found[key] = [1, article]
            if len(self._found) > 2 * MOST_DEFINITIONS:
                self._forget(MOST_DEFINITIONS)
        else:
            known[0] = int(known[0]) + 1
            known[1] = known[1] or article

    def take_off(self, short: str, long: Sequence[str], article: str) -> None:
        """Count one definition less; it loses its example where that is the article with this id."""
        key = _key(short, long)
        if (known := self._found.get(key)) is None:
            return
        left = int(known[0]) - 1
        if left <= 0:
            del self._found[key]
        else:
            self._found[key] = [left, "" if known[1] == article else known[1]]

    def _forget(self, most: int) -> None:
        ordered = sorted(self._found.items(), key=lambda item: (-int(item[1][0]), item[0]))
        self._found = dict(ordered[:most])


def _key(short: str, long: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    return re.sub(r"\s?[-–—]\s?", "-", short), tuple(long)


def _letters(short: str) -> str:
    return "".join(character for character in short if character.isalnum()).lower()


def _begins(form: str, letter: str) -> bool:
    """Whether a syllable begins with a letter of a short form: `đ` and `d` both stand for `đại`, only `d` for `dân`."""
    first = form[0]
    if letter == "w" and first == "ư":
        return True  # TW is trung ương.
    return first == letter or fold(first) == letter or (letter != "đ" and fold(first) == fold(letter))


def _matched(letters: str, forms: Sequence[str], *, whole: bool) -> int:
    """How many of the last of `forms` the letters stand for, one after another; 0 when they do not.

    With `whole` they must stand for all of them.
    """
    if not 2 <= len(letters) <= _MOST_LETTERS or letters.isdigit():
        return 0
    at = len(forms)
    left = len(letters)
    plain = 0
    while left:
        at -= 1
        if at < 0:
            return 0
        if _begins(forms[at], letters[left - 1]):
            left -= 1
            plain += len(forms[at]) > 1
        elif forms[at] not in CONNECTIVES or left == len(letters):
            return 0
    size = len(forms) - at
    # `A B C (ABC)` defines nothing.
    return size if plain * 2 > len(letters) and (at == 0 or not whole) else 0
