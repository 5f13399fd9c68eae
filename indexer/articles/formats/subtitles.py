"""Subtitles (.srt, .vtt): what is said becomes paragraphs, sentence by sentence, without times, numbers and markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.decoding import decode
from indexer.articles.formats.building import Blocks
from indexer.articles.limits import Limits
from indexer.articles.model import Kind
from indexer.articles.splitting import trim

_TIMES = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})[^\n]*$"
)
_MARKUP = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_SENTENCE_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*$")
_PAUSE = 3.0
"""Seconds without a word after which another paragraph begins."""

_LONGEST = 600
"""Characters after which a paragraph ends with the next sentence; what is said by many has few full stops."""


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a file of subtitles, its title the name of the file; raises `Unfit`."""
    text, notes = decode(data)
    blocks = Blocks(limits)
    paragraph, end = "", 0.0
    for start, stop, said in _cues(text):
        full = _SENTENCE_ENDS.search(paragraph) is not None
        if paragraph and (
            start - end > _PAUSE or (full and len(paragraph) > _LONGEST / 2) or len(paragraph) > _LONGEST
        ):
            blocks.add([(paragraph, None)], Kind.BODY)
            paragraph = ""
        paragraph = f"{paragraph} {said}" if paragraph else said
        end = stop
    if paragraph:
        blocks.add([(paragraph, None)], Kind.BODY)
    if not blocks.runs:
        raise Unfit("holds no subtitles")
    return blocks.draft(id, limits, id.rsplit("/", 1)[-1], notes=notes)


def _cues(text: str) -> Iterator[tuple[float, float, str]]:
    """When each cue begins and ends, in seconds, and what is said; what repeats the one before is left out."""
    lines = [*text.splitlines(), ""]
    at, before = 0, ""
    while at < len(lines):
        found = _TIMES.match(lines[at])
        at += 1
        if found is None:
            continue
        said = []
        while at < len(lines) and trim(lines[at]) and not _TIMES.match(lines[at]):
            said.append(lines[at])
            at += 1
        if at < len(lines) and _TIMES.match(lines[at]) and said and said[-1].strip().isdigit():
            said.pop()  # The number of the next one, where no blank line stands between.
        whole = trim(" ".join(html.unescape(_MARKUP.sub("", line)).strip() for line in said))
        if whole and whole != before:
            yield _seconds(found, 1), _seconds(found, 5), whole
        before = whole


def _seconds(found: re.Match[str], first: int) -> float:
    hours, minutes, seconds, part = (found[number] or "0" for number in range(first, first + 4))
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(part.ljust(3, "0")) / 1000
