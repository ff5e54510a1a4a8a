"""Whether an account may post, and what blocks it."""

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from pulseworks_contracts import LIMITS, Platform, Remedy

from scheduler.models import Account, AccountPause, OperatorPause, PublishingProfile, ScheduleItem, Subscription


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a post may not go out.

    This is not the contracts' ``Reason``: its remedies lack ``resume`` and ``wait``. Only the scheduler knows pauses,
    and no event carries them.
    """

    code: str
    message: str
    remedy: Remedy | Literal["resume", "wait"]


@dataclass(frozen=True, slots=True)
class Target:
    """The profile and the platform account that a post goes to. Frozen into each item (P2)."""

    provider_profile_id: str
    platform_account_id: str


@dataclass(frozen=True, slots=True)
class PostingEligibility:
    """An account's read models and pauses at one moment. A read model is None before its first event."""

    account: Account | None
    subscription: Subscription | None
    profile: PublishingProfile | None
    account_pause: AccountPause | None
    operator_pause: OperatorPause | None

    @property
    def zone(self) -> ZoneInfo | None:
        return None if self.account is None else ZoneInfo(self.account.timezone)

    @property
    def zone_or_utc(self) -> ZoneInfo:
        return self.zone or ZoneInfo("UTC")

    def target(self, platform: Platform) -> Target | Blocker:
        """Return the target of a new post on ``platform``, or what blocks it (P1). Pauses do not block new posts."""
        return self._subscription_blocker() or self._connection(platform)

    def pauses(self) -> list[Blocker]:
        """Return the pauses that hold back every post of the account."""
        found = []
        if self.operator_pause is not None:
            reason = self.operator_pause.reason
            message = (
                f"PulseWorks has paused all posts: {reason} Posts whose time has not passed are published afterwards."
            )
            found.append(Blocker("paused_all", message, "wait"))
        if self.account_pause is not None:
            reason = f" ({self.account_pause.reason})" if self.account_pause.reason else ""
            message = f"All posts of the account are paused{reason}. Resume them."
            found.append(Blocker("paused_account", message, "resume"))
        return found

    def blockers(self, item: ScheduleItem) -> list[Blocker]:
        """Return everything that keeps ``item`` from going out as it was frozen."""
        found = self.pauses()
        if item.paused_at is not None:
            found.append(Blocker("paused_item", "This post is paused. Resume it.", "resume"))
        subscription = self._subscription_blocker()
        if subscription is not None:
            found.append(subscription)
        platform: Platform = "FACEBOOK" if item.platform == "FACEBOOK" else "INSTAGRAM"
        target = self._connection(platform)
        if isinstance(target, Blocker):
            found.append(target)
        elif target != Target(item.provider_profile_id, item.platform_account_id):
            name = LIMITS[platform].display_name
            message = (
                f"The verified {name} account has changed since this post was scheduled. "
                "Verify the earlier account again, or cancel the post and schedule its content again."
            )
            found.append(Blocker("profile_changed", message, "reconnect"))
        return found

    def _subscription_blocker(self) -> Blocker | None:
        if self.subscription is not None and self.subscription.posting:
            return None
        message = "The subscription does not include posting or is not in good standing. Check it under Billing."
        return Blocker("subscription_without_posting", message, "subscribe")

    def _connection(self, platform: Platform) -> Target | Blocker:
        profile, name = self.profile, LIMITS[platform].display_name
        if profile is None or profile.provider_profile_id is None:
            message = f"No {name} account is verified. Connect one and verify it."
            return Blocker("profile_not_verified", message, "reconnect")
        if profile.lost.get(platform, 0) > profile.verified_revision:
            message = f"The connection to {name} was lost. Connect it again and verify it."
            return Blocker("profile_needs_reconnect", message, "reconnect")
        if platform not in profile.platforms:
            message = f"No {name} account is among the verified accounts. Connect one and verify it."
            return Blocker("platform_not_verified", message, "reconnect")
        return Target(profile.provider_profile_id, profile.platforms[platform])
