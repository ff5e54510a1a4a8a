"""Where a post that was accepted has appeared.

The id of a post on Facebook is ``<Page>_<post>`` (https://developers.facebook.com/docs/graph-api/reference/page-post),
so it shows when another Page was linked between our last question and Ayrshare's call. Instagram's ids show nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from common.due import DueRow
from pulseworks_contracts import Platform, Reason
from pydantic import SecretStr

from publisher.clients.ayrshare import AyrshareRateLimitedError, AyrshareRefusedError, AyrshareUnavailableError
from publisher.deliveries.asking import Told, ask, note
from publisher.deliveries.classification import Accepted, Unclear
from publisher.deliveries.outcomes import Outcomes
from publisher.deliveries.parts import Parts
from publisher.deliveries.states import Cause
from publisher.models import Delivery
from publisher.pacing.breaker import Permit

log = structlog.get_logger(__name__)

_CLOCKS_APART = timedelta(minutes=2)
_DELETED_ALREADY = 383


@dataclass(frozen=True)
class Target:
    """Where a post is to appear."""

    profile_key: SecretStr
    platform: Platform
    account_id: str


@dataclass(frozen=True)
class Elsewhere:
    """It was posted on another account than the one that it was frozen for."""

    ids: Accepted
    account_id: str
    name: str | None
    told: Told
    """What is linked by now."""

    @property
    def reason(self) -> Reason:
        shown = f"{self.name} ({self.account_id})" if self.name else self.account_id
        where = f" ({self.ids.post_url})" if self.ids.post_url else ""
        message = (
            f"Another Page was connected just before the post's time, and the post appeared on {shown}. We have it "
            f"removed there; if it still shows{where}, please delete it. Connect and verify the right Page, then "
            "schedule the post anew."
        )
        return Reason(code="wrong_account", message=message, remedy="reconnect")


def names_another_account(target: Target, accepted: Accepted) -> bool:
    """Tell whether the id of the post begins with another Page than the target."""
    page, separator, _ = (accepted.platform_post_id or "").partition("_")
    return target.platform == "FACEBOOK" and bool(separator) and page != target.account_id


async def confirm_place(
    parts: Parts, target: Target, accepted: Accepted, permit: Permit, *, sent_at: datetime
) -> Accepted | Elsewhere | Unclear:
    """Return ``accepted`` unless the post, sent at ``sent_at``, is on another account than the target.

    An id alone is no proof: Meta has changed what it calls a Page before. Ayrshare must say that another one is linked,
    or that the target is linked only since about then. Unclear: it does not say.
    """
    if not names_another_account(target, accepted):
        return accepted
    page = str(accepted.platform_post_id).partition("_")[0]
    told = await ask(parts, target.profile_key, permit)
    linked = told.linked_on(target.platform)
    if linked is None:
        return Unclear(f"its id names the Page {page}, and nobody says what was linked")
    if linked.account_id == target.account_id:
        if linked.linked_at is None:
            return Unclear(f"its id names the Page {page}, and nobody says since when {linked.account_id} is linked")
        if linked.linked_at < sent_at - _CLOCKS_APART:
            log.warning("post_id_names_another_page", page=page, platform_account_id=target.account_id)
            return accepted
    log.error("post_went_elsewhere", page=page, platform_account_id=target.account_id)
    return Elsewhere(accepted, page, linked.display_name if linked.account_id == page else None, told)


async def record_elsewhere(outcomes: Outcomes, delivery: Delivery, elsewhere: Elsewhere, parts: Parts) -> None:
    """Fail it, and note what is linked by now: what else is scheduled there stops with it."""
    await _audit(outcomes, delivery, "POST_WENT_ELSEWHERE", elsewhere)
    await outcomes.fail(delivery, Cause.WENT_ELSEWHERE, elsewhere.reason)
    await note(parts, outcomes.session, delivery.provider_profile_id, elsewhere.told)


async def remove_stray(parts: Parts, row: DueRow, target: Target, elsewhere: Elsewhere) -> None:
    """Take the post down there, once, after it was recorded that it is there; note what came of it."""
    removed = await _remove(parts, target, elsewhere.ids.provider_post_id)
    log.warning("stray_post", removed=removed, page=elsewhere.account_id)
    async with parts.database.transaction(row.account_id) as session:
        outcomes = Outcomes(session, parts.clock.now())
        delivery = await outcomes.deliveries.get(row.id)
        if delivery is not None:
            await _audit(outcomes, delivery, "STRAY_POST_REMOVED" if removed else "STRAY_POST_STAYS", elsewhere)


async def _audit(outcomes: Outcomes, delivery: Delivery, event_type: str, elsewhere: Elsewhere) -> None:
    ids = elsewhere.ids
    await outcomes.audit(
        event_type,
        delivery,
        appeared_on=elsewhere.account_id,
        provider_post_id=ids.provider_post_id,
        platform_post_id=ids.platform_post_id,
        post_url=ids.post_url,
    )


async def _remove(parts: Parts, target: Target, provider_post_id: str | None) -> bool:
    if provider_post_id is None:
        return False
    try:
        await parts.ayrshare.delete_post(target.profile_key, provider_post_id)
    except AyrshareRefusedError as error:
        return error.provider_code == _DELETED_ALREADY
    except (AyrshareRateLimitedError, AyrshareUnavailableError):
        return False
    return True
