"""What the query language means, clause by clause, and that no text is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.query.clauses import (
    MAX_DEPTH,
    AndClause,
    Chunk,
    Clause,
    FacetClause,
    NotClause,
    OrClause,
    PhraseClause,
    PrefixClause,
    WordsClause,
)
from indexer.query.parse import Parsed, parse
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


@pytest.mark.parametrize("joined", ["OR", "or", "Or", "HOẶC", "hoặc", "hoac", unicodedata.normalize("NFD", "hoặc")])
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


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("cam NOT quýt", "cam -quýt"),
        ('cam NOT "quýt ngọt" bưởi', 'cam -"quýt ngọt" bưởi'),
        ("cam NOT (quýt OR bưởi)", "cam -(quýt OR bưởi)"),
        ("cam AND quýt", "cam , quýt"),
        ("Lê Lợi AND Nguyễn Trãi NOT Minh", "Lê Lợi , Nguyễn Trãi -Minh"),
        # Words in small letters, at an end, or in a query that is all in capitals.
        ("cam not quýt and bưởi", "cam not quýt and bưởi"),
        ("AND cam", "AND cam"),
        ("cam AND", "cam AND"),
        ("cam NOT", "cam NOT"),
        ("TOM AND JERRY NOT CAT", "TOM AND JERRY NOT CAT"),
    ],
)
def test_and_and_not_are_read_as_elsewhere(text: str, understood: str) -> None:
    parsed = parse(text)
    assert parsed.understood == understood
    assert parse(understood).clauses == parsed.clauses
