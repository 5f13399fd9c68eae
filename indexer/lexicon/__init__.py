"""The lexicon: syllables, bigrams, phrases and abbreviations of the indexed text, with their counts.

`learn` counts while indexing and `store` holds the counts. `repair` corrects queries by them, `abbreviations` expands
abbreviations, `suggest` completes queries, and `facts` collects what is known of a syllable. How a corrected or
expanded query is searched is decided in `indexer.query`.
"""

from indexer.errors import LexiconUnusable
from indexer.lexicon.abbreviations import Abbreviated, Abbreviations, Expansion, Spelled
from indexer.lexicon.batch import LexiconPart, part_of
from indexer.lexicon.changing import ChangeLearner
from indexer.lexicon.channel import Habit
from indexer.lexicon.definitions import Definition
from indexer.lexicon.facts import Facts, SyllableFacts, facts
from indexer.lexicon.inputs import LexiconInput, lexicon_input
from indexer.lexicon.learn import Learner
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
    "ChangeLearner",
    "Completion",
    "Definition",
    "Expansion",
    "Facts",
    "Habit",
    "Learner",
    "Leeway",
    "Lexicon",
    "LexiconInput",
    "LexiconPart",
    "LexiconStats",
    "LexiconUnusable",
    "Repair",
    "Repairer",
    "Spelled",
    "Suggester",
    "SyllableFacts",
    "facts",
    "lexicon_input",
    "open_lexicon",
    "part_of",
]
