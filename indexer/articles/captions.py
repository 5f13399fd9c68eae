"""Detection of picture captions among an article's paragraphs, by their words and their neighbours alone.

Pages copied as plain text keep captions without their pictures, as paragraphs among the others. Each of four signs,
documented at its function, identifies a caption; a paragraph without any is body.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

_LONGEST = 400
"""Most characters of a caption."""

_FEWEST_SYLLABLES, _MOST_SYLLABLES = 4, 60
_REPEATED_SYLLABLES = 6
"""Fewest syllables of a sentence whose repetition is not accidental."""

_MOST_SEARCHES, _MOST_PLACES = 500, 5
"""Sentences of one article that are searched in all of it, and matches checked for each: a bound for odd input."""

_STOPS = ".!?…\"'”’»)]"

_KNOWN_SHARE = 0.8
"""Share of a scene's distinct syllables that occur elsewhere in the article: a caption repeats what the text says."""

_CAPITAL = "[" + "".join(char for char in map(chr, (*range(0x250), *range(0x1EA0, 0x1F00))) if char.isupper()) + "]"
_NEXT_SENTENCE = re.compile(rf"(?<=[.!?…\"'”’»)\]])(?<!\b{_CAPITAL}\.)\s+(?=[\"'“‘«(]?{_CAPITAL})")
_ENDS_OPEN = re.compile(r"(?:[:;,?!…]|\.\.)[\"'”’»)\]]*$")

_CREDIT = re.compile(
    r"^(?:Ảnh|Nguồn ảnh)\s*:\s*\S"
    r"|(?:^|[.,;!?…)\]”\"]\s*|\s[-–—|/]\s*|[(\[]\s*)(?:Ảnh|Nguồn ảnh|Ảnh và tư liệu)\s*:\s*[^:!?;]{2,60}$"
    r"|^Ảnh (?:minh họa|minh hoạ|tư liệu|chụp)\b"
    r"|(?:[.!?…]\s+|[(\[]\s*)Ảnh (?:minh họa|minh hoạ|tư liệu|internet|TTXVN)[.)\]]*$"
)
# Possessive, so that a long run of capitals costs no more than other text.
_NAMED = rf"\b{_CAPITAL}\w*+(?: {_CAPITAL}\w*+)+"
_NAME = re.compile(_NAMED)
_POINTER = re.compile(
    rf"^Từ (?:trái|phải) (?:sang|qua)\b|{_NAMED} \((?:người )?(?:thứ \w+|đứng|ngồi|hàng đầu)?,? ?"
    r"(?:(?:ngoài cùng )?(?:ở )?bên |từ |ở )?(?:trái|phải|giữa)(?: (?:sang|qua|ảnh)[^()]{0,10})?\)"
)
_SCENE = re.compile(
    r"(?:Toàn cảnh|Quang cảnh) (?:buổi|cuộc|lễ|hội|phiên|kỳ|chương trình|đại hội|diễn đàn|hiện trường|vụ|nơi|khu)\b"
    r"|(?:Các )?[Đđ]ại biểu (?:tham dự|dự|biểu quyết|chụp ảnh|dâng hương|tham quan|bỏ phiếu|thực hiện nghi)\b"
    r"|Hiện trường (?:vụ|nơi|xảy)\b"
)

# The titles and ranks that introduce a person in Vietnamese news, as they begin a sentence.
_ROLE = re.compile(
    rf"(?:Đồng chí|Ông|Bà|Anh|Chị|Cô|Thầy)(?= {_CAPITAL})"
    r"|(?:Nguyên|Tổng Bí thư|(?:Phó )?Bí thư|(?:Phó )?Chủ tịch"
    r"|(?:Phó )?Thủ tướng|(?:Phó )?Tổng thống|Bộ trưởng|Thứ trưởng|Đại sứ|(?:Phó )?(?:Tổng )?Giám đốc"
    r"|(?:Phó )?(?:Tổng )?[Tt]ư lệnh|(?:Phó )?Trưởng|Chánh|(?:Phó )?Hiệu trưởng|Chính ủy|(?:Phó )?Chỉ huy trưởng"
    r"|(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy)|Chuẩn Đô đốc|Phó Đô đốc|Đô đốc|Viện trưởng|Chủ nhiệm|Đại biểu"
    r"|Bác sĩ|Nhà (?:báo|thơ|văn)|Nghệ sĩ|Nghệ nhân|Luật sư|Kỹ sư|GS|PGS|TS|ThS|NSND|NSƯT)\b"
)

