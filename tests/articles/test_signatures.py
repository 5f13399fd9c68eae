"""Which texts count as the same, by their signatures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import ArticleInfo, Kind
from indexer.articles.model import Article, Paragraph
from indexer.articles.signatures import (
    BYTES,
    SAME_CONTENT,
    likeness,
    same_content,
    signature,
    signature_of,
    signatures,
    stacked,
)
from indexer.vietnamese import analyze_all

WIRE = (
    "Sáng 12/3, tại Hà Nội, Bộ Nông nghiệp và Môi trường công bố kết quả kiểm kê rừng của 34 tỉnh, thành phố. Theo đó, "
    "diện tích rừng cả nước là 14,87 triệu ha, tỷ lệ che phủ đạt 42,02%. Bộ yêu cầu các địa phương rà soát lại những "
    "khu rừng bị thiệt hại sau bão, lập phương án trồng lại và bố trí kinh phí ngay trong quý II. Những nơi có nguy cơ "
    "sạt lở phải di dời người dân trước mùa mưa. Các công ty lâm nghiệp phải báo cáo tiến độ hằng tháng. "
)
CLOSING = "Hội nghị cũng nghe ý kiến của các nhà khoa học về giống cây bản địa, cách chăm sóc rừng non."

GOLD = (
    "Sáng nay, giá vàng miếng SJC được các doanh nghiệp niêm yết ở mức {buy} triệu đồng/lượng mua vào và {sell} triệu "
    "đồng/lượng bán ra, {change} {by} đồng so với tuần trước. Giá vàng nhẫn cùng chiều. Trên thị trường thế giới, giá "
    "vàng giao ngay ở mức {world} USD/ounce. Các chuyên gia khuyên nhà đầu tư thận trọng, vì giá trong nước cao hơn "
    "giá thế giới quy đổi, và chênh lệch giữa giá mua và giá bán vẫn lớn. Người mua cần theo dõi thêm lãi suất."
)
DECREE = (
    "Căn cứ Luật Tổ chức chính quyền địa phương; xét đề nghị của Giám đốc Sở Nội vụ. QUYẾT ĐỊNH: Điều 1. Phê duyệt kế "
    "hoạch sử dụng đất của {place}. Điều 2. Giao Ủy ban nhân dân {place} tổ chức thực hiện kế hoạch, công bố công khai "
    "và báo cáo kết quả. Điều 3. Chánh Văn phòng, Giám đốc các sở, Thủ trưởng các đơn vị có liên quan chịu trách nhiệm "
    "thi hành Quyết định này. Quyết định số {number}/QĐ-UBND có hiệu lực kể từ ngày {day}."
)


def same(*texts: str) -> list[list[bool]]:
    found: list[list[bool]] = same_content([signature([text]) for text in texts]).tolist()
    return found


def are_one(one: str, other: str) -> bool:
    matrix = same(one, other)
    assert matrix[0][1] == matrix[1][0]
    return matrix[0][1]


@pytest.mark.parametrize(
    "other",
    [
        WIRE + CLOSING,
        "(TTXVN) - " + WIRE + CLOSING + " Theo TTXVN",
        WIRE.upper() + CLOSING.replace(",", " –"),
        WIRE.replace("tại Hà Nội, ", "").replace("Các công ty", "Những công ty") + CLOSING,
        # Cut short, and so without some of the numbers.
        WIRE.replace("Theo đó, diện tích rừng cả nước là 14,87 triệu ha, tỷ lệ che phủ đạt 42,02%. ", "") + CLOSING,
        WIRE + CLOSING + " Ảnh: Lê An, 13/3.",
    ],
)
def test_a_wire_story_in_several_papers_is_one(other: str) -> None:
    assert are_one(WIRE + CLOSING, other)


def test_prices_of_two_weeks_are_two() -> None:
    first = GOLD.format(buy="85,2", sell="87,2", change="tăng", by="500.000", world="2.910")
    assert likeness(signature([first]), stacked([signature([first.replace("85,2", "85,3")])]))[0] >= SAME_CONTENT
    assert not are_one(first, first.replace("85,2", "85,3").replace("87,2", "87,1"))
    assert not are_one(first, GOLD.format(buy="86,1", sell="88,1", change="giảm", by="200.000", world="2.955"))


@pytest.mark.parametrize(("number", "day"), [("146", "5/3/2026"), ("145", "3/5/2026"), ("145", "5/3/2025")])
def test_decrees_that_differ_in_a_number_are_two(number: str, day: str) -> None:
    one = DECREE.format(place="huyện Hương Khê", number="145", day="5/3/2026")
    other = DECREE.format(place="huyện Hương Khê", number=number, day=day)
    assert likeness(signature([one]), stacked([signature([other])]))[0] >= SAME_CONTENT
    assert not are_one(one, other)


def test_a_text_of_many_numbers_is_one_only_with_the_same_numbers() -> None:
    table = [f"Xã số {place} có {3 * place + 7} hộ" for place in range(80)]
    text = "; ".join(table)
    assert are_one(text, text + ".")
    assert not are_one(text, "; ".join([*table[:-1], "Xã số 79 có 245 hộ"]))


def test_texts_of_a_few_words_are_never_one_and_short_ones_only_as_a_whole() -> None:
    assert not are_one("Ảnh: Nguyễn An", "Ảnh: Nguyễn An")
    assert not are_one("", "")
    short = "Bưởi Phúc Trạch năm nay được mùa được giá"
    assert are_one(short, short + "!")
    assert not are_one(short, short + " lắm")


def test_an_article_with_little_text_is_compared_with_its_title() -> None:
    def of(title: str, text: str) -> bytes:
        paragraphs = (Paragraph(0, Kind.TITLE, title), Paragraph(1, Kind.BODY, text))
        return signature_of(Article(ArticleInfo.of("a", title), paragraphs))

    assert of("Mưa lớn ở Quảng Bình", WIRE) == of("Kiểm kê rừng", WIRE) == signature([WIRE])
    line = "Ảnh của phóng viên thường trú tại Hà Tĩnh"
    assert not same_content([of("Mưa lớn ở Quảng Bình", line), of("Kiểm kê rừng", line)])[0, 1]


words = st.sampled_from([*WIRE.split(), "12", "5/3", "…", "a\ud800", "!"])
texts = st.lists(st.lists(words, max_size=60).map(" ".join), max_size=6)


@settings(max_examples=60, deadline=None)
@given(texts)
def test_texts_are_signed_alike_alone_together_and_compiled(given: list[str]) -> None:
    analyses = analyze_all(given, compiled=False)
    several = (analyses.forms, analyses.numbers, analyses.counts.tolist())
    found = signatures(*several)
    assert found == [signature([text]) for text in given]
    assert found == signatures(*several, compiled=True)


def test_the_likeness_estimates_the_share_of_runs_in_common() -> None:
    random = np.random.default_rng(5)
    vocabulary = [f"x{chr(97 + i)}{chr(97 + j)}" for i in range(26) for j in range(26)]
    errors = []
    for _ in range(40):
        one = random.choice(vocabulary, 300).tolist()
        other = list(one)
        for place in random.choice(300, int(random.integers(0, 40)), replace=False):
            other[place] = "khác"
        runs = [set(zip(each, each[1:], each[2:], strict=False)) for each in (one, other)]
        true = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
        errors.append(likeness(signature([" ".join(one)]), stacked([signature([" ".join(other)])]))[0] - true)
    # 40 estimates with a standard error of at most .045 each.
    assert abs(float(np.mean(errors))) < 4 * 0.045 / 40**0.5
    assert float(np.abs(errors).max()) < 4.5 * 0.045
    assert len(signature([WIRE])) > BYTES
