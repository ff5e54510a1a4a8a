"""Extracting a website: an unreadable page is left out, an unreadable home page is an error."""

import asyncio
import io

import pytest
from content.brand.rules import choose_palette, fallback_palette
from content.clients.website.errors import (
    WebsiteAddressNotPublicError,
    WebsiteAnswerError,
    WebsiteContentTypeError,
    WebsiteUnreachableError,
)
from content.clients.website.extraction import ExtractedWebsite, extract_website
from content.clients.website.fetched import Fetched
from content.clients.website.fetcher import Kind
from content.clients.website.links import relevant_links, same_site
from content.clients.website.logo import Logo
from content.clients.website.pages import parse_page
from content.rendering.design import Palette
from PIL import Image, ImageDraw

HOME = """<title>Welcome | Riverside Physio</title><link rel=stylesheet href=/s.css>
<link rel=stylesheet href="https://fonts.googleapis.com/css2?family=Lora:wght@600&family=Work+Sans">
<header><a class=logo href=/><img src="/logo.png"></a></header>
<nav><a href=/blog/42>Blog</a><a href=/contact>Contact</a><a href="/services/">Services</a><a href=/about#team>About</a>
<a href="https://elsewhere.example/about">Partner</a><a href="mailto:a@b.c">Mail</a><a href=/menu.pdf>Menu</a>
<a href=/prices>Prices</a><a href=/privacy>Privacy</a><a href=/gallery>Gallery</a><a href=/faq>FAQ</a></nav>
<h1>Move better</h1><p>We treat knees."""
CSS = "body { background: #faf6ef } header { background: #1f4d3a } a { color: #e8a13a }"


def picture(colour: tuple[int, int, int], form: str = "PNG", size: tuple[int, int] = (300, 100)) -> bytes:
    image = Image.new("RGB", size, (255, 255, 255))
    ImageDraw.Draw(image).rectangle((10, 10, size[0] - 10, size[1] - 10), fill=colour)
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


def palette_of(found: ExtractedWebsite) -> Palette:
    return choose_palette(found.styles, found.logo.image if found.logo else None, found.name)


def stored(found: ExtractedWebsite) -> Image.Image:
    """Return the stored logo."""
    assert found.logo is not None
    assert found.logo.png is not None
    return Image.open(io.BytesIO(found.logo.png))


class Web:
    """Responds from a table, else with 404. URLs in `waits` never respond."""

    def __init__(self, files: dict[str, str | bytes], waits: frozenset[str] = frozenset()) -> None:
        self.files = {"https://riverside.example" + path: body for path, body in files.items()}
        self.waits = {"https://riverside.example" + path for path in waits}
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0

    async def fetch(self, url: str, kind: Kind = Kind.PAGE, _redirects: int = 0) -> Fetched:
        self.asked.append(url)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(60 if url in self.waits else 0)
        finally:
            self.at_once -= 1
        body = self.files.get(url)
        if body is None:
            raise WebsiteAnswerError("riverside.example", 404)
        if isinstance(body, bytes) != (kind is Kind.IMAGE):
            raise WebsiteContentTypeError("riverside.example", "something else")
        data = body if isinstance(body, bytes) else body.encode()
        return Fetched(url=url, content_type=min(kind.value), body=data)


async def test_a_website_is_extracted() -> None:
    web = Web(
        {
            "/": HOME,
            "/about": "<title>About</title><p>Since 1998.",
            "/services/": "<p>Knees and backs.",
            "/prices": "<p>95 dollars.",
            "/contact": "<p>Call us.",
            "/faq": "<p>Why?",
            "/gallery": "<p>Pictures.",
            "/s.css": CSS,
            "/logo.png": picture((200, 0, 90)),
        }
    )
    found = await extract_website(web, "riverside.example/")
    assert found.name == "Riverside Physio"
    assert [page.url.rpartition("example")[2] for page in found.pages] == [
        "/",
        "/about",
        "/services/",
        "/prices",
        "/contact",
        "/gallery",
    ]
    assert found.pages[0].text == "Move better\nWe treat knees."
    assert palette_of(found).model_dump() == {
        "primary": "#1f4d3a",
        "accent": "#e8a13a",
        "paper": "#faf6ef",
        "ink": "#1c1c1c",
    }
    assert found.fonts == ["Lora", "Work Sans"]
    assert found.logo is not None
    assert found.logo.url == "https://riverside.example/logo.png"
    assert stored(found).size == (300, 100)
    assert web.most_at_once <= 3
    assert all(url.startswith("https://riverside.example/") for url in web.asked)


