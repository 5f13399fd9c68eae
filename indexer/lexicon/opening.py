"""Opening a lexicon, with what has changed since it was written."""

from __future__ import annotations

from pathlib import Path

from indexer.lexicon.changed import ChangedLexicon
from indexer.lexicon.container import MALFORMED, damaged, identity, read_sections
from indexer.lexicon.delta import delta_files, read_delta, summed
from indexer.lexicon.store import FILE, Lexicon


def open_lexicon(directory: Path | str, *, check: bool | None = None) -> Lexicon:
    """Open the lexicon of a directory; raises `LexiconUnusable` (see `container.read_sections` for `check`)."""
    if not delta_files(Path(directory)):
        path = Path(directory) / FILE
        try:
            return Lexicon(read_sections(path, check=check))
        except MALFORMED as error:
            raise damaged(path, error) from error
    return open_changed(directory, check=check)


def open_changed(directory: Path | str, *, check: bool | None = None) -> ChangedLexicon:
    """The same as one to which changes can be added, whether or not there were any."""
    path = Path(directory) / FILE
    sections = read_sections(path, check=check)
    try:
        size, files = len(sections["counts"]), delta_files(Path(directory))
        parts = [
            read_delta(each, identity(path), size, files[:at] if at == len(files) - 1 else None)
            for at, each in enumerate(files)
        ]
        return ChangedLexicon(sections, summed(parts, size))
    except MALFORMED as error:
        raise damaged(path, error) from error
