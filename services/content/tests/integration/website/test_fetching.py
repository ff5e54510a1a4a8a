"""M4 over real connections: redirects, rebinding, slow, endless and compressed responses."""

import asyncio
import gzip
from itertools import count

import pytest
from content.clients.website.errors import (
    WebsiteAddressNotPublicError,
    WebsiteAnswerError,
    WebsiteContentTypeError,
    WebsiteRedirectsError,
    WebsiteTimeoutError,
    WebsiteTooLargeError,
    WebsiteUnreachableError,
    WebsiteUrlInvalidError,
)
from content.clients.website.fetcher import FetchLimits, Kind

from .conftest import Connection, Internet, Site

pytestmark = pytest.mark.invariant("M4")

PUBLIC = "93.184.215.14"
SHORT = FetchLimits(total_seconds=0.6, connect_seconds=0.3, read_seconds=0.2)


async def test_a_public_page_is_fetched_by_name_from_the_checked_address(site: Site, internet: Internet) -> None:
    site.page("/about?x=1", "Kia ora, whānau".encode())
    page = await internet.fetcher().fetch("http://Shop.Example./about?x=1#team")
    assert (page.text, page.url) == ("Kia ora, whānau", "http://shop.example/about?x=1")
    assert internet.dialled == [(PUBLIC, 80)]
    assert "host: shop.example\r\n" in site.requests[0].lower()
    assert "cookie" not in site.requests[0].lower()


async def test_a_local_site_requires_the_allow_list(site: Site, internet: Internet) -> None:
    site.page("/")
    url = f"http://127.0.0.1:{site.port}/"
    page = await internet.fetcher(allowed=frozenset({("127.0.0.1", site.port)})).fetch(url)
    assert page.body == b"<h1>Hello</h1>"
    with pytest.raises(WebsiteAddressNotPublicError):
        await internet.fetcher().fetch(url)
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://intranet.example/",
        "//intranet.example/",
        "http://shop.example:5432/",
    ],
)
async def test_a_redirect_to_a_private_address_is_refused_before_connecting(
    location: str, site: Site, internet: Internet
) -> None:
    internet.names["intranet.example"] = [["10.0.0.5"]]
    site.redirect("/", location)
    with pytest.raises(WebsiteAddressNotPublicError):
        await internet.fetcher().fetch("http://shop.example/")
    assert internet.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "gopher://shop.example/", "http://2130706433/", "http://u:p@shop.example/"]
)
async def test_a_redirect_to_an_invalid_url_is_refused(location: str, site: Site, internet: Internet) -> None:
    site.redirect("/", location)
    with pytest.raises(WebsiteUrlInvalidError):
        await internet.fetcher().fetch("http://shop.example/")
    assert len(internet.dialled) == 1


async def test_an_allowed_local_site_can_not_redirect_to_another_port(site: Site, internet: Internet) -> None:
    site.redirect("/", "http://127.0.0.1:1/")
    with pytest.raises(WebsiteAddressNotPublicError):
        await internet.fetcher(allowed=frozenset({("127.0.0.1", site.port)})).fetch(f"http://127.0.0.1:{site.port}/")


async def test_dns_rebinding_between_redirects_is_refused(site: Site, internet: Internet) -> None:
    internet.names["shop.example"] = [[PUBLIC], ["127.0.0.1"]]
    site.redirect("/", "/again")
    with pytest.raises(WebsiteAddressNotPublicError):
        await internet.fetcher().fetch("http://shop.example/")
    assert internet.dialled == [(PUBLIC, 80)]


async def test_five_redirects_are_followed_and_the_final_url_is_returned(site: Site, internet: Internet) -> None:
    for hop in range(5):
        site.redirect(f"/{hop}", f"{hop + 1}", status="308 Permanent Redirect")
    site.page("/5")
    page = await internet.fetcher().fetch("http://shop.example/0")
    assert page.url == "http://shop.example/5"


@pytest.mark.parametrize("location", ["/", "\t"])
async def test_endless_redirects_and_those_without_a_target_are_refused(
    location: str, site: Site, internet: Internet
) -> None:
    site.redirect("/", location)
    with pytest.raises(WebsiteRedirectsError):
        await internet.fetcher().fetch("http://shop.example/")
    assert len(site.requests) <= 6


@pytest.mark.parametrize("kind", [Kind.PAGE, Kind.IMAGE])
async def test_an_endless_body_is_cut_or_refused_at_the_limit(kind: Kind, site: Site, internet: Internet) -> None:
    sent = count()

    async def endless(stream: Connection) -> None:
        await stream.send(f"HTTP/1.1 200 OK\r\nContent-Type: {min(kind.value)}\r\n\r\n".encode())
        while True:
            await stream.send(b"x" * 100_000)
            next(sent)

    site.answers["/"] = endless
    if kind is Kind.PAGE:
        page = await internet.fetcher().fetch("http://shop.example/")
        assert (len(page.body), page.complete) == (2_000_000, False)
    else:
        with pytest.raises(WebsiteTooLargeError, match="5 MB"):
            await internet.fetcher().fetch("http://shop.example/", kind)
    assert next(sent) < 300


