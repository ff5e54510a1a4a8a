"""Where a post that was accepted has appeared.

The id of a post on Facebook is ``<Page>_<post>`` (https://developers.facebook.com/docs/graph-api/reference/page-post),
so it shows when another Page was linked between our last question and Ayrshare's call. Instagram's ids show nothing.
"""

from dataclasses import dataclass

import structlog
from common.contracts import Platform
from pydantic import SecretStr

from publisher.clients.ayrshare import AyrshareRateLimitedError, AyrshareRefusedError, AyrshareUnavailableError
from publisher.deliveries.asking import Told, ask
from publisher.deliveries.classification import Accepted, Unclear
from publisher.deliveries.parts import Parts
from publisher.pacing.breaker import Permit

log = structlog.get_logger(__name__)


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
    removed: bool
    """Ayrshare has taken it down again."""
    told: Told
    """What is linked by now."""

    @property
    def message(self) -> str:
        """Return for people what happened."""
        shown = f"{self.name} ({self.account_id})" if self.name else self.account_id
        where = f" ({self.ids.post_url})" if self.ids.post_url else ""
        after = "We have removed it there." if self.removed else f"We could not remove it: please delete it{where}."
        return (
            f"Another Page was connected just before the post's time, and the post appeared on {shown}. {after} "
            "Connect and verify the right Page, then schedule the post anew."
        )


async def confirm_place(
    parts: Parts, target: Target, accepted: Accepted, permit: Permit
) -> Accepted | Elsewhere | Unclear:
    """Return ``accepted`` unless the post is on another account than the target.

    There it is removed, once, since nobody approved it for that account. An id alone is no proof (Meta has changed what
    it calls a Page before): Ayrshare must say that another one is linked. Unclear: it did not answer.
    """
    page, separator, _ = (accepted.platform_post_id or "").partition("_")
    if target.platform != "FACEBOOK" or not separator or page == target.account_id:
        return accepted
    told = await ask(parts, target.profile_key, permit)
    if told.details is None:
        return Unclear(f"its id names the Page {page}, and what is linked could not be asked for")
    linked = next((account for account in told.details.linked if account.platform == target.platform), None)
    if linked is not None and linked.account_id == target.account_id:
        log.warning("post_id_names_another_page", page=page, platform_account_id=target.account_id)
        return accepted
    removed = await _remove(parts, target.profile_key, accepted.provider_post_id)
    log.error("post_went_elsewhere", page=page, platform_account_id=target.account_id, removed=removed)
    name = linked.display_name if linked is not None and linked.account_id == page else None
    return Elsewhere(accepted, page, name, removed, told)


async def _remove(parts: Parts, profile_key: SecretStr, provider_post_id: str | None) -> bool:
    if provider_post_id is None:
        return False
    try:
        await parts.ayrshare.delete_post(profile_key, provider_post_id)
    except (AyrshareRefusedError, AyrshareRateLimitedError, AyrshareUnavailableError) as error:
        log.warning("stray_post_not_removed", reason=str(error))
        return False
    return True
