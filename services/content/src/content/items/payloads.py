"""What exactly is posted on each platform, and the rules of the platforms for it."""

import re
from dataclasses import dataclass
from uuid import UUID

from common.errors import FieldError
from pulseworks_contracts import LIMITS, PLATFORMS, Media, Platform, PlatformPayload, content_digest

from content.media.schemas import StoredImage
from content.models import ContentItem


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


@dataclass(frozen=True)
class InstagramLimits:
    """How many of each one post may hold, in its caption and its hashtags together."""

    hashtags: int
    mentions: int


# as the network reads them: at the beginning of a word, so an address of mail or of a page holds none
HASHTAG = re.compile(r"(?<!\w)#\w+")
MENTION = re.compile(r"(?<!\w)@\w+")


def problems_of(caption: str, hashtags: list[str], targets: list[str], limits: InstagramLimits) -> list[FieldError]:
    """Return what a platform would refuse, by field."""
    text = text_of(caption, hashtags)
    found = [
        FieldError(
            field="caption",
            code="too_long",
            message=f"{limits_of.display_name} takes {limits_of.max_characters} characters with hashtags; "
            f"this has {len(text)}.",
        )
        for platform, limits_of in LIMITS.items()
        if platform in targets and len(text) > limits_of.max_characters
    ]
    if "INSTAGRAM" not in targets:
        return found
    for field, what, pattern, most in (
        ("hashtags", "hashtags", HASHTAG, limits.hashtags),
        ("caption", "mentions", MENTION, limits.mentions),
    ):
        count = len(pattern.findall(text))
        if count > most:
            message = f"Instagram takes {most} {what}, those in the caption included; these are {count}."
            found.append(FieldError(field=field, code="too_many", message=message))
    return found
