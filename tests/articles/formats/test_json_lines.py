from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Kind, Limits
from indexer.articles.assembly import Draft, Unfit
from indexer.articles.formats.json_lines import read


def outcome(line: bytes) -> Draft | Unfit:
    ((number, found),) = read(io.BytesIO(line), "file", Limits())
    assert number == 1
    return found


def drafted(line: bytes) -> Draft:
    found = outcome(line)
    assert isinstance(found, Draft), found
    return found


def record(**keys: Any) -> Draft:
    return drafted(json.dumps({"id": "a1", **keys}, ensure_ascii=False).encode())


def reason(line: bytes | dict[str, Any]) -> str:
    """Why the line is unfit."""
    encoded = line if isinstance(line, bytes) else json.dumps({"id": "a1", "text": "Chữ.", **line}).encode()
    found = outcome(encoded)
    assert isinstance(found, Unfit), found
    return str(found)


def test_every_known_key_is_read() -> None:
    draft = record(
        title="Mưa lớn",
        text="Đoạn một.\n\nĐoạn hai.",
        url="https://example.vn/mua?so=1#a",
        date="26/12/2023",
        source="Báo Ví Dụ",
        author="Hoài Thu",
        views=12,
    )
    assert (draft.id, draft.title) == ("a1", "Mưa lớn")
    assert draft.attributes == {
        "url": "https://example.vn/mua?so=1#a",
        "date": "26/12/2023",
        "source": "Báo Ví Dụ",
        "author": "Hoài Thu",
        "views": 12,
    }
    assert draft.paragraphs == [("Đoạn một.", None), ("Đoạn hai.", None)]


def test_absent_null_and_blank_are_the_same() -> None:
    assert record(text="Chữ.", title=None, paragraphs=None) == record(text="Chữ.", title=" ") == record(text="Chữ.")


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ('{"id": 7}', "7"),
        ('{"id": ' + "9" * 400 + "}", "9" * 400),
        ('{"_id": "b 2"}', "b 2"),
        ('{"id": 1.5}', "1.5"),
        ('{"id": 3, "_id": 3}', "3"),
    ],
)
def test_ids_are_strings_or_numbers_under_either_key(line: str, id: str) -> None:
    assert drafted(line.encode()).id == id


def test_listed_paragraphs_keep_their_blank_lines_and_their_kinds() -> None:
    draft = record(paragraphs=["Một.\n\nVẫn một.", {"text": " Hai. ", "kind": "caption"}, {"text": "Ba."}, " "])
    assert draft.paragraphs == [("Một.\n\nVẫn một.", None), ("Hai.", Kind.CAPTION), ("Ba.", None)]


def test_the_title_may_come_as_the_first_paragraph() -> None:
    title = {"text": "Mưa lớn", "kind": "title"}
    for draft in (record(paragraphs=[title, "Một."]), record(title="Mưa lớn", paragraphs=[title, "Một."])):
        assert draft.title == "Mưa lớn"
        assert draft.paragraphs == [("Một.", None)]


def test_escapes_are_text_like_any_other() -> None:
    assert drafted(rb'{"id": "a", "text": "\ud83d\ude00 \u0000"}').paragraphs == [("😀 \0", None)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"\xff", "is not UTF-8 at byte 0 of the line"),
        (b'{"id": "a" "text": "b"}', "is not JSON: Expecting ',' delimiter at character 12"),
        (b"{", "is not JSON: "),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"id": ' + b"9" * 5000 + b"}", "is not JSON that can be read: "),
        (b'{"id": "a", "title": ' + b"9" * 400 + b"}", "`title` must be a string, not a number"),
        (b"[1]", "holds a list; an article is an object"),
        (b"null", "holds null; "),
        (b"true", "holds true or false; "),
        (b'{"title": "a"}', "has no `id`"),
        (b'{"id": null}', "has no `id`"),
        (b'{"id": true}', "`id` must be a string or a number, not true or false"),
        (b'{"id": NaN}', "`id` must be a string or a number, not a number that is not finite"),
        (b'{"id": "a", "_id": "b"}', "`id` and `_id` differ"),
        ({"title": 5}, "`title` must be a string, not a number"),
        ({"text": ["a"]}, "`text` must be a string, not a list"),
        ({"paragraphs": ["a"]}, "has both `text` and `paragraphs`"),
        ({"text": None, "paragraphs": "a"}, "`paragraphs` must be a list, not a string"),
        ({"text": None, "paragraphs": ["a", 2]}, "paragraph 2 must be a string or an object with a string `text`"),
        ({"text": None, "paragraphs": [{"kind": "body"}]}, "paragraph 1 must be a string or an object"),
        ({"text": None, "paragraphs": [{"text": "a", "kind": "photo"}]}, "the `kind` of paragraph 1 must be one of"),
        ({"text": None, "paragraphs": [{"text": "a", "kind": ["body"]}]}, "the `kind` of paragraph 1 must be"),
        ({"text": None, "paragraphs": ["a", {"text": "b", "kind": "title"}]}, "only the first of `paragraphs`"),
        (
            {"text": None, "title": "c", "paragraphs": [{"text": "b", "kind": "title"}]},
            "`title` and the paragraph of kind title differ",
        ),
        ({"text": "a\ud800"}, "`text` holds half a surrogate pair at character 2"),
        ({"title": "\udfff"}, "`title` holds half a surrogate pair at character 1"),
        ({"id": "\ud800"}, "`id` holds half a surrogate pair"),
        ({"text": None, "paragraphs": ["\ud800"]}, "paragraph 1 holds half a surrogate pair"),
    ],
)
def test_what_is_wrong_with_a_line_is_named(line: bytes | dict[str, Any], expected: str) -> None:
    assert expected in reason(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "kind"]), inner),
    max_leaves=5,
)
keys = st.sampled_from(["id", "_id", "title", "text", "paragraphs", "url", "date", "source", "author"])


@given(st.dictionaries(keys, json_values))
def test_any_object_is_read_or_refused(value: dict[str, Any]) -> None:
    found = outcome(json.dumps(value).encode())
    if isinstance(found, Unfit):
        assert str(found)
    else:
        assert all(text for text, _ in found.paragraphs)
        repr(found).encode("utf-8")
