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


async def test_an_endless_body_is_refused_at_the_limit(site: Site, internet: Internet) -> None:
    sent = count()

    async def endless(stream: Connection) -> None:
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            await stream.send(b"x" * 100_000)
            next(sent)

    site.answers["/"] = endless
    with pytest.raises(WebsiteTooLargeError, match="2 MB"):
        await internet.fetcher().fetch("http://shop.example/")
    assert next(sent) < 200


async def test_a_gzip_bomb_is_refused_at_the_decompressed_limit(site: Site, internet: Internet) -> None:
    bomb = gzip.compress(bytes(100_000_000), compresslevel=1)
    site.page("/", bomb, headers="Content-Encoding: gzip\r\n")
    with pytest.raises(WebsiteTooLargeError):
        await internet.fetcher().fetch("http://shop.example/")


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
    [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Type: text/html\r\n\r\nabc"],
)
async def test_a_malformed_or_truncated_response_is_unreachable(answer: bytes, site: Site, internet: Internet) -> None:
    site.answers["/"] = answer
    with pytest.raises(WebsiteUnreachableError):
        await internet.fetcher().fetch("http://shop.example/")


async def test_a_closed_port_is_unreachable(internet: Internet, free_port: int) -> None:
    internet.routes[(PUBLIC, 80)] = free_port
    with pytest.raises(WebsiteUnreachableError):
        await internet.fetcher().fetch("http://shop.example/")
