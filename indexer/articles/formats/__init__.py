"""Formats of articles: one table says which reader reads the files of a suffix.

A format is a function. One whose file is one article is a *document reader*:

    def read(data: bytes, id: str, limits: Limits) -> Draft

It gets the whole file, at most `limits.file_bytes` long, and the id the article is to have, and raises `Unfit` with a
reason when there is no article in it. One whose file holds any number of articles is a *records reader*:

    def read(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]

It yields, for each record in turn, the line it begins on (from 1) and its draft, or the reason why there is none: so
one bad record never stops the others. It holds one record at a time, and raises `Unfit` where the rest of the file
cannot be read. Neither is asked about gzip: any format may be packed (`.jsonl.gz`), and readers get what was packed.

A new format is a file here and a line in the table, or a call of `register_format` by whoever uses the library. Every
format in the table is put through tests/articles/formats/test_conformance.py. Texts stay exactly as written, but text
in an encoding from before Unicode is converted, which the notes of the draft say.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import BinaryIO, NamedTuple, TypeVar, cast

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.encodings import repair_texts
from indexer.articles.formats.content import HEAD, TOLD, Rejoined, shown
from indexer.articles.formats.lines import read_whole
from indexer.articles.formats.unpacking import PackedTooMuch, unpacked
from indexer.articles.limits import Limits
from indexer.articles.model import Kind
from indexer.articles.splitting import trim

DocumentReader = Callable[[bytes, str, Limits], Draft]
RecordsReader = Callable[[BinaryIO, str, Limits], Iterator[tuple[int, Draft | Unfit]]]


class Inside(NamedTuple):
    """What a file inside an archive holds: its name there, the line, and a draft, or why there is none.

    A string: it was left out, and is counted under this (its suffix).
    """

    name: str
    line: int | None
    draft: Draft | Unfit | str


MembersReader = Callable[[BinaryIO, str, Limits], Iterator[Inside]]

NO_MEMORY = "takes more memory to read than its reader may have"

VERSION = 2
"""Raised whenever a reader gives other articles for the same file: files of declared sources are then read again."""

PACKED = ".gz"
"""The suffix after that of a format when the file is packed with gzip."""

_Reader = TypeVar("_Reader", DocumentReader, RecordsReader, MembersReader)


@dataclass(frozen=True, slots=True)
class Format:
    """How the files of a suffix are read: by a document reader, a records reader or, of archives, a members reader.

    A reader may be named as `"module:function"`; it is imported when the first file is read.
    """

    document: DocumentReader | str | None = None
    records: RecordsReader | str | None = None
    members: MembersReader | str | None = None
    library: str = ""
    """The module that the reader imports, where that is installed by an extra of the package."""

    extra: str = ""

    def __post_init__(self) -> None:
        if sum(reader is not None for reader in (self.document, self.records, self.members)) != 1:
            raise ValueError("a format has either a document reader or a records reader")

    @property
    def is_installed(self) -> bool:
        """Whether what the reader imports is there."""
        return not self.library or find_spec(self.library) is not None


_TABLE = {
    ".txt": Format(document="indexer.articles.formats.text:read"),
    ".markdown": Format(document="indexer.articles.formats.markdown:read"),
    ".md": Format(document="indexer.articles.formats.markdown:read"),
    ".doc": Format(document="indexer.articles.formats.office.doc:read", library="olefile", extra="office"),
    ".zip": Format(members="indexer.articles.formats.archives:read_zip"),
    ".tar": Format(members="indexer.articles.formats.archives:read_tar"),
    ".tgz": Format(members="indexer.articles.formats.archives:read_tar"),
    ".tar.bz2": Format(members="indexer.articles.formats.archives:read_tar"),
    ".tar.xz": Format(members="indexer.articles.formats.archives:read_tar"),
    ".warc": Format(members="indexer.articles.formats.archives:read_warc", library="warcio", extra="warc"),
    ".html": Format(document="indexer.articles.formats.html:read"),
    ".htm": Format(document="indexer.articles.formats.html:read"),
    ".xhtml": Format(document="indexer.articles.formats.html:read"),
    ".xml": Format(records="indexer.articles.formats.feeds:read"),
    ".rss": Format(records="indexer.articles.formats.feeds:read"),
    ".atom": Format(records="indexer.articles.formats.feeds:read"),
    ".srt": Format(document="indexer.articles.formats.subtitles:read"),
    ".vtt": Format(document="indexer.articles.formats.subtitles:read"),
    ".epub": Format(document="indexer.articles.formats.office.epub:read"),
    ".pdf": Format(document="indexer.articles.formats.pdf:read", library="pypdfium2", extra="pdf"),
    ".rtf": Format(document="indexer.articles.formats.office.rtf:read"),
    ".docx": Format(document="indexer.articles.formats.office.docx:read"),
    ".docm": Format(document="indexer.articles.formats.office.docx:read"),
    ".dotx": Format(document="indexer.articles.formats.office.docx:read"),
    ".odt": Format(document="indexer.articles.formats.office.odt:read"),
    ".csv": Format(records="indexer.articles.formats.rows:read"),
    ".tsv": Format(records="indexer.articles.formats.rows:read"),
    ".xls": Format(records="indexer.articles.formats.office.sheets:read_xls", library="xlrd", extra="office"),
    ".xlsx": Format(records="indexer.articles.formats.office.sheets:read_xlsx", library="openpyxl", extra="office"),
    ".json": Format(records="indexer.articles.formats.json_file:read"),
    ".jsonl": Format(records="indexer.articles.formats.json_lines:read"),
    ".ndjson": Format(records="indexer.articles.formats.json_lines:read"),
}


def register_format(
    suffixes: str | Sequence[str], *, document: DocumentReader | None = None, records: RecordsReader | None = None
) -> None:
    """Have files with these suffixes (`".csv"`) read in this process, by the one reader given.

    A suffix that is read already gets the new reader. Raises `ValueError` for a suffix that has capitals, ends with
    `.gz` or does not begin with a point, and unless there is exactly one reader.
    """
    format = Format(document, records)
    for suffix in (suffixes,) if isinstance(suffixes, str) else suffixes:
        if not suffix.startswith(".") or suffix == "." or suffix != suffix.lower() or suffix.endswith(PACKED):
            raise ValueError(f"{suffix!r} cannot be the suffix of a format; give one like '.csv'")
        _TABLE[suffix] = format


def suffixes() -> list[str]:
    """The suffixes that are read, each with or without `.gz` after it, sorted."""
    return sorted(_TABLE)


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a file is read: its format, whether it is packed, and its suffix, as long as it stands in the name."""

    format: Format
    packed: bool
    suffix: str


