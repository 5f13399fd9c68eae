"""What changes of articles added to a lexicon and took off, as counts beside the file that was written whole.

Each change writes a small file of it, `changes-000001.bin`; all are summed when the lexicon is opened (`changed`). They
refer to the forms and phrases of the lexicon by number: each says which file that is. A form that is not there has a
number behind those that are.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.container import MALFORMED, Sections, damaged, read_sections, write_sections
from indexer.lexicon.strings import StringPool, pooled
from indexer.vietnamese import fold

Numbers: TypeAlias = NDArray[np.int64]
Keys: TypeAlias = NDArray[np.uint64]

_SECOND = np.uint64(0xFFFFFFFF)
_NAME = re.compile(r"changes-(\d{6,})\.bin")


def _none() -> Numbers:
    return np.zeros(0, np.int64)


def _no_keys() -> Keys:
    return np.zeros(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Delta:
    """Counts that are added to those of a lexicon of so many forms; negative ones are taken off.

    Members of one group have an entry for each form, pair or phrase, ascending by the first of them.
    """

    size: int
    """How many forms the lexicon has; `forms[i]` has the number `size + i`."""
    forms: Sequence[str] = ()
    """Those it has not, by letters without diacritics, then by themselves."""
    form_places: Numbers = field(default_factory=_none)
    """Before which form of the lexicon each of these would stand."""
    numbers: Numbers = field(default_factory=_none)
    counts: Numbers = field(default_factory=_none)
    capitals: Numbers = field(default_factory=_none)
    pairs: Keys = field(default_factory=_no_keys)
    """(number of the first form << 32) | number of the second."""
    pair_counts: Numbers = field(default_factory=_none)
    pair_bases: Numbers = field(default_factory=_none)
    """How often the lexicon itself has each pair."""
    capital_pairs: Keys = field(default_factory=_no_keys)
    """Those side by side in capitals (see `BatchCounts`)."""
    capital_pair_counts: Numbers = field(default_factory=_none)
    known: Numbers = field(default_factory=_none)
    """The places of phrases of the lexicon."""
    known_counts: Numbers = field(default_factory=_none)
    known_titles: Numbers = field(default_factory=_none)
    hashes: Keys = field(default_factory=_no_keys)
    """Of the phrases that it has not; `phrases` gives these themselves."""
    phrase_counts: Numbers = field(default_factory=_none)
    phrase_titles: Numbers = field(default_factory=_none)
    phrase_places: Numbers = field(default_factory=_none)
    phrases: Callable[[], list[str]] = list
    definitions: dict[int, tuple[int, str, str, str]] = field(default_factory=dict)
    """Hash -> how many more there are, the short and the long form if there are more, and an example: an article."""
    gone: frozenset[int] = frozenset()
    """The hashes of articles that are an example for nothing that was defined before."""
    paragraphs: int = 0
    removed: int = 0

    @property
    def bytes(self) -> int:
        """About how large its file is, without its texts."""
        return sum(getattr(self, name).nbytes for group in _GROUPS for name in group)


def text_hash(text: str) -> int:
    """64 bits that tell a text from others: of what is taken off, the text itself is not kept."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def definition_hash(short: str, long: str) -> int:
    """The same of an abbreviation with its long form."""
    return text_hash(f"{short}\n{long}")


def delta_files(directory: Path) -> list[Path]:
    """The files of changes in the folder of a lexicon, in the order in which they were written."""
    found = [(int(match[1]), path) for path in directory.glob("*") if (match := _NAME.fullmatch(path.name))]
    return [path for _, path in sorted(found)]


def delta_name(files: Sequence[Path]) -> str:
    """The name of the file that comes after those."""
    last = _NAME.fullmatch(files[-1].name) if files else None
    return f"changes-{int(last[1]) + 1 if last else 1:06d}.bin"


def write_delta(path: Path, base: tuple[int, int], delta: Delta, beside: Sequence[Path]) -> None:
    """Write a new file of what changed a lexicon, which is the file that `container.identity` tells so; durably.

    It comes after others that are `beside` it.
    """
    about = {
        "base": base,
        "beside": [each.name for each in beside],
        "size": delta.size,
        "paragraphs": delta.paragraphs,
        "removed": delta.removed,
        "definitions": [[key, *value] for key, value in sorted(delta.definitions.items())],
        "gone": sorted(delta.gone),
    }
    numbers = {name: getattr(delta, name) for name in (*_UNSIGNED, *_SIGNED)}
    write_sections(
        path,
        {
            **pooled("forms", delta.forms),
            # What is taken off is kept as the complement of two.
            **{name: array.astype(np.int32).view(np.uint32) for name, array in numbers.items()},
            "pairs": delta.pairs,
            "capital_pairs": delta.capital_pairs,
            "hashes": delta.hashes,
            "phrases": np.frombuffer("\n".join(delta.phrases()).encode("utf-8", "replace"), np.uint8),
            "about": np.frombuffer(json.dumps(about, ensure_ascii=False).encode("utf-8", "replace"), np.uint8),
        },
    )


