from collections.abc import Sequence
from uuid import UUID

from common.database import Repository
from sqlalchemy import delete, select, text

from identity.models import Device


class DeviceRepository(Repository[Device]):
    model = Device

    async def find(self, token_hash: bytes) -> tuple[UUID, UUID] | None:
        """Search all accounts for a device, before the account is known; return account and device id."""
        statement = text("SELECT account_id, device_id FROM identity.find_device(:hash)")
        row = (await self.session.execute(statement, {"hash": token_hash})).first()
        return None if row is None else (row.account_id, row.device_id)

    async def beyond(self, user_id: UUID, newest: int) -> Sequence[UUID]:
        """Return the user's devices except the ``newest``, by their last use."""
        statement = (
            select(Device.id)
            .where(Device.user_id == user_id)
            .order_by(Device.last_used_at.desc(), Device.id.desc())
            .offset(newest)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def remove(self, device_ids: Sequence[UUID]) -> None:
        statement = delete(Device).where(Device.id.in_(device_ids))
        await self.session.execute(statement.execution_options(synchronize_session=False))
