import pytest
from billing.checkout.errors import RedirectNotAllowedError
from billing.checkout.rules import Redirects

redirects = Redirects("https://app.example", ["admin.example", "preview.example:8443", "localhost:5173"])


@pytest.mark.parametrize(
    "url",
    [
        "https://app.example",
        "https://app.example/billing/success?session={CHECKOUT_SESSION_ID}#top",
        "https://APP.example/",
        "https://app.example:443/",
        "https://admin.example/x",
        "https://preview.example:8443/x",
        "http://localhost:5173/done",
    ],
)
def test_allowed_hosts_are_accepted(url: str) -> None:
    assert redirects.success(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/billing",
        "//evil.example/",
        "https://evil.example/",
        "https://evil.example/?https://app.example",
        "https://app.example.evil.example/",
        "https://evilapp.example/",
        "https://app.example@evil.example/",
        "https://app.example:x@evil.example/",
        "https://user@app.example/",
        "https://app.example\\@evil.example/",
        "https://evil.example\\.app.example/",
        "https://app.example:8443/",
        "https://preview.example/",
        "http://app.example/",
        "http://preview.example:8443/",
        "javascript://app.example/%0aalert(1)",
        "ftp://app.example/",
        "https://app.example/\r\nSet-Cookie: a=b",
        "https://app.example /",
        "\thttps://app.example/",
        "https://[app.example/",
        "https://app.example:99999/",
        "https://аpp.example/",
        "https://app.example/" + "x" * 2000,
    ],
)
def test_any_other_address_is_rejected(url: str) -> None:
    with pytest.raises(RedirectNotAllowedError) as rejected:
        redirects.cancel(url)
    assert rejected.value.errors[0].field == "cancel_url"


def test_a_web_application_without_tls_allows_http() -> None:
    plain = Redirects("http://localhost:3000", [])

    assert plain.portal(None) == "http://localhost:3000/billing"
    assert plain.allows("http://localhost:3000/x")
    assert not plain.allows("http://localhost/x")
