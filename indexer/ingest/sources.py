"""The sources that a caller can index: paths, articles and records, or iterables of them, consumed one by one."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.json_lines import read_record
from indexer.articles.limits import Limits
from indexer.articles.model import Article
from indexer.errors import SourceFailed
from indexer.ingest.files import check_paths
from indexer.json_shape import to_json

Record: TypeAlias = Mapping[str, Any]
"""An article with the keys of a line of JSON Lines; dates may be `datetime.date`, lists may be tuples."""

Sources: TypeAlias = Path | str | Article | Record | Iterable["Sources"]


def paths_of(sources: Sources) -> Iterator[Path | str]:
    """The paths that can be told beforehand: those that stand in no iterator, which could be read only once."""
    if isinstance(sources, (Path, str)):
        yield sources
    elif isinstance(sources, Sequence):
        for source in sources:
            yield from paths_of(source)


def one_by_one(sources: Sources, checked: bool = True) -> Iterator[Path | str | Article | Record]:
    """The paths, articles and records, in order; nothing is taken from an iterator before it is needed.

    A path that `paths_of` could not tell is checked when its turn comes, and may raise `InputMissing` then. Raises
    `TypeError` for what is no source, and whatever an iterator raises; an `OSError` of it becomes `SourceFailed`.
    """
    if isinstance(sources, (Path, str)):
        if not checked:
            check_paths([sources])
        yield sources
    elif isinstance(sources, (Article, Mapping)):
        yield sources
    elif isinstance(sources, Iterable) and not isinstance(sources, (bytes, bytearray, memoryview)):
        for source in _taken(sources):
            yield from one_by_one(source, checked and isinstance(sources, Sequence))
    else:
        raise TypeError(f"{sources!r:.100} cannot be indexed: give paths, articles or records")


def _taken(sources: Iterable[Sources]) -> Iterator[Sources]:
    iterator = iter(sources)
    while True:
        try:
            source = next(iterator)
        except StopIteration:
            return
        except OSError as error:
            # Whoever writes the index would take it for an error of its own files.
            raise SourceFailed(
                f"the articles to be indexed could not be had: {error}", "The index is as it was."
            ) from error
        yield source


def draft_of(given: Article | Record, limits: Limits) -> Draft:
    """The draft of an article or a record, held to the same rules as a line of JSON Lines; raises `Unfit`."""
    try:
        if not isinstance(given, Article):
            return read_record(_as_json(given), limits)
        values = {name: own[0] if len(own) == 1 else own for name, own in given.info.values.items()}
        # As JSON has them: what no field is declared for is kept so.
        attributes = {**json.loads(given.info.undeclared or "{}"), **_as_json(values)}
        return replace(read_record(to_json(given), limits), attributes=attributes)
    except RecursionError:
        raise Unfit("is nested too deeply") from None


def _as_json(value: Any) -> Any:
    """The value with dates, tuples and mappings as JSON has them."""
    if isinstance(value, Mapping):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, datetime.date) else value
