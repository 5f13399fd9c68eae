"""Plans that are kept: whoever turns a page, changes the order or opens an article asks the same words again.

What a plan depends on is the text, what of the request restricts it, the day (`hôm qua`), and how queries are read at
that moment; the index does not change while it is open.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

from indexer.query.dates import today
from indexer.query.parse import Parsed
from indexer.query.plan import Plan
from indexer.results import SearchRequest

MOST = 64
LONGEST = 256
"""Code points of a text whose plan is kept: plans grow with it, to some hundred kilobytes for the longest queries."""


class Planned(NamedTuple):
    """A request that was parsed and planned."""

    parsed: Parsed
    plan: Plan


class Plans:
    """The last MOST plans that were asked for. Safe to share between threads."""

    def __init__(self, make: Callable[[SearchRequest], Planned]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Planned] = OrderedDict()

    def of(self, request: SearchRequest, reading: Hashable) -> Planned:
        """The plan of a request; `reading` changes whenever queries are read otherwise."""
        if len(request.text) > LONGEST:
            return self._make(request)
        key = request.text, request.literal, request.filters, request.after, request.before, today(), reading
        with self._lock:
            planned = self._kept.get(key)
            if planned is not None:
                self._kept.move_to_end(key)
                return planned
        planned = self._make(request)
        with self._lock:
            self._kept[key] = planned
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return planned
