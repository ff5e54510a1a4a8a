from common.due import DueLoop, DueRow, Outcome, Settled

from identity.factory import ProcessContext
from identity.models import FAILED_SIGN_INS


class FailedSignInWriter:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context

    def loop(self) -> DueLoop:
        return DueLoop(self._context.database, FAILED_SIGN_INS, self.run)

    async def run(self, row: DueRow) -> Outcome:
        """Write the audit entry and remove the row in one transaction, so that it is written once."""
        async with self._context.transaction(row.account_id) as factory:
            await factory.failed_sign_ins().write(row.id)
        return Settled()
