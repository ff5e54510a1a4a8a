"""What the networks accept, as far as the payload shows it, and what an observation says about a post.

Instagram has changed its numbers before, so those that changed are settings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pulseworks_contracts import LIMITS, Media, PlatformLimits, PlatformPayload, Reason, hashtags_in, mentions_in

from publisher.clients.media import MediaProblem
from publisher.models import Preflight, ProviderProfile
from publisher.provider.rules import ProfileStatus, suspension

_RATIO_TOLERANCE = 0.005
_UNREACHABLE_TRIES = 3


@dataclass(frozen=True)
class InstagramLimits:
    hashtags: int
    mentions: int
    daily_posts: int


@dataclass(frozen=True)
class PreflightObservation:
    """What the provider and the storage answered. Without ``status`` the last recorded one is used."""

    status: ProfileStatus | None = None
    media: MediaProblem | None = None

    @property
    def is_provider_away(self) -> bool:
        return self.status is not None and self.status.failure is not None

    @property
    def is_conclusive(self) -> bool:
        return not self.is_provider_away and self.media is None


def refusal_of(
    preflight: Preflight, provider: ProviderProfile | None, observation: PreflightObservation, limits: InstagramLimits
) -> Reason | None:
    """Return the first reason to refuse the post, or None."""
    if observation.status is not None and observation.status.refusal is not None:
        return observation.status.refusal
    if not observation.is_provider_away and provider is not None:
        refusal = _refused_by_provider(preflight, provider, limits)
        if refusal is not None:
            return refusal
    payload = PlatformPayload.model_validate(preflight.payload)
    refusal = next(refusals_of_payload(payload, limits), None)
    if refusal is None and observation.media is not None:
        return _refused_media(observation.media, preflight.tries)
    return refusal


def _refused_by_provider(preflight: Preflight, provider: ProviderProfile, limits: InstagramLimits) -> Reason | None:
    suspended = suspension(provider)
    if suspended is None and preflight.platform == "INSTAGRAM":
        return quota_used_up(provider.instagram_used, limits)
    return suspended


def quota_used_up(used: int | None, limits: InstagramLimits) -> Reason | None:
    """Return the refusal when Instagram's daily posts are used up. ``used`` None: the number is not known."""
    if used is None or used < limits.daily_posts:
        return None
    return Reason(
        code="quota_exhausted",
        message=f"Instagram accepts {limits.daily_posts} posts of an account within 24 hours, and {used} are used. "
        "Move this post to a later time.",
        remedy="retry",
    )


def refusals_of_payload(payload: PlatformPayload, instagram: InstagramLimits) -> Iterator[Reason]:
    """Yield the reasons for which the network would refuse the payload, the most important first."""
    limits = LIMITS[payload.platform]
    name, most, text = limits.display_name, limits.max_characters, payload.text
    if len(text) > most:
        yield _edit("text_too_long", f"{name} accepts {most} characters, and the caption has {len(text)}. Shorten it")
    if payload.platform == "INSTAGRAM":
        yield from _too_many("hashtags", "hashtags", len(hashtags_in(text)), instagram.hashtags, name)
        yield from _too_many("mentions", "mentions", len(mentions_in(text)), instagram.mentions, name)
        if not payload.media:
            yield _edit("media_missing", f"{name} accepts no post without an image. Add one")
    yield from _too_many("media", "images", len(payload.media), limits.max_images, name)
    for media in payload.media:
        yield from _refusals_of_image(media, limits)


def _refusals_of_image(media: Media, limits: PlatformLimits) -> Iterator[Reason]:
    name, size, widths = limits.display_name, f"{media.width}×{media.height}", limits.image_widths
    if limits.image_ratios is not None:
        narrowest, widest = limits.image_ratios
        if not narrowest - _RATIO_TOLERANCE <= media.width / media.height <= widest + _RATIO_TOLERANCE:
            yield _edit("image_ratio", f"{name} accepts images from 4:5 to 1.91:1, and this one is {size}. Crop it")
    if widths is not None and media.width not in widths:
        fit = f"{widths[0]} to {widths[-1]} pixels wide"
        yield _edit("image_width", f"{name} accepts images {fit}, and this one is {size}. Resize it")
    if media.content_type not in limits.image_types:
        yield _edit("image_format", f"{name} accepts JPEG images, and this one is {media.content_type}. Replace it")
    if limits.max_alt_text is not None and len(media.alt_text) > limits.max_alt_text:
        yield _edit("alt_text_too_long", f"{name} accepts {limits.max_alt_text} characters of description. Shorten it")


def _too_many(code: str, what: str, count: int, most: int, network: str) -> Iterator[Reason]:
    if count > most:
        yield _edit(f"too_many_{code}", f"{network} accepts {most} {what}, and there are {count}. Remove some")


def _edit(code: str, what: str) -> Reason:
    return Reason(code=code, message=f"{what}, approve the post and schedule it again.", remedy="edit")


def is_web_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _refused_media(problem: MediaProblem, tries: int) -> Reason | None:
    """Return the refusal, or None to try again first: a failing storage does not mean a missing image."""
    match problem.kind:
        case "changed":
            return Reason(
                code="media_changed",
                message="The image at the post's address is not the approved one. Approve the post and "
                "schedule it again.",
                remedy="edit",
            )
        case "too_large":
            return Reason(
                code="image_too_large",
                message="The image is too large. Replace it with a smaller one.",
                remedy="edit",
            )
        case "unreachable" | "away" if tries + 1 >= _UNREACHABLE_TRIES:
            return Reason(
                code="media_unreachable",
                message=f"The post's image can't be fetched ({problem.detail}), so the network could not fetch it "
                "either. We try again until shortly before the post's time. If the problem remains, replace the image "
                "or contact support.",
                remedy="contact_support",
            )
        case _:
            return None
