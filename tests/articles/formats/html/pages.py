"""Pages written after the patterns of Vietnamese news sites, each with what is to be read of it."""

# ruff: noqa: E501 (markup as it is)

from __future__ import annotations

import html
import json
from dataclasses import dataclass

TITLE = "Hà Tĩnh: Mùa bưởi Phúc Trạch được giá"
LEAD = "Người dân Hương Khê vào vụ thu hoạch bưởi Phúc Trạch, giá bán tại vườn cao hơn năm ngoái gần một nửa."
BODY = (
    "Sáng 2/9, trên những con đường làng, xe chở bưởi nối nhau ra chợ huyện. Giá mỗi quả từ 25.000 đến 40.000 đồng.",
    "Ông Lê Văn An cho biết vườn nhà ông có 200 gốc, năm nay thu chừng 12.000 quả, gấp rưỡi năm trước.",
    "Theo Ủy ban nhân dân huyện, toàn vùng có 2.800 ha bưởi, trong đó 1.900 ha đang cho thu hoạch.",
)
CAPTION = "Nông dân xã Hương Trạch thu hoạch bưởi. Ảnh: Trần Bình"
AUTHOR = "Lê Minh Hà"
DATE = "2024-09-02"
JUNK = (
    '<div class="box-tin-lien-quan"><a href="/khac">Bài khác không liên quan đến bưởi chút nào cả</a></div>'
    '<ul class="social-share"><li>Chia sẻ Facebook</li></ul><div class="comments">Bình luận của bạn đọc</div>'
)
RELATED = '<p><a href="/cam">Cam Khe Mây vào vụ, giá tăng mạnh so với năm ngoái</a></p>'


@dataclass(frozen=True)
class SavedPage:
    """A page, and what differs from what the others tell."""

    name: str
    markup: str
    title: str = TITLE
    lead: str = LEAD
    authors: tuple[str, ...] = (AUTHOR,)
    date: str = DATE
    caption: str = CAPTION
    source: str = "Báo Mẫu"


