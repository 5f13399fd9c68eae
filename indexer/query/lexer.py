"""Cuts a query into tokens: clauses, `OR` and parentheses.

A token is recognised by itself, never by its neighbours: what belongs together is decided in `parse`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from indexer.query.clauses import (
    Chunk,
    Clause,
    NotClause,
    PhraseClause,
    PrefixClause,
    WordsClause,
    has_content,
)
from indexer.query.dates import days_meant, several_words_at
from indexer.query.field_names import DATES, kind_at, written_at
from indexer.query.restrictions import read_restriction
from indexer.results import QueryWarning
from indexer.schema import Schema

QUOTES = '"“”„‟«»＂'
"""Any of these opens a phrase at the start of a chunk, and any of them closes it."""

PREFIX_LETTERS = 2
"""Fewest letters or digits before the star of `prefix*`."""

_SPACES = re.compile(r"\s*")
# Marks of byte order and zero width that come along with pasted text.
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff]*")
_NEGATIVE = re.compile(r"-[0-9]{1,3}(?:[.,][0-9]+)?(?:%|°[cCfF]?)?")
"""A number below zero, as in `nhiệt độ -5`; years may be excluded."""
_OR = re.compile(
    r"(?:or|ho(?:\u1eb7|a\u0323\u0306|a\u0306\u0323|\u1ea1\u0306|\u0103\u0323|a)c)(?![^\s()])", re.IGNORECASE
)
_AND = re.compile(r"AND(?=\s+[^\s)])")
_NOT = re.compile(r"NOT\s+(?=[^\s)])")
"""As other search engines have them: what stands side by side is demanded anyway, and a minus excludes."""
_LONGEST_WITH_LOWER_OR = 8
"""Words of the longest query in which `or` and `hoặc` in lower case are no words of a sentence."""
_DAY = re.compile(r"[^\S\n]++([0-9]+(?:[-/.][0-9]+)*)(?![^\s()])")
"""A day, month or year behind a blank: `từ: 1/2026`."""
_CHUNK = re.compile(r"[^\s()]+")
_PHRASE = re.compile(rf"[{QUOTES}]([^{QUOTES}]*)([{QUOTES}]?)")
_STARRED = re.compile(r"([^*]*)\*[,.;:!?…]*")
_SEPARATORS = re.compile(r"[\s()]+")
_DASHES = re.compile(r"-*")
_QUOTES_TO_SPACES = dict.fromkeys(map(ord, QUOTES), " ")


@dataclass(frozen=True, slots=True)
class Opening:
    """`(`, or `-(` when `negated`."""

    negated: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """`)`."""


@dataclass(frozen=True, slots=True)
class Or:
    """`OR` or `HOẶC`, standing alone, from `start` to `end`; `word` in lower case."""

    start: int
    end: int
    word: str


Token: TypeAlias = Clause | Opening | Closing | Or


def tokens(text: str, warnings: list[QueryWarning], schema: Schema) -> Iterator[tuple[int, Token]]:
    """The tokens of `text` in order, each with where it starts; `warnings` gets what could not be followed."""
    at, spaced, shouted = 0, True, text.isupper()
    token: Token | None
    lower_or = "?" not in text and sum(map(has_content, _CHUNK.findall(text))) <= _LONGEST_WITH_LOWER_OR
    while True:
        space = _SPACES.match(text, at)
        assert space is not None
        spaced = spaced or space.end() > at
        at = _end(_INVISIBLE, text, space.end())
        if at >= len(text):
            return
        if at > space.end() and text[at].isspace():
            continue
        if not spaced:
            # `"quốc phòng"-"an ninh"` is a dash, not a minus.
            at, spaced = _end(_DASHES, text, at), True
            continue
        start = at
        joined = _OR.match(text, start)
        if start and not shouted and (both := _AND.match(text, start)):
            # A comma parts what stands on its sides.
            token, at = WordsClause((Chunk(",", start, both.end()),)), both.end()
        elif joined:
            token, at = Or(start, joined.end(), joined[0].lower()), joined.end()
            if not lower_or and not joined[0].isupper():
                # With a comma it is read as a word wherever it is written again.
                token = WordsClause((Chunk(f"{joined[0]},", start, at),))
        else:
            token, at = _token(text, start, warnings, schema, shouted=shouted)
        spaced = isinstance(token, Opening)
        if token is not None:
            yield start, token


def _token(
    text: str, start: int, warnings: list[QueryWarning], schema: Schema, *, shouted: bool
) -> tuple[Token | None, int]:
    """The token that starts at `start`, if it means anything, and the offset after it."""
    if text[start] == "(":
        return Opening(False), start + 1
    if text[start] == ")":
        return Closing(), start + 1
    if text.startswith("-(", start):
        return Opening(True), start + 2
    excludes = _NOT.match(text, start) if not shouted else None
    if excludes and text[excludes.end()] == "(":
        return Opening(True), excludes.end() + 1
    if excludes or _is_minus(text, start):
        clause, end = _clause(text, excludes.end() if excludes else start + 1, warnings, schema)
        return (NotClause(clause) if clause is not None else None), end
    return _clause(text, start, warnings, schema)


def _is_minus(text: str, start: int) -> bool:
    """Whether there is a minus and something that it can exclude."""
    if text[start] != "-" or start + 1 == len(text):
        return False
    following = text[start + 1]
    if following in QUOTES:
        return True
    if _NEGATIVE.fullmatch(_chunk(text, start)):
        return False
    return following != "-" and has_content(_chunk(text, start))


def _clause(text: str, start: int, warnings: list[QueryWarning], schema: Schema) -> tuple[Clause | None, int]:
    """The clause that starts at `start`, leaving the minus aside, and the offset after it."""
    if text[start] in QUOTES:
        value, end = _phrase(text, start, warnings)
        return (PhraseClause(value) if has_content(value) else None), end
    chunk = _chunk(text, start)
    end = start + len(chunk)
    warning = None
    if named := written_at(text, start, schema):
        written, meant, end = named
        if meant in DATES and (spaced := _DAY.match(text, end)) and days_meant(spaced[1]):
            end = spaced.start(1)
        value, end = _read_value(text, end, meant, warnings)
        found = read_restriction(meant, value, schema, written.lower())
        if not isinstance(found, QueryWarning):
            return found, end
        warning = found
        # Commas only separate, so this is searched as words and never read as a restriction again.
        chunk = f"{written}:" if found.code == "value_missing" else _SEPARATORS.sub(",", f"{written} {value}")
    elif starred := _STARRED.fullmatch(chunk):
        stem = starred[1]
        letters = sum(character.isalnum() for character in stem)
        if letters >= PREFIX_LETTERS and _is_one_token(stem):
            return PrefixClause(stem), end
        if letters and _is_one_token(stem):
            warning = QueryWarning(
                "prefix_too_short",
                chunk,
                f"A star needs at least {PREFIX_LETTERS} letters before it; searched as text.",
            )
    if warning is None and "*" in chunk and any(character.isalpha() for character in chunk):
        warning = QueryWarning(
            "star_as_text", chunk, "A star counts only at the end of one syllable; searched as text."
        )
    if warning is not None:
        warnings.append(warning)
    return WordsClause((Chunk(chunk, start, end),)), end


def _read_value(text: str, start: int, name: str, warnings: list[QueryWarning]) -> tuple[str, int]:
    """The value of a restriction, quoted or up to the end of the chunk, and the offset after it.

    Without quotes only days and kinds of paragraphs may have several words: what they can be is known.
    """
    if start < len(text) and text[start] in QUOTES:
        return _phrase(text, start, warnings)
    several = several_words_at(text, start) if name in DATES else kind_at(text, start) if name == "kind" else None
    if several:
        return _single_spaced(several[0]), several.end()
    chunk = _CHUNK.match(text, start)
    end = chunk.end() if chunk else start
    return _single_spaced(text[start:end].translate(_QUOTES_TO_SPACES)), end


def _phrase(text: str, start: int, warnings: list[QueryWarning]) -> tuple[str, int]:
    """What stands between the quote at `start` and the next one, and the offset after that."""
    match = _PHRASE.match(text, start)
    assert match is not None
    if not match[2]:
        warnings.append(QueryWarning("quote_unclosed", match[0], "A quote was not closed; the phrase goes to the end."))
    return _single_spaced(match[1]), match.end()


def _chunk(text: str, start: int) -> str:
    match = _CHUNK.match(text, start)
    assert match is not None
    return match[0]


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _is_one_token(stem: str) -> bool:
    """Letters, digits and combining marks only."""
    return all(character.isalnum() or unicodedata.category(character)[0] == "M" for character in stem)
