"""GET /api/v1/export: the whole found set of a search, streamed.

A client that reads slowly holds the generation it began with and a thread, but no turn of the searches: each page takes
its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Blueprint, Response, current_app, g, has_request_context, request

from indexer import exported, usual_fields
from webapp.contract.declared import EXPORT_TYPES
from webapp.index.gate import Gate, Overloaded, gate
from webapp.index.holder import holder
from webapp.requests.parameters import read_export
from webapp.state import settings

blueprint = Blueprint("exporting", __name__, url_prefix="/api/v1")

MOST_EXPORTS = 2
"""Exports of a process at once; further ones are refused."""

_SENT_AT_ONCE = 64 * 1024
_slots = threading.BoundedSemaphore(MOST_EXPORTS)


@blueprint.get("/export")
def export() -> Response:
    """Every passage that a search finds, as a file."""
    asked = read_export(request.args, settings())
    turns = gate(current_app)
    with ExitStack() as stack:
        if not _slots.acquire(blocking=False):
            raise Overloaded
        stack.callback(_slots.release)
        index = stack.enter_context(holder(current_app).lease())
        found = index.export(asked.request, lambda: _turn(turns))
        pieces = exported(found.passages, asked.format, asked.fields or usual_fields(settings().schema))
        held = stack.pop_all()
        response = Response(_joined(pieces, held), mimetype=EXPORT_TYPES[asked.format])
        # A client that leaves before the first piece.
        response.call_on_close(held.close)
    response.headers["Content-Disposition"] = f'attachment; filename="tim-doan.{asked.format}"'
    response.headers["X-Total-Count"] = str(found.total)
    g.streamed = True
    return response


def _joined(pieces: Iterator[str], held: ExitStack) -> Iterator[bytes]:
    """The pieces in larger ones; a lone surrogate, which no UTF-8 holds, becomes a question mark.

    What the answer holds is given back at the end.
    """
    with held:
        data = bytearray()
        for piece in pieces:
            data += piece.encode("utf-8", "replace")
            if len(data) >= _SENT_AT_ONCE:
                yield bytes(data)
                data.clear()
        yield bytes(data)


@contextmanager
def _turn(turns: Gate) -> Iterator[None]:
    """A turn among the searches; the first page is refused as a search is, later ones wait as long as it takes."""
    while True:
        try:
            turns.enter()
            break
        except Overloaded:
            if has_request_context():
                raise
    try:
        yield
    finally:
        turns.leave()
