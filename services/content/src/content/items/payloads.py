"""What exactly is posted on each platform, and the rules of the platforms for it.

Limits: Ayrshare's documentation of the networks (character limits; Instagram: 2,200 characters, 5 hashtags).
"""

from typing import get_args
from uuid import UUID

from common.contracts import Media, Platform, PlatformPayload, content_digest
from common.errors import FieldError

from content.media.schemas import StoredImage
from content.models import ContentItem

PLATFORMS: tuple[Platform, ...] = get_args(Platform)
MAX_TEXT: dict[Platform, int] = {"FACEBOOK": 63_206, "INSTAGRAM": 2_200}
"""Characters, hashtags included."""


def text_of(caption: str, hashtags: list[str]) -> str:
    """Return the caption with its hashtags, as people will see it."""
    return "\n\n".join(part for part in (caption.strip(), " ".join(f"#{tag}" for tag in hashtags)) if part)


def payloads_of(item: ContentItem) -> list[PlatformPayload]:
    """Return the payload of each platform that the item is for."""
    image = StoredImage.model_validate(item.media)
    text = text_of(item.caption, item.hashtags)
    return [
        PlatformPayload(platform=platform, text=text, media=[_media(platform, image, item.alt_text)])
        for platform in PLATFORMS
        if platform in item.platform_targets
    ]


def _media(platform: Platform, image: StoredImage, alt_text: str) -> Media:
    file, kind = (image.jpeg, "image/jpeg") if platform == "INSTAGRAM" else (image.png, "image/png")
    return Media.model_validate(
        {
            "url": file.url,
            "sha256": file.sha256,
            "content_type": kind,
            "width": image.width,
            "height": image.height,
            "alt_text": alt_text,
        }
    )


def hash_of(account_id: UUID, item: ContentItem) -> str:
    return content_digest(account_id, item.id, payloads_of(item))


def problems_of(caption: str, hashtags: list[str], targets: list[str], *, instagram_hashtags: int) -> list[FieldError]:
    """Return what a platform would refuse, by field."""
    found = []
    length = len(text_of(caption, hashtags))
    for platform in PLATFORMS:
        if platform in targets and length > MAX_TEXT[platform]:
            message = f"{platform.title()} takes {MAX_TEXT[platform]} characters with hashtags; this has {length}."
            found.append(FieldError(field="caption", code="too_long", message=message))
    if "INSTAGRAM" in targets and len(hashtags) > instagram_hashtags:
        message = f"Instagram takes {instagram_hashtags} hashtags; these are {len(hashtags)}."
        found.append(FieldError(field="hashtags", code="too_many", message=message))
    return found
