"""What is read of an article's metadata, and what a value that cannot be read costs: itself."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Limits
from indexer.articles.metadata import Metadata, read_metadata
from indexer.schema import LARGEST, FieldType, Label, MetadataField, Schema, facet_key

SCHEMA = Schema(
    tuple(
        MetadataField(name, kind, Label(name, name), many=many)
        for name, kind, many in (
            ("section", FieldType.KEYWORD, True),
            ("pages", FieldType.NUMBER, False),
            ("prices", FieldType.NUMBER, True),
            ("issued", FieldType.DATE, False),
            ("abstract", FieldType.TEXT, False),
        )
    )
)


def read(limits: Limits | None = None, **attributes: Any) -> Metadata:
    return read_metadata(attributes, SCHEMA, limits or Limits())


def told(metadata: Metadata) -> list[str]:
    """The warnings, as field and reason."""
    return [f"{warning.field} {warning.reason}" for warning in metadata.warnings]


def test_every_type_is_read() -> None:
    found = read(
        source=" Báo Ví Dụ ",
        author=["Lê An", "Trần Bình"],
        date="26/12/2023",
        url="https://example.vn/mua?so=1#a",
        section="Thể thao",
        pages=12,
        prices=[1.5, 2, "30"],
        issued="2024-05-01T08:00:00+07:00",
        abstract="Một đoạn.",
    )
    assert found.values == {
        "source": ("Báo Ví Dụ",),
        "author": ("Lê An", "Trần Bình"),
        "date": (datetime.date(2023, 12, 26),),
        "url": ("https://example.vn/mua?so=1#a",),
        "section": ("Thể thao",),
        "pages": (12,),
        "prices": (1.5, 2, 30),
        "issued": (datetime.date(2024, 5, 1),),
        "abstract": ("Một đoạn.",),
    }
    assert (found.undeclared, found.warnings) == ("", ())


def test_absent_null_blank_and_empty_are_the_same() -> None:
    nothing = read(
        source=" ", author=[], date="", url=None, section=["", None, " "][:1], pages=" ", views=None, tags=[]
    )
    assert nothing == read() == Metadata({}, "", ())


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"date": "gần đây"}, "date is 'gần đây'; it must be like 2023-12-26 or 26/12/2023"),
        ({"date": 20231226}, "date must be a string, not a number"),
        ({"date": ["2023-12-26"]}, "date must be a date, not a list"),
        ({"url": "/duong-dan"}, "url must be an http or https address"),
        ({"url": "javascript:alert(1)"}, "url must be an http or https address"),
        ({"url": "https://"}, "url must be an http or https address"),
        ({"url": "http://[::1"}, "url must be an http or https address"),
        ({"url": 'https://a.vn/"><b>'}, "url must be an http or https address"),
        ({"url": "https://a.vn/" + "a" * 2000}, "url has 2,013 characters; the limit is 2,000"),
        ({"source": "a" * 501}, "source has 501 characters; the limit is 500"),
        ({"source": ["Báo Mẫu"]}, "source must be a string, not a list"),
        ({"author": {}}, "author must be a string, not an object"),
        ({"author": "\ud800"}, "author holds half a surrogate pair at character 1"),
        ({"section": ["a" * 501]}, "section has 501 characters; the limit is 500"),
        ({"section": True}, "section must be a string, not true or false"),
        ({"abstract": "a" * 5001}, "abstract has 5,001 characters; the limit is 5,000"),
        ({"pages": "12 trang"}, "pages is '12 trang'; it must be a number"),
        ({"pages": "1.234"}, "pages is '1.234'; it must be a number"),
        ({"pages": True}, "pages must be a number, not true or false"),
        ({"pages": float("nan")}, "pages is a number that is not finite"),
        ({"pages": float("inf")}, "pages is a number that is not finite"),
        ({"pages": LARGEST + 1}, "pages is beyond 9,007,199,254,740,992, up to which whole numbers are exact"),
        ({"pages": -(10**400)}, "pages is beyond 9,007,199,254,740,992, up to which whole numbers are exact"),
        ({"issued": "31/02/2024"}, "issued is '31/02/2024'; it must be like 2023-12-26 or 26/12/2023"),
        ({"views": "\udfff"}, "views holds half a surrogate pair"),
        ({"views": float("nan")}, "views is nothing that JSON can hold"),
        ({"\ud800": 1}, "? holds half a surrogate pair"),
    ],
)
def test_a_value_that_cannot_be_costs_itself_alone(attributes: dict[str, Any], expected: str) -> None:
    found = read(**{"source": "Báo Mẫu", "tags": [1]} | attributes)
    assert told(found) == [expected]
    assert found.values == ({} if "source" in attributes else {"source": ("Báo Mẫu",)})
    assert found.undeclared == '{"tags":[1]}'


def test_of_several_values_the_wrong_ones_are_left_out() -> None:
    found = read(section=["Thể thao", 5, "Đời sống", ["x"]], prices=[1, "x", 2])
    assert found.values == {"section": ("Thể thao", "Đời sống"), "prices": (1, 2)}
    assert told(found) == [
        "section must be a string, not a number (value 2)",
        "section must be a string, not a list (value 4)",
        "prices is 'x'; it must be a number (value 2)",
    ]


def test_a_value_that_is_given_twice_counts_once_in_its_first_writing() -> None:
    found = read(section=["Thể thao", "THE THAO", "thể  thao", "Văn hóa"], prices=[1, 1.0, 2])
    assert found.values == {"section": ("Thể thao", "Văn hóa"), "prices": (1, 2)}
    assert not found.warnings


@pytest.mark.parametrize(
    ("author", "people"),
    [
        ("Lê Minh, Trần Bình", ["Lê Minh", "Trần Bình"]),
        ("LÊ MINH - TRẦN BÌNH", ["LÊ MINH", "TRẦN BÌNH"]),
        ("Lê Minh; H.Mai / Thu Hà", ["Lê Minh", "H.Mai", "Thu Hà"]),
        ("Lê Minh và Trần Bình", ["Lê Minh", "Trần Bình"]),
        (["Lê Minh, Trần Bình", "lê minh"], ["Lê Minh", "Trần Bình"]),
        ("Nguyễn Thị Hà-Linh", ["Nguyễn Thị Hà-Linh"]),
        ("Lê An, phó giám đốc sở", ["Lê An, phó giám đốc sở"]),
        ("Ban Tuyên giáo và Dân vận", ["Ban Tuyên giáo và Dân vận"]),
        ("Lê Minh,", ["Lê Minh,"]),
    ],
)
def test_several_authors_may_stand_in_one_string(author: object, people: list[str]) -> None:
    assert read(author=author).values == {"author": tuple(people)}
    assert read(source=author if isinstance(author, str) else "x").values["source"] != ("Lê Minh", "Trần Bình")


def test_a_thousand_values_are_read_and_no_more() -> None:
    names = [f"mục {number}" for number in range(1_003)]
    assert read(section=names[:1_000]).warnings == ()
    found = read(section=names)
    assert found.values["section"] == tuple(names[:1_000])
    assert told(found) == ["section has 1,003 values; those after the first 1,000 are too many"]


def test_nul_and_control_characters_stay_as_they_are() -> None:
    found = read(source="a\0b", section=["c\x1bd"], views="\0")
    assert found.values == {"source": ("a\0b",), "section": ("c\x1bd",)}
    assert json.loads(found.undeclared) == {"views": "\0"}


def test_what_is_undeclared_is_kept_as_far_as_there_is_room() -> None:
    found = read(Limits(undeclared_bytes=30), views=7, tags=["một", "hai"], note="x" * 30, last=None, end=0)
    assert json.loads(found.undeclared) == {"views": 7, "end": 0}
    assert told(found) == [
        "tags is no declared field, and such may take 30 bytes",
        "note is no declared field, and such may take 30 bytes",
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=3), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*SCHEMA.rows, "views", "\ud800", ""]), json_values))
def test_whatever_is_given_becomes_values_that_can_be_stored(attributes: dict[str, Any]) -> None:
    found = read_metadata(attributes, SCHEMA, Limits())
    repr(found).encode("utf-8")
    assert isinstance(json.loads(found.undeclared or "{}"), dict)
    for name, values in found.values.items():
        row = SCHEMA.rows[name]
        assert values and (row.many or len(values) == 1)
        kinds = {FieldType.NUMBER: (int, float), FieldType.DATE: datetime.date}
        assert all(isinstance(value, kinds.get(row.type, str)) and value != "" for value in values)
        if row.type is FieldType.KEYWORD:
            assert len({facet_key(str(value)) for value in values}) == len(values)
