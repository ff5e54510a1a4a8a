"""M4: with a pinned address the certificate must still match the URL's name."""

import pytest
from content.clients.website.errors import WebsiteUnreachableError

from .conftest import Internet, SecureSite

pytestmark = pytest.mark.invariant("M4")


async def test_sni_and_certificate_check_use_the_name_of_the_url(
    secure_site: SecureSite, secure_internet: Internet
) -> None:
    secure_site.site.page("/")
    page = await secure_internet.fetcher(ssl_context=secure_site.trusted).fetch("https://shop.example/")
    assert page.body == b"<h1>Hello</h1>"
    assert secure_internet.dialled == [("93.184.215.14", 443)]
    assert secure_site.asked_for == ["shop.example"]


async def test_a_certificate_for_another_name_is_refused(secure_site: SecureSite, secure_internet: Internet) -> None:
    with pytest.raises(WebsiteUnreachableError, match="certificate is not valid"):
        await secure_internet.fetcher(ssl_context=secure_site.trusted).fetch("https://other.example/")
    assert secure_site.asked_for == ["other.example"]
    assert secure_site.site.requests == []


async def test_a_self_signed_certificate_is_refused(secure_site: SecureSite, secure_internet: Internet) -> None:
    with pytest.raises(WebsiteUnreachableError, match="certificate is not valid"):
        await secure_internet.fetcher().fetch("https://shop.example/")
    assert secure_site.site.requests == []
