"""Words as they are typed on a phone: `ko` is không, `ntn` như thế nào.

`shorthand.tsv` lists them. The letters mean themselves where they are the whole query, in capitals, beside a number, or
where the indexed text has them beside a neighbour (`bệnh viện K`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from itertools import accumulate, chain, pairwise

from indexer.lexicon import Change, Leeway, Lexicon, Repair
from indexer.loops import made_once
from indexer.query.words import WordRun
from indexer.vietnamese import fold, forms, is_spelled_like_a_syllable


@made_once
def _shorthand() -> Mapping[str, tuple[str, ...]]:
    """What is typed -> the forms that it stands for."""
    table = resources.files(__package__).joinpath("shorthand.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {typed: tuple(forms(meant)) for typed, meant, _reason in rows}


def shorthand_in(run: WordRun, lexicon: Lexicon) -> dict[int, tuple[str, ...]]:
    """The tokens of a run that are shorthand, with the forms that they stand for."""
    known = _shorthand()
    return {at: known[form] for at, form in enumerate(run.forms) if form in known and _is_shorthand(run, at, lexicon)}


def _is_shorthand(run: WordRun, at: int, lexicon: Lexicon) -> bool:
    """Whether a token of the list does not mean its letters."""
    beside = run.forms[max(at - 1, 0) : at + 2]
    neighbours = [*run.forms[max(at - 1, 0) : at], *run.forms[at + 1 : at + 2]]
    if not neighbours or run.capitals[at] or run.initials[at] or any(each[0].isdigit() for each in neighbours):
        return False
    if len(run.forms[at]) == 1 and not (at and all(map(is_spelled_like_a_syllable, neighbours))):
        return False
    return not any(lexicon.stand_beside(*pair) for pair in pairwise(beside))


class InFull:
    """The tokens of a run, shorthand written in full.

    In a run without diacritics it has none either: one with diacritics would say that the rest means what it says.
    """

    def __init__(self, run: WordRun, meant: Mapping[int, tuple[str, ...]]) -> None:
        self._typed = run.forms
        in_full = [meant.get(at, (form,)) for at, form in enumerate(run.forms)]
        self._parts = [
            own if run.marked or at not in meant else tuple(map(fold, own)) for at, own in enumerate(in_full)
        ]
        self._meant = meant
        self._may = Leeway.NOTHING if run.marked else Leeway.DIACRITICS
        self.forms = tuple(chain.from_iterable(self._parts))

    def leeway(self, typed: Sequence[Leeway]) -> list[Leeway]:
        """What of each token may be changed, from the same of the tokens typed."""
        return [
            self._may if at in self._meant else may
            for at, (may, part) in enumerate(zip(typed, self._parts, strict=True))
            for _ in part
        ]

    def of_typed(self, repair: Repair) -> Repair:
        """A repair of these tokens as one of the tokens typed: what is in full is a change of each."""
        starts = list(accumulate(map(len, self._parts), initial=0))
        changed = {change.start: change for change in repair.changes}
        changes = []
        first = 0
        while first < len(self._typed):
            place, after, found = starts[first], first + 1, list[str]()
            while place < starts[after]:
                change = changed.get(place, Change(place, place + 1, self.forms[place : place + 1]))
                found += change.forms
                place = change.end
                while starts[after] < place:
                    after += 1
            meant = self._meant.get(first) if after == first + 1 else None
            if (read := meant or tuple(found)) != self._typed[first:after]:
                changes.append(Change(first, after, read))
            first = after
        return Repair(repair.forms, tuple(changes), repair.habit, repair.margin)
