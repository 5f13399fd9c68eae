"""Snippets of the results page: shortened to two lines, and matches graded.

The JSON endpoint gives the snippets whole; nothing here decides what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from indexer import Passage, Snippet, Span
from webapp.responses.escaping import marked

LENGTH = 160
"""About as many characters as two lines of the page on a wide window."""

_LEAD_IN = 40
_SLACK = 12


def faint_in(understood: str, units: Iterable[str]) -> Callable[[str], bool]:
    """What is highlighted faintly: single syllables, if the query has several and asks for them together."""
    together = " OR " not in understood and sum(len(unit.split()) for unit in units) > 1
    return is_faint if together else is_never_faint


def is_faint(text: str) -> bool:
    """Whether the matched `text` is one plain syllable: no phrase, abbreviation or number."""
    return text.isalpha() and not text.isupper()


def is_never_faint(_: str) -> bool:
    """`is_faint` of a page on which nothing is highlighted faintly."""
    return False


def shown(passage: Passage, faint: Callable[[str], bool]) -> Markup:
    """The shortened snippet of a passage with its highlights, as markup."""
    snippet = passage.snippet
    windows = brief(snippet)
    parts = [marked(snippet.text[a:b], _inside(snippet.highlights, a, b), is_faint=faint) for a, b in windows]
    starts = snippet.start + windows[0][0] == 0
    ends = snippet.start + windows[-1][1] >= len(passage.paragraph.text)
    # Joined by a plain string, which is faster: all of it is markup already.
    return Markup(f"{'' if starts else '… '}{' … '.join(parts)}{'' if ends else ' …'}")


def brief(snippet: Snippet, length: int = LENGTH) -> list[Span]:
    """What to show of a snippet: at most about `length` characters, round as many highlighted ones as possible.

    They are two windows where one does not show every matched text.
    """
    text, highlights = snippet.text, snippet.highlights
    if len(text) <= length + _SLACK:
        return [(0, len(text))]
    one = _window(text, highlights, length)
    seen = " ".join(text[a:b] for a, b in highlights if one[0] <= a and b <= one[1]).casefold()
    unseen = [(a, b) for a, b in highlights if text[a:b].casefold() not in seen]
    if not unseen or not seen:
        return [one]
    half = length // 2
    first, last = sorted(
        (_window(text, [each for each in highlights if each not in unseen], half), _window(text, unseen, half))
    )
    return [first, last] if first[1] < last[0] else [one]


def _window(text: str, highlights: Sequence[Span], length: int) -> Span:
    """At most `length` characters of a text, where most is highlighted."""
    first = _beginning(text, highlights, length)
    last = min(first + length, len(text))
    if last < len(text):
        last = max(text.rfind(" ", first + length // 2, last + 1), first + length // 2)
    return first, last


def _inside(highlights: Iterable[Span], first: int, last: int) -> list[Span]:
    """The highlights within a window, counted from its start."""
    return [(max(a, first) - first, min(b, last) - first) for a, b in highlights if a < last and b > first]


def _beginning(text: str, highlights: Sequence[Span], length: int) -> int:
    """Where the window begins: at the start where that shows as much, else a little before the best highlight."""

    def shows(first: int) -> int:
        # As `max` and `min` would have it, which take three times as long; it is asked for every pair of highlights.
        end, characters = first + length, 0
        for a, b in highlights:
            if a < end and b > first:
                characters += (b if b < end else end) - (a if a > first else first)
        return characters

    best = max((0, *(max(0, a - _LEAD_IN) for a, _ in highlights)), key=lambda first: (shows(first), -first))
    best = min(best, len(text) - length)
    if not best:
        return 0
    space = text.find(" ", best)
    return space + 1 if 0 <= space < best + _LEAD_IN else best
