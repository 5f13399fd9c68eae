"""Front matter: the metadata that stand in YAML (`---`) or TOML (`+++`) before the text of a Markdown file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import NamedTuple

from indexer.articles.assembly import Unfit

_BLOCK = re.compile(
    r"\A\s*(?:---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n(?P<toml>.*?)^\+\+\+)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_MOST = 64 * 1024
# A block that holds no `key:` or `key =` is a rule above a text.
_KEY = re.compile(r"^[\w\"'-]+[ \t]*[:=]", re.MULTILINE)
_NAMES = {
    "authors": "author",
    "published": "date",
    "pubdate": "date",
    "canonical": "url",
    "canonical_url": "url",
    "permalink": "url",
    "link": "url",
}


class FrontMatter(NamedTuple):
    """What stands before a text: its attributes by the names of their fields, and what could not be read."""

    attributes: Mapping[str, object]
    text: str
    notes: tuple[str, ...] = ()


def split_front_matter(text: str) -> FrontMatter:
    """The metadata before a text, and the text after them; raises `Unfit` for a block beyond the limit."""
    block = _BLOCK.match(text)
    if block is None or not _KEY.search(block["yaml"] or block["toml"] or ""):
        return FrontMatter({}, text)
    if block.end() > _MOST:
        raise Unfit(f"its front matter has {block.end():,} characters; the limit is {_MOST:,}")
    rest = text[block.end() :]
    try:
        read = _yaml(block["yaml"]) if block["yaml"] is not None else tomllib.loads(block["toml"])
    except (ValueError, RecursionError) as error:
        return FrontMatter({}, rest, (f"has front matter that cannot be read and was left out: {error}",))
    attributes: dict[str, object] = {}
    for name, value in read.items():
        attributes.setdefault(_NAMES.get(name.lower(), name.lower()), value)
    return FrontMatter(attributes, rest)


def _yaml(text: str) -> Mapping[str, object]:
    """The mapping of a YAML document, every scalar as the string that is written: fields know their types."""
    import yaml

    try:
        # A few aliases of aliases would stand for more values than any memory holds.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.BaseLoader)):
            raise ValueError("it has YAML aliases")
        read = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "no YAML"
        raise ValueError(f"{reason}{f' in line {where.line + 2}' if where else ''}") from None
    if not isinstance(read, Mapping):
        raise ValueError("it is no mapping of names to values")
    return {str(name): value for name, value in read.items()}
