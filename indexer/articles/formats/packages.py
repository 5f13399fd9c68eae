"""Documents that are zip packages of XML (.docx, .odt, .epub): opening them and reading their parts within limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING

from indexer.articles.assembly import Unfit
from indexer.articles.limits import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

MAGIC = b"PK\x03\x04"
_MOST_PARTS = 20_000


class Package:
    """A zip package. What comes out of it is within the limits, whatever the sizes that it names."""

    def __init__(self, data: bytes, what: str, limits: Limits) -> None:
        """Raises `Unfit` when it is none; `what` says what it should have been."""
        by_size = max(limits.unpacked_bytes_always, len(data) * limits.unpacked_ratio)
        self._left = self._most = min(limits.unpacked_bytes, by_size)
        if not data.startswith(MAGIC):
            raise Unfit(f"is no {what}")
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
            self.names = frozenset(self._file.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError) as error:
            raise Unfit(f"is a damaged {what}: {error}") from None
        if len(self.names) > _MOST_PARTS:
            raise Unfit(f"has {len(self.names):,} parts; the limit is {_MOST_PARTS:,}")

    def check_size(self) -> None:
        """Raise `Unfit` when all parts together are too large; none holds more than the size that it names."""
        if sum(part.file_size for part in self._file.infolist()) > self._most:
            raise Unfit(f"holds more than {self._most:,} bytes, the limit")

    def read(self, name: str) -> bytes:
        """A part; raises `Unfit` when it is missing, damaged, locked or too large."""
        try:
            with self._file.open(name) as part:
                data = part.read(self._left + 1)
        except KeyError:
            raise Unfit(f"has no part {name!r:.100}") from None
        except RuntimeError as error:
            raise Unfit(f"has a part that cannot be opened: {error}") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise Unfit(f"has a damaged part {name!r:.100}: {error}") from None
        self._left -= len(data)
        if self._left < 0:
            raise Unfit(f"holds more than {self._most:,} bytes, the limit")
        return data

    def xml(self, name: str) -> _Element:
        """The root of a part in XML; raises `Unfit` also where that is not well-formed or declares a document type."""
        return parse_xml(self.read(name), name)

    def optional_xml(self, name: str) -> _Element | None:
        """The same, or None when there is no such part."""
        return self.xml(name) if name in self.names else None


def parse_xml(data: bytes, name: str) -> _Element:
    """The root of a document in XML without a document type: entities are how a few bytes become gigabytes."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unfit(f"{name} is no XML that can be read: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unfit(f"{name} declares a document type, which is not read")
    return root


def joined(base: str, target: str) -> str:
    """The name of the part that `target` names, relative to the part `base`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target)).lstrip("/")
