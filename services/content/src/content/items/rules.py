"""The exact payload for each platform, and the platforms' rules for it."""

from dataclasses import dataclass
from uuid import UUID

from common.errors import FieldError
from pulseworks_contracts import (
    LIMITS,
    PLATFORMS,
    Media,
    Platform,
    PlatformPayload,
    content_digest,
    hashtags_in,
    mentions_in,
)

from content.media.schemas import StoredImage
from content.models import ContentItem


def text_of(caption: str, hashtags: list[str]) -> str:
    """Return the caption followed by its hashtags, as it will be posted."""
    return "\n\n".join(part for part in (caption.strip(), " ".join(f"#{tag}" for tag in hashtags)) if part)


def payloads_of(item: ContentItem) -> list[PlatformPayload]:
    """Return the payload of each target platform."""
    image = StoredImage.model_validate(item.media)
    text = text_of(item.caption, item.hashtags)
    return [
        PlatformPayload(platform=platform, text=text, media=[_media(platform, image, item.alt_text)])
        for platform in PLATFORMS
        if platform in item.platform_targets
    ]


def _media(platform: Platform, image: StoredImage, alt_text: str) -> Media:
    file, content_type = (image.jpeg, "image/jpeg") if platform == "INSTAGRAM" else (image.png, "image/png")
    return Media.model_validate(
        {
            "url": file.url,
            "sha256": file.sha256,
            "content_type": content_type,
            "width": image.width,
            "height": image.height,
            "alt_text": alt_text,
        }
    )


def hash_of(account_id: UUID, item: ContentItem) -> str:
    return content_digest(account_id, item.id, payloads_of(item))


@dataclass(frozen=True)
class InstagramLimits:
    """The most hashtags and mentions of one post, counted in its caption and its hashtag list together."""

    hashtags: int
    mentions: int


def violations(caption: str, hashtags: list[str], targets: list[str], limits: InstagramLimits) -> list[FieldError]:
    """Return what a platform would reject, by field."""
    text = text_of(caption, hashtags)
    found = [
        FieldError(
            field="caption",
            code="too_long",
            message=f"{limit.display_name} allows {limit.max_characters} characters including hashtags; "
            f"this text has {len(text)}.",
        )
        for platform, limit in LIMITS.items()
        if platform in targets and len(text) > limit.max_characters
    ]
    if "INSTAGRAM" not in targets:
        return found
    for field, noun, names, maximum in (
        ("hashtags", "hashtags", hashtags_in(text), limits.hashtags),
        ("caption", "mentions", mentions_in(text), limits.mentions),
    ):
        count = len(names)
        if count > maximum:
            message = f"Instagram allows {maximum} {noun}, including those in the caption; this post has {count}."
            found.append(FieldError(field=field, code="too_many", message=message))
    return found
