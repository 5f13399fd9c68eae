"""What the query language means, clause by clause, and that no text is refused."""

from __future__ import annotations

import datetime
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.query.clauses import (
    MAX_DEPTH,
    AndClause,
    Chunk,
    Clause,
    DateClause,
    FacetClause,
    NotClause,
    OrClause,
    PhraseClause,
    PrefixClause,
    TitleClause,
    WordsClause,
)
from indexer.query.parse import Parsed, parse
from indexer.schema import FieldType, Label, MetadataField
from indexer.settings import Settings

ROOMY = Settings(query_characters=100_000)


def words(text: str) -> WordsClause:
    return WordsClause(tuple(Chunk(chunk, 0, 0) for chunk in text.split()))


def phrase(text: str) -> PhraseClause:
    return PhraseClause(text)


def negated(clause: Clause) -> NotClause:
    return NotClause(clause)


def either(*clauses: Clause) -> OrClause:
    return OrClause(clauses)


def both(*clauses: Clause) -> AndClause:
    return AndClause(clauses)


def facet(name: str, value: str) -> FacetClause:
    return FacetClause(name, value)


def codes(parsed: Parsed) -> list[str]:
    return [warning.code for warning in parsed.warnings]


def test_plain_words_are_one_run() -> None:
    assert parse("phong trào  thi đua").clauses == (words("phong trào thi đua"),)


def test_an_empty_query_has_no_clauses() -> None:
    assert parse("").clauses == parse(" \t\n").clauses == ()
    assert parse("").understood == ""


def test_a_chunk_knows_where_it_stands() -> None:
    (run, _) = parse('thi  đua "lực lượng"').clauses
    assert isinstance(run, WordsClause)
    assert [(word.start, word.end) for word in run.words] == [(0, 3), (5, 8)]


@pytest.mark.parametrize("text", ['"lực lượng"', "“lực lượng”", "„lực lượng“", "«lực  lượng»", '“lực lượng"'])
def test_any_pair_of_double_quotes_makes_a_phrase(text: str) -> None:
    assert parse(text) == Parsed(text, (phrase("lực lượng"),))


def test_an_unclosed_quote_goes_to_the_end() -> None:
    parsed = parse('cờ "thi đua xuất')
    assert parsed.clauses == (words("cờ"), phrase("thi đua xuất"))
    assert codes(parsed) == ["quote_unclosed"]


def test_a_quote_inside_a_chunk_is_plain() -> None:
    assert parse('màn hình 24" đẹp') == Parsed('màn hình 24" đẹp', (words('màn hình 24" đẹp'),))


def test_an_empty_phrase_says_nothing() -> None:
    assert parse('a "" b “ ! ”').clauses == (words("a b"),)


def test_minus_excludes_a_word_a_phrase_or_a_restriction() -> None:
    assert parse('thi -đua -"lực lượng" -source:báo -quoc*').clauses == (
        words("thi"),
        negated(words("đua")),
        negated(phrase("lực lượng")),
        negated(facet("source", "báo")),
        negated(PrefixClause("quoc")),
    )


@pytest.mark.parametrize("text", ["QP - AN", "QP – AN", "QP-AN", "a --b", "QP – AN -", "–AN"])
def test_other_dashes_are_punctuation(text: str) -> None:
    assert parse(text) == Parsed(text, (words(text),))


def test_a_dash_after_a_quote_or_parenthesis_is_punctuation() -> None:
    assert parse('"quốc phòng"-"an ninh"').clauses == (phrase("quốc phòng"), phrase("an ninh"))
    assert parse("(QP)-AN").clauses == (words("QP AN"),)


def test_minus_excludes_a_group() -> None:
    assert parse("-(a OR b)").clauses == (negated(either(words("a"), words("b"))),)
    assert parse("-(a b)").clauses == (negated(words("a b")),)


def test_or_joins_runs_of_words() -> None:
    assert parse("xe máy OR ô tô").clauses == (either(words("xe máy"), words("ô tô")),)


def test_or_joins_only_its_neighbours() -> None:
    assert parse('"a" b OR "c" OR d -e').clauses == (
        phrase("a"),
        either(words("b"), phrase("c"), words("d")),
        negated(words("e")),
    )


@pytest.mark.parametrize("joined", ["OR", "or", "Or", "HOẶC", "hoặc", unicodedata.normalize("NFD", "hoặc")])
def test_or_is_vietnamese_too_and_free_of_case(joined: str) -> None:
    assert parse(f"cam {joined} bưởi").clauses == (either(words("cam"), words("bưởi")),)


