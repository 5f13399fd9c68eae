"""The engine on Whoosh 2.7.4: a codec of flat arrays under Whoosh's plug-in interface, read through memory maps.

`files` is all that the rest of the project needs, and only the registry of engines names it. Inside, from the bytes up:

    arrays       a file of named arrays with checksums
    packing      postings as bytes and arrays; packer packs them, unpacker unpacks many at once
    postings     the postings of one field of one segment; postings_writer writes them
    inversion    the tokens of a field become postings; forms: they are numbers meanwhile
    runs         all fields are inverted in bounded memory; merge: postings of several sources become one file's, and
                 merged_terms their terms
    texts        texts as numbers of syllables; text_loops, compiled, makes them and reads them
    stored       texts and articles; values: the metadata that are filtered, counted and sorted by
    segment      all files of a segment, and its deletions
    contents     which segments an index has: Whoosh's table of contents
    codec        Whoosh's own interface over a segment
    writer       add, delete, commit, and when segments are merged
    statistics   document frequencies and lengths over all segments
    evaluate     the Query tree on arrays; paging: order, groups, facets; limit: how long it may take
    explain      what the score of one paragraph is made of; occurrences: where a term stands in it
    shape        the queries that the fast path answers; finder looks their terms up, terms and lists make them ready
                 for the compiled loops of kernel; fast answers
    engine       an open index
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from indexer.articles.model import Article
from indexer.engine.backend import Capabilities
from indexer.engine.whoosh.contents import ENGINE, FORMAT
from indexer.engine.whoosh.earlier import EARLIER_FORMAT, earlier_articles
from indexer.engine.whoosh.engine import WhooshEngine, open_engine
from indexer.engine.whoosh.writer import WhooshWriter
from indexer.schema import Schema

__all__ = ["WhooshFiles", "files"]


class WhooshFiles:
    """How this engine is made; see `indexer.storage.generations.FileEngine`."""

    name = ENGINE
    format = FORMAT
    earlier: Mapping[int, Callable[[str], tuple[int, Iterator[Article]]]] = {EARLIER_FORMAT: earlier_articles}
    capabilities = Capabilities()

    def create(self, directory: str, schema: Schema | None = None) -> WhooshWriter:
        """A writer of a new index in an existing, empty directory."""
        return WhooshWriter(directory, fresh=True, schema=schema)

    def change(self, directory: str, schema: Schema | None = None) -> WhooshWriter:
        """A writer that changes the index in `directory` by adding files, never by writing into one."""
        return WhooshWriter(directory, fresh=False, schema=schema)

    def open(self, directory: str) -> WhooshEngine:
        """Open the index; raises `IndexMissing`, `IndexDamaged` or `IndexOutdated`."""
        return open_engine(directory)


files = WhooshFiles()
