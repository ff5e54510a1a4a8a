"""M4: the memory for a body is bounded, compressed or not."""

import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
from content.clients.website.bodies import read_limited
from content.clients.website.errors import WebsiteContentTypeError, WebsiteTooLargeError, WebsiteUnreachableError
from content.clients.website.fetched import Fetched
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = pytest.mark.invariant("M4")


class Chunks:
    def __init__(self, body: bytes, size: int = 1_000) -> None:
        self._body, self._size = body, size
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), self._size):
            self.given += 1
            yield self._body[start : start + self._size]


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate ": raw_deflate,
}


async def read(chunks: Chunks, encoding: str = "", *, limit: int = 10_000, declared: str = "") -> bytes:
    return await read_limited("a.example", chunks, encoding=encoding, declared_length=declared, max_bytes=limit)


@given(body=st.binary(max_size=3_000), encoding=st.sampled_from(sorted(COMPRESSORS)), size=st.integers(1, 500))
@example(body=b"", encoding="Deflate ", size=1)
@example(body=b"raw deflate, byte by byte", encoding="Deflate ", size=1)
async def test_a_body_within_the_limit_is_read_in_any_encoding_and_chunking(
    body: bytes, encoding: str, size: int
) -> None:
    assert await read(Chunks(COMPRESSORS[encoding](body), size), encoding) == body


@given(excess=st.integers(1, 3_000), encoding=st.sampled_from(sorted(COMPRESSORS)))
async def test_one_byte_over_the_limit_is_refused_in_any_encoding(excess: int, encoding: str) -> None:
    with pytest.raises(WebsiteTooLargeError):
        await read(Chunks(COMPRESSORS[encoding](b"x" * (10_000 + excess))), encoding)


async def test_a_decompression_bomb_is_stopped_at_the_first_chunk() -> None:
    bomb = Chunks(gzip.compress(bytes(50_000_000)))
    with pytest.raises(WebsiteTooLargeError, match=r"0\.01 MB"):
        await read(bomb, "gzip")
    assert bomb.given == 1


async def test_a_declared_length_above_the_limit_is_refused_before_reading() -> None:
    chunks = Chunks(b"x")
    with pytest.raises(WebsiteTooLargeError):
        await read(chunks, declared="10001")
    assert chunks.given == 0


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
async def test_other_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(WebsiteContentTypeError):
        await read(Chunks(b"x"), encoding)


async def test_broken_compression_is_reported() -> None:
    with pytest.raises(WebsiteUnreachableError, match="broken"):
        await read(Chunks(gzip.compress(b"x" * 5_000)[:20] + b"nonsense" * 20), "gzip")


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=utf-8", "Café".encode(), "Café"),
        ("text/html; charset=ISO-8859-1", "Café – 5 €".encode("cp1252"), "Café – 5 €"),
        ("text/html", b'<meta charset="windows-1252">Caf\xe9', '<meta charset="windows-1252">Café'),
        ("text/html", "Whānau".encode(), "Whānau"),
        ("text/html", b"Caf\xe9", "Café"),
        ("text/html; charset=utf-8", b"\xef\xbb\xbfx", "x"),
        ("text/html; charset=idna", b"x", "x"),
        ("text/html; charset=unicode_escape", b"\\d", "\\d"),
        ("text/html; charset=nonsense", b"x\xe9", "xé"),
    ],
)
def test_text_is_decoded_like_a_browser_does(content_type: str, body: bytes, text: str) -> None:
    assert Fetched(url="http://a.example/", content_type=content_type, body=body).text == text


@given(
    charset=st.sampled_from(["utf-7", "zip", "punycode", "undefined", "rot13", "utf-16", "gb18030", "\x00"]),
    body=st.binary(),
)
def test_decoding_never_fails(charset: str, body: bytes) -> None:
    fetched = Fetched(url="http://a.example/", content_type=f"text/html; charset={charset}", body=body)
    assert isinstance(fetched.text, str)
