"""Read models of other services' facts. Each write applies only a newer revision (E4), in one statement."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import Account, ApprovedContent, ScheduledPost, Subscription


class RecordsRepository:
    def __init__(self, session: AsyncSession, account_id: UUID) -> None:
        self._session = session
        self._account_id = account_id

    async def put_account(self, name: str, revision: int) -> None:
        await self._put_newer(Account.__table__, {"name": name, "revision": revision})

    async def put_subscription(self, *, posting: bool, revision: int) -> None:
        await self._put_newer(Subscription.__table__, {"posting": posting, "revision": revision})

    async def put_approval(
        self, content_id: UUID, revision: int, content_hash: str, digests: dict[str, str], approved_by: UUID
    ) -> None:
        await self._put_newer(
            ApprovedContent.__table__,
            {
                "content_id": content_id,
                "revision": revision,
                "approved": True,
                "content_hash": content_hash,
                "digests": digests,
                "approved_by": approved_by,
            },
        )

    async def withdraw_approval(self, content_id: UUID, revision: int) -> None:
        await self._put_newer(
            ApprovedContent.__table__,
            {"content_id": content_id, "revision": revision, "approved": False, "digests": {}},
        )

    async def put_scheduled(self, item_id: UUID, revision: int, frozen: dict[str, Any]) -> None:
        await self._put_newer(
            ScheduledPost.__table__,
            {"item_id": item_id, "revision": revision, "cancelled": False, "reason": None, "frozen": frozen},
        )

    async def cancel_scheduled(self, item_id: UUID, revision: int, reason: str) -> None:
        await self._put_newer(
            ScheduledPost.__table__, {"item_id": item_id, "revision": revision, "cancelled": True, "reason": reason}
        )

    async def _put_newer(self, table: Any, values: dict[str, Any]) -> None:
        assert isinstance(table, Table)  # noqa: S101 - SQLAlchemy types __table__ as FromClause
        key = [column.name for column in table.primary_key]
        statement = insert(table).values(account_id=self._account_id, **values)
        updates = {name: statement.excluded[name] for name in values if name not in key}
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=key, set_=updates, where=table.c.revision < statement.excluded.revision
            )
        )