@pytest.mark.parametrize(
    "text",
    [
        "Hỏi bác sĩ hoặc dược sĩ?",
        "người đi xe máy hoặc đi bộ qua cầu vào ban đêm",
        "one or the other of these lines and pages",
    ],
)
def test_or_in_a_sentence_is_a_word(text: str) -> None:
    joined = "hoặc" if "hoặc" in text else "or"
    assert parse(text).clauses == (words(text.replace(joined, joined + ",")),)
    assert parse(text.replace(joined, joined.upper())).clauses != parse(text).clauses


@pytest.mark.parametrize("text", ["OR", "OR a", "a OR", "a (OR) b"])
def test_or_without_both_sides_is_a_word(text: str) -> None:
    parsed = parse(text)
    assert parsed.clauses == (words(text.replace("OR", "or,").replace("(", "").replace(")", "")),)
    assert codes(parsed) == ["or_alone"]


def test_parentheses_group_alternatives() -> None:
    assert parse("(xe máy OR ô tô) Hà Nội").clauses == (
        either(words("xe máy"), words("ô tô")),
        words("Hà Nội"),
    )
    assert parse('a OR (b "c")').clauses == (either(words("a"), both(words("b"), phrase("c"))),)


def test_parentheses_round_plain_words_are_punctuation() -> None:
    assert parse("Hà Nội (thủ đô) 2023)").clauses == (words("Hà Nội thủ đô 2023"),)


def test_parentheses_close_at_the_end() -> None:
    assert parse('"x" (a OR b').clauses == (phrase("x"), either(words("a"), words("b")))


def test_deeper_parentheses_are_text() -> None:
    parsed = parse("(" * (MAX_DEPTH + 1) + 'a "b"' + ")" * (MAX_DEPTH + 1) + " c")
    assert parsed.clauses == (both(words("a"), phrase("b")), words("c"))
    assert codes(parsed) == ["too_deep"]


def test_a_prefix_ends_with_a_star() -> None:
    assert parse("quoc*, phòng").clauses == (PrefixClause("quoc"), words("phòng"))


def test_a_prefix_needs_two_letters() -> None:
    parsed = parse("q*")
    assert parsed.clauses == (words("q*"),)
    assert codes(parsed) == ["prefix_too_short"]


@pytest.mark.parametrize("text", ["qu*oc", "*quoc", "QP-A*", "**quoc**"])
def test_a_star_elsewhere_is_text(text: str) -> None:
    parsed = parse(text)
    assert parsed.clauses == (words(text),)
    assert codes(parsed) == ["star_as_text"]


def test_restrictions() -> None:
    assert parse('TITLE:"thi đua" Source:báo author:«Nguyễn Văn A» kind:Caption').clauses == (
        TitleClause("thi đua"),
        facet("source", "báo"),
        facet("author", "Nguyễn Văn A"),
        facet("kind", "caption"),
    )


@pytest.mark.parametrize(
    "name, meant",
    [
        *[(name, "source") for name in ("nguồn", "NGUỒN", "nguon", unicodedata.normalize("NFD", "nguồn"))],
        *[(name, "author") for name in ("tác giả", "tác  giả", "tácgiả", "tac gia")],
        ("chuyên mục", "section"),
        ("chuyenmuc", "section"),
        ("Section", "section"),
    ],
)
def test_fields_have_vietnamese_names(name: str, meant: str) -> None:
    section = MetadataField("section", FieldType.KEYWORD, Label("Chuyên mục", "Section"))
    parsed = parse(f'lũ {name}:"Võ Sơn"', Settings(fields=(section,)))
    assert parsed.clauses == (words("lũ"), facet(meant, "Võ Sơn"))


def test_title_and_kinds_have_vietnamese_names() -> None:
    assert parse('tiêu đề:bão loại:sapô -loại:"chú thích ảnh"').clauses == (
        TitleClause("bão"),
        facet("kind", "lead"),
        negated(facet("kind", "caption")),
    )


