"""What a minus excludes: a word or name whole, though it stands without quotes (`-Nhật Bản`)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from indexer.lexicon import Lexicon
from indexer.query.clauses import Chunk, Clause, NotClause, PhraseClause, WordsClause
from indexer.vietnamese import fold, forms, has_diacritics


def with_whole_words(clauses: Sequence[Clause], lexicon: Lexicon) -> tuple[list[Clause], list[str]]:
    """The clauses, exclusions extended by the syllables behind them that make one word with them; and those words."""
    left, found, words = deque(clauses), [], []
    while left:
        match clause := left.popleft(), left[0] if left else None:
            case NotClause(WordsClause(excluded)), WordsClause(following):
                taken = _extended(excluded, following, lexicon)
                if more := len(taken) - len(excluded):
                    words.append(" ".join(chunk.text for chunk in taken))
                    clause = NotClause(PhraseClause(words[-1]))
                    left.popleft()
                    if following[more:]:
                        left.appendleft(WordsClause(following[more:]))
        found.append(clause)
    return found, words


def _extended(words: Sequence[Chunk], following: Sequence[Chunk], lexicon: Lexicon) -> list[Chunk]:
    taken = list(words)
    for chunk in following:
        if chunk.start != taken[-1].end + 1 or not _are_one_word(taken[-1].text, chunk.text, lexicon):
            break
        taken.append(chunk)
    return taken


def _are_one_word(first: str, second: str, lexicon: Lexicon) -> bool:
    """Whether two chunks are syllables that the dictionary or the indexed text has as one word."""
    match forms(f"{first} {second}"):
        case [one, two] if len(forms(first)) == 1:
            pairs = [(one, two)]
            if not has_diacritics(one + two):
                pairs += [pair for _, pair in lexicon.pair_readings(fold(one), fold(two))]
            return any(lexicon.is_word_of_two(*pair) or lexicon.are_joined(*pair) for pair in pairs)
    return False
