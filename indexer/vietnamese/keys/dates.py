"""Keys of dates (`2024-03-05`, `--03-05` for the day of any year, `2024-03`) and of times of day (`17:45`)."""

from __future__ import annotations

import calendar
import re

from .found import BLANK, BLANKS, Keyed

_B = BLANK
_MONTHS = {
    **{"gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9},
    **{"muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12},
}
_MONTH_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_IN_WORDS = re.compile(
    rf"([0-9]{{1,2}}){_B}thang{_B}([0-9]{{1,2}}|{_MONTH_NAME})(?![0-9a-z])"
    rf"(?:,?{_B}?(?:nam{_B}|[/,-]{_B}?)([0-9]{{4}})(?![0-9]))?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
# Behind a date with slashes another may follow: `5/3-7/3`.
_ENDS = r"(?![0-9]|[/.][0-9]|-[0-9](?![0-9]?/[0-9]))"
_YEAR_LAST = re.compile(
    rf"([0-9]{{1,2}})({_B}?[-/.]{_B}?)([0-9]{{1,2}})(?:\2|{_B}nam{_B})([0-9]{{4}}|(?<=/)[0-9]{{2}}){_ENDS}"
)
_DAY_AND_MONTH = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}}){_ENDS}(?!%)")
_FURTHER = re.compile(r"-[0-9]")
"""Behind a date with hyphens there is no other: `5-3-7`."""
_FIRST_OF_DAYS = re.compile(
    rf"([0-9]{{1,2}})({_B}?[-‐‑‒–—]{_B}?|{_B}(?:den|toi|va){_B}(?:ngay{_B})?)([0-9]{{1,2}})/([0-9]{{1,2}})(?:/([0-9]{{4}}))?"
    rf"{_ENDS}(?!%)"
)
"""`1-5/9`, `ngày 1 đến 5/9/2024`: the month behind the second day is that of the first, too."""
_FIRST_OF_MONTHS = re.compile(rf"([0-9]{{1,2}})(?={_B}?[-‐‑‒–—]{_B}?[0-9]{{1,2}}/([0-9]{{4}})(?![0-9]|[-/.,][0-9]))")
_BEHIND_MONTH = re.compile(rf"thang{_B}[0-9]{{1,2}}-$")
_OF_YEAR = re.compile(rf"([0-9]{{1,2}}){_B}?[-/.]{_B}?([0-9]{{4}})(?![0-9]|[-/.,][0-9])")
_MONTH_OF_YEAR = re.compile(rf"([0-9]{{1,2}})(?:{_B}?[/-]{_B}?|,?{_B}nam{_B}|,{_B}?)([0-9]{{4}})(?![0-9])")
_BEFORE_DAY = re.compile(rf"(?:ngay|hom|mung|mong|sang|trua|chieu|toi|dem|rang sang){_B}(?:(?:mung|mong){_B})?$")
_BEFORE_FIRST = re.compile(rf"(?:{_BEFORE_DAY.pattern[:-1]}|(?:^|[^a-z])tu{_B})$")
_BEFORE_MONTH = re.compile(rf"(?:^|[^a-z])thang{_B}(?=$)")
_PARTED = re.compile(rf"{_B}?(?:so|tong|dien|dan|chang|quang|thoi|the|luong|phan|khoi|san){_B}")
"""What follows `2/3` where it is a share: `2/3 số phiếu`, `3/4 diện tích`."""

_HOLIDAYS = frozenset(
    ("2.9", "10.3", "19.5", "19.8", "20.10", "20.11", "21.6", "22.12", "26.3", "27.2", "27.7", "30.4")
)
"""Days that are named without saying so, with a point or a hyphen too (`nghỉ lễ 30.4`), and are hardly ever scores."""
_MEASURED = re.compile(rf"{_B}?(?:%|[a-z]?m[23²³]?\b|(?:trieu|ty|ti|nghin|ngan|tan|kg|g|l|ha|lit|do|diem|usd|dong)\b)")
"""What follows `30.4` where it is a number: `30.4 triệu`."""

_OF_DATES, _OF_HOURS = frozenset("-/.‐‑‒–—"), frozenset(":hg")
"""What may stand behind the first number of a date, and of a time of day."""
_WORDS_OF_DATES = "thang", "den ", "toi ", "va "
"""The words that may."""

_TIME = re.compile(
    rf"([0-9]{{1,2}})(?:(:)|{_B}?(?:h|g|gio){_B}?)(?:([0-9]{{1,2}})(?![0-9]|[,.][0-9])|(ruoi)(?![a-z]))?"
    rf"(?:(?:[:]|{_B}?(?:phut|p|'|m){_B}?)([0-9]{{2}})(?![0-9])(?:{_B}?(?:giay|s|''))?|{_B}?(?:phut|p|')(?![a-z0-9]))?"
    rf"(?![a-z0-9])(?:{_B}(sang|trua|chieu|toi|dem|am|pm)(?![a-z]))?"
)
_LATER = {"trua": range(1, 4), "chieu": range(1, 12), "toi": range(4, 12), "dem": range(7, 12), "pm": range(1, 12)}
"""Which hours of a part of the day are twelve more on a dial of twenty-four."""