def span(first: str | None, last: str | None) -> tuple[Clause, ...]:
    return (
        *([DateClause(datetime.date.fromisoformat(first), None)] if first else []),
        *([DateClause(None, datetime.date.fromisoformat(last))] if last else []),
    )


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("ngày:5/1/2026", "2026-01-05", "2026-01-05"),
        ("ngày:2/2026", "2026-02-01", "2026-02-28"),
        ("ngay:2025", "2025-01-01", "2025-12-31"),
        ("từ:5/1/2026", "2026-01-05", None),
        ("đến:5/1/2026", None, "2026-01-05"),
        ("đến:1/2026", None, "2026-01-31"),
        ("từ:2024 đến:2025", "2024-01-01", "2025-12-31"),
        ("date:2024-02-29", "2024-02-29", "2024-02-29"),
        ("ngày:hôm nay", "2026-03-04", "2026-03-04"),
        ("ngày:hôm qua", "2026-03-03", "2026-03-03"),
        ('ngày:"hom qua"', "2026-03-03", "2026-03-03"),
        ("date:yesterday", "2026-03-03", "2026-03-03"),
        ("ngày:tuần này", "2026-03-02", "2026-03-08"),
        ("ngày:tuần trước", "2026-02-23", "2026-03-01"),
        ("ngày:tháng này", "2026-03-01", "2026-03-31"),
        ("ngày:tháng trước", "2026-02-01", "2026-02-28"),
        ("ngày:năm nay", "2026-01-01", "2026-12-31"),
        ("từ:năm ngoái", "2025-01-01", None),
        ("ngày:7 ngày", "2026-02-26", "2026-03-04"),
        ("ngày:30/4", "2026-04-30", "2026-04-30"),
        ("after:hôm qua", "2026-03-03", None),
    ],
)
def test_dates_are_those_that_are_said(monkeypatch: pytest.MonkeyPatch, text: str, first: str, last: str) -> None:
    monkeypatch.setattr("indexer.query.dates.today", lambda: datetime.date(2026, 3, 4))
    parsed = parse(f"bão {text} lũ")
    assert parsed.warnings == ()
    flat = [inner for each in parsed.clauses for inner in (each.clauses if isinstance(each, AndClause) else (each,))]
    assert tuple(flat) == (words("bão"), *span(first, last), words("lũ"))
    assert parse(parsed.understood).clauses == parsed.clauses


def test_the_days_of_a_date_are_excluded_together() -> None:
    assert parse("-ngày:2025").understood == "-(after:2025-01-01 before:2026-01-01)"


@pytest.mark.parametrize("text", ["ngày: 5/1/2026", "bắt nguồn từ: núi"])
def test_a_name_without_a_value_is_text_and_said_to_be(text: str) -> None:
    parsed = parse(text)
    assert parsed.clauses == (words(text),)
    assert codes(parsed) == ["value_missing"]


@pytest.mark.parametrize(
    "value, day",
    [
        ("2023", (2023, 1, 1)),
        ("2023-02", (2023, 2, 1)),
        ("2023-02-03", (2023, 2, 3)),
        ("2023/2/3", (2023, 2, 3)),
        ("03/02/2023", (2023, 2, 3)),
        ("3.2.2023", (2023, 2, 3)),
        ("02/2023", (2023, 2, 1)),
        ('"2023"', (2023, 1, 1)),
    ],
)
def test_dates_are_read_and_after_includes_the_first_day(value: str, day: tuple[int, int, int]) -> None:
    assert parse(f"after:{value}").clauses == (DateClause(datetime.date(*day), None),)


def test_before_ends_the_day_before() -> None:
    assert parse("before:2024").clauses == (DateClause(None, datetime.date(2023, 12, 31)),)


@pytest.mark.parametrize("value", ["hôm-qua", "23", "2023-13", "30/02/2023", "0000", "٢٠٢٣", "2023-01-01T00"])
def test_an_unreadable_date_is_text(value: str) -> None:
    parsed = parse(f"before:{value}")
    assert parsed.clauses == (words(f"before,{value}"),)
    assert codes(parsed) == ["date_unreadable"]


def test_nothing_is_before_the_first_day_of_the_calendar() -> None:
    assert codes(parse("before:0001")) == ["date_unreadable"]


def test_an_unknown_kind_is_text() -> None:
    parsed = parse('kind:"chú thích"')
    assert parsed.clauses == (words("kind,chú,thích"),)
    assert parsed.warnings[0].subject == "kind:chú thích"
    assert "caption" in parsed.warnings[0].message


@pytest.mark.parametrize("text", ["source:", "source: báo", 'source:"" báo'])
def test_a_restriction_needs_a_value(text: str) -> None:
    parsed = parse(text)
    assert isinstance(parsed.clauses[0], WordsClause)
    assert parsed.clauses[0].words[0] == Chunk("source:", 0, 7)
    assert codes(parsed) == ["value_missing"]


@pytest.mark.parametrize(
    "text",
    [
        "https://baohatinh.vn/a-b?c=d&e",
        "12:30",
        "tỉ số 2:1",
        "foo:bar",
        "subtitle:x",
        "C++ C# .NET",
        "26/12",
        "5*3",
        ":)",
    ],
)
def test_other_text_is_plain_without_warning(text: str) -> None:
    parsed = parse(text)
    assert parsed.warnings == ()
    assert parsed.clauses == (words(text.replace(")", "")),)


