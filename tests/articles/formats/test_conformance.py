"""Every format of the table holds to what conformance.py asks; a new one needs a line in `WRITTEN`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

from indexer.articles.formats import suffixes
from tests.articles.formats.conformance import CHECKS, Write, Written


def text(articles: Sequence[Written | None]) -> bytes:
    (article,) = articles
    assert article is not None
    return "\n\n".join([article.title, *article.paragraphs]).encode()


def markdown(articles: Sequence[Written | None]) -> bytes:
    return b"# " + text(articles)


def json_lines(articles: Sequence[Written | None]) -> bytes:
    return "".join(
        f"{json.dumps(vars(article), ensure_ascii=False)}\n" if article else '{"id": \n' for article in articles
    ).encode()


WRITTEN: dict[str, Write] = {".txt": text, ".md": markdown, ".jsonl": json_lines}


def test_every_format_is_tested() -> None:
    assert sorted(WRITTEN) == suffixes()


@pytest.mark.parametrize("suffix", WRITTEN)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_format_conforms(suffix: str, check: Callable[[str, Write], None]) -> None:
    check(suffix, WRITTEN[suffix])
