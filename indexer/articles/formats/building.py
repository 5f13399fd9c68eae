"""Assembling the draft of a document out of its paragraphs: encodings, the title, pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.encodings import Run, repair
from indexer.articles.limits import Limits
from indexer.articles.model import Kind
from indexer.articles.splitting import trim

CELLS = " | "
"""What stands between the cells of a table's row."""

_LONGEST_TITLE = 250
_LONGEST_ROW = 1_000
_FIRST = 40
"""Paragraphs among which the name of a document issued by an office is looked for."""

_ISSUED = re.compile(
    r"(?:quyết định|nghị định|nghị quyết|thông tư|thông tư liên tịch|chỉ thị|công văn|thông báo|báo cáo|tờ trình"
    r"|kế hoạch|pháp lệnh|luật|hướng dẫn|quy chế|quy định|lệnh|hợp đồng|biên bản|công điện|giấy mời)\b.*",
    re.IGNORECASE,
)
_HEAD = re.compile(r"cộng h(?:oà|òa) xã hội chủ nghĩa|độc lập\s*-\s*tự do|^\s*số\s*:", re.IGNORECASE)
_NUMBERED = re.compile(r"\bsố\s*:?\s*\d+\s*/\s*(?:\d{4}|[A-ZĐ]{2})", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"\s+")


@dataclass
class Blocks:
    """The paragraphs of a document, in reading order, each of runs of text with the names of their fonts."""

    limits: Limits
    runs: list[Sequence[Run]] = field(default_factory=list)
    kinds: list[Kind | None] = field(default_factory=list)
    pages: list[int | None] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    """The paragraphs that are set as the title."""

    characters: int = 0

    def add(
        self, runs: Sequence[Run], kind: Kind | None = None, page: int | None = None, *, title: bool = False
    ) -> None:
        """A paragraph; a blank one is left out. Raises `Unfit` when there is more than an article may have."""
        if any(trim(text) for text, _ in runs):
            if title:
                self.titles.append(len(self.runs))
            self.runs.append(runs)
            self.kinds.append(kind)
            self.pages.append(page)
            self.characters += sum(len(text) for text, _ in runs)
            if self.characters > self.limits.article_characters:
                most = self.limits.article_characters
                raise Unfit(f"the article has {self.characters:,} characters or more; the limit is {most:,}")
            if len(self.runs) > self.limits.article_paragraphs:
                most = self.limits.article_paragraphs
                raise Unfit(f"the article has {len(self.runs):,} paragraphs or more; the limit is {most:,}")

    def add_row(self, cells: Sequence[Sequence[Sequence[Run]]], page: int | None = None) -> None:
        """A row of a table, each cell of paragraphs: one paragraph, or several where cells hold long text."""
        filled = [own for cell in cells if (own := [runs for runs in cell if any(trim(text) for text, _ in runs)])]
        size = sum(len(text) for cell in filled for runs in cell for text, _ in runs)
        if size > _LONGEST_ROW or any(len(cell) > 1 for cell in filled):
            for cell in filled:
                for runs in cell:
                    self.add(runs, Kind.TABLE, page)
        else:
            row: list[Run] = []
            for (runs,) in filled:
                row += [(CELLS, None), *_trimmed(runs)] if row else _trimmed(runs)
            self.add(row, Kind.TABLE, page)

    def draft(
        self,
        id: str,
        limits: Limits,
        title: str = "",
        attributes: Mapping[str, object] | None = None,
        notes: Sequence[str] = (),
    ) -> Draft:
        """The draft, in Unicode; `title` if given, else the paragraph set as the title, else one that looks like it.

        Raises `Unfit` when there is no text, or more than an article may have.
        """
        if not self.runs:
            raise Unfit("holds no text")
        if self.characters > limits.article_characters:
            raise Unfit(f"the article has {self.characters:,} characters; the limit is {limits.article_characters:,}")
        repaired = repair(self.runs)
        texts = list(map(trim, repaired.texts))
        place = None
        if not title:
            title, place = self._title(texts, id)
        keep = [at for at in range(len(texts)) if at != place and texts[at]]
        return Draft(
            id,
            title,
            [(texts[at], self.kinds[at]) for at in keep],
            attributes or {},
            [self.pages[at] for at in keep] if any(self.pages) else (),
            tuple(dict.fromkeys((*notes, *repaired.notes))),
        )

    def _title(self, texts: Sequence[str], id: str) -> tuple[str, int | None]:
        """The title and the paragraph it is, if it is one as it stands."""
        head = texts[:_FIRST]
        if self.titles:
            set_as = one_line(texts[self.titles[0]])
            if (named := _issued(head)).startswith(set_as) and named != set_as and _NUMBERED.search(named):
                return named, None
            return set_as, self.titles[0]
        if (named := _issued(head)) and (any(map(_HEAD.search, head)) or _NUMBERED.search(named)):
            return named, None
        first = next((at for at, kind in enumerate(self.kinds) if kind in (None, Kind.HEADING, Kind.BODY)), None)
        if first is not None and len(texts[first]) <= _LONGEST_TITLE:
            return one_line(texts[first]), first
        return unicodedata.normalize("NFC", id.rsplit("/", 1)[-1]), None


def _trimmed(runs: Sequence[Run]) -> list[Run]:
    own = [run for run in runs if run[0]]
    if own:
        own[0] = (own[0][0].lstrip(), own[0][1])
        own[-1] = (own[-1][0].rstrip(), own[-1][1])
    return own


def one_line(text: str) -> str:
    """A title on one line."""
    return trim(" ".join(text.split("\n")))


def _issued(texts: Sequence[str]) -> str:
    """What an office calls a document that it issues: its type and, from the next line, what it is about."""
    for at, text in enumerate(texts):
        line = one_line(unicodedata.normalize("NFC", text))
        if len(line) > _LONGEST_TITLE or not _ISSUED.fullmatch(line):
            continue
        for following in map(one_line, texts[at + 1 : at + 4]):
            # The first line after the type says what it is about; those that go on with it begin small.
            if (at >= 0 and len(line) >= 80) or (at < 0 and not following[:1].islower()):
                break
            if len(line) + len(following) >= _LONGEST_TITLE:
                break
            line, at = f"{line} {following}", -1
        return _WHITE_SPACE.sub(" ", line)
    return ""
