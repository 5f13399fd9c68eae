"""Reads the word segmentation model of pyvi 0.1.1: its conditional random field (CRF) and its word list.

pyvi itself is never imported, since that loads scikit-learn and SciPy; its files are located and read here. `segmenter`
uses the weights.

The CRF is a CRFsuite model inside a pickle; its binary layout is that of CRFsuite 0.12 (Okazaki 2007,
http://www.chokkan.org/software/crfsuite/).
"""

from __future__ import annotations

import functools
import importlib.util
import io
import pickle
import struct
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from indexer.loops import made_once

from .tones import canonical

_MODEL_FILE = "models/pyvi3.pkl"
_WORDS_FILE = "models/words.txt"
_BEGIN, _INSIDE = "B_W", "I_W"
# The attributes of a token: one of these, then the token in lower case. Alone it is the token's own weight; with -1: in
# front, what it adds to the token after it; with +1:, to the token before it.
_LOWER = "word.lower():"
_HINT = "install the version this project was written for: pip install pyvi==0.1.1"


class ModelMissing(RuntimeError):
    """pyvi's segmentation model is absent or is not the one this package was written for."""

    hint = _HINT

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; {_HINT}")


Followers = dict[str, tuple[bool, frozenset[str]]]
"""Second syllable -> whether it completes a known word, and the third syllables that complete one."""

_NO_THIRDS: frozenset[str] = frozenset()


class Weights(NamedTuple):
    """What one property of a token adds to three weights; each is the weight for I minus that for B."""

    own: float = 0.0
    to_next: float = 0.0
    """To the weight of the token after it."""
    to_previous: float = 0.0
    """To the weight of the token before it."""


@dataclass(frozen=True, slots=True)
class Model:
    """A CRF with two labels, B (a token begins a word) and I (it continues one), and the list of known words.

    A transition is named by the label left and the label entered; only differences between them decide.
    """

    begin_begin: float
    begin_inside: float
    inside_begin: float
    inside_inside: float
    bias: float
    tokens: dict[str, Weights]
    """By the token in lower case."""
    upper: Weights
    """For a token in capitals; `title` likewise, `digits` for a token of digits alone."""
    title: Weights
    digits: Weights
    first: float
    """Weight of being the first syllable of a known word of two; `second` likewise."""
    second: float
    first_of_three: float
    third: float
    followers: dict[str, Followers]
    """First syllable of a known word -> those that may follow it."""


