"""Direct hits: the articles whose title holds a partly typed query side by side, for whoever looks for an article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from indexer.articles.model import ArticleInfo
from indexer.engine.query import Node, Prefix, Term, all_of, any_of
from indexer.lexicon.suggest import may_become
from indexer.query.clauses import WordsClause
from indexer.query.parse import parse
from indexer.query.suggesting import LONGEST_TEXT
from indexer.schema import Field
from indexer.vietnamese import begun_forms, canonical, fold, forms, has_diacritics, tokens

LEAST_LETTERS = 4
"""Letters that must have been typed: fewer begin half of all titles."""

LONGEST_TITLE = 120
"""Characters of a title that is read at a glance; a longer one, mostly a whole paragraph, comes after the others."""

LOOKED_AT = 20
"""Articles whose titles hold all syllables, of which those are chosen that hold them side by side."""

MOST_BEGUN = 8
"""Syllables that the last one may become, the most frequent ones."""

Articles: TypeAlias = Callable[[Node, int], Sequence[ArticleInfo]]
"""Gives so many articles, or fewer, that hold what a node asks for."""


def direct_hits(text: str, limit: int, articles: Articles) -> tuple[ArticleInfo, ...]:
    """Up to `limit` articles whose titles hold `text`, those first whose titles are not too long and begin with it.

    Syllables without diacritics may have any. White space or punctuation at the end says that the last one is complete.
    """
    typed = tokens(text) if len(text) <= LONGEST_TEXT else tokens("")
    if limit < 1 or sum(map(len, typed.forms)) < LEAST_LETTERS or not _is_plain(text):
        return ()
    complete = typed.ends[-1] < len(text)
    whole = [*typed.forms] if complete else begun_forms(text)[:-1]
    begun = "" if complete else begun_forms(text)[-1]
    found = []
    for info in articles(all_of([*_terms(whole, begun)]), LOOKED_AT):
        at = _place(forms(info.title), whole, begun)
        if at is not None:
            found.append(((len(info.title) > LONGEST_TITLE, at > 0), info))
    return tuple([info for _, info in sorted(found, key=lambda each: each[0])[:limit]])


def _is_plain(text: str) -> bool:
    clauses = parse(text).clauses
    return len(clauses) == 1 and isinstance(clauses[0], WordsClause)


def _terms(whole: Sequence[str], begun: str) -> Iterator[Node]:
    for form in whole:
        marked = has_diacritics(form)
        yield Term(Field.TITLE if marked else Field.TITLE_UNMARKED, form, 1.0)
    if begun:
        # The tone may still be missing, so the letters decide.
        prefix, usual = Prefix(Field.TITLE_UNMARKED, fold(begun), 1.0, MOST_BEGUN), canonical(begun)
        yield any_of([prefix, Term(Field.TITLE_UNMARKED, usual, 1.0)]) if usual != begun and usual.isascii() else prefix


def _place(title: Sequence[str], whole: Sequence[str], begun: str) -> int | None:
    """The first place where a title holds syllables side by side, the last as it is begun; None where there is none."""
    size = len(whole) + bool(begun)
    for at in range(len(title) - size + 1):
        if all(map(_means, whole, title[at:])) and (not begun or _goes_on(begun, title[at + len(whole)])):
            return at
    return None


def _means(typed: str, form: str) -> bool:
    return form == typed or (not has_diacritics(typed) and fold(form) == typed)


def _goes_on(begun: str, form: str) -> bool:
    """Whether a syllable begins as typed: `ky` may be `kỳ`, which is folded with the other letter."""
    letters = fold(form)
    return (letters.startswith(fold(begun)) or letters == canonical(begun)) and may_become(begun, form)
