"""The URL fragments of passages: the same for what is the same text."""

from __future__ import annotations

import hashlib
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from indexer import anchor, fingerprint

TEXTS = st.text(st.one_of(st.sampled_from(" \t\n\u00a0\u2003\u3000\u00adàáạ\u0300"), st.characters()), max_size=40)


@given(TEXTS)
@example("")
@example(" ")
@example("hai  chỗ trống")
@example(" trước")
@example("sau ")
@example("một\u00a0chữ")
@example("dòng\nmới")
def test_a_fingerprint_is_that_of_the_text_in_nfc_with_one_blank_for_any_white_space(text: str) -> None:
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    assert fingerprint(text) == hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def test_an_anchor_has_the_position_and_the_fingerprint() -> None:
    assert anchor(4, "Nội dung.") == f"p4-{fingerprint('Nội dung.')}"
