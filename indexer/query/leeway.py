"""What of a query is not repaired: what is hardly a slip, whatever the archive has more often.

Words that only ask; abbreviations, in capitals or without a vowel; numbers; what the archive writes as one word (`chat
gpt`). Names keep being names.
"""

from __future__ import annotations

from indexer.lexicon import Leeway, Lexicon
from indexer.query.unmarked_names import is_unmarked_name
from indexer.query.words import WordRun
from indexer.vietnamese import fold, has_diacritics, is_spelled_like_a_syllable, is_syllable

_VOWELS = frozenset("aeiouy")
_LONGEST_WITHOUT_VOWEL = 3
_LONGEST_LONE = 3
"""Letters of a word asked alone, up to which none is a slip: any word is one letter away."""


def leeway(run: WordRun, lexicon: Lexicon) -> list[Leeway]:
    """What of each token of a run may be changed."""
    found = [_of(run, at, lexicon) for at in range(len(run.forms))]
    if run.marked and not any(map(has_diacritics, run.forms)):
        # Diacritics are typed elsewhere, so that these syllables have the level tone: `bưởi hoặc cam`.
        known = [is_syllable(form) and lexicon.count(form) > 0 for form in run.forms]
        found = [Leeway.NOTHING if is_known else each for is_known, each in zip(known, found, strict=True)]
    for at in range(1, len(found)):
        if _is_one_word(run.forms[at - 1], run.forms[at], lexicon) or is_unmarked_name(run, at, lexicon):
            found[at - 1] = found[at] = Leeway.NOTHING
    for each in run.respelled:
        as_typed = run.marked or not all(map(is_spelled_like_a_syllable, run.forms[each.first : each.last + 1]))
        # Whichever spelling the archive has more often; of a set phrase without diacritics only the letters are known.
        if (each.listed and (run.marked or each.sequences)) or (each.is_place and as_typed):
            found[each.first : each.last + 1] = [Leeway.NOTHING] * (each.last + 1 - each.first)
    return found


def _of(run: WordRun, at: int, lexicon: Lexicon) -> Leeway:
    form = run.forms[at]
    if not lexicon.count(form) and _is_behind_initial(form, lexicon):
        return Leeway.NOTHING
    # Typed without diacritics, a word that only asks may be another one.
    if (run.framed[at] and (run.marked or has_diacritics(form))) or form[0].isdigit():
        return Leeway.NOTHING
    if run.capitals[at]:
        # Several in capitals may be a name or a heading (`HÀ TINH`), one is an abbreviation.
        beside = [other for other in (at - 1, at + 1) if 0 <= other < len(run.forms) and run.capitals[other]]
        spelled = is_spelled_like_a_syllable(form) and any(
            is_spelled_like_a_syllable(run.forms[other]) for other in beside
        )
        return Leeway.DIACRITICS if spelled else Leeway.NOTHING
    if len(form) <= _LONGEST_WITHOUT_VOWEL and form.isalpha() and _VOWELS.isdisjoint(fold(form)):
        # Three letters that the archive does not have lack a vowel (`bnh dương`) rather than being short for something.
        lacks_one = len(form) == _LONGEST_WITHOUT_VOWEL and len(run.forms) > 1 and not lexicon.same_letters(fold(form))
        return Leeway.LETTERS if lacks_one else Leeway.NOTHING
    if len(run.forms) == 1 and len(form) <= _LONGEST_LONE:
        return Leeway.DIACRITICS
    if run.initials[at] and not has_diacritics(form) and not is_spelled_like_a_syllable(form):
        return Leeway.OF_NAME if _is_lost(run, at, lexicon) and not lexicon.count(form) else Leeway.NAME
    if at and run.initials[at] and has_diacritics(form) and is_syllable(form):
        return Leeway.OF_NAME if _is_lost(run, at, lexicon) else Leeway.DIACRITICS
    return Leeway.LETTERS


def _is_behind_initial(form: str, lexicon: Lexicon) -> bool:
    """Whether the archive has a foreign word behind its first letter, with a hyphen or a point: `vleague`."""
    initial, rest = form[0], form[1:]
    return initial not in _VOWELS and not is_spelled_like_a_syllable(rest) and lexicon.pair_count(initial, rest) > 0


def _is_lost(run: WordRun, at: int, lexicon: Lexicon) -> bool:
    """Whether a further syllable of a name stands nowhere in the text behind the one before: `Tập Cận Bìn`."""
    if not at or not run.initials[at - 1]:
        return False
    before = run.forms[at - 1]
    return is_spelled_like_a_syllable(before) and not lexicon.stand_beside(before, run.forms[at])


def _is_one_word(first: str, second: str, lexicon: Lexicon) -> bool:
    """Whether the archive writes as one word what was typed as two, of which one at least is no syllable."""
    if is_spelled_like_a_syllable(first) and is_spelled_like_a_syllable(second):
        return False
    joined = first + second
    return joined.isalnum() and not joined.isdigit() and not is_syllable(joined) and lexicon.count(joined) > 0
