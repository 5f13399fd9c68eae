"""What a request brings, as items of the queue: records and files, each refused at once when it cannot be read at all.

Whether a record is an article is found out when it is published, by the same code that reads files.
"""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Iterator, Mapping

from indexer.articles import formats
from indexer.articles.assembly import Unfit, check_id
from indexer.articles.formats.json_lines import id_of, parsed
from indexer.articles.formats.lines import numbered_lines
from indexer.articles.limits import Limits
from indexer.articles.metadata import name_of
from indexer.ingest.queue import FILE, RECORD, Submitted


def of_record(record: object, line: int | None = None) -> Submitted:
    """The item of a record, a value of JSON."""
    if not isinstance(record, dict):
        reason = f"holds {name_of(record)}; an article is an object with `id`, `title` and `text`"
        return Submitted(RECORD, line=line, rejected=reason)
    try:
        id = id_of(record)
        check_id(id, Limits())
        payload = json.dumps(record, ensure_ascii=False).encode()
    except Unfit as error:
        return Submitted(RECORD, line=line, rejected=str(error))
    except UnicodeEncodeError:
        return Submitted(RECORD, line=line, rejected="holds half of a surrogate pair, which is no character")
    return Submitted(RECORD, id, payload, line=line)


def of_lines(data: bytes) -> Iterator[Submitted]:
    """The items of JSON Lines, one for each line that is not blank."""
    try:
        for line, text in numbered_lines(io.BytesIO(data), Limits()):
            if isinstance(text, Unfit):
                yield Submitted(RECORD, line=line, rejected=str(text))
            elif text and not text.isspace():
                yield _of_line(text, line)
    except Unfit as error:
        yield Submitted(RECORD, rejected=str(error))


def _of_line(text: str, line: int) -> Submitted:
    try:
        return of_record(parsed(text), line)
    except Unfit as error:
        return Submitted(RECORD, line=line, rejected=str(error))


def of_file(name: str, data: bytes, metadata: Mapping[str, object], line: int) -> Submitted:
    """The item of a file; its id is its name without suffix, as of a file in a folder."""
    found = formats.format_of(name)
    if found is None:
        known = ", ".join(formats.suffixes())
        return Submitted(FILE, name, line=line, rejected=f"has an unknown suffix; read are {known}, and each with .gz")
    if (reason := formats.missing(found)) is not None:
        return Submitted(FILE, name, line=line, rejected=reason)
    id = unicodedata.normalize("NFC", name.replace("\\", "/")[: -len(found.suffix)])
    try:
        check_id(id, Limits())
    except Unfit as error:
        return Submitted(FILE, name, line=line, rejected=str(error))
    return Submitted(FILE, id, data, name, metadata, line)
