"""The engine on OpenSearch: an index in a cluster, behind the same contract.

`backend` is all that the rest of the project needs, and only the registry of engines names it. Inside:

    connection   requests, deadlines, errors: all that knows the client library
    mapping      the fields of an index; records: a paragraph as a document, and back
    vocabulary   the terms of an index with their frequencies, in a mapped file; statistics: of a whole generation
    translate    the Query tree in the query language of the cluster; shape: what is ranked as one disjunction
    asking       whole requests; answers: what comes back
    explain      what the score of one paragraph is made of
    engine       an open generation
    bulk         sending documents; new_index: an index that is filled; writer: add, delete, commit
    change       what a changed generation consists of, and when its indexes are merged
    manifest     what is written last; files: attachments and vocabularies, in the cluster and on each machine
    lease        the lock of the index
    backend      making, publishing, going back, removing
"""

from __future__ import annotations

from indexer.engine.opensearch.backend import OpenSearchBackend as backend

__all__ = ["backend"]
