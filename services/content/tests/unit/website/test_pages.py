"""Parsing a page: what a reader sees, its links, and what it shows of the brand."""

import pytest
from content.clients.website.pages import MAX_TEXT, Link, PageImage, StyleSheet, parse_page
from hypothesis import given
from hypothesis import strategies as st

PAGE = """<!doctype html><html lang=en><head>
<title>Prices &amp; hours | Riverside Physio</title>
<meta name="description" content="We help   you move.">
<meta property="og:site_name" content="Riverside Physio"><meta name="theme-color" content="#1f4d3a">
<meta property="og:image" content="/share.jpg">
<link rel="stylesheet" href=/styles.css><link rel="icon" href="/favicon.ico">
<link rel="apple-touch-icon" sizes="180x180" href="/touch.png">
<script>document.write("<p>not read</p>")</script><style>body{color:#222}</style>
<script type="application/ld+json">{"@graph":[{"@type":["LocalBusiness"],"name":"Riverside","logo":{"url":"/l.png"}}]}
</script></head><body>
<header><a class="site-logo" href="/"><img src="mark.png" alt=""></a>
<nav><ul><li><a href="/about">About <b>us</b></a></li><li><a href="/prices?x=1">Prices</a></ul></nav></header>
<main><h1>Move <em>better</em></h1><p>One visit costs 95&nbsp;dollars.<p>Open from seven.<br>Closed on Sundays.
<p>Kia ora, we have been here since 1998 and we know the knees and backs of half of the neighbourhood by now.
<img src="team.jpg" alt="The team" style="border: 1px solid #eee"></main>
<div class="cookie-banner">We use cookies</div><div hidden>secret</div>
<footer>All rights reserved <a href="/contact">Contact</a></footer></body></html>"""


def test_boilerplate_is_removed_from_the_text() -> None:
    page = parse_page(PAGE)
    assert page.title == "Prices & hours | Riverside Physio"
    assert page.description == "We help you move."
    assert page.headings == ["Move better"]
    assert page.text.split("\n")[:4] == [
        "Move better",
        "One visit costs 95 dollars.",
        "Open from seven.",
        "Closed on Sundays.",
    ]
    for furniture in ("About", "cookies", "secret", "rights", "not read", "#222"):
        assert furniture not in page.text


def test_links_images_and_styles_are_collected() -> None:
    page = parse_page(PAGE)
    assert page.links == [
        Link("/", ""),
        Link("/about", "About us"),
        Link("/prices?x=1", "Prices"),
        Link("/contact", "Contact"),
    ]
    assert page.images[0] == PageImage("mark.png", is_logo=True, in_header=True)
    assert not page.images[1].is_logo
    assert (page.icons, page.share_image) == (["/touch.png", "/favicon.ico"], "/share.jpg")
    assert (page.site_name, page.schema_org_name, page.schema_org_logo) == ("Riverside Physio", "Riverside", "/l.png")
    assert page.stylesheets == [StyleSheet("/styles.css", "", ""), StyleSheet("", "body{color:#222}", "")]
    assert page.theme_colour == "#1f4d3a"
    assert page.inline_styles == ["border: 1px solid #eee"]


def test_unclosed_boilerplate_does_not_hide_the_page() -> None:
    assert parse_page("<nav><a href=/a>A</a><p>All the words").text == "A\nAll the words"


@pytest.mark.no_cover  # the measurement of coverage slows the parser down by a factor of three
def test_text_and_lists_are_bounded() -> None:
    page = parse_page("<p>word " * 30_000 + "<a href=x>y</a>" * 5_000 + '<p style="color:red">' * 5_000)
    assert len(page.text) <= MAX_TEXT
    assert max(len(page.links), len(page.inline_styles)) <= 400


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<",
        "<a",
        "<a href='x",
        "<!--",
        "<script>",
        "<title>",
        "</",
        "&",
        '<script type="application/ld+json">[[[</script>',
        '<script type="application/ld+json">' + "[" * 50_000 + "</script>",
        '<script type="application/ld+json">{"@type":"Store","name":7,"logo":[]}</script>',
    ],
)
def test_broken_pages_are_parsed_as_far_as_possible(source: str) -> None:
    assert isinstance(parse_page(source).text, str)


@given(st.text(alphabet="<>/!-=\"' abp&;#scriptnv\n", max_size=300))
def test_no_input_raises(source: str) -> None:
    assert isinstance(parse_page(source).text, str)
