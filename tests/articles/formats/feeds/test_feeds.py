"""Feeds, exports and news documents: which elements become which fields; what is refused."""

from __future__ import annotations

import pytest

from indexer.articles import Kind, Limits
from indexer.articles.assembly import Draft, Unfit
from tests.articles.formats.reading import outcomes, reason_of

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Báo Mẫu</title>
<item><title>Mùa bưởi &amp;amp; cam</title><link>https://baomau.example/1</link><guid isPermaLink="false">tin-1</guid>
<pubDate>Mon, 02 Sep 2024 08:15:00 +0700</pubDate><dc:creator>Lê Minh Hà</dc:creator><category>Kinh tế</category>
<description><![CDATA[<img src="a.jpg">Sapô của bài.]]></description>
<content:encoded><![CDATA[<p>Đoạn <b>một</b>.</p><p>Đoạn hai.</p>]]></content:encoded></item>
<item><title>Chỉ có tóm tắt</title><guid>https://baomau.example/2</guid><author>ha@baomau.example (Thu Hà)</author>
<description>Một &lt;i&gt;câu&lt;/i&gt; tóm tắt.</description></item>
<item></item>
</channel></rss>"""

WXR = """<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Trang xã</title>
<item><title>Thông báo</title><link>https://xa.example/?p=7</link><guid>https://xa.example/?p=7</guid>
<wp:post_id>7</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>
<category domain="category">Tin xã</category><category domain="post_tag">họp</category>
<content:encoded><![CDATA[Đoạn một.

Đoạn hai.]]></content:encoded></item>
<item><title>Nháp</title><wp:post_type>post</wp:post_type><wp:status>draft</wp:status></item>
<item><title>anh.jpg</title><wp:post_type>attachment</wp:post_type></item>
</channel></rss>"""  # fmt: skip

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Báo Mẫu</title><entry><id>urn:tin:3</id><title>Tựa</title>
<link rel="alternate" href="https://baomau.example/3"/><published>2024-09-02T08:00:00Z</published>
<author><name>Lê An</name></author><author><name>Trần Bình</name></author><category term="Xã hội"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Đoạn một.</p><p>Đoạn hai.</p></div></content>
<summary>Đoạn một.</summary></entry></feed>"""

NEWSML = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="urn:newsml:mau:1">
<itemMeta><versionCreated>2024-09-02T08:00:00+07:00</versionCreated><provider>
<name>Thông tấn Mẫu</name></provider></itemMeta>
<contentMeta><headline>Tựa tin</headline><creator><name>Lê An</name></creator></contentMeta>
<contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>
<body><p>Đoạn một.</p><p>Đoạn hai.</p></body></html></inlineXML></contentSet></newsItem></itemSet></newsMessage>"""

NITF = """<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "http://www.nitf.org/nitf-3-4.dtd">
<nitf><head><title>x</title><docdata><doc-id id-string="mau-9"/><date.issue norm="20240902T081500"/></docdata>
<pubdata name="Báo Mẫu" position.section="Kinh tế"/></head><body><body.head><hedline><hl1>Tựa NITF</hl1></hedline>
<byline>Bài: <person>Lê An</person></byline></body.head><body.content><p lede="true">Sapô.</p><p>Đoạn hai.</p>
<media><media-caption><p>Ảnh: Hồ</p></media-caption></media></body.content></body></nitf>"""

SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://baomau.example/5</loc><news:news><news:publication><news:name>Báo Mẫu</news:name></news:publication>
<news:publication_date>2024-09-02</news:publication_date><news:title>Tựa trong sitemap</news:title>
<news:keywords>bưởi, cam</news:keywords></news:news></url>
<url><loc>https://baomau.example/6</loc></url></urlset>"""


def drafts(text: str) -> list[Draft]:
    return [each for each in outcomes(".xml", text.encode()) if isinstance(each, Draft)]


