"""Synonyms of the owner of an index: a text file beside it, read again when it changes, without a new index.

A line is a group, whose members stand for each other, or goes one way:

    máy bay, phi cơ, tàu bay
    Sài Gòn => Thành phố Hồ Chí Minh, TP.HCM
    # a note

A member has one syllable or several, which are met side by side. Members are compared by their forms: case, tone
placement and what stands between syllables do not count. A query without diacritics meets members of several syllables
by their letters. A line that cannot be followed is left out, and `Problem` says why; the others count.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from indexer.vietnamese import FUNCTION_WORDS, fold, forms, has_diacritics

LARGEST_FILE = 8_000_000
"""Most bytes of a file that is read."""
MOST_LINES = 100_000
MOST_MEMBERS = 32
"""Most members of a line."""
LONGEST_MEMBER = 12
"""Most syllables of a member."""

FILE = "synonyms.txt"
"""The name of the file in an index directory, where no setting names another."""

_ARROW = "=>"
_LONGEST_SHOWN = 60

Forms = tuple[str, ...]


class Problem(NamedTuple):
    """What is wrong with a line (1, 2, ...; 0: the file). An `error` is left out; anything else is followed."""

    line: int
    message: str
    error: bool = True


class Synonym(NamedTuple):
    """Forms `start` to `end` (exclusive) of a query, what else may stand for them, and the lines that say so."""

    start: int
    end: int
    others: tuple[Forms, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line: whatever `given` has may be said as whatever `meant` has."""

    line: int
    given: tuple[Forms, ...]
    meant: tuple[Forms, ...]


class Synonyms:
    """What a file says. Immutable; a look-up costs the same however many lines there are."""

    def __init__(self, text: str = "") -> None:
        self.problems: list[Problem] = []
        self.rules = list(self._read(text))
        self._others: dict[Forms, dict[Forms, None]] = {}
        for rule in self.rules:
            for given in rule.given:
                self._others.setdefault(given, {}).update((each, None) for each in rule.meant if each != given)
        self._sizes = _sizes(self._others)
        self._plain: dict[Forms, list[Forms]] = {}
        for given in self._others:
            if len(given) > 1:
                self._plain.setdefault(tuple(map(fold, given)), []).append(given)
        self._plain_sizes = _sizes(self._plain)
        self._check()
        self.problems.sort()

    def find(self, typed: Sequence[str]) -> Iterator[Synonym]:
        """The members among the forms of a query, the longest first from the left; none overlap."""
        marked = any(map(has_diacritics, typed))
        sizes = self._sizes if marked else self._plain_sizes
        at = 0
        while at < len(typed):
            after = at + 1
            for size in sizes.get(typed[at], ()):
                here = tuple(typed[at : at + size])
                given = ([here] if here in self._others else []) if marked else self._plain.get(here, [])
                if given:
                    others = dict.fromkeys(other for each in given for other in self._others[each])
                    yield Synonym(at, at + size, tuple(others))
                    after = at + size
                    break
            at = after

    def members(self) -> Iterator[tuple[int, Forms]]:
        """Every member, with its line."""
        for rule in self.rules:
            yield from ((rule.line, each) for each in dict.fromkeys((*rule.given, *rule.meant)))

    def _read(self, text: str) -> Iterator[_Rule]:
        lines = text.removeprefix("\ufeff").splitlines()
        if len(lines) > MOST_LINES:
            self.problems.append(
                Problem(MOST_LINES + 1, f"a file has at most {MOST_LINES:,} lines; the rest is left out")
            )
        for number, line in enumerate(lines[:MOST_LINES], 1):
            line = line.partition("#")[0].strip()
            if line:
                rule = self._rule(number, line)
                if rule is not None:
                    yield rule

    def _rule(self, number: int, line: str) -> _Rule | None:
        sides = line.split(_ARROW)
        if len(sides) > 2:
            self._refuse(number, f"has {_ARROW} more than once: {_shown(line)}")
            return None
        read = [self._members(number, side) for side in sides]
        if any(members is None for members in read):
            return None
        first, last = tuple(read[0] or ()), tuple(read[-1] or ())
        if len(sides) == 1 and len(first) < 2:
            self._refuse(number, f"names nothing that {_shown(line)} stands for: write a, b or a {_ARROW} b")
            return None
        if len(sides) == 2 and (not first or not last):
            self._refuse(number, f"has nothing on one side of {_ARROW}: {_shown(line)}")
            return None
        return _Rule(number, first, last)

    def _members(self, number: int, side: str) -> list[Forms] | None:
        found: dict[Forms, str] = {}
        for written in filter(None, (part.strip() for part in side.split(","))):
            own = tuple(forms(written))
            if not own:
                self._warn(number, f"{_shown(written)} has no letter or digit and is left out")
            elif len(own) > LONGEST_MEMBER:
                self._refuse(number, f"{_shown(written)} has more than {LONGEST_MEMBER} syllables")
                return None
            elif own in found:
                self._warn(number, f"{_shown(written)} says the same as {_shown(found[own])}")
            else:
                found[own] = written
        if len(found) > MOST_MEMBERS:
            self._refuse(number, f"has more than {MOST_MEMBERS} members")
            return None
        return list(found)

    def _check(self) -> None:
        """Note conflicts between lines, and lines that do nothing or too much."""
        groups: dict[Forms, int] = {}
        one_way: dict[tuple[Forms, Forms], int] = {}
        for rule in self.rules:
            both = rule.given == rule.meant
            for given in rule.given:
                if len(given) == 1 and given[0] in FUNCTION_WORDS:
                    self._warn(rule.line, f"{given[0]} is a function word, which nearly every query has")
                if both and groups.setdefault(given, rule.line) != rule.line:
                    self._warn(rule.line, f"{' '.join(given)} is in line {groups[given]} too; one group is clearer")
                for meant in rule.meant if not both else ():
                    if meant == given:
                        self._warn(rule.line, f"{' '.join(given)} stands for itself")
                    elif (given, meant) in one_way:
                        self._warn(rule.line, f"says what line {one_way[given, meant]} says")
                    elif (meant, given) in one_way:
                        other = one_way[meant, given]
                        self._warn(rule.line, f"says the reverse of line {other}; write them as a group")
                    one_way.setdefault((given, meant), rule.line)
        grouped = {rule.line: set(rule.given) for rule in self.rules if rule.given == rule.meant}
        for (given, meant), line in one_way.items():
            at = groups.get(given)
            if at is not None and meant in grouped[at]:
                self._warn(line, f"is useless: line {at} has both in a group")

    def _refuse(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message))

    def _warn(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message, error=False))