@made_once
def load_model() -> Model:
    """pyvi's model, read once in a process (about 20 ms). Raises `ModelMissing`."""
    folder = _package_folder()
    try:
        pickled = (folder / _MODEL_FILE).read_bytes()
        words = (folder / _WORDS_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelMissing(f"the model files of pyvi cannot be read ({error})") from error
    try:
        labels, state, transitions = _read_crf(_crf_bytes(pickled))
        begin, inside = labels.index(_BEGIN), labels.index(_INSIDE)
        weights = {name: by_label[inside] - by_label[begin] for name, by_label in state.items()}

        def of_property(name: str) -> Weights:
            return Weights(*(weights.get(f"{place}{name}", 0.0) for place in ("", "-1:", "+1:")))

        names = {name.partition(_LOWER)[2] for name in weights if _LOWER in name}
        return Model(
            begin_begin=transitions[begin, begin],
            begin_inside=transitions[begin, inside],
            inside_begin=transitions[inside, begin],
            inside_inside=transitions[inside, inside],
            bias=weights["bias"],
            tokens={name: of_property(f"{_LOWER}{name}") for name in names},
            upper=of_property("word.isupper()"),
            title=of_property("word.istitle()"),
            digits=of_property("word.isdigit()"),
            first=weights["+1:word.bi_gram()"],
            second=weights["-1:word.bi_gram()"],
            first_of_three=weights["+2:word.tri_gram()"],
            third=weights["-2:word.tri_gram()"],
            followers=_read_words(words),
        )
    except (pickle.UnpicklingError, struct.error, ValueError, KeyError, IndexError, EOFError) as error:
        raise ModelMissing(f"{folder / _MODEL_FILE} is not the model of pyvi 0.1.1 ({error})") from error


@made_once
def word_pairs() -> dict[str, tuple[str, ...]]:
    """The pairs of syllables that stand side by side in pyvi's words, as forms: the second ones by the first.

    Both are in order. Raises `ModelMissing`.
    """
    pairs: dict[str, set[str]] = {}
    form = functools.cache(canonical)  # each syllable stands in many words
    for first, seconds in load_model().followers.items():
        for second, (_, thirds) in seconds.items():
            pairs.setdefault(form(first), set()).add(form(second))
            if thirds:
                pairs.setdefault(form(second), set()).update(map(form, thirds))
    return {first: tuple(sorted(pairs[first])) for first in sorted(pairs)}


@made_once
def word_syllables() -> frozenset[str]:
    """The syllables of pyvi's words of two and three, as forms. Raises `ModelMissing`."""
    syllables: set[str] = set()
    for first, seconds in load_model().followers.items():
        syllables.add(first)
        syllables.update(seconds, *(thirds for _, thirds in seconds.values() if thirds))
    return frozenset(map(canonical, syllables))


@made_once
def words_of_three() -> frozenset[tuple[str, str, str]]:
    """The words of three syllables that pyvi lists, as forms. Raises `ModelMissing`."""
    return frozenset(
        (canonical(first), canonical(second), canonical(third))
        for first, seconds in load_model().followers.items()
        for second, (_, thirds) in seconds.items()
        for third in thirds
    )


def _package_folder() -> Path:
    spec = importlib.util.find_spec("pyvi")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing("pyvi is not installed")
    return Path(spec.submodule_search_locations[0])


class _Inert:
    """Replaces every class that the pickle names: accepts any state and ignores it."""

    def __new__(cls, *_: object) -> _Inert:
        return super().__new__(cls)

    def __init__(self, *_: object) -> None:
        self.state: object = None

    def __setstate__(self, state: object) -> None:
        self.state = state


class _ModelUnpickler(pickle.Unpickler):
    """Reads the one pickle it was written for: no name in it is imported, so no code of it can run."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            # How protocol 2 spells bytes: encode(text, "latin1").
            return lambda text, encoding: text.encode(encoding)
        if module.partition(".")[0] in {"sklearn_crfsuite", "pycrfsuite", "numpy"}:
            return _Inert
        raise pickle.UnpicklingError(f"it refers to {module}.{name}")


def _crf_bytes(pickled: bytes) -> bytes:
    estimator = _ModelUnpickler(io.BytesIO(pickled)).load()
    try:
        content = estimator.state["modelfile"].state["__FILE_RESOURCE_DATA__"]
    except (AttributeError, TypeError) as error:
        raise ValueError("it holds no CRFsuite model") from error
    if not isinstance(content, bytes) or not content.startswith(b"lCRF"):
        raise ValueError("it holds no CRFsuite model")
    return content


def _read_crf(data: bytes) -> tuple[list[str], dict[str, list[float]], dict[tuple[int, int], float]]:
    """Labels; attribute -> weight for each label; (from label, to label) -> weight."""
    features_at, labels_at, attributes_at = struct.unpack_from("<3I", data, 28)
    magic, _size, count = struct.unpack_from("<4sII", data, features_at)
    if magic != b"FEAT":
        raise ValueError("its features are not where they should be")
    labels = _read_strings(data, labels_at)
    attributes = _read_strings(data, attributes_at)
    state: dict[str, list[float]] = {}
    transitions: dict[tuple[int, int], float] = {}
    records = memoryview(data)[features_at + 12 : features_at + 12 + 20 * count]
    for is_transition, source, target, weight in struct.iter_unpack("<IIId", records):
        if is_transition:
            transitions[source, target] = weight
        else:
            state.setdefault(attributes[source], [0.0] * len(labels))[target] = weight
    return labels, state, transitions


def _read_strings(data: bytes, start: int) -> list[str]:
    """The strings of a CQDB section in the order of their numbers."""
    magic, _size, _flag, _byte_order, count, table = struct.unpack_from("<4s5I", data, start)
    if magic != b"CQDB":
        raise ValueError("its strings are not where they should be")
    strings = []
    for offset in struct.unpack_from(f"<{count}I", data, start + table):
        _number, size = struct.unpack_from("<II", data, start + offset)
        content = start + offset + 8
        strings.append(data[content : content + size - 1].decode("utf-8"))
    return strings


def _read_words(text: str) -> dict[str, Followers]:
    followers: defaultdict[str, Followers] = defaultdict(dict)
    thirds: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    is_word = True, _NO_THIRDS
    for line in text.split("\n"):
        first, _, rest = line.partition(" ")
        second, _, third = rest.partition(" ")
        if not third:
            if rest:
                followers[first][second] = is_word
        elif " " not in third:
            thirds[first, second].append(third)
    for (first, second), found in thirds.items():
        seconds = followers[first]
        seconds[second] = second in seconds, frozenset(found)
    return dict(followers)
