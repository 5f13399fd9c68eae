"""Limits on the size of input. What exceeds one is rejected with its name, never truncated silently."""

from __future__ import annotations

from dataclasses import dataclass, fields

from indexer.errors import SettingInvalid


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest sizes accepted; characters are code points. A value below 1 is a `SettingInvalid`.

    Input beyond a limit becomes a `Rejection` that names the limit, except `paragraph_characters`: a longer paragraph
    is cut into several (see `indexer.articles.splitting.cut`), so no text is lost. A metadata value beyond a limit is
    left out alone, with a `FieldWarning`.
    """

    article_characters: int = 2_000_000
    """Title and paragraphs of one article together."""

    article_paragraphs: int = 100_000
    """Paragraphs of one article, title and repeats included."""

    paragraph_characters: int = 100_000
    """One paragraph, before it is cut."""

    title_characters: int = 1_000
    id_characters: int = 200
    url_characters: int = 2_000

    label_characters: int = 500
    """One keyword of a metadata field. A value beyond its limit is left out."""

    attribute_characters: int = 5_000
    """One value of a metadata field of type text."""

    values: int = 1_000
    """Values of one metadata field of an article."""

    undeclared_bytes: int = 16 * 1024
    """What else a record holds, as JSON."""

    line_bytes: int = 16 * 1024 * 1024
    """One line of a format with a record a line, uncompressed. Such a file may have any size."""

    file_bytes: int = 64 * 1024 * 1024
    """A file of a format with one article a file, uncompressed."""

    unpacked_bytes: int = 256 * 1024 * 1024
    """What all that is read of a packed document (.docx, .odt, .xlsx, .epub) takes, unpacked."""

    unpacked_ratio: int = 200
    """What a packed file holds, in times of its size on disk; the first `unpacked_bytes_always` are not counted."""

    unpacked_bytes_always: int = 16 * 1024 * 1024
    """So much a packed file may hold whatever its size."""

    unpacking_seconds: int = 600
    """Time that unpacking one file may take, without what is done with it."""

    archive_files: int = 1_000_000
    archive_bytes: int = 64 * 1024 * 1024 * 1024
    """What all files of an archive take, unpacked; each is read by the limits of its own format."""

    reading_seconds: int = 300
    """The longest that an article of a format that is no plain text may take to read, in a process of its own."""

    reading_memory: int = 4 * 1024 * 1024 * 1024
    """The memory (address space) that this process may have, in bytes."""

    ocr: bool = False
    """Whether pages that are pictures are read by tesseract; no limit, but readers get nothing else."""

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name != "ocr" and getattr(self, field.name) < 1:
                raise SettingInvalid(f"{field.name} must be at least 1", "Leave it out to use the default.")
