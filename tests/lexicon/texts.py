"""Small Vietnamese texts written for these tests, and a lexicon learned from them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from indexer.lexicon import Lexicon, open_lexicon
from indexer.lexicon.learn import Learner
from indexer.vietnamese import analyze

TEXTS = (
    "Lực lượng vũ trang (LLVT) tỉnh Hà Tĩnh sẵn sàng chiến đấu. Quốc phòng, an ninh (QP - AN) được giữ vững.",
    "Nhiệm vụ quốc phòng và an ninh là của toàn dân. Lực lượng vũ trang tỉnh luyện tập suốt mùa đông.",
    "Bộ Chỉ huy quân sự tỉnh Hà Tĩnh khen thưởng lực lượng vũ trang. Đường về làng sáng đèn, người dân vui mừng.",
    "Năm nay, học sinh miền Nam đi học trên con đường mới. Nhà trường ở Việt Nam mở rộng sân chơi cho học sinh.",
    "Công ty Panasonic mở nhà máy ở Việt Nam. Người dân Hà Nội xem bóng đá trên đường Nguyễn Du mỗi chiều.",
    "Họ không biết nói gì trước cảnh sông nước mùa xuân, người dân vui mừng chào đón năm mới ở miền Nam.",
)


def learner_of(texts: Iterable[str], base: Lexicon | None = None) -> Learner:
    """A learner that has read `texts`, one paragraph each."""
    learner = Learner(base)
    for number, text in enumerate(texts):
        learner.add(analyze(text), text, article=f"bai-{number}")
    return learner


def lexicon_of(folder: Path, texts: Iterable[str] = TEXTS) -> Lexicon:
    """A lexicon of `texts`, written to `folder` and opened."""
    learner_of(texts).write(folder)
    return open_lexicon(folder)
