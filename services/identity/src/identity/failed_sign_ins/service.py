"""Failed sign-ins are counted for some minutes, then written to the audit log as one entry.

An entry for each failure would let a guesser fill the log. Writing it in the request would take longer for an address
that has a user than for one that has none; a count takes the same for both.
"""

from datetime import timedelta
from uuid import UUID

from common.clock import Clock
from common.ids import new_id

from identity.audit.service import AuditLog
from identity.failed_sign_ins.repository import FailedSignInRepository
from identity.users.repository import UserRepository

_WAIT = timedelta(minutes=5)


class FailedSignInService:
    def __init__(self, failures: FailedSignInRepository, users: UserRepository, audit: AuditLog, clock: Clock) -> None:
        self._failures = failures
        self._users = users
        self._audit = audit
        self._clock = clock

    async def count(self, account_id: UUID, user_id: UUID | None) -> None:
        """Count a failure in a transaction of the account. `user_id` is None for an address without a user."""
        await self._failures.count(account_id, user_id or new_id(), self._clock.now(), wait=_WAIT)

    async def write(self, row_id: UUID) -> None:
        """Move a row to the audit log of its account, if there is such an account."""
        row = await self._failures.take(row_id)
        if row is None or await self._users.get(row.user_id) is None:
            return
        await self._audit.append(
            row.account_id,
            "SIGN_IN_FAILED",
            entity=("user", row.user_id),
            user_id=None,
            facts={
                "failures": row.failures,
                "first_at": row.first_at.isoformat(),
                "last_at": row.last_at.isoformat(),
            },
        )