def test_items_of_rss_have_their_fields() -> None:
    first, second, empty = outcomes(".rss", RSS.encode())
    assert isinstance(first, Draft) and isinstance(second, Draft)
    assert (first.id, first.title) == ("tin-1", "Mùa bưởi & cam")
    assert first.paragraphs == [("Sapô của bài.", Kind.LEAD), ("Đoạn một.", None), ("Đoạn hai.", None)]
    assert first.attributes == {
        "date": "Mon, 02 Sep 2024 08:15:00 +0700",
        "url": "https://baomau.example/1",
        "source": "Báo Mẫu",
        "author": "Lê Minh Hà",
        "section": "Kinh tế",
    }
    assert second.paragraphs == [("Một câu tóm tắt.", Kind.LEAD)]
    assert second.attributes == {"url": "https://baomau.example/2", "source": "Báo Mẫu", "author": "Thu Hà"}
    assert isinstance(empty, Unfit) and str(empty) == "holds no text"


def test_an_export_of_wordpress_holds_posts_and_says_what_is_not_published() -> None:
    post, draft = outcomes(".xml", WXR.encode())
    assert isinstance(post, Draft)
    assert (post.id, post.title, post.paragraphs) == ("tin/7", "Thông báo", [("Đoạn một.", None), ("Đoạn hai.", None)])
    assert (post.attributes["section"], post.attributes["tags"]) == ("Tin xã", ["họp"])
    assert "its status is draft" in str(draft)


def test_entries_of_atom_have_their_fields() -> None:
    (entry,) = drafts(ATOM)
    assert (entry.id, entry.title, entry.paragraphs) == ("urn:tin:3", "Tựa", [("Đoạn một.", None), ("Đoạn hai.", None)])
    assert entry.attributes["author"] == ["Lê An", "Trần Bình"]
    assert (entry.attributes["url"], entry.attributes["section"]) == ("https://baomau.example/3", "Xã hội")


def test_news_documents_have_their_fields() -> None:
    (item,) = drafts(NEWSML)
    assert (item.id, item.title, item.paragraphs) == (
        "urn:newsml:mau:1",
        "Tựa tin",
        [("Đoạn một.", None), ("Đoạn hai.", None)],
    )
    assert item.attributes == {"date": "2024-09-02T08:00:00+07:00", "author": ["Lê An"], "source": "Thông tấn Mẫu"}
    (nitf,) = drafts(NITF)
    assert (nitf.id, nitf.title) == ("mau-9", "Tựa NITF")
    assert nitf.paragraphs == [
        ("Bài: Lê An", Kind.BYLINE),
        ("Sapô.", Kind.LEAD),
        ("Đoạn hai.", None),
        ("Ảnh: Hồ", Kind.CAPTION),
    ]
    assert nitf.attributes == {
        "date": "20240902T081500",
        "author": ["Lê An"],
        "source": "Báo Mẫu",
        "section": "Kinh tế",
    }


def test_a_news_sitemap_has_titles_and_other_addresses_are_told() -> None:
    found, rest = outcomes(".xml", SITEMAP.encode())
    assert isinstance(found, Draft)
    assert (found.id, found.title) == ("https://baomau.example/5", "Tựa trong sitemap")
    assert found.attributes["tags"] == ["bưởi", "cam"]
    assert "1 addresses that tell no title" in str(rest)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss><item><title>&a;</title></item></rss>', "with entities"),
        ("<html><body>x</body></html>", "is no feed, export or news document"),
        ("plain", "is no XML"),
    ],
)
def test_other_xml_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert reason in reason_of(".xml", text.encode())


def test_xml_that_breaks_off_keeps_the_items_before() -> None:
    first, rest = outcomes(".rss", RSS.partition("<item><title>Chỉ")[0].encode())
    assert isinstance(first, Draft)
    assert "what it held from there is lost" in str(rest)


def test_entities_that_grow_are_never_resolved() -> None:
    grown = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
    text = f'<!DOCTYPE rss [<!ENTITY e0 "ha">{grown}]><rss><channel><item><title>&e9;</title></item></channel></rss>'
    assert reason_of(".xml", text.encode(), Limits()) == "declares a document type with entities, which is not read"