def article_data(**further: object) -> str:
    """JSON-LD as systems write it, with entities inside."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": html.escape(TITLE.replace("được", "đư&#7907;c")),
        "datePublished": "2024-09-02T08:15:00+07:00",
        "author": {"@type": "Person", "name": html.escape(AUTHOR).replace("à", "&agrave;")},
        "publisher": {"@type": "Organization", "name": "Báo Mẫu"},
        **further,
    }
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def head(extra: str = "", description: str = LEAD) -> str:
    """What most sites have: the newspaper is named as the author."""
    return (
        f'<meta charset="utf-8"><title>{TITLE} | Báo Mẫu</title><meta name="author" content="Báo Mẫu">'
        f'<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="Báo Mẫu">'
        f'<meta property="og:description" content="{description}"><meta property="og:url" content="https://baomau.example/b1">'
        f'<link rel="canonical" href="https://baomau.example/b1">{extra}'
    )


def page(head: str, body: str) -> str:
    frame = '<header><nav class="menu"><a href="/">Trang chủ</a><a href="/kinh-te">Kinh tế</a></nav></header>'
    end = "<footer>Bản quyền thuộc Báo Mẫu. Giấy phép số 1/GP.</footer><script>var x = 'không phải chữ';</script>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{frame}{body}{JUNK}{end}</body></html>"


P = [f"<p>{text}</p>" for text in BODY]

PAGES = (
    SavedPage(
        "figure and figcaption, JSON-LD",
        page(
            head(article_data()),
            f'<h1 class="title-detail">{TITLE}</h1><p class="description">{LEAD}</p><article class="fck_detail">{P[0]}'
            f"<figure><img src=a.jpg><figcaption><p>{CAPTION}</p></figcaption></figure>{P[1]}{RELATED}{P[2]}</article>",
        ),
    ),
    SavedPage(
        "prefix of the agency in the lead, caption by its class",
        page(
            head(article_data()),
            f'<div class="singular-container"><h1>{TITLE}</h1><h2 class="singular-sapo">(Dân trí) - {LEAD}</h2>'
            f'<div class="singular-content">{P[0]}<div class="image"><img src=a.jpg><p class="PhotoCMS_Caption">{CAPTION}</p>'
            f"</div>{P[1]}{P[2]}</div></div>",
        ),
        lead=f"(Dân trí) - {LEAD}",
    ),
    SavedPage(
        "table of a picture, byline set to the right, date in words",
        page(
            head('<meta property="article:published_time" content="2024-09-02T01:15:00Z">'),
            f'<h1 itemprop="headline">{TITLE}</h1><div id="content" class="cms-body"><p><strong class="sapo">TPO - {LEAD}</strong></p>'
            f'{P[0]}<table class="picture"><tr><td><img src=a.jpg></td></tr><tr><td class="caption">{CAPTION}</td></tr></table>'
            f'{P[1]}{P[2]}<p style="text-align: right;"><strong>{AUTHOR}</strong></p></div>',
        ),
        lead=f"TPO - {LEAD}",
    ),
    SavedPage(
        "itemprop everywhere, date of the press",
        page(
            head(),
            f'<div itemscope><h1>{TITLE}</h1><span class="date">Thứ Hai, 02/09/2024, 08:15 (GMT+7)</span>'
            f'<div class="author"><a rel="author" href="/hà">{AUTHOR}</a></div><h2 class="detail-sapo">{LEAD}</h2>'
            f'<div itemprop="articleBody">{P[0]}<figure class="VCSortableInPreviewMode"><img><figcaption>{CAPTION}</figcaption>'
            f'</figure>{P[1]}<div class="VCSortableInPreviewMode" type="RelatedOneNews"><a href="/x">Tin khác</a></div>{P[2]}</div></div>',
        ),
    ),
    SavedPage(
        "a blog: entry-content, authors in a list, no lead of its own",
        page(
            head(article_data(author=[{"@type": "Person", "name": AUTHOR}, {"@type": "Person", "name": "Trần Bình"}]), LEAD[:80] + "..."),
            f'<article><h1 class="entry-title">{TITLE}</h1><time datetime="2024-09-02">2 tháng 9</time>'
            f'<div class="entry-content"><p>{LEAD}</p>{P[0]}<div class="wp-caption"><img><p class="wp-caption-text">{CAPTION}</p></div>'
            f"{P[1]}{P[2]}</div></article>",
        ),
        authors=(AUTHOR, "Trần Bình"),
    ),
    SavedPage(
        "graph in JSON-LD, lines parted by breaks",
        page(
            head(
                '<script type="application/ld+json">'
                + json.dumps({"@graph": [{"@type": "WebPage"}, {"@type": ["Article"], "headline": TITLE, "author": {"name": AUTHOR},
                              "datePublished": "2024-09-02"}]})
                + "</script>"
            ),
            f'<h1>{TITLE}</h1><div class="article-content"><b>{LEAD}</b><br><br>{BODY[0]}<br/><br/>'
            f'<div class="image-caption">{CAPTION}</div>{BODY[1]}<br><br>{BODY[2]}</div>',
        ),
    ),
    SavedPage(
        "no body is named: article alone",
        page(
            head(article_data()),
            f'<main><article><h1>{TITLE}</h1><p class="lead">{LEAD}</p>{P[0]}<figure><img><figcaption>{CAPTION}</figcaption></figure>'
            f"{P[1]}{P[2]}</article></main>",
        ),
    ),
    SavedPage(
        "no article either: trafilatura or all of the page",
        page(
            head(article_data()),
            f'<div class="a1"><h1>{TITLE}</h1><div class="a2"><p class="summary">{LEAD}</p>{P[0]}{P[1]}{P[2]}</div></div>',
        ),
        caption="",
    ),
    SavedPage(
        "author in article:author, date in a meta of its own",
        page(
            head(f'<meta property="article:author" content="{AUTHOR}"><meta itemprop="datePublished" content="2024-09-02T08:15">'),
            f'<h1>{TITLE}</h1><div class="detail-content"><h2 class="sapo">{LEAD}</h2>{P[0]}<div class="ck_legend caption">{CAPTION}</div>'
            f"{P[1]}{P[2]}</div>",
        ),
    ),
    SavedPage(
        "author at the end by its class, two headings of the first level",
        page(
            head(article_data(author={"@type": "Organization", "name": "Báo Mẫu"})),
            f'<h1 class="logo">Báo Mẫu</h1><h1 class="detail-title">{TITLE}</h1><div class="detail__content">'
            f'<p class="detail__summary">{LEAD}</p>{P[0]}<figure><figcaption>{CAPTION}</figcaption></figure>{P[1]}{P[2]}'
            f'<p class="author">{AUTHOR}</p></div>',
        ),
    ),
)  # fmt: skip
