"""What the index taught us: which syllables, pairs, phrases and abbreviations the indexed text uses, and how often.

`learn` counts while indexing, `store` keeps the counts; `repair`, `abbreviations` and `suggest` read queries by them,
and `facts` tells a person what they are. Imports `indexer.vietnamese` and `indexer.errors` only; what is done with a
repaired or expanded query lives in `indexer.query`.
"""

from indexer.errors import LexiconUnusable
from indexer.lexicon.abbreviations import Abbreviated, Abbreviations, Expansion, Spelled
from indexer.lexicon.channel import Habit
from indexer.lexicon.definitions import Definition
from indexer.lexicon.facts import Facts, SyllableFacts, facts
from indexer.lexicon.inputs import LexiconInput, lexicon_input
from indexer.lexicon.learn import Learner
from indexer.lexicon.repair import Alternative, Change, Repair, Repairer
from indexer.lexicon.store import FILE, Lexicon, LexiconStats
from indexer.lexicon.suggest import Completion, Suggester

__all__ = [
    "FILE",
    "Abbreviated",
    "Abbreviations",
    "Alternative",
    "Change",
    "Completion",
    "Definition",
    "Expansion",
    "Facts",
    "Habit",
    "Learner",
    "Lexicon",
    "LexiconInput",
    "LexiconStats",
    "LexiconUnusable",
    "Repair",
    "Repairer",
    "Spelled",
    "Suggester",
    "SyllableFacts",
    "facts",
    "lexicon_input",
]
