"""Analysed runs of plain words: syllables and their offsets, compounds, words and question frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.query.clauses import Chunk
from indexer.query.questions import framed
from indexer.query.respelling import Respelled, respelled
from indexer.results import Span
from indexer.vietnamese import Word, analyze, forms, has_diacritics, is_syllable

Range = tuple[int, int]
"""[first, last] tokens, both included."""

LONGEST_IN_CAPITALS = 2
"""Tokens all in capitals that may hold an abbreviation: `CA`, and `CA HN`, where one is no syllable."""

_JOINING = frozenset("-‐‑‒–—−/\\&@'’+~_·")


@dataclass(frozen=True, slots=True)
class WordRun:
    """A run of plain words.

    `forms` are its syllables, `spans` where they stand in the query (None where the letters are not those of the
    query), `capitals` which were typed in capitals, `initials` which begin with a capital and go on in small
    letters, `named` those of them that follow such a one, from which one blank parts them. `compounds` are the
    tokens typed as one chunk, single ones included, or each of the things in one (`5/3-7/3`); they cover all tokens
    in order. `words` are the words of the segmentation, `framed` says which tokens belong to a question frame,
    `marked` whether diacritics were typed anywhere, `respelled` what may be spelled otherwise.
    """

    forms: tuple[str, ...]
    spans: tuple[Span | None, ...]
    capitals: tuple[bool, ...]
    initials: tuple[bool, ...]
    named: tuple[bool, ...]
    compounds: tuple[Range, ...]
    words: tuple[Word, ...]
    framed: tuple[bool, ...]
    marked: bool
    respelled: tuple[Respelled, ...] = ()

    @property
    def units(self) -> tuple[Range, ...]:
        """Words and compounds, those that overlap taken together; they cover all tokens in order."""
        joined = [False] * len(self.forms)
        for first, last in (*self.compounds, *((word.first, word.last) for word in self.words)):
            joined[first + 1 : last + 1] = [True] * (last - first)
        return _ranges(joined)


def analyze_run(words: Sequence[Chunk], limit: int, *, shouted: bool = False) -> tuple[WordRun, str]:
    """Analyse words that stand side by side. The first `limit` tokens count; the form of the next one is given too.

    Where the query is `shouted`, no token is taken to be in capitals.
    """
    text = " ".join([word.text for word in words])
    analysis = analyze(text)
    starts, ends, kept = analysis.starts[:limit], analysis.ends[:limit], tuple(analysis.forms[:limit])
    capitals = [
        not shouted and end - start > 1 and text[start:end].isupper() for start, end in zip(starts, ends, strict=True)
    ]
    between = [text[end:start] for end, start in zip(ends, starts[1:], strict=False)]
    initial = [
        not shouted and text[start].isupper() and not capital for start, capital in zip(starts, capitals, strict=True)
    ]
    named = [one and two and gap == " " for one, two, gap in zip(initial, initial[1:], between, strict=False)]
    glued = [_glued(*pair, gap) for pair, gap in zip(pairwise(kept), between, strict=True)]
    words_kept = tuple([word for word in analysis.words if word.last < len(kept)])
    # In a query in capitals no letters before a number are a code for that: `NĂM 2025`.
    small = text.lower() if shouted else text
    others = respelled(small if len(small) == len(text) else text, starts, ends, kept, words_kept)
    run = WordRun(
        kept,
        tuple(_spans(words, starts, ends)),
        tuple(capitals),
        tuple(initial),
        (False, *named) if kept else (),
        tuple(_parted(_ranges([False, *glued]) if kept else (), others)),
        words_kept,
        tuple(framed(kept, capitals)),
        any(map(has_diacritics, kept)),
        others,
    )
    return run, analysis.forms[limit] if limit < len(analysis.forms) else ""


def _parted(compounds: Sequence[Range], others: Sequence[Respelled]) -> Iterator[Range]:
    """The compounds, those that are several things one after another as these: `8h-17h`, `5/3-7/3`."""
    things = sorted({(each.first, each.last) for each in others if each.whole})
    for first, last in compounds:
        own = [(one, other) for one, other in things if first <= one and other <= last]
        follow = [before + 1 for _, before in own] == [*(after for after, _ in own[1:]), last + 1]
        yield from own if len(own) > 1 and own[0][0] == first and follow else [(first, last)]


def _spans(words: Sequence[Chunk], starts: Sequence[int], ends: Sequence[int]) -> list[Span | None]:
    """Where tokens of the words, joined by blanks, stand in the query."""
    spans: list[Span | None] = []
    at, shift, after, own = -1, 0, 0, False
    for start, end in zip(starts, ends, strict=True):
        while start >= after:
            at += 1
            word = words[at]
            shift = word.start - (after + 1 if at else 0)
            after = word.start - shift + len(word.text)
            own = word.end - word.start == len(word.text)
        spans.append((start + shift, end + shift) if own else None)
    return spans


def is_shouted(text: str) -> bool:
    """Whether a whole query is typed in capitals, so that they say nothing of any word of it."""
    if not text.isupper():
        return False
    found = forms(text)
    return len(found) > LONGEST_IN_CAPITALS or (len(found) > 1 and all(map(is_syllable, found)))


def _ranges(joined: list[bool]) -> tuple[Range, ...]:
    """The ranges of tokens of which each but the first is `joined` to the one before."""
    firsts = [index for index, follows in enumerate(joined) if not follows]
    return tuple([(first, after - 1) for first, after in pairwise([*firsts, len(joined)])])


def _glued(first: str, second: str, between: str) -> bool:
    """Whether two forms are parts of one chunk: `QP-AN`, `26/12`, `TP.HCM`, `12:30`; not `xong.Sau`, `a,b`.

    What case they are typed in does not count, so that a query in capitals means the same.
    """
    if between == ":":
        return first.isdigit() and second.isdigit()
    if between == ".":
        return not all(len(form) > 1 and is_syllable(form) for form in (first, second))
    return between == "" or between in _JOINING
