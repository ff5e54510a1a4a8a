"""The text of a page: as a browser's innerText, without what is hidden and what belongs to no page."""

import pytest
from content.clients.website.pages import Page, parse_page
from hypothesis import given
from hypothesis import strategies as st

LONG = "Our bakers start at two in the morning, so that the bread is warm at six. " * 4


def text_of(body: str) -> str:
    return parse_page(f"<!doctype html><title>x</title><body>{body}").text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p class=screen-reader-text>Skip<p>Our bakers", "Our bakers"),
        ("<a class='skip-link sr-only' href=#x>Skip</a>Our bakers", "Our bakers"),
        ("<ul><li class=visually-hidden>Skip<li>Our bakers</ul>", "Our bakers"),
        ("<p hidden>Secret<p style='color:red; DISPLAY : none'>Secret<p>Our bakers", "Our bakers"),
        ("<dialog>Secret</dialog><template>Secret</template><p aria-hidden=true>Secret<p>Our bakers", "Our bakers"),
        ("One<br>Two<hr>Three<address>Four</address>Five", "One\nTwo\nThree\nFour\nFive"),
        ("<details><summary>Do you deliver?</summary>Yes</details>", "Do you deliver?\nYes"),
        ("<table><tr><td>Cut<td>45<tr><td>Colour<td>90</table>", "Cut 45\nColour 90"),
        ("<b>Whole</b>meal <em>bread</em>, baked", "Wholemeal bread, baked"),
        ("<span>1945</span><span>gegründet</span>", "1945 gegründet"),
        ("<div><strong>120</strong><small>guests</small></div>", "120 guests"),
        ("<span>W</span><span>elcome</span>", "Welcome"),
        ("<span>東京</span><span>支店</span>", "東京支店"),
        ("<b>12</b><span>.50</span>", "12.50"),
        ("<span style='display:block'>One</span>Two", "One\nTwo"),
        ("Call <i class=fa>\uf095</i>03 548 1234 \U000f0001", "Call 03 548 1234"),
        ("<span class=material-icons>phone</span>03 548 1234", "03 548 1234"),
        ("Bread\u00ad\u200bboard\ufeff नमस्\u200dते", "Breadboard नमस्\u200dते"),
        ("<select><option>One</select><textarea>Two</textarea><svg><title>Three</title></svg>Four", "Four"),
        ("<h3><button>Do you deliver?</button></h3><div>Yes, daily.</div>", "Do you deliver?\nYes, daily."),
        ("<dt><button>Do you deliver?</button><dd>Yes.", "Do you deliver?\nYes."),
        ("<div><button aria-expanded=false>Do you deliver?</button><p>Yes.", "Do you deliver?\nYes."),
        ("<button>Add to cart</button>Bread<header><button aria-controls=m>Menu</button></header>", "Bread"),
        ("<nav><a href=/a>A</a></nav><div class='site-footer'>Foot</div><div class=footer-story>Story</div>", "Story"),
        ("<article><header>Head</header>Body<footer>By Ana</footer></article>", "Head\nBody\nBy Ana"),
    ],
)
def test_the_text_is_what_a_reader_sees(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    "attributes", ["class=cookies-not-set", "class='cookie-consent sr-only'", "id=cookie-banner hidden"]
)
@pytest.mark.parametrize("name", ["html", "body", "main"])
def test_the_page_itself_is_never_left_out(name: str, attributes: str) -> None:
    page = parse_page(f"<{name} {attributes}><p>We use cookies. <a>Accept</a> {LONG}")
    assert "Our bakers" in page.text


@pytest.mark.parametrize(
    "banner",
    [
        '<div class="cookie-banner">We use cookies</div>',
        '<div id="onetrust-consent-sdk"><p>Your choice</div>',
        '<div id="CybotCookiebotDialog">Diese Webseite</div>',
        '<p class="cookies" aria-label="Cookie notice">We use cookies to track. <button>Accept all</button></p>',
        '<div class="gdpr">We use analytics. <a href=#>I agree</a></div>',
        '<div class="CookieConsent">Wir verwenden Cookies. Datenschutz. <button>Alle akzeptieren</button></div>',
        '<aside id="cookie-bar">Nous utilisons des cookies. <button>Tout refuser</button></aside>',
    ],
)
def test_a_consent_banner_is_left_out(banner: str) -> None:
    assert text_of(f"{banner}<p>Our bakers") == "Our bakers"


