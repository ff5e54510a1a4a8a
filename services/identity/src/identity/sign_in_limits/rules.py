"""The limits of guessing a password (decision 16)."""

from dataclasses import dataclass
from datetime import timedelta

from identity.rate_limits.rules import Backoff, RateLimit
from identity.settings import IdentitySettings

_BY_SOURCE = Backoff(
    "sign_ins_by_source",
    free=5,
    first=timedelta(seconds=30),
    longest=timedelta(hours=1),
    memory=timedelta(days=1),
)
_TRIES_UNDER_ATTACK = RateLimit("sign_ins_under_attack_by_network", 3, timedelta(days=30))


@dataclass(frozen=True)
class SignInLimits:
    by_source: Backoff
    """For an address and a source: a device that the user has used before, or else a client."""
    strangers: RateLimit
    """For an address: what all clients together may fail before it counts as under attack."""
    under_attack: RateLimit
    """For an address under attack: how often a client without a known device is let in."""
    tries_under_attack: RateLimit
    """For an address under attack and a network: how often that network is among those that are let in."""

    @classmethod
    def of(cls, settings: IdentitySettings) -> "SignInLimits":
        return cls(
            by_source=_BY_SOURCE,
            strangers=RateLimit.of("sign_ins_by_strangers", settings.login_limit_per_email),
            under_attack=RateLimit.of("sign_ins_under_attack", settings.login_limit_under_attack),
            tries_under_attack=_TRIES_UNDER_ATTACK,
        )


def key_of(email: str, source: str) -> str:
    """Return the key of a limit for an address and a source. An address contains no space."""
    return f"{email} {source}"