def test_a_long_query_is_cut_between_words() -> None:
    parsed = parse("thi đua yêu nước", Settings(query_characters=10))
    assert parsed.text == "thi đua"
    assert codes(parsed) == ["query_too_long"]
    assert parsed.warnings[0].subject == "yêu nước"


def test_a_long_word_is_cut_where_the_length_ends() -> None:
    assert parse("x" * 1_000_000).clauses == (words("x" * 2_000),)


def test_too_many_clauses_are_left_out() -> None:
    parsed = parse('a – "b" c d', Settings(query_clauses=3))
    assert parsed.clauses == (words("a –"), phrase("b"), words("c"))
    assert codes(parsed) == ["too_many_clauses"]
    assert parsed.warnings[0].subject == "d"


def test_unwritable_characters_are_replaced_one_for_one() -> None:
    parsed = parse("a\ud800b\x00c")
    assert parsed.text == "a\ufffdb c"
    parsed.understood.encode()


def test_pasted_invisible_characters_do_not_hide_an_operator() -> None:
    assert parse('\ufeff"a b"').clauses == (phrase("a b"),)


def test_a_warning_is_given_once() -> None:
    assert codes(parse("q* q* q*")) == ["prefix_too_short"]


@pytest.mark.parametrize(
    "text, understood",
    [
        ("  phong   trào ", "phong trào"),
        ("“thi đua", '"thi đua"'),
        ("SOURCE:«Báo Hà Tĩnh» a", 'source:"Báo Hà Tĩnh" a'),
        ("before:2024 after:12/2023", "before:2024-01-01 after:2023-12-01"),
        ('"x" a OR b', '"x" (a OR b)'),
        ("((a OR b)) OR -(c)", "(a OR b) OR -c"),
        ("a (b OR c) d", "a (b OR c) d"),
        ("-(a b) quoc*", "-(a b) quoc*"),
    ],
)
def test_the_query_is_written_back_normalised(text: str, understood: str) -> None:
    assert parse(text).understood == understood


@pytest.mark.parametrize("text", ["(" * 100_000, ")" * 100_000, "(a OR " * 50_000, "-(" * 50_000 + "a", '"' * 99_999])
def test_huge_queries_are_read(text: str) -> None:
    settings = Settings(query_characters=100_000, query_clauses=1_024)
    parsed = parse(text, settings)
    assert parse(parsed.understood, settings).clauses == parsed.clauses


PIECES = st.one_of(
    st.sampled_from(["a", "thi đua", "QP-AN", "-", "–", "--", "*", "foo:bar", "!", "e\u0301", "\x00", "\ud800"]),
    st.sampled_from([" ", "\u200b", "\ufeff", "(", ")", "-(", "OR", " OR ", '"', '"b c"', "“", "quoc*", "q*"]),
    st.sampled_from(["or", " hoặc ", "hoặc", "tác giả:x", "ngày:5/1/2026", "từ:hôm qua", "-ngày:2024", "đến:9999"]),
    st.sampled_from(["title:", "source:báo", "kind:lead", "kind:x", 'author:"x (y)', "after:2023", "after:x"]),
)
SOUP = st.lists(PIECES, max_size=40).map("".join)


@given(st.one_of(st.text(max_size=200), SOUP), st.integers(1, 8))
@example("z OR (a OR b “x”)", 64)
@example("(" * MAX_DEPTH + "a OR b “x”" + ")" * MAX_DEPTH, 64)
def test_what_was_understood_is_understood_again(text: str, most: int) -> None:
    settings = Settings(query_characters=100_000, query_clauses=most)
    parsed = parse(text, settings)
    again = parse(parsed.understood, settings)
    assert again.clauses == parsed.clauses
    assert again.understood == parsed.understood


@given(st.one_of(st.text(max_size=200), SOUP))
def test_chunks_lie_in_the_text_in_order(text: str) -> None:
    parsed = parse(text)
    assert len(parsed.text) == len(text)
    ends = 0
    for word in (word for clause in parsed.clauses if isinstance(clause, WordsClause) for word in clause.words):
        assert ends <= word.start < word.end <= len(text)
        ends = word.end


@pytest.mark.parametrize("text", ["nhiệt độ -5", "-5°C", "tăng -12,5%"])
def test_a_number_below_zero_is_no_exclusion(text: str) -> None:
    assert parse(text).clauses == (words(text),)


def test_a_year_may_be_excluded() -> None:
    assert parse("bão -2024").clauses == (words("bão"), negated(words("2024")))
