"""M4: the memory for a body is bounded, compressed or not."""

import gzip
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Callable

import httpcore2
import pytest
from content.clients.website.bodies import Body, read_limited
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


async def read(
    chunks: AsyncIterable[bytes],
    encoding: str = "",
    *,
    limit: int = 10_000,
    declared: str = "",
    partial: bool = False,
) -> Body:
    return await read_limited(
        "a.example", chunks, encoding=encoding, declared_length=declared, max_bytes=limit, partial=partial
    )


@given(body=st.binary(max_size=3_000), encoding=st.sampled_from(sorted(COMPRESSORS)), size=st.integers(1, 500))
@example(body=b"", encoding="Deflate ", size=1)
@example(body=b"raw deflate, byte by byte", encoding="Deflate ", size=1)
async def test_a_body_within_the_limit_is_read_in_any_encoding_and_chunking(
    body: bytes, encoding: str, size: int
) -> None:
    assert await read(Chunks(COMPRESSORS[encoding](body), size), encoding) == Body(body, complete=True)


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


@given(body=st.binary(max_size=3_000), encoding=st.sampled_from(["UTF-8", "none", "text/html", "identity, utf-8"]))
async def test_what_is_no_compression_is_ignored(body: bytes, encoding: str) -> None:
    assert (await read(Chunks(body), encoding)).content == body


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
async def test_what_is_called_compressed_and_is_not_is_read_as_it_is(encoding: str) -> None:
    assert (await read(Chunks(b"<p>Hello"), encoding)).content == b"<p>Hello"


async def test_what_was_compressed_twice_is_decompressed_twice() -> None:
    assert (await read(Chunks(gzip.compress(gzip.compress(b"Hello"))), "gzip, gzip")).content == b"Hello"


@given(size=st.integers(10_001, 13_000), encoding=st.sampled_from(sorted(COMPRESSORS)))
async def test_the_first_part_of_a_body_that_is_too_large_is_used_if_it_may_be(size: int, encoding: str) -> None:
    body = await read(Chunks(COMPRESSORS[encoding](b"x" * size)), encoding, declared=str(size), partial=True)
    assert body == Body(b"x" * 10_000, complete=False)


async def test_the_first_part_of_a_bomb_is_as_large_as_the_limit() -> None:
    bomb = Chunks(gzip.compress(bytes(50_000_000)))
    assert len((await read(bomb, "gzip", partial=True)).content) == 10_000
    assert bomb.given == 1


async def test_a_transfer_that_breaks_off_is_not_whole() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"<p>Hello"
        raise httpcore2.RemoteProtocolError("peer closed connection")

    assert await read(broken(), partial=True) == Body(b"<p>Hello", complete=False)
    with pytest.raises(WebsiteUnreachableError, match="before its response was complete"):
        await read(broken())


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip, gzip", "compress", "gzip, br"])
async def test_other_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(WebsiteContentTypeError):
        await read(Chunks(b"x"), encoding)


async def test_broken_compression_is_reported() -> None:
    with pytest.raises(WebsiteUnreachableError, match="broken"):
        await read(Chunks(gzip.compress(b"x" * 5_000)[:20] + b"nonsense" * 20), "gzip")


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=shift_jis", "①㈱髙".encode("cp932"), "①㈱髙"),
        ("text/html; charset=euc-jp", b"\xad\xa1\xad\xea\xfc\xe2" + "日本".encode("euc_jp"), "①㈱髙日本"),
        ("text/html; charset='gb2312'", "镕朱".encode("gbk"), "镕朱"),
        ("text/html; charset=gbk", "㐂".encode("gb18030"), "㐂"),
        ("text/html; charset=ks_c_5601-1987", "똠방각하".encode("cp949"), "똠방각하"),
        ("text/html; charset=big5", "嘅".encode("big5hkscs"), "嘅"),
        ("text/html; charset=tis-620", "สวัสดี".encode("cp874"), "สวัสดี"),
        ("text/html; charset=l9", "5 €".encode("iso8859-15"), "5 €"),
        ("text/html", b'<meta charset="utf-16">caf\xc3\xa9', '<meta charset="utf-16">café'),
        ("text/html", b"<!-- <meta charset=koi8-r> -->\xc3\xa9", "<!-- <meta charset=koi8-r> -->é"),
        (
            "text/html",
            b"%3000s<meta charset=windows-1251>\xcf" % b"",
            f"{'':3000}<meta charset=windows-1251>П",
        ),
        ("text/html; charset=utf-8", "é".encode("utf-16"), "é"),
        ("text/html", "<html lang='ja'>日本".encode("cp932"), "<html lang='ja'>日本"),
        ("text/html", "<html lang=ru-RU>Пекарня".encode("cp1251"), "<html lang=ru-RU>Пекарня"),
        (
            "text/html",
            b'<?xml version="1.0" encoding="iso-8859-2"?>\xb1',
            '<?xml version="1.0" encoding="iso-8859-2"?>ą',
        ),
        ("text/css", b'@charset "windows-1252";\xe9', '@charset "windows-1252";é'),
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


def test_half_a_character_at_the_end_of_a_part_does_not_change_its_encoding() -> None:
    body = "Whānau".encode()[:3]
    assert Fetched(url="", content_type="text/html", body=body, complete=False).text.startswith("Wh\ufffd")
    assert Fetched(url="", content_type="text/html", body=b"Caf\xe9", complete=True).text == "Café"


@given(
    charset=st.sampled_from(["utf-7", "zip", "punycode", "undefined", "rot13", "utf-16", "gb18030", "\x00"]),
    body=st.binary(),
)
def test_decoding_never_fails(charset: str, body: bytes) -> None:
    fetched = Fetched(url="http://a.example/", content_type=f"text/html; charset={charset}", body=body)
    assert isinstance(fetched.text, str)
