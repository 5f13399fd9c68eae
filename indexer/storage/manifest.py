"""The manifest of a generation: format, engine, how much it holds, and the size and checksum of every file.

`indexer.storage.generations` documents generations and how one becomes live.
"""

from __future__ import annotations

import datetime
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer.durable import sync_directory
from indexer.engine.backend import EngineStats
from indexer.errors import IndexDamaged, IndexOutdated
from indexer.schema import Field, Schema

FORMAT = 2
"""Version of the layout of an index."""

EARLIER = 1
"""That of version 0.1.0, of which the articles can be read."""

REBUILD = (
    "An index of version 0.1.0 is brought to this one with: indexer upgrade. "
    "Any other is built again from the articles with: indexer build PATH..."
)

_MANIFEST = "manifest.json"
_CHUNK = 1 << 20


def is_sealed(generation: Path) -> bool:
    """Whether a generation was written to its end: its manifest comes last."""
    return (generation / _MANIFEST).exists()


def read_manifest(generation: Path) -> dict[str, Any]:
    """The manifest of a generation; raises `IndexDamaged` or `IndexOutdated`."""
    manifest = _read(generation)
    if manifest.get("format") != FORMAT:
        raise IndexOutdated(
            f"the index in {generation} has format {manifest.get('format')}; this version reads {FORMAT}", REBUILD
        )
    return manifest


def earlier_manifest(generation: Path) -> dict[str, Any] | None:
    """The manifest of a generation that version 0.1.0 wrote, None of any other; raises `IndexDamaged`.

    It has "engine", "engine_format" and "files".
    """
    manifest = _read(generation)
    return manifest if manifest.get("format") == EARLIER else None


def _read(generation: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((generation / _MANIFEST).read_text("utf-8"))
        if not isinstance(manifest, dict):
            raise ValueError("it is no object")
        if manifest.get("format") == FORMAT and not _is_whole(manifest):
            raise ValueError("it does not say when it was made, of which files it is, and how much of what it holds")
        engine = manifest.get("engine"), manifest.get("engine_format")
        if manifest.get("format") == EARLIER and not (_lists_files(manifest) and all(engine)):
            raise ValueError("it does not say when it was made, by which engine and of which files it is")
    except (OSError, ValueError, RecursionError) as error:
        raise IndexDamaged(
            f"{generation / _MANIFEST} cannot be read: {error}",
            "Nothing was deleted. Go back with: indexer rollback, or build again with: indexer build PATH...",
        ) from None
    return manifest


def _is_whole(manifest: dict[str, Any]) -> bool:
    try:
        stats_of(manifest)
        schema_of(manifest)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return _lists_files(manifest)


def _lists_files(manifest: dict[str, Any]) -> bool:
    files = manifest.get("files")
    return (
        isinstance(manifest.get("created"), str)
        and isinstance(files, dict)
        and all(
            isinstance(entry, dict) and isinstance(entry.get("bytes"), int) and isinstance(entry.get("crc32"), int)
            for entry in files.values()
        )
    )


def stats_of(manifest: dict[str, Any]) -> EngineStats:
    """How much a generation holds, by its manifest."""
    stats = manifest["stats"]
    terms, tokens = ({Field(name): int(count) for name, count in stats[each].items()} for each in ("terms", "tokens"))
    return EngineStats(int(stats["articles"]), int(stats["paragraphs"]), terms, tokens, int(stats["bytes"]))


def schema_of(manifest: dict[str, Any]) -> Schema:
    """The metadata fields that a generation was made with, by its manifest."""
    return Schema.from_json(manifest["fields"])


def damaged_files(generation: Path, within: str = "") -> Iterator[str]:
    """Compare the files of a generation (in its folder `within`) with its manifest; a sentence for each difference."""
    yield from differing_files(generation, read_manifest(generation)["files"], within)


def differing_files(generation: Path, files: dict[str, dict[str, int]], within: str = "") -> Iterator[str]:
    """Compare the files of a generation (in its folder `within`) with what is listed of them."""
    listed = {name: entry for name, entry in files.items() if name.startswith(f"{within}/" if within else "")}
    present = {str(path.relative_to(generation)) for path in generation.rglob("*") if path.is_file()}
    for name, entry in sorted(listed.items()):
        path = generation / name
        if name not in present:
            yield f"{path} is missing"
        elif path.stat().st_size != entry["bytes"]:
            yield f"{path} has {path.stat().st_size} bytes, not {entry['bytes']}"
        elif _crc32(path) != entry["crc32"]:
            yield f"{path} is damaged: its content is not what was written"
    for name in sorted(present - set(files) - {_MANIFEST}):
        yield f"{generation / name} does not belong to the index"


def write_manifest(
    generation: Path, engine: str, engine_format: int, stats: EngineStats, schema: Schema, live: Path | None
) -> None:
    """Write the manifest of a generation, durably with its folders; what it shares with `live` is not read again."""
    known: dict[tuple[int, int], dict[str, int]] = {}
    if live is not None:
        for name, entry in read_manifest(live)["files"].items():
            status = (live / name).stat()
            known[status.st_dev, status.st_ino] = entry
    files = {}
    for path in sorted(path for path in generation.rglob("*") if path.is_file()):
        status = path.stat()
        entry = known.get((status.st_dev, status.st_ino))
        files[str(path.relative_to(generation))] = entry or {"bytes": status.st_size, "crc32": _crc32(path)}
    manifest = {
        "format": FORMAT,
        "engine": engine,
        "engine_format": engine_format,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "stats": asdict(stats),
        "fields": schema.as_json(),
        "files": files,
    }
    write_durably(generation / _MANIFEST, manifest)
    for folder in {path.parent for path in generation.rglob("*")} | {generation.parent}:
        sync_directory(folder)


def write_durably(path: Path, value: dict[str, Any]) -> None:
    """Write a value as JSON, to the disk itself."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _crc32(path: Path) -> int:
    value = 0
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return value
