"""The leaves that plain words are ranked by: syllables, words, bigrams and titles, each with its weight.

The weights are those of the settings; they were measured on judged queries. What is found is decided in `found`; here
only what is nearest where that is too little.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.engine.query import Any, Node, Phrase, Prefer, Term, any_of
from indexer.passages.targets import MatchMode
from indexer.query.frequencies import Frequencies
from indexer.query.read import Words, whole_title_names
from indexer.query.reading import Meaning, Reading
from indexer.query.respelling import Respelled
from indexer.query.weighing import CapitalWeights
from indexer.query.words import Range, WordRun
from indexer.schema import Field, bigram
from indexer.settings import Settings
from indexer.vietnamese import fold, has_diacritics

TYPED_SHARE = 0.1
"""Of the weight of a syllable in a text without any diacritics, the share of the form as typed; the rest goes to the
unmarked form. Shares from 0 to .1 rank alike (nDCG@10 on questions without diacritics), .3 costs .01."""

TYPED_SHARE_ALONE = 0.5
"""The same of a syllable that is all of a text: what is spelled as typed (`voi`, `kem`) comes before other readings."""

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


WHOLE_TITLE = 1.5
"""The weight of a title that is all that was typed, as a share of that of a syllable."""

NAME_SHARE = 0.5
"""The same of each other spelling of a name, so that the one that was typed comes first."""

JOINED_SHARE = 0.02
"""The weight of what was typed as several syllables and is written as one, as a share of that of a syllable: so it is
found, after all that is spelled as it was typed."""

MOST_RANKED = 192
"""Syllables that passages are ranked by, the rarest of more; an engine matches up to `MOST_COUNTED` lists fast."""

OPTIONAL_FOR_EACH = 3
"""Leaves beside those, for each of them: a title, a word and a pair."""

NEAREST_SHARE = 0.1
"""The share of its syllables, rounded up, that a passage must hold to be among the nearest."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """What plain words are ranked by: for each syllable or compound what it is met by, and what only adds."""

    syllables: tuple[Node, ...] = ()
    optional: tuple[Term | Phrase, ...] = ()

    @property
    def all(self) -> tuple[Term | Phrase, ...]:
        """All leaves, one by one."""
        parts = [part for node in self.syllables for part in (node.children if isinstance(node, Any) else (node,))]
        return (*(part for part in parts if isinstance(part, Term | Phrase)), *self.optional)


def rank(words: Sequence[Words], frequencies: Frequencies, settings: Settings, weights: CapitalWeights) -> Leaves:
    """What the runs of plain words that stand together in a query are ranked by."""
    ranking = _Ranking(frequencies, settings)
    for each in words:
        ranking.add(each)
        ranking.add_repaired(each)
    if len(words) == 1:
        ranking.add_whole_title(words[0])
    syllables = _telling(list(map(weights.weighed, ranking.syllables())), MOST_RANKED, frequencies)
    optional = [node for node in map(weights.weighed, ranking.optional) if node not in syllables]
    optional = _telling(optional, OPTIONAL_FOR_EACH * MOST_RANKED, frequencies)
    return Leaves(tuple(syllables), tuple([node for node in optional if isinstance(node, Term | Phrase)]))


def _telling(nodes: list[Node], most: int, frequencies: Frequencies) -> list[Node]:
    """The nodes, or of too many those that say most: whose leaves are rarest, by their weights."""
    if len(nodes) <= most:
        return nodes

    def information(node: Node) -> float:
        if isinstance(node, Any):
            return max(map(information, node.children), default=0.0)
        if not isinstance(node, Term | Phrase):
            return 0.0
        forms = node.forms if isinstance(node, Phrase) else (node.form,)
        held = min(frequencies.frequency(node.field, form) for form in forms)
        return node.weight * math.log((frequencies.paragraphs + 1) / (held + 1))

    first = sorted(range(len(nodes)), key=lambda at: -information(nodes[at]))[:most]
    return [nodes[at] for at in sorted(first)]


def nearest(leaves: Leaves, phrases: Sequence[Term | Phrase] = ()) -> Node | None:
    """What finds the passages that hold a share of the syllables; None where there are none.

    Those that the index does not know cannot match, and do not count. Phrases only add to the score.
    """
    syllables, optional = leaves.syllables, (*leaves.optional, *phrases)
    if not syllables:
        return None
    # Without the epsilon, .1 * 30 might be rounded up to 4.
    minimum = max(1, math.ceil(NEAREST_SHARE * len(syllables) - 1e-9))
    required = Any(syllables, minimum) if len(syllables) > 1 else syllables[0]
    if not optional:
        return required
    return Prefer(required, any_of(optional))


class _Ranking:
    """Collects syllables (or compounds typed as one chunk) and what else adds to the score; each term once."""

    def __init__(self, frequencies: Frequencies, settings: Settings) -> None:
        self._frequencies = frequencies
        self._settings = settings
        self._syllables: dict[tuple[str, ...], Node] = {}
        self._known: set[tuple[str, ...]] = set()
        self.optional: dict[Term | Phrase, None] = {}

    def syllables(self) -> list[Node]:
        """What must match in part: those that the index knows, where it knows any."""
        known = [node for key, node in self._syllables.items() if key in self._known]
        return known or list(self._syllables.values())

    def add(self, words: Words) -> None:
        """Add a run as typed, and what else its tokens may mean."""
        run, reading, dropped, reread = words.run, words.reading, words.dropped, words.reread
        forms = run.forms
        kept = [compound for compound in run.compounds if not all(dropped[compound[0] : compound[1] + 1])]
        meant = self._meant(kept, run, reading)
        self._add_respelled(run, reading, meant)
        repaired: dict[int, Meaning] = {}
        if reading.judges_all(run):
            # Tokens that may mean forms with diacritics, but were left as they are, mean themselves.
            for at, form in enumerate(forms):
                if self._frequencies.match_mode(form, False) is MatchMode.UNMARKED:
                    repaired[at] = Meaning(at, at + 1, (form,), reading.confidence, "repair")
        repaired |= {at: repair for repair in reading.repairs for at in range(repair.start, repair.end)}
        for compound in kept:
            first, last = compound
            form, repair = forms[first], repaired.get(first)
            if last > first:
                self._add_compound(forms[first : last + 1], meant[compound])
            elif repair and self._is_only(form, repair):
                for at, piece in enumerate(repair.forms):
                    typed = piece if has_diacritics(form) else fold(piece)
                    # A piece that has its diacritics is what was typed: nothing of it is repaired.
                    mended = None if typed == piece and has_diacritics(piece) else replace(repair, forms=(piece,))
                    self._add_syllable(words, typed, meant[compound] if at == 0 else [], mended, PIECE_SHARE)
            else:
                self._add_syllable(words, form, meant[compound], repair)
        word_weight = self._settings.weight_words * (1 if run.marked else UNMARKED_WORDS_SHARE)
        for word in run.words:
            tokens = range(word.first, word.last + 1)
            if reread.isdisjoint(tokens) and not all(dropped[at] for at in tokens):
                self._prefer(Field.WORDS, word.form, word_weight)
        for at, pair in enumerate(pairwise(forms)):
            if reread.isdisjoint((at, at + 1)) and not (dropped[at] or dropped[at + 1]):
                self._add_pair(pair, run.marked)

    def add_repaired(self, words: Words) -> None:
        """Add the words and pairs of the repaired run that hold a repaired token; they decide nothing of what is found.

        Each counts as surely as its tokens are what was meant.
        """
        reading, run = words.reading, words.reading.repaired_run
        if run is None:
            return
        shares = [reading.confidence if reading.judges_all(words.run) else 0.0] * len(run.forms)
        for repair in reading.repairs:
            for at in reading.places[repair.start]:
                shares[at] = repair.share
        for at in words.lost:
            shares[at] = 0.0
        for word in run.words:
            self._prefer(Field.WORDS, word.form, max(shares[word.first : word.last + 1]) * self._settings.weight_words)
        for at, pair in enumerate(pairwise(run.forms)):
            self._prefer(Field.BIGRAMS, bigram(*pair), max(shares[at : at + 2]) * self._settings.weight_bigrams)

    def add_whole_title(self, words: Words) -> None:
        """Add that an article is called just what was typed, or read: then it is the one that is looked for."""
        shares = (1.0, words.reading.confidence)
        for (field, key), share in zip(whole_title_names(words.run, words.reading), shares, strict=False):
            self._prefer(field, key, share * WHOLE_TITLE * self._settings.weight_syllables)

    def _is_only(self, form: str, repair: Meaning) -> bool:
        """Whether a token means syllables run together and nothing else: the index has nothing of it as typed."""
        several = len(repair.forms) > 1 and repair.end - repair.start == 1
        return several and self._frequencies.match_mode(form, True) is None

    def _meant(self, compounds: Sequence[Range], run: WordRun, reading: Reading) -> dict[Range, list[Node]]:
        """For each compound, what it may mean besides what was typed; one of several is shared among them."""
        meant: dict[Range, list[Node]] = {compound: [] for compound in compounds}
        for meaning in reading.meanings:
            over = [compound for compound in compounds if compound[0] < meaning.end and meaning.start <= compound[1]]
            if meaning.kind == "repair" and len(over) == 1 and len(meaning.forms) == 1:
                continue  # weighed against the form that was typed, in `_add_syllable`
            if not over or not all(self._frequencies.knows(Field.SYLLABLES, form) for form in meaning.forms):
                continue
            weight = self._settings.weight_syllables * meaning.share
            if meaning.kind == "abbreviation":
                tokens = range(meaning.start, meaning.end)
                weight *= ABBREVIATION_WEIGHT * len(tokens) * self._no_rarer(meaning.forms, run, reading, tokens)
            leaf, _ = self._frequencies.sequence(meaning.forms, weight / len(over), among_diacritics=True)
            for compound in over:
                meant[compound].append(leaf)
        return meant

    def _no_rarer(self, other: Sequence[str], run: WordRun, reading: Reading, tokens: range) -> float:
        """What makes another spelling count no more than what was typed, or read, of which it says the same.

        It is rarer as a rule: by `HN` alone, passages about anything came before the article of Hà Nội.
        """
        typed, unmarked = run.forms[tokens.start : tokens.stop], not run.marked
        if reading.repairs:
            first, last = reading.places[tokens.start], reading.places[tokens.stop - 1]
            typed, unmarked = reading.repaired[first.start : last.stop], False
        said = self._frequencies.information(typed, unmarked=unmarked)
        return min(1.0, said / self._frequencies.information(other))

    def _add_respelled(self, run: WordRun, reading: Reading, meant: dict[Range, list[Node]]) -> None:
        """Add the other spellings of tokens to what their compounds may mean; what extends over several is shared."""
        repaired = {at for repair in reading.repairs for at in range(repair.start, repair.end)}
        for each in run.respelled:
            if each.first == each.last and each.first in repaired:
                continue
            over = [compound for compound in meant if compound[0] <= each.last and each.first <= compound[1]]
            # What may be written as one stands side by side too; those who write it so come after.
            share = 1.0 if each.whole or each.first == each.last else NAME_SHARE if each.sequences else JOINED_SHARE
            weight = share * self._settings.weight_syllables / max(1, len(over))
            for node in self._spellings(each, run, reading, weight):
                for compound in over:
                    meant[compound].append(node)

    def _spellings(self, other: Respelled, run: WordRun, reading: Reading, weight: float) -> Iterator[Node]:
        """The other spellings that the index has."""
        tokens = range(other.first, other.last + 1)
        yield from (Term(field, form, weight) for field, form in other.names if self._frequencies.knows(field, form))
        for sequence in other.sequences:
            if all(self._frequencies.knows(Field.SYLLABLES, form) for form in sequence):
                own = weight * self._no_rarer(sequence, run, reading, tokens)
                yield self._frequencies.sequence(sequence, own, among_diacritics=True)[0]

    def _add_syllable(
        self, words: Words, form: str, meant: list[Node], repair: Meaning | None, part: float = 1.0
    ) -> None:
        """Add a syllable of a run, which counts `part` of one."""
        frequencies, marked = self._frequencies, words.run.marked
        nodes = list(meant)
        share = 0.0
        repaired: Term | None = None
        if repair is not None and len(repair.forms) == 1 and repair.end - repair.start == 1:
            share, (mended,) = repair.share, repair.forms
            if frequencies.knows(Field.SYLLABLES, mended):
                mode = frequencies.match_mode(form, marked)
                scale = 1.0 if mode is None else REPAIRED_BESIDE_TYPED if mode is MatchMode.EXACT else REPAIRED_SHARE
                repaired = Term(Field.SYLLABLES, mended, share * scale * self._settings.weight_syllables)
                self._prefer(Field.TITLE, mended, share * self._settings.weight_title)
        typed = self._syllable(form, marked, share, alone=len(words.run.forms) == 1)
        if repaired is not None:
            if typed is not None and typed.field is Field.UNMARKED and typed.form == fold(repaired.form):
                # What holds the repaired form holds its letters too: either decides what matches (the repair, where it
                # is certain), the other adds to the score. The sum is the same.
                typed, adds = (repaired, typed) if words.reading.is_certain else (typed, repaired)
                self.optional[adds] = None
            else:
                nodes.append(repaired)
        if typed is not None:
            nodes.insert(0, typed)
        if nodes:
            self._known.add((form,))
        else:
            nodes = [Term(Field.SYLLABLES, form, self._settings.weight_syllables)]
        node = nodes[0] if len(nodes) == 1 else Any(tuple(nodes))
        self._syllables[form,] = node if part == 1.0 else _scaled(node, part)

    def _syllable(
        self, form: str, among_diacritics: bool, repaired: float = 0.0, *, alone: bool = False
    ) -> Term | None:
        """The term that decides whether a syllable matches, with its companions added; None if it is unknown.

        `repaired` says how surely another form was meant, if the one typed is looked for without its diacritics, and
        `alone` that there is no other.
        """
        settings, plain = self._settings, fold(form)
        weight = settings.weight_syllables
        mode = self._frequencies.match_mode(form, among_diacritics)
        if mode is None:
            return None
        if mode is MatchMode.EXACT:
            self._prefer(Field.TITLE, form, settings.weight_title)
            if plain != form:
                self._prefer(Field.UNMARKED, plain, settings.weight_unmarked)
            return Term(Field.SYLLABLES, form, weight)
        weight *= 1 - REPAIRED_SHARE * repaired
        # What holds the form as typed holds its unmarked form too, so the latter decides what matches.
        share = 0.0
        if self._frequencies.knows(Field.SYLLABLES, form):
            share = (
                TYPED_SHARE_AMONG_DIACRITICS if mode is MatchMode.RUN else TYPED_SHARE_ALONE if alone else TYPED_SHARE
            )
            share *= 1 - repaired
        self._prefer(Field.SYLLABLES, form, weight * share)
        self._prefer(Field.TITLE_UNMARKED, plain, settings.weight_title * (1 - repaired))
        return Term(Field.UNMARKED, plain, weight * (1 - share))

    def _add_compound(self, forms: tuple[str, ...], meant: list[Node]) -> None:
        """Add a compound: its parts in order are what matches; each part adds to the score."""
        leaf, _ = self._frequencies.sequence(forms, self._settings.weight_bigrams)
        self._syllables[forms] = Any((leaf, *meant)) if meant else leaf
        marked = any(map(has_diacritics, forms))
        parts = [self._syllable(form, marked) for form in forms]
        if meant or None not in parts:
            self._known.add(forms)
        self.optional.update(dict.fromkeys(part for part in parts if part is not None))

    def _add_pair(self, pair: tuple[str, str], among_diacritics: bool) -> None:
        """Add two neighbours; typed without diacritics, they are neighbours whatever their diacritics."""
        leaf, _ = self._frequencies.sequence(pair, self._settings.weight_bigrams, among_diacritics=among_diacritics)
        if isinstance(leaf, Term):
            self._prefer(leaf.field, leaf.form, leaf.weight)
        elif leaf.weight > 0:
            self.optional[leaf] = None

    def _prefer(self, field: Field, form: str, weight: float) -> None:
        """Add a term that adds to the score, if the index has it."""
        if weight > 0 and self._frequencies.knows(field, form):
            self.optional[Term(field, form, weight)] = None


def _scaled(node: Node, share: float) -> Node:
    """A node with the weights of its leaves multiplied."""
    match node:
        case Term() | Phrase():
            return node._replace(weight=node.weight * share)
        case Any(children, minimum):
            return Any(tuple([_scaled(child, share) for child in children]), minimum)
        case _:
            return node
