"""How the archive writes a query: the capitals of names, for a reader who is shown what was understood."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.query.excerpts import excerpt
from indexer.query.suggesting import Passages, side_by_side
from indexer.vietnamese import tokens

_LONGEST = 5
_SYLLABLES_READ = 12
"""Those of a longer query stay as they are: each takes a few looks into the index."""
_PASSAGES_READ = 3
_FEWEST_CAPITALS = 2
"""One capital alone may begin a sentence."""


def as_written(text: str, passages: Passages) -> str:
    """A text with the capitals of the names in it, the longest first; its length stays the same."""
    found = tokens(text)
    count = min(len(found.forms), _SYLLABLES_READ)
    at = 0
    while at < count:
        ends = range(min(at + _LONGEST, count), at + _FEWEST_CAPITALS - 1, -1)
        written = next(filter(None, (_writing(found.forms[at:end], passages) for end in ends)), [])
        for number, syllable in enumerate(written, start=at):
            start, end = found.starts[number], found.ends[number]
            # The same but for case and the place of the tone: spans of the text stay as they are.
            if end - start == len(syllable):
                text = text[:start] + syllable + text[end:]
        at += len(written) or 1
    return text


def _writing(forms: Sequence[str], passages: Passages) -> list[str]:
    """The syllables of a name as a passage has them; none where it is no name, or nothing has it side by side."""
    for paragraph in passages(side_by_side(tuple(forms)), _PASSAGES_READ):
        written = excerpt(paragraph, forms)
        found = tokens(written)
        syllables = [written[start:end] for start, end in zip(found.starts, found.ends, strict=True)][: len(forms)]
        # What is all in capitals is a headline.
        if sum(each[:1].isupper() for each in syllables) >= _FEWEST_CAPITALS and not all(map(str.isupper, syllables)):
            return syllables
    return []