@pytest.mark.parametrize(
    "section",
    [
        '<section class="cookies-menu"><h3>Cookies</h3><p>Oat, 3.50</section>',
        '<div class="cookie-card"><h3>Chocolate chip cookie</h3></div>',
        '<div class="cookie-banner"><h2>Cookies of the week</h2><a href=/order>Order</a></div>',
        '<div id="cookies">We accept orders for cookies until noon. <a href=/order>Order</a></div>',
        '<div class="cookie-bar-menu">Our cookie bar is open.</div>',
        '<p class="consent">Informed consent comes before each treatment.</p>',
    ],
)
def test_what_a_business_says_of_cookies_is_kept(section: str) -> None:
    page = parse_page(f"<body>{section}")
    assert len(page.text) > 10


def test_the_text_around_the_main_content_is_kept_apart() -> None:
    page = parse_page(
        f"<header><nav><a href=/>Home</a></nav></header><main><p>{LONG}</main><div id=footer><p>12 High Street, Nelson"
        "<p><a href='tel:035481234'>03 548 1234</a><p>Mon to Fri 7:00–15:00<p>© 2026 Bakery. All rights reserved"
        "<ul><li><a href=/privacy>Privacy</a></ul></div>"
    )
    assert page.text == LONG.strip()
    assert page.contact.split("\n") == ["12 High Street, Nelson", "03 548 1234", "Mon to Fri 7:00–15:00"]


def test_a_navigation_that_is_never_closed_does_not_hide_the_page() -> None:
    assert "Our bakers" in text_of(f"<h2>Welcome</h2><nav><a href=/a>A</a><p>{LONG * 2}")


SHELLS = [
    "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>",
    "<div id=app>Please enable JavaScript to continue.</div>",
    "<div id=root>Loading…</div><noscript>Bitte aktivieren Sie JavaScript.</noscript><div id=modal></div>",
    "<div id=__next></div><script src=/app.js></script>",
    "<p>Este sitio requiere JavaScript habilitado.</p>",
]


@pytest.mark.parametrize("body", SHELLS)
def test_a_page_that_scripts_fill_is_recognised(body: str) -> None:
    page = parse_page(f"<body>{body}")
    assert page.needs_scripts
    assert "JavaScript" not in page.text


def test_what_a_page_says_without_scripts_is_used() -> None:
    page: Page = parse_page(f"<body><div id=root></div><noscript><h1>Bakery</h1><p>{LONG}</noscript><script></script>")
    assert page.text.startswith("Bakery\nOur bakers")
    assert not page.needs_scripts


@pytest.mark.parametrize(
    ("source", "forward"),
    [
        ('<meta http-equiv=refresh content="0;url=/en/">', "/en/"),
        ("<meta http-equiv=Refresh content=\"3; URL='/en/'\">", "/en/"),
        ('<meta http-equiv=refresh content="0, /en/">', "/en/"),
        ('<meta http-equiv=refresh content="600;url=/">', ""),
        ('<meta http-equiv=refresh content="5">', ""),
        ('<noscript><meta http-equiv=refresh content="0;url=/nojs"></noscript>', ""),
        ('<script>window.location.href = "/en/";</script>', "/en/"),
        ("<script>location.replace('/en/')</script>", "/en/"),
        ('<script>location="/app"</script><p>Our bakers', ""),
        ("<frameset><frame src=menu.html><frame src=main.html></frameset>", "main.html"),
    ],
)
def test_a_page_that_only_sends_on_names_the_next(source: str, forward: str) -> None:
    assert parse_page(source).forward == forward


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=200))
def test_plain_text_is_kept_but_for_white_space(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    assert text_of(f"<p>{escaped}</p>") == " ".join(words.split())
