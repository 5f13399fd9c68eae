"""Paths become the files to read: which files of a folder are articles, in which order, under which ids.

What stands in a file is read elsewhere.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexer.articles.model import Rejection
from indexer.errors import InputMissing


class Format(StrEnum):
    """How a file is read; the value is the suffix of its name, in lower case."""

    LINES_GZIPPED = ".jsonl.gz"
    LINES = ".jsonl"
    MARKDOWN = ".md"
    TEXT = ".txt"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `name` is its path for people to read; `id` that of its article if it holds one."""

    path: Path
    format: Format
    name: str
    id: str


def shown(path: Path | str) -> str:
    """The path as text that can be printed, whatever bytes the file's name has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def check_paths(paths: Sequence[Path | str]) -> None:
    """Raise `InputMissing` for the first path that is neither a readable file nor a readable folder."""
    for path in paths:
        try:
            mode = os.stat(path).st_mode
            if stat.S_ISDIR(mode):
                with os.scandir(path):
                    pass
            elif stat.S_ISREG(mode):
                with open(path, "rb"):
                    pass
            else:
                raise InputMissing(
                    f"{shown(path)} is neither a file nor a folder", "Give a file or a folder of articles."
                )
        except FileNotFoundError:
            raise InputMissing(
                f"{shown(path)} does not exist", "Check the path; it is relative to where you are."
            ) from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise InputMissing(
                f"{shown(path)} cannot be read: {reason}", "Check the path and its permissions."
            ) from None


def find(paths: Sequence[Path | str]) -> Iterator[Source | Rejection]:
    """The files to read, in the order of the paths; a folder's files and folders in the order of their names.

    A path to a file is always a source, or a `Rejection` when its suffix is unknown; its id is its name
    without suffix. Of a folder are left out: hidden files and folders, files with other suffixes, `README`
    files, and the queries (`queries*.jsonl`) of a judged set, that is of a folder that holds a `qrels.tsv`.
    The id is the path inside the folder given, without suffix, parted by `/`. Ids are NFC, for file systems
    differ in the form they keep. Links are followed, but no folder is read twice.
    """
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from _walk(path, "", set())
        elif (format := _format(path.name)) is not None:
            yield Source(path, format, shown(path), _id(path.name, format))
        else:
            yield Rejection(shown(path), None, f"has an unknown suffix; read are {', '.join(sorted(Format))}")


def _format(name: str) -> Format | None:
    lower = name.lower()
    return next((format for format in Format if lower.endswith(format)), None)


def _id(inside: str, format: Format) -> str:
    return unicodedata.normalize("NFC", inside[: -len(format)])


def _walk(folder: Path, inside: str, visited: set[tuple[int, int]]) -> Iterator[Source | Rejection]:
    """The files of a folder; `inside` is its path in the folder given, empty or ending with a slash."""
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in visited:
            return
        visited.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        yield Rejection(shown(folder), None, f"cannot be read: {error.strerror}")
        return
    judged = "qrels.tsv" in names
    for name in names:
        path = folder / name
        if path.is_dir():
            yield from _walk(path, f"{inside}{name}/", visited)
            continue
        format = _format(name)
        if format is None or name.casefold().startswith("readme") or (judged and _holds_queries(name, format)):
            continue
        try:
            regular = stat.S_ISREG(path.stat().st_mode)
        except OSError as error:
            yield Rejection(shown(path), None, f"cannot be read: {error.strerror}")
            continue
        if regular:
            yield Source(path, format, shown(path), _id(inside + name, format))


def _holds_queries(name: str, format: Format) -> bool:
    return format in (Format.LINES, Format.LINES_GZIPPED) and name.startswith("queries")
