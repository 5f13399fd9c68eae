"""Plain text of a query, analysed: its syllables, compounds, words and question frames.

What each of them is looked for in, and with which weight, lives in `lookup` and `ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.query.questions import framed
from indexer.vietnamese import Word, analyze, forms, is_marked

Range = tuple[int, int]
"""[first, last] tokens, both included."""

LONGEST_IN_CAPITALS = 2
"""Syllables all in capitals that may be an abbreviation (`CA`, `QP AN`), not a text typed in capitals."""

_JOINING = frozenset("-‐‑‒–—−/\\&@'’+~_·")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of plain text.

    `forms` are its syllables, `spans` where they stand in the text, `capitals` which were typed in capitals.
    `compounds` are the tokens typed as one chunk, single ones included; they cover all tokens in order. `words` are the
    words of the segmentation, `framed` says which tokens belong to a question frame, `marked` whether marks were typed
    anywhere.
    """

    forms: tuple[str, ...]
    spans: tuple[Range, ...]
    """[start, end) of each token."""
    capitals: tuple[bool, ...]
    compounds: tuple[Range, ...]
    words: tuple[Word, ...]
    framed: tuple[bool, ...]
    marked: bool

    @property
    def units(self) -> tuple[Range, ...]:
        """Words and compounds, those that overlap taken together; they cover all tokens in order."""
        joined = [False] * (len(self.forms) + 1)
        for first, last in [*self.compounds, *((word.first, word.last) for word in self.words)]:
            for index in range(first + 1, last + 1):
                joined[index] = True
        return _ranges(joined[:-1])


def segment(text: str, limit: int) -> Segment:
    """Analyse plain text; its first `limit` tokens count."""
    analysis = analyze(text)
    starts, ends, kept = analysis.starts[:limit], analysis.ends[:limit], tuple(analysis.forms[:limit])
    capitals = _in_capitals([text[start:end] for start, end in zip(starts, ends, strict=True)])
    glued = [_glued(text[end - 1], text[end:start], text[start]) for end, start in zip(ends, starts[1:], strict=False)]
    return Segment(
        kept,
        tuple(zip(starts, ends, strict=True)),
        tuple(capitals),
        _ranges([False, *glued]) if kept else (),
        tuple(word for word in analysis.words if word.last < len(kept)),
        tuple(framed(kept, capitals)),
        any(map(is_marked, kept)),
    )


def forms_of(text: str) -> tuple[str, ...]:
    """The syllables of a phrase or a value."""
    return tuple(forms(text))


def _ranges(joined: list[bool]) -> tuple[Range, ...]:
    """The ranges of tokens of which each but the first is `joined` to the one before."""
    firsts = [index for index, follows in enumerate(joined) if not follows]
    return tuple((first, after - 1) for first, after in pairwise([*firsts, len(joined)]))


def _in_capitals(typed: Sequence[str]) -> list[bool]:
    """Which tokens were typed in capitals; in a text that is all in capitals they say nothing of any one."""
    cased = [token.isupper() for token in typed if token.lower() != token.upper()]
    if all(cased) and len(cased) > LONGEST_IN_CAPITALS:
        return [False] * len(typed)
    return [len(token) > 1 and token.isupper() for token in typed]


def _glued(before: str, between: str, after: str) -> bool:
    """Whether two tokens are parts of one chunk: `QP-AN`, `26/12`, `TP.HCM`, `12:30`; not `xong.Sau`, `a,b`."""
    if between == ":":
        return before.isdigit() and after.isdigit()
    if between == ".":
        return not (before.islower() and after.isupper())
    return between == "" or between in _JOINING
