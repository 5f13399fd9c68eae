"""What stands between two blanks of a text, read once and remembered: most chunks of a passage were met before.

`marking` and `reranking` look through whole passages for a few words of a query. Chunk by chunk, hardly any token is
looked at twice. Of a text in normal form (`indexer.vietnamese.is_plain`) the tokens are those of its chunks.
"""

from __future__ import annotations

import functools

from indexer.vietnamese import fold, tokens

LONGEST_CACHED = 64
"""A chunk of more characters is read anew each time."""

SEVERAL = " "
"""Stands for the letters of a chunk of several tokens."""

_CACHED = 1 << 16


class _Letters(dict[str, str]):
    """What stands between two blanks -> the form of its token without marks; `SEVERAL`; "" when it has no token."""

    def __missing__(self, chunk: str) -> str:
        forms = tokens(chunk).forms
        found = SEVERAL if len(forms) > 1 else fold(forms[0]) if forms else ""
        if len(chunk) <= LONGEST_CACHED:
            if len(self) >= _CACHED:
                self.clear()
            self[chunk] = found
        return found


letters = _Letters()

cached_tokens = functools.lru_cache(1 << 14)(tokens)
"""The tokens of a chunk of at most `LONGEST_CACHED` characters."""
