"""What an index is called in the cluster."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from indexer.engine.opensearch.connection import ClusterSettings
from indexer.errors import SettingInvalid

_NAME = re.compile("[a-z0-9][a-z0-9_-]{0,99}")


def name_of(directory: Path, settings: ClusterSettings) -> str:
    """The name of the index in a directory: that of the settings, or one made of its path; raises `SettingInvalid`."""
    name = settings.opensearch_name or _derived(directory)
    if not _NAME.fullmatch(name):
        hint = "Give up to 100 small letters without diacritics, digits, _ and -."
        raise SettingInvalid(f"setting opensearch_name is {name!r}", hint)
    return name


def _derived(directory: Path) -> str:
    """The name of the index in a directory, where the settings give none."""
    place = directory.resolve()
    readable = re.sub("[^a-z0-9]+", "-", place.name.lower()).strip("-")[:40] or "index"
    return f"timdoan-{readable}-{zlib.crc32(str(place).encode('utf-8', 'surrogateescape')):08x}"