def format_of(name: str) -> FileFormat | None:
    """How the file of this name is read, in any case of letters; None for a suffix that is not in the table."""
    lower = name.lower()
    packed = lower.endswith(PACKED)
    plain = lower.removesuffix(PACKED)
    suffix = max((each for each in _TABLE if plain.endswith(each)), key=len, default=None)
    return FileFormat(_TABLE[suffix], packed, suffix + PACKED * packed) if suffix else None


def read(stream: BinaryIO, found: FileFormat, id: str, limits: Limits) -> Iterator[tuple[int | None, Draft | Unfit]]:
    """What a file holds: for each article its line (None: the whole file) and its draft, or why there is none.

    Whatever a reader raises, but `OSError`, becomes the last thing yielded.
    """
    if found.format.members is not None:
        # By number, for whoever does not ask for names.
        for number, inside in enumerate(read_members(stream, found, id, limits), 1):
            if not isinstance(inside.draft, str):
                yield number, inside.draft
        return
    line = 0
    records = found.format.records
    try:
        if found.packed:
            stream = unpacked(stream, limits)
        stream, found, note = _by_content(stream, found)
        records = found.format.records
        _check_installed(found)
        if records is not None:
            for number, draft in _loaded(records)(stream, id, limits):
                if not isinstance(number, int):
                    raise TypeError(f"{number!r:.40} is the number of no line")
                line = number
                yield line, _noted(_sound(draft), note)
        elif found.format.document is not None:
            yield None, _noted(_sound(_document(stream, found.format.document, id, limits)), note)
    except Unfit as error:
        yield None, error
    except PackedTooMuch as error:
        yield _lost(records is not None, line, str(error))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        what = "the gzip file ends early" if isinstance(error, EOFError) else f"the gzip file is damaged: {error}"
        yield _lost(records is not None, line, what)
    except OSError:
        raise
    except MemoryError:
        yield _lost(records is not None, line, NO_MEMORY)
    except Exception as error:
        yield _lost(records is not None, line, f"its reader failed: {type(error).__name__}: {error}")