_UNSIGNED = ("form_places", "numbers", "pair_bases", "known", "phrase_places")
_SIGNED = (
    "counts",
    "capitals",
    "pair_counts",
    "capital_pair_counts",
    "known_counts",
    "known_titles",
    "phrase_counts",
    "phrase_titles",
)
_GROUPS = (
    ("numbers", "counts", "capitals"),
    ("pairs", "pair_counts", "pair_bases"),
    ("capital_pairs", "capital_pair_counts"),
    ("known", "known_counts", "known_titles"),
    ("hashes", "phrase_counts", "phrase_titles", "phrase_places"),
)


def read_delta(path: Path, base: tuple[int, int], size: int, beside: Sequence[Path] | None = None) -> Delta:
    """What a file says; raises `LexiconUnusable`, also where it belongs to another lexicon, or beside other files."""
    # Changes of a lexicon of an earlier version say nothing of pairs in capitals.
    sections: Sections = {"capital_pairs": _no_keys(), "capital_pair_counts": np.zeros(0, np.uint32)}
    sections |= read_sections(path, check=True)
    try:
        about = json.loads(sections["about"].tobytes())
        if (tuple(about["base"]), about["size"]) != (base, size):
            raise ValueError("it belongs to another lexicon")
        if beside is not None and about["beside"] != [each.name for each in beside]:
            raise ValueError("files of changes that were beside it are not, or others are")
        pool = StringPool(sections["forms"], sections["forms_at"])
        hashes = len(sections["hashes"])
        delta = Delta(
            size=size,
            forms=[pool[number] for number in range(len(pool))],
            **{name: sections[name].astype(np.int64) for name in _UNSIGNED},
            **{name: sections[name].view(np.int32).astype(np.int64) for name in _SIGNED},
            pairs=sections["pairs"],
            capital_pairs=sections["capital_pairs"],
            hashes=sections["hashes"],
            phrases=functools.cache(lambda: str(sections["phrases"].tobytes(), "utf-8").split("\n") if hashes else []),
            definitions={
                key: (count, short, long, article) for key, count, short, long, article in about["definitions"]
            },
            gone=frozenset(about["gone"]),
            paragraphs=about["paragraphs"],
            removed=about["removed"],
        )
        _check(delta)
    except MALFORMED as error:
        raise damaged(path, error) from error
    return delta


def _check(delta: Delta) -> None:
    sizes = [{len(getattr(delta, name)) for name in group} for group in (*_GROUPS, ("forms", "form_places"))]
    after = delta.size + len(delta.forms)
    of_pairs = (*split_pairs(delta.pairs), *split_pairs(delta.capital_pairs))
    used = max((int(array.max()) for array in (delta.numbers, *of_pairs) if len(array)), default=0)
    if any(len(each) > 1 for each in sizes) or used >= max(after, 1):
        raise ValueError("the tables do not fit each other")


def split_pairs(pairs: Keys) -> tuple[Numbers, Numbers]:
    """The first and the second numbers of pairs."""
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & _SECOND).astype(np.int64)


def joined(firsts: Numbers, seconds: Numbers) -> Keys:
    """The pairs of first and second numbers."""
    return firsts.astype(np.uint64) << np.uint64(32) | seconds.astype(np.uint64)


