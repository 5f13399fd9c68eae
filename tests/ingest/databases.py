"""Files of a database that cannot be read."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def damage(path: Path) -> None:
    """Make it no database at all."""
    path.write_bytes(b"no database at all" * 100)


def from_the_future(path: Path) -> None:
    """Make it one of a later version."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
