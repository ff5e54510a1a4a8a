from collections.abc import Sequence
from uuid import UUID

from common.auth import Role
from common.database import Repository
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from identity.models import User
from identity.users.errors import EmailTakenError


class UserRepository(Repository[User]):
    model = User

    async def find(self, email: str) -> tuple[UUID, UUID] | None:
        """Search all accounts for an address, before the account is known; return account and user id."""
        statement = text("SELECT account_id, user_id FROM identity.find_user(:email)")
        row = (await self.session.execute(statement, {"email": email})).first()
        return None if row is None else (row.account_id, row.user_id)

    async def insert(self, user: User) -> User:
        """Add a user. Raises `EmailTakenError`, also when a concurrent request takes the address first."""
        self.session.add(user)
        try:
            await self.session.flush()
        except IntegrityError as error:
            if "uq_user_email" not in str(error.orig):
                raise
            raise EmailTakenError("Sign in instead, or use another address.") from None
        return user

    async def by_email(self, email: str) -> User | None:
        """Search the transaction's account only."""
        return (await self.session.execute(select(User).where(User.email == email))).scalar_one_or_none()

    async def page(self, *, after: UUID | None, limit: int) -> Sequence[User]:
        statement = select(User).order_by(User.id).limit(limit)
        if after is not None:
            statement = statement.where(User.id > after)
        return (await self.session.execute(statement)).scalars().all()

    async def active_owners(self) -> int:
        statement = select(func.count()).select_from(User).where(User.role == Role.OWNER, User.active)
        return (await self.session.execute(statement)).scalar_one()
