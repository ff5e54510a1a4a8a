import hashlib
from dataclasses import dataclass
from datetime import timedelta

from limits import parse

from identity.settings import IdentitySettings


@dataclass(frozen=True)
class RateLimit:
    """At most ``amount`` attempts of a key within any ``window``."""

    name: str
    """Identifies the limit in the store: limits with different names count separately."""
    amount: int
    window: timedelta

    @classmethod
    def of(cls, name: str, rate: str) -> "RateLimit":
        """Parse a rate such as `10/5 minutes`. Raises ValueError."""
        parsed = parse(rate)
        return cls(name, parsed.amount, timedelta(seconds=parsed.get_expiry()))


@dataclass(frozen=True)
class Backoff:
    """``free`` attempts of a key, then each further one only after a pause, which doubles from ``first``.

    Attempts are forgotten when none was accepted for the time ``memory``.
    """

    name: str
    free: int
    first: timedelta
    longest: timedelta
    memory: timedelta

    def pauses(self) -> list[timedelta]:
        """Return the pause after one accepted attempt, after two, and so on; the last one applies to all that follow.

        An attempt of the free ones needs no pause before it.
        """
        pauses = [timedelta(0)] * (self.free - 1)
        pause = self.first
        while pause < self.longest:
            pauses.append(pause)
            pause *= 2
        return [*pauses, self.longest]


@dataclass(frozen=True)
class RateLimits:
    logins_by_client: RateLimit
    signups_by_client: RateLimit
    tokens_by_client: RateLimit
    invitations_by_client: RateLimit
    passwords_by_user: RateLimit

    @classmethod
    def of(cls, settings: IdentitySettings) -> "RateLimits":
        return cls(
            logins_by_client=RateLimit.of("logins_by_client", settings.login_limit_per_client),
            signups_by_client=RateLimit.of("signups_by_client", settings.signup_limit_per_client),
            tokens_by_client=RateLimit.of("tokens_by_client", settings.token_limit_per_client),
            invitations_by_client=RateLimit.of("invitations_by_client", settings.invitation_limit_per_client),
            passwords_by_user=RateLimit.of("passwords_by_user", settings.password_limit_per_user),
        )


def stored_key(key: str) -> bytes:
    """Return the form of a key that is stored: of fixed size, and without the e-mail address or client address."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
