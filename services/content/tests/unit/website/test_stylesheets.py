"""Which colours and fonts a website shows."""

import time

import pytest
from content.brand.rules import palette_from_styles
from content.clients.website.css import applies_to_light_screen, imports_of
from content.clients.website.document import parse_document
from content.clients.website.markup import MAX_NODES, Markup
from content.clients.website.stylesheets import StyleUsage, read_styles
from content.rendering.colour import to_hex
from hypothesis import given, settings
from hypothesis import strategies as st

SHEET = r"""
@charset "utf-8"; @import url("x.css"); /* .btn { background: #ff00ff } */
:root { --brand: #1F4D3A; --brand-accent: rgb(232 161 58); --grey: #777; --paper: #faf6ef }
body { background: var(--paper); color: #222222; font-family: "Source Sans 3", Arial, sans-serif }
h1, h2 { font: 700 2em/1.1 'Lora', serif; color: var(--brand) }
.icon { font-family: "Font Awesome 6" } a::after { content: "} .btn { background: #f0f }" }
header { background-color: var(--brand) }
.btn { background: var(--brand-accent); border: 1px solid #ddd } .btn:hover { background: #c0392b }
.alert-error { background: #ff0000; color: #ff0000 } .shade { background: #00f1 }
@media (min-width: 40em) { nav a { color: #1f4d3a } }
"""
PAGE = """
<html><body><header><nav class=navbar><a class=navbar-brand href=/>Home</a></nav></header>
<main><h1 class=title>Hello</h1><p class="gold shade rating">Text <i class=icon></i></p>
<a class="btn w-button" href=#>Book</a>
<div class=card id=offer><span class="md:mark">New</span></div></main>
<footer class=alert-error>Foot</footer></body></html>
"""


def markup(page: str = PAGE) -> Markup:
    found = Markup()
    found.add(parse_document(page).root)
    return found


def shown(*sheets: str, page: str = PAGE) -> StyleUsage:
    return read_styles(sheets, markup(page))


def colours(*sheets: str, page: str = PAGE) -> set[str]:
    return {to_hex(colour) for colour in shown(*sheets, page=page).colours}


def primary(*sheets: str, page: str = PAGE) -> str | None:
    found = palette_from_styles(shown(*sheets, page=page))
    return found.primary if found else None


@pytest.mark.parametrize("with_markup", [True, False])
def test_a_stylesheet_determines_the_palette(with_markup: bool) -> None:
    found = palette_from_styles(read_styles([SHEET], markup() if with_markup else None))
    assert found is not None
    assert found.model_dump() == {"primary": "#1f4d3a", "accent": "#e8a13a", "paper": "#faf6ef", "ink": "#222222"}


@pytest.mark.parametrize("with_markup", [True, False])
def test_generic_and_icon_fonts_are_ignored(with_markup: bool) -> None:
    fonts = [name for name, _ in read_styles([SHEET], markup() if with_markup else None).fonts.most_common()]
    assert sorted(fonts) == ["Lora", "Source Sans 3"]


@pytest.mark.parametrize(
    "rule",
    [
        ".btn-success",
        "#banner",
        "blink",
        ".card .btn",
        ".btn > .card",
        "main > span",
        ".btn.card",
        "h1 + .absent",
        ":not(body, html, main, a, p, h1, i, span, div, nav, header, footer)",
        ":is(.absent, #gone)",
        "[data-state=open]",
        "[data-theme=dark] .btn",
        ".dark .btn",
        ".card::-webkit-scrollbar",
    ],
)
def test_a_rule_that_no_element_shows_does_not_count(rule: str) -> None:
    assert colours(f"{rule} {{ background: #198754 }}") == set()


