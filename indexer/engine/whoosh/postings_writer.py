"""Writing the postings of one field of one segment, in the format of `postings` and `packing`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from typing import Any

import numpy as np

from indexer.engine.whoosh.arrays import BUFFER, Array, ArrayFileWriter, index_dtype
from indexer.engine.whoosh.packer import Packer
from indexer.engine.whoosh.packing import SAMPLED, Records
from indexer.engine.whoosh.postings import CHUNK, ROLE, pieces


class PostingsWriter:
    """Writes the file: records first, in order of terms and in as many pieces as suit, then the terms.

    `lengths`: the tokens of each paragraph.
    """

    def __init__(self, path: str, segment: str, lengths: Array) -> None:
        self._file = ArrayFileWriter(path, ROLE, segment)
        self._records = self._file.stream("records", "|u1")
        self._sizes: list[Array] = [np.zeros(1, np.uint32)]
        self._packer = Packer(lengths)
        self._lengths = lengths
        # A file has one section at a time that grows.
        self._arrays = tempfile.TemporaryFile(dir=os.path.dirname(path))  # noqa: SIM115  # closed by finish, abandon

    def append(self, records: Records) -> None:
        """The records of the terms that follow those before."""
        postings = np.concatenate(([0], np.cumsum(records.df)))
        tokens = np.concatenate(([0], np.cumsum(records.frequencies)))
        for low, high in pieces(postings + tokens[postings], CHUNK):
            within = slice(postings[low], postings[high])
            positions = records.positions[tokens[within.start] : tokens[within.stop]]
            data, sizes, arrays = self._packer.pack(
                Records(records.df[low:high], records.ids[within], records.frequencies[within], positions)
            )
            self._records.append(data)
            self._sizes.append(sizes.astype(index_dtype(len(data))))
            self._arrays.write(arrays.data)

    def finish(self, terms: Iterable[bytes], meta: dict[str, Any]) -> None:
        """Write `terms`, in order, and the metadata of the field."""
        # There may be millions of terms, so no array of them all is made here.
        section = self._file.reserve("starts", index_dtype(self._records.written), sum(map(len, self._sizes)))
        start = 0
        for sizes in self._sizes:
            section.append(start + np.cumsum(sizes, dtype=np.int64))
            start += int(sizes.sum(dtype=np.int64))
        self._sizes = []
        arrays = self._file.stream("arrays", "<u8")
        self._arrays.seek(0)
        while piece := self._arrays.read(BUFFER):
            arrays.append_bytes(piece)
        self._arrays.close()
        self._file.write_strings("samples", self._file.write_strings("terms", terms, SAMPLED))
        longest = int(self._lengths.max()) if len(self._lengths) else 0
        self._file.write("lengths", np.min_scalar_type(longest).newbyteorder("<").str, self._lengths)
        self._file.finish(meta)

    def abandon(self) -> None:
        """Remove the unfinished file."""
        self._arrays.close()
        self._file.abandon()
