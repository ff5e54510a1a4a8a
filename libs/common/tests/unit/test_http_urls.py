"""A stored URL is an http or https address, whatever else a browser would open."""

import pytest
from common.http import HttpUrl, is_http_url
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import urls
from pydantic import TypeAdapter, ValidationError

STORED = TypeAdapter(HttpUrl)


@pytest.mark.parametrize(
    "text",
    [
        "javascript://site/%0Aalert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "ftp://site.example/",
        "//site.example/",
        "site.example",
        "",
        "https://",
        "https:///path",
        "https:\\\\site.example\\",
        "https://user:secret@site.example/",
        "https://site.example:port/",
        "https://site.example/a b",
        'https://site.example/"onclick="x',
        "https://[::1/",
        f"https://site.example/{'x' * 2_000}",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert not is_http_url(text)
    with pytest.raises(ValidationError):
        STORED.validate_python(text)


def test_white_space_around_it_is_removed() -> None:
    assert STORED.validate_python(" https://site.example/Über?q=1#top ") == "https://site.example/Über?q=1#top"


@given(st.one_of(urls(), st.text(), st.text().map(lambda text: f"http{text}"), st.none(), st.integers()))
def test_what_is_accepted_starts_with_http(value: object) -> None:
    if is_http_url(value):
        assert value.startswith(("http://", "https://"))
        assert STORED.validate_python(value) == value
