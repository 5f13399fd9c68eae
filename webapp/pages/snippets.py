"""Snippets of the results page: shortened to two lines, matches graded, and passages that repeat each other.

The JSON endpoint gives the snippets whole; nothing here decides what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from indexer import ArticleGroup, Passage, Results, Snippet, Span
from webapp.responses.escaping import marked

LENGTH = 160
"""About as many characters as two lines of the page on a wide window."""

_LEAD_IN = 40
_SLACK = 12

ALIKE = 0.8
"""The share of syllables in common from which two passages count as one text printed twice."""

_FEWEST_SYLLABLES = 8


def has_faint(results: Results) -> bool:
    """Whether single syllables are highlighted faintly: the query has several, and asks for them together."""
    return " OR " not in results.understood and sum(len(unit.text.split()) for unit in results.units) > 1


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
        return sum(max(0, min(b, first + length) - max(a, first)) for a, b in highlights)

    best = max((0, *(max(0, a - _LEAD_IN) for a, _ in highlights)), key=lambda first: (shows(first), -first))
    best = min(best, len(text) - length)
    if not best:
        return 0
    space = text.find(" ", best)
    return space + 1 if 0 <= space < best + _LEAD_IN else best


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def grouped_twins(groups: Sequence[ArticleGroup]) -> list[tuple[ArticleGroup, list[ArticleGroup]]]:
    """The groups of a page in order, each with those below it whose best passage is nearly the same text.

    Texts with different numbers, as the bulletins of two days are, are not the same.
    """
    kept: list[tuple[ArticleGroup, frozenset[str], list[ArticleGroup]]] = []
    for group in groups:
        words = frozenset(group.passages[0].paragraph.text.lower().split())
        twins = next((twins for _, others, twins in kept if _are_alike(words, others)), None)
        if twins is None:
            kept.append((group, words, []))
        else:
            twins.append(group)
    return [(group, twins) for group, _, twins in kept]


def _are_alike(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two texts with these words are nearly the same."""
    fewer, more = sorted((len(words), len(others)))
    # Most pairs differ in length already: less than all of the fewer cannot be the share that is wanted.
    if len(words) < _FEWEST_SYLLABLES or fewer < ALIKE * more:
        return False
    common = len(words & others)
    return common >= ALIKE * (fewer + more - common) and not any(map(_has_digit, words ^ others))
