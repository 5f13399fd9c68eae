"""What a reader sees: the empty page, results, no results."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer import QueryWarning, Results, Schema, Settings, build, fingerprint, today
from tests.conftest import ROOT
from tests.webapp.archive import ARCHIVE, ATTACKS, CONFERENCE, page
from webapp import create_app
from webapp.index.holder import holder
from webapp.pages.wording import explain, found, plainer


def test_an_empty_query_is_the_home_page(client: FlaskClient) -> None:
    assert "Cách tìm nâng cao" in page(client, "/search", q="  ")
    assert "Cách tìm nâng cao" in page(client, "/search")


def test_both_addresses_answer_a_query(client: FlaskClient) -> None:
    for path in ("/", "/search"):
        assert "<mark>bưởi</mark>" in page(client, path, q="bưởi")


def test_results_stand_under_their_articles_marked(client: FlaskClient) -> None:
    text = page(client, "/search", q="cờ thi đua xuất sắc")
    assert text.count("Hội nghị tổng kết công tác quốc phòng, an ninh") == 1
    assert "<mark>cờ thi đua xuất sắc</mark>" in text
    assert "26/12/2023" in text
    assert "Báo Mẫu" in text
    assert "Chú thích ảnh" in text
    assert re.search(r"Tìm thấy \d+ đoạn trong \d+ bài \((dưới )?\d+,\d\d giây\)", text)


def test_a_title_marks_no_part_of_another_word_beside_passages_with_the_words(client: FlaskClient) -> None:
    text = page(client, "/search", q="hội trường quân y")
    assert "<mark>quân y</mark>" in text
    assert re.search(r"<h2[^>]*><a[^>]*>Hội nghị tổng kết công tác", text)


def test_what_errors_mean_is_shown_with_names_as_code(client: FlaskClient) -> None:
    text = page(client, "/problems")
    assert "<code>errors</code>" in text
    assert "`" not in text


def test_the_query_stays_in_the_box(client: FlaskClient) -> None:
    assert 'value="cờ &#34;thi đua&#34; &lt;b&gt;"' in page(client, "/search", q='cờ "thi đua" <b>')


def test_a_result_leads_to_the_passage_with_the_query(client: FlaskClient) -> None:
    text = page(client, "/search", q="tuần tra biên giới")
    link = 'href="/articles/thoi-su/hoi-nghi?q=tu%E1%BA%A7n+tra+bi%C3%AAn+gi%E1%BB%9Bi#'
    passage = CONFERENCE["paragraphs"][3]["text"]
    # The fragment goes with the text: a rebuild that moves it elsewhere leaves the link right.
    anchor = f"p4-{fingerprint(passage)}"
    assert link + anchor + '"' in text
    assert f'id="{anchor}"' in page(client, "/articles/thoi-su/hoi-nghi")


@pytest.mark.parametrize("path", ["/search?q=thi+đua", "/similar?id=thoi-su/hoi-nghi&position=1", "/feed?q=thi+đua"])
def test_links_to_passages_go_with_their_texts(client: FlaskClient, path: str) -> None:
    text = client.get(path).get_data(as_text=True)
    fragments = re.findall(r'href="[^"]*/articles/[^"#]*#([^"]*)"', text)
    assert fragments
    assert all(re.fullmatch(r"p[0-9]+-[0-9a-f]{8}", fragment) for fragment in fragments)


def test_more_passages_of_an_article_are_counted(client: FlaskClient) -> None:
    assert "1 đoạn khác trong bài" in page(client, "/search", q="thi đua", source="Báo Mẫu")


def test_of_an_article_with_its_title_the_passages_below_it_are_counted(tmp_path: Path) -> None:
    """Also where one of them alone is shown, since the others are far weaker."""
    article = {
        "id": "a",
        "title": "Tai nạn giao thông giảm",
        "text": "Tai nạn giao thông, tai nạn giao thông.\n\nCục Cảnh sát giao thông cho biết, qua trích xuất dữ liệu "
        "trên hệ thống giám sát, trong khoảng thời gian này lượng xe tăng nhiều.\n\nNgười dân về quê.",
    }
    others = [{"id": f"b{at}", "title": "", "text": f"Chuyện khác thứ {at}."} for at in range(9)]
    build([[article, *others, {"id": "c", "title": "Tai nạn giao thông", "text": "Xe cộ."}]], tmp_path / "index")
    app = create_app(Settings(index=tmp_path / "index"))
    try:
        text = page(app.test_client(), "/search", q="tai nạn giao thông")
        assert "4 đoạn trong 2 bài" in text
        assert re.findall(r"\+ \d+ đoạn", text) == ["+ 1 đoạn"] and text.count("1 đoạn khác trong bài") == 1
        article_page = page(app.test_client(), "/articles/a", q="tai nạn giao thông")
        assert "3 đoạn khớp với câu tìm, kể cả tiêu đề." in article_page
    finally:
        holder(app).close()


def test_numbers_and_words_follow_the_language(client: FlaskClient) -> None:
    text = page(client, "/search", q="cờ thi đua xuất sắc", lang="en")
    assert re.search(r"Found \d+ passages in \d+ articles? \((under )?\d+\.\d\d seconds\)", text)
    assert "26 Dec 2023" in text


def test_a_count_that_is_a_lower_bound_says_so(app: Flask) -> None:
    counted = Results("", "", None, (), 1_234, 56, False, 1, 10, True, 31.0, "", ())
    with app.test_request_context("/"):
        assert found(counted) == "Tìm thấy ít nhất 1.234 đoạn trong 56 bài (0,03 giây)"
    with app.test_request_context("/?lang=en"):
        assert found(counted) == "Found at least 1,234 passages in 56 articles (0.03 seconds)"


def test_paging_offers_the_pages_there_are(client: FlaskClient) -> None:
    text = page(client, "/search", q="thời tiết", page=2)
    assert '<span aria-current="page">2</span>' in text
    assert 'href="/search?q=th%E1%BB%9Di+ti%E1%BA%BFt" rel="prev"' in text
    assert 'href="/search?q=th%E1%BB%9Di+ti%E1%BA%BFt&amp;page=3" rel="next"' in text
    assert 'rel="next"' not in page(client, "/search", q="thời tiết", page=3)
    assert 'rel="prev"' not in page(client, "/search", q="thời tiết", page=1)


def test_a_page_beyond_the_end_leads_back(client: FlaskClient) -> None:
    text = page(client, "/search", q="thời tiết", page=50)
    assert "Trang này không còn kết quả" in text
    assert 'href="/search?q=th%E1%BB%9Di+ti%E1%BA%BFt&amp;page=3">Đến trang cuối (3)' in text
    assert 'href="/search?q=th%E1%BB%9Di+ti%E1%BA%BFt"' in text


def test_sorting_keeps_the_query_and_begins_at_page_one(client: FlaskClient) -> None:
    text = page(client, "/search", q="thời tiết", page=2, source="Đài Mẫu")
    assert 'href="/search?q=th%E1%BB%9Di+ti%E1%BA%BFt&amp;sort=date&amp;source=%C4%90%C3%A0i+M%E1%BA%ABu"' in text
    text = page(client, "/search", q="thời tiết", sort="date")
    assert text.index("25/01/2022") < text.index("24/01/2022") < text.index("16/01/2022")
    assert '<input type="hidden" name="sort" value="date">' in text


def test_filters_are_shown_kept_and_can_be_taken_away(client: FlaskClient) -> None:
    text = page(client, "/search", q="cờ", source=["Báo Mẫu", "Tin Mẫu"], after="2023-12-02", before="2024")
    assert "<b>Báo Mẫu</b>" in text
    assert "<b>02/12/2023</b>" in text
    assert "<b>31/12/2023</b>" in text
    assert 'href="/search?q=c%E1%BB%9D&amp;source=Tin+M%E1%BA%ABu&amp;after=2023-12-02&amp;before=2024-01-01"' in text
    assert '<input type="hidden" name="source" value="Tin Mẫu">' in text


@pytest.mark.parametrize(("after", "before", "name"), [("2023-12", "2024", "Tháng 12/2023"), ("2023", "2024", "2023")])
def test_a_whole_month_or_year_is_one_filter(client: FlaskClient, after: str, before: str, name: str) -> None:
    text = page(client, "/search", q="cờ", after=after, before=before)
    assert f"<span>Thời gian: <b>{name}</b></span>" in text
    assert f'href="/search?q=c%E1%BB%9D" aria-label="Bỏ bộ lọc Thời gian: {name}"' in text


def links_of(text: str) -> dict[str, tuple[str, str, bool]]:
    """The choices of the page: value -> (address, count, whether it is chosen)."""
    pattern = (
        r'<li><a href="([^"]+)" rel="nofollow"( aria-current="true")?><span class="tick"[^>]*></span> '
        r'<span class="value"[^>]*>(.*?)</span>(.*?)</a>'
    )
    found = re.findall(pattern, text, re.DOTALL)
    counts = {value: re.search(r'"count">([\d.,]+)', rest) for _, _, value, rest in found}
    return {
        value: (address.replace("&amp;", "&"), match[1] if (match := counts[value]) else "", bool(chosen))
        for address, chosen, value, _ in found
    }


def test_a_choice_says_how_many_passages_it_leads_to(client: FlaskClient) -> None:
    choices = links_of(page(client, "/search", q="thi đua"))
    assert {"Chú thích ảnh", "Nội dung"} <= set(choices)
    for value in ("Chú thích ảnh", "Nội dung"):
        address, count, chosen = choices[value]
        assert not chosen
        assert f"Tìm thấy {count} đoạn" in client.get(address).get_data(as_text=True)


def test_choices_of_one_facet_add_up_and_are_left_again(client: FlaskClient) -> None:
    first = links_of(page(client, "/search", q="thi đua", kind="caption"))
    address, count, chosen = first["Chú thích ảnh"]
    assert chosen
    assert address == "/search?q=thi+%C4%91ua"
    both = client.get(first["Nội dung"][0]).get_data(as_text=True)
    assert f"Tìm thấy {int(count) + int(first['Nội dung'][1])} đoạn" in both


def test_a_choice_begins_at_page_one_and_keeps_the_order(client: FlaskClient) -> None:
    choices = links_of(page(client, "/search", q="thời tiết", page=2, sort="date"))
    assert choices["Sapô"][0] == "/search?q=th%E1%BB%9Di+ti%E1%BA%BFt&sort=date&kind=lead"


def test_filters_that_leave_nothing_can_still_be_left(client: FlaskClient) -> None:
    choices = links_of(page(client, "/search", q="thi đua", source="Đài Mẫu"))
    assert choices["Đài Mẫu"] == ("/search?q=thi+%C4%91ua", "", True)
    assert "Báo Mẫu" in choices


def test_days_from_the_form_become_the_address_of_the_results(client: FlaskClient) -> None:
    def leads_to(**days: str) -> str | None:
        response = client.get("/search", query_string={"q": "cờ", "sort": "date", **days})
        assert response.status_code == 302
        return response.location

    assert leads_to(after="2023-12-01", to="2023-12-31") == (
        "/search?q=c%E1%BB%9D&sort=date&after=2023-12-01&before=2024-01-01"
    )
    assert leads_to(after="2023-12-31", to="2023-12-01") == leads_to(after="2023-12-01", to="2023-12-31")
    assert leads_to(after="", to="2023-12-31") == "/search?q=c%E1%BB%9D&sort=date&before=2024-01-01"
    assert leads_to(after="", to="") == "/search?q=c%E1%BB%9D&sort=date"
    assert leads_to(to="9999-12-31") == "/search?q=c%E1%BB%9D&sort=date&before=9999-12-31"
    assert leads_to(after="1/12/2023", to="12/2023") == leads_to(after="2023-12-01", to="2023-12-31")
    assert leads_to(after="hôm qua", to="") == leads_to(after=str(today() - datetime.timedelta(days=1)), to="")


def test_a_date_that_cannot_be_read_keeps_the_query(client: FlaskClient) -> None:
    text = client.get("/search?q=cờ+thi&after=xx").get_data(as_text=True)
    assert 'name="q" type="search" value="cờ thi"' in text
    assert 'href="/search?q=c%E1%BB%9D+thi"' in text
    text = client.get("/search?q=cờ+thi&to=xx").get_data(as_text=True)
    assert "“xx” không phải là ngày" in text
    assert 'name="q" type="search" value="cờ thi"' in text


@pytest.mark.parametrize(
    ("query", "after", "before", "words"),
    [
        ("ngày:1/2022", "2022-01", "2022-02", "trong tháng 1/2022"),
        ("ngày:2022", "2022", "2023", "trong năm 2022"),
        ("từ:20/1/2022 đến:5/2/2022", "2022-01-20", "2022-02-06", "từ 20/01/2022 đến 05/02/2022"),
        ("after:2021-12 before:2022-02", "2021-12", "2022-02", "từ 01/12/2021 đến 31/01/2022"),
    ],
)
def test_dates_in_the_query_act_on_the_page_as_those_of_the_fields_do(
    client: FlaskClient, query: str, after: str, before: str, words: str
) -> None:
    typed, given = (
        page(client, "/search", q=f"thời tiết {query}"),
        page(client, "/search", q="thời tiết", after=after, before=before),
    )

    def bars(text: str) -> list[str]:
        return re.findall(r'aria-label="([^"]+: [0-9.]+ đoạn)" class="chosen"', text)

    assert bars(typed) == bars(given) != []
    assert f'<span class="within">{words}</span>' in typed and f'<span class="within">{words}</span>' in given
    # No parameter bounds them, so none is offered to be taken away.
    assert "Tất cả các năm" in given and "Tất cả các năm" not in typed


def test_an_open_end_in_the_query_is_told(client: FlaskClient) -> None:
    text = page(client, "/search", q="thời tiết từ:20/1/2022")
    assert '<span class="within">từ 20/01/2022</span>' in text
    assert 'class="chosen"' not in text


def test_a_span_of_the_fields_within_that_of_the_query_counts(client: FlaskClient) -> None:
    text = page(client, "/search", q="thời tiết ngày:2022", after="2022-01-03", before="2022-01-05")
    assert '<span class="within">từ 03/01/2022 đến 04/01/2022</span>' in text
    assert len(re.findall(r'class="chosen"', text)) == 2


def test_periods_often_asked_for_are_one_click_away(client: FlaskClient) -> None:
    text = page(client, "/search", q="cờ")
    tomorrow = today() + datetime.timedelta(days=1)
    assert f'href="/search?q=c%E1%BB%9D&amp;after={today()}&amp;before={tomorrow}" rel="nofollow">Hôm nay</a>' in text
    assert text.index("Hôm nay") < text.index("Hôm qua") < text.index("7 ngày") < text.index("Năm nay")


def test_passages_without_a_date_are_counted_and_found(client: FlaskClient) -> None:
    text = page(client, "/search", q="chữ lạ OR hồ")
    found = re.search(r'<p class="undated"><a href="([^"]+)".*?"count">(\d+)', text)
    assert found
    address = found[1].replace("&amp;", "&").replace("/search", "/api/v1/search")
    assert client.get(address).get_json()["total"] == int(found[2]) > 0
    # There it is a filter like others: told, and taken away again.
    undated = client.get(found[1].replace("&amp;", "&")).get_data(as_text=True)
    assert '<span class="within">không rõ ngày</span>' in undated and 'class="undated"' not in undated
    chip = re.search(r'<li><span>Ngày: <b>không rõ</b></span> <a href="([^"]+)" aria-label="Bỏ bộ lọc', undated)
    assert chip and chip[1] == "/search?q=ch%E1%BB%AF+l%E1%BA%A1+OR+h%E1%BB%93"


def test_what_a_page_of_similar_passages_needs_is_told(client: FlaskClient) -> None:
    response = client.get("/similar?limit=0")
    text = response.get_data(as_text=True)
    assert response.status_code == 400
    for words in ("mã của bài, bắt buộc phải có", "vị trí của đoạn trong bài", "số kết quả, từ 1"):
        assert words in text
    assert "quá nhiều" not in text


def test_the_form_of_days_holds_those_in_force_and_keeps_the_rest(client: FlaskClient) -> None:
    text = page(client, "/search", q="cờ", kind="caption", after="2023-12", before="2024")
    form = text[text.index('<form class="dates"') :]
    form = form[: form.index("</form>")]
    assert re.search(r'name="after" type="text"[^>]* placeholder="ngày/tháng/năm" value="01/12/2023"', form)
    assert re.search(r'name="to" type="text"[^>]* placeholder="ngày/tháng/năm" value="31/12/2023"', form)
    assert re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form) == [("q", "cờ"), ("kind", "caption")]


def test_a_warning_is_told_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert "Thiếu ngoặc kép đóng" in page(client, "/search", q='"cờ thi')
    assert "A closing quote is missing" in page(client, "/search", q='"cờ thi', lang="en")


def test_every_warning_the_library_gives_has_words_in_the_language_of_the_page(app: Flask) -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "indexer").rglob("*.py"))
    codes = set(re.findall(r'QueryWarning\(\s*"(\w+)"', source))
    assert len(codes) > 5
    with app.test_request_context("/"):
        assert {code for code in codes if explain(QueryWarning(code, "x", "unknown")) == "unknown"} == set()


def test_an_article_reached_by_a_restriction_alone_does_not_say_that_nothing_matches(client: FlaskClient) -> None:
    assert 'class="body tally"' in page(client, "/articles/thoi-su/hoi-nghi", q="cờ thi đua")
    assert 'class="body tally"' not in page(client, "/articles/thoi-su/hoi-nghi", q="after:2023")


def test_no_result_says_what_to_try(client: FlaskClient) -> None:
    text = page(client, "/search", q='"bưởi cờ" -x', source="Báo Mẫu", after="2024")
    assert "Không tìm thấy đoạn nào" in text
    assert "Mùa bưởi Phúc Trạch" in text, "the latest articles"
    assert '<b class="typed" lang="vi">&#34;bưởi cờ&#34; -x</b>' in text
    assert 'href="/search?q=%22b%C6%B0%E1%BB%9Fi+c%E1%BB%9D%22+-x">Bỏ hết bộ lọc' in text
    assert 'href="/search?q=b%C6%B0%E1%BB%9Fi+c%E1%BB%9D" lang="vi">bưởi cờ</a>' in text


def test_what_to_try_fits_what_was_asked(client: FlaskClient) -> None:
    words = ("Bớt từ, chỉ giữ", "gõ không dấu", "thay vì viết tắt")
    future = page(client, "/search", q="ngày:31/12/2099")
    newest = max(str(article["date"]) for article in ARCHIVE if article.get("date"))
    assert f"Bài mới nhất trong kho đề ngày {'/'.join(newest.split('-')[::-1])}." in future
    assert not any(each in future for each in words)
    alone = page(client, "/search", q="xyzt")
    assert [each in alone for each in words] == [False, True, True] and "Bài mới nhất" not in alone


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        ('"cờ thi đua" -SSCĐ', "cờ thi đua"),
        ('-"lực lượng" quốc phòng', "quốc phòng"),
        ('title:"hội nghị" tỉnh after:2023', "tỉnh"),
        ('source:"Báo Mẫu"', ""),
        ("(bão OR lũ) miền Trung", "bão lũ miền Trung"),
        ("giá vàng (after:2026-11-29 before:2026-11-30)", "giá vàng"),
        ("quốc*", "quốc"),
        ("QP-AN 26/12", "QP-AN 26/12"),
    ],
)
def test_a_plainer_query_narrows_nothing(query: str, plain: str) -> None:
    assert plainer(query, Schema()) == plain


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_article_becomes_markup(client: FlaskClient, attack: str) -> None:
    number = ATTACKS.index(attack)
    for text in (
        page(client, "/search", q="tancong", source=f"Nguồn {attack}", per_page=50),
        page(client, f"/articles/tan-cong-{number}", q="tancong"),
    ):
        for start in ("<script>alert", "<img", "<svg/", "<iframe", "<!--", "<b>alert", "]]></"):
            assert start not in text
        assert 'href="javascript:' not in text
        assert "<mark>tancong</mark>" in text


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_parameter_becomes_markup(client: FlaskClient, attack: str) -> None:
    for name in ("q", "source", "author", "page", "sort", "after", "lang"):
        text = client.get("/search", query_string={"q": "cờ", name: attack}).get_data(as_text=True)
        for start in ("<script>alert", "<img", "<svg/", "<iframe", "<!--"):
            assert start not in text
        assert "83810205" not in text, "a template in a parameter was run"
