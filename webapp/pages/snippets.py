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
    text, highlights, starts, ends = brief(passage.snippet, len(passage.paragraph.text))
    inner = marked(text, highlights, is_faint=faint)
    return Markup(f"{'' if starts else '… '}{inner}{'' if ends else ' …'}")


def brief(snippet: Snippet, paragraph_length: int, length: int = LENGTH) -> tuple[str, list[Span], bool, bool]:
    """At most about `length` characters of a snippet, round as many highlighted ones as possible.

    With the highlights counted in it, and whether it begins and ends where the paragraph does.
    """
    text, highlights = snippet.text, snippet.highlights
    first, last = 0, len(text)
    if last > length + _SLACK:
        first = _beginning(text, highlights, length)
        last = min(first + length, len(text))
        if last < len(text):
            last = max(text.rfind(" ", first + length // 2, last + 1), first + length // 2)
    inside = [(max(a, first) - first, min(b, last) - first) for a, b in highlights if a < last and b > first]
    whole_end = snippet.start + last >= paragraph_length
    return text[first:last], inside, snippet.start + first == 0, whole_end


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
