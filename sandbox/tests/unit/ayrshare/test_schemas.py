import pytest
from sandbox.ayrshare.responses import AyrshareError
from sandbox.ayrshare.schemas import PostRequest, parse, parse_utc


@pytest.mark.parametrize("value", ["2026-07-08T12:30:00Z", "2026-07-08T12:30:00.500Z"])
def test_utc_times_are_read(value: str) -> None:
    assert int(parse_utc(value)) == 1_783_513_800


@pytest.mark.parametrize("value", ["", "2026-07-08", "2026-07-08T12:30:00", "2026-07-08T12:30:00+00:00", "13:05Z"])
def test_other_times_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="is not a UTC time"):
        parse_utc(value)


def test_every_invalid_field_is_named() -> None:
    raw = b'{"post": 1, "platforms": [], "caption": "x"}'
    with pytest.raises(AyrshareError) as raised:
        parse(PostRequest, raw, "application/json; charset=utf-8")
    assert raised.value.http == 400
    for name in ("post", "platforms", "caption"):
        assert name in str(raised.value)


def test_empty_text_needs_media() -> None:
    with pytest.raises(AyrshareError, match="only with mediaUrls"):
        parse(PostRequest, b'{"post": "", "platforms": ["facebook"]}', "application/json")
    media_only = b'{"post": "", "platforms": ["facebook"], "mediaUrls": ["https://one.example/a.jpg"]}'
    assert parse(PostRequest, media_only, "application/json").post == ""


def test_platform_named_twice_is_refused() -> None:
    with pytest.raises(AyrshareError, match="twice"):
        parse(PostRequest, b'{"post": "x", "platforms": ["facebook", "facebook"]}', "application/json")
