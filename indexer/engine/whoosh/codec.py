"""Whoosh's codec interface over this engine's segments: `whoosh.index.open_dir` opens the index, and Whoosh's own
queries (terms, phrases, prefixes, ranges) run on it.

Reading only: segments are written from analysed tokens by `writer`, never from text by Whoosh's own writer.
What Whoosh calls a document is a paragraph; its stored fields are `article`, `position` and `text`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
from whoosh import fields, formats
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from indexer.engine.whoosh.arrays import decode, encode
from indexer.engine.whoosh.postings import Postings
from indexer.engine.whoosh.segment import Segment, SegmentEntry
from indexer.schema import Field

# Whoosh has no types, so its classes are Any to mypy, and every subclass of one needs an ignore comment.


class ArrayPositions(formats.Positions):  # type: ignore[misc]  # untyped base
    """Posting values that are the bytes of a u4 array of positions."""

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions, ascending."""
        return np.frombuffer(value, "<u4").tolist()  # type: ignore[no-any-return]  # list[int] for an integer array

    def decode_frequency(self, value: bytes) -> int:
        """How many positions there are."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """The same as a weight."""
        return len(value) // 4 * self.field_boost  # type: ignore[no-any-return]  # a float, set by Whoosh


class TokensField(fields.TEXT):  # type: ignore[misc]  # untyped base
    """A field of analysed tokens; a query's text is split at spaces and otherwise taken as it is."""

    def __init__(self) -> None:
        super().__init__(analyzer=SpaceSeparatedTokenizer())
        self.format = ArrayPositions()

    def to_bytes(self, value: str | bytes | list[str]) -> bytes:
        """A form as stored in the index."""
        if isinstance(value, list):
            value = value[0]
        return value if isinstance(value, bytes) else encode(value)

    def from_bytes(self, data: bytes) -> str:
        """A form as it is read."""
        return decode(data)


def schema() -> Any:
    """The Whoosh schema of every index of this engine."""
    stored = {name: fields.STORED() for name in ("article", "position", "text")}
    return fields.Schema(**{str(field): TokensField() for field in Field}, **stored)


class ArrayCodec(W3Codec):  # type: ignore[misc]  # untyped base
    """The codec that Whoosh finds in the table of contents."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTerms:
        """The terms and postings of a segment."""
        return ArrayTerms(Segment(storage.folder, segment.entry))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayDocuments:
        """The lengths, deletions and stored fields of a segment."""
        return ArrayDocuments(Segment(storage.folder, segment.entry))

    def new_segment(self, storage: Any, indexname: str) -> NoReturn:
        """Not supported: segments are written by `writer`."""
        raise NotImplementedError("segments are written by indexer.engine.whoosh, from analysed tokens")

    per_document_writer = field_writer = postings_writer = new_segment


class ArraySegment(base.Segment):  # type: ignore[misc]  # untyped base
    """A segment as Whoosh's table of contents keeps it."""

    def __init__(self, indexname: str, entry: SegmentEntry) -> None:
        self.indexname = indexname
        self.segid = entry.name.removeprefix(indexname + "_")
        self.compound = False
        self.state = (entry.name, entry.paragraphs, entry.deleted, entry.deletions)

    @property
    def entry(self) -> SegmentEntry:
        """The same as this engine's own value."""
        return SegmentEntry(*self.state)

    def codec(self) -> ArrayCodec:
        """The codec that reads it."""
        return ArrayCodec()

    def doc_count_all(self) -> int:
        """Paragraphs, deleted ones too."""
        return self.entry.paragraphs

    def deleted_count(self) -> int:
        """Deleted paragraphs."""
        return self.entry.deleted


