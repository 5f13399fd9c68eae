"""Well-formed Vietnamese syllables, their tones, and their spelling in one canonical style.

Two styles of spelling are in use: the old one puts the tone on the first vowel of an open oa, oe, uy (`hòa`, `thúy`),
the new one on the second (`hoà`, `thuý`). Here the new style is canonical, because it is that of the segmentation
model's word list: 648 syllables there are spelled so and none the old way. On hand-segmented text (Universal
Dependencies VTB, TueCL) 21 of 312 word borders next to such a syllable are wrong in the new style, 46 in the old one
and 42 with each syllable as written.

Only well-formed syllables are changed: a known onset, a known rhyme and a tone the rhyme can carry. Anything else
(`café`, `où`) is foreign or a typing error and stays as it is.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_CACHED_FORMS = 1 << 16

TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
"""The combining marks of the six tones: ngang (none), huyền, sắc, hỏi, ngã, nặng."""

_ONSETS = """
    b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x
"""
ONSETS = frozenset(["", *_ONSETS.split()])
"""Every onset; `gi` and `qu` are onsets where a rhyme follows (`giá`, `quý`; but `gì` is `g` and `ì`)."""

# The vowel that carries the tone is a capital.
_RHYMES = """
    A Ac Ach Ai Am An Ang Anh Ao Ap At Au Ay  Ă Ăc Ăm Ăn Ăng Ăp Ăt  Â Âc Âm Ân Âng Âp Ât Âu Ây
    E Ec Em En Eng Eo Ep Et  Ê Êc Êch Êm Ên Êng Ênh Êp Êt Êu
    I Ia Ich iÊc iÊm iÊn iÊng iÊp iÊt iÊu Im In Inh Ip It Iu
    O oA oAc oAch oAi oAm oAn oAng oAnh oAo oAp oAt oAy oĂc oĂm oĂn oĂng oĂp oĂt Oc
    oE oEm oEn oEng oEo oEt Oi Om On Ong oOc oOng Op Ot
    Ô Ôc Ôi Ôm Ôn Ông Ôp Ôt  Ơ Ơc Ơi Ơm Ơn Ơng Ơp Ơt
    U Ua uÂn uÂng uÂt uÂy Uc uÊ uÊch uÊn uÊnh uÊt Ui Um Un Ung uÔc uÔi uÔm uÔn uÔng uÔt uƠ Up Ut
    uY uYa uYch uyÊn uyÊt uYn uYnh uYp uYt uYu
    Ư Ưa Ưc Ưi Ưm Ưn Ưng ưƠc ưƠi ưƠm ưƠn ưƠng ưƠp ưƠt ưƠu Ưt Ưu
    Y Ych yÊm yÊn yÊng yÊt yÊu Yn Ynh Yp Yt
"""
RHYMES = {rhyme.lower(): next(at for at, letter in enumerate(rhyme) if letter.isupper()) for rhyme in _RHYMES.split()}
"""Every rhyme -> the index of the vowel that carries the tone."""

# Where i and y are a matter of taste: each syllable in the spelling that newspapers have more often. Not where they
# make two words (`thi`, `Thy`), nor where one of the two is not written (`vì`).
_WITH_I_OR_Y = """
    hy hí hỷ  ki kỳ ký kỷ kỹ kị  ly lì lý lị  mì mỹ mị  si sĩ  ty tỳ tí tỷ tị  vĩ  quy quỳ quý quỷ quỹ quỵ  ì ỷ
