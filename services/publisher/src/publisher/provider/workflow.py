"""Fetches what holds for a profile at Ayrshare right now: linked accounts, suspension, usage.

Ayrshare posts to whatever is linked at the time of the call, and its webhook about a change may be minutes late. So the
status is fetched, and recorded by ``ProfileStatusService``, before anything is sent.
"""

import asyncio
from datetime import datetime
from uuid import UUID

import structlog
from pulseworks_contracts import Reason
from pydantic import SecretStr

from publisher.clients.ayrshare.circuit_breaker import Permit
from publisher.clients.ayrshare.codes import load_codes
from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
)
from publisher.factory import ProcessContext
from publisher.paced_calls.workflow import record_refusal, require_unpaused
from publisher.provider.rules import STATUS_SECONDS, ProfileStatus

log = structlog.get_logger(__name__)

_FORBIDDEN = 403


async def fetch_paced_status(
    context: ProcessContext, account_id: UUID, ref_id: str, profile_key: SecretStr, permit: Permit
) -> ProfileStatus:
    """Fetch a status that nobody records otherwise: not while the profile pauses, and a 429 counts."""
    try:
        await require_unpaused(context, account_id, ref_id)
    except AyrshareRateLimitedError as error:
        return ProfileStatus(context.clock.now(), failure="rate_limited", limit=error.limit)
    status = await fetch_profile_status(context, profile_key, permit)
    if status.failure == "rate_limited":
        await record_refusal(context, account_id, ref_id, status.limit)
    return status


async def fetch_profile_status(
    context: ProcessContext, profile_key: SecretStr, permit: Permit, *, with_quota: bool = False
) -> ProfileStatus:
    """Make one request of at most 5 s, outside of any transaction. Reports everything but a success to ``permit``."""
    fetched_at = context.clock.now()
    try:
        async with asyncio.timeout(STATUS_SECONDS):
            details = await context.ayrshare.profile(profile_key, instagram_quota=with_quota)
    except AyrshareRateLimitedError as error:
        permit.answered()
        return ProfileStatus(fetched_at, failure="rate_limited", limit=error.limit)
    except (AyrshareUnavailableError, TimeoutError):
        permit.failed()
        return ProfileStatus(fetched_at, failure="away")
    except AyrshareRefusedError as error:
        return _refused(fetched_at, error, permit)
    return ProfileStatus(fetched_at, details=details, limit=details.limit, with_quota=with_quota)


def _refused(fetched_at: datetime, error: AyrshareRefusedError, permit: Permit) -> ProfileStatus:
    row = load_codes().row(error.http_status, error.provider_code, str(error))
    log.warning("profile_status_refused", reason=str(error), provider_code=error.provider_code)
    if row is not None and row.scope == "provider":
        # our own access: the customer can't fix it, and every other call would fail too
        permit.failed(at_once=True)
        return ProfileStatus(fetched_at, failure="away")
    permit.answered()
    if row is None or row.class_ != "rejected":
        return ProfileStatus(fetched_at, failure="away")
    if error.http_status == _FORBIDDEN:
        return ProfileStatus(fetched_at, refusal=Reason(code=row.code, message=row.text, remedy=row.remedy))
    # the other texts of the table are about a post
    text = (
        f"The posting provider does not show your profile there ({error}). Your post was not sent; "
        "please contact support."
    )
    return ProfileStatus(fetched_at, refusal=Reason(code="profile_refused", message=text, remedy="contact_support"))