class ArrayTerms(base.TermsReader):  # type: ignore[misc]  # untyped base
    """The terms and postings of a segment."""

    def __init__(self, segment: Segment) -> None:
        self._postings = {str(field): segment.postings[field] for field in sorted(Field)}

    def indexed_field_names(self) -> list[str]:
        """The fields that hold terms."""
        return [name for name, postings in self._postings.items() if len(postings.terms)]

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        name, form = term
        return name in self._postings and self._postings[name].terms.find(form) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Every (field, form)."""
        return ((name, form) for name, postings in self._postings.items() for form in postings.terms)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Every (field, form) from a place on."""
        for name, postings in self._postings.items():
            if name >= fieldname:
                low = postings.terms.lower_bound(prefix) if name == fieldname else 0
                yield from ((name, postings.terms[i]) for i in range(low, len(postings.terms)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Every ((field, form), statistics)."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Every ((field, form), statistics) from a place on."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> ArrayCursor:
        """A cursor over the forms of a field."""
        return ArrayCursor(self, self._postings[fieldname], fieldname)

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """The statistics of a term; raises KeyError, which Whoosh's own readers turn into TermNotFound."""
        postings, term = self._find(fieldname, text)
        records = postings.record_of(term)
        ids, frequencies = records.ids, records.frequencies
        lengths = postings.lengths[ids]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(ids),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(frequencies.max()),
            minid=int(ids[0]),
            maxid=int(ids[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often a term stands in all paragraphs, deleted ones too; 0 when none holds it."""
        return self.term_info(fieldname, text).weight() if (fieldname, text) in self else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many paragraphs hold a term, deleted ones too."""
        return self.term_info(fieldname, text).doc_frequency() if (fieldname, text) in self else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        """The postings of a term; raises TermNotFound."""
        try:
            postings, term = self._find(fieldname, text)
        except KeyError as error:
            raise TermNotFound(str(error)) from None
        return ArrayMatcher(postings, term, format_, scorer, (fieldname, text))

    def _find(self, fieldname: str, text: bytes) -> tuple[Postings, int]:
        postings = self._postings.get(fieldname)
        term = None if postings is None else postings.terms.find(text)
        if postings is None or term is None:
            raise KeyError(f"no term {fieldname}:{text!r}")
        return postings, term


class ArrayCursor(base.FieldCursor):  # type: ignore[misc]  # untyped base
    """A place among the forms of a field."""

    def __init__(self, terms: ArrayTerms, postings: Postings, fieldname: str) -> None:
        self._terms, self._strings, self._fieldname = terms, postings.terms, fieldname
        self._at = 0

    def is_valid(self) -> bool:
        """Whether there is a form here."""
        return self._at < len(self._strings)

    def first(self) -> str | None:
        """Go to the first form."""
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """Go to the first form not less than `term`."""
        self._at = self._strings.lower_bound(term if isinstance(term, bytes) else encode(term))
        return self.text()

    def next(self) -> str | None:
        """Go to the next form."""
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        """The form here, or None at the end."""
        return self._strings.text(self._at) if self.is_valid() else None

    def term_info(self) -> Any:
        """The statistics of the form here, or None at the end."""
        return self._terms.term_info(self._fieldname, self._strings[self._at]) if self.is_valid() else None


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]  # untyped base
    """The postings of a term, one after another."""

    def __init__(self, postings: Postings, term: int, format_: Any, scorer: Any, name: tuple[str, bytes]) -> None:
        records = postings.record_of(term)
        ids, frequencies, positions = records.ids, records.frequencies, records.positions
        self.format, self.scorer, self._term = format_, scorer, name
        self._ids, self._frequencies, self._positions = ids.tolist(), frequencies, positions
        self._ends = np.cumsum(frequencies, dtype=np.int64)
        self._longest, self._shortest = int(postings.lengths[ids].max()), int(postings.lengths[ids].min())
        self._at = 0

    def copy(self) -> ArrayMatcher:
        """A matcher at the same place."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def is_active(self) -> bool:
        """Whether there is a posting here."""
        return self._at < len(self._ids)

    def reset(self) -> None:
        """Go to the first posting."""
        self._at = 0

    def id(self) -> int:
        """The paragraph here."""
        return self._ids[self._at]  # type: ignore[no-any-return]  # a list of int

    def all_ids(self) -> Iterator[int]:
        """All paragraphs from here on."""
        return iter(self._ids[self._at :])

    def next(self) -> bool:
        """Go to the next posting; there is one block only, so never to another block."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return False

    def skip_to(self, id: int) -> None:
        """Go to the first posting whose paragraph is not before `id`."""
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._ids, id, self._at)

    def weight(self) -> float:
        """How often the term stands here."""
        return float(self._frequencies[self._at])

    def value(self) -> bytes:
        """The positions here, as `ArrayPositions` reads them."""
        end = int(self._ends[self._at])
        return self._positions[end - int(self._frequencies[self._at]) : end].astype("<u4").tobytes()

    def skip_to_quality(self, minquality: float) -> int:
        """Go past the only block when nothing in it can score more than `minquality`; returns blocks skipped."""
        if self.block_quality() > minquality:
            return 0
        self._at = len(self._ids)
        return 1

    def block_min_length(self) -> int:
        """The shortest paragraph of the block."""
        return self._shortest

    def block_max_length(self) -> int:
        """The longest paragraph of the block."""
        return self._longest

    def block_max_weight(self) -> float:
        """The highest weight in the block."""
        return float(self._frequencies.max())


class ArrayDocuments(base.PerDocumentReader):  # type: ignore[misc]  # untyped base
    """The lengths, deletions and stored fields of a segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._article_of = segment.stored.article_of()

    def doc_count(self) -> int:
        """Paragraphs that are not deleted."""
        return self._segment.entry.live

    def doc_count_all(self) -> int:
        """Paragraphs, deleted ones too."""
        return self._segment.entry.paragraphs

    def has_deletions(self) -> bool:
        """Whether any paragraph is deleted."""
        return self._segment.live is not None

    def is_deleted(self, docnum: int) -> bool:
        """Whether a paragraph is deleted."""
        return not self._segment.is_live(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """The deleted paragraphs."""
        live = self._segment.live
        return iter(() if live is None else np.flatnonzero(~live).tolist())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """The tokens of a field in a paragraph (exact, unlike those of Whoosh's own codec)."""
        return int(self._lengths(fieldname)[docnum])

    def field_length(self, fieldname: str) -> int:
        """The tokens of a field in all paragraphs."""
        return int(self._lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """The fewest tokens of a field in a paragraph."""
        return int(self._lengths(fieldname).min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        """The most tokens of a field in a paragraph."""
        return int(self._lengths(fieldname).max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """`article` (its id), `position` and `text`."""
        stored = self._segment.stored
        paragraph = stored.paragraph(docnum)
        article = stored.article_id(int(self._article_of[docnum]))
        return {"article": article, "position": paragraph.position, "text": paragraph.text}

    def _lengths(self, fieldname: str) -> Any:
        return self._segment.postings[Field(fieldname)].lengths
