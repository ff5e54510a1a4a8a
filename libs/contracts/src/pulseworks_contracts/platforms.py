"""The platforms: their names and their limits.

Limits: https://www.ayrshare.com/docs/media-guidelines and the pages of the networks that it links to.
"""

from dataclasses import dataclass
from typing import Literal, get_args

Platform = Literal["FACEBOOK", "INSTAGRAM"]

PLATFORMS: tuple[Platform, ...] = get_args(Platform)


@dataclass(frozen=True, slots=True)
class PlatformLimits:
    """What a platform accepts in one post. None: no known limit."""

    display_name: str
    max_characters: int
    """Characters of the caption, hashtags included."""
    max_images: int
    max_image_bytes: int
    max_alt_text: int | None = None
    """Characters."""
    image_widths: range | None = None
    """Pixels."""
    image_ratios: tuple[float, float] | None = None
    """Narrowest and widest width divided by height."""
    image_types: tuple[str, ...] = ("image/jpeg", "image/png")
    max_hashtags: int | None = None
    """Instagram lowered its limit from 30 to 5 in 2025, so services read it from a setting with this default."""
    max_mentions: int | None = None
    max_posts_per_day: int | None = None
    """Posts of one account in a rolling 24 hours."""


LIMITS: dict[Platform, PlatformLimits] = {
    "FACEBOOK": PlatformLimits(
        display_name="Facebook", max_characters=63_206, max_images=10, max_image_bytes=10_000_000
    ),
    "INSTAGRAM": PlatformLimits(
        display_name="Instagram",
        max_characters=2_200,
        max_images=10,
        max_image_bytes=8_000_000,
        max_alt_text=1_000,
        image_widths=range(320, 1_441),
        image_ratios=(4 / 5, 1.91),
        image_types=("image/jpeg",),
        max_hashtags=5,
        max_mentions=3,
        max_posts_per_day=50,
    ),
}
