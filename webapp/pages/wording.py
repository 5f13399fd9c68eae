"""Page texts that depend on values: counts, warnings, and the examples of the empty page."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for

from indexer import DATE_PARTS, Interpretation, Label, QueryWarning, Results, Schema, without_diacritics
from webapp.pages.addresses import address_of
from webapp.pages.languages import gettext, language, ngettext
from webapp.pages.presentation import number, seconds
from webapp.state import settings

MEANT_FROM = 0.9
"""The least confidence of a correction for which the page asks whether it was meant."""


def register(app: Flask) -> None:
    """Make these functions available in templates."""
    app.add_template_global(explain)
    app.add_template_global(found)
    app.add_template_global(language_address)
    app.add_template_global(field_label)
    app.add_template_global(kind_label)
    app.add_template_global(meant)
    app.add_template_global(mended)
    app.add_template_filter(in_language)


def field_label(name: str) -> str:
    """What a metadata field, or a facet that is a part of one, is called in the reader's language."""
    row = settings().schema.rows[DATE_PARTS.get(name, (name,))[0]]
    return in_language(row.label)


def in_language(label: Label) -> str:
    """A label in the reader's language."""
    return label.vi if language() == "vi" else label.en


def kind_label(kind: str) -> str:
    """What a kind of passage is called in the reader's language."""
    match kind:
        case "title":
            return gettext("Tiêu đề")
        case "lead":
            return gettext("Sapô")
        case "caption":
            return gettext("Chú thích ảnh")
        case "byline":
            return gettext("Người viết")
        case "heading":
            return gettext("Đề mục")
        case "table":
            return gettext("Bảng")
        case "list":
            return gettext("Danh sách")
        case "footnote":
            return gettext("Chú thích cuối trang")
    return gettext("Nội dung")


def orders(schema: Schema) -> tuple[tuple[str, str], ...]:
    """What results can be ordered by, each with what it is called."""
    return _orders(schema, language())


@lru_cache(maxsize=16)
def _orders(schema: Schema, _: str) -> tuple[tuple[str, str], ...]:
    named = {
        "relevance": gettext("Phù hợp nhất"),
        "fresh": gettext("Mới và phù hợp"),
        "date": gettext("Mới nhất"),
    }
    for row in schema:
        if row.name in schema.sorts and row.name not in named:
            named[row.name] = gettext("%(field)s tăng dần", field=in_language(row.label))
            named[f"-{row.name}"] = gettext("%(field)s giảm dần", field=in_language(row.label))
    return tuple(named.items())


MOST_NEAR = 1_000
"""Of more passages that are only near to a query, their number says nothing to a reader."""


def found(results: Results) -> str:
    """Tìm thấy 1.234 đoạn trong 56 bài (0,03 giây)."""
    passages = ngettext("%(count)s đoạn", "%(count)s đoạn", results.total, count=number(results.total))
    articles = ngettext("%(count)s bài", "%(count)s bài", results.articles, count=number(results.articles))
    values = {"passages": passages, "articles": articles, "duration": seconds(results.took_ms)}
    if results.partial > MOST_NEAR:
        if not results.total:
            return gettext("Không đoạn nào có đủ các từ; dưới đây là những đoạn gần đúng nhất (%(duration)s)", **values)
        values["partial"] = gettext("tiếp theo là những đoạn gần đúng")
    elif results.partial:
        values["partial"] = ngettext(
            "%(count)s đoạn gần đúng", "%(count)s đoạn gần đúng", results.partial, count=number(results.partial)
        )
        if not results.total:
            return gettext("Không đoạn nào có đủ các từ; %(partial)s (%(duration)s)", **values)
        values["partial"] = gettext("thêm %(partial)s", **values)
    if results.partial and results.have_all:
        return gettext("%(passages)s trong %(articles)s có đủ các từ; %(partial)s (%(duration)s)", **values)
    if results.partial:
        return gettext("%(passages)s trong %(articles)s có phần lớn các từ; %(partial)s (%(duration)s)", **values)
    if results.exact:
        return gettext("Tìm thấy %(passages)s trong %(articles)s (%(duration)s)", **values)
    return gettext("Tìm thấy ít nhất %(passages)s trong %(articles)s (%(duration)s)", **values)


