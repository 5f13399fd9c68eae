"""The diacritics of a syllable, separated: those of letters (`ê`, `ư`, `đ`), and its tone."""

from __future__ import annotations

import functools
import unicodedata

from indexer.vietnamese import has_diacritics

HOOK, TILDE = "\u0309", "\u0303"
"""The tone marks that many dialects do not distinguish."""


@functools.lru_cache(1 << 14)
def diacritics(form: str) -> tuple[frozenset[tuple[int, str]], str]:
    """The diacritics of letters with their places, and the tone mark."""
    shapes = set()
    tone = ""
    place = -1
    for character in unicodedata.normalize("NFD", form.replace("đ", "d\u0335")):
        if character in "\u0300\u0301\u0303\u0309\u0323":
            tone = character
        elif unicodedata.combining(character):
            shapes.add((place, character))
        else:
            place += 1
    return frozenset(shapes), tone


@functools.lru_cache(1 << 14)
def shapes(form: str) -> tuple[str, ...]:
    """The diacritics of letters in a fixed order, wherever they stand."""
    return tuple(sorted(mark for _, mark in diacritics(form)[0]))


@functools.lru_cache(1 << 14)
def is_marked(form: str) -> bool:
    """`has_diacritics`, remembered: the candidates of a query are looked at again and again."""
    return has_diacritics(form)
