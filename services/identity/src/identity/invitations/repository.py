from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from common.database import Repository
from sqlalchemy import delete, select, text

from identity.models import Invitation


class InvitationRepository(Repository[Invitation]):
    model = Invitation

    async def find(self, token_hash: bytes) -> tuple[UUID, UUID] | None:
        """Search all accounts for an invitation, before the account is known; return account and invitation id."""
        statement = text("SELECT account_id, invitation_id FROM identity.find_invitation(:hash)")
        row = (await self.session.execute(statement, {"hash": token_hash})).first()
        return None if row is None else (row.account_id, row.invitation_id)

    async def open(self, now: datetime) -> Sequence[Invitation]:
        statement = (
            select(Invitation)
            .where(Invitation.accepted_at.is_(None), Invitation.expires_at > now)
            .order_by(Invitation.id.desc())
        )
        return (await self.session.execute(statement)).scalars().all()

    async def lock_unaccepted_for(self, email: str) -> Sequence[Invitation]:
        """Return the address's invitations that were not accepted, expired ones included."""
        statement = (
            select(Invitation)
            .where(Invitation.email == email, Invitation.accepted_at.is_(None))
            .order_by(Invitation.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def remove_open_from(self, user_id: UUID) -> None:
        await self.session.execute(
            delete(Invitation).where(Invitation.invited_by == user_id, Invitation.accepted_at.is_(None))
        )