def summed(parts: Sequence[Delta], size: int) -> Delta:
    """All changes of a lexicon of so many forms, in their order, as one; what has come and gone is not in it."""
    if len(parts) < 2:
        return parts[0] if parts else Delta(size)
    places = {form: place for part in parts for form, place in zip(part.forms, part.form_places.tolist(), strict=True)}
    forms = sorted(places, key=lambda form: (fold(form), form))
    number_of = {form: size + i for i, form in enumerate(forms)}

    def renumbered(part: Delta, numbers: Numbers) -> Numbers:
        table = np.array([number_of[form] for form in part.forms], np.int64)
        new = numbers >= size
        found = numbers.copy()
        found[new] = table[numbers[new] - size]
        return found

    numbers, counts, capitals = added_up(
        [(renumbered(part, part.numbers), part.counts, part.capitals) for part in parts], 2
    )

    def renumbered_pairs(part: Delta, pairs: Keys) -> Keys:
        return joined(*(renumbered(part, each) for each in split_pairs(pairs)))

    pairs, pair_counts, pair_bases = added_up(
        [(renumbered_pairs(part, part.pairs), part.pair_counts, part.pair_bases) for part in parts], 1
    )
    capital_pairs, capital_pair_counts = added_up(
        [(renumbered_pairs(part, part.capital_pairs), part.capital_pair_counts) for part in parts], 1
    )
    # Forms that were added and removed again are not kept.
    kept = np.ones(size + len(forms), bool)
    kept[size:] = False
    kept[numbers] = True
    new_number = np.cumsum(kept) - 1

    def kept_pairs(pairs: Keys) -> tuple[Keys, NDArray[np.bool_]]:
        """Those of which both forms are kept, in new numbers; and which of all these are."""
        firsts, seconds = split_pairs(pairs)
        both = kept[firsts] & kept[seconds]
        return joined(new_number[firsts[both]], new_number[seconds[both]]), both

    pairs, both = kept_pairs(pairs)
    capital_pairs, both_capital = kept_pairs(capital_pairs)
    forms = [form for form, keep in zip(forms, kept[size:].tolist(), strict=True) if keep]
    known, known_counts, known_titles = added_up(
        [(part.known, part.known_counts, part.known_titles) for part in parts], 2
    )
    lengths = np.cumsum([0, *(len(part.hashes) for part in parts)]).tolist()
    hashes, phrase_counts, phrase_titles, phrase_places, chosen = added_up(
        [
            (part.hashes, part.phrase_counts, part.phrase_titles, part.phrase_places, np.arange(first, last))
            for part, first, last in zip(parts, lengths, lengths[1:], strict=False)
        ],
        2,
    )

    def phrases() -> list[str]:
        every = [phrase for part in parts if len(part.hashes) for phrase in part.phrases()]
        return [every[number] for number in chosen.tolist()]

    return Delta(
        size=size,
        forms=forms,
        form_places=np.array([places[form] for form in forms], np.int64),
        numbers=new_number[numbers],
        counts=counts,
        capitals=capitals,
        pairs=pairs,
        pair_counts=pair_counts[both],
        pair_bases=pair_bases[both],
        capital_pairs=capital_pairs,
        capital_pair_counts=capital_pair_counts[both_capital],
        known=known,
        known_counts=known_counts,
        known_titles=known_titles,
        hashes=hashes,
        phrase_counts=phrase_counts,
        phrase_titles=phrase_titles,
        phrase_places=phrase_places,
        phrases=functools.cache(phrases),
        definitions=_definitions(parts),
        gone=frozenset().union(*(part.gone for part in parts)),
        paragraphs=sum(part.paragraphs for part in parts),
        removed=sum(part.removed for part in parts),
    )


def added_up(parts: Iterable[tuple[NDArray[Any], ...]], counted: int) -> list[NDArray[Any]]:
    """Rows of (key, counts..., others...) with the `counted` first counts added up; without those that are 0."""
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    columns = [column[order] for column in columns]
    keys = columns[0]
    if not len(keys):
        return columns
    firsts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    found = [
        np.add.reduceat(column, firsts) if 0 < at <= counted else column[firsts] for at, column in enumerate(columns)
    ]
    left = np.any([column != 0 for column in found[1 : counted + 1]], axis=0)
    return [column[left] for column in found]


def _definitions(parts: Sequence[Delta]) -> dict[int, tuple[int, str, str, str]]:
    found: dict[int, tuple[int, str, str, str]] = {}
    for part in parts:
        for key, (count, short, long, article) in found.items():
            if text_hash(article) in part.gone:
                found[key] = count, short, long, ""
        for key, (count, short, long, article) in part.definitions.items():
            before = found.get(key, (0, "", "", ""))
            found[key] = before[0] + count, before[1] or short, before[2] or long, before[3] or article
    return {key: definition for key, value in found.items() if (definition := changed_definition(*value))}


def changed_definition(count: int, short: str, long: str, article: str) -> tuple[int, str, str, str] | None:
    """What is kept of a definition of which there are so many more or less."""
    if count > 0:
        return count, short, long, article
    return (count, "", "", article) if count or article else None
