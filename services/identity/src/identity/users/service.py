from collections.abc import Sequence
from uuid import UUID

from identity.models import User
from identity.users.errors import EmailTakenError, UserNotFoundError
from identity.users.repository import UserRepository


class UserService:
    def __init__(self, users: UserRepository) -> None:
        self._users = users

    async def get(self, user_id: UUID) -> User:
        user = await self._users.get(user_id)
        if user is None:
            raise UserNotFoundError(f"The account has no user {user_id}.")
        return user

    async def require_free(self, email: str) -> None:
        """Raise `EmailTakenError` for an address that has a user in any account."""
        if await self._users.find(email) is not None:
            raise EmailTakenError("Sign in instead, or use another address.")

    async def page(self, *, after: UUID | None, limit: int) -> Sequence[User]:
        return await self._users.page(after=after, limit=limit)
