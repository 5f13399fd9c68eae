"""Texts of the contract that have numbers in them.

The contract is English. The page that shows it (`webapp.pages.documentation`) translates it, and for that needs a text
as it was before the numbers were put in.
"""

from __future__ import annotations

from collections.abc import Mapping


class Text(str):
    """A text with the numbers `values` put into `template`, as `%` does by names."""

    template: str
    values: Mapping[str, int]

    def __new__(cls, template: str, **values: int) -> Text:
        """Put the numbers in, as English writes them."""
        made = super().__new__(cls, template % {name: f"{value:,}" for name, value in values.items()})
        made.template, made.values = template, values
        return made
