"""Two syllables in a query without diacritics, as far as the archive tells what they mean, names from words above all.

Names that have no diacritics at all mean themselves (`nha trang`, `gia lai`): the archive must have the letters side by
side as a name, about as often as what else they may be read as. What is typed like a name (`Dien Bien`) is rather one
of those readings whose syllables often have capitals: Điện Biên, not diễn biến.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from indexer.lexicon import Lexicon
from indexer.lexicon.spellings import place_names
from indexer.query.joining import COMPARABLE, is_name
from indexer.query.words import WordRun
from indexer.vietnamese import FUNCTION_WORDS, fold, has_diacritics, is_syllable

LEAST = 0.5
"""How often the archive has such a name, as a share of the commonest reading with diacritics."""
LEAST_OF_PLACES = 0.25
"""The same of places, where the query has no other words that speak for a reading: Nha Trang, Nhà Trắng."""


def is_unmarked_name(run: WordRun, at: int, lexicon: Lexicon) -> bool:
    """Whether a token and the one before, typed without diacritics, are such a name."""
    first, second = run.forms[at - 1 : at + 1]
    if run.marked or first in FUNCTION_WORDS or second in FUNCTION_WORDS:
        return False
    if not (is_syllable(first) and is_syllable(second)) or not (count := lexicon.pair_count(first, second)):
        return False
    typed_like_one = run.initials[at - 1] and run.initials[at]
    if not is_name(first, second, lexicon) or not (typed_like_one or lexicon.are_joined(first, second)):
        return False
    least = LEAST_OF_PLACES if (first, second) in place_names() and not has_context(run) else LEAST
    return count >= least * lexicon.pair_readings(first, second)[0][0]


NEAR_THE_LIKELIEST = 0.2
"""Readings that may be the name that was typed, as a share of the likeliest."""


def name_readings(first: str, second: str, lexicon: Lexicon) -> list[tuple[str, str]]:
    """What two syllables without diacritics, typed like a name, may be, the likeliest first.

    That is what the text has oftenest in capitals side by side.
    """
    seen = _in_capitals(first, second, lexicon)
    least = NEAR_THE_LIKELIEST * max(seen.values(), default=0)
    return sorted([pair for pair, count in seen.items() if count >= least], key=lambda pair: (-seen[pair], pair))


RARE_READING = 0.2
"""Of what two syllables without diacritics mean side by side, the rarest that is searched, as a share of the commonest.
On judged sets of names and topics typed so, .1 costs .02 of precision and gains nothing; .4 costs .01 of recall."""


def pairs_meant(letters: Sequence[str], lexicon: Lexicon, *, named: bool) -> list[tuple[str, str]]:
    """What two syllables without diacritics mean side by side in the text; nothing where they never stand so.

    Where they stand so as typed, as often as anything else, that is what they mean; a word of the dictionary may always
    be meant, and a name where they mostly are none. Where they were typed like a name (`named`), one is meant, if any
    is known.
    """
    first, second = letters
    found = lexicon.pair_readings(first, second)
    if not found:
        return []
    most, commonest = found[0]
    as_typed = commonest == (first, second)
    if named and not as_typed and (names := name_readings(first, second, lexicon)):
        return names
    often = [commonest] if as_typed else [pair for count, pair in found if count >= RARE_READING * most]
    least = COMPARABLE * most if as_typed else 0
    may_be_name = not is_name(*commonest, lexicon)
    return often + [
        pair
        for count, pair in found
        if pair not in often
        and (lexicon.is_word_of_two(*pair) or (may_be_name and count >= least and is_name(*pair, lexicon)))
    ]


_UNSEEN = 0.1
"""How often two syllables count as seen in capitals side by side that never are."""


def likeliest_name(read: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """What some syllables without diacritics, typed like a name, are if not what they were `read` as: the likeliest
    name, unless that is near."""
    seen = [_in_capitals(*pair, lexicon) for pair in pairwise(read)]

    def weight(at: int, first: str, second: str) -> float:
        return math.log(_UNSEEN + seen[at].get((first, second), 0))

    # The likeliest path to each form of a syllable.
    paths: dict[str, tuple[float, tuple[str, ...]]] = {read[0]: (0.0, (read[0],))}
    paths |= {first: (0.0, (first,)) for first, _ in seen[0]}
    for at, form in enumerate(read[1:]):
        forms = {form, *(second for _, second in seen[at]), *(first for first, _ in (seen[at + 1 :] or [{}])[0])}
        paths = {
            each: max((before + weight(at, path[-1], each), (*path, each)) for before, path in paths.values())
            for each in forms
        }
    likely, best = max(paths.values())
    own = sum(weight(at, *pair) for at, pair in enumerate(pairwise(read)))
    return best if own < likely + math.log(NEAR_THE_LIKELIEST) else tuple(read)


def _in_capitals(first: str, second: str, lexicon: Lexicon) -> dict[tuple[str, str], int]:
    """How often the text has each reading of two syllables in capitals side by side."""
    readings = lexicon.pair_readings(fold(first), fold(second))
    return {pair: count for _, pair in readings if (count := lexicon.capital_pair_count(*pair))}


COMMONER, LESS_COMMON = 1.5, 0.5
"""How many times as common a word of the dictionary or a name must be as what two syllables were read as, to be meant
instead; the second where that is neither a word nor a name."""


def pair_in_text(run: WordRun, read: tuple[str, str], lexicon: Lexicon) -> tuple[str, str]:
    """Two syllables without diacritics, as they were `read` or, where a word or a name is commoner, as that.

    Side by side in a sentence two syllables may be parts of other words: `đổi khí` is one of `biến đổi khí hậu`. What
    never stands so is the pair that is most frequent.
    """
    count, standing = lexicon.pair_count(*read), lexicon.pair_readings(*run.forms)
    if not count:
        return standing[0][1] if standing else read
    if any(run.initials):
        return read
    least = count * (COMMONER if _is_one_thing(read, lexicon) else LESS_COMMON)
    return next((pair for seen, pair in standing if seen >= least and _is_one_thing(pair, lexicon)), read)


def _is_one_thing(pair: tuple[str, str], lexicon: Lexicon) -> bool:
    return lexicon.is_word_of_two(*pair) or is_name(*pair, lexicon)


def named_ranges(initials: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where two tokens or more begin with capitals: from which to which (excluded).

    The first token says nothing where others have none.
    """
    first = 0 if all(initials) else 1
    for at in range(first, len(initials) + 1):
        if at == len(initials) or not initials[at]:
            if at - first > 1:
                yield first, at
            first = at + 1


