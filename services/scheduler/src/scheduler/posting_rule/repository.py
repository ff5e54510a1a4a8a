from common.database import Repository
from sqlalchemy import select

from scheduler.models import PostingRule


class PostingRuleRepository(Repository[PostingRule]):
    model = PostingRule

    async def current(self) -> PostingRule | None:
        """Return the account's one rule."""
        return (await self.session.execute(select(PostingRule))).scalar_one_or_none()