# Actions of people in pictures of events. Verbs of saying, asking and deciding occur in text, not in captions.
_SHOWN = re.compile(
    r" (?:phát biểu|chủ trì|điều hành|báo cáo|trình bày|kết luận|khai mạc|bế mạc|tham dự|dự|tham luận|thăm"
    r"|tham quan|kiểm tra|trao|trao tặng|tặng|tặng hoa|tặng quà|chúc mừng|dâng hương|dâng hoa|thắp hương|cắt băng"
    r"|bắt tay|chụp ảnh|ký kết|tiếp|đón|hội đàm|bấm nút|động viên|đánh trống|đánh cồng|biểu diễn|trồng cây)(?=[ .]|$)"
)
_TOLD = re.compile(
    r"\b(?:đã|đang|sẽ|từng|cũng|vẫn|là|bị|được|không|chưa|khi|nếu|vì|do|nhưng|song|mà|rằng|sau|trước|để|nhằm"
    r"|cho biết|cho rằng|cho hay|nói|khẳng định|nhấn mạnh|yêu cầu|đề nghị|chỉ đạo|đánh giá|ghi nhận)\b"
)


def captions(texts: Sequence[str]) -> set[int]:
    """The indexes of the captions among an article's paragraphs (without title and bylines, NFC).

    A caption is short and, but for a photo credit, one finished sentence on one line. It is never the first paragraph.
    With a photo credit or a pointer into the picture it needs no more. A repeated sentence, a scene and a person in a
    scene must also be shorter than the paragraphs before and after them that show no sign.
    """
    certain: set[int] = set()
    possible: set[int] = set()
    article = _Surroundings(texts)
    for index, text in enumerate(texts):
        if index == 0 or len(text) > _LONGEST:
            continue
        if "nh" in text and _CREDIT.search(text):
            certain.add(index)
        elif _is_one_sentence(text):
            if ("trái" in text or "phải" in text or "giữa" in text) and _POINTER.search(text):
                certain.add(index)
            elif _SCENE.match(text) or _shows_person(text, article) or article.repeats_sentence(text):
                possible.add(index)
    signs = certain | possible
    order = range(len(texts))
    before = _lengths_of_last_unsigned(texts, order, signs)
    after = _lengths_of_last_unsigned(texts, reversed(order), signs)
    return certain | {index for index in possible if len(texts[index]) < min(before[index], after[index])}


def _lengths_of_last_unsigned(texts: Sequence[str], order: Iterable[int], signs: set[int]) -> dict[int, int]:
    """For each index of `signs`, the length of the last text before it in `order` without a sign; no limit if none."""
    length = sys.maxsize
    found = {}
    for index in order:
        if index in signs:
            found[index] = length
        else:
            length = len(texts[index])
    return found


def _is_one_sentence(text: str) -> bool:
    if "\n" in text or "\r" in text or _ENDS_OPEN.search(text):
        return False
    return _FEWEST_SYLLABLES <= len(text.split()) <= _MOST_SYLLABLES and not _NEXT_SENTENCE.search(text)


def _shows_person(text: str, article: _Surroundings) -> bool:
    """Whether a person with a title does what pictures show, and the text says the same.

    "Đại tá ... phát biểu tại hội nghị.": the sentence begins with a title and a name, comes to a verb of
    `_SHOWN` without a verb of saying before it, and the name and most syllables occur in another paragraph.
    """
    role = _ROLE.match(text)
    if not role:
        return False
    shown = _SHOWN.search(text, role.end())
    if not shown or _TOLD.search(text, 0, shown.end()):
        return False
    names = [match.group() for match in _NAME.finditer(text, role.end(), shown.start())]
    return any(map(article.names_elsewhere, names)) and article.known_share(text) >= _KNOWN_SHARE


class _Surroundings:
    """Statistics of the paragraphs of one article, computed once and only when a rule needs them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._whole = ""
        self._searches = 0
        self._names: Counter[str] | None = None
        self._syllables: Counter[str] | None = None

    def repeats_sentence(self, text: str) -> bool:
        """Whether the single sentence `text` occurs word for word in a paragraph of several sentences."""
        if not text.endswith(".") or len(text.split()) < _REPEATED_SYLLABLES:
            return False
        self._searches += 1
        if self._searches > _MOST_SEARCHES:
            return False
        if not self._whole:
            self._whole = "\n\n".join(("", *self._texts, ""))
        start = 0
        for _ in range(_MOST_PLACES):
            start = self._whole.find(text, start)
            if start < 0:
                return False
            before, after = self._whole[start - 2 : start], self._whole[start + len(text) : start + len(text) + 2]
            begins = before == "\n\n" or (before[1].isspace() and before[0] in _STOPS)
            ends = after[0].isspace()
            if begins and ends and not (before == after == "\n\n"):
                return True
            start += len(text)
        return False

    def names_elsewhere(self, name: str) -> bool:
        """Whether a name occurs in two paragraphs or more."""
        if self._names is None:
            self._names = Counter()
            for text in self._texts:
                self._names.update({match.group() for match in _NAME.finditer(text)})
        return self._names[name] > 1

    def known_share(self, text: str) -> float:
        """The share of the distinct syllables of one of the paragraphs that also occur in another one."""
        if self._syllables is None:
            self._syllables = Counter()
            for paragraph in self._texts:
                self._syllables.update(_syllables(paragraph))
        own = _syllables(text)
        return sum(self._syllables[syllable] > 1 for syllable in own) / len(own)


def _syllables(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