"""
_TONE_OF_MARK = {mark: tone for tone, mark in enumerate(TONES) if mark}
_OTHER_OF_I_AND_Y = str.maketrans("iìíỉĩịyỳýỷỹỵ", "yỳýỷỹỵiìíỉĩị")
_I_OR_Y = {usual.translate(_OTHER_OF_I_AND_Y): usual for usual in _WITH_I_OR_Y.split()}
"""A syllable with the less usual of i and y -> the usual one."""
PLAIN_I_OR_Y = {other: usual for other, usual in _I_OR_Y.items() if other.isascii()}
"""Those of them without diacritics."""

_PLAIN = str.maketrans("ăâđêôơư", "aadeoou")
_PLAIN_ONSETS = frozenset(onset.translate(_PLAIN) for onset in ONSETS)
_PLAIN_RHYMES = frozenset(rhyme.translate(_PLAIN) for rhyme in RHYMES)
_LONGEST_ONSET = max(map(len, ONSETS))
_TWO_STYLES = ("oa", "oe", "uy")
_STOPS = ("p", "t", "c", "ch")
_VOWELS = "aăâeêioôơuưy"
_WITH_TONE = {
    (vowel, tone): unicodedata.normalize("NFC", vowel + mark)
    for vowel in _VOWELS
    for tone, mark in enumerate(TONES)
    if mark
}
_VOWEL_AND_TONE = {letter: known for known, letter in _WITH_TONE.items()}
_ONE_TONE = re.compile(f"[a-zđ{_VOWELS}]*(?:([{''.join(_VOWEL_AND_TONE)}])[a-zđ{_VOWELS}]*)?")
# A rhyme that ends in a stop carries sắc or nặng; loans like `ca líp` are written without a tone too.
_TONES_OF_STOPS = (0, 2, 5)


def split_syllable(syllable: str) -> tuple[str, str] | None:
    """Onset and rhyme of a toneless syllable, or None if it is not a Vietnamese syllable. Case is kept."""
    lower = syllable.lower()
    for size in range(min(_LONGEST_ONSET, len(lower) - 1), -1, -1):
        if lower[:size] in ONSETS and lower[size:] in RHYMES:
            return syllable[:size], syllable[size:]
    return None


def split_tone(syllable: str) -> tuple[str, int] | None:
    """The syllable without its tone mark, and its tone as an index of `TONES`; None if it has two tone marks."""
    letters, tone = [], 0
    for letter in unicodedata.normalize("NFD", syllable):
        mark = _TONE_OF_MARK.get(letter)
        if mark is None:
            letters.append(letter)
        elif tone:
            return None
        else:
            tone = mark
    return unicodedata.normalize("NFC", "".join(letters)), tone


def place_tone(toneless: str, tone: int) -> str | None:
    """A toneless syllable with a tone (an index of `TONES`) placed in the new style.

    None if the result is not a well-formed Vietnamese syllable. Case is kept.
    """
    parts = split_syllable(toneless)
    if parts is None:
        return None
    onset, rhyme = parts
    if tone not in _TONES_OF_STOPS and rhyme.lower().endswith(_STOPS):
        return None
    after = len(onset) + RHYMES[rhyme.lower()] + 1
    return unicodedata.normalize("NFC", toneless[:after] + TONES[tone] + toneless[after:])


@functools.lru_cache(_CACHED_FORMS)
def is_syllable(form: str) -> bool:
    """Whether `form` is spelled like a Vietnamese syllable, in either style: `hoà`, `hòa`, `nghiêng`, not `film`."""
    parts = split_tone(form)
    return parts is not None and place_tone(*parts) is not None


@functools.lru_cache(_CACHED_FORMS)
def is_spelled_like_a_syllable(form: str) -> bool:
    """Whether `form` is a syllable, with its diacritics or without any: `việt`, `viet`, not `gpt`."""
    if is_syllable(form):
        return True
    return any(form[:size] in _PLAIN_ONSETS and form[size:] in _PLAIN_RHYMES for size in range(_LONGEST_ONSET + 1))


def canonical(form: str) -> str:
    """The canonical spelling of a syllable: `hòa` and `hoà` -> `hoà`, `kĩ` and `kỹ` -> `kỹ`.

    Anything but a well-formed Vietnamese syllable is returned unchanged, and i and y in one that has capitals.
    """
    return with_one_letter(with_placed_tone(form))


def with_one_letter(placed: str) -> str:
    """A syllable whose tone is placed, with i and y in the canonical style."""
    return _I_OR_Y.get(placed, placed)


def with_placed_tone(form: str) -> str:
    """A syllable with its tone placed in the canonical style, as `canonical`; i and y stay as they are."""
    if form.isascii():
        return form
    usual = _ONE_TONE.fullmatch(form)
    if usual is None:
        parts = split_tone(form)
        return form if parts is None else place_tone(*parts) or form
    if usual[1] is None:
        return form
    # As `place_tone`, without taking letters apart: nearly every form is in small letters with one tone.
    at = usual.start(1)
    vowel, tone = _VOWEL_AND_TONE[usual[1]]
    toneless = form[:at] + vowel + form[at + 1 :]
    carrier, stopped = _carrier(toneless)
    if carrier < 0 or carrier == at or (stopped and tone not in _TONES_OF_STOPS):
        return form
    return toneless[:carrier] + _WITH_TONE[toneless[carrier], tone] + toneless[carrier + 1 :]


@functools.lru_cache(_CACHED_FORMS)
def _carrier(toneless: str) -> tuple[int, bool]:
    """Where the letter is that carries the tone of a syllable (-1: it is none), and whether a stop ends it."""
    parts = split_syllable(toneless)
    return (-1, False) if parts is None else (len(parts[0]) + RHYMES[parts[1]], parts[1].endswith(_STOPS))


def other_letter(syllable: str) -> str:
    """A syllable in small letters with the other of i and y, where they are a matter of taste: `kỹ` -> `kĩ` -> `kỹ`."""
    other = syllable.translate(_OTHER_OF_I_AND_Y)
    return other if _I_OR_Y.get(syllable) == other or _I_OR_Y.get(other) == syllable else syllable


def other_style(syllable: str) -> str:
    """A syllable with its tone placed in the other style: `hoà` -> `hòa` -> `hoà`; unchanged where the styles agree.

    The length in code points of NFC and the case are kept.
    """
    parts = split_tone(syllable)
    divided = split_syllable(parts[0]) if parts and parts[1] else None
    if parts is None or divided is None or divided[1].lower() not in _TWO_STYLES:
        return syllable
    toneless, tone = parts
    new = place_tone(toneless, tone)
    if new is not None and new != syllable:
        return new
    first = len(divided[0]) + 1
    return unicodedata.normalize("NFC", toneless[:first] + TONES[tone] + toneless[first:])