def read_members(stream: BinaryIO, found: FileFormat, id: str, limits: Limits) -> Iterator[Inside]:
    """What the files inside an archive hold, and why what cannot be read has no article; raises nothing but `OSError`.

    An `Inside` without a name is of the archive itself.
    """
    assert found.format.members is not None
    try:
        _check_installed(found)
        if found.packed:
            stream = unpacked(stream, limits)
        yield from _loaded(found.format.members)(stream, id, limits)
    except (Unfit, PackedTooMuch) as error:
        yield Inside("", None, Unfit(str(error)))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Inside("", None, Unfit(f"the gzip file is damaged: {error}; what it held from there on is lost"))
    except OSError:
        raise
    except MemoryError:
        yield Inside("", None, Unfit(NO_MEMORY))
    except Exception as error:
        yield Inside("", None, Unfit(f"its reader failed: {type(error).__name__}: {error}"))


def _by_content(stream: BinaryIO, found: FileFormat) -> tuple[BinaryIO, FileFormat, str]:
    """A stream, its format by what it begins as, and what there is to say where that is not the one of its name."""
    suffix = found.suffix.removesuffix(PACKED)
    # A reader that somebody has registered is asked for what its suffix names.
    if suffix not in TOLD or not isinstance(found.format.document or found.format.records, str):
        return stream, found, ""
    head = stream.read(HEAD)
    rejoined = cast(BinaryIO, io.BufferedReader(Rejoined(head, stream)))
    other = shown(head, suffix)
    if other == suffix:
        return rejoined, found, ""
    note = f"holds {other} in spite of its name, and was read as that"
    return rejoined, FileFormat(_TABLE[other], False, other), note


def _noted(draft: Draft | Unfit, note: str) -> Draft | Unfit:
    return replace(draft, notes=(*draft.notes, note)) if note and isinstance(draft, Draft) else draft


def _check_installed(found: FileFormat) -> None:
    if (reason := missing(found)) is not None:
        raise Unfit(reason)


def missing(found: FileFormat) -> str | None:
    """Why a file cannot be read here, where its reader needs a library that is not installed."""
    if found.format.is_installed:
        return None
    install = f"pip install 'timdoan[{found.format.extra}]'"
    return f"cannot be read without {found.format.library}; install it with: {install}"


def all_formats() -> Mapping[str, Format]:
    """The formats by suffix."""
    return dict(sorted(_TABLE.items()))


def _sound(draft: Draft | Unfit) -> Draft | Unfit:
    """What a reader gave, if it is made as its type says, which nobody has checked of a reader from outside."""
    if isinstance(draft, Unfit):
        return draft
    try:
        if (
            isinstance(draft.id, str)
            and isinstance(draft.title, str)
            and isinstance(draft.paragraphs, Sequence)
            and isinstance(draft.attributes, Mapping)
            and all(isinstance(text, str) and isinstance(kind, Kind | None) for text, kind in draft.paragraphs)
        ):
            return _in_unicode(draft)
    except (AttributeError, TypeError, ValueError):
        pass
    return Unfit(f"its reader gave what is no draft of an article: {draft!r:.100}")


def _in_unicode(draft: Draft) -> Draft:
    """The draft with what is in an old encoding converted: title, paragraphs, and attributes that are strings."""
    named = [name for name, value in draft.attributes.items() if isinstance(value, str)]
    texts = [draft.title, *(text for text, _ in draft.paragraphs), *(str(draft.attributes[name]) for name in named)]
    repaired = repair_texts(texts)
    if not repaired.notes:
        return draft
    end = 1 + len(draft.paragraphs)
    title, *paragraphs = map(trim, repaired.texts[:end])
    return replace(
        draft,
        title=title,
        paragraphs=[(text, kind) for text, (_, kind) in zip(paragraphs, draft.paragraphs, strict=True)],
        attributes={**draft.attributes, **dict(zip(named, repaired.texts[end:], strict=True))},
        notes=tuple(dict.fromkeys((*draft.notes, *repaired.notes))),
    )


def _document(stream: BinaryIO, reader: DocumentReader | str, id: str, limits: Limits) -> Draft:
    return _loaded(reader)(read_whole(stream, limits), id, limits)


def _lost(records: bool, line: int, what: str) -> tuple[int | None, Unfit]:
    """What went wrong: with records, after the one on `line`."""
    return (line + 1, Unfit(f"{what}; what it held from this line on is lost")) if records else (None, Unfit(what))


def _loaded(reader: _Reader | str) -> _Reader:
    if not isinstance(reader, str):
        return reader
    module, _, function = reader.partition(":")
    return cast(_Reader, getattr(import_module(module), function))
