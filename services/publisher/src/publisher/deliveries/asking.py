"""What a profile at Ayrshare is like right now: what is linked to it, whether it is suspended, what it has used.

Ayrshare posts to whatever is linked when the call comes, and its webhook about a change may be minutes late. So our own
records are made to say what holds now before anything is sent by them.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog
from pulseworks_contracts import Reason
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare import (
    UNLIMITED,
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
    LinkedAccount,
    ProfileDetails,
    RateLimit,
)
from publisher.connections.repository import ConnectionRepository
from publisher.connections.service import ConnectionService
from publisher.deliveries.codes import load_codes
from publisher.deliveries.parts import Parts
from publisher.models import ProviderProfile
from publisher.pacing.breaker import Permit

log = structlog.get_logger(__name__)

_FORBIDDEN = 403
_WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Told:
    """What asking brought: the details, a definite refusal of this profile, or trouble that says nothing about it."""

    asked_at: datetime
    details: ProfileDetails | None = None
    refused: Reason | None = None
    trouble: Literal["away", "rate_limited"] | None = None
    limit: RateLimit = UNLIMITED
    quota: bool = False
    """What is used of Instagram's quota was asked for as well."""

    def linked_on(self, platform: str) -> LinkedAccount | None:
        """Return what is linked on the platform, if anything."""
        linked = self.details.linked if self.details is not None else ()
        return next((account for account in linked if account.platform == platform), None)


async def ask(parts: Parts, profile_key: SecretStr, permit: Permit, *, instagram_quota: bool = False) -> Told:
    """Ask once, within 5 s, outside of any transaction. Reports to ``permit`` unless the answer is a good one."""
    asked_at = parts.clock.now()
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            details = await parts.ayrshare.profile(profile_key, instagram_quota=instagram_quota)
    except AyrshareRateLimitedError as error:
        permit.answered()
        return Told(asked_at, trouble="rate_limited", limit=error.limit)
    except (AyrshareUnavailableError, TimeoutError):
        permit.failed()
        return Told(asked_at, trouble="away")
    except AyrshareRefusedError as error:
        return _refused(asked_at, error, permit)
    return Told(asked_at, details=details, limit=details.limit, quota=instagram_quota)


def _refused(asked_at: datetime, error: AyrshareRefusedError, permit: Permit) -> Told:
    meaning = load_codes().meaning(error.http_status, error.provider_code, str(error))
    log.warning("profile_question_refused", reason=str(error), provider_code=error.provider_code)
    if meaning is not None and meaning.scope == "provider":
        # our own access: nothing that the customer could mend, and any other call would fare the same
        permit.failed(at_once=True)
        return Told(asked_at, trouble="away")
    permit.answered()
    if meaning is None or meaning.class_ != "rejected":
        return Told(asked_at, trouble="away")
    if error.http_status == _FORBIDDEN:
        return Told(asked_at, refused=Reason(code=meaning.code, message=meaning.text, remedy=meaning.remedy))
    # the table's other words are about a post
    text = (
        f"The posting provider does not show your profile there ({error}). Your post was not sent; "
        "please contact support."
    )
    return Told(asked_at, refused=Reason(code="profile_refused", message=text, remedy="contact_support"))


async def note(parts: Parts, session: AsyncSession, ref_id: str, told: Told) -> None:
    """Make what Ayrshare told our own knowledge; a lost connection is told to everybody from there."""
    if told.trouble == "rate_limited":
        await parts.pacing(session).refused(ref_id, told.limit)
    if told.details is None:
        return
    connections = ConnectionRepository(session)
    provider = await connections.lock_provider()
    if provider is None or provider.ref_id != ref_id:
        return
    service = ConnectionService(connections, parts.clock)
    if await service.apply_linked(provider, told.details.linked, told.asked_at):
        provider.suspended = told.details.suspended
        if told.details.instagram_used is not None:
            provider.instagram_used = told.details.instagram_used
        if told.quota:
            provider.details_at = told.asked_at
    await parts.pacing(session).heed(ref_id, told.limit)


def suspension(provider: ProviderProfile) -> Reason | None:
    """Return the refusal for a profile that Ayrshare has suspended, by what it told last."""
    if not provider.suspended:
        return None
    return Reason(
        code="profile_refused",
        message="The posting provider has suspended your profile there. Please contact support.",
        remedy="contact_support",
    )
