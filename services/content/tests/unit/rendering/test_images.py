"""Untrusted images become RGBA in sRGB, upright, whatever their encoding."""

import io
import random
import struct
import zlib
from typing import Any

import pytest
from content.rendering.images import UnreadableImageError, open_image
from content.rendering.uploads import convert_upload
from PIL import Image, ImageCms

ORANGE = (200, 80, 60)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def pixel(data: bytes, at: tuple[int, int] = (200, 200), **options: Any) -> tuple[int, ...]:
    found = open_image(data, **options).getpixel(at)
    assert isinstance(found, tuple)
    return found


def near(found: tuple[int, ...], wanted: tuple[int, ...], *, by: int = 4) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def sixteen_bits(value: int) -> bytes:
    image = Image.new("I;16", (400, 400), value)
    return encoded(image)


@pytest.mark.parametrize("value", [0, 257, 32_896, 65_535])
def test_grey_of_sixteen_bits_keeps_its_shade(value: int) -> None:
    assert near(pixel(sixteen_bits(value)), (value // 257,) * 3 + (255,), by=1)


def test_grey_of_sixteen_bits_keeps_its_transparency() -> None:
    data = sixteen_bits(0)
    header_end = data.index(b"IDAT") - 4
    chunk = b"tRNS" + struct.pack(">H", 0)
    transparent = (
        data[:header_end] + struct.pack(">I", 2) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[header_end:]
    )
    assert pixel(transparent)[3] == 0


@pytest.mark.parametrize(
    ("mode", "colour", "shown"),
    [
        ("1", 1, (255, 255, 255, 255)),
        ("L", 90, (90, 90, 90, 255)),
        ("LA", (90, 100), (90, 90, 90, 100)),
        ("RGB", ORANGE, (*ORANGE, 255)),
        ("RGBA", (*ORANGE, 100), (*ORANGE, 100)),
    ],
)
def test_each_mode_of_png_is_converted(mode: str, colour: Any, shown: tuple[int, ...]) -> None:
    assert pixel(encoded(Image.new(mode, (400, 400), colour))) == shown


def test_a_palette_with_transparency_is_converted() -> None:
    image = Image.new("P", (400, 400), 1)
    image.putpalette([0, 0, 0, *ORANGE])
    assert pixel(encoded(image)) == (*ORANGE, 255)
    assert pixel(encoded(image, transparency=1)) == (*ORANGE, 0)


def test_cmyk_is_converted() -> None:
    assert near(pixel(encoded(Image.new("CMYK", (400, 400), (0, 255, 255, 0)), "JPEG")), (255, 0, 0, 255), by=30)


def wide_gamut() -> bytes:
    """Return a profile with other primaries than sRGB: its red and green are swapped."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P")])
def test_colours_of_another_profile_become_srgb(kind: str, mode: str) -> None:
    image = Image.new("RGB", (400, 400), ORANGE)
    image = image.quantize(2) if mode == "P" else image.convert(mode)
    assert near(pixel(encoded(image, kind, icc_profile=wide_gamut())), (80, 200, 60, 255), by=8)


def test_alpha_and_srgb_survive_a_profile() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("RGBA", (400, 400), (*ORANGE, 100))
    assert near(pixel(encoded(image, icc_profile=srgb)), (*ORANGE, 100), by=1)


@pytest.mark.parametrize("profile", [b"nonsense", b"\x00" * 200])
@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("L", "PNG"), ("CMYK", "JPEG")])
def test_an_unusable_profile_is_ignored(profile: bytes, mode: str, kind: str) -> None:
    assert open_image(encoded(Image.new(mode, (400, 400)), kind, icc_profile=profile)).size == (400, 400)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_profile_of_another_colour_space_is_harmless(mode: str) -> None:
    assert open_image(encoded(Image.new(mode, (400, 400)), "JPEG", icc_profile=wide_gamut())).size == (400, 400)


def test_an_animation_shows_its_first_frame_and_a_photograph_is_upright() -> None:
    frames = [Image.new("RGB", (400, 400), colour) for colour in (ORANGE, (0, 0, 0))]
    for kind in ("PNG", "GIF", "WEBP"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert near(pixel(data, formats=("PNG", "GIF", "WEBP")), (*ORANGE, 255), by=12)
    exif = Image.Exif()
    exif[0x0112] = 6
    assert open_image(encoded(Image.new("RGB", (400, 300)), "JPEG", exif=exif)).size == (300, 400)


def bomb() -> bytes:
    """Return a PNG of a few bytes that claims 2 billion pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 65_000, 32_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


SOUND = encoded(Image.new("RGB", (400, 400), ORANGE), "JPEG")


@pytest.mark.parametrize("data", [b"", b"<svg/>", SOUND[:300], bomb(), encoded(Image.new("L", (5_000, 4_000)))])
def test_the_reason_for_a_refusal_has_no_internals(data: bytes) -> None:
    with pytest.raises(UnreadableImageError) as raised:
        convert_upload(data)
    assert "Send" in str(raised.value)
    assert not {"BytesIO", "0x", "bomb", "cannot", "truncated"} & set(str(raised.value).split())
    assert "<" not in str(raised.value)


def test_a_damaged_file_is_refused_or_decoded_but_never_another_error() -> None:
    rng = random.Random(7)
    for kind in ("PNG", "JPEG"):
        sound = encoded(Image.new("RGB", (330, 330), ORANGE), kind, icc_profile=wide_gamut())
        for _ in range(150):
            damaged = bytearray(sound)
            for _ in range(rng.randint(1, 6)):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
            try:
                open_image(bytes(damaged))
            except UnreadableImageError:
                continue
