"""What changes of an index do to its directory, recorded in the order in which they do it.

`main` is run in a process of its own: it makes the changes of `changes` to the index `WORK/tree/data/index`, WORK being
its only argument, and leaves the pickled `Log` in `WORK/log`. Before each call that names, renames, links, removes or
syncs something, the tree is looked at: whatever wrote there, a buffered file, `pwrite`, numpy, a mapped file or a
thread, is seen in the files. Only `os.fsync` has no audit event and is wrapped.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer import SearchRequest, add, build, open_index, remove
from indexer.errors import IndexDamaged, IndexMissing
from indexer.indexing.changes import rollback
from indexer.lexicon import changing
from indexer.storage import tuned_weights
from indexer.storage.tuned_weights import Tuned
from tests.samples import ARTICLES, write_articles

Content = bytes | dict[str, int]
"""What a file holds, or the numbers of what a directory names."""

ROOT = 0
"""The number of the directory in which all that happens."""
INDEX = "data/index"
"""Where in it the index is: two directories that the first build makes."""

_NAMING = {"os.rename", "os.link", "os.symlink", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True, slots=True)
class Changed:
    """Files and directories, by number, that hold something else than before."""

    nodes: dict[int, Content]


@dataclass(frozen=True, slots=True)
class Synced:
    """A file or directory was made durable; `path` is its name at that moment, below the root."""

    node: int
    path: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A change has returned; `answer` is what the index says from now on."""

    change: str
    answer: str


Event = Changed | Synced | Returned


@dataclass(slots=True)
class Log:
    """Everything recorded, in order; `answer` is what the directory said at first."""

    answer: str
    events: list[Event] = field(default_factory=list)


def answer(directory: Path) -> str:
    """What a reader learns of an index: what is found, the lexicon, the weights, and that nothing is damaged."""
    try:
        with open_index(directory) as index:
            found = index.search(SearchRequest("bưởi hồ rừng UBND", per_page=20)).passages
            tuned = tuned_weights.read(directory)
            value = {
                # To three places: compiled loops may add up in another order.
                "found": [(hit.article.id, hit.paragraph.position, round(hit.score, 3)) for hit in found],
                "lexicon": index.has_lexicon,
                "tuned": dict(tuned.values) if tuned else None,
                "damage": list(index.check()),
            }
    except IndexMissing:
        return "no index"
    except IndexDamaged as error:
        # A first build broken off at its very end looks like an index that lost the name of its generation.
        if "has lost its file 'current'" in str(error):
            return "no index"
        raise
    return json.dumps(value)


def changes(work: Path, index: Path, within: Callable[[str], object]) -> list[tuple[str, Callable[[], object]]]:
    """Every change of an index, each with a name; after each the index answers otherwise than before it.

    A change that others are made in calls `within` with the name of each when it has returned.
    """
    first = write_articles(work / "first.jsonl", ARTICLES[:2])
    second = write_articles(work / "second.jsonl")
    more = write_articles(work / "more.jsonl", ({"id": "moi", "title": "Rừng", "text": "Bưởi mọc ven rừng, bên hồ."},))
    late = ({"id": "muon", "title": "Hồ", "text": "Bưởi bên hồ, đến muộn."},)

    def slowly() -> Iterator[Path | Mapping[str, Any]]:
        yield more
        add(list(late), index)
        within("add while another builds")
        yield first

    weights = [Tuned({"k1": 0.9}, 9, 0.5, 0.6, 0.01, "2026-01-01"), Tuned({"b": 0.1}, 9, 0.5, 0.6, 0.01, "2026-01-02")]
    return [
        ("first build", lambda: build([first], index)),
        ("build", lambda: build([second], index)),
        ("add", lambda: add([more], index)),
        ("remove", lambda: remove(["buoi-phuc-trach"], index)),
        ("rollback", lambda: rollback(index)),
        ("build while another adds", lambda: build(slowly(), index)),
        ("tune", lambda: tuned_weights.write(index, weights[0])),
        ("tune again", lambda: tuned_weights.write(index, weights[1])),
        ("tune off", lambda: tuned_weights.remove(index)),
    ]


class Recorder:
    """Looks at a tree again and again and keeps how it differed."""

    def __init__(self, root: Path, log: Log) -> None:
        self._root, self._log = root, log
        self._numbers: dict[int, int] = {root.stat().st_ino: ROOT}
        self._seen: dict[int, Content] = {ROOT: {}}
        self._next = ROOT + 1
        self._lock = threading.RLock()

    def look(self) -> None:
        """Record what has changed since the last look."""
        with self._lock:
            present: dict[int, int] = {}
            nodes: dict[int, Content] = {}
            self._visit(self._root, present, nodes)
            # The number of a removed file may be given to the next one: only what is there now is known by it.
            self._numbers = present
            changed = {node: content for node, content in nodes.items() if self._seen.get(node) != content}
            self._seen = nodes
            if changed:
                self._log.events.append(Changed(changed))

    def synced(self, descriptor: int) -> None:
        """Record that the file or directory behind a descriptor is durable as it is now."""
        with self._lock:
            self.look()
            node = self._numbers.get(os.fstat(descriptor).st_ino)
            if node is not None:
                path = os.path.relpath(os.readlink(f"/proc/self/fd/{descriptor}"), self._root)
                self._log.events.append(Synced(node, path))

    def _visit(self, path: Path, present: dict[int, int], nodes: dict[int, Content]) -> int:
        inode = path.stat().st_ino
        node = present.get(inode, self._numbers.get(inode, -1))
        if node < 0:
            node, self._next = self._next, self._next + 1
        if inode not in present:
            present[inode] = node
            nodes[node] = (
                {each.name: self._visit(each, present, nodes) for each in sorted(path.iterdir())}
                if path.is_dir()
                else path.read_bytes()
            )
        return node


def record(work: Path) -> Log:
    """Make all changes in `work`, an empty directory, and give back what they did. It can be called once a process."""
    tree = work / "tree"
    tree.mkdir()
    index = tree / INDEX
    log = Log(answer(index))
    recorder = Recorder(tree, log)
    real, recording = os.fsync, threading.Event()

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if recording.is_set() and (event in _NAMING or (event == "open" and int(arguments[2] or 0) & _WRITES)):
            recorder.look()

    def fsync(fd: Any) -> None:
        real(fd)
        if recording.is_set():
            recorder.synced(fd if isinstance(fd, int) else fd.fileno())

    sys.addaudithook(audit)
    os.fsync = fsync

    def returned(name: str) -> None:
        recorder.look()
        recording.clear()
        log.events.append(Returned(name, answer(index)))
        recording.set()

    for name, change in changes(work, index, returned):
        recording.set()
        change()
        returned(name)
    recording.clear()
    os.fsync = real
    return log


def main() -> None:
    """The program."""
    work = Path(sys.argv[1])
    # So little text would be learned again whole.
    changing.WHOLE_SHARE = changing.FOLDED_SHARE = 100.0
    (work / "log").write_bytes(pickle.dumps(record(work)))
