"""Function words: frequent words that relate others to each other (`của`, `và`), from `function_words.txt`."""

from __future__ import annotations

from importlib import resources


def _listed() -> list[str]:
    text = resources.files(__package__).joinpath("function_words.txt").read_text("utf-8")
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


_LISTED = _listed()

FUNCTION_WORDS = frozenset(word.rstrip("*-") for word in _LISTED)
"""Forms of one syllable, with their diacritics."""

NOT_AT_PHRASE_EDGE = frozenset(word.rstrip("-") for word in _LISTED if "*" not in word)
"""Those of them that no phrase worth suggesting begins or ends with."""

CONNECTIVES = frozenset(word.rstrip("*-") for word in _LISTED if "-" in word)
"""Those of them that only connect or number words (`và`, `của`, `các`): an abbreviation may have no letter of them."""
