"""The backend: the generations of one index in a cluster.

Of the index NAME there are in the cluster

    NAME-TOKEN            an index with paragraphs; NAME-TOKEN-merged where it was made of several
    NAME.live             an alias: the generation with the token of the index that it names is live
    NAME.previous         the same of the one before
    NAME-files            an index with the manifests, the files in pieces (`files`), and the lock (`lease`)

and in the folder of the index, on each machine that has opened it, its files: `opensearch/vocabulary` and
`opensearch/generations/TOKEN`, the attachments.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import threading
import time
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from indexer.durable import make_directory
from indexer.engine.backend import ENGINE, Capabilities, Generation, NewGeneration, Published
from indexer.engine.opensearch.change import MERGED, OpenGeneration
from indexer.engine.opensearch.connection import ClusterSettings, Connection, Refused, chunked
from indexer.engine.opensearch.engine import OpenSearchEngine
from indexer.engine.opensearch.files import differences, fetch, keep_only, missing_pieces, send, take
from indexer.engine.opensearch.lease import BUILDING, LOCK, Lease, builder
from indexer.engine.opensearch.manifest import File, Manifest
from indexer.engine.opensearch.naming import name_of
from indexer.engine.opensearch.new_index import SECONDS, create_index, remove_index
from indexer.engine.opensearch.statistics import Statistics
from indexer.engine.opensearch.vocabulary import Vocabulary
from indexer.engine.opensearch.writer import OpenSearchWriter
from indexer.errors import EngineUnavailable, IndexDamaged, IndexMissing, IndexOutdated, SettingInvalid
from indexer.schema import Schema

VOCABULARY, ATTACHMENTS = "vocabulary/", "attachments/"
"""What the names of the files of a generation begin with."""

STAY_SECONDS = 60.0
"""How long indexes stay that no generation has any more: searches that began before may still ask them."""

_TOKEN = r"[0-9]{6,}-[0-9a-f]{8}"


class _NotAll(EngineUnavailable):
    """Some shards do not answer."""


class OpenSearchBackend:
    """The generations of the index in a directory; see `indexer.engine.backend.Backend`."""

    capabilities = Capabilities(shared=True)

    name: str
    """Of the index in the cluster."""

    def __init__(self, directory: Path, settings: ClusterSettings) -> None:
        self._connection = Connection(settings)
        self._folder = directory / "opensearch"
        self.name = name_of(directory, settings)
        self._files = f"{self.name}-files"
        self._own = re.compile(rf"{re.escape(self.name)}-({_TOKEN})(?:{MERGED})?")
        self._writers: dict[str, OpenSearchWriter] = {}
        self._lease: Lease | None = None
        self._building: Lease | None = None
        self.notice_seconds = settings.opensearch_notice_seconds
        self._noticing = threading.Lock()
        self._noticed: tuple[float, Hashable] = (-self.notice_seconds, None)

    def published(self) -> Published:
        """Which generation is live; raises `IndexMissing`, or `EngineUnavailable`."""
        names = self._aliases()
        if "live" not in names:
            raise IndexMissing(
                f"there is no index {self.name} in the cluster", "Build one with: indexer build PATH... --index DIR"
            )
        return Published(names["live"], names.get("previous", ""))

    def _aliases(self) -> dict[str, str]:
        """The tokens by what they are: "live", "previous"."""
        found: dict[str, str] = {}
        for index, told in self._connection.get(f"/_alias/{self.name}.*").items():
            if match := self._own.fullmatch(index):
                found |= {alias.removeprefix(f"{self.name}."): match[1] for alias in told["aliases"]}
        return found

    def stamp(self) -> Hashable:
        """The live generation, looked up once in `notice_seconds`; while it cannot be, the one known last."""
        with self._noticing:
            looked, stamp = self._noticed
            now = time.monotonic()
            if now - looked >= self.notice_seconds:
                with contextlib.suppress(EngineUnavailable, Refused, SettingInvalid):
                    stamp = self._aliases().get("live")
                self._noticed = now, stamp
            return stamp

    def open(self, token: str = "") -> Generation:
        """Open a generation, by default the live one; its files are fetched where they are not there yet."""
        while not token:
            names = self.published()
            try:
                return self._open(self._manifest(names.generation))
            except (IndexMissing, IndexDamaged):
                # It may have been switched away and removed since its name was read.
                if self.published() == names:
                    raise
        return self._open(self._manifest(token))

    def _manifest(self, token: str) -> Manifest:
        try:
            document = self._connection.get(f"/{self._files}/_doc/manifest-{token}")
        except Refused as error:
            if error.status != 404:
                raise
            raise IndexMissing(f"there is no generation {token}", "Build again with: indexer build PATH...") from None
        return Manifest.from_json(document["_source"]["manifest"], token)

    def _open(self, manifest: Manifest) -> Generation:
        for path, file in self._places(manifest).items():
            own = path.relative_to(self._folder).parts
            take(file, path, self._folder.glob("/".join([own[0], "*", *own[2:]])) if len(own) > 2 else ())
            fetch(self._connection, self._files, file, path)
        folder = self._attachments(manifest.token)
        make_directory(folder)
        return Generation(
            manifest.token, manifest.created, self._engine(manifest), manifest.stats, folder, manifest.schema
        )

    def _engine(self, manifest: Manifest) -> OpenSearchEngine:
        parts = [Vocabulary(self._vocabulary / part.vocabulary) for part in manifest.parts]
        removed = [Vocabulary(self._vocabulary / part.removed) for part in manifest.parts if part.removed]
        statistics = Statistics(manifest.stats.paragraphs, manifest.stats.tokens, parts, removed)
        return OpenSearchEngine(self._connection, manifest, statistics)

    def _places(self, manifest: Manifest, within: str = "") -> dict[Path, File]:
        """Where on this machine the files of a generation are whose names begin so."""
        return {
            self._attachments(manifest.token) / name.removeprefix(ATTACHMENTS)
            if name.startswith(ATTACHMENTS)
            else self._folder / name: file
            for name, file in manifest.files.items()
            if name.startswith(within)
        }

    @property
    def _vocabulary(self) -> Path:
        return self._folder / VOCABULARY

    def _attachments(self, token: str) -> Path:
        return self._folder / "generations" / token

    def verify(self, token: str, part: str = "") -> Iterator[str]:
        """Compare the files on this machine, and how many paragraphs each index has, with what was written.

        Without `part`, also whether the cluster has all pieces of the files.
        """
        manifest = self._manifest(token)
        within = {"": "", ENGINE: VOCABULARY}.get(part, f"{ATTACHMENTS}{part}/")
        yield from differences(self._places(manifest, within))
        if part in ("", ENGINE):
            for each in manifest.parts:
                try:
                    yield from self._lost(each.index, each.paragraphs)
                except _NotAll as error:
                    if part:
                        raise
                    yield str(error)
        if not part:
            yield from missing_pieces(self._connection, self._files, manifest.files)

    def _lost(self, index: str, paragraphs: int) -> Iterator[str]:
        """A sentence where an index has not as many paragraphs as were written."""
        try:
            answer = self._connection.get(f"/{index}/_count")
        except Refused as error:
            yield f"index {index} cannot be asked: {error}"
            return
        shards = answer["_shards"]
        if shards["successful"] < shards["total"]:
            lacking = f"{shards['total'] - shards['successful']} of {shards['total']} shards do not answer"
            raise _NotAll(f"index {index}: {lacking}", "See the nodes; searches are marked as degraded until they do.")
        if answer["count"] != paragraphs:
            yield f"index {index} has {answer['count']:,} paragraphs, not {paragraphs:,}"

    @contextlib.contextmanager
    def writing(self, command: str) -> Iterator[None]:
        """Hold the lock of the index; raises `IndexLocked` naming the holder, or `EngineUnavailable`.

        When the process ends without giving it up, it is free after `opensearch_lock_seconds`.
        """
        with self._held(LOCK, command) as lease:
            self._lease = lease
            try:
                yield
            finally:
                self._lease = None

    @contextlib.contextmanager
    def building(self, command: str) -> Iterator[None]:
        """Be the one that builds a new index; raises as `writing`, and is freed as that lock is."""
        with self._held(BUILDING, command) as lease:
            self._building = lease
            try:
                yield
            finally:
                self._building = None

    def builder(self) -> str:
        """The token of what is being built; empty where nothing is."""
        return builder(self._connection, self._files)

    @contextlib.contextmanager
    def _held(self, name: str, command: str) -> Iterator[Lease]:
        self._make_files()
        lease = Lease(self._connection, self._files, name)
        lease.acquire(command)
        try:
            yield lease
        finally:
            lease.release()

    def _make_files(self) -> None:
        """Create the index of manifests, files and the lock, if it is not there."""
        kept = {"type": "keyword"}
        replicas = self._connection.settings.opensearch_replicas
        mapping = {"dynamic": False, "properties": {"type": kept, "name": kept}}
        settings = {"number_of_shards": 1, "number_of_replicas": replicas, "codec": "best_compression"}
        try:
            create_index(self._connection, self._files, {"settings": {"index": settings}, "mappings": mapping})
        except Refused as error:
            if error.kind != "resource_already_exists_exception":
                raise

    def make(self, schema: Schema | None = None) -> NewGeneration:
        """Begin a generation that holds nothing."""
        return self._draft(None, schema or Schema())

    def fork(self, token: str = "") -> NewGeneration:
        """Begin a generation that holds what another does, by default the live one."""
        live = self.open(token)
        return self._draft(live, live.schema)

    def _draft(self, live: Generation | None, schema: Schema) -> NewGeneration:
        if self._lease is None:
            self._make_files()
        token = self._next_token()
        if self._building is not None and live is None:
            self._building.note(token)
        for folder in (self._vocabulary, self._attachments(token)):
            make_directory(folder)
        base = None
        if live is not None:
            assert isinstance(live.engine, OpenSearchEngine)
            base = OpenGeneration(self._manifest(live.token), live.engine)
        writer = OpenSearchWriter(self._connection, f"{self.name}-{token}", schema, self._vocabulary, base)
        self._writers[token] = writer
        return NewGeneration(token, writer, self._attachments(token), live, schema)

    def _next_token(self) -> str:
        numbers = [int(token.partition("-")[0]) for token in self._indexes().values()]
        return f"{max(numbers, default=0) + 1:06d}-{secrets.token_hex(4)}"

    def _indexes(self) -> dict[str, str]:
        """The indexes with paragraphs, and the token of each."""
        found = self._connection.get(f"/{self.name}-*", {"filter_path": "*.settings.index.uuid"})
        return {index: match[1] for index in found or () if (match := self._own.fullmatch(index))}

    def seal(self, draft: NewGeneration) -> None:
        """Send the files of a draft, then its manifest."""
        manifest = self._writers.pop(draft.token).manifest
        assert manifest is not None
        known: Mapping[str, File] = {} if draft.live is None else self._manifest(draft.live.token).files
        files: dict[str, File] = {}
        for part in manifest.parts:
            for name in filter(None, (part.vocabulary, part.removed)):
                key = VOCABULARY + name
                files[key] = known.get(key) or send(self._connection, self._files, self._folder / key)
        for path in sorted(path for path in draft.attachments.rglob("*") if path.is_file()):
            own = path.relative_to(draft.attachments)
            key = ATTACHMENTS + own.as_posix()
            is_shared = key in known and draft.live is not None and path.samefile(draft.live.attachments / own)
            files[key] = known[key] if is_shared else send(self._connection, self._files, path)
        size = manifest.stats.bytes + sum(file.bytes for file in files.values())
        whole = replace(manifest, token=draft.token, files=files, stats=replace(manifest.stats, bytes=size))
        name = f"manifest-{draft.token}"
        body = {"type": "manifest", "name": name, "manifest": whole.as_json()}
        self._connection.insist("PUT", f"/{self._files}/_doc/{name}", body)

    def activate(self, token: str, *, keep: bool = True) -> None:
        """Move the aliases, in one request."""
        try:
            before = self.published().generation
        except IndexMissing:
            before = ""
        wanted = {"live": token, "previous": before if keep else ""}
        indexes = self._indexes()
        actions: list[dict[str, Any]] = []
        for alias, own in wanted.items():
            actions.append(
                {"remove": {"index": f"{self.name}-*", "alias": f"{self.name}.{alias}", "must_exist": False}}
            )
            named = [index for index, each in indexes.items() if each == own]
            actions += [{"add": {"index": index, "alias": f"{self.name}.{alias}"}} for index in named[:1]]
        for lease in filter(None, (self._lease, self._building)):
            lease.check()
        self._connection.ask("POST", "/_aliases", {"actions": actions}, None, SECONDS)

    def discard(self, token: str) -> None:
        """Remove a generation or what there is of it, unless it is live or may be."""
        with contextlib.suppress(EngineUnavailable, Refused, IndexDamaged, IndexOutdated, OSError):
            try:
                if self.published().generation == token:
                    return
            except IndexMissing:
                pass
            self._writers.pop(token, None)
            self._remove({token}, at_once=True)
            shutil.rmtree(self._attachments(token), ignore_errors=True)

    def sweep(self) -> None:
        """Remove generations that are neither live nor the one before, and what only they had.

        What cannot be removed now is removed another time.
        """
        with contextlib.suppress(IndexMissing, EngineUnavailable, Refused):
            names = self.published()
            known = {*self._indexes().values(), *self._manifests()}
            if litter := known - {names.generation, names.previous, self.builder()}:
                # Without one before, what there was is to be gone.
                self._remove(litter, at_once=not names.previous)
            if not self._writers:
                kept = [self._manifest(token) for token in known - litter]
                keep_only(self._vocabulary, {Path(name).name for manifest in kept for name in manifest.files})
                keep_only(self._folder / "generations", known - litter)

    def _manifests(self) -> list[str]:
        """The tokens of all generations that have a manifest."""
        return [name.removeprefix("manifest-") for name in self._documents("manifest")]

    def _documents(self, kind: str) -> Iterator[str]:
        """The names of all documents of a kind beside the paragraphs."""
        body: dict[str, Any] = {"query": {"term": {"type": kind}}, "_source": False, "size": 10_000, "sort": ["name"]}
        self._connection.ask("POST", f"/{self._files}/_refresh")
        while True:
            found = self._connection.ask("POST", f"/{self._files}/_search", body)["hits"]["hits"]
            yield from (hit["_id"] for hit in found)
            if len(found) < body["size"]:
                return
            body["search_after"] = found[-1]["sort"]

    def _remove(self, tokens: set[str], at_once: bool) -> None:
        """Remove generations from the cluster, and what none of those that stay needs.

        Unless `at_once`, indexes stay for a while: machines that search may not have looked yet what is live now.
        """
        kept = [self._manifest(token) for token in self._manifests() if token not in tokens]
        needed = {part.index for manifest in kept for part in manifest.parts}
        self._remove_documents([f"manifest-{token}" for token in tokens])
        unneeded = [index for index, token in self._indexes().items() if token in tokens and index not in needed]
        for index in unneeded if at_once else self._ripe(unneeded):
            remove_index(self._connection, index)
        pieces = {piece for manifest in kept for file in manifest.files.values() for piece in file.pieces}
        self._remove_documents([name for name in self._documents("piece") if name not in pieces])

    def _ripe(self, unneeded: Sequence[str]) -> list[str]:
        """Those of some indexes that have not been needed for a while, which is noted of each."""
        noted = f"/{self._files}/_doc/unneeded"
        try:
            since: dict[str, float] = self._connection.get(noted)["_source"]["since"]
        except Refused:
            since = {}
        now = time.time()
        since = {index: since.get(index, now) for index in unneeded}
        ripe = [index for index, first in since.items() if first <= now - STAY_SECONDS]
        left = {index: first for index, first in since.items() if index not in ripe}
        self._connection.ask("PUT", noted, {"type": "unneeded", "name": "unneeded", "since": left})
        return ripe

    def _remove_documents(self, names: Sequence[str]) -> None:
        for some in chunked(names, 1_000):
            lines = [{"delete": {"_id": name}} for name in some]
            self._connection.ask("POST", f"/{self._files}/_bulk", lines)
