"""Plain text of a query, analysed: its syllables, compounds, words and question frames.

What each of them is looked for in, and with which weight, lives in `lookup` and `ranking`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from indexer.query.questions import framed
from indexer.vietnamese import Word, analyze, forms, has_diacritics, is_syllable

Range = tuple[int, int]
"""[first, last] tokens, both included."""

LONGEST_IN_CAPITALS = 2
"""Tokens all in capitals that may hold an abbreviation: `CA`, and `CA HN`, where one is no syllable."""

_JOINING = frozenset("-‐‑‒–—−/\\&@'’+~_·")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of plain text.

    `forms` are its syllables, `spans` where they stand in the text, `capitals` which were typed in capitals.
    `compounds` are the tokens typed as one chunk, single ones included; they cover all tokens in order. `words` are the
    words of the segmentation, `framed` says which tokens belong to a question frame, `marked` whether diacritics were
    typed anywhere.
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


def segment(text: str, limit: int, *, shouted: bool = False) -> Segment:
    """Analyse plain text; its first `limit` tokens count. Where it is `shouted`, none is taken to be in capitals."""
    analysis = analyze(text)
    starts, ends, kept = analysis.starts[:limit], analysis.ends[:limit], tuple(analysis.forms[:limit])
    typed = (text[start:end] for start, end in zip(starts, ends, strict=True))
    capitals = [not shouted and len(token) > 1 and token.isupper() for token in typed]
    between = (text[end:start] for end, start in zip(ends, starts[1:], strict=False))
    glued = [_glued(*pair, gap) for pair, gap in zip(pairwise(kept), between, strict=True)]
    return Segment(
        kept,
        tuple(zip(starts, ends, strict=True)),
        tuple(capitals),
        _ranges([False, *glued]) if kept else (),
        tuple(word for word in analysis.words if word.last < len(kept)),
        tuple(framed(kept, capitals)),
        any(map(has_diacritics, kept)),
    )


def is_shouted(text: str) -> bool:
    """Whether a whole query is typed in capitals, so that they say nothing of any word of it."""
    if not text.isupper():
        return False
    found = forms(text)
    return len(found) > LONGEST_IN_CAPITALS or (len(found) > 1 and all(map(is_syllable, found)))


def forms_of(text: str) -> tuple[str, ...]:
    """The syllables of a phrase or a value."""
    return tuple(forms(text))


def _ranges(joined: list[bool]) -> tuple[Range, ...]:
    """The ranges of tokens of which each but the first is `joined` to the one before."""
    firsts = [index for index, follows in enumerate(joined) if not follows]
    return tuple((first, after - 1) for first, after in pairwise([*firsts, len(joined)]))


def _glued(first: str, second: str, between: str) -> bool:
    """Whether two forms are parts of one chunk: `QP-AN`, `26/12`, `TP.HCM`, `12:30`; not `xong.Sau`, `a,b`.

    What case they are typed in does not count, so that a query in capitals means the same.
    """
    if between == ":":
        return first.isdigit() and second.isdigit()
    if between == ".":
        return not all(len(form) > 1 and is_syllable(form) for form in (first, second))
    return between == "" or between in _JOINING
