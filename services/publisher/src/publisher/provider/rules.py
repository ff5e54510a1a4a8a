"""What the provider says about a profile, and how long calls for it have to pause."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from pulseworks_contracts import Reason

from publisher.clients.ayrshare.answers import LinkedAccount, ProfileDetails
from publisher.clients.ayrshare.rate_limit import UNLIMITED, WINDOW_SECONDS, RateLimit
from publisher.models import ProviderProfile

DAY = timedelta(hours=24)
STATUS_SECONDS = 5.0
"""How long a request for the status of a profile may take."""
_LONGEST_JITTER = timedelta(minutes=15)


@dataclass(frozen=True)
class PacingRules:
    refusals_per_day: int
    """After this many 429s within 24 hours the profile pauses for the rest of them."""
    calls_kept: int
    """This many calls of a window are reserved for requests other than posts; at most a tenth of the window."""

    def is_near_limit(self, limit: RateLimit) -> bool:
        if limit.remaining is None or limit.most is None:
            return False
        return limit.remaining <= min(self.calls_kept, limit.most // 10)


@dataclass(frozen=True)
class ProfileStatus:
    """The result of fetching a profile: its details, a definite refusal of the profile, or an unrelated failure."""

    fetched_at: datetime
    """When the request began: the status may be older than the answer, never older than this."""
    details: ProfileDetails | None = None
    refusal: Reason | None = None
    failure: Literal["away", "rate_limited"] | None = None
    limit: RateLimit = UNLIMITED
    with_quota: bool = False
    """Whether the usage of Instagram's quota was requested too."""

    def linked_on(self, platform: str) -> LinkedAccount | None:
        """Return the account that is linked on the platform, if any."""
        linked = self.details.linked if self.details is not None else ()
        return next((account for account in linked if account.platform == platform), None)


def full_jitter(random: Random, base: timedelta, tries: int, *, longest: timedelta = _LONGEST_JITTER) -> timedelta:
    """Return a random pause between zero and ``base``, doubled with each of the ``tries`` after the first.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    most = min(base.total_seconds() * 2 ** min(max(tries - 1, 0), 20), longest.total_seconds())
    return timedelta(seconds=random.uniform(0.0, most))


def pause_after_refusal(limit: RateLimit) -> timedelta:
    """Return how long a profile pauses after a 429: as long as the answer requests, else for one window."""
    requested = limit.retry_after if limit.retry_after is not None else limit.resets_in
    seconds = WINDOW_SECONDS if requested is None else min(max(requested, 1.0), DAY.total_seconds())
    return timedelta(seconds=seconds)


def pause_message(profile: ProviderProfile) -> str:
    """Return for people why nothing is sent for this profile at the moment, and until when."""
    until = "later" if profile.paused_until is None else f"{profile.paused_until:%Y-%m-%d %H:%M} UTC"
    if profile.pause_reason == "day_stop":
        return (
            f"The posting provider has refused {profile.refusals} requests for your profile within a day. "
            f"To keep it from suspending the profile, nothing is sent for it before {until}."
        )
    return (
        "The posting provider accepts a limited number of requests for your profile in five minutes, and they are "
        f"used up. Nothing is sent before {until}."
    )


def suspension(profile: ProviderProfile) -> Reason | None:
    """Return the refusal if Ayrshare has suspended the profile, by its last known status."""
    if not profile.suspended:
        return None
    return Reason(
        code="profile_refused",
        message="The posting provider has suspended your profile there. Please contact support.",
        remedy="contact_support",
    )
