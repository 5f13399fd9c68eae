"""Text in the encodings before Unicode: recognised by fonts or by strong evidence, and converted."""

from indexer.articles.encodings.evidence import best as best_encoding
from indexer.articles.encodings.fonts import encoding_of_font
from indexer.articles.encodings.repair import Repaired, Run, repair, repair_texts, was_converted
from indexer.articles.encodings.tables import Encoding, convert

__all__ = [
    "Encoding",
    "Repaired",
    "Run",
    "best_encoding",
    "convert",
    "encoding_of_font",
    "repair",
    "repair_texts",
    "was_converted",
]
