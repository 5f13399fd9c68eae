"""Finding article files: which files of a folder are read, in which order, under which ids.

The table in `indexer.articles.formats` has the suffixes that are read, and their readers.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.articles import formats
from indexer.articles.model import LeftOut, Rejection
from indexer.errors import InputMissing

_JUDGEMENTS = "qrels.tsv"
"""The file that says that a folder holds a judged set."""


OnLeftOut = Callable[[LeftOut], None]


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file to read. `name` is its path for people to read; `id` that of its article if it holds one."""

    path: Path
    format: formats.FileFormat
    name: str
    id: str


def shown(path: Path | str) -> str:
    """The path as text that can be printed on one line, whatever bytes the file's name has."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) == "Cc" else char for char in text
    )


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


def find(
    paths: Sequence[Path | str], follow_links: bool = False, left_out: OnLeftOut | None = None
) -> Iterator[ArticleFile | Rejection]:
    """The files to read, in the order of the paths; a folder's files and folders in the order of their names.

    A path to a file is always a source, or a `Rejection` when its suffix is unknown; its id is its name
    without suffix. Of a folder are left out: hidden files and folders, files with other suffixes, `README`
    files, and the queries (`queries*` in a format of records) of a judged set, that is of a folder that holds a
    `qrels.tsv`. The id is the path inside the folder given, without suffix, separated by `/`; of files that differ in
    their suffix alone one has that id (see `ids_of`), and the others keep their suffix in theirs. Ids are NFC, for file
    systems differ in the form they keep. Links are followed inside of the folder given, and out of it only with
    `follow_links`; no folder is read twice. What leads out, and pipes, sockets and devices, are rejections.
    `left_out` gets each file and hidden folder that is left out.
    """
    for given in paths:
        path = Path(given)
        if os.path.isdir(path):
            yield from _walk(path, None if follow_links else os.path.realpath(path), left_out)
        elif found := formats.format_of(path.name):
            yield ArticleFile(path, found, shown(path), _id(path.name, found))
        else:
            known = ", ".join(formats.suffixes())
            yield Rejection(shown(path), None, f"has an unknown suffix; read are {known}, and each with .gz")


def _id(inside: str, found: formats.FileFormat) -> str:
    return unicodedata.normalize("NFC", inside[: -len(found.suffix)])


def _walk(folder: Path, within: str | None, left_out: OnLeftOut | None) -> Iterator[ArticleFile | Rejection]:
    """The files of a folder, without recursion: folders may be nested more deeply than Python's calls.

    Links that do not lead to something `within` are rejected; None: none are.
    """
    visited: set[tuple[int, int]] = set()
    pending = [(folder, "", "")]
    while pending:
        path, inside, id = pending.pop()
        try:
            status = path.stat()
            if within is not None and path.is_symlink() and not _is_inside(os.path.realpath(path), within):
                yield Rejection(shown(path), None, "is a link that leads out of the folder (setting follow_links)")
            elif stat.S_ISDIR(status.st_mode):
                if (status.st_dev, status.st_ino) not in visited:
                    visited.add((status.st_dev, status.st_ino))
                    names = _articles_and_folders(path, left_out)
                    ids = ids_of([name for name, is_folder in names if not is_folder])
                    start = f"{inside}/" if inside else ""
                    pending.extend(
                        (path / name, start + name, start + ids.get(name, "")) for name, _ in reversed(names)
                    )
            elif stat.S_ISREG(status.st_mode) and (found := formats.format_of(path.name)):
                yield ArticleFile(path, found, shown(path), unicodedata.normalize("NFC", id))
            else:
                yield Rejection(shown(path), None, "is no regular file, but a pipe, a socket or a device")
        except OSError as error:
            yield Rejection(shown(path), None, f"cannot be read: {error.strerror}")


def ids_of(names: Sequence[str]) -> dict[str, str]:
    """The ids of the files of one folder by their names, all different and NFC: the names without suffix.

    Of files with the same name but for their suffix the first has that id, and files of one article come before files
    of records, whose articles mostly have ids of their own. The others are called by their whole names.
    """
    known = {name: found for name in names if (found := formats.format_of(name))}
    ordered = sorted(known, key=lambda name: (known[name].format.document is None, name))
    ids: dict[str, str] = {}
    taken: set[str] = set()
    others = []
    for name in ordered:
        id = _id(name, known[name])
        if id in taken:
            others.append(name)
        else:
            ids[name] = id
            taken.add(id)
    for name in others:
        ids[name] = unused(unicodedata.normalize("NFC", name), taken.__contains__)
        taken.add(ids[name])
    return ids


def unused(id: str, is_taken: Callable[[str], bool]) -> str:
    """The id, or where it is taken the first of `id~2`, `id~3` and so on that is not."""
    number, free = 1, id
    while is_taken(free):
        number += 1
        free = f"{id}~{number}"
    return free


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _articles_and_folders(folder: Path, left_out: OnLeftOut | None) -> list[tuple[str, bool]]:
    """What may hold articles, by sorted names: files with a known suffix, and whatever may be a folder (true)."""
    with os.scandir(folder) as entries:
        found = {entry.name: os.path.isdir(entry.path) for entry in entries}
    judged = _JUDGEMENTS in found
    names = []
    for name, is_folder in sorted(found.items()):
        why = "hidden" if name.startswith(".") else None if is_folder else _unread(name, judged)
        if why is None:
            names.append((name, is_folder))
        elif left_out is not None:
            left_out(LeftOut(shown(folder / name), why))
    return names


def _unread(name: str, judged: bool) -> str | None:
    """What a file that is no article is counted under; None for one that may be."""
    read = formats.format_of(name)
    if name == _JUDGEMENTS or (read is not None and judged and _is_judged(name, read)):
        return "of a judged set"
    if name.casefold().startswith("readme"):
        return "README"
    return shown(os.path.splitext(name)[1].lower()) or "no suffix" if read is None else None


def _is_judged(name: str, found: formats.FileFormat) -> bool:
    """Whether a file of a judged set holds its queries or judgements."""
    return found.format.records is not None and name.startswith("queries")