class SynonymFile:
    """A file of synonyms that is read again when it changes; safe to share between threads.

    Without the file there are no synonyms. One that cannot be read leaves those of before in force.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._synonyms = Synonyms()

    def current(self) -> Synonyms:
        """The synonyms of the file as it is now."""
        seen = self.stamp()
        if seen == self._seen:
            return self._synonyms
        with self._lock:
            if seen != self._seen:
                self._synonyms = self._loaded() if seen else Synonyms()
                self._seen = seen
        return self._synonyms

    def stamp(self) -> tuple[int, int, int] | None:
        """What changes when the file does; None without the file."""
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _loaded(self) -> Synonyms:
        try:
            return read_synonyms(self.path)
        except OSError:
            return self._synonyms


def read_synonyms(path: Path) -> Synonyms:
    """The synonyms of a file; raises `OSError`. What is too large or no UTF-8 is a problem of the file."""
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        found = Synonyms()
        found.problems.append(Problem(0, f"the file has more than {LARGEST_FILE:,} bytes"))
        return found
    try:
        return Synonyms(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        found = Synonyms()
        line = data[: error.start].count(b"\n") + 1
        found.problems.append(Problem(line, "the file is no UTF-8 from here on: save it as UTF-8"))
        return found


def _sizes(phrases: Iterable[Forms]) -> dict[str, list[int]]:
    """First form -> how many forms the members that begin with it have, most first."""
    found: dict[str, set[int]] = {}
    for phrase in phrases:
        found.setdefault(phrase[0], set()).add(len(phrase))
    return {first: sorted(sizes, reverse=True) for first, sizes in found.items()}


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")
