"""The query language: what a user typed, read into clauses.

`tokens` cuts the text; here tokens are put together: runs of plain words, alternatives, groups. No text is
analysed and no index is asked: what clauses mean lives in `plan`.

The language
    words               plain text; passages that hold more of it, and side by side, come first
    "phrase"            these syllables side by side; also in typographic quotes, also unclosed
    -clause             not this; only where white space, a parenthesis or nothing stands before the minus. Further
                        syllables of a word belong to it where it is read (`excluding`): -Nhật Bản
    one NOT other, AND  as a minus, and as nothing between: written so, in a query not all in capitals
    one OR other        one or both; also HOẶC, and either in lower case in a short query.
                        On each side stands one clause, where a run of plain words is one:
                        `xe máy OR ô tô "Hà Nội"` means (`xe máy` or `ô tô`) and `"Hà Nội"`
    (one OR other)      groups; round plain words alone parentheses are punctuation
    prefix*             a syllable that begins so
    title: date: from: until: after: before: and the name of a metadata field with a colon
                        restrictions, followed at once by a word or a "phrase" (one to dates may have a blank before
                        a day, a month or a year in digits), also by their Vietnamese names;
                        see `field_names` and `restrictions`
Everything else is plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from indexer.query.clauses import (
    MAX_DEPTH,
    AndClause,
    Chunk,
    Clause,
    NotClause,
    OrClause,
    WordsClause,
    days_in,
    has_content,
    write,
)
from indexer.query.lexer import Closing, Opening, Or, Token, tokens
from indexer.results import QueryWarning
from indexer.settings import Settings

_UNWRITABLE = {0: " ", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
"""NUL and lone surrogates cannot be written to a page or a file; one character each, so that offsets hold."""

_SUBJECT_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query that was read: passages must satisfy all `clauses`. Offsets count the code points of `text`.

    `text` is the query as typed, cut to the allowed length, NUL and lone surrogates replaced one for one.
    """

    text: str
    clauses: tuple[Clause, ...]
    warnings: tuple[QueryWarning, ...] = ()

    @property
    def understood(self) -> str:
        """The query in the query language, normalised; parsing that gives equal clauses (if not too long)."""
        return write(self.clauses)


@dataclass(slots=True)
class _Group:
    """An open parenthesis, or the query itself: what has been read in it so far."""

    negated: bool = False
    items: list[Clause | Or] = field(default_factory=list)


def parse(text: str, settings: Settings | None = None) -> Parsed:
    """Read a query. Never raises: what cannot be understood is searched as text, and `warnings` says so.

    `settings.query_characters` caps the length, `query_clauses` the clauses, `MAX_DEPTH` the nesting; `settings.schema`
    says which metadata fields there are.
    """
    limits = settings or Settings()
    warnings: list[QueryWarning] = []
    cut = _shortened(text, limits.query_characters)
    if len(cut) < len(text.rstrip()):
        warnings.append(
            QueryWarning(
                "query_too_long",
                _subject(text[len(cut) :]),
                f"A query may have {limits.query_characters} characters; the rest was left out.",
            )
        )
    cut = cut.translate(_UNWRITABLE)
    counter = _Counter(cut, limits.query_clauses, warnings)
    clause = _structure(counter.counted(tokens(cut, warnings, limits.schema)), counter, warnings)
    if clause is None:
        clauses: tuple[Clause, ...] = ()
    else:
        clauses = clause.clauses if isinstance(clause, AndClause) else (clause,)
    first, last = days_in(clauses)
    if first and last and first > last:
        message = "The first day is behind the last one: no article can be of both."
        warnings.append(QueryWarning("dates_reversed", f"{first:%d/%m/%Y} - {last:%d/%m/%Y}", message))
    return Parsed(cut, clauses, tuple(dict.fromkeys(warnings)))


@dataclass(slots=True)
class _Counter:
    """Counts clauses, and says once that there are too many."""

    text: str
    limit: int
    warnings: list[QueryWarning]
    count: int = 0

    def admits(self, start: int) -> bool:
        """Whether one more clause, which starts at `start`, still counts."""
        if self.count < self.limit:
            self.count += 1
            return True
        self.warnings.append(
            QueryWarning(
                "too_many_clauses",
                _subject(self.text[start:]),
                f"A query may have {self.limit} words and other clauses; the rest was left out.",
            )
        )
        return False

    def counted(self, stream: Iterable[tuple[int, Token]]) -> Iterator[Token]:
        """The tokens up to the last clause that counts. Mere punctuation is not counted."""
        for start, token in stream:
            if not isinstance(token, Opening | Closing | Or) and _counts(token) and not self.admits(start):
                return
            yield token