async def test_a_gzip_bomb_is_cut_or_refused_at_the_decompressed_limit(site: Site, internet: Internet) -> None:
    bomb = gzip.compress(bytes(100_000_000), compresslevel=1)
    site.page("/", bomb, headers="Content-Encoding: gzip\r\n")
    page = await internet.fetcher().fetch("http://shop.example/")
    assert (len(page.body), page.complete) == (2_000_000, False)
    site.page("/", bomb, headers="Content-Encoding: gzip\r\n", content_type="image/png")
    with pytest.raises(WebsiteTooLargeError):
        await internet.fetcher().fetch("http://shop.example/", Kind.IMAGE)


async def test_a_compressed_page_is_decompressed(site: Site, internet: Internet) -> None:
    site.page("/", gzip.compress(b"Hello"), headers="Content-Encoding: gzip\r\n")
    assert (await internet.fetcher().fetch("http://shop.example/")).body == b"Hello"


async def test_a_silent_server_hits_the_read_timeout(site: Site, internet: Internet) -> None:
    async def silent(_stream: Connection) -> None:
        await asyncio.sleep(60)

    site.answers["/"] = silent
    with pytest.raises(WebsiteTimeoutError, match=r"0\.2 seconds"):
        await internet.fetcher(limits=SHORT).fetch("http://shop.example/")


async def test_a_slow_trickle_hits_the_total_timeout(site: Site, internet: Internet) -> None:
    async def trickle(stream: Connection) -> None:
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            await stream.send(b"x")
            await asyncio.sleep(0.05)

    site.answers["/"] = trickle
    with pytest.raises(WebsiteTimeoutError, match=r"0\.6 seconds"):
        await internet.fetcher(limits=SHORT).fetch("http://shop.example/")


async def test_redirects_do_not_extend_the_total_time(site: Site, internet: Internet) -> None:
    async def slow_redirect(stream: Connection) -> None:
        await asyncio.sleep(0.15)
        await stream.send(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    site.answers["/"] = slow_redirect
    with pytest.raises(WebsiteTimeoutError, match=r"0\.6 seconds"):
        await internet.fetcher(limits=SHORT).fetch("http://shop.example/")


async def test_an_unresponsive_name_server_hits_the_timeout(internet: Internet) -> None:
    internet.lookup_seconds = 60
    with pytest.raises(WebsiteTimeoutError):
        await internet.fetcher(limits=SHORT).fetch("http://shop.example/")


async def test_unexpected_content_types_and_statuses_are_refused(site: Site, internet: Internet) -> None:
    site.page("/", b"%PDF", content_type="application/pdf")
    site.page("/page")
    fetcher = internet.fetcher()
    with pytest.raises(WebsiteContentTypeError, match="application/pdf"):
        await fetcher.fetch("http://shop.example/")
    with pytest.raises(WebsiteContentTypeError):
        await fetcher.fetch("http://shop.example/page", Kind.IMAGE)
    with pytest.raises(WebsiteAnswerError, match="404"):
        await fetcher.fetch("http://shop.example/missing")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Fill: x\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nHello",
    ],
)
async def test_what_is_no_response_is_named(answer: bytes, site: Site, internet: Internet) -> None:
    site.answers["/"] = answer
    with pytest.raises(WebsiteUnreachableError, match="it sent no valid response"):
        await internet.fetcher().fetch("http://shop.example/")


OK = "HTTP/1.1 200 OK\r\n"
HTML = "Content-Type: text/html\r\n"


