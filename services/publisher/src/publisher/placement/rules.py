"""On which account a post has appeared.

A post id on Facebook is ``<Page>_<post>`` (https://developers.facebook.com/docs/graph-api/reference/page-post), so it
shows whether another Page was linked between our last request and Ayrshare's call. Instagram's ids show nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pulseworks_contracts import Platform, Reason
from pydantic import SecretStr

from publisher.clients.ayrshare.classification import Accepted, Unclear
from publisher.provider.rules import ProfileStatus

_CLOCK_SKEW = timedelta(minutes=2)


@dataclass(frozen=True)
class Target:
    """The account that a post must appear on."""

    profile_key: SecretStr
    ref_id: str
    """Of the profile at Ayrshare."""
    platform: Platform
    account_id: str


@dataclass(frozen=True)
class MisplacedPost:
    """The post appeared on another account than its target."""

    ids: Accepted
    account_id: str
    name: str | None
    status: ProfileStatus
    """The accounts that are linked now."""

    @property
    def reason(self) -> Reason:
        account = f"{self.name} ({self.account_id})" if self.name else self.account_id
        address = f" ({self.ids.post_url})" if self.ids.post_url else ""
        message = (
            f"Another Page was connected just before the post's time, and the post appeared on {account}. We have it "
            f"removed there; if it is still visible{address}, please delete it. Connect and verify the right Page, "
            "then schedule the post again."
        )
        return Reason(code="wrong_account", message=message, remedy="reconnect")


def page_of(accepted: Accepted) -> str:
    return (accepted.platform_post_id or "").partition("_")[0]


def names_another_account(target: Target, accepted: Accepted) -> bool:
    """Return whether the id of the post starts with another Page than the target."""
    page, separator, _ = (accepted.platform_post_id or "").partition("_")
    return target.platform == "FACEBOOK" and bool(separator) and page != target.account_id


def locate(
    target: Target, accepted: Accepted, status: ProfileStatus, sent_at: datetime
) -> Accepted | MisplacedPost | Unclear:
    """Decide where a post appeared whose id names another account, by what is linked after the call.

    An id alone is no proof: Meta has changed the ids of Pages before. Ayrshare must report that another Page is linked,
    or that the target was linked only around ``sent_at`` or later. Unclear: Ayrshare does not report it.
    """
    page = page_of(accepted)
    linked = status.linked_on(target.platform)
    if linked is None:
        return Unclear(f"its id names the Page {page}, and it is not known which Page was linked")
    if linked.account_id == target.account_id:
        if linked.linked_at is None:
            return Unclear(f"its id names the Page {page}, and it is not known when {linked.account_id} was linked")
        if linked.linked_at < sent_at - _CLOCK_SKEW:
            return accepted
    return MisplacedPost(accepted, page, linked.display_name if linked.account_id == page else None, status)
