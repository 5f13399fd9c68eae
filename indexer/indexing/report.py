"""What a change of an index did: counts, the first rejections and warnings, and all of them in a file if given."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from indexer.articles import FieldWarning, LeftOut, Rejection

Progress = Callable[[int, int, int], None]
"""Called with (bytes read, bytes in all, paragraphs written so far) as work goes on."""

_KEPT = 1_000
"""A report names this many rejections and warnings and counts the rest, so that it is bounded whatever the input."""


@dataclass(slots=True)
class Report:
    """What a change of the index did. `rejections` holds the first 1,000, `rejected` counts all.

    `warnings` and `warned` are the same of values that were left out of articles; `left_out` counts the files that were
    not read by what they are (`.jpg`, `README`, `hidden`); `outdated` says what the index lacks of the fields that were
    declared; `meanwhile` counts the articles that others changed while a build read its sources. `file` gets a line of
    JSON for each file read or left out, each rejection and each warning.
    """

    articles: int = 0
    paragraphs: int = 0
    removed: int = 0
    rejected: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    warned: int = 0
    warnings: list[FieldWarning] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    outdated: list[str] = field(default_factory=list)
    meanwhile: int = 0
    seconds: float = 0.0
    generation: str = ""
    file: TextIO | None = field(default=None, repr=False, compare=False)

    def reject(self, rejection: Rejection) -> None:
        """Count input that was not indexed."""
        self.rejected += 1
        if len(self.rejections) < _KEPT:
            self.rejections.append(rejection)
        self._tell("rejected", path=rejection.path, line=rejection.line, reason=rejection.reason)

    def warn(self, warnings: Sequence[FieldWarning]) -> None:
        """Count values that were left out."""
        self.warned += len(warnings)
        self.warnings += warnings[: _KEPT - len(self.warnings)]
        for each in warnings:
            self._tell("warning", path=each.path, line=each.line, field=each.field or None, reason=each.reason)

    def leave_out(self, left_out: LeftOut) -> None:
        """Count a file that was not read."""
        self.left_out[left_out.kind] += 1
        self._tell("left out", path=left_out.path, kind=left_out.kind)

    def finish(self, path: str, articles: int, rejected: int) -> None:
        """Tell what came of a file."""
        self._tell("read", path=path, articles=articles, rejected=rejected)

    def _tell(self, what: str, **facts: object) -> None:
        if self.file is not None:
            self.file.write(f"{json.dumps({'what': what, **facts}, ensure_ascii=False)}\n")
