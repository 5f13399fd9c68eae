"""Folding: forms without diacritics, as people type who leave them out."""

from __future__ import annotations

import functools
import re
import unicodedata

from .tones import PLAIN_I_OR_Y

_CACHED_FORMS = 1 << 16
_LONGEST_CACHED = 32
_MARKED_LATIN = re.compile("LATIN (?:SMALL|CAPITAL) LETTER ([A-Z]) WITH ")
# Letters whose Unicode name does not say "with" a diacritic; eth is typed for đ by mistake.
_OTHER_LATIN = {"ð": "d", "Ð": "D", "ı": "i"}
# The blocks of combining diacritical marks; those of other scripts (Thai, Devanagari) work as letters there.
_DIACRITICS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")


@functools.lru_cache(_CACHED_FORMS)
def fold(form: str) -> str:
    """The form that `form` has when it is typed without diacritics: `đường` -> `duong`, `kỳ` -> `ki`, as `ky` is `ki`.

    Where i and y are a matter of taste, forms have one of the two (`tones.canonical`), those without diacritics not
    always the same as those with. Folding is idempotent, case is kept.
    """
    if form.isascii():
        return form
    plain = without_diacritics(form)
    return PLAIN_I_OR_Y.get(plain, plain)


def without_diacritics(text: str) -> str:
    """A text with each Latin letter that has diacritics replaced by its base letter: `Hoa Kỳ` -> `Hoa Ky`.

    Letters of other scripts stay as they are.
    """
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    return _DIACRITICS.sub("", "".join([_plain_letter(letter) for letter in composed]))


def has_diacritics(text: str) -> bool:
    """Whether a text has a Latin letter with diacritics: `đường`, `lê`; not `nam`, `2023`."""
    if text.isascii():
        return False
    return _has_diacritics(text) if len(text) <= _LONGEST_CACHED else without_diacritics(text) != text


@functools.lru_cache(_CACHED_FORMS)
def _has_diacritics(form: str) -> bool:
    return without_diacritics(form) != form


@functools.lru_cache(1 << 12)
def _plain_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    named = _MARKED_LATIN.match(unicodedata.name(letter, ""))
    if named is None:
        return _OTHER_LATIN.get(letter, letter)
    plain = named[1]
    return plain if letter.isupper() else plain.lower()
