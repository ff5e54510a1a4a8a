from collections.abc import Sequence
from uuid import UUID

from identity.models import User
from identity.users.errors import UserNotFoundError
from identity.users.repository import UserRepository


class UserService:
    def __init__(self, users: UserRepository) -> None:
        self._users = users

    async def get(self, user_id: UUID) -> User:
        user = await self._users.get(user_id)
        if user is None:
            raise UserNotFoundError(f"The account has no user {user_id}.")
        return user

    async def page(self, *, after: UUID | None, limit: int) -> Sequence[User]:
        return await self._users.page(after=after, limit=limit)
