"""Texts of the contract that contain numbers.

The contract is English. The page that shows it (`webapp.pages.documentation`) translates it, for which it needs the
template without the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping


class Text(str):
    """`template` formatted with the numbers `values`, as by `%` with names."""

    template: str
    values: Mapping[str, int]

    def __new__(cls, template: str, **values: int) -> Text:
        """Format the numbers as in English."""
        made = super().__new__(cls, template % {name: f"{value:,}" for name, value in values.items()})
        made.template, made.values = template, values
        return made
