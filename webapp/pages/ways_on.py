"""What is offered where nothing is found: what to leave out, and other spellings."""

from __future__ import annotations

import re

from werkzeug.datastructures import MultiDict

from indexer import Index, SearchRequest
from webapp.pages.filters import Filter, filters, hidden_fields
from webapp.requests.parameters import as_arguments, read_search
from webapp.state import settings

FILTERS_TRIED = 4
"""So many of the filters are left out one by one."""

PHRASES_READ = 3
"""So many of the quoted phrases are read as if they stood without quotes."""

SPELLINGS = 3

_QUOTED = re.compile('["“”]([^"“”]+)["“”]')


def without_a_filter(index: Index, asked: SearchRequest) -> list[tuple[Filter, int]]:
    """Of the first filters, those without which something is found: how many passages."""
    counted = []
    # All together they may take as long as the search itself.
    seconds = settings().search_seconds / FILTERS_TRIED
    for each in filters(asked)[:FILTERS_TRIED]:
        given = MultiDict(hidden_fields(as_arguments(asked, settings(), **each.change, per_page=1)))
        results = index.search(read_search(given, settings()), seconds, observed=False)
        if results.total:
            counted.append((each, results.total))
    return counted


def other_spellings(index: Index, asked: SearchRequest) -> list[str]:
    """Queries that are spelled nearly as the one asked and find something, filters apart."""
    found = [each.text for each in index.suggest(asked.text, SPELLINGS)] if asked.text else []
    if found or asked.literal:
        return found
    repaired = _with_repaired_phrases(index, asked.text)
    return [repaired] if repaired else []


def _with_repaired_phrases(index: Index, text: str) -> str:
    """A query with its phrases as they would be repaired without quotes, if it finds something then; else nothing.

    A phrase is searched as it was typed, so that what is amiss in it is not found by itself.
    """
    seconds = settings().search_seconds / (PHRASES_READ + 1)

    def repaired(quoted: re.Match[str]) -> str:
        read = index.search(SearchRequest(quoted[1], per_page=1), seconds, observed=False)
        changed = read.interpretation is not None and read.interpretation.changes
        return f'"{index.as_written(read)}"' if changed else quoted[0]

    tried = _QUOTED.sub(repaired, text, count=PHRASES_READ)
    if tried == text or not index.search(SearchRequest(tried, per_page=1), seconds, observed=False).total:
        return ""
    return tried