@pytest.mark.parametrize(
    "rule",
    [
        ".btn",
        "A.btn",
        "#offer",
        "main .card > span",
        "body div#offer.card",
        r".md\:mark",
        ":is(.absent, .btn)",
        ":where(main) > a",
        "a:not(.navbar-brand)",
        "[class*=w-but]",
        "h1 ~ a",
        "p + a[href]",
        ".card::before",
        "x, .btn, y",
        ":root main a",
        "@media screen { .btn",
        "@layer a { @supports (display: grid) { .btn",
        "main { & a",
        ".btn { &.w-button",
        ".navbar-brand, .btn { main &",
    ],
)
def test_a_rule_counts_that_an_element_shows(rule: str) -> None:
    assert colours(f"{rule} {{ background: #198754 }}{'}' * rule.count('{')}") == {"#198754"}


def test_of_two_rules_for_an_element_the_one_that_wins_counts() -> None:
    assert colours(".w-button { background: #3898ec } .btn { background: #000 } .gold { color: #bdaa49 }") == {
        "#000000",
        "#bdaa49",
    }
    assert colours("main .btn { background: #111111 } .btn { background: #3898ec }") == {"#111111"}
    assert colours(".btn { background: #111111 !important } main a.btn { background: #3898ec }") == {"#111111"}
    assert colours(
        ".btn { background: #3898ec }", page=PAGE.replace("href=#", "href=# style='background:#111111'")
    ) == {"#111111"}
    assert colours(".btn { background: #3898ec } .btn { background: none }") == set()


@pytest.mark.parametrize("hidden", ["display: none", "display:none!important"])
def test_what_is_not_displayed_does_not_count(hidden: str) -> None:
    assert colours(f".card {{ {hidden} }} #offer span {{ background: #198754 }}") == set()


@pytest.mark.parametrize(
    ("sheet", "wanted"),
    [
        (".btn-success{background-color:#198754} .title{color:#b3121d}", ("#b3121d", "#b3121d")),
        (".navbar{background:#2c3e50} a{color:#1abc9c}", ("#2c3e50", "#1abc9c")),
        (".btn{background-color:#0d6efd} .title{color:#b3121d}", ("#b3121d", "#b3121d")),
        (".btn{background:#1d6834} .alert-error{background:#ff0000}", ("#1d6834", "#1d6834")),
        (".btn{background:#1d6834} .btn:hover{background:#c0392b}", ("#1d6834", "#1d6834")),
        (".btn{background:#1d6834} .gold.rating{color:#f5b301}", ("#1d6834", "#1d6834")),
        (".btn{background:#1d6834} .card{background:#1e293b} footer{background:#1e293b}", ("#1d6834", "#1d6834")),
    ],
    ids=["unused", "navy", "bootstrap", "danger", "hover", "stars", "slate"],
)
def test_primary_and_accent(sheet: str, wanted: tuple[str, str]) -> None:
    found = palette_from_styles(shown(sheet))
    assert found is not None
    assert (found.primary, found.accent) == wanted


def test_many_rules_for_one_role_count_once() -> None:
    buttons = "".join(f".b{number} {{ background: #d4a373 }}" for number in range(9))
    page = PAGE.replace("</main>", "".join(f"<a class='btn b{number}'>x</a>" for number in range(9)) + "</main>")
    assert primary(f".navbar {{ background: #2f3e46; color: #2f3e46 }} {buttons}", page=page) == "#2f3e46"


@pytest.mark.parametrize(
    "dark",
    [
        ".dark{--primary:#00e5ff}",
        "html.dark-mode{--primary:#00e5ff}",
        "[data-theme='dark']{--primary:#00e5ff}",
        "[data-bs-theme=dark]{--primary:#00e5ff}",
        "@media (prefers-color-scheme: dark){:root{--primary:#00e5ff}}",
        "@media print{:root{--primary:#00e5ff}}",
        "@media screen and (max-width: 600px){:root{--primary:#00e5ff}}",
    ],
)
@pytest.mark.parametrize("with_markup", [True, False])
def test_only_a_light_screen_counts(dark: str, with_markup: bool) -> None:
    sheets = [f":root{{--primary:#1d6834}} {dark} .btn{{background:var(--primary)}}"]
    found = palette_from_styles(read_styles(sheets, markup() if with_markup else None))
    assert found is not None
    assert (found.primary, found.accent) == ("#1d6834", "#1d6834")