OTHER_READING = 0.25
"""Of two syllables without diacritics, the rarest reading that is not searched and that users are shown, as a share of
the commonest that is."""
MOST_OTHERS = 2


def other_readings(
    typed: tuple[str, ...], searched: Sequence[tuple[str, ...]], lexicon: Lexicon
) -> tuple[tuple[str, str], ...]:
    """What two syllables without diacritics, of which some readings are searched, may be besides; names in capitals."""
    first, second = map(fold, typed)
    least = OTHER_READING * max(lexicon.pair_count(*pair) for pair in searched)
    found = [pair for count, pair in lexicon.pair_readings(first, second) if count >= least and pair not in searched]
    told = [pair for pair in found if lexicon.are_joined(*pair)][:MOST_OTHERS]
    return tuple([_as_written(pair, lexicon) for pair in told])


FULLER = 5
"""How many times as often as what was typed the archive has what it may be with the diacritics of both syllables."""


def fuller_readings(typed: tuple[str, ...], lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """What two syllables may be of which one was typed without its diacritics, where that is much commoner.

    What was typed is what is searched: `văn phong` is a word too, and `văn phòng` a commoner one.
    """
    if sum(map(has_diacritics, typed)) != 1:
        return ()
    least = FULLER * max(1, lexicon.pair_count(*typed))
    found = [pair for count, pair in lexicon.pair_readings(*map(fold, typed)) if count >= least]
    agreeing = [
        pair
        for pair in found
        if all(form in (own, fold(own)) for form, own in zip(typed, pair, strict=True)) and lexicon.are_joined(*pair)
    ]
    return tuple([_as_written(pair, lexicon) for pair in agreeing[:MOST_OTHERS]])


def _as_written(pair: tuple[str, str], lexicon: Lexicon) -> tuple[str, str]:
    """Two syllables as the archive mostly writes them."""
    first, second = pair
    return (first.capitalize(), second.capitalize()) if is_name(first, second, lexicon) else pair


def has_context(run: WordRun) -> bool:
    """Whether other words of the query say what two of them mean."""
    return len(run.forms) > 2
