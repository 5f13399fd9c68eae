"""Every setting, declared once: its name, default, allowed values and meaning.

A setting `query_characters` is given by the environment as `TIMDOAN_QUERY_CHARACTERS`, or by a keyword to
`Settings`. Nothing else in the project reads the environment. docs/settings.md lists them all (a test holds it to
this table).
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.errors import SettingInvalid

PREFIX = "TIMDOAN_"


def _setting(default: Any, help: str, *, low: float | None = None, high: float | None = None) -> Any:
    return dataclasses.field(default=default, metadata={"help": help, "low": low, "high": high})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a process; raises `SettingInvalid` when a value is outside the allowed range."""

    index: Path = _setting(Path("data/index"), "The index directory.")

    query_characters: int = _setting(
        1_000, "Longest query read; what comes after is left out, with a warning.", low=1, high=100_000
    )
    query_clauses: int = _setting(
        64, "Most clauses (words, phrases, restrictions) of a query that count.", low=1, high=1_024
    )
    query_expansions: int = _setting(128, "Most forms a `prefix*` stands for.", low=1, high=10_000)
    minimum_match: float = _setting(
        0.25,
        "Share of a query's plain words that a passage must hold to be found, rounded up.",
        low=0.0,
        high=1.0,
    )
    minimum_match_by_date: float = _setting(
        0.75, "The same where the newest come first: one word of many must not do.", low=0.0, high=1.0
    )

    k1: float = _setting(0.5, "BM25: how soon repeating a term stops counting.", low=0.0, high=10.0)
    b: float = _setting(0.6, "BM25: how much a long paragraph is held back.", low=0.0, high=1.0)
    idf_power: float = _setting(1.1, "Power of the inverse document frequency.", low=0.0, high=3.0)
    weight_syllables: float = _setting(1.0, "Weight of a syllable as typed.", low=0.0, high=10.0)
    weight_words: float = _setting(0.6, "Weight of a word of several syllables or one.", low=0.0, high=10.0)
    weight_bigrams: float = _setting(0.5, "Weight of two neighbouring syllables.", low=0.0, high=10.0)
    weight_unmarked: float = _setting(
        0.1, "Weight of a syllable's unmarked form where marks were typed.", low=0.0, high=10.0
    )
    weight_title: float = _setting(0.2, "Weight of a syllable in the article's title.", low=0.0, high=10.0)

    capitals: float = _setting(
        0.2, "How much more a syllable counts that is mostly written with a capital; 0: no more.", low=0.0, high=3.0
    )
    question_frames: int = _setting(
        1, "Whether words that only ask (`là gì`, `bao nhiêu`) are left out: 1, or 0 to search them too.", low=0, high=1
    )

    page_size: int = _setting(10, "Results on a page where the request does not say.", low=1, high=100)
    page_size_limit: int = _setting(100, "Most results on a page.", low=1, high=1_000)
    depth_limit: int = _setting(10_000, "Deepest result that paging reaches.", low=1, high=1_000_000)
    snippet_characters: int = _setting(280, "About how long a snippet is.", low=40, high=5_000)
    passages_per_article: int = _setting(3, "Passages shown under one article.", low=1, high=20)

    host: str = _setting("127.0.0.1", "Address the server listens at.")
    port: int = _setting(8000, "Port the server listens at; 0 takes a free one.", low=0, high=65_535)
    workers: int = _setting(2, "Server processes.", low=1, high=64)
    threads: int = _setting(4, "Threads of each server process.", low=1, high=64)
    cors_origins: tuple[str, ...] = _setting(
        (),
        "Origins whose pages may read the JSON endpoint, separated by commas; `*` for all; none by default.",
    )

    def __post_init__(self) -> None:
        for entry in dataclasses.fields(self):
            value, low, high = getattr(self, entry.name), entry.metadata["low"], entry.metadata["high"]
            if low is not None and not low <= value <= high:
                raise SettingInvalid(
                    f"setting {entry.name} is {value}",
                    f"Give a value from {low} to {high} ({PREFIX}{entry.name.upper()}).",
                )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
        """The settings of `environment`, with those `given` (and not None) in their place."""
        values = {name: value for name, value in given.items() if value is not None}
        for entry in dataclasses.fields(cls):
            text = environment.get(PREFIX + entry.name.upper())
            if text is not None and entry.name not in values:
                values[entry.name] = _read(entry.name, text, type(entry.default))
        return cls(**values)


_KINDS: Mapping[type, str] = {int: "a whole number", float: "a number"}


def _read(name: str, text: str, kind: type) -> Any:
    readers: Mapping[type, Callable[[str], Any]] = {
        int: int,
        float: float,
        str: str,
        type(Path()): Path,
        tuple: lambda value: tuple(part.strip() for part in value.split(",") if part.strip()),
    }
    try:
        return readers[kind](text)
    except ValueError:
        raise SettingInvalid(
            f"setting {name} is {text!r}, which is not {_KINDS[kind]}", f"Correct {PREFIX}{name.upper()}."
        ) from None
