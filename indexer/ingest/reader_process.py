"""The process that reads files for `isolation`: requests on standard input, what files hold on standard output.

A file that makes its reader crash, run without end or take all memory costs this process, never the one that writes the
index. What goes back is JSON, so that nothing a file does here can run anything there.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import resource
import struct
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from indexer.articles import formats
from indexer.articles.assembly import Draft, Unfit
from indexer.articles.limits import Limits
from indexer.ingest.opening import open_regular

FRAME = struct.Struct("<Q")
"""Before each answer stands its length in bytes."""


def main() -> None:
    """Answer requests until standard input ends: a line of JSON each, with path, suffix, id and limits."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = sys.stdout.buffer
    _answer(answers, ["ready"])
    answers.flush()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        limits = Limits(**request["limits"])
        resource.setrlimit(resource.RLIMIT_AS, (limits.reading_memory, limits.reading_memory))
        try:
            with open(request["path"], "rb", opener=open_regular) as stream:
                _answer_file(answers, stream, request, limits)
        except OSError as error:
            _answer(answers, ["failed", error.strerror or str(error)])
        except MemoryError:
            _answer(answers, ["unfit", 0, "", None, formats.NO_MEMORY])
        _answer(answers, ["end"])
        answers.flush()


def _answer_file(answers: BinaryIO, stream: Any, request: Mapping[str, Any], limits: Limits) -> None:
    found = formats.format_of(request["name"])
    assert found is not None
    if found.format.members is not None:
        for inside in formats.read_members(stream, found, request["id"], limits):
            _answer_draft(answers, stream.raw.tell(), inside.name, inside.line, inside.draft)
        return
    for line, draft in formats.read(stream, found, request["id"], limits):
        _answer_draft(answers, stream.raw.tell(), "", line, draft)


def _answer_draft(answers: BinaryIO, done: int, name: str, line: int | None, draft: Draft | Unfit | str) -> None:
    if isinstance(draft, Draft):
        _answer(answers, ["draft", done, name, line, dataclasses.asdict(draft)])
    else:
        _answer(answers, ["left out" if isinstance(draft, str) else "unfit", done, name, line, str(draft)])


def _answer(answers: BinaryIO, value: list[Any]) -> None:
    data = json.dumps(value, default=_plain).encode("ascii")
    answers.write(FRAME.pack(len(data)))
    answers.write(data)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


if __name__ == "__main__":
    main()