def _counts(clause: Clause) -> bool:
    return not isinstance(clause, WordsClause) or any(has_content(word.text) for word in clause.words)


def _structure(stream: Iterable[Token], counter: _Counter, warnings: list[QueryWarning]) -> Clause | None:
    """Put tokens together, with a stack of open groups in the place of recursion."""
    stack = [_Group()]
    ignored = 0
    for token in stream:
        match token:
            case Opening() if len(stack) > MAX_DEPTH:
                ignored += 1
                warnings.append(
                    QueryWarning("too_deep", "(", f"Parentheses group {MAX_DEPTH} deep; deeper ones were read as text.")
                )
            case Opening():
                stack.append(_Group(token.negated))
            case Closing() if ignored:
                ignored -= 1
            case Closing():
                if len(stack) > 1:
                    _close(stack, counter, warnings)
            case _:
                stack[-1].items.append(token)
    while len(stack) > 1:
        _close(stack, counter, warnings)
    return _combined(stack[0].items, counter, warnings)


def _close(stack: list[_Group], counter: _Counter, warnings: list[QueryWarning]) -> None:
    """End the innermost group and add what it says to the one around it."""
    group = stack.pop()
    clause = _combined(group.items, counter, warnings)
    if clause is not None:
        stack[-1].items.append(NotClause(clause) if group.negated else clause)


def _combined(items: list[Clause | Or], counter: _Counter, warnings: list[QueryWarning]) -> Clause | None:
    """What the items of one group say together; None when they say nothing."""
    alternatives: list[list[Clause]] = []
    joined = False
    for item in _merged(_without_stray_or(items, counter, warnings)):
        if isinstance(item, Or):
            joined = True
        elif joined:
            alternatives[-1].append(item)
            joined = False
        else:
            alternatives.append([item])
    clauses = tuple(OrClause(tuple(group)) if len(group) > 1 else group[0] for group in alternatives)
    return AndClause(clauses) if len(clauses) > 1 else clauses[0] if clauses else None


def _without_stray_or(
    items: list[Clause | Or], counter: _Counter, warnings: list[QueryWarning]
) -> Iterator[Clause | Or]:
    """The items, where an `OR` without a clause on both sides has become the word `or`."""
    before: Clause | Or | None = None
    for index, item in enumerate(items):
        after = items[index + 1] if index + 1 < len(items) else None
        if isinstance(item, Or) and (
            before is None or isinstance(before, Or) or after is None or isinstance(after, Or)
        ):
            warnings.append(QueryWarning("or_alone", "OR", "OR needs something on both sides; searched as the word."))
            if not counter.admits(item.start):
                continue
            # Commas only separate, so this is searched as the word and never read as an operator again.
            item = WordsClause((Chunk(f"{item.word},", item.start, item.end),))
        before = item
        yield item


def _merged(items: Iterable[Clause | Or]) -> Iterator[Clause | Or]:
    """The items, where plain words side by side have become one run."""
    run: list[Chunk] = []
    for item in items:
        if isinstance(item, WordsClause):
            run += item.words
            continue
        if run:
            yield WordsClause(tuple(run))
            run = []
        yield item
    if run:
        yield WordsClause(tuple(run))


def _shortened(text: str, limit: int) -> str:
    """At most `limit` code points, cut at white space if there is some: no syllable is cut in two."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    if text[limit].isspace():
        return cut
    whole = cut.rstrip().rsplit(None, 1) if not cut[-1].isspace() else [cut, ""]
    return whole[0] if len(whole) > 1 else cut


def _subject(text: str) -> str:
    """A part of the query, short enough for a warning."""
    text = " ".join(text[: 2 * _SUBJECT_CHARACTERS].translate(_UNWRITABLE).split())
    return text if len(text) <= _SUBJECT_CHARACTERS else text[:_SUBJECT_CHARACTERS] + "…"