def date_at(text: str, at: int, after: int) -> Keyed | None:
    """The date of which the digits from `at` to `after` of a text without diacritics are first; it may begin before."""
    if after - at == 4 and (match := _YEAR_FIRST.match(text, at)):
        return _dated(text, at, match.end(), match[1], int(match[3]), int(match[4]))
    if after - at > 2:
        return None
    in_month = at >= 6 and text.startswith("thang", at - 6)
    # Most numbers stand by themselves.
    next_at = after + (text[after : after + 1] in BLANKS)
    if not in_month and text[next_at : next_at + 1] not in _OF_DATES and not text.startswith(_WORDS_OF_DATES, next_at):
        return None
    if (match := _FIRST_OF_DAYS.match(text, at)) and _is_first_of_days(text, match):
        first = _dated(text, at, after, match[5], int(match[4]), int(match[1]))
        return first and first._replace(signs=True)
    if match := _IN_WORDS.match(text, at):
        day, month, year = match.groups()
        return _dated(text, at, match.end(), year, _MONTHS.get(month) or int(month), int(day))
    if match := _YEAR_LAST.match(text, at):
        year = match[4] if len(match[4]) == 4 else f"{'20' if match[4] < '50' else '19'}{match[4]}"
        return _dated(text, at, match.end(), year, int(match[3]), int(match[1]))
    if in_month and (month := _BEFORE_MONTH.search(text, max(0, at - 7), at)):
        if match := _MONTH_OF_YEAR.match(text, at) or _FIRST_OF_MONTHS.match(text, at):
            return _month(month.start() + (text[month.start()] != "t"), match.end(), match[2], int(match[1]))
        return None
    if match := _DAY_AND_MONTH.match(text, at):
        if match[2] == "/":
            if _PARTED.match(text, match.end()):
                return None
        elif _FURTHER.match(text, match.end()) or not (
            _BEFORE_DAY.search(text, max(0, at - 14), at) or _is_holiday(text, match)
        ):
            return None
        return _dated(text, at, match.end(), None, int(match[3]), int(match[1]))
    # `2/2024` of `31/2/2024`, which is no day, is no month either.
    begins = text[at - 1 : at] not in ("-", "/", ".") or _BEHIND_MONTH.search(text, max(0, at - 12), at)
    if begins and (match := _OF_YEAR.match(text, at)):
        return _month(at, match.end(), match[2], int(match[1]))
    return None


def _is_holiday(text: str, match: re.Match[str]) -> bool:
    """Whether two numbers are a day that is named without saying so, and nothing is measured by them."""
    return f"{match[1]}.{match[3]}" in _HOLIDAYS and not _MEASURED.match(text, match.end())


def _is_first_of_days(text: str, match: re.Match[str]) -> bool:
    """Whether what looks like two days of one month is: `1-5/9`, `ngày 4 và 5/9`; not `2 và 3/4 số phiếu`."""
    if int(match[1]) >= int(match[3]) or _PARTED.match(text, match.end()):
        return False
    if match[2].strip() in _OF_DATES:
        return True
    return _BEFORE_FIRST.search(text, max(0, match.start() - 14), match.start()) is not None


def month_before(text: str, at: int) -> Keyed | None:
    """The month with a name whose year begins at `at`: `tháng ba năm 2024`."""
    if text.find("thang", max(0, at - 24), at) < 0:
        return None
    if match := _NAMED_MONTH.search(text, max(0, at - 24), at):
        year = text[at : at + 4]
        if year.isdigit() and not text[at + 4 : at + 5].isdigit():
            return _month(match.start(1), at + 4, year, _MONTHS[match[2]])
    return None


_NAMED_MONTH = re.compile(rf"(?:^|[^a-z])(thang{_B}({_MONTH_NAME}),?{_B}(?:nam{_B})?)$")


def time_at(text: str, at: int, after: int) -> Keyed | None:
    """The time of day that begins with the digits from `at` to `after` of a text without diacritics."""
    next_at = after + (text[after : after + 1] in BLANKS)
    match = _TIME.match(text, at) if after - at <= 2 and text[next_at : next_at + 1] in _OF_HOURS else None
    if match is None:
        return None
    hours, colon, minutes, half, seconds, part = match.groups()
    hour, minute = int(hours), 30 if half else int(minutes or 0)
    if hour > 24 or minute > 59 or (colon and (minutes is None or len(minutes) < 2)):
        return None
    rest = f":{seconds}" if seconds and "00" < seconds < "60" else ""
    said = f"{hour}:{minute:02}{rest}"
    also = (f"{hour}:{minute:02}",) if rest else ()
    end = at + len(match[0].rstrip())
    if part in _LATER and hour in _LATER[part]:
        return Keyed(at, end, (f"{hour + 12}:{minute:02}{rest}",), (said, *also))
    return Keyed(at, end, (said,), also)


def _dated(text: str, start: int, end: int, year: str | None, month: int, day: int) -> Keyed | None:
    # A leap year where there is none.
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(int(year or 4) or 4, month)[1]:
        return None
    if named := _BEFORE_DAY.search(text, max(0, start - 14), start):
        start = named.start() if text.startswith(("ngay", "mung", "mong"), named.start()) else start
    of_any = f"--{month:02}-{day:02}"
    if year is None:
        return Keyed(start, end, (of_any,))
    return Keyed(start, end, (f"{year}-{month:02}-{day:02}",), (of_any, f"{year}-{month:02}"))


def _month(start: int, end: int, year: str, month: int) -> Keyed | None:
    return Keyed(start, end, (f"{year}-{month:02}",)) if 1 <= month <= 12 else None
