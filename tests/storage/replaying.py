"""What a directory may hold when the machine stops at some moment of a recording.

The model is POSIX's: what was not synced since it changed may be lost. A file holds what it held when it was last
synced, or what was written since, or part of that; a directory names what it named when it was last synced, or what
it was made to name since, and neither waits for the other.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.storage.recording import ROOT, Changed, Content, Event, Returned, Synced

Histories = Mapping[int, list[Content]]
"""Of each file and directory what it held when last synced, and everything since."""
MIXTURES = 7
"""What `crashes` gives of a moment."""
Choice = Callable[[int, list[Content]], Content]
"""Which content of a file or directory is there after the crash."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which the machine may stop: the histories, and the change that is under way or has just returned."""

    histories: Histories
    change: str
    returned: bool


def moments(events: Iterable[Event], dropped: Callable[[str, str], bool] = lambda *_: False) -> Iterator[Moment]:
    """Every moment of a recording, as if the syncs that are `dropped`, given their change and path, had not been made.

    Of a long run of links or removals only every fourth moment is given. The histories of a moment are valid until the
    next one is asked for.
    """
    run = 0
    histories: dict[int, list[Content]] = {ROOT: [{}]}
    ahead = list(events)
    names = [event.change for event in ahead if isinstance(event, Returned)]
    for event in ahead:
        match event:
            case Changed(nodes):
                for node, content in nodes.items():
                    nothing: Content = {} if isinstance(content, dict) else b""
                    histories.setdefault(node, [nothing]).append(content)
                run += 1
                if run > 3 and run % 4:
                    continue
            case Synced(node, path):
                run = 0
                if not dropped(names[0], path):
                    histories[node] = histories[node][-1:]
            case Returned():
                run = 0
                yield Moment(histories, names.pop(0), True)
                continue
        yield Moment(histories, names[0], False)


def crashes(histories: Histories, seed: int) -> Iterator[dict[str, bytes | None]]:
    """What may be found after a crash: the content of each path, None for a directory.

    The extremes and the awkward mixtures, and one drawn by `seed`.
    """
    drawn = random.Random(seed)
    choices: list[Choice] = [
        lambda _, held: held[-1],
        lambda _, held: held[0],
        lambda _, held: held[-1] if isinstance(held[-1], dict) else held[0],
        lambda _, held: held[0] if isinstance(held[-1], dict) else held[-1],
        lambda _, held: held[-1] if isinstance(held[-1], dict) else _torn(held),
        lambda _, held: _last_name_only(held) if isinstance(held[-1], dict) else held[0],
        lambda _, held: drawn.choice(held),
    ]
    assert len(choices) == MIXTURES
    for choice in choices:
        found: dict[str, bytes | None] = {}
        _gather(ROOT, "", histories, {}, choice, found)
        yield found


def key_of(found: Mapping[str, bytes | None]) -> Hashable:
    """The same for the same paths and contents. Bytes remember their hash: those of a recording are read once."""
    return frozenset(found.items())


def lay_out(found: Mapping[str, bytes | None], target: Path) -> None:
    """Write what was found to an empty directory."""
    for path, content in found.items():
        if content is None:
            os.mkdir(target / path)
        else:
            (target / path).write_bytes(content)


def _gather(
    node: int,
    path: str,
    histories: Histories,
    chosen: dict[int, Content],
    choice: Choice,
    found: dict[str, bytes | None],
) -> None:
    """Add what is in a directory to what was found; a file with two names holds the same under both."""
    if node not in chosen:
        chosen[node] = choice(node, histories[node])
    content = chosen[node]
    if isinstance(content, bytes):
        found[path] = content
        return
    if path:
        found[path] = None
    for name, child in content.items():
        _gather(child, f"{path}/{name}" if path else name, histories, chosen, choice, found)


def _torn(held: list[Content]) -> Content:
    """Half of what was written reached the disk; the rest is zeros."""
    last = held[-1]
    assert isinstance(last, bytes)
    return last if len(held) == 1 else last[: len(last) // 2].ljust(len(last), b"\0")


def _last_name_only(held: list[Content]) -> Content:
    """Of all changes of names since the last sync, only the latest reached the disk."""
    if len(held) == 1:
        return held[0]
    first, before, last = held[0], held[-2], held[-1]
    assert isinstance(first, dict) and isinstance(before, dict) and isinstance(last, dict)
    kept = {name: node for name, node in first.items() if name in last or name not in before}
    return kept | {name: node for name, node in last.items() if before.get(name) != node}
