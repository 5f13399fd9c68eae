"""Conversion of text in old encodings to Unicode: run by run, by the names of fonts first, else by strong evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from indexer.articles.encodings import evidence
from indexer.articles.encodings.fonts import encoding_of_font
from indexer.articles.encodings.tables import Encoding, convert

Run = tuple[str, str | None]
"""Text and the name of its font; None where the file names none."""


def was_converted(encoding: Encoding) -> str:
    """What the warnings of an article say of text that was in an old encoding."""
    return f"was in {encoding} and has been converted to Unicode"


class Repaired(NamedTuple):
    """Paragraphs in Unicode, and for each encoding that was found a sentence for the warnings of the article."""

    texts: list[str]
    notes: tuple[str, ...]


class _Piece:
    """A part of a paragraph in one font, or in fonts of one encoding."""

    __slots__ = ("encoding", "text")

    def __init__(self, text: str, encoding: Encoding | None) -> None:
        self.text, self.encoding = text, encoding


def repair(paragraphs: Iterable[Sequence[Run]]) -> Repaired:
    """Each paragraph's runs joined, those in an old encoding converted; Unicode text is never changed.

    A run in a font of TCVN3, VNI or VISCII is converted where that makes no fewer syllables of it. Other runs are
    converted where all of them together speak for an encoding (`evidence.best`), or some fonts named it, and this run
    gains by it; and where they are UTF-8 that was read as windows-1252.
    """
    split = [_pieces(runs) for runs in paragraphs]
    found: Counter[Encoding] = Counter()
    free: list[_Piece] = []
    for piece in chain.from_iterable(split):
        if not evidence.may_be_old(piece.text):
            continue
        if evidence.is_mojibake(piece.text):
            _convert(piece, Encoding.MOJIBAKE, found)
        elif evidence.is_unicode(piece.text):
            continue
        elif piece.encoding is None:
            free.append(piece)
        else:
            score = evidence.score([piece.text], piece.encoding)
            if score.after >= score.before:
                _convert(piece, piece.encoding, found)
    _convert_by_evidence(free, set(found) - {Encoding.MOJIBAKE}, found)
    notes = tuple(map(was_converted, sorted(found)))
    return Repaired(["".join(piece.text for piece in pieces) for pieces in split], notes)


def repair_texts(texts: Sequence[str]) -> Repaired:
    """The same for paragraphs of which no font is known."""
    # What is in Unicode is most text by far.
    if not any(map(evidence.may_be_old, texts)):
        return Repaired(list(texts), ())
    return repair([[(text, None)] for text in texts])


def _pieces(runs: Sequence[Run]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for text, font in runs:
        encoding = encoding_of_font(font)
        # ASCII is the same in every encoding; in VNI a mark may stand in the next run.
        if pieces and (pieces[-1].encoding is encoding or text.isascii()):
            pieces[-1].text += text
        elif pieces and pieces[-1].text.isascii():
            pieces[-1].text += text
            pieces[-1].encoding = encoding
        else:
            pieces.append(_Piece(text, encoding))
    return pieces


def _convert(piece: _Piece, encoding: Encoding, found: Counter[Encoding]) -> None:
    converted = convert(piece.text, encoding)
    if converted != piece.text:
        found[encoding] += 1
        piece.text = converted


def _convert_by_evidence(pieces: Sequence[_Piece], named: set[Encoding], found: Counter[Encoding]) -> None:
    if not pieces or (not named and not evidence.enough(piece.text for piece in pieces)):
        return
    spoken: dict[Encoding, list[_Piece]] = {}
    for piece in pieces:
        if (encoding := evidence.best([piece.text], fewest=1)) is not None:
            spoken.setdefault(encoding, []).append(piece)
    for encoding, own in spoken.items():
        if encoding in named or evidence.enough(piece.text for piece in own):
            for piece in own:
                _convert(piece, encoding, found)
