"""pyvi's `ViTokenizer` on the decoder of the product: shows that its answer is pyvi's, for any text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from indexer.vietnamese.segmenter import TokenCache, decode, features, word_bounds
from indexer.vietnamese.unicode import _Normalizer

# pyvi's pattern without its groups. Its e-mail pattern takes quadratic time; here the part before the @ is limited to
# the length that RFC 5321 allows, and where there is no @ the pattern is not tried.
_EMAIL = r"[a-zA-Z0-9_.+-]{1,64}@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+"
_BEFORE_EMAIL = r"[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|==>|->|\.\.\.|>>|\n|\w+://[^\s]+"
_AFTER_EMAIL = r"\d+(?:[\.,_]\d+)+|[^\w\s]|\w+"
_TOKENS = re.compile(f"{_BEFORE_EMAIL}|{_AFTER_EMAIL}")
_TOKENS_WITH_EMAIL = re.compile(f"{_BEFORE_EMAIL}|{_EMAIL}|{_AFTER_EMAIL}")

compose = _Normalizer("", {})
"""`compose(text)` is the text in NFC."""

_features = TokenCache(features)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """pyvi's tokens of a text: token i is `text[starts[i]:ends[i]]` in the source and `tokens[i]` in NFC.

    The few characters that NFC decomposes (U+FB2A, U+0958) may belong to two tokens. `joined[i]` is true where token i
    continues the word of token i - 1. `str()` gives the tokens as `ViTokenizer.tokenize` writes them: `học_sinh giỏi`.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    tokens: Sequence[str]
    joined: Sequence[bool]

    @property
    def words(self) -> list[tuple[int, int]]:
        """The start and end of each word in the source."""
        return [(self.starts[first], self.ends[last]) for first, last in word_bounds(self.joined)]

    def __str__(self) -> str:
        before = map(" _".__getitem__, self.joined)
        return "".join(chain.from_iterable(zip(before, self.tokens, strict=True)))[1:]


def token_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """pyvi's tokens of a text in NFC, each with its start and end."""
    for match in (_TOKENS_WITH_EMAIL if "@" in text else _TOKENS).finditer(text):
        yield match[0], match.start(), match.end()


def segment(text: str) -> Segmentation:
    """The tokens and words that pyvi 0.1.1 finds in `text`; raises `ModelMissing`. Time is linear in the length.

    Differs from pyvi only where pyvi's time is not linear: in an e-mail address with more than 64 characters before the
    @, and on a letter with more than `LONGEST_CLUSTER` diacritics.
    """
    normal = compose(text)
    found = list(token_spans(normal.text))
    line = [_features[token] for token, _, _ in found]
    joined = decode(line)
    for i in range(1, len(line)):
        # pyvi's last rule: a capitalised token does not continue a word in small letters.
        if joined[i] and line[i].token[0].istitle() and not line[i - 1].token[0].istitle():
            joined[i] = False
    starts, ends = normal.source_spans([start for _, start, _ in found], [end for _, _, end in found])
    return Segmentation(starts, ends, [token.token for token in line], joined)
