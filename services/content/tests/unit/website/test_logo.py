"""Which image of a website is its logo."""

import io

import pytest
from content.clients.website.images import sources
from content.clients.website.logo import candidates, usable_image
from content.clients.website.pages import parse_page
from PIL import Image, ImageDraw

HOME = "https://fern.example/"


def found(page: str, names: tuple[str, ...] = ("Fern & Flax", "fern")) -> list[str]:
    return [url.removeprefix(HOME) for url in candidates(parse_page(page), HOME, list(names))]


@pytest.mark.parametrize(
    "page",
    [
        '<a class="navbar-brand" href="/"><img src="mark.png"></a>',
        '<header><a href="/"><img src="mark.png"></a></header>',
        '<header><a href="index.html"><picture><img src="mark.png"></picture></a></header>',
        '<nav><a href="https://www.fern.example"><img src="mark.png"></a></nav>',
        '<div class="site-branding"><a href="/en/"><img src="mark.png"></a></div>',
        '<header><div class="logo"><img src="mark.png"></div></header>',
        '<header><img src="mark.png" alt="Fern & Flax"></header>',
        '<header><img src="mark.png"></header>',
        '<section><div><img class="custom-logo" src="data:," data-src="mark.png"></div></section>',
        '<table><tr><td><img src="mark.png" id="logo"></td></tr></table>',
        '<footer><a href="/"><img src="mark.png"></a></footer>',
        '<div role="banner"><a href="./"><img src="mark.png"></a></div>',
        '<header><a href="/"><img src="mark.png" alt="Partner Physio logo"></a></header>',
        '<main><img class="logo" alt="Fern & Flax" src="mark.png"></main>',
    ],
)
def test_a_logo_is_found_by_its_place(page: str) -> None:
    assert found(page) == ["mark.png"]


@pytest.mark.parametrize(
    "page",
    [
        '<main><img src="/img/clients/acme-logo.png"></main>',
        '<div class="our-clients"><img class="logo" src="acme.png"></div>',
        '<section id="partners"><img src="acme-logo.png" alt="Acme logo"></section>',
        '<footer><img src="/visa-logo.png"><img src="mastercard_logo.png"></footer>',
        '<footer><img src="x.png" alt="American Express logo"></footer>',
        '<header><img class="payment-logo" src="x.png"></header>',
        '<header><a href="https://social.example/fern"><img src="logo.png"></a></header>',
        '<main><h2>As seen in</h2><img src="/press/gazette-logo.png"></main>',
        '<footer><img src="/img/guild-logo.png" alt="Guild"></footer>',
        '<main><article><img src="photo.jpg" alt="Our shop"></article></main>',
    ],
)
def test_what_belongs_to_others_is_no_logo(page: str) -> None:
    assert found(f'{page}<link rel="apple-touch-icon" href="touch.png">') == ["touch.png"]


@pytest.mark.parametrize(
    ("image", "best"),
    [
        ('<img src="a.png">', "a.png"),
        ('<img src="data:image/gif;base64,R0" data-src="a.png">', "a.png"),
        ('<img src="/blank.gif" data-lazy-src="a.png">', "a.png"),
        ('<img data-original="a.png">', "a.png"),
        ('<img src="small.png" data-srcset="small.png 100w, a.png 300w">', "small.png"),
        ('<img src="data:," data-srcset="small.png 100w, a.png 300w">', "a.png"),
        ('<img src="data:," data-cfsrc="/cdn/a.png?v=2">', "/cdn/a.png?v=2"),
        ('<img srcset="small.png 1x, a.png 2x">', "a.png"),
        (
            '<picture><source type="image/avif" srcset="x.avif"><source srcset="a.webp"><img src="data:,"></picture>',
            "a.webp",
        ),
    ],
)
def test_lazy_images_have_their_address_elsewhere(image: str, best: str) -> None:
    [element] = parse_page(f"<header>{image}</header>").document.root.find_all("img")
    assert sources(element)[0] == best


def test_the_twin_without_scripts_is_an_image() -> None:
    page = '<header><a href="/"><img src="data:,"><noscript><img src="a.png"></noscript></a></header>'
    assert found(page) == ["a.png"]


def test_a_variant_for_dark_grounds_comes_after_the_other() -> None:
    page = '<header><a href="/"><img src="logo-white.png"><img src="logo-blue.png"></a></header>'
    assert found(page) == ["logo-blue.png", "logo-white.png"]


@pytest.mark.parametrize(
    "data",
    [
        '{"@type":"Bakery","logo":"/a.png"}',
        '{"@type":"Bakery","logo":["/a.png"]}',
        '<!-- {"@type":"Bakery","logo":"/a.png"} -->',
        '/*<![CDATA[*/{"@type":"Bakery","logo":"/a.png"}/*]]>*/',
        '{"@type":["Organization","Thing"],"logo":{"@type":"ImageObject","url":"/a.png"}}',
        '{"@type":"https://schema.org/Dentist","logo":[{"contentUrl":"/a.png"}]}',
        '{"@type":"http://schema.org/Dentist","name":"x","logo":"/a.png"}',
        (
            '{"@graph":[{"@type":"WebSite","publisher":{"@id":"#o"}},{"@id":"#o","@type":"NailSalon",'
            '"logo":{"@id":"#l"}},{"@type":"ImageObject","@id":"#l","url":"/a.png"}]}'
        ),
        '[{"@type":"WebPage","publisher":{"@type":"Florist","logo":{"url":"/a.png"}}}]',
    ],
)
def test_the_logo_in_linked_data(data: str) -> None:
    assert found(f'<script type="application/ld+json">{data}</script><p>x') == ["a.png"]


def test_the_name_of_any_kind_of_business_in_linked_data() -> None:
    page = parse_page('<script type="application/ld+json">{"@type":"schema:HairSalon","name":"Snip"}</script>')
    assert page.schema_org_name == "Snip"
    page = parse_page('<script type="application/ld+json">{"@type":"Product","name":"Comb","logo":"/x.png"}</script>')
    assert (page.schema_org_name, page.schema_org_logo) == ("", "")


def test_invisible_pixels_do_not_make_a_photograph() -> None:
    gradient = Image.linear_gradient("L")
    noise = Image.merge("RGB", [gradient.rotate(turn) for turn in (0, 90, 210)])
    logo = Image.merge("RGBA", (*noise.split(), Image.new("L", noise.size, 0)))
    ImageDraw.Draw(logo).ellipse((40, 40, 200, 200), fill=(138, 59, 18, 255))
    assert usable_image(png(logo)) is not None
    assert usable_image(png(noise)) is None
    assert usable_image(png(Image.new("RGBA", (90, 90)))) is None


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
