"""What the plain words of a query ask: units, of which a share must match, and what else adds to the score.

A unit is a syllable or a compound typed as one chunk. The weights are those of the settings; they were measured on
judged queries, as was that words, pairs of neighbours and titles add to the score but never decide what is found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.engine.query import Any, Node, Phrase, Prefer, Term
from indexer.passages.targets import MatchMode
from indexer.query.lookup import Lookup
from indexer.query.reading import Meaning, Reading
from indexer.query.segments import Range, Segment
from indexer.query.weighing import CapitalWeights
from indexer.schema import Field, bigram
from indexer.settings import Settings
from indexer.vietnamese import fold, has_diacritics

TYPED_SHARE = 0.1
"""Of the weight of a syllable in a text without any diacritics, the share of the form as typed; the rest goes to the
unmarked form. Shares from 0 to .1 rank alike (nDCG@10 on questions without diacritics), .3 costs .01."""

TYPED_SHARE_AMONG_DIACRITICS = 0.8
"""The same where diacritics were typed elsewhere in the text: then a syllable without diacritics mostly means just
that. From 0 to 1 makes no difference on judged questions; it keeps `năm` behind `nam`."""

UNMARKED_WORDS_SHARE = 0.5
"""Of the weight of a word, what is left in a text without any diacritics, which is segmented less well (+.01)."""


REPAIRED_SHARE = 0.7
"""Of the weight of a syllable that was repaired and looked for without its diacritics, how much goes to its repaired
form when the repair is certain. What was typed keeps the rest, so that a wrong repair never hides it."""

REPAIRED_BESIDE_TYPED = 0.5
"""The weight of a repaired form, as a share of that of a syllable, where the index has the form that was typed too."""

PIECE_SHARE = 0.8
"""The weight of each syllable that a token means when the index has nothing of it as typed (`hatinh`), as a share of
that of a syllable typed alone. With 1 they outweigh what was typed beside them; with .65 short queries lose what
questions gain. Chosen on the half of the judged queries that values are chosen by, with blanks left out (`joined`)."""

ABBREVIATION_WEIGHT = 0.4
"""The weight of an abbreviation for each syllable it stands for. It is rarer than they are: with 1, `EU` decided alone
what a question about the `liên minh châu Âu` found, which cost clean questions among Wikipedia paragraphs .006; with
.4 .002. Below, queries that turn on abbreviations begin to lose."""


class Ranking:
    """Collects the plain words that stand side by side in a query; terms that come again count once."""

    def __init__(self, lookup: Lookup, settings: Settings, weights: CapitalWeights) -> None:
        self._lookup = lookup
        self._settings = settings
        self._weights = weights
        self._units: dict[tuple[str, ...], Node] = {}
        self._known: set[tuple[str, ...]] = set()
        self._optional: dict[Node, None] = {}

    def add(self, segment: Segment, dropped: Sequence[bool], reading: Reading | None = None) -> None:
        """Add a run of plain words, without the tokens that are `dropped`, and what else it may mean."""
        forms = segment.forms
        kept = [unit for unit in segment.compounds if not all(dropped[unit[0] : unit[1] + 1])]
        meant = self._meant(kept, reading.meanings if reading else ())
        repaired = {at: meaning for meaning in (reading.repairs if reading else ()) for at in _range(meaning)}
        read_again = set(repaired)
        if reading is not None and reading.judges_all(segment):
            read_again = set(range(len(forms)))
            repaired = dict(self._left_alone(forms, reading)) | repaired
        certain = reading is not None and reading.is_certain
        for unit in kept:
            first, last = unit
            if last > first:
                self._add_compound(forms[first : last + 1], meant[unit])
            elif (repair := repaired.get(first)) and self._is_only(forms[first], repair):
                for at, piece in enumerate(repair.forms):
                    typed = piece if has_diacritics(forms[first]) else fold(piece)
                    # A piece that has its diacritics is what was typed: nothing of it is repaired.
                    mended = None if typed == piece and has_diacritics(piece) else replace(repair, forms=(piece,))
                    also = meant[unit] if at == 0 else []
                    self._add_syllable(typed, segment.marked, also, mended, certain, PIECE_SHARE)
            else:
                self._add_syllable(forms[first], segment.marked, meant[unit], repair, certain)
        word_weight = self._settings.weight_words * (1 if segment.marked else UNMARKED_WORDS_SHARE)
        for word in segment.words:
            tokens = range(word.first, word.last + 1)
            if not all(dropped[at] for at in tokens) and read_again.isdisjoint(tokens):
                self._prefer(Field.WORDS, word.form, word_weight)
        for index in range(len(forms) - 1):
            if not any(dropped[index : index + 2]) and read_again.isdisjoint((index, index + 1)):
                self._add_pair(forms[index], forms[index + 1], segment.marked)

    def add_repaired(self, segment: Segment, fresh: Sequence[float]) -> None:
        """Add the words and pairs of a repaired run that hold a fresh token; they decide nothing of what is found.

        `fresh` says of each token how surely it is what was meant (0: it counts as typed, see `add`).
        """
        for word in segment.words:
            if share := max(fresh[word.first : word.last + 1]):
                self._prefer(Field.WORDS, word.form, share * self._settings.weight_words)
        for index in range(len(segment.forms) - 1):
            if share := max(fresh[index : index + 2]):
                pair = bigram(*segment.forms[index : index + 2])
                self._prefer(Field.BIGRAMS, pair, share * self._settings.weight_bigrams)

    def node(self) -> Node | None:
        """The tree of all that was added, or None when that was nothing.

        Units that the index does not know cannot match, and do not count in the share.
        """
        units = [unit for key, unit in self._units.items() if key in self._known] or list(self._units.values())
        units = list(map(self._weighed, units))
        if not units:
            return None
        # Without the epsilon, .4 * 5 might be rounded up to 3.
        minimum = max(1, math.ceil(self._settings.minimum_match * len(units) - 1e-9))
        required = Any(tuple(units), minimum) if len(units) > 1 else units[0]
        demanded = set(units)
        optional = tuple(node for node in map(self._weighed, self._optional) if node not in demanded)
        if not optional:
            return required
        return Prefer(required, Any(optional) if len(optional) > 1 else optional[0])

    def _weighed(self, node: Node) -> Node:
        """A unit or a leaf with the weights of its forms."""
        match node:
            case Term() | Phrase():
                return self._weights.weighed(node)
            case Any(children, minimum):
                return Any(tuple(map(self._weighed, children)), minimum)
            case _:
                return node

    def _left_alone(self, forms: Sequence[str], reading: Reading) -> Iterator[tuple[int, Meaning]]:
        """The tokens of a repaired text that may mean marked forms, but were left as they are: they mean themselves."""
        for at, form in enumerate(forms):
            if self._lookup.match_mode(form, False) is MatchMode.UNMARKED:
                yield at, Meaning(at, at + 1, (form,), reading.confidence, "repair")

    def _is_only(self, form: str, repair: Meaning) -> bool:
        """Whether a token means syllables run together and nothing else: the index has nothing of it as typed."""
        return len(repair.forms) > 1 and repair.end - repair.start == 1 and self._lookup.match_mode(form, True) is None

    def _meant(self, units: Sequence[Range], meanings: Sequence[Meaning]) -> dict[Range, list[Node]]:
        """For each unit, what it may mean besides what was typed; a meaning of several units is shared among them."""
        meant: dict[Range, list[Node]] = {unit: [] for unit in units}
        for meaning in meanings:
            over = [unit for unit in units if unit[0] < meaning.end and meaning.start <= unit[1]]
            if not over or not all(self._lookup.knows(Field.SYLLABLES, form) for form in meaning.forms):
                continue
            weight = self._settings.weight_syllables * meaning.share
            if meaning.kind == "abbreviation":
                weight *= ABBREVIATION_WEIGHT * (meaning.end - meaning.start)
            elif meaning.kind == "repair" and len(over) == 1 and len(meaning.forms) == 1:
                continue  # weighed against the form that was typed, in `_add_syllable`
            leaf, _ = self._lookup.sequence(meaning.forms, weight / len(over), among_diacritics=True)
            for unit in over:
                meant[unit].append(leaf)
        return meant

    def _add_syllable(
        self,
        form: str,
        among_diacritics: bool,
        meant: list[Node],
        repair: Meaning | None,
        certain: bool,
        part: float = 1.0,
    ) -> None:
        """Add a unit of one syllable that counts `part` of one; `certain` says that the repair decides what matches."""
        nodes = list(meant)
        share = 0.0
        repaired: Term | None = None
        if repair is not None and len(repair.forms) == 1 and repair.end - repair.start == 1:
            share = repair.share
            mode = self._lookup.match_mode(form, among_diacritics)
            scale = 1.0 if mode is None else REPAIRED_BESIDE_TYPED if mode is MatchMode.EXACT else REPAIRED_SHARE
            weight = share * scale * self._settings.weight_syllables
            if self._lookup.knows(Field.SYLLABLES, repair.forms[0]):
                repaired = Term(Field.SYLLABLES, repair.forms[0], weight)
                self._prefer(Field.TITLE, repair.forms[0], share * self._settings.weight_title)
        typed = self._syllable(form, among_diacritics, share)
        if repaired is not None:
            if typed is not None and typed.field is Field.UNMARKED and typed.form == fold(repaired.form):
                # What holds the repaired form holds its letters too: either decides what matches, the other adds to
                # the score. The sum is the same.
                decides, adds = (repaired, typed) if certain else (typed, repaired)
                self._optional[adds] = None
                typed = decides
            else:
                nodes.append(repaired)
        if typed is not None:
            nodes.insert(0, typed)
        if nodes:
            self._known.add((form,))
        else:
            nodes = [Term(Field.SYLLABLES, form, self._settings.weight_syllables)]
        unit = nodes[0] if len(nodes) == 1 else Any(tuple(nodes))
        self._units[form,] = unit if part == 1.0 else _scaled(unit, part)

    def _syllable(self, form: str, among_diacritics: bool, repaired: float = 0.0) -> Term | None:
        """The term that decides whether a syllable matches, with its companions added; None if it is unknown.

        `repaired` says how surely another form was meant, if the one typed is looked for without its diacritics.
        """
        settings, plain = self._settings, fold(form)
        weight = settings.weight_syllables
        mode = self._lookup.match_mode(form, among_diacritics)
        if mode is None:
            return None
        if mode is MatchMode.EXACT:
            self._prefer(Field.TITLE, form, settings.weight_title)
            if has_diacritics(form):
                self._prefer(Field.UNMARKED, plain, settings.weight_unmarked)
            return Term(Field.SYLLABLES, form, weight)
        weight *= 1 - REPAIRED_SHARE * repaired
        # What holds the form as typed holds its unmarked form too, so the latter decides what matches.
        share = 0.0
        if self._lookup.knows(Field.SYLLABLES, form):
            share = (TYPED_SHARE_AMONG_DIACRITICS if mode is MatchMode.RUN else TYPED_SHARE) * (1 - repaired)
        self._prefer(Field.SYLLABLES, form, weight * share)
        self._prefer(Field.TITLE_UNMARKED, plain, settings.weight_title * (1 - repaired))
        return Term(Field.UNMARKED, plain, weight * (1 - share))

    def _add_compound(self, forms: tuple[str, ...], meant: list[Node]) -> None:
        """Add a compound: its parts in order are what matches; each part adds to the score."""
        leaf, _ = self._lookup.sequence(forms, self._settings.weight_bigrams)
        self._units[forms] = Any((leaf, *meant)) if meant else leaf
        parts = [self._syllable(form, any(map(has_diacritics, forms))) for form in forms]
        known = [part for part in parts if part is not None]
        if meant or len(known) == len(parts):
            self._known.add(forms)
        self._optional.update(dict.fromkeys(known))

    def _add_pair(self, first: str, second: str, among_diacritics: bool) -> None:
        """Add two neighbours; typed without diacritics, they are neighbours whatever their diacritics."""
        weight = self._settings.weight_bigrams
        leaf, _ = self._lookup.sequence((first, second), weight, among_diacritics=among_diacritics)
        if isinstance(leaf, Term):
            self._prefer(leaf.field, leaf.form, leaf.weight)
        elif leaf.weight > 0:
            self._optional[leaf] = None

    def _prefer(self, field: Field, form: str, weight: float) -> None:
        """Add a term that adds to the score, if the index has it."""
        if weight > 0 and self._lookup.knows(field, form):
            self._optional[Term(field, form, weight)] = None


def _scaled(node: Node, share: float) -> Node:
    """A unit with the weights of its leaves multiplied."""
    match node:
        case Term() | Phrase():
            return replace(node, weight=node.weight * share)
        case Any(children, minimum):
            return Any(tuple(_scaled(child, share) for child in children), minimum)
        case _:
            return node


def _range(meaning: Meaning) -> range:
    return range(meaning.start, meaning.end)
