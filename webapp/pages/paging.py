"""The page numbers offered below the results."""

from __future__ import annotations

from indexer import Results


def last_page(results: Results, depth_limit: int) -> int:
    """The last page of results grouped by article; a lower bound where the count is one."""
    counted = -(-results.length // results.per_page)
    known = max(counted, results.page + 1) if results.more else counted
    return max(1, min(known, depth_limit // results.per_page))


def page_numbers(page: int, last: int, around: int = 1) -> list[int | None]:
    """The first, the last, and those `around` the current page; None where some are left out.

    A gap of one page is filled: its number takes no more space than the ellipsis.
    """
    shown = sorted({1, last, *range(max(1, page - around), min(last, page + around) + 1)})
    numbers: list[int | None] = []
    for number in shown:
        before = numbers[-1] if numbers else 0
        assert before is not None
        if number - before == 2:
            numbers.append(number - 1)
        elif number - before > 2:
            numbers.append(None)
        numbers.append(number)
    return numbers
