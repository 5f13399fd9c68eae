"""Cutting a phrase out of a passage, as it is written there: the text of a suggestion."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from indexer.articles.model import Kind, Paragraph
from indexer.lexicon.suggest import may_become
from indexer.vietnamese import NOT_AT_PHRASE_EDGE, Tokens, analyze, fold, has_diacritics, tokens, without_diacritics

_MOST_FURTHER = 6
"""Syllables that a name or a word may go on beyond what was asked for."""
_LONGEST_READ = 4_000
_GLUE = frozenset("-‐‑–/.&'’+_@:,")
_DASHES = frozenset("-–—")


def excerpt(paragraph: Paragraph, forms: Sequence[str], *, goes_on: str | None = None, exact: bool = True) -> str:
    """The text of a paragraph that has `forms` side by side, up to the end of the word or the name; "" if none has.

    With `goes_on`, one syllable more that begins so. Without `exact`, diacritics do not count. It runs over no end of a
    sentence, no colon and no quotation mark, unless it is a whole title. What does not begin a sentence is preferred:
    there a capital says nothing.
    """
    text = unicodedata.normalize("NFC", paragraph.text[:_LONGEST_READ])
    found = tokens(text)
    best = ""
    for first in _places(found.forms, forms, exact):
        last = first + len(forms) - 1
        if goes_on is not None:
            last += 1
            if last == len(found.forms) or not _begins(text[found.starts[last] : found.ends[last]], goes_on):
                continue
        is_title = paragraph.kind is Kind.TITLE and last == len(found.forms) - 1
        if not is_title and any(_separated(text, found, at) for at in range(first, last)):
            continue
        last = _whole(text, found, last)
        written = text[found.starts[first] : found.ends[last]]
        if first and not _separated(text, found, first - 1):
            return written
        best = best or written
    return best


def _begins(written: str, typed: str) -> bool:
    """Whether a syllable as written begins as typed; without diacritics, it may have any."""
    plain, begun = without_diacritics(written.lower()), without_diacritics(typed)
    if not plain.startswith(begun):
        return False
    return not has_diacritics(typed) or may_become(typed, unicodedata.normalize("NFC", written.lower()))


def _places(held: Sequence[str], forms: Sequence[str], exact: bool) -> Iterator[int]:
    """Where `forms` stand side by side among the forms of a text."""
    if not exact:
        held, forms = list(map(fold, held)), list(map(fold, forms))
    size = len(forms)
    for at, form in enumerate(held):
        if form == forms[0] and list(held[at : at + size]) == list(forms):
            yield at


def _between(text: str, found: Tokens, at: int) -> str:
    return text[found.ends[at] : found.starts[at + 1]]


def _separated(text: str, found: Tokens, at: int) -> bool:
    """Whether more than a blank, a comma, a dash or the inside of a code stands between a token and the next one."""
    gap = _between(text, found, at)
    return not (gap in (" ", "\u00a0", "", ", ") or gap.strip() in _DASHES or (len(gap) == 1 and gap in _GLUE))


def _whole(text: str, found: Tokens, last: int) -> int:
    """The last token of the word, name or code that goes on from a token."""
    most = min(last + _MOST_FURTHER, len(found.forms) - 1)
    if last == most:
        return last
    begin = max(0, last - 2)
    joined = analyze(text[found.starts[begin] : found.ends[most]]).joined
    while last < most:
        gap = _between(text, found, last)
        glued = gap == "" or (len(gap) == 1 and gap in _GLUE - {",", ":"})
        named = gap == " " and text[found.starts[last]].isupper() and text[found.starts[last + 1]].isupper()
        unfinished = gap == " " and (joined[last + 1 - begin] or found.forms[last] in NOT_AT_PHRASE_EDGE)
        if not (glued or named or unfinished):
            break
        last += 1
    return last