@pytest.mark.parametrize(
    "head",
    [
        f"{OK}{HTML}X-Powered-By : PHP\r\n",
        f"{OK}no colon in this line\r\n{HTML}",
        f"{OK}{HTML}X Two Words: x\r\nX-Nul: a\0b\r\n: no name\r\n",
        f"{OK}X-Folded: a\r\n b\r\n{HTML}",
        f"{OK} leading space: x\r\n{HTML}",
        f"HTTP/1.1  200 OK\r\n{HTML}",
        f"HTTP/1.1 200\r\n{HTML}",
        f"http/1.1 200 fine\r\n{HTML}",
        f"HTTP/2 200 OK\r\n{HTML}",
        f"\r\n{OK}{HTML}",
        f"{OK}{HTML}".replace("\r\n", "\n"),
        f"{OK}{HTML}Content-Length: abc\r\n",
        f"{OK}{HTML}Content-Length: 5\r\nContent-Length: 5\r\n",
        f"{OK}{HTML}Transfer-Encoding: identity\r\n",
        f"HTTP/1.1 103 Early Hints\r\nLink : x\r\n\r\n{OK}{HTML}",
        f"{OK}Content-Type: text/html, text/html; charset=utf-8\r\n",
        f"{OK}{HTML}Content-Encoding: UTF-8\r\n",
        OK,
    ],
)
async def test_a_head_that_browsers_read_is_read(head: str, site: Site, internet: Internet) -> None:
    end = "\n" if "\r" not in head else "\r\n"
    site.answers["/"] = (head + end).encode() + b"<h1>H"
    page = await internet.fetcher().fetch("http://shop.example/")
    assert (page.body, page.complete) == (b"<h1>H", True)


@pytest.mark.parametrize("twice", ["Transfer-Encoding: chunked\r\n", "Content-Length: 3\r\n"])
async def test_chunks_are_read_whatever_stands_beside_them(twice: str, site: Site, internet: Internet) -> None:
    head = f"{OK}{HTML}Transfer-Encoding: chunked\r\n{twice}\r\n"
    site.answers["/"] = f"{head}5\r\n<h1>H\r\n0\r\n\r\n".encode()
    page = await internet.fetcher().fetch("http://shop.example/")
    assert (page.body, page.complete) == (b"<h1>H", True)


@pytest.mark.parametrize(
    "answer",
    [
        f"{OK}{HTML}Transfer-Encoding: chunked\r\n\r\n5\r\n<h1>H\r\n",
        f"{OK}{HTML}Transfer-Encoding: chunked\r\n\r\n5\r\n<h1>H\r\nnonsense\r\n",
        f"{OK}{HTML}Content-Length: 10\r\n\r\n<h1>H",
    ],
)
async def test_a_page_whose_transfer_breaks_off_is_not_whole(answer: str, site: Site, internet: Internet) -> None:
    site.answers["/"] = answer.encode()
    page = await internet.fetcher().fetch("http://shop.example/")
    assert (page.body, page.complete) == (b"<h1>H", False)
    site.answers["/"] = answer.replace("text/html", "image/png").encode()
    with pytest.raises(WebsiteUnreachableError, match="before its response was complete"):
        await internet.fetcher().fetch("http://shop.example/", Kind.IMAGE)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/café/".encode(), "/caf%C3%A9/"),
        (b"/caf\xe9/", "/caf%E9/"),
        (b"/my page/", "/my%20page/"),
        (b"\\about\\", "/about/"),
        (b"?a=caf\xc3\xa9", "/?a=caf%C3%A9"),
    ],
)
async def test_a_redirect_is_followed_as_browsers_write_it(
    location: bytes, path: str, site: Site, internet: Internet
) -> None:
    site.answers["/"] = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % location
    site.page(path)
    page = await internet.fetcher().fetch("http://shop.example/")
    assert (page.url, page.redirects) == (f"http://shop.example{path}", 1)


async def test_a_refresh_header_is_reported(site: Site, internet: Internet) -> None:
    site.page("/", headers="Refresh: 0; url=/en/\r\n")
    assert (await internet.fetcher().fetch("http://shop.example/")).refresh == "0; url=/en/"


async def test_redirects_of_pages_count(site: Site, internet: Internet) -> None:
    site.redirect("/", "/page")
    site.page("/page")
    fetcher = internet.fetcher()
    assert (await fetcher.fetch("http://shop.example/", redirects=4)).redirects == 5
    with pytest.raises(WebsiteRedirectsError):
        await fetcher.fetch("http://shop.example/", redirects=5)


async def test_a_connection_with_a_head_that_was_put_right_is_not_used_again(site: Site, internet: Internet) -> None:
    site.answers["/"] = f"{OK}{HTML}Bad : x\r\nContent-Length: 1\r\n\r\nx".encode()
    fetcher = internet.fetcher()
    await fetcher.fetch("http://shop.example/")
    await fetcher.fetch("http://shop.example/")
    assert len(internet.dialled) == 2


async def test_robots_txt_is_read_whatever_its_type(site: Site, internet: Internet) -> None:
    site.page("/robots.txt", b"User-agent: *", content_type="application/octet-stream")
    assert (await internet.fetcher().fetch("http://shop.example/robots.txt", Kind.ROBOTS)).body == b"User-agent: *"


async def test_a_closed_port_is_unreachable(internet: Internet, free_port: int) -> None:
    internet.routes[(PUBLIC, 80)] = free_port
    with pytest.raises(WebsiteUnreachableError, match="did not accept the connection"):
        await internet.fetcher().fetch("http://shop.example/")
