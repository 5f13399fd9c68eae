"""The sample corpus keeps its promises: sound Vietnamese, own text, judgements that point at passages.

Reads `corpus/` with the standard library alone, so a fault of the indexer can't hide one of the corpus.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
ARTICLE_KEYS = ["_id", "title", "date", "source", "author", "text"]

# An open `oa, oe, uy` is marked on its first vowel (hòa, thủy) or its second (hoà, thuỷ); `quý` is neither.
FIRST_VOWEL = re.compile(r"[óòỏõọ][ae]\b|[úùủũụ]y\b", re.IGNORECASE)
SECOND_VOWEL = re.compile(r"o[áàảãạéèẻẽẹ]\b|(?<!q)u[ýỳỷỹỵ]\b", re.IGNORECASE)
RUN = 12


def read_jsonl(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return read_jsonl("corpus.jsonl")


@pytest.fixture(scope="module")
def queries() -> list[dict[str, Any]]:
    return read_jsonl("queries.jsonl")


@pytest.fixture(scope="module")
def judgements() -> list[dict[str, str]]:
    with (CORPUS / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def newspaper() -> list[dict[str, Any]]:
    return read_jsonl("newspaper.jsonl")


def paragraphs(article: dict[str, Any]) -> list[str]:
    return str(article["text"]).split("\n\n")


def passages(article: dict[str, Any]) -> dict[str, str]:
    """The judged units, `id#position` -> text. A repeat of an earlier one takes a position but isn't a unit."""
    units: dict[str, str] = {}
    for position, text in enumerate([article["title"], *paragraphs(article)]):
        if text not in units.values():
            units[f"{article['_id']}#{position}"] = text
    return units


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of RUN syllables outside “quotation marks”: slogans are quoted, not copied."""
    found: set[tuple[str, ...]] = set()
    for part in re.split("“[^”]*”", unicodedata.normalize("NFC", text)):
        syllables = re.findall(r"\w+", part.lower())
        found.update(tuple(syllables[i : i + RUN]) for i in range(len(syllables) - RUN + 1))
    return found


def test_every_article_has_the_same_keys_and_a_real_date(articles: list[dict[str, Any]]) -> None:
    assert len(articles) >= 12
    for article in articles:
        assert list(article) == ARTICLE_KEYS
        assert all(isinstance(value, str) and value.strip() == value != "" for value in article.values())
        assert datetime.date.fromisoformat(article["date"]).isoformat() == article["date"]


def test_article_ids_are_unique_slugs(articles: list[dict[str, Any]]) -> None:
    ids = [article["_id"] for article in articles]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id_) for id_ in ids)


def test_every_article_has_8_to_20_clean_paragraphs(articles: list[dict[str, Any]]) -> None:
    for article in articles:
        assert 8 <= len(paragraphs(article)) <= 20, article["_id"]
        for text in paragraphs(article):
            assert text.strip() == text != "", article["_id"]
            assert "\n" not in text, article["_id"]


@pytest.mark.parametrize("name", ["corpus.jsonl", "newspaper.jsonl", "queries.jsonl", "qrels.tsv", "README.md"])
def test_files_are_nfc_and_end_their_last_line(name: str) -> None:
    text = (CORPUS / name).read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert text.endswith("\n")
    assert "\\u" not in text, "characters are written as themselves"


def test_text_has_no_control_characters_or_doubled_spaces(
    articles: list[dict[str, Any]], queries: list[dict[str, Any]]
) -> None:
    for record in [*articles, *queries]:
        for value in record.values():
            assert "  " not in value, value
            odd = [c for c in value.replace("\n\n", "") if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn", "Cs"}]
            assert odd == [], value


def test_each_article_keeps_one_tone_style_and_both_styles_occur(articles: list[dict[str, Any]]) -> None:
    styles = []
    for article in articles:
        text = f"{article['title']}\n{article['text']}"
        first, second = FIRST_VOWEL.findall(text), SECOND_VOWEL.findall(text)
        assert bool(first) != bool(second), (article["_id"], first, second)
        styles.append("first" if first else "second")
    assert min(styles.count("first"), styles.count("second")) >= 4


def test_some_captions_stand_twice_and_some_repeat_a_sentence(articles: list[dict[str, Any]]) -> None:
    twice = [a["_id"] for a in articles if len(set(paragraphs(a))) < len(paragraphs(a))]
    repeats = [
        (a["_id"], text)
        for a in articles
        for text in paragraphs(a)
        if any(text != other and text in other for other in paragraphs(a))
    ]
    assert len(twice) >= 3
    assert len(repeats) >= 2


def test_the_archive_has_the_spread_of_a_newspaper(
    articles: list[dict[str, Any]], newspaper: list[dict[str, Any]]
) -> None:
    everything = [*articles, *newspaper]
    assert len(everything) >= 60
    assert len({article["_id"] for article in everything}) == len(everything)
    assert {article["date"][:4] for article in newspaper} >= {str(year) for year in range(2016, 2027)}
    for key, fewest in (("source", 3), ("section", 10)):
        assert len({article[key] for article in newspaper}) >= fewest
    assert len({name for article in newspaper for name in article["author"]}) >= 8
    assert any(len(article["author"]) > 1 for article in newspaper)


def test_articles_of_the_newspaper_are_sound(newspaper: list[dict[str, Any]]) -> None:
    for article in newspaper:
        assert list(article) == ["_id", "title", "date", "source", "section", "author", "text"]
        assert datetime.date.fromisoformat(article["date"]).isoformat() == article["date"]
        assert 2 <= len(paragraphs(article)) <= 8, article["_id"]
        text = f"{article['title']}\n{article['text']}"
        assert "  " not in text and text.strip() == text
        assert not (FIRST_VOWEL.search(text) and SECOND_VOWEL.search(text)), article["_id"]


def test_queries_are_unique(queries: list[dict[str, Any]]) -> None:
    assert len(queries) >= 75
    assert all(list(query) == ["_id", "text"] for query in queries)
    assert len({query["_id"] for query in queries}) == len(queries)
    assert len({query["text"] for query in queries}) == len(queries)


def test_every_judgement_names_a_query_and_a_passage(
    articles: list[dict[str, Any]], queries: list[dict[str, Any]], judgements: list[dict[str, str]]
) -> None:
    units = {unit for article in articles for unit in passages(article)}
    names = {query["_id"] for query in queries}
    for row in judgements:
        assert list(row) == ["query-id", "corpus-id", "score"]
        assert row["query-id"] in names, row
        assert row["corpus-id"] in units, row
        assert row["score"] in {"1", "2"}, row
    pairs = [(row["query-id"], row["corpus-id"]) for row in judgements]
    assert len(set(pairs)) == len(pairs)


def test_every_query_has_a_passage_that_answers_it(
    queries: list[dict[str, Any]], judgements: list[dict[str, str]]
) -> None:
    answered = {row["query-id"] for row in judgements if row["score"] == "2"}
    assert {query["_id"] for query in queries} - answered == set()


def test_every_article_answers_queries(articles: list[dict[str, Any]], judgements: list[dict[str, str]]) -> None:
    judged = {row["corpus-id"].partition("#")[0] for row in judgements}
    assert {article["_id"] for article in articles} == judged


def test_readme_has_a_row_for_every_article(articles: list[dict[str, Any]]) -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    for article in articles:
        assert f"| `{article['_id']}` |" in readme


@pytest.mark.data
def test_nothing_is_copied_from_the_article_it_retells(articles: list[dict[str, Any]], shared_data: Path) -> None:
    source = runs((shared_data / "ha-tinh" / "article.txt").read_text(encoding="utf-8"))
    assert source
    for article in articles:
        assert runs(f"{article['title']}\n{article['text']}") & source == set(), article["_id"]
