"""The posts of a round: real PostDue events, each for another account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from common.ids import new_id
from pulseworks_contracts import PostDue
from pulseworks_contracts.payload import Media, PlatformPayload
from pulseworks_contracts.scheduler import PostDueData

_INDEX_BITS = 32


@dataclass(frozen=True)
class Post:
    index: int
    due: float
    event: PostDue


def index_of(item_id: UUID) -> int:
    return item_id.int & ((1 << _INDEX_BITS) - 1)


def make_posts(due_times: Sequence[float]) -> list[Post]:
    return [_post(index, due) for index, due in enumerate(due_times)]


def _post(index: int, due: float) -> Post:
    account, content = new_id(), new_id()
    item = UUID(int=(new_id().int >> _INDEX_BITS << _INDEX_BITS) | index)
    at = datetime.fromtimestamp(due, UTC)
    payload = PlatformPayload(
        platform="FACEBOOK",
        text="Sore after the weekend's run? Two minutes of calf stretches go a long way.\n\n#AucklandPhysio #RunHappy",
        media=[
            Media(
                url=f"https://media.example.com/media/{account}/2026-12/{content}.jpg",
                sha256="ab" * 32,
                content_type="image/jpeg",
                width=1080,
                height=1080,
                alt_text="A card that says: Stretch first",
            )
        ],
    )
    data = PostDueData(
        item_id=item,
        revision=1,
        content_id=content,
        content_revision=3,
        content_hash=payload.digest(),
        payload=payload,
        provider_profile_id="140b8700bd6ade089b242d845e268fb886130c53",
        platform_account_id="17841400000000001",
        scheduled_for=at,
        expires_at=at + timedelta(hours=6),
    )
    return Post(index, due, PostDue(account_id=account, subject=str(item), data=data))
