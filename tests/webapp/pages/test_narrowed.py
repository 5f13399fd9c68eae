"""What results are narrowed to, as the end of the sentence that counts them."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from indexer import Filters, SearchRequest
from webapp.pages.narrowed import narrowed


@pytest.mark.parametrize(
    ("filters", "after", "before", "vietnamese", "english"),
    [
        ({}, None, None, "", ""),
        ({"source": ["Báo Mẫu"]}, None, None, "trong Báo Mẫu", "in Báo Mẫu"),
        (
            {"source": ["Báo Mẫu"]},
            date(2025, 8, 1),
            date(2025, 8, 31),
            "trong Báo Mẫu, tháng 8/2025",
            "in Báo Mẫu, August 2025",
        ),
        ({}, date(2019, 1, 1), date(2019, 12, 31), "trong năm 2019", "in 2019"),
        ({}, date(2008, 1, 1), date(2011, 12, 31), "từ 2008 đến 2011", "from 2008 to 2011"),
        (
            {},
            date(2026, 11, 28),
            date(2026, 12, 31),
            "từ 28/11/2026 đến 31/12/2026",
            "from 28 Nov 2026 to 31 Dec 2026",
        ),
        ({}, date(2026, 1, 5), date(2026, 1, 5), "ngày 05/01/2026", "on 5 Jan 2026"),
        ({}, date(2026, 1, 5), None, "từ 05/01/2026", "from 5 Jan 2026"),
        (
            {"source": ["Báo Mẫu"], "kind": ["title"]},
            None,
            None,
            "trong Báo Mẫu, chỉ tiêu đề",
            "in Báo Mẫu, only title",
        ),
        ({"kind": ["lead", "caption"]}, None, None, "chỉ sapô, chú thích ảnh", "only lead, caption"),
    ],
)
def test_the_end_of_the_sentence(
    app: Flask,
    filters: dict[str, list[str]],
    after: date | None,
    before: date | None,
    vietnamese: str,
    english: str,
) -> None:
    asked = SearchRequest("x", filters=Filters(filters), after=after, before=before)
    with app.test_request_context("/"):
        assert narrowed(asked) == vietnamese
    with app.test_request_context("/?lang=en"):
        assert narrowed(asked) == english