def explain(warning: QueryWarning) -> str:
    """A warning about the query in the reader's language; an unknown one in its own words."""
    known: dict[str, str] = {
        "query_too_long": gettext("Câu tìm quá dài: phần từ “%(subject)s” trở đi bị bỏ qua."),
        "too_many_clauses": gettext("Câu tìm có quá nhiều thành phần: phần từ “%(subject)s” trở đi bị bỏ qua."),
        "too_deep": gettext("Ngoặc lồng nhau quá sâu: những ngoặc bên trong được đọc như từ bình thường."),
        "quote_unclosed": gettext("Thiếu ngoặc kép đóng: cụm từ được đọc đến hết câu."),
        "or_alone": gettext("HOẶC cần có từ ở cả hai bên: ở đây nó được tìm như một từ."),
        "prefix_expanded": gettext(
            "“%(subject)s”: có quá nhiều tiếng bắt đầu như vậy; chỉ tính những tiếng hay gặp nhất."
        ),
        "prefix_too_short": gettext(
            "“%(subject)s”: trước dấu sao cần ít nhất hai chữ cái; được tìm như từ bình thường."
        ),
        "star_as_text": gettext("“%(subject)s”: dấu sao chỉ có nghĩa ở cuối một tiếng; được tìm như từ bình thường."),
        "value_missing": gettext("Sau “%(subject)s” cần có giá trị viết liền; được tìm như từ bình thường."),
        "kind_unknown": gettext("“%(subject)s”: không có loại đoạn này; được tìm như từ bình thường."),
        "phrase_not_found": gettext(
            "Không đoạn nào có cả cụm %(subject)s lẫn phần còn lại: dưới đây là những đoạn gần đúng nhất."
        ),
        "not_in_index": gettext("Không đoạn nào trong kho có “%(subject)s”."),
        "excluded_nowhere": gettext("Không đoạn nào trong kho có “%(subject)s”, nên không có gì để bỏ."),
        "excluded_whole": gettext("Đã bỏ những đoạn có cả cụm “%(subject)s”."),
        "diacritics_ignored": gettext("Kho không có cụm “%(subject)s” viết không dấu: đã tìm với mọi dấu."),
        "number_unreadable": gettext("“%(subject)s” không phải là số; hãy viết như 12 hoặc 10..20."),
        "dates_reversed": gettext("%(subject)s: ngày đầu sau ngày cuối, nên không bài nào phù hợp."),
        "value_nowhere": gettext("Bộ lọc “%(subject)s”: không bài nào trong kho có giá trị này."),
        "field_not_indexed": gettext(
            "Kho được lập chỉ mục trước khi có trường “%(subject)s”: chưa bài nào có giá trị của trường này."
        ),
        "date_unreadable": gettext(
            "“%(subject)s” không phải là ngày; hãy viết như 31/01/2023, 01/2023, 2023 hoặc hôm qua."
        ),
        "out_of_time": gettext("Đã hết thời gian tìm: có thể còn sót những đoạn phù hợp hơn."),
        "lexicon_unusable": gettext(
            "Không đọc được từ vựng của kho: lỗi gõ không được sửa, từ viết tắt không được hiểu."
        ),
    }
    sentence = known.get(warning.code, "%(message)s")
    return sentence % {"subject": warning.subject, "message": warning.message}


def meant(results: Results) -> Interpretation | None:
    """The correction for "did you mean": one that is likely enough and has found something.

    Where other letters were searched than those typed, the page says so (`mended`) and does not ask.
    """
    reading = results.interpretation
    if reading is None or not (reading.sure and reading.confidence >= MEANT_FROM and results.total):
        return None
    same = without_diacritics(reading.original).casefold() == without_diacritics(reading.repaired).casefold()
    return reading if same or not mended(results) else None


def mended(results: Results) -> Interpretation | None:
    """What was repaired, where what is shown was found by it: a unit was read as other letters, or nothing has all."""
    reading = results.interpretation
    if reading is None or not reading.changes:
        return None
    typed, repaired = results.query.casefold(), reading.repaired.casefold()
    units = [unit.text.casefold() for unit in results.units]
    return reading if not results.total or any(typed.find(unit) < 0 <= repaired.find(unit) for unit in units) else None


def read_with_diacritics(results: Results) -> list[tuple[str, str]]:
    """What words that were read without diacritics may be with some, each with the query that has it instead."""
    found = []
    for unit in results.units:
        if unit.span:
            start, end = unit.span
            found += [(other, results.query[:start] + other + results.query[end:]) for other in unit.others]
    return found


def plainer(text: str, schema: Schema) -> str:
    """The query without quotes, exclusions, filters and asterisks."""
    names = "|".join(("title", "after", "before", *(row.name for row in schema.filters)))
    text = re.sub(rf"""(?<![^\s(])(?:-(?=\S)|(?:{names}):)(?:"[^"]*"|\S)*""", " ", text)
    return " ".join(re.sub(r"""["“”()*]|\bOR\b""", " ", text).split())


def language_address(code: str) -> str:
    """The URL of the current page in the language `code`, its query kept."""
    arguments: dict[str, Any] = dict(request.args.lists())
    arguments["lang"] = [code]
    if request.endpoint is None or request.endpoint == "static" or request.routing_exception:
        return url_for("pages.home", lang=code)
    if not request.view_args:
        return address_of(request.endpoint, arguments)
    return url_for(request.endpoint, **request.view_args, **arguments)
