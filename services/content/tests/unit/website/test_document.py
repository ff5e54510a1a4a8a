"""The tree: as a browser builds it, and in bounded time whatever the page."""

import time

import pytest
from content.clients.website.document import Document, Element, Limits, parse_document
from content.clients.website.pages import parse_page
from hypothesis import given
from hypothesis import strategies as st

PARTS = """
p b i a table tr td div ul li nav select option svg math script style title frameset body html head form button h1 br
/p /b /i /a /table /tr /td /div /ul /nav /select /svg /script /style /title /form /button /h1 !-- template noscript
"""
PIECES = [*map("<{}>".format, PARTS.split()), "<b a=1>", "<a href=x>", "<!doctype html>", "&amp;", "&#", "\0", " text "]


def outline(node: Element | str) -> str:
    if isinstance(node, str):
        return node
    return f"{node.name}({''.join(map(outline, node.children))})"


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("<p>One<p>Two", "p(One)p(Two)"),
        ("<ul><li>One<li>Two</ul>Three", "ul(li(One)li(Two))Three"),
        ("<dl><dt>One<dd>Two</dl>", "dl(dt(One)dd(Two))"),
        ("<table><tr><td>One<td>Two</table>", "table(tbody(tr(td(One)td(Two))))"),
        ("<b><i>One</b>Two</i>", "b(i(One))i(Two)"),
        ("<a href=1>One<a href=2>Two", "a(One)a(Two)"),
        ("<table><p>One</table>", "p(One)table()"),
        ("1 < 2 &lt; 3<!-- <i> -->4", "1 < 2 < 34"),
        ("""<p title="</p><b>" data-x='a>b' checked>x""", "p(x)"),
        ('<script>if (a < b) "</p>"</script ><br/>', 'script(if (a < b) "</p>")br()'),
        ("<svg><linearGradient/></svg>", "svg(linearGradient())"),
    ],
)
def test_the_tree_is_the_one_that_browsers_build(source: str, tree: str) -> None:
    body = parse_document(f"<body>{source}").body
    assert "".join(map(outline, body.children)) == tree


def test_elements_know_their_place_and_attributes() -> None:
    document = parse_document("<nav id=top CLASS='Main  menu'><a href=' /x&amp;y '>X</a><p style='color: red'>Y</nav>")
    nav, link, text = document.body.find("nav"), document.body.find("a"), document.body.find("p")
    assert nav is not None
    assert link is not None
    assert text is not None
    assert (nav.id, nav.classes) == ("top", frozenset({"Main", "menu"}))
    assert (link.get("href"), link.closest("nav"), text.style) == ("/x&y", nav, "color: red")
    assert [element.name for element in link.ancestors()] == ["nav", "body", "html"]
    assert [element.name for element in document.root.descendants()] == ["head", "body", "nav", "a", "p"]
    assert nav.content == "XY"


def test_the_name_of_a_local_file_is_a_page_like_any_other() -> None:
    assert parse_document(__file__).body.content == __file__


def test_deeper_elements_become_siblings_as_in_browsers() -> None:
    document = parse_document("<div>" * 3_000 + "<p>Deep inside")
    text = document.body.find("p")
    assert document.complete
    assert text is not None
    assert text.content == "Deep inside"
    assert sum(1 for _ in text.ancestors()) <= Limits().depth


@pytest.mark.parametrize(
    ("source", "limits"),
    [
        ("<p>First.</p>" + "<i>x</i>" * 200, Limits(elements=100)),
        ("<p>First.</p>" + "x" * 2_000, Limits(characters=1_000)),
        ("<p>First.</p>" + "<table><tr><td>" * 200, Limits(depth=50)),
        ("<p>First.</p>" + "<p>x" * 50_000, Limits(seconds=0.01)),
    ],
)
def test_the_first_part_of_a_page_that_reaches_a_limit_is_used(source: str, limits: Limits) -> None:
    document = parse_document(source, limits)
    assert not document.complete
    assert document.body.content.startswith("First.")


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=40))
def test_any_source_becomes_a_tree_without_loops(pieces: list[str]) -> None:
    document = parse_document("".join(pieces))
    elements = [document.root, *document.root.descendants()]
    assert len(set(map(id, elements))) == len(elements)
    assert all(child.parent is element for element in elements for child in element.elements())
    assert isinstance(parse_page("".join(pieces)).text, str)


def numbered(tag: str, count: int) -> str:
    return "".join(f"<{tag} {number}>" for number in range(count))


HOSTILE = {
    "nested formatting": "<b>" * 100_000,
    "nested links": "<a href=x>" * 100_000,
    "nested tables": "<table>" * 100_000,
    "nested cells": "<table><tr><td>" * 50_000,
    "nested blocks": "<div>" * 100_000,
    "nested consent banners": "<div class=cookie-consent>We use cookies " * 30_000,
    "nested navigation": "<nav>text" * 50_000,
    "nested links in cells": "<a href=x><table><td>" * 30_000,
    "nested buttons in headings": "<h1><button>x" * 50_000,
    "nested noscript": "<noscript><p>" * 50_000,
    "unclosed formatting": "<b a=1><p>" * 100_000,
    "formatting elements that differ": numbered("b", 100_000),
    "formatting elements to open again": numbered("b", 400) + "<p>x</p>" * 100_000,
    "adoption agency": numbered("b", 4_000) + numbered("i", 4_000) + "x</b>" * 4_000,
    "misnested": "<b><i></b></i>" * 100_000,
    "foster parents": "<table>" + "<div>x</div>" * 100_000,
    "a large attribute": "<p title='" + "x" * 1_000_000 + "'>text",
    "many attributes": f"<p {' '.join(f'a{number}=1' for number in range(100_000))}>text",
    "a large name": "<" + "a" * 1_000_000,
    "small tags": "<i>x</i>" * 500_000,
    "references": "&#" * 300_000,
    "a large number": "&#" + "9" * 1_000_000,
    "quotes": "<q '\"' " * 100_000,
    "comments": "<!--" * 200_000,
    "scripts": "<script>" + "x<" * 400_000,
    "end tags": "</p>" * 300_000,
    "brackets": "<" * 500_000,
    "json": '<script type="application/ld+json">' + "[" * 300_000,
    "line ends": "\n" * 2_000_000,
    "inline text": "<span>word<b>word" * 50_000,
}


@pytest.mark.no_cover  # the measurement of coverage slows the parser down by a factor of three
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_page_takes_more_than_its_budget(source: str) -> None:
    started = time.thread_time()
    page = parse_page(source, Limits(seconds=0.4))
    # Without limits most of these take minutes.
    assert time.thread_time() - started < 4
    assert isinstance(page.document, Document)
