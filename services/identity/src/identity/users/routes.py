from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Page, PageQuery, Router, requires
from fastapi import Depends

from identity.dependencies import FactoryDep, live_session
from identity.users.schemas import UserOut, UserPatch

router = Router(prefix="/api/users", tags=["Users"], dependencies=[Depends(live_session)])


@router.get("", dependencies=[requires(Permission.USER_READ)])
async def list_users(factory: FactoryDep, page: PageQuery) -> Page[UserOut]:
    """List the people of the account, in the order in which they joined."""
    after = page.after(UUID)
    users = await factory.users().page(after=after[0] if after else None, limit=page.fetch)
    return Page[UserOut].of(users, page, item=UserOut.model_validate, key=lambda user: (user.id,))


@router.patch("/{user_id}")
async def change_user(
    factory: FactoryDep,
    user_id: UUID,
    body: UserPatch,
    principal: Annotated[Principal, requires(Permission.USER_MANAGE)],
) -> UserOut:
    """Change a user's role, deactivate or reactivate a user. The user's sessions end; the last owner stays one."""
    user = await factory.users().change(principal, user_id, role=body.role, active=body.active)
    return UserOut.model_validate(user)
