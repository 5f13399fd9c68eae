"""How much the live index holds, as health, figures and the first page tell it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holdings:
    """One generation: when it was published (ISO 8601), how much there is, whether its lexicon could be read."""

    generation: str
    created: str
    lexicon: bool
    articles: int
    paragraphs: int
    warnings: tuple[str, ...] = ()
    """What an operator should look at although the index answers: stable codes."""