async def test_the_palette_falls_back_to_the_logo() -> None:
    found = await extract_website(Web({"/": HOME, "/logo.png": picture((200, 0, 90))}), "https://riverside.example/")
    assert palette_of(found).primary.startswith("#c")
    assert len(found.pages) == 1


async def test_the_palette_falls_back_to_the_name() -> None:
    found = await extract_website(Web({"/": "<title>Riverside</title><p>Hi"}), "https://riverside.example/")
    assert palette_of(found) == fallback_palette("Riverside")
    assert (found.logo, found.fonts) == (None, [])


async def test_slow_pages_are_left_out() -> None:
    web = Web({"/": HOME, "/about": "<p>Since 1998."}, waits=frozenset({"/prices", "/s.css"}))
    found = await extract_website(web, "https://riverside.example/", seconds=0.05)
    assert [page.url.rpartition("/")[2] for page in found.pages] == ["", "about"]
    assert web.at_once == 0


async def test_a_vector_that_cannot_be_drawn_gives_way_to_the_next_image() -> None:
    home = "<header><img class=logo src=/mark.svg></header><link rel=apple-touch-icon href=/touch.png>"
    icon = picture((9, 9, 200), size=(180, 180))
    found = await extract_website(Web({"/": home, "/touch.png": icon}), "https://riverside.example/")
    assert found.logo is not None
    assert found.logo.url == "https://riverside.example/touch.png"


async def test_a_vector_alone_has_a_url_only() -> None:
    home = "<header><img class=logo src=/mark.svg></header><link rel=icon href=/small.png>"
    small = picture((9, 9, 200), size=(32, 32))
    found = await extract_website(Web({"/": home, "/small.png": small}), "https://riverside.example/")
    assert found.logo == Logo("https://riverside.example/mark.svg", None)


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "GIF"])
async def test_other_image_formats_become_png(form: str) -> None:
    web = Web({"/": HOME, "/logo.png": picture((0, 90, 200), form, (1_600, 400))})
    found = await extract_website(web, "https://riverside.example/")
    logo = stored(found)
    assert (logo.format, logo.size) == ("PNG", (800, 200))


async def test_photographs_tiny_and_broken_images_are_no_logo() -> None:
    photo = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise((256, 256), 90) for _ in range(3)]).save(photo, "PNG")
    for body in (photo.getvalue(), picture((1, 2, 3), size=(60, 31)), b"\x89PNG rubbish", b"", b"<svg/>"):
        found = await extract_website(Web({"/": HOME, "/logo.png": body}), "https://riverside.example/")
        assert found.logo is None


async def test_an_image_with_too_many_pixels_is_no_logo() -> None:
    giant = io.BytesIO()
    Image.new("1", (20_000, 5_000)).save(giant, "PNG")
    found = await extract_website(Web({"/": HOME, "/logo.png": giant.getvalue()}), "https://riverside.example/")
    assert found.logo is None


@pytest.mark.invariant("M4")
async def test_an_unreadable_home_page_raises_the_fetchers_error() -> None:
    class Refusing(Web):
        async def fetch(self, url: str, kind: Kind = Kind.PAGE, _redirects: int = 0) -> Fetched:
            self.asked.append(f"{url} {kind.name}")
            raise WebsiteAddressNotPublicError("intranet", "its address is not on the public Internet")

    web = Refusing({})
    with pytest.raises(WebsiteAddressNotPublicError):
        await extract_website(web, "intranet")
    assert web.asked == ["https://intranet PAGE"]


async def test_a_website_without_https_is_read_over_http() -> None:
    class Old(Web):
        async def fetch(self, url: str, kind: Kind = Kind.PAGE, _redirects: int = 0) -> Fetched:
            if url.startswith("https:") or kind is not Kind.PAGE:
                raise WebsiteUnreachableError("riverside.example", "the connection failed")
            return Fetched(url=url, content_type="text/html", body=b"<p>Old and good")

    found = await extract_website(Old({}), "riverside.example")
    assert found.pages[0].url == "http://riverside.example"
    assert found.name == "Riverside"


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://riverside.example/x", True),
        ("https://www.riverside.example/x", True),
        ("https://shop.riverside.example/x", True),
        ("https://riverside.example.evil.com/x", False),
        ("https://evilriverside.example/x", False),
        ("https://riverside.example:8443/x", False),
        ("https://riverside.example:99999999/x", False),
    ],
)
def test_only_links_of_the_same_site_are_followed(url: str, same: bool) -> None:
    assert same_site(url, "https://riverside.example/") is same


def test_invalid_links_are_ignored() -> None:
    home = "<a href='http://[::1'>x</a><a href='//riverside.example:x/about'>y</a><a href='javascript:1'>z</a>"
    assert relevant_links(parse_page(home), "https://riverside.example/", 5) == []
