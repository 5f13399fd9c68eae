"""The lexicon: syllables, bigrams, phrases and abbreviations of the indexed text, with their counts.

`learn` counts while indexing and `store` holds the counts. `repair` corrects queries by them, `abbreviations` expands
abbreviations, `suggest` completes queries, and `facts` collects what is known of a syllable. How a corrected or
expanded query is searched is decided in `indexer.query`. What only those need who write a lexicon is imported from its
module: who searches has no use for it.
"""

from indexer.errors import LexiconUnusable
from indexer.lexicon.abbreviations import Abbreviated, Abbreviations, Expansion, Spelled
from indexer.lexicon.channel import Habit
from indexer.lexicon.definitions import Definition
from indexer.lexicon.facts import Facts, SyllableFacts, facts
from indexer.lexicon.opening import open_lexicon
from indexer.lexicon.repair import Change, Leeway, Repair, Repairer
from indexer.lexicon.store import ATTACHMENT, FILE, Lexicon, LexiconStats
from indexer.lexicon.suggest import Completion, Suggester

__all__ = [
    "ATTACHMENT",
    "FILE",
    "Abbreviated",
    "Abbreviations",
    "Change",
    "Completion",
    "Definition",
    "Expansion",
    "Facts",
    "Habit",
    "Leeway",
    "Lexicon",
    "LexiconStats",
    "LexiconUnusable",
    "Repair",
    "Repairer",
    "Spelled",
    "Suggester",
    "SyllableFacts",
    "facts",
    "open_lexicon",
]
