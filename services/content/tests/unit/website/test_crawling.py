"""Crawling: robots.txt, pages that send a browser on, and what is said about what was not understood."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from content.clients.website.crawler import CrawledSite, ReadSheet, crawl
from content.clients.website.errors import (
    WebsiteAddressNotPublicError,
    WebsiteAnswerError,
    WebsiteError,
    WebsiteRedirectsError,
    WebsiteUnreachableError,
)
from content.clients.website.fetched import Fetched
from content.clients.website.fetcher import USER_AGENT, Kind
from content.clients.website.names import names_of
from content.clients.website.robots import PRODUCT
from content.clients.website.understanding import trouble_of

SITE = "https://bakery.example"
LONG = "Our bakers start at two in the morning, so that the bread is warm at six. " * 6
LINKS = "<a href=/about>About</a><a href=/prices>Prices</a><a href=/private/menu>Menu</a>"
ABOUT = {"/about": LONG, "/prices": LONG, "/private/menu": LONG}


class Web:
    """Answers from a table: a text, an error, or what was fetched."""

    def __init__(self, answers: Mapping[str, str | WebsiteError | Fetched]) -> None:
        self.answers = {path if "://" in path else SITE + path: answer for path, answer in answers.items()}
        self.asked: list[str] = []

    async def fetch(self, url: str, kind: Kind = Kind.PAGE, redirects: int = 0) -> Fetched:
        self.asked.append(f"{url.removeprefix(SITE)}")
        if redirects > 5:
            raise WebsiteRedirectsError("bakery.example", "redirects more than 5 times")
        answer = self.answers.get(url, WebsiteAnswerError("bakery.example", 404))
        if isinstance(answer, WebsiteError):
            raise answer
        if isinstance(answer, Fetched):
            return replace(answer, redirects=redirects)
        return Fetched(url, f"{min(kind.value)}; charset=utf-8", answer.encode(), redirects=redirects)


async def visit(answers: Mapping[str, str | WebsiteError | Fetched]) -> tuple[CrawledSite, list[str]]:
    web = Web(answers)
    site = await crawl(web, f"{SITE}/")
    return site, [page.url.removeprefix(SITE) for page in site.others]


async def test_robots_txt_is_respected_beyond_the_start_page() -> None:
    rules = f"User-agent: *\nDisallow: /\n\nUser-agent: {PRODUCT}\nDisallow: /private/\n"
    site, read = await visit({"/": LINKS + LONG, "/robots.txt": rules, **ABOUT})
    assert (read, site.forbidden) == (["/about", "/prices"], 1)
    assert PRODUCT in USER_AGENT


async def test_a_site_that_forbids_all_is_read_on_its_start_page_and_this_is_said() -> None:
    site, read = await visit({"/": LINKS + LONG, "/robots.txt": "User-agent: *\nDisallow: /", **ABOUT})
    assert read == []
    assert site.home.page.text
    assert "robots.txt does not allow" in (trouble_of(site) or "")


@pytest.mark.parametrize(("status", "pages"), [(404, 3), (403, 3), (410, 3), (429, 0), (500, 0), (503, 0)])
async def test_a_robots_txt_that_can_not_be_had_allows_all_or_nothing(status: int, pages: int) -> None:
    missing = WebsiteAnswerError("bakery.example", status)
    assert len((await visit({"/": LINKS + LONG, "/robots.txt": missing, **ABOUT}))[1]) == pages


async def test_an_unreachable_robots_txt_forbids_all() -> None:
    gone = WebsiteUnreachableError("bakery.example", "it closed the connection")
    assert (await visit({"/": LINKS + LONG, "/robots.txt": gone, **ABOUT}))[1] == []


async def test_each_host_is_asked_for_its_own_rules() -> None:
    links = "<a href=//shop.bakery.example/about>About</a><a href=/prices>Prices</a>"
    answers = {"/": links + LONG, "https://shop.bakery.example/about": LONG, **ABOUT}
    assert (await visit(answers))[1] == ["https://shop.bakery.example/about", "/prices"]
    answers["https://shop.bakery.example/robots.txt"] = "User-agent: *\nDisallow: /about"
    assert (await visit(answers))[1] == ["/prices"]


async def test_a_link_that_leads_to_another_website_is_left_out() -> None:
    elsewhere = Fetched("https://elsewhere.example/about", "text/html", LONG.encode())
    assert (await visit({"/": LINKS + LONG, **ABOUT, "/about": elsewhere}))[1] == ["/private/menu", "/prices"]


@pytest.mark.parametrize(
    "start",
    [
        '<meta http-equiv=refresh content="0;url=/en/">',
        "<script>location='/en/'</script>",
        "<frameset><frame src=/en/></frameset>",
        Fetched(f"{SITE}/", "text/html", b"", refresh="0; url=/en/"),
    ],
)
async def test_a_start_page_that_sends_a_browser_on_is_followed(start: str | Fetched) -> None:
    site, _ = await visit({"/": start, "/en/": LONG})
    assert site.home.url == f"{SITE}/en/"
    assert site.home.page.text


async def test_pages_that_send_on_count_as_redirects() -> None:
    web = Web({f"/{number}": f'<meta http-equiv=refresh content="0;url=/{number + 1}">' for number in range(20)})
    with pytest.raises(WebsiteRedirectsError):
        await crawl(web, f"{SITE}/0")
    assert web.asked == [f"/{number}" for number in range(7)]


@pytest.mark.invariant("M4")
async def test_a_page_that_sends_on_to_a_private_address_is_refused_by_the_guard() -> None:
    private = WebsiteAddressNotPublicError("10.0.0.5", "its address is not on the public Internet")
    forward = '<meta http-equiv=refresh content="0;url=http://10.0.0.5/">'
    with pytest.raises(WebsiteAddressNotPublicError):
        await visit({"/": forward, "http://10.0.0.5/": private})
    site, _ = await visit({"/": forward + LONG, "http://10.0.0.5/": private})
    assert site.home.url == f"{SITE}/"


async def test_a_page_that_reloads_itself_is_read() -> None:
    site, _ = await visit({"/": f'<meta http-equiv=refresh content="5;url=/"><p>{LONG}'})
    assert site.home.page.text


async def test_of_many_style_sheets_the_own_and_the_last_are_read_in_document_order() -> None:
    sheets = [f"<link rel=stylesheet href=https://cdn.example/{number}.css>" for number in range(20)]
    own = [f"<link rel=stylesheet href=/{number}.css media=SCREEN>" for number in range(8)]
    web = Web(
        {
            "/": "".join([*sheets, "<style>p{}</style>", *own]) + LONG,
            **{f"https://cdn.example/{number}.css": f"c{number}" for number in range(20)},
            **{f"/{number}.css": f"o{number}" for number in range(8)},
        }
    )
    site = await crawl(web, f"{SITE}/")
    texts = [sheet.text for sheet in site.stylesheets]
    assert texts == [*(f"c{number}" for number in range(4, 20)), "p{}", *(f"o{number}" for number in range(8))]
    assert site.stylesheets[16:18] == (ReadSheet(f"{SITE}/", "p{}", ""), ReadSheet(f"{SITE}/0.css", "o0", "screen"))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<div id=root></div><script src=a.js></script>", "after its scripts"),
        ("<noscript>You need to enable JavaScript</noscript><div id=root></div>", "after its scripts"),
        ("<img src=poster.jpg>", "No text was found"),
        ("<p>Opening soon", "Hardly any text"),
        (Fetched(f"{SITE}/", "text/html", LONG.encode() * 3, complete=False), "only its first part"),
        pytest.param(
            f"<div>{LONG}</div>" + "<i>x</i>" * 70_000,
            "only its first part",
            marks=pytest.mark.no_cover,  # the measurement of coverage slows the parser down by a factor of three
        ),
    ],
)
async def test_a_page_that_is_not_understood_says_why_and_what_to_do(page: str | Fetched, said: str) -> None:
    trouble = trouble_of((await visit({"/": page}))[0])
    assert trouble is not None
    assert said in trouble
    assert "brand profile" in trouble


async def test_a_page_that_is_understood_has_no_trouble() -> None:
    assert trouble_of((await visit({"/": LONG}))[0]) is None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<title>Home | Riverside Bakery</title>", "Riverside Bakery"),
        ("<title>Welcome</title>", "Bakery"),
        ("<title>Startseite - Bäckerei Müller</title>", "Bäckerei Müller"),
        ("<title>Welcome to Riverside Bakery</title>", "Riverside Bakery"),
        ("<title>Herzlich willkommen bei Müller</title>", "Müller"),
        ("<meta property=og:site_name content=Home><title>Riverside</title>", "Riverside"),
        ("<title>Homemade Pies</title>", "Homemade Pies"),
    ],
)
async def test_the_generic_part_of_a_title_is_no_name(head: str, name: str) -> None:
    site, _ = await visit({"/": head + LONG})
    assert names_of(site).likeliest == name
