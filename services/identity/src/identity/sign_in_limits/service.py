"""Slows guesses down without keeping the user out (decision 16).

An attempt counts as failed before its password is verified, and the count is withdrawn when it was right. Otherwise
concurrent guesses would all pass before the first one is counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.clock import Clock
from prometheus_client import Counter

from identity.rate_limits.errors import RateLimitedError
from identity.rate_limits.rules import Backoff, RateLimit
from identity.rate_limits.service import RateLimitService
from identity.sessions.rules import Client
from identity.sign_in_limits.rules import SignInLimits, key_of

SIGN_INS = Counter("pulseworks_sign_ins", "Attempts to sign in: signed_in, failed or limited.", ["outcome"])
for _outcome in ("signed_in", "failed", "limited"):
    SIGN_INS.labels(_outcome)  # from the start, because Prometheus sees no increase in the first value of a series
_UNDER_ATTACK = (
    "There were many failed attempts to sign in with this e-mail address. "
    "Sign in on a device that you have used before, or try again in"
)


@dataclass(frozen=True)
class Attempt:
    """An attempt to sign in that was let in and counted."""

    email: str
    client: Client
    device_id: UUID | None
    at: datetime

    @property
    def source_key(self) -> str:
        source = f"device {self.device_id}" if self.device_id is not None else self.client.address
        return key_of(self.email, source)

    @property
    def network_key(self) -> str:
        return key_of(self.email, self.client.network)


class SignInLimitService:
    def __init__(self, limits: SignInLimits, by_client: RateLimit, counts: RateLimitService, clock: Clock) -> None:
        self._limits = limits
        self._by_client = by_client
        self._counts = counts
        self._clock = clock

    async def admit(self, email: str, client: Client, device_id: UUID | None) -> Attempt:
        """Count an attempt as failed and let it in. Raises `RateLimitedError`, and then the caller rolls back.

        Addresses without a user are limited in the same way, so that the answers do not reveal which have one.
        """
        attempt = Attempt(email, client, device_id, self._clock.now())
        _raise_limited(await self._counts.count_with_pause(self._limits.by_source, attempt.source_key))
        if device_id is None:
            _raise_limited(await self._counts.count(self._by_client, client.address))
            until_calm = await self._counts.count(self._limits.strangers, email)
            if until_calm is not None:
                await self._admit_under_attack(attempt, until_calm)
        await self._counts.remove_expired()
        return attempt

    async def _admit_under_attack(self, attempt: Attempt, until_calm: timedelta) -> None:
        if await self._counts.count(self._limits.tries_under_attack, attempt.network_key) is not None:
            _raise_limited(until_calm, _UNDER_ATTACK)
        _raise_limited(await self._counts.count(self._limits.under_attack, attempt.email), _UNDER_ATTACK)

    async def succeeded(self, attempt: Attempt) -> None:
        """Forget the failed attempts of this source, and withdraw this one where other sources count too."""
        await self._counts.reset(self._limits.by_source, attempt.source_key)
        for limit, key in self._shared(attempt):
            await self._counts.withdraw(limit, key, attempt.at)

    async def withdraw(self, attempt: Attempt) -> None:
        """Withdraw an attempt whose password was not verified."""
        await self._counts.withdraw(self._limits.by_source, attempt.source_key, attempt.at)
        for limit, key in self._shared(attempt):
            await self._counts.withdraw(limit, key, attempt.at)

    def _shared(self, attempt: Attempt) -> Iterator[tuple[RateLimit | Backoff, str]]:
        if attempt.device_id is None:
            yield self._limits.strangers, attempt.email
            yield self._limits.tries_under_attack, attempt.network_key
            yield self._limits.under_attack, attempt.email


def _raise_limited(wait: timedelta | None, detail: str = "Try again in") -> None:
    if wait is not None:
        SIGN_INS.labels("limited").inc()
        seconds = wait.total_seconds()
        raise RateLimitedError(f"{detail} {max(1, round(seconds))} seconds.", retry_after=seconds)
