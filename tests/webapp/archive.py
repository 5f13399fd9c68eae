"""The small archive of the tests of page and JSON search: real Vietnamese, hostile text, enough for several pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient

Record = Mapping[str, Any]

CONFERENCE: Record = {
    "id": "thoi-su/hoi-nghi",
    "title": "Hội nghị tổng kết công tác quốc phòng, an ninh",
    "url": "https://bao.example/hoi-nghi?trang=1&muc=2",
    "date": "2023-12-26",
    "source": "Báo Mẫu",
    "author": "Lê An – Trần Bình",
    "paragraphs": [
        {"kind": "lead", "text": "Tỉnh tổ chức hội nghị tổng kết công tác quốc phòng, an ninh năm 2023."},
        {"kind": "body", "text": "Lực lượng vũ trang phối hợp chặt chẽ với các sở, ngành và địa phương."},
        {"kind": "caption", "text": "Tư lệnh trao cờ thi đua xuất sắc cho hai tập thể."},
        {"kind": "body", "text": "Các đơn vị tuần tra biên giới, bảo vệ tuyệt đối an toàn hệ thống mốc giới."},
        {"kind": "caption", "text": "Tư lệnh trao cờ thi đua xuất sắc cho hai tập thể."},
        {"kind": "body", "text": "Tập thể nhận cờ thi đua xuất sắc là bộ phận quân y và bộ phận hậu cần."},
        {"kind": "body", "text": "Phong trào thi đua năm sau được phát động ngay tại hội nghị."},
        {"kind": "body", "text": "Hai tập thể xuất sắc nói về cách giữ phong trào thi đua quanh năm."},
        {"kind": "byline", "text": "Lê An – Trần Bình"},
    ],
}

POMELO: Record = {
    "id": "buoi-phuc-trach",
    "title": "Mùa bưởi Phúc Trạch",
    "date": "2024-09-02",
    "source": "Tin Mẫu",
    "text": "Người dân vào vụ thu hoạch bưởi trên những con đường làng.\n\n"
    "Quả bưởi được xếp lên xe, đưa ra chợ bán trong ngày.",
}

UNDATED: Record = {"id": "ho-ke-go", "title": "Hồ Kẻ Gỗ", "text": "Hồ Kẻ Gỗ chứa nước giữa rừng và núi."}

ODD_NAMES: tuple[Record, ...] = tuple(
    {"id": name, "title": f"Bài số {number}", "text": "Tên bài có chữ lạ nhưng vẫn mở được."}
    for number, name in enumerate(("/đầu//giữa/cuối/", "hỏi?và#thăng&a=b", "100%25 %2F", "“ngoặc” <b>"), 1)
)

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</mark></p><iframe srcdoc=x>",
    "{{ 12345*6789 }}{% raw %}",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "</title><script>alert(1)</script>",
    "<!--",
    "]]>",
    "javascript:alert(1)",
)
"""Text that must never become markup. Each article below holds one of them everywhere an article holds text."""

HOSTILE: tuple[Record, ...] = tuple(
    {
        "id": f"tan-cong-{number}",
        "title": f"tancong {attack}",
        "url": "https://bao.example/?q="
        + attack.replace(" ", "").replace("<", "%3C").replace('"', "%22").replace(">", "%3E"),
        "date": "2020-01-01",
        "source": f"Nguồn {attack}",
        "author": f"Người viết {attack}",
        "text": f"tancong {attack} dẫn đầu.\n\nĐoạn hai tancong{attack}cuối {attack}",
    }
    for number, attack in enumerate(ATTACKS)
)

SERIES: tuple[Record, ...] = tuple(
    {
        "id": f"ban-tin/{number:02}",
        "title": f"Bản tin thời tiết số {number}",
        "date": f"2022-01-{number:02}",
        "source": "Đài Mẫu",
        "text": f"Dự báo thời tiết ngày {number}: trời nhiều mây, gió nhẹ.",
    }
    for number in range(1, 26)
)

ARCHIVE: tuple[Record, ...] = (CONFERENCE, POMELO, UNDATED, *ODD_NAMES, *HOSTILE, *SERIES)


def page(client: FlaskClient, path: str, **parameters: object) -> str:
    """The page at an address, which must be there."""
    response = client.get(path, query_string=parameters)
    assert response.status_code == 200
    return response.get_data(as_text=True)
