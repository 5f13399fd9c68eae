"""The clauses of a query, and how they are written back in the query language.

Plain values only: how text becomes clauses lives in `lexer` and `parse`, what they ask of an engine, in
`plan`. Two clauses are equal when they ask the same; where their chunks stand in the query does not count.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

MAX_DEPTH = 8
"""Deepest nesting of parentheses that groups; deeper ones are read as punctuation."""

_BARE_VALUE = re.compile(r"\w+(?:(?:[./@+-]|\.\.)\w+)*")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Plain text without white space, punctuation and all; it stands in the query from `start` to `end` (code points).

    Where `end - start` is another length than that of `text`, its letters are not those of the query.
    """

    text: str
    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class WordsClause:
    """A run of plain text: `words` in the order typed."""

    words: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class PhraseClause:
    """`"text"`: its syllables side by side. White space in `text` is single."""

    text: str


@dataclass(frozen=True, slots=True)
class PrefixClause:
    """`stem*`: any syllable that begins with `stem` (letters and digits, as typed)."""

    stem: str


@dataclass(frozen=True, slots=True)
class TitleClause:
    """`title:text`: the syllables of `text` side by side in the article's title."""

    text: str


@dataclass(frozen=True, slots=True)
class FacetClause:
    """`name:value`, where `name` is that of a metadata field and its value can be read (`field_values.node_of`).

    A kind is one of `Kind`, in lower case.
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class DateClause:
    """`after:` or `before:`: articles dated `first` <= date <= `last`; exactly one of the two is given."""

    first: datetime.date | None
    last: datetime.date | None


@dataclass(frozen=True, slots=True)
class NotClause:
    """`-clause`."""

    clause: Clause


@dataclass(frozen=True, slots=True)
class OrClause:
    """Two or more clauses joined by `OR`."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class AndClause:
    """Two or more clauses inside parentheses."""

    clauses: tuple[Clause, ...]


Clause: TypeAlias = (
    WordsClause
    | PhraseClause
    | PrefixClause
    | TitleClause
    | FacetClause
    | DateClause
    | NotClause
    | OrClause
    | AndClause
)


def write(clauses: tuple[Clause, ...]) -> str:
    """The clauses in the query language, normalised; parsing that gives equal clauses.

    Alternatives stand in parentheses wherever something stands beside them, so that a reader sees what
    belongs together, unless that would nest deeper than `MAX_DEPTH`: then only where it is needed.
    """
    text = _all(clauses, explicit=True)
    return text if nesting(text) <= MAX_DEPTH else _all(clauses, explicit=False)


def fields_in(clauses: Iterable[Clause]) -> Iterator[str]:
    """The metadata fields that the clauses restrict."""
    for clause in clauses:
        match clause:
            case FacetClause(name=name):
                yield name
            case NotClause(clause=inner):
                yield from fields_in((inner,))
            case OrClause(clauses=inner) | AndClause(clauses=inner):
                yield from fields_in(inner)


def restricted_to(clauses: Iterable[Clause]) -> Iterator[FacetClause]:
    """The values that passages must have: none that is left out, or one of several alternatives."""
    for clause in clauses:
        match clause:
            case FacetClause():
                yield clause
            case AndClause(clauses=inner):
                yield from restricted_to(inner)


def days_in(clauses: Iterable[Clause]) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and the last day that the clauses allow together; None where they set no such end.

    Days that are only left out, or are one of several alternatives, set none.
    """
    firsts, lasts = [], []
    for clause in clauses:
        match clause:
            case DateClause(first=first, last=last):
                pass
            case AndClause(clauses=inner):
                first, last = days_in(inner)
            case _:
                continue
        firsts += [first] if first else []
        lasts += [last] if last else []
    return max(firsts, default=None), min(lasts, default=None)


def texts_in(clauses: Iterable[Clause]) -> Iterator[str]:
    """The texts that the clauses look for in passages and titles."""
    for clause in clauses:
        match clause:
            case WordsClause(words=words):
                yield from (word.text for word in words)
            case PhraseClause(text=text) | TitleClause(text=text) | PrefixClause(stem=text):
                yield text
            case NotClause(clause=inner):
                yield from texts_in((inner,))
            case OrClause(clauses=inner) | AndClause(clauses=inner):
                yield from texts_in(inner)


def nesting(text: str) -> int:
    """How deep the parentheses of a written query nest. Those in quotes count too, which errs upwards."""
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest


def _all(clauses: tuple[Clause, ...], explicit: bool) -> str:
    """Clauses side by side."""
    parts = []
    for index, clause in enumerate(clauses):
        text = _one(clause, explicit)
        before = clauses[index - 1] if index else None
        after = clauses[index + 1] if index + 1 < len(clauses) else None
        if isinstance(clause, AndClause) or (
            isinstance(clause, OrClause) and ((explicit and len(clauses) > 1) or _runs_together(before, clause, after))
        ):
            text = f"({text})"
        parts.append(text)
    return " ".join(parts)


def _runs_together(before: Clause | None, alternatives: OrClause, after: Clause | None) -> bool:
    """Whether plain words beside alternatives would be read as part of the first or the last one."""
    first, last = alternatives.clauses[0], alternatives.clauses[-1]
    if isinstance(before, WordsClause) and isinstance(first, WordsClause):
        return True
    following = after.clauses[0] if isinstance(after, OrClause) else after
    return isinstance(last, WordsClause) and isinstance(following, WordsClause)


def _one(clause: Clause, explicit: bool) -> str:
    """One clause, without parentheses around it."""
    match clause:
        case WordsClause():
            return " ".join(word.text for word in clause.words)
        case PhraseClause():
            return f'"{clause.text}"'
        case PrefixClause():
            return f"{clause.stem}*"
        case TitleClause():
            return f"title:{_value(clause.text)}"
        case FacetClause():
            return f"{clause.name}:{_value(clause.value)}"
        case DateClause(first=first, last=last):
            if first is not None:
                return f"after:{first.isoformat()}"
            assert last is not None
            return f"before:{(last + datetime.timedelta(days=1)).isoformat()}"
        case NotClause(clause=inner):
            text = _one(inner, explicit)
            return f"-({text})" if _needs_parentheses(inner) else f"-{text}"
        case OrClause(clauses=clauses):
            return " OR ".join(_operand(inner, explicit) for inner in clauses)
        case AndClause(clauses=clauses):
            return _all(clauses, explicit)


def _operand(clause: Clause, explicit: bool) -> str:
    text = _one(clause, explicit)
    return f"({text})" if isinstance(clause, OrClause | AndClause) else text


def _needs_parentheses(negated: Clause) -> bool:
    """Whether a minus before the clause would be read as something else without parentheses."""
    if isinstance(negated, WordsClause):
        first = negated.words[0].text
        return len(negated.words) > 1 or first.startswith("-") or not has_content(first)
    return isinstance(negated, OrClause | AndClause | NotClause)


def _value(text: str) -> str:
    return text if _BARE_VALUE.fullmatch(text) else f'"{text}"'


def has_content(text: str) -> bool:
    """Whether there is a letter or a digit in the text, so that it can be looked for."""
    return any(character.isalnum() for character in text)
