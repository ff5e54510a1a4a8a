"""Confirms on which account a post appeared, and removes a misplaced one."""

from datetime import datetime
from uuid import UUID

import structlog
from common.due import DueRow

from publisher.clients.ayrshare.circuit_breaker import Permit
from publisher.clients.ayrshare.classification import Accepted, Unclear
from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
)
from publisher.factory import ProcessContext
from publisher.paced_calls.workflow import paced
from publisher.placement.rules import MisplacedPost, Target, locate, names_another_account, page_of
from publisher.provider.workflow import fetch_paced_status

log = structlog.get_logger(__name__)

_DELETED_ALREADY = 383


async def confirm_placement(
    context: ProcessContext, owner: UUID, target: Target, accepted: Accepted, permit: Permit, *, sent_at: datetime
) -> Accepted | MisplacedPost | Unclear:
    """Return ``accepted`` unless the post of ``owner``, sent at ``sent_at``, is on another account than the target.

    One request to Ayrshare, and only if the post's id names another account. Unclear: Ayrshare does not report it.
    """
    if not names_another_account(target, accepted):
        return accepted
    status = await fetch_paced_status(context, owner, target.ref_id, target.profile_key, permit)
    placement = locate(target, accepted, status, sent_at)
    page = page_of(accepted)
    match placement:
        case Accepted():
            log.warning("post_id_names_another_page", page=page, platform_account_id=target.account_id)
        case MisplacedPost():
            log.error("post_misplaced", page=page, platform_account_id=target.account_id)
        case Unclear():
            log.warning("post_placement_unclear", page=page, platform_account_id=target.account_id)
    return placement


async def remove_misplaced_post(context: ProcessContext, row: DueRow, target: Target, misplaced: MisplacedPost) -> None:
    """Delete the post there, once, after its misplacement was recorded; record whether that worked."""
    removed = await _delete(context, row.account_id, target, misplaced.ids.provider_post_id)
    log.warning("misplaced_post", removed=removed, page=misplaced.account_id)
    async with context.database.transaction(row.account_id) as session:
        await context.factory(session).placement().record_removal(row.id, misplaced, removed=removed)


async def _delete(context: ProcessContext, owner: UUID, target: Target, provider_post_id: str | None) -> bool:
    if provider_post_id is None:
        return False
    try:
        await paced(
            context, owner, target.ref_id, lambda: context.ayrshare.delete_post(target.profile_key, provider_post_id)
        )
    except AyrshareRefusedError as error:
        return error.provider_code == _DELETED_ALREADY
    except (AyrshareRateLimitedError, AyrshareUnavailableError):
        return False
    return True