@pytest.mark.parametrize(
    ("media", "applies"),
    [
        ("", True),
        ("all", True),
        ("screen", True),
        ("only screen and (min-width: 768px)", True),
        ("(width >= 48rem)", True),
        ("print, screen", True),
        ("not print", True),
        ("(prefers-color-scheme: light)", True),
        ("print", False),
        ("not all", False),
        ("not screen", False),
        ("(max-width: 600px)", False),
        ("(width < 40rem)", False),
        ("(prefers-color-scheme:dark)", False),
        ("screen and (prefers-color-scheme: dark)", False),
        ("speech", False),
    ],
)
def test_media_queries(media: str, applies: bool) -> None:
    assert applies_to_light_screen(media) is applies


@pytest.mark.parametrize(
    ("sheet", "hrefs"),
    [
        ("@import 'a.css'; @import url(b.css) screen; a{}", ["a.css", "b.css"]),
        ('@charset "utf-8"; @import url("a.css") layer(x);', ["a.css"]),
        ("@import 'a.css' print; @import 'b.css' (prefers-color-scheme: dark);", []),
        ("/* @import 'a.css'; */ a{}", []),
        ("@import", []),
    ],
)
def test_imports_for_a_light_screen(sheet: str, hrefs: list[str]) -> None:
    assert imports_of(sheet) == hrefs


def test_attributes_of_old_pages_are_colours() -> None:
    page = '<body text=222222><table bgcolor="#000080"><tr><td bgcolor=navy><font color=FireBrick>x</font></table>'
    assert colours(page=page + "<p><b>x</b><i>y</i>") == {"#000080", "#b22222"}


def test_a_variable_has_the_value_of_the_nearest_element_that_sets_it() -> None:
    sheet = ":root{--c:#111111} .card{--c:#1d6834} span{background:var(--c)} .btn{background:var(--c)}"
    assert colours(sheet) == {"#111111", "#1d6834"}
    assert primary(sheet) == "#1d6834"


def test_scripts_make_the_page_then_every_rule_counts() -> None:
    assert primary(".cta{background:#0e7c7b}", page="<body><div id=root></div><script src=x></script>") == "#0e7c7b"


def test_the_kinds_of_elements_are_bounded() -> None:
    page = "<body>" + "".join(f"<p class=c{number}>x</p>" for number in range(MAX_NODES + 500))
    assert len(markup(page).nodes) == MAX_NODES


HOSTILE = {
    "braces": "{",
    "declarations": "a{color:#123;",
    "semicolons": ";",
    "comments": "/*",
    "slashes": "/* */",
    "loops": "a{--a:var(--b)var(--b);--b:var(--a)var(--a);color:var(--a)}",
    "functions": "a{color:" + "rgb(" * 140 + "}",
    "fonts": "a{font:" + "1x " * 190 + "}",
    "families": "body{font-family:" + "a " * 290 + "}",
    "selectors": "a," * 190 + "{color:#123456}",
    "alternatives": "a:is(a:is(a:is(a,a),a),a){color:red}",
    "numbers": "a{color:rgb(" + "1" * 59 + ")}",
    "nesting": "a,b,c,d,e,f,g{" * 5 + "color:red" + "}" * 5,
    "strings": "'a\\",
    "everything": "*{color:red;--x:1}",
    "ancestors": "div div div div div div div div a{color:red}",
}


@pytest.mark.no_cover  # the measurement of coverage slows it down by a factor of three
@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_stylesheet_is_read_in_time(part: str) -> None:
    page = markup("<body>" + "<div>" * 70 + "".join(f"<a id=i{number}>x</a>" for number in range(1_000)))
    started = time.process_time()
    read_styles([part * (400_000 // len(part))], page, seconds=0.5)
    assert time.process_time() - started < 4


@settings(max_examples=200)
@given(st.text(alphabet="{};:#,()ab1%-var rgb'\"/*\n&>.@[]", max_size=200))
def test_no_input_raises(sheet: str) -> None:
    palette_from_styles(read_styles([sheet], markup(f'<body><a class=a style="{sheet}">x</a><b id=b>')))
    palette_from_styles(read_styles([sheet]))
