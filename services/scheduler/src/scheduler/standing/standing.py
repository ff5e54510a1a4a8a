"""What an account may do now, and what stands in the way."""

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from common.contracts import Platform

from scheduler.models import Account, PublishingProfile, ScheduleItem, Subscription

_NAMES: dict[str, str] = {"FACEBOOK": "Facebook", "INSTAGRAM": "Instagram"}


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why nothing may go out. ``message`` says what to do; ``remedy`` is the same as a stable word."""

    code: str
    message: str
    remedy: Literal["subscribe", "reconnect"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a post goes: frozen into each item (P2)."""

    provider_profile_id: str
    platform_account_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's read models at one moment; a model is None when nothing is known yet."""

    account: Account | None
    subscription: Subscription | None
    profile: PublishingProfile | None

    @property
    def zone(self) -> ZoneInfo | None:
        return None if self.account is None else ZoneInfo(self.account.timezone)

    @property
    def zone_or_utc(self) -> ZoneInfo:
        return self.zone or ZoneInfo("UTC")

    def target(self, platform: Platform) -> Target | Blocker:
        """Return where a new post on ``platform`` would go, or what forbids it (P1)."""
        if self.subscription is None or not self.subscription.posting:
            return Blocker(
                "subscription_without_posting",
                "The subscription does not include posting, or is not in good standing. See Billing.",
                "subscribe",
            )
        profile, name = self.profile, _NAMES[platform]
        if profile is None or profile.provider_profile_id is None:
            return Blocker(
                "profile_not_verified",
                f"Nobody has verified which {name} account is yours. Connect it and verify it.",
                "reconnect",
            )
        if profile.lost.get(platform, 0) > profile.verified_revision:
            return Blocker(
                "profile_needs_reconnect",
                f"{name} has lost its connection. Connect it again and verify it.",
                "reconnect",
            )
        if platform not in profile.platforms:
            return Blocker(
                "platform_not_verified",
                f"{name} is not among the verified accounts. Connect and verify it.",
                "reconnect",
            )
        return Target(profile.provider_profile_id, profile.platforms[platform])

    def blocker(self, item: ScheduleItem) -> Blocker | None:
        """Return what forbids that ``item`` goes out as it was frozen."""
        platform: Platform = "FACEBOOK" if item.platform == "FACEBOOK" else "INSTAGRAM"
        target = self.target(platform)
        if isinstance(target, Blocker):
            return target
        if target != Target(item.provider_profile_id, item.platform_account_id):
            return Blocker(
                "profile_changed",
                f"{_NAMES[platform]} is now verified with another account than the one this post was made for. "
                "Verify the former one again, or cancel this post and schedule it anew.",
                "reconnect",
            )
        return None
