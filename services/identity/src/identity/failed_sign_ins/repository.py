from datetime import datetime, timedelta
from uuid import UUID

from common.database import Repository
from common.ids import new_id
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from identity.models import FailedSignIn


class FailedSignInRepository(Repository[FailedSignIn]):
    model = FailedSignIn

    async def count(self, account_id: UUID, user_id: UUID, now: datetime, *, wait: timedelta) -> None:
        """Count a failure in the user's row, which becomes due some time after its first one."""
        row = {
            "id": new_id(),
            "account_id": account_id,
            "user_id": user_id,
            "failures": 1,
            "first_at": now,
            "last_at": now,
            "due_at": now + wait,
        }
        statement = insert(FailedSignIn).values(row)
        counted = {"failures": FailedSignIn.failures + 1, "last_at": statement.excluded.last_at}
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["account_id", "user_id"], set_=counted)
        )

    async def take(self, row_id: UUID) -> FailedSignIn | None:
        """Remove a row and return it; None if another run has taken it."""
        statement = delete(FailedSignIn).where(FailedSignIn.id == row_id).returning(FailedSignIn)
        return (await self.session.execute(statement)).scalar_one_or_none()
