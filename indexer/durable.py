"""fsync of folders, so that the names of new files are durable as well as their contents; files that are shared."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def sync_directory(path: str | os.PathLike[str]) -> None:
    """Make the names in a folder durable (fsync)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_directory(path: Path) -> None:
    """Make a folder, and those above it that are missing, with durable names."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        sync_directory(folder.parent)


def share(path: Path, copy: Path) -> None:
    """Give a file that never changes a second name: a hard link, or a durable copy where there are none."""
    try:
        os.link(path, copy)
    except OSError:  # a file system without hard links
        shutil.copy2(path, copy)
        with open(copy, "rb") as file:
            os.fsync(file.fileno())
