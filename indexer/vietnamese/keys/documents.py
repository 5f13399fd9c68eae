"""Keys of official documents: their numbers (`25/2023/ttbyt`), and what they are called (`nd 100`, `nd 100/2019`)."""

from __future__ import annotations

import re

from .found import BLANK, Keyed, word_before

_B = BLANK
_NUMBER = re.compile(
    r"[0-9]{1,6}/(?:(?:19|20)[0-9]{2}/[^\W\d_]|(?=[^\W\d_]+-)[^\W\d_])[^\W_]{0,15}(?:[-/&][^\W_]{1,15}){0,4}"
)
_CALLED = {
    **{"nghi dinh": "nd", "thong tu": "tt", "quyet dinh": "qd", "chi thi": "ct", "nghi quyet": "nq", "cong van": "cv"},
    **{"nd": "nd", "tt": "tt", "qd": "qd", "nq": "nq"},
}
_VERB = "quyet dinh"
"""A verb too: `quyết định 3 việc`."""
_BEFORE = re.compile(rf"(?:^|[^a-z])({'|'.join(name.replace(' ', _B) for name in _CALLED)})(?:{_B}so)?{_B}$")
_LAST_WORDS = frozenset(name.rpartition(" ")[2] for name in (*_CALLED, "so"))
_LONGEST_WORD = max(map(len, _LAST_WORDS))
_LONGEST_BEFORE = 20
_SHORT = re.compile(rf"([0-9]{{1,5}})(?:(?:/|{_B}nam{_B})((?:19|20)[0-9]{{2}}))?(?![0-9a-z%]|[.,/][0-9])")


def document_at(source: str, text: str, at: int) -> Keyed | None:
    """The number of a document that begins at `at`: `25/2023/TT-BYT`, `15/CT-TTg`."""
    match = _NUMBER.match(source, at)
    if match is None:
        return None
    return Keyed(at, match.end(), (re.sub(r"[^a-z0-9/]", "", text[at : match.end()]),))


def called_at(text: str, at: int) -> Keyed | None:
    """What a document is called by whose number begins at `at`: `Nghị định số 100/2019`, `nghị định 100 năm 2019`.

    With its year it has the key without it too; where the number goes on (`100/2019/NĐ-CP`), see `document_at`.
    """
    word = word_before(text, at, _LONGEST_WORD + 1)
    if word not in _LAST_WORDS and word.isalpha():
        return None
    before = _BEFORE.search(text, max(0, at - _LONGEST_BEFORE), at)
    match = _SHORT.match(text, at) if before else None
    if before is None or match is None:
        return None
    name = re.sub(_B, " ", before[1])
    key = f"{_CALLED[name]} {int(match[1])}"
    if match[2] is None and name == _VERB and not text.startswith("so", at - 3):
        return None
    if match[2] is None:
        return Keyed(before.start(1), match.end(), (key,))
    return Keyed(before.start(1), match.end(), (f"{key}/{match[2]}",), (key,))
