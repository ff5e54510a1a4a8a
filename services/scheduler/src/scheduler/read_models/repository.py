from collections.abc import Collection, Sequence
from uuid import UUID

from common.database import Repository
from sqlalchemy import select

from scheduler.models import ApprovedContent


class ContentRepository(Repository[ApprovedContent]):
    model = ApprovedContent

    async def of(self, content_id: UUID) -> ApprovedContent | None:
        statement = select(ApprovedContent).where(ApprovedContent.content_id == content_id)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def approved_in(self, month: str) -> Sequence[ApprovedContent]:
        """Return the approved contents of a month in the order in which they were planned (their ids' order)."""
        statement = select(ApprovedContent).where(ApprovedContent.month == month, ApprovedContent.approved)
        return (await self.session.execute(statement.order_by(ApprovedContent.content_id))).scalars().all()

    async def approved(self, content_ids: Collection[UUID]) -> dict[UUID, ApprovedContent]:
        statement = select(ApprovedContent).where(ApprovedContent.content_id.in_(content_ids), ApprovedContent.approved)
        rows = (await self.session.execute(statement)).scalars()
        return {row.content_id: row for row in rows}
