"""Weights learned from an owner's judged queries, kept beside the index: `tuned.json` in its directory.

It belongs to no generation, so that it survives rebuilds and rollbacks; without it the defaults count. A setting that
was given another value than its default is left as given. How weights are learned lives in `indexer.evaluation.tuning`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.durable import sync_directory
from indexer.errors import IndexUnwritable, SettingInvalid, TuningUnusable
from indexer.settings import Settings

FILE = "tuned.json"
TUNABLE = (
    "k1",
    "b",
    "idf_power",
    "weight_words",
    "weight_bigrams",
    "weight_unmarked",
    "weight_title",
    "capitals",
    "weight_sentence",
    "weight_answer",
    "weight_coverage",
    "weight_title_match",
    "weight_article",
    "weight_lead",
    "weight_first",
    "weight_typed",
    "weight_synonyms",
)
"""The settings that may be learned."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """The values learned, by setting, and how: from how many queries, and nDCG@10 on queries held out each in turn.

    `before` is that of the defaults, `after` that of what was learned without them, `p` that of the paired
    randomisation test; `date` is ISO 8601.
    """

    values: Mapping[str, float]
    queries: int
    before: float
    after: float
    p: float
    date: str


def read(directory: Path) -> Tuned | None:
    """What is in force in an index directory, None when nothing is; raises `TuningUnusable`."""
    path = directory / FILE
    try:
        found = Tuned(**json.loads(path.read_text("utf-8")))
        if not set(found.values) <= set(TUNABLE):
            raise ValueError("it holds a setting that cannot be learned")
        Settings().changed(found.values)
        return found
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, SettingInvalid) as error:
        raise TuningUnusable(
            f"the weights learned for this index, {path}, cannot be read: {error}",
            "The defaults count meanwhile. Learn them again with: indexer tune FOLDER, or: indexer tune --off",
        ) from error


def write(directory: Path, tuned: Tuned) -> None:
    """Put learned weights in force, at once and durably; raises `IndexUnwritable`."""
    path = directory / FILE
    fresh = path.with_suffix(".new")
    try:
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump(asdict(tuned), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
        sync_directory(directory)
    except OSError as error:
        raise IndexUnwritable(
            f"{path} cannot be written: {error.strerror}", "Check the disk and its permissions."
        ) from None


def remove(directory: Path) -> bool:
    """Let the defaults count again, durably; whether anything was in force. Raises `IndexUnwritable`."""
    try:
        (directory / FILE).unlink()
        sync_directory(directory)
    except FileNotFoundError:
        return False
    except OSError as error:
        message = f"{directory / FILE} cannot be removed: {error.strerror}"
        raise IndexUnwritable(message, "Check the disk and its permissions.") from None
    return True


def stamp(directory: Path) -> tuple[int, int, int] | None:
    """A value that changes whenever learned weights come, change or go."""
    try:
        status = os.stat(os.path.join(directory, FILE))
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def applied(settings: Settings, tuned: Tuned | None) -> Settings:
    """The settings with what was learned in place of defaults, but for those that were set on purpose."""
    if tuned is None:
        return settings
    defaults = Settings()
    learned = {
        name: value
        for name, value in tuned.values.items()
        if name not in settings.given and getattr(settings, name) == getattr(defaults, name)
    }
    return settings.changed(learned)
